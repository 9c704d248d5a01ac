"""Roll days up: the daily tables from the verified hours in Cassandra, read by key.

    python -m spark_jobs.roll_up --day 2026-07-01

A day is rolled up when its 24 hours are verified, one without jobs counts. After a load of all of them their rows are
taken as they were staged, and found in Cassandra, instead of reading them a second time. The roll-up is published as a
load of an hour is (`spark_jobs.hour_load`), with a write time of its own. The write times of the hours that it read,
its vector, are entered with it. They are compared after its own write time is reserved: so a roll-up of older hours
never has the higher write time. And they are compared at the end: if an hour was loaded meanwhile, the day is rolled up
again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.day_state import VECTOR
from data_models.grain import Grain
from data_models.ledger import Ledger, Superseded
from data_models.query_table import QueryTable
from data_models.roll_up import HoursOfDay, day_window, days_of, hour_tables, hours_of_day, valid_days
from data_models.tables import daily_tables
from data_models.version import MODEL_VERSION
from data_models.window import DAY, Window, day_of, parse_time
from spark_jobs import daily_rows, step
from spark_jobs.aggregate import staged_tables
from spark_jobs.at_once import at_once
from spark_jobs.daily_rows import Held, Made, Published
from spark_jobs.hour_load import HourLoad, LoadIdentity
from spark_jobs.session import spark_session
from spark_jobs.small_loads import suited_to
from spark_jobs.staging import Staging

# One name for all, so that a roll-up that was cut off is taken up again by the next one of the same hours.
LOAD = "roll-up"
ROUNDS = 5


class NotComplete(step.Failed):
    """A day that cannot be rolled up yet; the message names it, the reason and the remedy."""


def roll_up(
    spark: SparkSession, ledger: Ledger, start: datetime, run_id: str = "", published: Published | None = None
) -> dict[str, int]:
    """Roll up the day that begins at `start` (UTC) and return the rows of each daily table; none where another roll-up
    of the day was faster.

    `ledger`: that of the hours. `published`: a load that may have all of them, which are not read again then. Raises
    NotComplete for a day without 24 verified hours, NotYet when hours were loaded for as long as it tried, or
    another roll-up is half-way.
    """
    days = Ledger(ledger.session, Grain.DAY)
    for _ in range(ROUNDS):
        found = require_complete(ledger, start)
        rows = roll_up_once(spark, ledger, days, found, run_id, published)
        if start.date() in valid_days(ledger, day_window(start)):
            return rows or {}
        if rows is not None and hours_of_day(ledger, start).vector == found.vector:
            break
        print(f"  day {start.date()}: an hour was loaded meanwhile", flush=True)
    raise step.NotYet(
        f"day {start.date()}: its roll-up is not valid yet: another one of it is half-way, or its hours are loaded all "
        "the time. Roll it up again when that is over; a roll-up that died counts as ended after an hour"
    )


def require_complete(ledger: Ledger, start: datetime) -> HoursOfDay:
    """The verified hours of a day, all 24. Raises NotComplete."""
    found = hours_of_day(ledger, start)
    if objection := found.objection(hour_tables()):
        raise NotComplete(objection)
    return found


def roll_up_once(
    spark: SparkSession,
    ledger: Ledger,
    days: Ledger,
    found: HoursOfDay,
    run_id: str,
    published: Published | None = None,
) -> dict[str, int] | None:
    """Publish and verify the roll-up of the hours that were found; rows by table, or None where it was overtaken."""
    identity = LoadIdentity(LOAD, max(found.vector), MODEL_VERSION, run_id)
    with suited_to(spark, found.jobs, "roll_up"), daily_rows.folded_day(spark, ledger, found, published) as frames:
        made = daily_rows.counted(frames)
        load = HourLoad(days, identity, found.start, content_of(found, made))
        try:
            load.reserve()
            if hours_of_day(ledger, found.start).vector != found.vector:
                return None
            require_whole(found, made)
            load.begin({table.name: rows.partitions for table, rows in made.items()})
            return publish_day(spark, load, found, frames, made)
        except Superseded:
            return None


def require_whole(found: HoursOfDay, made: dict[QueryTable, Made]) -> None:
    """Raises step.NotYet, naming table and remedy, unless all rows were read that the hours were verified with."""
    for table, of_table in made.items():
        source = daily_rows.source_of(table)
        verified = sum(entry.tables[source.verified_as] for entry in found.verified.values())
        if of_table.of_hours != verified:
            raise step.NotYet(
                f"day {found.start.date()}, table {source.name}: {verified} rows of its hours were verified, "
                f"{of_table.of_hours} read: an hour is being loaded, or rows were lost. If it stays, load the day again"
            )


def publish_day(
    spark: SparkSession,
    load: HourLoad,
    found: HoursOfDay,
    frames: dict[QueryTable, DataFrame],
    made: dict[QueryTable, Made],
) -> dict[str, int]:
    """Write, clean up and read back a roll-up that has begun; rows by table. Raises Superseded and step.Failed."""
    rows = {table.verified_as: of_table.held.rows for table, of_table in made.items()}

    def write(table: QueryTable) -> None:
        load.require_time(table.name)
        daily_rows.written(table, frames[table], load.w)

    try:
        at_once(write, daily_tables())
        load.finish(rows)
        held = daily_rows.read_back(spark, found.start, {table: rows.partitions for table, rows in made.items()})
        require_equal(found, made, held)
    except Superseded:
        raise
    except Exception as error:
        load.failed(f"{type(error).__name__}: {error}"[:2000])
        raise
    checksums = {table.name: str(of_table.held.checksum) for table, of_table in made.items()}
    load.verified(rows, json.dumps({VECTOR: found.vector, "checksums": checksums}))
    return rows


def require_equal(found: HoursOfDay, made: dict[QueryTable, Made], held: dict[QueryTable, Held]) -> None:
    """Raises step.Failed, naming table and remedy, unless every table holds what was made."""
    for table, of_table in made.items():
        wanted, read = of_table.held, held[table]
        if read != wanted:
            raise step.Failed(
                f"day {found.start.date()}, table {table.name}: {wanted.rows} rows made, {read.rows} read back"
                f"{', their content differs' if read.rows == wanted.rows else ''}. Roll the day up again; if it stays, "
                "look at the table by the key"
            )


def content_of(found: HoursOfDay, made: dict[QueryTable, Made]) -> str:
    """The checksum of all that a roll-up writes, and of the hours that it is made from."""
    facts = {table.name: (of_table.held.rows, str(of_table.held.checksum)) for table, of_table in made.items()}
    return hashlib.sha256(json.dumps([found.vector, facts], sort_keys=True).encode()).hexdigest()[:32]


def body(options: argparse.Namespace, published: Published | None = None) -> dict[str, Any]:
    """Roll up the days of a window, one after the other; {"days": {day: rows by table}, "not_complete": [day]}.

    `if_complete`: days that are not complete are left for the load that completes them. `published`: see `roll_up`.
    """
    told: dict[str, Any] = {"days": {}, "not_complete": []}
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger = Ledger(session)
        for start in days_of(options.window):
            day = str(start.date())
            try:
                require_complete(ledger, start)
                told["days"][day] = roll_up(spark_session("roll_up"), ledger, start, options.run_id, published)
            except NotComplete as error:
                if not options.if_complete:
                    raise
                print(f"  not rolled up: {error}", flush=True)
                told["not_complete"].append(day)
    return told


def body_after_load(options: argparse.Namespace) -> dict[str, Any]:
    """`body` for the days that the window of a load touches which has just been published and verified."""
    spark = spark_session("roll_up")
    staging = Staging.current(spark, options.load)
    publication = staging.read_json_or_none("publication.json") or {"w": {}}
    write_times = {parse_time(hour): w for hour, w in publication["w"].items()}

    published = Published(lambda: staged_tables(spark, staging), write_times)
    return body(argparse.Namespace(**vars(options), if_complete=True), published)


def days_argument(text: str) -> Window:
    """A window of whole days that are over, from a day or START/END. Raises argparse's error."""
    window = step.window_argument(text)
    if window.start != day_of(window.start) or (window.end - window.start) % DAY:
        raise argparse.ArgumentTypeError(f"window {window} is not of whole days: write 2026-07-01 or START/END")
    return window


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.roll_up", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--day", required=True, dest="window", type=days_argument, help="a day, or several as START/END (UTC)"
    )
    parser.add_argument("--run-id", default="", help="the DAG run, for the ledger")
    parser.add_argument(
        "--if-complete", action="store_true", help="pass over days with hours that are not verified, as after a load"
    )
    parser.set_defaults(load=LOAD)
    return step.run("roll_up", parser.parse_args(arguments), body)


if __name__ == "__main__":
    sys.exit(main())
