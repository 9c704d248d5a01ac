"""Step 2: make the rows of every query table from the staged jobs, and the totals that gate 2 compares.

python -m spark_jobs.aggregate --load NAME
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import Any

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from data_models.query_table import Figure, Fold, QueryTable, Rows
from data_models.tables import query_tables
from data_models.window import format_time
from spark_jobs import step
from spark_jobs.at_once import at_once, collected
from spark_jobs.gate_ledger import kept_jobs, pass_gate, require_passed
from spark_jobs.gates import gate_tables
from spark_jobs.load_report import write_report
from spark_jobs.one_part import in_one_part
from spark_jobs.session import spark_session
from spark_jobs.small_loads import suit_load
from spark_jobs.staged_rows import staged_jobs
from spark_jobs.staging import Staging, StagingError
from spark_jobs.table_rows import checksum_of, hash_sums, key_names, row_hash, rows_of, table_rows
from spark_jobs.touched_partitions import stage_partitions
from spark_jobs.validation import import_ahead

Totals = dict[str, dict[str, Any]]
SCHEMAS = "schemas.json"
MOST_SUMS = max(sum(figure.fold is Fold.SUM for figure in table.figures) for table in query_tables())


def aggregate(spark: SparkSession, staging: Staging) -> dict[str, Any]:
    """Stage the rows of every table and return their totals and what those should be, by table and hour.

    {"tables": {table: {hour: {rows, distinct_keys, checksum, sums}}}, "expected": {table: {hour: {rows, sums}}}}
    """
    rows = rows_of(staged_jobs(spark, staging))
    # Half of the tables are made of errors, an eighth of the jobs: kept, a day of 200,000 jobs takes 8 % less here. All
    # jobs, kept, take as long as read again.
    errors = rows[Rows.ERRORS].persist()
    try:
        aggregation = staged_and_totalled(spark, staging, rows)
    finally:
        errors.unpersist()
    staging.write_json("aggregation.json", aggregation)
    return aggregation


def staged_and_totalled(spark: SparkSession, staging: Staging, rows: Mapping[Rows, DataFrame]) -> dict[str, Any]:
    """Stage the rows of every table, made from `rows`; the totals that `aggregate` returns."""
    schemas: dict[str, Any] = {}

    def stage(table: QueryTable) -> None:
        frame = table_rows(table, rows)
        with step.telling(f"while rows of table {table.name} were staged in {staging.path('tables', table.name)}"):
            frame.write.mode("overwrite").parquet(staging.path("tables", table.name))
        schemas[table.name] = frame.schema.jsonValue()
        print(f"  {table.name}: rows staged", flush=True)

    with ThreadPoolExecutor(1) as beside:
        expected = beside.submit(expected_totals, rows, query_tables())
        at_once(stage, [table for table in query_tables() if table.figures])
        staging.write_json(SCHEMAS, schemas)
        tables = staged_tables(spark, staging)
        partitions = beside.submit(stage_partitions, staging, tables)
        aggregation = {"tables": found_totals(tables), "expected": expected.result()}
        partitions.result()
    return aggregation


def staged_tables(spark: SparkSession, staging: Staging) -> dict[QueryTable, DataFrame]:
    """The rows of every table of hours: folded ones as they are staged; records are picked from the staged jobs again.

    The schemas were staged too: to find each out from its files would take Spark a job a table. Raises StagingError.
    """
    schemas = staging.read_json(SCHEMAS)
    if lacking := [table.name for table in query_tables() if table.figures and table.name not in schemas]:
        raise StagingError(
            f"load {staging.load}: tables {', '.join(lacking)} were not staged, they are newer than the load; run the "
            "aggregate step again"
        )
    rows = rows_of(staged_jobs(spark, staging))
    return {
        table: in_one_part(
            spark.read.schema(StructType.fromJson(schemas[table.name])).parquet(staging.path("tables", table.name))
        )
        if table.figures
        else table_rows(table, rows)
        for table in query_tables()
    }


def summed_figures(table: QueryTable) -> tuple[Figure, ...]:
    """The figures of a table whose sums are compared."""
    return tuple(figure for figure in table.figures if figure.fold is Fold.SUM)


def found_totals(frames: dict[QueryTable, DataFrame]) -> Totals:
    """Rows, distinct keys, checksum and sums of each table's rows by hour."""
    parts = [
        frame.select(
            F.lit(table.name).alias("table_name"),
            F.expr(table.hour_expression).alias("window_hour"),
            F.xxhash64(*key_names(table)).alias("key"),
            row_hash(table),
            sums_of(table, [F.col(figure.name) for figure in summed_figures(table)]),
        )
        for table, frame in frames.items()
    ]
    sums = (
        F.count("*").alias("rows"),
        F.count_distinct("key").alias("distinct_keys"),
        *hash_sums(),
        *array_sums(),
    )
    by_table: Totals = {table.name: {} for table in frames}
    names = {table.name: [figure.name for figure in summed_figures(table)] for table in frames}
    for row in collected(parts, lambda rows: rows.groupBy("table_name", "window_hour").agg(*sums)):
        by_table[row.table_name][hour_text(row)] = {
            "rows": row.rows,
            "distinct_keys": row.distinct_keys,
            "checksum": str(checksum_of(row)),
            "sums": {name: row[f"sum_{place}"] for place, name in enumerate(names[row.table_name])},
        }
    return by_table


def expected_totals(rows: Mapping[Rows, DataFrame], tables: Iterable[QueryTable]) -> Totals:
    """What each table's sums have to be by hour, counted over the rows that it is made from; for records the rows.

    Tables that are made of the same rows and figures are counted once.
    """
    alike: dict[tuple, list[QueryTable]] = defaultdict(list)
    for table in tables:
        alike[table.rows, table.where, tuple(figure.source for figure in summed_figures(table))].append(table)
    parts = [
        rows[same[0].rows]
        .where(same[0].where)
        .select(
            F.lit(same[0].name).alias("table_name"),
            F.date_trunc("hour", "modificationtime").alias("window_hour"),
            sums_of(same[0], [F.expr(figure.source) for figure in summed_figures(same[0])]),
        )
        for same in alike.values()
    ]
    sums = (F.count("*").alias("rows"), *array_sums())
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in collected(parts, lambda rows: rows.groupBy("table_name", "window_hour").agg(*sums)):
        by_name[row.table_name].append(row)
    return {
        table.name: {
            hour_text(row): {
                "rows": None if table.figures else row.rows,
                "sums": {figure.name: row[f"sum_{place}"] for place, figure in enumerate(summed_figures(table))},
            }
            for row in by_name[same[0].name]
        }
        for same in alike.values()
        for table in same
    }


def sums_of(table: QueryTable, columns: list[Column]) -> Column:
    """The figures of a row as an array that is as long for every table."""
    padding = [F.lit(0)] * (MOST_SUMS - len(summed_figures(table)))
    return F.array(*(column.cast("bigint") for column in (*columns, *padding))).alias("sums")


def array_sums() -> list[Column]:
    """The sum of each place of the arrays."""
    return [F.sum(F.col("sums")[place]).alias(f"sum_{place}") for place in range(MOST_SUMS)]


def hour_text(row: Row) -> str:
    """The hour of a row of totals, as it is written."""
    return format_time(row.window_hour.replace(tzinfo=UTC))


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Aggregate a load that gate 1 let pass, and run gate 2."""
    started = time.monotonic()
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        require_passed(ledger, options.window, options.load, "jobs")
        spark = spark_session("aggregate", jobs=kept_jobs(ledger, options.window, options.load))
        import_ahead()
        staging = Staging.current(spark, options.load)
        suit_load(spark, staging, "aggregate")
        aggregation = aggregate(spark, staging)
        result = gate_tables(staging, aggregation)
        verdict = pass_gate(ledger, staging, options, result, staging.read_json("extraction.json")["t"])
        report = write_report(staging, "aggregate", time.monotonic() - started)
    rows = {name: sum(total["rows"] for total in by_hour.values()) for name, by_hour in aggregation["tables"].items()}
    return {"rows": rows, "verdict": verdict, "report": report}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    return step.run("aggregate", step.parser("aggregate", __doc__).parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
