"""Step 4: read back from Cassandra, by key, what was published, and compare it table by table.

    python -m spark_jobs.verify --load NAME

Verified means: every table holds in every hour as many rows as were staged, with the same checksum over all columns.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.dimensions import YEAR
from data_models.ledger import Ledger
from data_models.ledger_state import ATTEMPT_DEADLINE
from data_models.query_table import HOUR_COLUMN, LOAD_COLUMN, QueryTable
from data_models.window import format_time, parse_time
from spark_jobs import step
from spark_jobs.aggregate import staged_tables
from spark_jobs.at_once import at_once, collected
from spark_jobs.connector import FIRST_HOUR, LAST_HOUR, read_partitions
from spark_jobs.gate_ledger import kept_jobs
from spark_jobs.hour_load import HourLoad, LoadIdentity, unless_superseded
from spark_jobs.load_report import write_report
from spark_jobs.publish import content_of, identity_of, rows_of_hour
from spark_jobs.session import spark_session
from spark_jobs.small_loads import suit_load
from spark_jobs.staging import Staging
from spark_jobs.table_rows import checksum_of, hash_sums, row_hash
from spark_jobs.touched_partitions import WINDOW_HOUR
from spark_jobs.write_times import write_time


class NotEqual(step.Failed):
    """What was read back is not what was staged; the message names window, table and remedy."""


@dataclass(frozen=True)
class Found:
    """What an hour of a table holds in Cassandra."""

    rows: int
    checksum: str


def verify(spark: SparkSession, ledger: Ledger, staging: Staging, identity: LoadIdentity) -> dict[str, Any]:
    """Compare every table and enter the hours that are equal as verified; returns what is staged beside the rest.

    {"verified": [hour], "waiting": [hour], "superseded": [hour], "tables": {table: equal?}}; `waiting` are equal too,
    but another attempt is open that may still write. Raises NotEqual after all hours are entered.
    """
    aggregation = staging.read_json("aggregation.json")
    write_times = {parse_time(hour): w for hour, w in staging.read_json("publication.json")["w"].items()}
    found = read_back(spark, staged_tables(spark, staging), write_times)
    unequal = {hour: hour_differences(aggregation, found, format_time(hour)) for hour in write_times}
    loads = [
        HourLoad(ledger, identity.of(hour), hour, content_of(aggregation, hour), w) for hour, w in write_times.items()
    ]

    seconds = staging.read_json_or_none("timings.json") or {}

    def enter(load: HourLoad) -> None:
        if unequal[load.hour]:
            load.require_newest()
            load.failed("; ".join(unequal[load.hour])[:2000])
            return
        text = format_time(load.hour)
        checksums = {name: by_hour[text].checksum for name, by_hour in found.items() if text in by_hour}
        load.verified(rows_of_hour(aggregation, load.hour), json.dumps({"checksums": checksums, "seconds": seconds}))

    verification: dict[str, Any] = {
        "verified": [],
        "waiting": [],
        "superseded": [],
        "tables": dict.fromkeys(found, True),
    }
    differences = []
    for load, entered in zip(loads, unless_superseded(enter, loads), strict=True):
        if not entered:
            verification["superseded"].append(format_time(load.hour))
        elif unequal[load.hour]:
            differences += unequal[load.hour]
        else:
            told = "waiting" if ledger.state(load.hour).open else "verified"
            verification[told].append(format_time(load.hour))
    for name in found:
        verification["tables"][name] = not any(difference.startswith(f"{name},") for difference in differences)
    staging.write_json("verification.json", verification)
    if differences:
        raise NotEqual(
            f"load {staging.load}: read back from Cassandra is not what was staged: {'; '.join(differences[:5])}. "
            "Publish the load again; if it stays, look at the table by the key"
        )
    return verification


def hour_differences(aggregation: dict[str, Any], found: dict[str, dict[str, Found]], hour: str) -> list[str]:
    """What differs in an hour, table by table, in words."""
    return [
        difference
        for name, by_hour in found.items()
        if (difference := compare(name, hour, aggregation["tables"][name].get(hour), by_hour.get(hour)))
    ]


def read_back(
    spark: SparkSession, made: Mapping[QueryTable, DataFrame], write_times: Mapping[datetime, int]
) -> dict[str, dict[str, Found]]:
    """Rows and checksum, by table and hour, of what Cassandra holds in the partitions of the rows that were made."""
    found: dict[str, dict[str, Found]] = {table.name: {} for table in made}
    if not write_times:
        return found
    # Where each key is to be read is planned here, not when all are counted.
    parts = at_once(lambda table: held_rows(spark, table, made[table], write_times), made)
    sums = (F.count("*").alias("rows"), *hash_sums())
    for row in collected(parts, lambda rows: rows.groupBy("table_name", WINDOW_HOUR).agg(*sums)):
        hour = format_time(row[WINDOW_HOUR].replace(tzinfo=UTC))
        found[row.table_name][hour] = Found(row.rows, str(checksum_of(row)))
    return found


def held_rows(
    spark: SparkSession, table: QueryTable, rows: DataFrame, write_times: Mapping[datetime, int]
) -> DataFrame:
    """Table name, hour and hash of each row that Cassandra holds of a table in the hours and their rows' partitions."""
    w = write_time(write_times, table.hour_expression)
    held = read_partitions(spark, table, keys_of(table, rows.where(w.isNotNull())))
    held = held.withColumn(WINDOW_HOUR, F.expr(table.hour_expression))
    held = held.where(F.col(LOAD_COLUMN) == w if table.keyed_by_load else w.isNotNull())
    return held.select(F.lit(table.name).alias("table_name"), WINDOW_HOUR, row_hash(table))


def keys_of(table: QueryTable, rows: DataFrame) -> DataFrame:
    """What rows are read back by: their partitions, of a partition of a year only their hours, from first to last.

    A day's partition is read whole: few of its hours are not of the load.
    """
    names = table.partition_names
    if YEAR.name not in names:
        return rows.select(*names).distinct()
    return rows.groupBy(*names).agg(F.min(HOUR_COLUMN).alias(FIRST_HOUR), F.max(HOUR_COLUMN).alias(LAST_HOUR))


def compare(
    table: str, hour: str, staged: Mapping[str, Any] | None, found: Found | None, origin: str = "staged"
) -> str:
    """The difference of one hour of a table in words; empty when there is none. `origin`: what became of the rows
    that should be there."""
    wanted = (staged["rows"], staged["checksum"]) if staged else (0, "")
    held = (found.rows, found.checksum) if found else (0, "")
    if wanted == held:
        return ""
    return f"{table}, hour {hour}: {wanted[0]} rows {origin}, {held[0]} read back" + (
        ", their content differs" if wanted[0] == held[0] else ""
    )


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Verify a load that has been published."""
    started = time.monotonic()
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        spark = spark_session("verify", jobs=kept_jobs(ledger, options.window, options.load))
        staging = Staging.current(spark, options.load)
        suit_load(spark, staging, "verify")
        verification = verify(spark, ledger, staging, identity_of(staging, options))
        report = write_report(staging, "verify", time.monotonic() - started)
    if waiting := verification["waiting"]:
        print(
            f"  read back and equal, but another attempt is open that may still write: {', '.join(waiting)}. "
            f"When it is {ATTEMPT_DEADLINE} old, python -m spark_jobs.reap --window {options.window} closes it; until "
            "then readers are told that these hours are refreshed",
            file=sys.stderr,
        )
    return {
        "verified_hours": len(verification["verified"]),
        "waiting": waiting,
        "superseded": verification["superseded"],
        "tables": verification["tables"],
        "report": report,
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    return step.run("verify", step.parser("verify", __doc__).parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
