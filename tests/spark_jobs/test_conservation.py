"""Figures are conserved: summed over sites, users, tasks, nodes, hours, messages or pages they give the totals.

Everything here follows from the definitions of the tables, so a new table is checked without being named.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import duckdb
import pyarrow as pa
import pytest
from archived_day import BEGIN, END, archived_day
from cassandra.cluster import Session
from duckdb_oracle import duckdb_oracle
from one_row import scanned
from pyspark.sql import SparkSession

from data_models.query_table import HOUR_COLUMN, LOAD_COLUMN, PAGE_COLUMN, Figure, Fold, Key, QueryTable, Rows
from data_models.tables import query_tables

SUMMED = [table for table in query_tables() if any(figure.fold is Fold.SUM for figure in table.figures)]
EACH = pytest.mark.parametrize("table", SUMMED, ids=lambda table: table.name)
# What the oracle calls the rows that tables are made from.
MADE_FROM = {Rows.JOBS: "jobs", Rows.ERRORS: "errors", Rows.ENTITIES: "entities"}


def sums(table: QueryTable) -> list[Figure]:
    """The figures of a table that are sums."""
    return [figure for figure in table.figures if figure.fold is Fold.SUM]


@pytest.fixture(scope="module")
def held(spark: SparkSession, archive: Session) -> Iterator[duckdb.DuckDBPyConnection]:
    """The oracle's rows, and beside them keys and sums of every table as Cassandra holds them of the day."""
    with duckdb_oracle(archived_day().rows) as connection:
        for table in SUMMED:
            columns = [*(key.name for key in keys(table)), *(figure.name for figure in sums(table))]
            rows = scanned(archive, table, columns, "hour >= %s AND hour < %s", (BEGIN, END))
            by_column = zip(*rows, strict=True)
            arrays = [pa.array([plain(value) for value in values]) for values in by_column]
            connection.register(f"held_{table.name}", pa.table(arrays, names=columns))
        yield connection


def plain(value: object) -> object:
    """A value that Arrow takes: the driver has dates of its own."""
    return value.date() if type(value).__name__ == "Date" else value


def keys(table: QueryTable) -> list[Key]:
    """The keys that mean the same in every table: not the page of one list, or what follows from it, nor the load."""
    return [
        key
        for key in (*table.partition, *table.clustering)
        if PAGE_COLUMN not in key.expression and key.name != LOAD_COLUMN
    ]


def shared_sums(one: QueryTable, other: QueryTable) -> list[tuple[str, str]]:
    """The names of the sums that two tables make of the same column, in either."""
    there = {figure.source: figure.name for figure in sums(other)}
    return [(figure.name, there[figure.source]) for figure in sums(one) if figure.source in there]


@EACH
def test_sums_over_all_keys_are_those_of_the_jobs_hour_by_hour(
    held: duckdb.DuckDBPyConnection, table: QueryTable
) -> None:
    made = ", ".join(f"sum({figure.name})" for figure in sums(table))
    source = ", ".join(f"sum({figure.source})" for figure in sums(table))
    found = held.execute(f"SELECT hour, {made} FROM held_{table.name} GROUP BY ALL ORDER BY 1").fetchall()
    rows = f"{MADE_FROM[table.rows]} WHERE {table.where}"
    assert found == held.execute(f"SELECT hour, {source} FROM {rows} GROUP BY ALL ORDER BY 1").fetchall()
    assert len(found) == 24


PAIRS = [
    (one, other)
    for one, other in combinations(SUMMED, 2)
    if (one.rows, one.where) == (other.rows, other.where) and shared_sums(one, other)
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_two_tables_agree_on_every_key_that_they_share(
    held: duckdb.DuckDBPyConnection, pair: tuple[QueryTable, QueryTable]
) -> None:
    one, other = pair
    shared = [key.name for key in keys(one) if key in keys(other)]
    assert HOUR_COLUMN in shared
    by = ", ".join(shared)
    found = [
        held.execute(
            f"SELECT {by}, {', '.join(f'sum({names[side]})' for names in shared_sums(one, other))} "
            f"FROM held_{table.name} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        for side, table in enumerate(pair)
    ]
    assert found[0] == found[1]


@EACH
def test_an_additive_figure_counts_each_job_or_error_once_and_one_that_is_not_counts_jobs_again(
    held: duckdb.DuckDBPyConnection, table: QueryTable
) -> None:
    for figure in sums(table):
        total = held.execute(f"SELECT sum({figure.name}) FROM held_{table.name}").fetchone()[0]
        if figure.source == "n_errors":
            once = held.execute("SELECT count(DISTINCT (pandaid, hour, component, code)) FROM errors").fetchone()[0]
        else:
            with_errors = " AND failed_with_code = 1" if table.rows is Rows.ERRORS else ""
            once = held.execute(f"SELECT sum({figure.source}) FROM jobs WHERE {table.where}{with_errors}").fetchone()[0]
        # A job is three entities: its site, its user, its task. Each kind by itself adds up.
        kinds = 3 if table.rows is Rows.ENTITIES else 1
        assert (total == once * kinds) == figure.additive, figure.name
        assert total >= once > 0, figure.name
