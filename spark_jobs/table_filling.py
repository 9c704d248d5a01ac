"""One table of hours that are archived without it: its rows are written with the write time of each hour's verified
load, as if that load had had the table.

So loads converge as ever: the partitions are entered in the ledger before the first row, and a later load deletes what
it finds there below its own write time, whatever is written after it. What is in the table already under that write
time, left by a rebuild that was cut off or written before a column was added, may only be added to: of two values of
one cell with one write time Cassandra would keep the larger, whichever is right.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from operator import or_
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models.ledger import Ledger, Superseded
from data_models.ledger_state import Transition, verified_entry
from data_models.query_table import QueryTable, Rows
from data_models.window import format_time
from spark_jobs import step
from spark_jobs.aggregate import expected_totals, found_totals
from spark_jobs.connector import write_rows
from spark_jobs.daily_rows import hour_rows, listed_keys
from spark_jobs.hour_load import HourLoad, LoadIdentity, clean, unless_superseded
from spark_jobs.publish import parted, rows_to_write
from spark_jobs.table_rows import key_names, table_rows
from spark_jobs.table_totals import differences, duplicate_keys
from spark_jobs.touched_partitions import WINDOW_HOUR, touched_partitions
from spark_jobs.verify import Found, compare, read_back

Entries = Mapping[datetime, Transition]
NONE = Found(0, "")


def fill(
    spark: SparkSession, ledger: Ledger, table: QueryTable, cubes: Mapping[Rows, DataFrame], entries: Entries, run: str
) -> dict[datetime, int]:
    """Write the rows of a table for some hours, read them back and enter them as verified; the rows of each hour.

    `cubes`: what the rows are made from, of these hours; `entries`: that by which each is verified; `run`: the name of
    the run, for the ledger. An hour that a load has taken over meanwhile is left out. Raises step.Failed.
    """
    rows = table_rows(table, cubes).persist()
    try:
        totals = balanced_totals(table, rows, cubes)
        require_only_added(spark, ledger, table, rows, entries)
        loads = begin(ledger, table, rows, entries, run)
        if loads:
            write_rows(rows_to_write(table, rows, loads), table)
        for hour in loads:
            clean(ledger, hour)
        found = read_back(spark, {table: rows}, {hour: load.w for hour, load in loads.items()})
        return verified_rows(ledger, table, loads, totals, found[table.name])
    finally:
        rows.unpersist()


def balanced_totals(table: QueryTable, rows: DataFrame, cubes: Mapping[Rows, DataFrame]) -> dict[str, dict[str, Any]]:
    """The totals of a table by hour. Raises step.Failed unless they are what the jobs add up to, one row a key."""
    totals = {"tables": found_totals({table: rows}), "expected": expected_totals(cubes, [table])}
    if wrong := [*differences(totals), *duplicate_keys(totals)]:
        raise step.Failed(
            f"table {table.name} is not what its jobs add up to, nothing was written: {'; '.join(wrong[:5])}. Correct "
            "the table's file"
        )
    return totals["tables"][table.name]


def begin(ledger: Ledger, table: QueryTable, rows: DataFrame, entries: Entries, run: str) -> dict[datetime, HourLoad]:
    """The loads of the hours that go on, after their partitions were entered."""
    partitions = touched_partitions(table, rows)
    loads = {
        hour: HourLoad(ledger, LoadIdentity(entry.load, entry.t, entry.model, run), hour, "", entry.w)
        for hour, entry in entries.items()
        # Compared after the jobs were read: they are those of this load if no other one has begun.
        if verified_of(ledger, hour, entry.w)
    }
    going, _ = parted(
        loads, unless_superseded(lambda load: load.extend(table, partitions.get(load.hour, [])), loads.values())
    )
    return going


def verified_of(ledger: Ledger, hour: datetime, w: int) -> Transition | None:
    """The entry by which an hour is verified, while that is still the load of a write time."""
    entry = verified_entry(ledger.transitions(hour))
    return entry if entry and entry.w == w else None


def verified_rows(
    ledger: Ledger,
    table: QueryTable,
    loads: Mapping[datetime, HourLoad],
    totals: Mapping[str, dict[str, Any]],
    found: Mapping[str, Found],
) -> dict[datetime, int]:
    """Enter the hours whose rows were read back as they were made; the rows of each. Raises step.Failed."""
    rows, wrong = {}, []
    for hour, load in loads.items():
        text = format_time(hour)
        held = found.get(text, NONE)
        if not (entry := verified_of(ledger, hour, load.w)):
            continue
        if difference := compare(table.name, text, totals.get(text), held, "made"):
            wrong.append(difference)
            continue
        with suppress(Superseded):
            load.verified(entry.tables | {table.verified_as: held.rows}, details_with(entry, table, held))
            rows[hour] = held.rows
    if wrong:
        raise step.Failed(
            f"read back from Cassandra is not what was made: {'; '.join(wrong[:5])}. Run the rebuild again; if it "
            "stays, look at the table by the key"
        )
    return rows


def details_with(entry: Transition, table: QueryTable, held: Found) -> str:
    """The details of an hour's entry with those of a table that was rebuilt."""
    details = json.loads(entry.details)
    checksums = details.get("checksums", {}) | {table.name: held.checksum}
    return json.dumps(details | {"checksums": checksums, "rebuilt": table.verified_as})


def require_only_added(
    spark: SparkSession, ledger: Ledger, table: QueryTable, rows: DataFrame, entries: Entries
) -> None:
    """Raises step.Failed where a table holds, of the same loads, what the rows to be written would contradict."""
    keys = listed_keys(ledger, table, {hour: entry.w for hour, entry in entries.items()})
    if not keys:
        return
    hours = [hour.replace(tzinfo=None) for hour in entries]
    held = hour_rows(spark, table, keys).withColumn(WINDOW_HOUR, F.expr(table.hour_expression))
    values = [value.name for value in table.values]
    made = rows.select(*key_names(table), F.struct(*values).alias("made"))
    both = held.where(F.col(WINDOW_HOUR).isin(hours)).join(made, list(key_names(table)), "left")
    contradicted = [F.col(name).isNotNull() & ~F.col(name).eqNullSafe(F.col("made")[name]) for name in values]
    found = both.where(functools.reduce(or_, contradicted))
    if example := found.select(F.to_json(F.struct(*key_names(table))).alias("key")).first():
        raise step.Failed(
            f"table {table.name} holds {found.count()} rows that would be changed or go, such as {example.key}, not "
            "only be added to; nothing was written. Give the changed table a new name in its file, run python -m "
            "data_models.cql --apply and rebuild that"
        )
