"""Every row and figure of the query tables equals what DuckDB counts over the same rows of PostgreSQL.

The SQL is written from panda.md section 4 and shares no code with the rules of `data_models`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
from archived_day import BEGIN, DAY, END, LOAD, ArchivedDay, archived_day
from cassandra.cluster import Session
from pyspark.sql import SparkSession

from data_models.ledger import Ledger
from data_models.window import Window, hours

FINAL = "('finished', 'failed', 'cancelled', 'closed')"
BLANKS = "chr(32) || chr(9) || chr(10) || chr(13) || chr(160)"
EIGHT = {
    "brokerage": "brokerageerrorcode",
    "dataservice": "ddmerrorcode",
    "executor": "exeerrorcode",
    "jobdispatcher": "jobdispatchererrorcode",
    "pilot": "piloterrorcode",
    "taskbuffer": "taskbuffererrorcode",
    "transform": "exitcode",
    "supervisor": "superrorcode",
}
# One row a PANDAID and hour: the latest, and of equals the one of the recent table.
COMPLETED = f"""
CREATE TABLE completed AS
SELECT * FROM source WHERE jobstatus IN {FINAL}
QUALIFY row_number() OVER (
    PARTITION BY pandaid, date_trunc('hour', modificationtime)
    ORDER BY modificationtime DESC, statechangetime DESC NULLS LAST, rank
) = 1
"""
JOBS = f"""
CREATE TABLE jobs AS
WITH trimmed AS (
    SELECT *,
        trim(computingsite, {BLANKS}) AS site,
        trim(transexitcode, {BLANKS}) AS exit_text,
        CASE WHEN starttime <> TIMESTAMP '1970-01-01' THEN starttime END AS began,
        CASE WHEN endtime IS NOT NULL AND endtime <> TIMESTAMP '1970-01-01' THEN endtime
             WHEN statechangetime IS NOT NULL AND statechangetime <> TIMESTAMP '1970-01-01' THEN statechangetime
             ELSE modificationtime END AS ended,
        regexp_extract(concat(' ', jobmetrics, ' '), ' coreCount=([0-9]{{1,9}}) ', 1) AS metric
    FROM completed
), measured AS (
    SELECT *,
        CASE WHEN began IS NULL OR ended < began THEN 0
             ELSE (epoch_us(ended) - epoch_us(began)) // 1000000 END AS seconds,
        CASE WHEN actualcorecount BETWEEN 1 AND 999999 THEN actualcorecount
             WHEN metric <> '' AND metric::BIGINT BETWEEN 1 AND 999999 THEN metric::BIGINT
             WHEN corecount > 0 THEN corecount
             ELSE 1 END AS n_cores
    FROM trimmed
)
SELECT pandaid, modificationtime, jobstatus,
    modificationtime::DATE AS day,
    date_trunc('hour', modificationtime) AS hour,
    CASE WHEN coalesce(site, '') = '' THEN '(unknown)'
         WHEN regexp_full_match(site, '[(]+unknown[)]+') THEN '(' || site || ')'
         ELSE site END AS computingsite,
    brokerageerrorcode, ddmerrorcode, exeerrorcode, jobdispatchererrorcode, piloterrorcode, taskbuffererrorcode,
    superrorcode,
    CASE WHEN regexp_full_match(exit_text, '[+-]?[0-9]{{1,18}}([.]0*)?')
         THEN ltrim(split_part(exit_text, '.', 1), '+')::BIGINT END AS exitcode,
    seconds * n_cores AS walltime,
    n_cores AS cores,
    CASE WHEN cpuconsumptiontime BETWEEN 0 AND 1000000000000 THEN cpuconsumptiontime::BIGINT ELSE 0 END AS cputime,
    CASE WHEN hs06sec BETWEEN 0 AND 1000000000000 THEN hs06sec ELSE 0 END AS hs06sec,
    CASE WHEN gco2_global > 0 THEN (gco2_global * 100)::BIGINT ELSE 0 END AS co2,
    CASE WHEN began IS NULL THEN 0 WHEN ended < began THEN 1 WHEN seconds > 2592000 THEN 1 ELSE 0 END AS flagged
FROM measured
"""
ERRORS = "CREATE TABLE errors AS " + " UNION ALL ".join(
    f"SELECT *, '{name}' AS component, {column}::BIGINT AS code FROM jobs WHERE jobstatus = 'failed' AND {column} > 0"
    for name, column in EIGHT.items()
)
ERROR_FIGURES = """
    count(*) AS n_errors, sum(walltime) AS walltime_loss, sum(cputime) AS cpu_loss, sum(hs06sec) AS hs06_loss,
    sum(co2) AS co2_loss, list(pandaid ORDER BY modificationtime DESC, pandaid DESC)[1:3] AS samples
"""
EXPECTED = {
    "errors_by_hour": f"SELECT day, hour, component, code, {ERROR_FIGURES} FROM errors GROUP BY ALL",
    "errors_by_site": f"SELECT computingsite, day, hour, component, code, {ERROR_FIGURES} FROM errors GROUP BY ALL",
    "outcomes_by_site": """
        SELECT computingsite, day, hour, jobstatus, count(*) AS jobs,
            count(*) FILTER (jobstatus = 'failed' AND pandaid IN (SELECT e.pandaid FROM errors e WHERE e.hour = j.hour))
                AS failed_with_code,
            count(*) FILTER (jobstatus = 'failed'
                AND pandaid NOT IN (SELECT e.pandaid FROM errors e WHERE e.hour = j.hour)) AS failed_without_code,
            sum(walltime) AS walltime, sum(cputime) AS cputime, sum(cores) AS cores, sum(hs06sec) AS hs06sec,
            sum(co2) AS co2, sum(flagged) AS walltime_flagged
        FROM jobs j GROUP BY ALL""",
    "job": """
        SELECT pandaid, date_trunc('millisecond', modificationtime) AS modificationtime, jobstatus, computingsite,
            produsername, jeditaskid, transexitcode, piloterrorcode
        FROM completed""",
    "job_ids_by_hour": """
        SELECT date_trunc('hour', modificationtime) AS hour, pandaid % 16 AS bucket, pandaid,
            date_trunc('millisecond', modificationtime) AS modificationtime
        FROM completed""",
}
WITHIN = {
    "errors_by_hour": "day = %s",
    "errors_by_site": "day = %s",
    "outcomes_by_site": "day = %s",
    "job": "modificationtime >= %s AND modificationtime < %s",
    "job_ids_by_hour": "hour >= %s AND hour < %s",
}


@pytest.fixture(scope="module")
def day(spark: SparkSession, archive: Session) -> ArchivedDay:
    """The day, archived."""
    return archived_day()


@pytest.fixture(scope="module")
def oracle(day: ArchivedDay) -> Iterator[duckdb.DuckDBPyConnection]:
    """The rows of PostgreSQL in DuckDB, and what the rules make of them."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("arrived", day.rows)
        connection.execute("CREATE TABLE source AS SELECT * FROM arrived")
        for statement in (COMPLETED, JOBS, ERRORS):
            connection.execute(statement)
        yield connection


def comparable(value: Any) -> Any:
    """A value as both sides can give it: times in UTC, lists as tuples, the driver's dates as Python's."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, list | tuple):
        return tuple(value)
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
    bounds = (DAY,) if WITHIN[table] == "day = %s" else (BEGIN, END)
    # With a scan, so that rows under keys that should not be there are found too.
    rows = archive.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {WITHIN[table]} ALLOW FILTERING", bounds)
    return as_set(columns, rows)


@pytest.mark.parametrize("table", list(EXPECTED))
def test_every_row_and_figure_is_what_sql_counts(
    oracle: duckdb.DuckDBPyConnection, archive: Session, table: str
) -> None:
    columns, expected = expected_rows(oracle, table)
    held = held_rows(archive, table, columns)
    assert len(expected) > 100
    assert (sorted(held - expected, key=str)[:3], sorted(expected - held, key=str)[:3]) == ([], [])


def test_no_column_of_a_table_of_figures_is_left_out(oracle: duckdb.DuckDBPyConnection, archive: Session) -> None:
    keyspace = archive.cluster.metadata.keyspaces[archive.keyspace]
    for table in ("errors_by_hour", "errors_by_site", "outcomes_by_site"):
        assert set(expected_rows(oracle, table)[0]) == set(keyspace.tables[table].columns)


def test_the_edges_of_the_rules_are_among_the_rows(oracle: duckdb.DuckDBPyConnection) -> None:
    ask = {
        "duplicates": f"(SELECT count(*) FROM source WHERE jobstatus IN {FINAL}) - (SELECT count(*) FROM completed)",
        "copies of which the archive's stays": "(SELECT count(*) FROM completed WHERE computingsite = 'ARCHIVE')",
        "copies of which the recent one stays": "(SELECT count(*) FROM completed WHERE computingsite = 'RECENT')",
        "not completed": f"(SELECT count(*) FROM source WHERE jobstatus NOT IN {FINAL})",
        "unknown sites": "(SELECT count(*) FROM jobs WHERE computingsite = '(unknown)')",
        "lookalikes": "(SELECT count(*) FROM jobs WHERE computingsite = '((unknown))')",
        "flagged": "(SELECT sum(flagged) FROM jobs)",
        "failed without a code": "(SELECT count(*) FROM jobs WHERE jobstatus = 'failed' AND pandaid NOT IN "
        "(SELECT pandaid FROM errors))",
        "codes on other states": "(SELECT count(*) FROM jobs WHERE jobstatus <> 'failed' AND piloterrorcode > 0)",
        "more errors than samples": "(SELECT count(*) FROM errors WHERE code = 4242) - 3",
    }
    for what, expression in ask.items():
        assert oracle.execute(f"SELECT {expression}").fetchone()[0] > 0, what
    assert oracle.execute("SELECT count(DISTINCT component) FROM errors").fetchone() == (8,)


def test_the_list_of_jobs_carries_the_write_time_that_is_verified(archive: Session, day: ArchivedDay) -> None:
    ledger = Ledger(archive)
    for hour in hours(Window(BEGIN, END)):
        state = ledger.state(hour)
        assert state.verified
        buckets = [archive.execute("SELECT w FROM job_ids_by_hour WHERE hour = %s AND bucket = %s", (hour, bucket))
                   for bucket in range(16)]  # fmt: skip
        assert {row.w for rows in buckets for row in rows} == {state.w}


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


@pytest.mark.parametrize("table", ["errors_by_hour", "errors_by_site", "outcomes_by_site", "job", "job_ids_by_hour"])
def test_the_ledger_counts_the_rows_of_every_table(
    archive: Session, oracle: duckdb.DuckDBPyConnection, table: str
) -> None:
    ledger = Ledger(archive)
    moment = "modificationtime" if table == "job" else "hour"
    rows = oracle.execute(
        f"SELECT date_trunc('hour', {moment}), count(*) FROM ({EXPECTED[table]}) GROUP BY 1"
    ).fetchall()
    verified = {
        hour.replace(tzinfo=None): entry.tables[table]
        for hour in hours(Window(BEGIN, END))
        for entry in ledger.transitions(hour)
        if entry.state == "verified"
    }
    assert {hour: number for hour, number in verified.items() if number} == dict(rows)
