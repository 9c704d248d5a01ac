"""Take one user's name out of the archive: another name or a pseudonym stands for it everywhere, verified.

    python -m spark_jobs.erase_user --user NAME [--replace-with OTHER] [--alias ACCOUNT] [--from --to] [--mentions]

The hours in which the user has jobs are published anew, from the archived jobs with the name replaced, as any load is
(`spark_jobs.hour_load`), each at its own snapshot; so all sums stay, and the figures of a replacement that has rows
already are added up. The days are rolled up, staged rows with the name are deleted, and all that was written is read
back and searched. A digest of the name is kept, so that no later load brings it back. See docs/personal_data.md.
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from data_models import settings
from data_models.ask_arguments import moment
from data_models.cassandra_session import cassandra_session
from data_models.disposition import KEPT
from data_models.erased_users import ErasedUsers, digest, state_of
from data_models.erasure import Erasure, Search
from data_models.ledger import Ledger
from data_models.ledger_state import Transition
from data_models.names import UNKNOWN, normal_name
from data_models.roll_up import midnight
from data_models.staged_record import ARCHIVED_COLUMNS, SCHEMA, archived_records, staged_records
from data_models.version import MODEL_VERSION
from data_models.window import HOUR, Window, WindowError, format_time, require_full_hours
from spark_jobs import step
from spark_jobs.aggregate import aggregate
from spark_jobs.archived_jobs import archived_jobs, count_by_hour
from spark_jobs.erased_hours import Affected, affected_days, archived_days, source_entry, whole_day
from spark_jobs.erased_staging import delete_extractions
from spark_jobs.hour_load import LoadIdentity
from spark_jobs.name_search import rows_with
from spark_jobs.publish import publish
from spark_jobs.roll_up import NotComplete, roll_up
from spark_jobs.session import spark_session
from spark_jobs.staging import Staging
from spark_jobs.table_totals import differences, duplicate_keys
from spark_jobs.verify import verify

SHORTEST = 3


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
        erase_day(spark, ledger, load, erasure, day, affected, done)
        write_times = {
            hour: entry.w
            for hour, entries in ledger.transitions_of_day(day.date()).items()
            if hour in done.hours and (entry := source_entry(entries, load))
        }
        # A day that waits has its old roll-up, and is told so.
        rolled_up = day if not any(text.startswith(str(day.date())) for text in done.waiting) else None
        if left := rows_with(spark, ledger, search, write_times, rolled_up):
            raise step.Failed(f"day {day.date()}: rows that still have the name, by table: {left}. Erase it again")
    return done


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
                done.waiting.append(f"{day.date()} (its roll-up)")


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
    a later load has overtaken."""
    staging = Staging.new(spark, f"{load}-{day.date()}")
    try:
        stage(spark, staging, erasure, day, entries)
        counts = count_by_hour(spark.read.parquet(staging.path("rows")))
        for hour, entry in entries.items():
            if counts.get(hour, 0) != entry.tables.get("job", 0):
                raise step.NotYet(
                    f"hour {format_time(hour)}: {entry.tables.get('job', 0)} jobs are archived, {counts.get(hour, 0)} "
                    "were found: it is being loaded, or has to be loaded again"
                )
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


def hours_that_mention(
    spark: SparkSession, ledger: Ledger, search: Search, load: str, period: Window | None
) -> Iterable[datetime]:
    """The archived hours in which a record of any job has the name; all jobs of the period are read."""
    for state in archived_days(ledger, period):
        entries = {
            hour: entry
            for hour, told in ledger.transitions_of_day(state.day).items()
            if (entry := source_entry(told, load))
            and (period is None or (period.start <= hour and hour + HOUR <= period.end))
        }
        if entries:
            yield from hours_of(hits(archived_jobs(spark, entries).select(*ARCHIVED_COLUMNS), search))


def hits(jobs: DataFrame, search: Search) -> DataFrame:
    """The jobs with the name."""
    return jobs.mapInArrow(functools.partial(hit_batches, search), jobs.schema)


def hit_batches(search: Search, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: the rows of each batch that have the name."""
    for batch in batches:
        yield batch.filter(search.in_texts(batch))


def hours_of(jobs: DataFrame) -> list[datetime]:
    """The hours that some jobs are of."""
    return sorted(count_by_hour(jobs))


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Enter the name as erased, erase it, and say what was done."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger, users, spark = Ledger(session), ErasedUsers(session), spark_session("erase_user")
        replacement = users.enter(options.user, options.replace_with)
        words = dict.fromkeys((options.user, *options.alias), replacement)
        erasure = Erasure(users.replacements(), words)
        done = erase(spark, ledger, options.user, erasure, options.window, options.mentions)
        done.staged = delete_extractions(spark, settings.text("HMSF_STAGING"), Search(frozenset(words)))
    if done.waiting:
        raise step.NotYet(
            f"{len(done.hours)} hours are done; {', '.join(done.waiting)} are being loaded, or their load stopped "
            "half-way. Erase again when the load is through; where none is running load them again first"
        )
    return {
        "replacement": replacement,
        "hours": len(done.hours),
        "jobs_published_anew": done.jobs,
        "days": done.days,
        "staged_deleted": done.staged,
    }


def name_argument(text: str) -> str:
    """A name as it stands in keys. Raises argparse's error for one that cannot be told from other text."""
    name = normal_name(text)
    if len(name) < SHORTEST or name == UNKNOWN:
        raise argparse.ArgumentTypeError(f"{text!r}: give a name of at least {SHORTEST} characters")
    return name


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.erase_user", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--user", required=True, type=name_argument, help="the user as the tables have it")
    parser.add_argument("--replace-with", type=name_argument, help="what stands for it (default: a pseudonym)")
    parser.add_argument(
        "--alias", action="append", default=[], type=name_argument, help="another writing that texts have; repeatable"
    )
    parser.add_argument("--from", dest="start", type=moment, help="begin (UTC), on a full hour (default: all)")
    parser.add_argument("--to", dest="end", type=moment, help="end, which is not in it")
    parser.add_argument(
        "--mentions", action="store_true", help="look into the records of all jobs of the period, not the user's alone"
    )
    options = parser.parse_args(arguments)
    if options.replace_with and Search(frozenset({options.user, *options.alias})).in_cell("", options.replace_with):
        parser.error(f"--replace-with {options.replace_with}: it has the name that is to go")
    if (options.start is None) != (options.end is None):
        parser.error("give both --from and --to, or neither")
    try:
        options.window = require_full_hours(Window(options.start, options.end)) if options.start else None
    except WindowError as error:
        parser.error(f"--from, --to: {error}")
    options.load = "erase-user"
    return step.run("erase_user", options, body)


if __name__ == "__main__":
    sys.exit(main())
