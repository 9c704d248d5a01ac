"""Fill tables that are new, or have a new column, for hours that are archived, without asking the source.

    python -m spark_jobs.rebuild --tables errors_by_site,errors_by_site_day --from 2026-07-01 --to 2026-08-01

The jobs are those of the kept staging folders, else of table `job`. Hours that have the tables are passed over, so a
rebuild that was cut off goes on where it was. Daily tables are rolled up again from their hours, day by day; those of
a table of hours that is named are, too, where the day is complete. To be run after `data_models.cql --apply`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pyspark.sql import SparkSession

from data_models import settings
from data_models.ask_arguments import names
from data_models.cassandra_session import cassandra_session
from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import Transition
from data_models.query_table import QueryTable
from data_models.roll_up import days_of, valid_days
from data_models.tables import daily_tables, job, query_table
from data_models.window import DAY, Window, format_time, hour_window, hours, merge
from spark_jobs import step
from spark_jobs.archived_jobs import archived_jobs, count_by_hour, of_hours
from spark_jobs.hour_load import listed_in_ledger
from spark_jobs.rebuild_plan import Plan, plan_of
from spark_jobs.roll_up import NotComplete, roll_up
from spark_jobs.session import spark_session
from spark_jobs.table_filling import fill, verified_of
from spark_jobs.table_rows import rows_of

JOBS = job.TABLE.verified_as


@dataclass
class Told:
    """What was done: rows by table, hours that were rebuilt or could not be, days that were rolled up or could not."""

    rows: Counter[str] = field(default_factory=Counter)
    rebuilt: set[datetime] = field(default_factory=set)
    whole: list[datetime] = field(default_factory=list)
    being_loaded: list[datetime] = field(default_factory=list)
    not_archived: list[datetime] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    not_complete: list[str] = field(default_factory=list)

    @property
    def line(self) -> dict[str, Any]:
        """The same for the JSON line."""
        return {
            "rows": dict(self.rows),
            "hours": len(self.rebuilt),
            "hours_that_had_them": len(self.whole),
            "not_archived": told(self.not_archived),
            "days": self.days,
            "not_complete": self.not_complete,
        }


def rebuild(
    spark: SparkSession, ledger: Ledger, tables: Sequence[QueryTable], window: Window, run_id: str = ""
) -> Told:
    """Fill the tables for every archived hour of a window that lacks them, a day at a time.

    Raises step.Failed where nothing of the window is archived, or a table is not what it should be; step.NotYet, after
    all else is done, where hours are being loaded.
    """
    done = Told()
    of_hour_grain = [table for table in tables if table.grain is Grain.HOUR]
    daily = [table for table in daily_tables() if table in tables or table.rolls_up in tables]
    for start in days_of(window):
        part = Window(max(start, window.start), min(start + DAY, window.end))
        if of_hour_grain:
            plan = plan_of(ledger.transitions_of_day(start.date()), hours(part), of_hour_grain)
            fill_hours(spark, ledger, of_hour_grain, plan, done, run_id)
        if any(start.date() not in valid_days(ledger, Window(start, start + DAY), table) for table in daily):
            roll_up_day(spark, ledger, start, done, run_id)
    if done.being_loaded:
        raise step.NotYet(
            f"hours {', '.join(told(done.being_loaded))} are being loaded, or their load stopped half-way; all others "
            "are done. Rebuild again when the load is through; where none is running load them again"
        )
    require_something(done, window)
    return done


def require_something(done: Told, window: Window) -> None:
    """Raises step.Failed where nothing of a window is there to rebuild from."""
    if len(done.not_archived) == len(hours(window)):
        raise step.Failed(
            f"window {window}: none of its hours is archived, there is nothing to rebuild from; load it first"
        )
    if len(done.not_complete) == len(days_of(window)) and not done.rebuilt | set(done.whole):
        raise step.Failed(f"window {window}: none of its days is complete, as told above; load what is missing first")


def fill_hours(
    spark: SparkSession, ledger: Ledger, tables: Sequence[QueryTable], plan: Plan, done: Told, run_id: str
) -> None:
    """Fill the tables for the hours of a day that lack them, and note what was done."""
    done.whole += plan.whole
    done.being_loaded += plan.being_loaded
    done.not_archived += plan.not_archived
    if not plan.lacking:
        return
    jobs = archived_jobs(spark, plan.lacking).persist()
    try:
        overtaken = overtaken_hours(ledger, plan.lacking, count_by_hour(jobs))
        for table in tables:
            entries = {hour: entry for hour, entry in plan.lacking_table(table).items() if hour not in overtaken}
            if not entries:
                continue
            rows = fill(spark, ledger, table, rows_of(of_hours(jobs, entries)), entries, run_id)
            print(f"  {table.name}: {sum(rows.values())} rows of {', '.join(told(rows))}", flush=True)
            done.rows[table.name] += sum(rows.values())
            overtaken |= entries.keys() - rows.keys()
    finally:
        jobs.unpersist()
    done.rebuilt |= plan.lacking.keys() - overtaken
    done.being_loaded += sorted(overtaken)


def overtaken_hours(ledger: Ledger, entries: dict[datetime, Transition], counts: dict[datetime, int]) -> set[datetime]:
    """The hours whose jobs are not all there because a load has begun meanwhile. Raises step.Failed where none has."""
    overtaken = set()
    for hour, entry in entries.items():
        if counts.get(hour, 0) == entry.tables.get(JOBS, 0):
            continue
        if verified_of(ledger, hour, entry.w):
            raise step.Failed(
                f"hour {format_time(hour)}: {entry.tables.get(JOBS, 0)} jobs were archived, {counts.get(hour, 0)} are "
                f"in table {job.TABLE.name}; load the hour again"
            )
        overtaken.add(hour)
    return overtaken


def roll_up_day(spark: SparkSession, ledger: Ledger, start: datetime, done: Told, run_id: str) -> None:
    """Roll a day up if it is complete, and note whether it was."""
    day = str(start.date())
    try:
        roll_up(spark, ledger, start, run_id)
        done.days.append(day)
    except NotComplete as error:
        print(f"  not rolled up: {error}", flush=True)
        done.not_complete.append(day)


def told(some: Sequence[datetime] | dict[datetime, int]) -> list[str]:
    """Hours as the windows that they make up, in words."""
    return [str(window) for window in merge(map(hour_window, some))]


def tables_argument(text: str) -> list[QueryTable]:
    """Tables by name, with commas between. Raises argparse's error with the names there are."""
    try:
        tables = [query_table(name) for name in names(text)]
    except KeyError as error:
        raise argparse.ArgumentTypeError(error.args[0]) from error
    for table in tables:
        if table.grain is Grain.HOUR and not listed_in_ledger(table):
            raise argparse.ArgumentTypeError(
                f"table {table.name} is what others are rebuilt from; load the hours again to fill it"
            )
    if not tables:
        raise argparse.ArgumentTypeError("give at least one table")
    return tables


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Rebuild some tables."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        return rebuild(spark_session("rebuild"), ledger, options.tables, options.window, options.run_id).line


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.rebuild", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tables", required=True, type=tables_argument, help="names of query tables, with commas")
    step.add_period(parser)
    parser.add_argument("--run-id", default="", help="the run, for the ledger")
    options = parser.parse_args(arguments)
    options.window = step.period(parser, options)
    options.load = "rebuild"
    return step.run("rebuild", options, body)


if __name__ == "__main__":
    sys.exit(main())
