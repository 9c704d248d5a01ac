"""Step 2: make the rows of every query table from the staged jobs, and the totals that gate 2 compares.

python -m spark_jobs.aggregate --load NAME
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.ledger import Ledger
from data_models.query_table import Fold, QueryTable, Rows
from data_models.tables import query_tables
from data_models.window import format_time
from spark_jobs import step
from spark_jobs.gate_ledger import pass_gate, require_passed
from spark_jobs.gates import gate_tables
from spark_jobs.load_report import write_report
from spark_jobs.session import spark_session
from spark_jobs.staged_rows import staged_jobs
from spark_jobs.staging import Staging
from spark_jobs.table_rows import checksum, error_cube_of, job_cube_of, key_names, table_rows

Totals = dict[str, dict[str, Any]]


def aggregate(spark: SparkSession, staging: Staging) -> dict[str, Any]:
    """Stage the rows of every table and return their totals and what those should be, by table and hour.

    {"tables": {table: {hour: {rows, distinct_keys, checksum, sums}}}, "expected": {table: {hour: {rows, sums}}}}
    """
    rows = staged_frames(spark, staging)
    for table in query_tables():
        if table.figures:
            table_rows(table, rows).write.mode("overwrite").parquet(staging.path("tables", table.name))
            print(f"  {table.name}: rows staged", flush=True)
    aggregation = {
        "tables": {table.name: found_totals(staged_table(spark, staging, table), table) for table in query_tables()},
        "expected": {table.name: expected_totals(rows[table.rows], table) for table in query_tables()},
    }
    staging.write_json("aggregation.json", aggregation)
    return aggregation


def staged_frames(spark: SparkSession, staging: Staging) -> dict[Rows, DataFrame]:
    """What tables are made from, by kind of rows."""
    jobs = staged_jobs(spark, staging)
    cube = job_cube_of(jobs)
    return {Rows.RECORDS: jobs, Rows.JOBS: cube, Rows.ERRORS: error_cube_of(cube)}


def staged_table(spark: SparkSession, staging: Staging, table: QueryTable) -> DataFrame:
    """The rows of a table: folded ones as they are staged; records are picked from the staged jobs again."""
    if table.figures:
        return spark.read.parquet(staging.path("tables", table.name))
    return table_rows(table, staged_frames(spark, staging))


def found_totals(frame: DataFrame, table: QueryTable) -> Totals:
    """Rows, distinct keys, checksum and sums of a table's rows by hour, in one pass."""
    figures = [figure for figure in table.figures if figure.fold is Fold.SUM]
    found = frame.groupBy(F.expr(table.hour_expression).alias("window_hour")).agg(
        F.count("*").alias("n_rows"),
        F.count_distinct(*key_names(table)).alias("distinct_keys"),
        checksum(table),
        *(F.sum(figure.name).alias(figure.name) for figure in figures),
    )
    return {
        format_time(row.window_hour.replace(tzinfo=UTC)): {
            "rows": row.n_rows,
            "distinct_keys": row.distinct_keys,
            "checksum": str(row.checksum),
            "sums": {figure.name: row[figure.name] for figure in figures},
        }
        for row in found.collect()
    }


def expected_totals(rows: DataFrame, table: QueryTable) -> Totals:
    """What a table's sums have to be by hour, counted over the rows that it is made from; for records the row count."""
    figures = [figure for figure in table.figures if figure.fold is Fold.SUM]
    counted = rows.groupBy(F.date_trunc("hour", "modificationtime").alias("window_hour")).agg(
        F.count("*").alias("n_rows"), *(F.sum(figure.source).alias(figure.name) for figure in figures)
    )
    return {
        format_time(row.window_hour.replace(tzinfo=UTC)): {
            "rows": None if figures else row.n_rows,
            "sums": {figure.name: row[figure.name] for figure in figures},
        }
        for row in counted.collect()
    }


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Aggregate a load that gate 1 let pass, and run gate 2."""
    started = time.monotonic()
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        require_passed(ledger, options.window, options.load, "jobs")
        spark = spark_session("aggregate")
        staging = Staging.current(spark, options.load)
        aggregation = aggregate(spark, staging)
        result = gate_tables(spark, staging, aggregation)
        verdict = pass_gate(ledger, staging, options, result, staging.read_json("extraction.json")["t"])
        report = write_report(staging, "aggregate", time.monotonic() - started)
    rows = {name: sum(total["rows"] for total in by_hour.values()) for name, by_hour in aggregation["tables"].items()}
    return {"rows": rows, "verdict": verdict, "report": report}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    return step.run("aggregate", step.parser("aggregate", __doc__).parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
