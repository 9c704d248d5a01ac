"""What gate "jobs" looks at: the rows of the staged jobs, and one row of control totals and shares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models.disposition import DISPOSITIONS, DUPLICATE, EXCLUDED, KEPT, QUARANTINED
from data_models.error_components import COMPONENTS
from spark_jobs.job_quality import COUNTS, INPUT_COLUMNS, job_quality
from spark_jobs.staged_rows import staged_rows, staged_total
from spark_jobs.staging import Staging

ROW_COLUMNS = ("hour", "pandaid", "modificationtime", "jobstatus", "attemptnr")
INTEGER_CODES = tuple(component.code_column for component in COMPONENTS if component.name != "transform")
# Windows of a few jobs differ by any factor.
FEW_JOBS = 10
VOLUME_FACTOR = 3
NOTED = 5


def kept_rows(spark: SparkSession, staging: Staging) -> DataFrame:
    """The jobs of the load with whatever columns are staged: one that is missing is for the checks to tell."""
    return staged_rows(spark, staging).where(F.col("disposition") == KEPT)


def row_frame(jobs: DataFrame) -> DataFrame:
    """The few columns that are checked row by row, without those that are missing."""
    columns = [F.col(name) for name in ROW_COLUMNS if name in jobs.columns]
    if set(INTEGER_CODES) <= set(jobs.columns):
        columns.append(F.least(*INTEGER_CODES).alias("lowest_code"))
    return jobs.select(columns)


def quality_shares(jobs: DataFrame) -> dict[str, float]:
    """Shares of jobs (of errors for codes) that are not as they should be; empty if a column for them is missing."""
    if not set(INPUT_COLUMNS) <= set(jobs.columns):
        return {}
    schema = ", ".join(f"{name} bigint" for name in COUNTS)
    counted = jobs.select(*INPUT_COLUMNS).mapInArrow(batch_counts, schema)
    counts = counted.agg(*(F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in COUNTS)).first()
    return {
        "unknown_site_share": share(counts["unknown_sites"], counts["jobs"]),
        "unknown_user_share": share(counts["unknown_users"], counts["jobs"]),
        "unknown_code_share": share(counts["unknown_codes"], counts["panda_errors"]),
        "unreadable_exit_code_share": share(counts["unreadable_exit_codes"], counts["jobs"]),
        "flagged_walltime_share": share(counts["flagged_walltimes"], counts["jobs"]),
    }


def batch_counts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: the counts of each batch."""
    return map(job_quality, batches)


def jobs_in_several_hours(rows: DataFrame) -> tuple[int, list[int]]:
    """How many PANDAIDs are kept in more than one hour, and the lowest of them; `rows`: of `row_frame`.

    Each hour counts them, as it would if it were loaded alone: which of the rows is old only the source can tell.
    """
    if not {"hour", "pandaid"} <= set(rows.columns):
        return 0, []
    hours = rows.groupBy("pandaid").agg(F.min("hour").alias("first"), F.max("hour").alias("last"))
    several = hours.where("first < last").select("pandaid")
    jobs = several.count()
    lowest = several.orderBy("pandaid").limit(NOTED).collect() if jobs else []
    return jobs, [row.pandaid for row in lowest]


def totals_frame(summary: dict[str, Any], shares: dict[str, float], in_several_hours: int) -> pd.DataFrame:
    """One row: counts of the extraction's summary, the shares, and how many jobs are in several hours."""
    hours = summary["hours"].values()
    staged = sum(staged_count(hour) for hour in hours)
    counts = {
        "kept_rows": staged_total(summary, KEPT),
        "empty_hours": sum(hour["source_rows"] > 0 and staged_count(hour) == 0 for hour in hours),
        "unbalanced_hours": len(unbalanced_hours(summary)),
        "code_differences": len(summary["code_differences"]),
        "source_warnings": len(summary["warnings"]),
        "jobs_in_several_hours": in_several_hours,
    }
    shares = {"quarantined_share": share(staged_total(summary, QUARANTINED), staged), **shares}
    return pd.DataFrame([counts | shares])


def required_jobs(summary: dict[str, Any]) -> int:
    """How many jobs the source's control totals require, all hours together."""
    source = sum(hour["source_rows"] for hour in summary["hours"].values())
    return source - sum(staged_total(summary, kind) for kind in (EXCLUDED, QUARANTINED, DUPLICATE))


def usual_volume(recent_rows: Sequence[int]) -> dict[str, int | None]:
    """The fewest and the most jobs that are nothing out of the ordinary, by recent windows; no limits without any."""
    if not recent_rows:
        return {"fewest_jobs": 0, "most_jobs": None}
    mean = fmean(recent_rows)
    return {
        "fewest_jobs": max(0, math.floor(mean / VOLUME_FACTOR) - FEW_JOBS),
        "most_jobs": math.ceil(mean * VOLUME_FACTOR) + FEW_JOBS,
    }


def unbalanced_hours(summary: dict[str, Any]) -> list[str]:
    """Hours whose source rows are not the sum of what became of them, in words."""
    return [
        f"{name}: source {hour['source_rows']}, staged {staged_count(hour)}"
        for name, hour in summary["hours"].items()
        if hour["source_rows"] != staged_count(hour)
    ]


def notes(summary: dict[str, Any], quarantine: str, in_several_hours: Sequence[int]) -> dict[str, str]:
    """What to say of a failed check of the totals, by column."""
    several = ", ".join(map(str, in_several_hours))
    differences = [
        f"{entry['hour']} {entry['what']}: source {entry['source']}, staged {entry['staged']}"
        for entry in summary["code_differences"]
    ]
    return {
        "empty_hours": first_few(unbalanced_hours(summary)),
        "unbalanced_hours": first_few(unbalanced_hours(summary)),
        "code_differences": first_few(differences),
        "source_warnings": first_few(summary["warnings"]),
        "jobs_in_several_hours": f"PANDAIDs such as {several}: see which of their rows the source should not have",
        "quarantined_share": f"{staged_total(summary, QUARANTINED):,} quarantined; their reasons: {quarantine}",
    }


def first_few(texts: Sequence[str]) -> str:
    """The first few of many findings, and how many more there are."""
    more = [f"and {len(texts) - NOTED} more"] if len(texts) > NOTED else []
    return "; ".join([*texts[:NOTED], *more])


def staged_count(hour: dict[str, Any]) -> int:
    """Staged rows of an hour of the summary, whatever became of them."""
    return sum(hour[f"staged_{kind}"] for kind in DISPOSITIONS)


def share(part: int, whole: int) -> float:
    """A part of a whole; 0 of nothing."""
    return part / whole if whole else 0.0
