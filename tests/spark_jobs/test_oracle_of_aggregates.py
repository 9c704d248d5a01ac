"""Every row and figure of the query tables equals what DuckDB counts over the same rows of PostgreSQL.

The SQL shares no code with the rules of `data_models`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
from archived_day import BEGIN, END, LOAD, ArchivedDay, archived_day
from cassandra.cluster import Session
from duckdb_oracle import EXPECTED, FINAL, duckdb_oracle
from one_row import scanned
from pyspark.sql import SparkSession

from data_models.ledger import Ledger
from data_models.tables import query_table, query_tables
from data_models.window import Window, hours


@pytest.fixture(scope="module")
def day(spark: SparkSession, archive: Session) -> ArchivedDay:
    """The day, archived."""
    return archived_day()


@pytest.fixture(scope="module")
def oracle(day: ArchivedDay) -> Iterator[duckdb.DuckDBPyConnection]:
    """The rows of PostgreSQL in DuckDB, and what the rules make of them."""
    with duckdb_oracle(day.rows) as connection:
        yield connection


def comparable(value: Any) -> Any:
    """A value as both sides can give it: times in UTC, lists as tuples, fields by name, dates as Python's."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, dict) or hasattr(value, "_asdict"):
        fields = value if isinstance(value, dict) else value._asdict()
        return tuple(sorted((name, comparable(field)) for name, field in fields.items()))
    if isinstance(value, list | tuple):
        return tuple(map(comparable, value))
    return value.date() if type(value).__name__ == "Date" else value


def as_set(columns: list[str], rows: Iterable[Iterable[Any]]) -> set[tuple]:
    """Rows as a set of (column, value) pairs; no two rows may be equal."""
    listed = [tuple((name, comparable(value)) for name, value in zip(columns, row, strict=True)) for row in rows]
    assert len(set(listed)) == len(listed)
    return set(listed)


def expected_rows(oracle: duckdb.DuckDBPyConnection, table: str) -> tuple[list[str], set[tuple]]:
    """The columns that the oracle gives for a table, and its rows."""
    found = oracle.execute(EXPECTED[table])
    columns = [column[0] for column in found.description]
    return columns, as_set(columns, found.fetchall())


def held_rows(archive: Session, table: str, columns: list[str]) -> set[tuple]:
    """All rows that Cassandra holds of the day, wherever they lie."""
    moment = "modificationtime" if table == "job" else "hour"
    # With a scan, so that rows under keys that should not be there are found too.
    rows = scanned(archive, query_table(table), columns, f"{moment} >= %s AND {moment} < %s", (BEGIN, END))
    return as_set(columns, rows)


@pytest.mark.parametrize("table", list(EXPECTED))
def test_every_row_and_figure_is_what_sql_counts(
    oracle: duckdb.DuckDBPyConnection, archive: Session, table: str
) -> None:
    columns, expected = expected_rows(oracle, table)
    held = held_rows(archive, table, columns)
    assert len(expected) > 90
    assert (sorted(held - expected, key=str)[:3], sorted(expected - held, key=str)[:3]) == ([], [])


def test_no_table_and_no_column_is_left_out(oracle: duckdb.DuckDBPyConnection, archive: Session) -> None:
    tables = archive.cluster.metadata.keyspaces[archive.keyspace].tables
    assert set(EXPECTED) == {table.name for table in query_tables()}
    for table in EXPECTED.keys() - {"job"}:  # of which every column is compared elsewhere
        assert {*expected_rows(oracle, table)[0]} | ({"w"} & set(tables[table].columns)) == set(tables[table].columns)


def test_the_edges_of_the_rules_are_among_the_rows(oracle: duckdb.DuckDBPyConnection) -> None:
    ask = {
        "duplicates": f"(SELECT count(*) FROM source WHERE jobstatus IN {FINAL}) - (SELECT count(*) FROM completed)",
        "copies of which the archive's stays": "(SELECT count(*) FROM completed WHERE computingsite = 'ARCHIVE')",
        "copies of which the recent one stays": "(SELECT count(*) FROM completed WHERE computingsite = 'RECENT')",
        "not completed": f"(SELECT count(*) FROM source WHERE jobstatus NOT IN {FINAL})",
        "unknown sites": "(SELECT count(*) FROM jobs WHERE computingsite = '(unknown)')",
        "lookalikes": "(SELECT count(*) FROM jobs WHERE computingsite = '((unknown))')",
        "flagged": "(SELECT sum(walltime_flagged) FROM jobs)",
        "failed without a code": "(SELECT sum(failed_without_code) FROM jobs)",
        "labels of many codes": "(SELECT count(*) FROM jobs WHERE contains(label, ','))",
        "labels without an echo": "(SELECT count(*) FROM errors WHERE NOT contains(label, component || ':' || code))",
        "codes that no dictionary knows": "(SELECT count(*) FROM jobs WHERE category = 0)",
        "users by PRODUSERID": "(SELECT count(*) FROM completed WHERE produsername IS NULL AND produserid > '')",
        "tasks by TASKID": "(SELECT count(*) FROM completed WHERE jeditaskid IS NULL AND taskid > 0)",
        "requests": "(SELECT count(*) FROM jobs WHERE reqid > 0)",
        "nodes with a slot": "(SELECT count(*) FROM completed WHERE contains(modificationhost, '@'))",
        "messages that are none": "(SELECT count(*) FROM errors WHERE message IS NULL)",
        "groups of many messages": "(SELECT count(DISTINCT message) - count(DISTINCT message_group) FROM grouped)",
        **{
            f"lists of more than one page: {table}": f"(SELECT max(page) FROM ({EXPECTED[table]}))"
            for table in EXPECTED
            if table.startswith("jobs_by_")
        },
        "codes on other states": "(SELECT count(*) FROM jobs WHERE jobstatus <> 'failed' AND piloterrorcode > 0)",
        "more errors than samples": "(SELECT count(*) FROM errors WHERE code = 4242) - 3",
    }
    for what, expression in ask.items():
        assert oracle.execute(f"SELECT {expression}").fetchone()[0] > 0, what
    assert oracle.execute("SELECT count(DISTINCT component) FROM errors").fetchone() == (8,)


def test_the_list_of_jobs_carries_the_write_time_that_is_verified(archive: Session, day: ArchivedDay) -> None:
    ledger = Ledger(archive)
    states = {hour: ledger.state(hour) for hour in hours(Window(BEGIN, END))}
    assert all(state.verified for state in states.values())
    listed = archive.execute("SELECT hour, w FROM job_ids_by_hour WHERE hour >= %s AND hour < %s ALLOW FILTERING",
                             (BEGIN, END))  # fmt: skip
    assert {(comparable(row.hour), row.w) for row in listed} == {(hour, state.w) for hour, state in states.items()}


def test_the_ledger_balances_in_every_hour_and_counts_what_sql_counts(
    archive: Session, oracle: duckdb.DuckDBPyConnection
) -> None:
    ledger = Ledger(archive)
    counted = {
        hour.replace(tzinfo=UTC): numbers
        for hour, *numbers in oracle.execute(
            "SELECT date_trunc('hour', modificationtime), count(*), count(DISTINCT pandaid), "
            "count(*) FILTER (jobstatus = 'merging'), "
            f"count(*) FILTER (jobstatus NOT IN {FINAL}) FROM source GROUP BY 1"
        ).fetchall()
    }
    kept = {
        hour.replace(tzinfo=UTC): jobs
        for hour, jobs in oracle.execute("SELECT hour, count(*) FROM jobs GROUP BY 1").fetchall()
    }
    assert len(counted) == 24
    for hour in hours(Window(BEGIN, END)):
        entries = {entry.state: entry for entry in ledger.transitions(hour) if entry.load == LOAD}
        found = entries["extracted"].tables
        rows, distinct, merging, not_final = counted[hour]
        assert (found["source_rows"], found["source_distinct_jobs"]) == (rows, distinct)
        assert found["staged_kept"] == kept[hour] == entries["verified"].tables["job"]
        assert (found["staged_excluded"], found["staged_quarantined"]) == (merging, not_final - merging)
        parts = ("kept", "excluded", "quarantined", "duplicate")
        assert sum(found[f"staged_{part}"] for part in parts) == found["source_rows"]
        states = json.loads(entries["extracted"].details)["control_totals"]["source_states"]
        assert sum(states.values()) == rows


def test_the_ledger_counts_the_rows_of_every_table(archive: Session, oracle: duckdb.DuckDBPyConnection) -> None:
    ledger = Ledger(archive)
    verified = {
        hour.replace(tzinfo=None): entry.tables
        for hour in hours(Window(BEGIN, END))
        for entry in ledger.transitions(hour)
        if entry.state == "verified"
    }
    for table, sql in EXPECTED.items():
        moment = "modificationtime" if table == "job" else "hour"
        rows = oracle.execute(f"SELECT date_trunc('hour', {moment}), count(*) FROM ({sql}) GROUP BY 1").fetchall()
        assert {hour: tables[table] for hour, tables in verified.items() if tables[table]} == dict(rows), table
