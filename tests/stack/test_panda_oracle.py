"""The SQL of PanDA's archives on Oracle: the contract's columns, partitions without gaps, local indexes."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from data_models.job_record import DATA
from stack.errors import StackError
from stack.panda_oracle import ARCHIVE, RECENT, Schemas, partitions, statements
from stack.panda_schema import indexes_of

FIRST, LAST = date(2026, 6, 29), date(2026, 7, 4)
DDL = list(statements(Schemas(), FIRST, LAST))
with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
    CONTRACT = list(csv.DictReader(file))
SUFFIX = {RECENT: "_jobsarchived4", ARCHIVE: ""}


def definition(table: str) -> str:
    """The CREATE TABLE of a table."""
    return next(text for text in DDL if re.match(rf"CREATE TABLE \w+\.{table} ", text))


@pytest.mark.parametrize("table", SUFFIX)
def test_columns_have_the_contract_s_order_types_and_nullability(table: str) -> None:
    lines = re.findall(r"^  ([A-Z]\w*) (.+?),?$", definition(table).split(")\nPARTITION BY")[0], re.MULTILINE)
    found = [(name.lower(), text) for name, text in lines if name != "CONSTRAINT"]
    assert [name for name, _ in found] == [row["column"] for row in CONTRACT]
    for (_, text), row in zip(found, CONTRACT, strict=True):
        assert text.startswith(row[f"oracle_type{SUFFIX[table]}"])
        assert text.endswith(" NOT NULL") == (row[f"oracle_nullable{SUFFIX[table]}"] == "N")


@pytest.mark.parametrize("table", SUFFIX)
def test_a_table_is_oracle_s_sql_and_partitioned_by_modificationtime(table: str) -> None:
    # sqlglot knows no partitions and local indexes of Oracle's.
    columns, split_by = definition(table).replace(" USING INDEX LOCAL", "").split("\nPARTITION BY ")
    assert isinstance(sqlglot.parse_one(columns, read="oracle"), exp.Create)
    assert split_by.startswith("RANGE (MODIFICATIONTIME) (")
    assert split_by.count("VALUES LESS THAN") == len(partitions(table, FIRST, LAST))


@given(st.dates(date(2005, 1, 1), date(2100, 1, 1)), st.integers(0, 40), st.sampled_from([RECENT, ARCHIVE]))
def test_partitions_hold_every_day_once(first: date, days: int, table: str) -> None:
    last = first + timedelta(days=days)
    bounds = [first, *(bound for _, bound in partitions(table, first, last))]
    length = timedelta(days=1 if table == RECENT else 3)
    assert all(after - before == length for before, after in pairwise(bounds))
    assert bounds[-1] - length <= last < bounds[-1]
    assert all(name.endswith(f"{bound:%d%m%Y}") for name, bound in partitions(table, first, last))


def test_no_day_before_the_first_is_asked_for() -> None:
    with pytest.raises(StackError, match="not before the first"):
        partitions(RECENT, LAST, FIRST)


@pytest.mark.parametrize("table", SUFFIX)
def test_indexes_are_local_and_those_of_postgresql_and_the_bitmap_ones(table: str) -> None:
    pattern = rf"CREATE (BITMAP )?INDEX \w+\.(\w+) ON \w+\.{table} \((.+)\) LOCAL"
    found = {match[2].lower(): match for text in DDL if (match := re.fullmatch(pattern, text))}
    plain = {name: tuple(match[3].lower().split(", ")) for name, match in found.items() if not match[1]}
    assert plain == indexes_of(table.lower())
    bitmap = {match[3] for match in found.values() if match[1]}
    assert bitmap == ({"PRODDBLOCK", "DESTINATIONDBLOCK"} if table == ARCHIVE else set())
