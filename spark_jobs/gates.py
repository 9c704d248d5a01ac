"""The two gates of a load: on the staged jobs, and on the totals of the query tables before they are published.

A failed critical check rejects the load, and so does an exception in any check; a warning lets it pass and is shown.
The checks are the suites of the package `expectations`, run by Great Expectations: on a Spark frame where they look at
every job, on a small one of pandas where at totals, for there each check would be a Spark job of its own.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from pyspark.sql import SparkSession

from data_models.error_rules import FINAL_STATES
from data_models.tables import query_tables
from data_models.window import format_time, parse
from spark_jobs import gate_inputs, table_totals
from spark_jobs.at_once import at_once
from spark_jobs.gate_inputs import first_few
from spark_jobs.gate_result import Check, GateResult, verdict_of
from spark_jobs.staging import Staging
from spark_jobs.validation import validate

__all__ = ["Check", "GateResult", "gate_jobs", "gate_tables"]


def gate_jobs(spark: SparkSession, staging: Staging, summary: dict[str, Any], recent_rows: Sequence[int]) -> GateResult:
    """Gate "jobs" on a staged load.

    `summary`: what `extract` returned. `recent_rows`: jobs of verified windows of the same length before this one.
    """
    begun = time.monotonic()
    window = parse(summary["window"])
    jobs = gate_inputs.kept_rows(spark, staging)
    rows = gate_inputs.row_frame(jobs).persist()
    parameters = {
        "required_jobs": gate_inputs.required_jobs(summary),
        "window_start": format_time(window.start),
        "window_end": format_time(window.end),
        "final_states": list(FINAL_STATES),
    }
    looks = (
        lambda: validate(rows, "staged_jobs", parameters, {}),
        lambda: gate_inputs.quality_shares(jobs),
        lambda: gate_inputs.jobs_in_several_hours(rows),
    )
    try:
        checks, shares, (several, examples) = at_once(lambda look: look(), looks)
    finally:
        rows.unpersist()
    totals = gate_inputs.totals_frame(summary, shares, several)
    notes = gate_inputs.notes(summary, staging.path("quarantine"), examples)
    checks += validate(totals, "staged_totals", gate_inputs.usual_volume(recent_rows), notes)
    return result("jobs", staging, summary["window"], checks, begun)


def gate_tables(staging: Staging, aggregation: dict[str, Any]) -> GateResult:
    """Gate "tables" on the totals of a load's query tables.

    `aggregation`: {"tables": {table: {hour: {"rows", "distinct_keys", "sums": {figure: total}}}},
    "expected": {table: {hour: {"rows": number or None, "sums": {figure: total}}}}}.
    """
    begun = time.monotonic()
    window = staging.read_json("extraction.json")["window"]
    wanted = [table.name for table in query_tables()]
    notes = {
        "duplicate_keys": first_few(table_totals.duplicate_keys(aggregation)),
        "unbalanced": first_few(table_totals.differences(aggregation)),
    }
    checks = validate(table_totals.totals_frame(aggregation), "table_totals", {"tables": wanted}, notes)
    return result("tables", staging, window, checks, begun)


def result(gate: str, staging: Staging, window: str, checks: Sequence[Check], begun: float) -> GateResult:
    """The outcome of checks that began at a time of the monotonic clock."""
    seconds = round(time.monotonic() - begun, 1)
    return GateResult(gate, window, staging.load, verdict_of(checks), tuple(checks), seconds)
