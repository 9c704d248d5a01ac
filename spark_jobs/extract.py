"""Step 1: read one window of completed jobs at one snapshot of the source into staged Parquet, and count it.

    python -m spark_jobs.extract --window 2026-07-01 --load NAME

Every row that the source gives is staged with its disposition, in the compact form of `data_models.staged_record`; the
counts are compared with the source's own control totals by gate 1, which runs at the end of this step.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import Row, SparkSession
from pyspark.sql import Window as SparkWindow
from pyspark.sql import functions as F

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.disposition import DISPOSITIONS, KEPT, QUARANTINED
from data_models.erased_users import ErasedUsers, state_of
from data_models.erasure import Erasure
from data_models.error_components import CODE_COLUMNS, COMPONENTS
from data_models.ledger import Ledger
from data_models.ledger_state import EXTRACTED, VERIFIED, Transition
from data_models.version import MODEL_VERSION, package_versions
from data_models.window import Window, format_time, hours, require_full_hours
from spark_jobs import step
from spark_jobs.at_once import at_once
from spark_jobs.gate_ledger import pass_gate
from spark_jobs.gates import gate_jobs
from spark_jobs.load_report import write_report
from spark_jobs.session import spark_session
from spark_jobs.sources import control_totals, open_source
from spark_jobs.sources.protocol import HourTotals, Source
from spark_jobs.staged_rows import staged_rows
from spark_jobs.staging import Staging
from spark_jobs.validation import import_ahead
from spark_jobs.window_reading import read_window


def extract(
    spark: SparkSession,
    source: Source,
    staging: Staging,
    window: Window,
    sessions: int,
    erased: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Stage the window and return the summary that is staged beside it (JSON-able; times as UTC text).

    `sessions`: how many slices are read at once; `erased`: what stands for the users whose names were erased, by the
    digests of these (data_models.erased_users). Raises SourceError; what a failed try has staged never counts.
    """
    require_full_hours(window)
    reading = read_window(spark, source, staging, window, sessions, Erasure(erased or {}, {}))
    snapshot, totals = reading.snapshot, reading.totals
    write_duplicates(spark, staging)
    grouped, distinct = at_once(lambda count: count(spark, staging), [staged_groups, distinct_jobs])
    kinds = counts_by_disposition(grouped)
    if any(counts[QUARANTINED] for counts in kinds.values()):
        write_quarantine(spark, staging)
    summary = {
        "window": str(window),
        "load": staging.load,
        "extraction": staging.extraction,
        "source": source.where,
        "t": snapshot.t,
        "snapshot": snapshot.token,
        "slices": reading.slices,
        "warnings": list(snapshot.warnings),
        "notes": list(snapshot.notes),
        "erased_users": state_of(erased or {}),
        "hours": {
            format_time(hour): hour_summary(totals.get(hour, HourTotals()), kinds.get(hour, {}))
            for hour in hours(window)
        },
    }
    summary["code_differences"] = code_differences(staged_totals(grouped, distinct), totals)
    staging.write_json("extraction.json", summary)
    staging.make_current()
    return summary


def write_duplicates(spark: SparkSession, staging: Staging) -> None:
    """List the kept rows that another row of the same PANDAID and hour stands for.

    The latest (MODIFICATIONTIME, STATECHANGETIME) stays, then the segment of lower rank, then the lower row number.
    """
    kept = spark.read.parquet(staging.path("rows")).where(F.col("disposition") == KEPT)
    key = ["hour", "pandaid"]
    jobs = kept.select(
        F.date_trunc("hour", "modificationtime").alias("hour"),
        "pandaid",
        "modificationtime",
        "statechangetime",
        "hmsf_rank",
        "hmsf_row",
    )
    several = jobs.groupBy(key).count().where("count > 1").select(key)
    order = [F.desc("modificationtime"), F.desc_nulls_last("statechangetime"), F.asc("hmsf_rank"), F.asc("hmsf_row")]
    place = F.row_number().over(SparkWindow.partitionBy(key).orderBy(order))
    losers = jobs.join(F.broadcast(several), key).withColumn("place", place).where("place > 1")
    losers.select("hmsf_row").coalesce(1).write.mode("overwrite").parquet(staging.path("duplicates"))


def staged_groups(spark: SparkSession, staging: Staging) -> list[Row]:
    """The staged rows counted by hour, disposition, state and written codes: all later counts are sums of these."""
    by = ("hour", "disposition", "jobstatus", *CODE_COLUMNS)
    return staged_rows(spark, staging).groupBy(*by).agg(F.count("*").alias("n")).collect()


def distinct_jobs(spark: SparkSession, staging: Staging) -> dict[datetime, int]:
    """Distinct PANDAIDs of the staged rows of each hour, whatever became of them."""
    counted = staged_rows(spark, staging).groupBy("hour").agg(F.count_distinct("pandaid").alias("n"))
    return {row.hour.replace(tzinfo=UTC): row.n for row in counted.collect()}


def counts_by_disposition(groups: Iterable[Row]) -> dict[datetime, Counter[str]]:
    """Staged rows by hour and disposition."""
    counts: dict[datetime, Counter[str]] = defaultdict(Counter)
    for group in groups:
        counts[group.hour.replace(tzinfo=UTC)][group.disposition] += group.n
    return dict(counts)


def staged_totals(groups: Iterable[Row], distinct: dict[datetime, int]) -> dict[datetime, HourTotals]:
    """Control totals of the staged rows, to be compared with those of the source."""
    hours_: dict[datetime, HourTotals] = {hour: HourTotals(distinct_jobs=n) for hour, n in distinct.items()}
    for group in groups:
        total = hours_[group.hour.replace(tzinfo=UTC)]
        total.rows += group.n
        total.states[group.jobstatus or ""] += group.n
        for component in COMPONENTS:
            control_totals.count_code(total, component.name, group[component.code_column], group.n)
    return hours_


def write_quarantine(spark: SparkSession, staging: Staging) -> None:
    """Copy the bad rows, whole and with the reason, to where an operator finds them."""
    bad = staged_rows(spark, staging).where(F.col("disposition") == QUARANTINED)
    bad.coalesce(1).write.mode("overwrite").parquet(staging.path("quarantine"))


def hour_summary(totals: HourTotals, staged: dict[str, int]) -> dict[str, Any]:
    """One hour: what the source counted beside what was staged."""
    return {
        "source_rows": totals.rows,
        "source_distinct_jobs": totals.distinct_jobs,
        "source_states": dict(sorted(totals.states.items())),
        "source_codes": {f"{component}:{code}": n for (component, code), n in sorted(totals.codes.items())},
        **{f"staged_{kind}": staged.get(kind, 0) for kind in DISPOSITIONS},
    }


def code_differences(staged: dict[datetime, HourTotals], totals: dict[datetime, HourTotals]) -> list[dict[str, Any]]:
    """Where staged rows and source disagree: by hour and component:code as written, or by state. Empty when equal."""
    differences = []
    for hour in sorted(totals.keys() | staged.keys()):
        ours, theirs = flat(staged.get(hour, HourTotals())), flat(totals.get(hour, HourTotals()))
        differences += [
            {"hour": format_time(hour), "what": what, "source": theirs.get(what, 0), "staged": ours.get(what, 0)}
            for what in sorted(ours.keys() | theirs.keys())
            if ours.get(what, 0) != theirs.get(what, 0)
        ]
    return differences


def flat(totals: HourTotals) -> dict[str, int]:
    """Totals as one mapping from what is counted to its number."""
    counts = {name: value for name, value in asdict(totals).items() if isinstance(value, int)}
    states = {f"jobstatus {state}": n for state, n in totals.states.items()}
    return counts | states | {f"{component}:{code}": n for (component, code), n in totals.codes.items()}


def enter_extraction(ledger: Ledger, window: Window, summary: dict[str, Any], run_id: str, seconds: float) -> None:
    """Enter for every hour what was extracted: counts in and out, snapshot, packages."""
    for hour in hours(window):
        counts = summary["hours"][format_time(hour)]
        details = {
            "extraction": summary["extraction"],
            "source": summary["source"],
            "control_totals": counts,
            "snapshot": summary["snapshot"],
            "warnings": summary["warnings"],
            "notes": summary["notes"],
            "packages": package_versions(),
            "seconds": {"extract": round(seconds, 1)},
        }
        ledger.append(
            Transition(
                hour=hour,
                at=datetime.now(UTC),
                load=summary["load"],
                state=EXTRACTED,
                t=summary["t"],
                model=MODEL_VERSION,
                run_id=run_id,
                tables={name: count for name, count in counts.items() if isinstance(count, int)},
                details=json.dumps(details),
            )
        )


def recent_rows(ledger: Ledger, window: Window, looked_back: int = 7) -> list[int]:
    """Jobs of the verified windows of the same length just before this one, newest first."""
    length, rows = window.end - window.start, []
    for back in range(1, looked_back + 1):
        earlier = Window(window.start - back * length, window.end - back * length)
        states = [verified_jobs(ledger, hour) for hour in hours(earlier)]
        if all(jobs is not None for jobs in states):
            rows.append(sum(states))
    return rows


def verified_jobs(ledger: Ledger, hour: datetime) -> int | None:
    """Jobs that the last verified load of an hour has published; None when there is none."""
    verified = [entry for entry in ledger.transitions(hour) if entry.state == VERIFIED]
    return verified[-1].tables.get("job", 0) if verified else None


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Extract, enter it in the ledger, run gate 1."""
    started = time.monotonic()
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session, ThreadPoolExecutor(1) as beside:
        ledger = Ledger(session)
        spark = spark_session("extract")
        import_ahead()
        recent = beside.submit(recent_rows, ledger, options.window)
        staging = Staging.new(spark, options.load)
        sessions = settings.number("HMSF_SOURCE_SESSIONS")
        erased = ErasedUsers(session).replacements()
        summary = extract(spark, open_source(), staging, options.window, sessions, erased)
        enter_extraction(ledger, options.window, summary, options.run_id, time.monotonic() - started)
        totals = {
            name: sum(hour[name] for hour in summary["hours"].values())
            for name in ("source_rows", *(f"staged_{kind}" for kind in DISPOSITIONS))
        }
        print(f"  {totals}", flush=True)
        result = gate_jobs(spark, staging, summary, recent.result())
        verdict = pass_gate(ledger, staging, options, result, summary["t"])
        report = write_report(staging, "extract", time.monotonic() - started)
    return {"t": summary["t"], **totals, "warnings": summary["warnings"], "verdict": verdict, "report": report}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    return step.run("extract", step.parser("extract", __doc__).parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
