"""The job record: 125 of the 127 columns, each with one type on every side."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

from data_models.job_record import arrow_schema, by_name, columns, table_columns


def test_the_record_is_the_table_without_the_two_columns_that_are_always_empty() -> None:
    table, record = [c.name for c in table_columns()], [c.name for c in columns()]
    assert (len(table), len(record)) == (127, 125)
    assert [name for name in table if name not in record] == ["jobparameters", "metadata"]
    assert list(by_name()) == record


def test_names_are_lower_case_and_every_column_has_a_meaning() -> None:
    for column in table_columns():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.meaning.strip(), column.name


@pytest.mark.parametrize(
    ("name", "kind", "arrow", "spark", "cql"),
    [
        ("pandaid", "integer", pa.int64(), "bigint", "bigint"),
        ("corecount", "integer", pa.int64(), "bigint", "bigint"),
        ("cpuconsumptiontime", "decimal", pa.decimal128(20, 0), "decimal(20,0)", "decimal"),
        ("gco2_global", "decimal", pa.decimal128(10, 2), "decimal(10,2)", "decimal"),
        ("modificationtime", "time", pa.timestamp("us", tz="UTC"), "timestamp", "timestamp"),
        ("jobstatus", "text", pa.string(), "string", "text"),
        ("maxdiskunit", "text", pa.string(), "string", "text"),
    ],
)
def test_a_column_has_the_same_kind_of_type_everywhere(
    name: str, kind: str, arrow: pa.DataType, spark: str, cql: str
) -> None:
    column = by_name()[name]
    assert (column.kind, column.arrow, column.spark, column.cql) == (kind, arrow, spark, cql)


def test_every_type_of_the_database_is_known() -> None:
    known = r"smallint|integer|bigint|(decimal|numeric)\(\d+(,\d+)?\)|timestamp|text|(var)?char\(\d+\)"
    assert [c.pg_type for c in table_columns() if not re.fullmatch(known, c.pg_type)] == []


def test_the_schema_lists_the_columns_in_the_databases_order() -> None:
    names = [column.name for column in columns()]
    assert arrow_schema().names == names
    assert arrow_schema().field("pandaid").metadata == {b"meaning": by_name()["pandaid"].meaning.encode()}


def test_the_nineteen_mandatory_columns_and_two_more_are_not_nullable() -> None:
    mandatory = {column.name for column in columns() if not column.nullable}
    assert len(mandatory) == 21
    assert {"pandaid", "modificationtime", "jobstatus", "piloterrorcode", "nevents"} <= mandatory
    assert "transexitcode" not in mandatory


def test_texts_have_a_longest_length_and_blank_padded_ones_are_told() -> None:
    assert [column.name for column in columns() if column.padded] == ["maxdiskunit", "ipconnectivity", "minramunit"]
    assert by_name()["ddmerrordiag"].max_chars == 700
    assert by_name()["maxdiskunit"].max_chars == 4
    assert by_name()["pandaid"].max_chars is None
