"""/coverage: which hours are archived, day by day, and what the ledger says of a day's loads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from data_models.grain import Grain
from data_models.ledger import Ledger, from_microseconds
from data_models.ledger_state import Transition
from data_models.reading.archive import Archive
from data_models.reading.known_hours import KnownHours
from data_models.reading.routing import day_window, touched_days
from data_models.tables import outcomes_by_hour, outcomes_daily
from data_models.window import DAY, HOUR, format_time
from monitor.api.answers import csv_response
from monitor.api.parameters import Day as WrittenDay
from monitor.api.parameters import Form, Period, forbid_unknown
from monitor.api.problems import Refused, archive_away
from monitor.api.schemas import PROBLEMS, Edges
from monitor.store import AWAY, STORE, AwayArchive

router = Router(tags=["coverage"])
LONGEST = 400 * DAY
HOUR_COLUMNS = ("hour", "state", "day_rolled_up")
NONE = "not archived"


class Day(Schema):
    """A day: the state of each of its 24 hours, and whether its roll-up is that of its hours."""

    day: date
    hours: list[str] = Field(description="verified, refreshing or not archived, from 00 to 23 UTC")
    verified: int
    rolled_up: bool
    newest: str | None = Field(description="the instant of the newest snapshot")


class Coverage(Schema):
    """The days of a window, oldest first; `live_from`: from when on hours are counted from PanDA's database."""

    window: Edges
    live_from: str
    days: list[Day]


class Entry(Schema):
    """An entry of the ledger: what happened to a window in one load or roll-up of it."""

    window: str
    at: str
    load: str
    state: str
    w: int | None
    snapshot: str | None
    run_id: str
    rows: dict[str, int]
    note: str
    details: dict[str, Any]


class DayLedger(Schema):
    """All entries of a day, oldest first: of its hours, and of its roll-ups."""

    day: date
    hours: list[Entry]
    roll_ups: list[Entry]


class CoverageQuery(Period, Form):
    """The parameters of /coverage."""


@router.get("", response={200: Coverage, **PROBLEMS}, summary="Which hours are archived, day by day")
def coverage(request: HttpRequest, query: Query[CoverageQuery]) -> Coverage | HttpResponse:
    """A calendar of the archive, up to 400 days. As CSV: a row an hour."""
    forbid_unknown(request, CoverageQuery)
    window = query.window()
    if window.end - window.start > LONGEST:
        raise Refused("the calendar shows 400 days at most", "ask for its parts", "date_from")
    ledger = archive().ledger
    with answering():
        hours = ledger.known(outcomes_by_hour.TABLE, None, window)
        rolled_up = ledger.known(outcomes_by_hour.TABLE, outcomes_daily.TABLE, window).days
    days = []
    for day in touched_days((window,)):
        start = day_window(day).start
        states = [state_of(hours, start + number * HOUR) for number in range(24)]
        ws = [w for hour, w in hours.hours.items() if hour.date() == day]
        days.append(
            Day(
                day=day,
                hours=states,
                verified=states.count("verified"),
                rolled_up=day in rolled_up,
                newest=format_time(from_microseconds(max(ws))) if ws else None,
            )
        )
    if query.format == "csv":
        return csv_response(request, HOUR_COLUMNS, list(hour_rows(days)))
    edges = Edges(start=format_time(window.start), end=format_time(window.end))
    return Coverage(window=edges, live_from=format_time(STORE.live.reach.start), days=days)


@router.get("/{day}", response={200: DayLedger, **PROBLEMS}, summary="The ledger of a day")
def day(request: HttpRequest, day: Path[WrittenDay], query: Query[Form]) -> DayLedger | HttpResponse:
    """What happened to each hour of a day, and to its roll-up: loads, gates, write times, rows by table."""
    forbid_unknown(request, Form)
    session = archive().session
    midnight = datetime.combine(day, time(), UTC)
    with answering():
        by_hour = Ledger(session).transitions_of_day(day)
        roll_ups = Ledger(session, Grain.DAY).transitions(midnight)
    of_hours = [entry_of(one) for _, entries in sorted(by_hour.items()) for one in entries]
    of_day = [entry_of(one) for one in roll_ups]
    if query.format == "csv":
        rows = [entry_row("hour", one) for one in of_hours] + [entry_row("roll-up", one) for one in of_day]
        return csv_response(request, ("of", *Entry.model_fields), rows)
    return DayLedger(day=day, hours=of_hours, roll_ups=of_day)


def hour_rows(days: list[Day]) -> Iterator[dict[str, object]]:
    """The calendar, a row an hour."""
    for one in days:
        midnight = day_window(one.day).start
        for number, state in enumerate(one.hours):
            yield {"hour": format_time(midnight + number * HOUR), "state": state, "day_rolled_up": one.rolled_up}


def entry_row(of: str, entry: Entry) -> dict[str, object]:
    """An entry as a row: what has an inside of its own is JSON."""
    told = entry.dict()
    return {"of": of, **told, "rows": json.dumps(told["rows"]), "details": json.dumps(told["details"])}


def archive() -> Archive:
    """The archive. Raises Refused where it is away: the ledger is there."""
    found = STORE.archive()
    if isinstance(found, AwayArchive):
        raise archive_away()
    return found


@contextmanager
def answering() -> Iterator[None]:
    """What is asked in here is refused where Cassandra does not answer. Raises Refused."""
    try:
        yield
    except AWAY as error:
        STORE.cassandra_failed(error)
        raise archive_away() from error


def state_of(known: KnownHours, hour: datetime) -> str:
    """The state of an hour in words."""
    if hour in known.verified:
        return "verified"
    return "refreshing" if hour in known.refreshing else NONE


def entry_of(one: Transition) -> Entry:
    """An entry as it is told."""
    return Entry(
        window=format_time(one.hour),
        at=format_time(one.at),
        load=one.load,
        state=one.state,
        w=one.w,
        snapshot=format_time(from_microseconds(one.t)) if one.t is not None else None,
        run_id=one.run_id,
        rows=one.tables,
        note=one.note,
        details=json.loads(one.details),
    )
