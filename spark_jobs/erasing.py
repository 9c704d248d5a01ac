"""Publishing archived hours and days without a user's name: what `spark_jobs.erase_user` does in the tables.

The hours in which the user has jobs are published anew, from the archived jobs with the name replaced, as any load is
(`spark_jobs.hour_load`), each at its own snapshot; so all sums stay, and the figures of a replacement that has rows
already are added up. The days are rolled up, and all that was written is read back and searched.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from data_models.disposition import KEPT
from data_models.erased_users import digest, state_of
from data_models.erasure import Erasure, Search
from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import Transition
from data_models.roll_up import midnight
from data_models.staged_record import ARCHIVED_COLUMNS, SCHEMA, archived_records, staged_records
from data_models.tables import REPLACED
from data_models.version import MODEL_VERSION
from data_models.window import Window, format_time
from spark_jobs import step
from spark_jobs.aggregate import aggregate
from spark_jobs.archived_jobs import archived_jobs, count_by_hour
from spark_jobs.erased_hours import Affected, affected_days, source_entry, whole_day
from spark_jobs.hour_load import LoadIdentity
from spark_jobs.mentions import hours_that_mention
from spark_jobs.name_search import rows_with
from spark_jobs.publish import publish
from spark_jobs.roll_up import NotComplete, roll_up
from spark_jobs.staging import Staging
from spark_jobs.table_totals import differences, duplicate_keys
from spark_jobs.verify import verify


@dataclass
class Told:
    """What was done: jobs whose record changed, hours published anew, days rolled up, extractions deleted; and what has
    to wait, in words."""

    jobs: int = 0
    hours: list[datetime] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    staged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def erase(
    spark: SparkSession, ledger: Ledger, name: str, erasure: Erasure, period: Window | None, mentions: bool
) -> Told:
    """Publish all hours with the name without it, a day at a time, and read them back.

    Raises step.Failed where a name is left, step.NotYet, after all else is done, where hours are being loaded.
    """
    load, done, search = f"erase-{digest(name)[:12]}", Told(), Search(frozenset(erasure.words))
    found = affected_days(ledger, name, load, period)
    if mentions:
        for hour in hours_that_mention(spark, ledger, search, load, period):
            found.setdefault(midnight(hour.date()), Affected()).hours.add(hour)
    for day, affected in sorted(found.items()):
        # Before the rows that lead here are gone: what is cut off is found again.
        forget_replaced_tables(ledger, day, affected.hours)
        erase_day(spark, ledger, load, erasure, day, affected, done)
        write_times = {
            hour: entry.w
            for hour, entries in ledger.transitions_of_day(day.date()).items()
            if hour in done.hours and (entry := source_entry(entries, load))
        }
        rolled_up = day if roll_up_must_be_free(day, period, done.waiting) else None
        if left := rows_with(spark, ledger, search, write_times, rolled_up):
            raise step.Failed(f"day {day.date()}: rows that still have the name, by table: {left}. Erase it again")
    return done


def forget_replaced_tables(ledger: Ledger, day: datetime, hours: Iterable[datetime]) -> None:
    """Remove what the ledger lists of tables of older models, in a day and hours of it: their keys have names of users,
    and no load forgets them. The tables themselves are named to the operator, who drops them."""
    Ledger(ledger.session, Grain.DAY).forget_tables(day, REPLACED)
    for hour in hours:
        ledger.forget_tables(hour, REPLACED)


def roll_up_must_be_free(day: datetime, period: Window | None, waiting: list[str]) -> bool:
    """Whether the roll-up of a day has to be free of the name: one that waits is the old one, and is told so; and the
    hours of the day that are not in the period keep the name."""
    waits = any(text.startswith(str(day.date())) for text in waiting)
    return not waits and (period is None or (period.start <= day and whole_day(day).end <= period.end))


def erase_day(
    spark: SparkSession, ledger: Ledger, load: str, erasure: Erasure, day: datetime, affected: Affected, done: Told
) -> None:
    """Publish the affected hours of a day anew and roll it up, and note what was done."""
    told = ledger.transitions_of_day(day.date())
    entries = {hour: source_entry(told.get(hour, ()), load) for hour in sorted(affected.hours)}
    done.waiting += [format_time(hour) for hour, entry in entries.items() if entry is None]
    ready = {hour: entry for hour, entry in entries.items() if entry}
    if ready:
        superseded = publish_without(spark, ledger, load, erasure, day, ready, done)
        done.waiting += superseded
        done.hours += [hour for hour in ready if format_time(hour) not in superseded]
    if affected.rolled_up or ready:
        try:
            roll_up(spark, ledger, day)
            done.days.append(str(day.date()))
        except (NotComplete, step.NotYet) as error:
            print(f"  not rolled up: {error}", flush=True)
            if affected.rolled_up:
                done.waiting.append(f"{day.date()} (its roll-up: {error})")


def publish_without(
    spark: SparkSession,
    ledger: Ledger,
    load: str,
    erasure: Erasure,
    day: datetime,
    entries: Mapping[datetime, Transition],
    done: Told,
) -> list[str]:
    """Stage the jobs of some hours of a day without the name, and publish and verify all tables of them; the hours that
    are left: those that a later load has overtaken, or all, where the jobs of one of them are not those it is to have.
    """
    staging = Staging.new(spark, f"{load}-{day.date()}")
    try:
        stage(spark, staging, erasure, day, entries)
        counts = count_by_hour(spark.read.parquet(staging.path("rows")))
        archived = {hour: entry.tables.get("job", 0) for hour, entry in entries.items()}
        if differ := [hour for hour in entries if counts.get(hour, 0) != archived[hour]]:
            for hour in differ:
                print(
                    f"  left: hour {format_time(hour)}: {archived[hour]} jobs are archived, {counts.get(hour, 0)} were "
                    "found: it is being loaded, or has to be loaded again",
                    flush=True,
                )
            return [format_time(hour) for hour in entries]
        aggregation = aggregate(spark, staging)
        if wrong := [*differences(aggregation), *duplicate_keys(aggregation)]:
            raise step.Failed(f"day {day.date()}: tables are not what their jobs add up to: {'; '.join(wrong[:5])}")
        t_by_hour = {hour: entry.t for hour, entry in entries.items()}
        identity = LoadIdentity(load, max(t_by_hour.values()), MODEL_VERSION, "", t_by_hour)
        publication = publish(spark, ledger, staging, identity)
        verification = verify(spark, ledger, staging, identity)
        done.jobs += sum(counts.values())
        return [*publication["superseded"], *verification["superseded"]]
    finally:
        staging.delete_load()


def stage(
    spark: SparkSession, staging: Staging, erasure: Erasure, day: datetime, entries: Mapping[datetime, Transition]
) -> None:
    """Stage the archived jobs of some hours without the names, as an extraction would have."""
    jobs = archived_jobs(spark, entries).select(*ARCHIVED_COLUMNS)
    erased = jobs.mapInArrow(functools.partial(erased_batches, erasure), from_arrow_schema(SCHEMA))
    rows = erased.select(
        "*",
        F.monotonically_increasing_id().alias("hmsf_row"),
        F.lit("archive").alias("hmsf_segment"),
        F.lit(0).cast("bigint").alias("hmsf_rank"),
        F.lit(KEPT).alias("disposition"),
        F.lit(None).cast("string").alias("reason"),
    )
    rows.write.parquet(staging.path("rows"))
    spark.createDataFrame([], "hmsf_row bigint").write.parquet(staging.path("duplicates"))
    summary = {"window": str(whole_day(day)), "erased_users": state_of(dict(erasure.replacements))}
    staging.write_json("extraction.json", summary)


def erased_batches(erasure: Erasure, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: rows of table `job` in staged form, without the names."""
    for batch in batches:
        yield staged_records(erasure.erased(archived_records(batch)))
