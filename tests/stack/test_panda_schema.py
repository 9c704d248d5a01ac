"""The job tables are those of PanDA's schema, as the contract's file has them."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from contextlib import closing
from datetime import date
from itertools import pairwise

import psycopg2
import pytest

from data_models.job_record import DATA
from stack import panda_schema

with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
    CONTRACT = list(csv.DictReader(file))
TABLES = {
    "doma_panda.jobsarchived4": "_jobsarchived4",
    "doma_panda.jobsactive4": "_jobsarchived4",
    "doma_pandaarch.jobsarchived": "",
}


def as_postgres_says(pg_type: str) -> str:
    name, digits = re.fullmatch(r"(\w+)(\(.*\))?", pg_type).groups()
    long_names = {
        "varchar": "character varying",
        "char": "character",
        "decimal": "numeric",
        "timestamp": "timestamp without time zone",
    }
    if name in ("decimal", "numeric") and "," not in digits:
        digits = digits.replace(")", ",0)")
    return long_names.get(name, name) + (digits or "")


@pytest.mark.parametrize("table", TABLES)
def test_columns_have_the_contracts_order_types_and_nullability(panda, table: str) -> None:
    found = panda.ask(
        f"SELECT attname, format_type(atttypid, atttypmod), NOT attnotnull FROM pg_attribute "
        f"WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum",
    )
    suffix = TABLES[table]
    assert found == [
        (row["column"], as_postgres_says(row["pg_type" + suffix]), row["pg_nullable" + suffix] == "Y")
        for row in CONTRACT
    ]


def test_defaults_apply_where_nothing_is_given(panda) -> None:
    with closing(psycopg2.connect(panda.uri)) as connection, connection:
        panda_schema.ensure_month(connection, 2026, 7)
    for table in TABLES:
        panda.ask(f"INSERT INTO {table} (pandaid, modificationtime) VALUES (1, '2026-07-01')")
    with_default = [row for row in CONTRACT if row["default_jobsarchived4"] and row["column"] != "pandaid"]
    columns = ", ".join(f"{row['column']}::text" for row in with_default)
    expected = tuple(row["default_jobsarchived4"] for row in with_default)
    assert panda.ask(f"SELECT {columns} FROM doma_panda.jobsarchived4") == [expected]
    assert panda.ask(
        "SELECT bool_and(time > now() AT TIME ZONE 'UTC' - interval '1 minute') FROM doma_pandaarch.jobsarchived, "
        "LATERAL (VALUES (creationtime), (starttime), (endtime), (statechangetime)) AS given (time)",
    ) == [(True,)]


@pytest.mark.parametrize(("table", "count"), [("jobsarchived4", 18), ("jobsarchived", 15), ("jobsactive4", 0)])
def test_indexes_are_the_contracts_without_oracles_own(panda, table: str, count: int) -> None:
    expected: dict[str, dict[int, str]] = defaultdict(dict)
    for row in CONTRACT:
        for entry in re.sub(r"\S+\(oracle only\)", "", row["indexed"].replace("(bitmap)", "")).split():
            owner, index, position = re.split("[:#]", entry)
            if owner == table and not index.endswith("_PK"):
                key = f"upper(({row['column']})::text)" if "_UPPER_" in index else row["column"]
                expected[index.lower()][int(position)] = key
    schema = panda_schema.SCHEMAS[table]
    found = panda.ask(
        f"SELECT indexname, substring(indexdef FROM 'USING btree \\((.*)\\)$') FROM pg_indexes "
        f"WHERE schemaname = '{schema}' AND tablename = '{table}' AND indexname NOT LIKE '%\\_pk'",
    )
    assert dict(found) == {name: ", ".join(keys[n] for n in sorted(keys)) for name, keys in expected.items()}
    assert len(found) == count


def test_primary_keys(panda) -> None:
    found = panda.ask(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p' "
        "AND conparentid = 0 AND connamespace::regnamespace::text LIKE 'doma%' AND conrelid::regclass::text !~ '_p2'",
    )
    assert dict(found) == {
        "doma_panda.jobsarchived4": "PRIMARY KEY (pandaid, modificationtime)",
        "doma_panda.jobsactive4": "PRIMARY KEY (pandaid)",
    }


def test_creating_again_changes_nothing(panda) -> None:
    panda.ask("INSERT INTO doma_panda.jobsactive4 (pandaid, modificationtime) VALUES (1, '2026-07-01')")
    panda_schema.create(panda.uri)
    assert panda.ask("SELECT pandaid FROM doma_panda.jobsactive4") == [(1,)]


def test_months_are_made_once_across_the_turn_of_a_year_with_all_indexes(panda) -> None:
    with closing(psycopg2.connect(panda.uri)) as connection:
        for _ in range(2):
            with connection:
                panda_schema.ensure_partitions(connection, date(2030, 11, 30), date(2031, 1, 1))
    bounds = panda.ask(
        "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), count(i.indexrelid) FROM pg_class c "
        "JOIN pg_index i ON i.indrelid = c.oid WHERE c.relname ~ '_p203[01]' AND c.relispartition "
        "GROUP BY c.oid ORDER BY 1",
    )
    edges = ["2030-11-01", "2030-12-01", "2031-01-01", "2031-02-01"]
    assert bounds == [
        (f"jobsarchived4_p{a[:4]}_{a[5:7]}", f"FOR VALUES FROM ('{a} 00:00:00') TO ('{b} 00:00:00')", 19)
        for a, b in pairwise(edges)
    ]


def test_a_new_month_lets_others_read_and_write(panda) -> None:
    with closing(psycopg2.connect(panda.uri)) as connection:
        with connection:
            panda_schema.ensure_month(connection, 2032, 1)
        panda_schema.ensure_month(connection, 2032, 2)
        panda.ask(
            "SET lock_timeout = '1s'; "
            "INSERT INTO doma_panda.jobsarchived4 (pandaid, modificationtime) VALUES (1, '2032-01-01')"
        )
        assert panda.ask("SET lock_timeout = '1s'; SELECT pandaid FROM doma_panda.jobsarchived4") == [(1,)]
        connection.rollback()
    assert panda.ask("SELECT to_regclass('doma_panda.jobsarchived4_p2032_02')") == [(None,)]
