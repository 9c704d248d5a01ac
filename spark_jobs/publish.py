"""Step 3: write the staged rows of every query table into Cassandra, by the protocol of `hour_load`.

python -m spark_jobs.publish --load NAME
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.erased_users import ErasedUsers, state_of
from data_models.ledger import Ledger
from data_models.query_table import LOAD_COLUMN, QueryTable
from data_models.tables import query_table, query_tables
from data_models.version import MODEL_VERSION
from data_models.window import format_time, hours, parse, parse_time
from spark_jobs import step
from spark_jobs.aggregate import staged_tables
from spark_jobs.at_once import at_once
from spark_jobs.connector import WRITE_TIME, write_rows
from spark_jobs.gate_ledger import GATES, kept_jobs, require_passed
from spark_jobs.hour_load import HourLoad, LoadIdentity, unless_superseded
from spark_jobs.load_report import write_report
from spark_jobs.session import spark_session
from spark_jobs.small_loads import suit_load
from spark_jobs.staging import Staging, StagingError
from spark_jobs.touched_partitions import listed_tables, staged_partitions
from spark_jobs.write_times import write_time


def publish(spark: SparkSession, ledger: Ledger, staging: Staging, identity: LoadIdentity) -> dict[str, Any]:
    """Write all tables, hour by hour of the ledger; returns the publication that is staged for the verify step.

    {"w": {hour: write time}, "superseded": [hour], "tables": {table: rows}}. Hours that a later load has overtaken are
    left out. After an error the begun hours are entered as failed and the error goes on.
    """
    aggregation = staging.read_json("aggregation.json")
    window = parse(staging.read_json("extraction.json")["window"])
    wanted = [hour for hour in hours(window) if not identity.t_by_hour or hour in identity.t_by_hour]
    begun = {hour: HourLoad(ledger, identity.of(hour), hour, content_of(aggregation, hour)) for hour in wanted}
    try:
        loads, superseded = begin_hours(spark, staging, begun)
        # After the hours have begun: an erasure enters the name first, and then looks for loads that have begun.
        require_names_erased(ledger, staging)
        if loads:
            write_tables(spark, staging, aggregation, loads)
        finished = unless_superseded(lambda load: load.finish(rows_of_hour(aggregation, load.hour)), loads.values())
        published, overtaken = parted(loads, finished)
        superseded += overtaken
    except Exception as error:
        enter_failed(begun.values(), f"{type(error).__name__}: {error}"[:2000])
        raise
    publication = {
        "w": {format_time(hour): load.w for hour, load in published.items()},
        "superseded": [format_time(hour) for hour in superseded],
        "tables": {table.name: hour_rows(aggregation, table, published) for table in query_tables()},
    }
    staging.write_json("publication.json", publication)
    return publication


def write_tables(
    spark: SparkSession, staging: Staging, aggregation: dict[str, Any], loads: dict[datetime, HourLoad]
) -> None:
    """Write the rows of all tables, some at once, lists of what a load writes before what they list."""
    made = staged_tables(spark, staging)

    def write(table: QueryTable) -> None:
        for load in loads.values():
            load.require_time(table.name)
        with step.telling(f"while rows of table {table.name} were written"):
            write_rows(rows_to_write(table, made[table], loads), table)
        print(f"  {table.name}: {hour_rows(aggregation, table, loads)} rows written", flush=True)

    at_once(write, [table for table in made if table.registry is None])
    at_once(write, [table for table in made if table.registry])


def enter_failed(loads: Iterable[HourLoad], note: str) -> None:
    """Enter the hours that have begun as failed, those that can be. Raises what the ledger met: when it is away, what
    came before is of that too, and the connector does not always say so."""
    refused: list[Exception] = []
    for load in loads:
        if load.begun:
            try:
                load.failed(note)
            except Exception as error:
                refused.append(error)
    if refused:
        print(f"  the ledger does not take that the load failed: {note}", file=sys.stderr, flush=True)
        refused[0].add_note("while the ledger was told that the load failed, whose hours stay open in it")
        raise refused[0]


def begin_hours(
    spark: SparkSession, staging: Staging, loads: dict[datetime, HourLoad]
) -> tuple[dict[datetime, HourLoad], list[datetime]]:
    """Reserve the write times and enter the partitions; the hours that may go on, and those that are superseded."""
    partitions = staged_partitions(spark, staging)

    def begin(load: HourLoad) -> None:
        load.begin({table.name: partitions[table.name].get(load.hour, []) for table in listed_tables()})

    return parted(loads, unless_superseded(begin, loads.values()))


def require_names_erased(ledger: Ledger, staging: Staging) -> None:
    """Raises StagingError when user names were erased since the load was extracted: it may still have them."""
    now = state_of(ErasedUsers(ledger.session).replacements())
    if staging.read_json("extraction.json").get("erased_users", state_of({})) != now:
        raise StagingError(
            f"load {staging.load}: the list of erased users has changed since it was extracted; extract it again"
        )


def parted(loads: dict[datetime, HourLoad], went_on: Iterable[bool]) -> tuple[dict[datetime, HourLoad], list[datetime]]:
    """The hours that go on, and those that do not."""
    told = dict(zip(loads, went_on, strict=True))
    return {hour: load for hour, load in loads.items() if told[hour]}, [hour for hour in loads if not told[hour]]


def rows_to_write(table: QueryTable, rows: DataFrame, loads: Mapping[datetime, HourLoad]) -> DataFrame:
    """The rows of a table that are of the hours that go on, each with its hour's write time."""
    w = write_time({hour: load.w for hour, load in loads.items()}, table.hour_expression)
    timed = rows.withColumn(WRITE_TIME, w).where(F.col(WRITE_TIME).isNotNull())
    return timed.withColumn(LOAD_COLUMN, F.col(WRITE_TIME)) if table.keyed_by_load else timed


def rows_of_hour(aggregation: dict[str, Any], hour: datetime) -> dict[str, int]:
    """Rows of each table in an hour, as the ledger counts them."""
    return {
        query_table(name).verified_as: by_hour.get(format_time(hour), {}).get("rows", 0)
        for name, by_hour in aggregation["tables"].items()
    }


def hour_rows(aggregation: dict[str, Any], table: QueryTable, chosen: dict[datetime, object]) -> int:
    """Rows of a table over some hours."""
    return sum(total["rows"] for hour, total in aggregation["tables"][table.name].items() if parse_time(hour) in chosen)


def content_of(aggregation: dict[str, Any], hour: datetime) -> str:
    """The checksum of all that a load writes for an hour: of the checksums of its tables."""
    text = format_time(hour)
    facts = {
        name: (by_hour[text]["rows"], by_hour[text]["checksum"]) if text in by_hour else (0, "")
        for name, by_hour in sorted(aggregation["tables"].items())
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def identity_of(staging: Staging, options: argparse.Namespace) -> LoadIdentity:
    """Which load is published: its snapshot's instant is that of the extraction that counts."""
    extraction = staging.read_json("extraction.json")
    if extraction["window"] != str(options.window):
        raise StagingError(
            f"load {staging.load} holds window {extraction['window']}, not {options.window}; give the one or the other"
        )
    return LoadIdentity(staging.load, extraction["t"], MODEL_VERSION, options.run_id)


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Publish a load that both gates let pass."""
    started = time.monotonic()
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        for gate in GATES:
            require_passed(ledger, options.window, options.load, gate)
        spark = spark_session("publish", jobs=kept_jobs(ledger, options.window, options.load))
        staging = Staging.current(spark, options.load)
        suit_load(spark, staging, "publish")
        identity = identity_of(staging, options)
        require_names_erased(ledger, staging)
        publication = publish(spark, ledger, staging, identity)
        write_report(staging, "publish", time.monotonic() - started)
    return {"tables": publication["tables"], "superseded": publication["superseded"]}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    return step.run("publish", step.parser("publish", __doc__).parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
