"""The ledger in Cassandra: what has been loaded, checked, published and verified, hour by hour.

Times are UTC; write times and snapshot instants are microseconds since 1970.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import PreparedStatement
from cassandra.util import datetime_from_uuid1, uuid_from_time

from data_models.ledger_state import HourState, Reservation, Transition, hour_state
from data_models.window import day_of, format_time

# How far a source's clock may run ahead of ours before its snapshots are refused (they would outlive later loads).
CLOCK_TOLERANCE = timedelta(minutes=5)
RESERVATION_ROUNDS = 100
CONCURRENT_STATEMENTS = 64
# Some 30 kB a row: few enough rows to write before a load, small enough to read one by one.
KEYS_A_ROW = 500


class Superseded(Exception):
    """A load that a newer one has overtaken: nothing is wrong, it just stops."""


class ClockError(RuntimeError):
    """The source's clock runs ahead of ours."""


def microseconds(moment: datetime) -> int:
    """An aware datetime as microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def from_microseconds(micros: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


class Ledger:
    """Reads and appends entries through a session whose keyspace is the archive's."""

    def __init__(self, session: Session) -> None:
        """Prepare the statements; the tables have to be there (`python -m data_models.cql --apply`)."""
        self.session = session
        self._prepared: dict[str, PreparedStatement] = {}
        self._append = session.prepare(
            "INSERT INTO ledger_transition (day, hour, at, load, state, w, t, model, run_id, tables, note, details) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        self._transitions = session.prepare("SELECT * FROM ledger_transition WHERE day = ? AND hour = ?")
        self._day = session.prepare("SELECT * FROM ledger_transition WHERE day = ?")
        self._reserve = session.prepare(
            "INSERT INTO ledger_reservation (hour, w, t, load, content, model, reserved_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS"
        )
        self._reservations = session.prepare("SELECT * FROM ledger_reservation WHERE hour = ?")
        self._enter = session.prepare(
            "INSERT INTO ledger_partition (hour, table_name, w, chunk, keys) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?"
        )
        self._partitions = session.prepare("SELECT w, keys FROM ledger_partition WHERE hour = ? AND table_name = ?")
        self._forget = session.prepare(
            "DELETE FROM ledger_partition USING TIMESTAMP ? WHERE hour = ? AND table_name = ? AND w = ?"
        )

    def prepared(self, statement: str) -> PreparedStatement:
        """A statement prepared once for the session."""
        if statement not in self._prepared:
            self._prepared[statement] = self.session.prepare(statement)
        return self._prepared[statement]

    def append(self, transition: Transition) -> None:
        """Enter one transition; `at` is the time of entry."""
        self.session.execute(
            self._append,
            (
                day_of(transition.hour).date(),
                transition.hour,
                uuid_from_time(transition.at),
                transition.load,
                transition.state,
                transition.w,
                transition.t,
                transition.model,
                transition.run_id,
                transition.tables,
                transition.note,
                transition.details,
            ),
        )

    def transitions(self, hour: datetime) -> list[Transition]:
        """All transitions of an hour, oldest first."""
        rows = self.session.execute(self._transitions, (day_of(hour).date(), hour))
        return [_transition(row) for row in rows]

    def transitions_of_day(self, day: date) -> dict[datetime, list[Transition]]:
        """All transitions of a day by hour, oldest first."""
        by_hour: dict[datetime, list[Transition]] = defaultdict(list)
        for row in self.session.execute(self._day, (day,)):
            transition = _transition(row)
            by_hour[transition.hour].append(transition)
        return dict(by_hour)

    def reservations(self, hour: datetime) -> list[Reservation]:
        """All write times that an hour has given out, highest first."""
        return [
            Reservation(_utc(row.hour), row.w, row.t, row.load, row.content, row.model)
            for row in self.session.execute(self._reservations, (hour,))
        ]

    def state(self, hour: datetime) -> HourState:
        """The state of an hour now. Transitions are read first: what is entered meanwhile can only look open."""
        transitions = self.transitions(hour)
        return hour_state(self.reservations(hour), transitions)

    def reserve(self, hour: datetime, t: int, load: str, content: str, model: str) -> int:
        """A write time for one content of a load of an hour at its snapshot: the one it has, else one above all others.

        Raises Superseded when a load of a later snapshot has reserved, ClockError when T lies in the future.
        """
        now = datetime.now(UTC)
        if from_microseconds(t) > now + CLOCK_TOLERANCE:
            raise ClockError(
                f"hour {format_time(hour)}: its snapshot was taken at {format_time(from_microseconds(t))} by the "
                f"source's clock, ours says {format_time(now)}: set the clocks right and load the window again"
            )
        for _ in range(RESERVATION_ROUNDS):
            given = self.reservations(hour)
            for reservation in given:
                if (reservation.t, reservation.load, reservation.content, reservation.model) == (
                    t,
                    load,
                    content,
                    model,
                ):
                    return reservation.w
            if given and given[0].t > t:
                raise Superseded(f"hour {format_time(hour)}: load {given[0].load} has a later snapshot")
            w = max(t, given[0].w + 1) if given else t
            if self.session.execute(self._reserve, (hour, w, t, load, content, model, now)).was_applied:
                return w
        raise RuntimeError(
            f"hour {format_time(hour)}: no write time after {RESERVATION_ROUNDS} tries; too many loads of it at once"
        )

    def enter_partitions(self, hour: datetime, table: str, w: int, keys: Iterable[tuple]) -> None:
        """Enter, before the first row, the partitions of a table that a load may touch.

        Keys are texts or whole numbers, dates and times as ISO text.
        """
        every = sorted(keys)
        chunks = [every[first : first + KEYS_A_ROW] for first in range(0, len(every), KEYS_A_ROW)]
        arguments = [
            (hour, table, w, number, json.dumps(chunk, ensure_ascii=False), w) for number, chunk in enumerate(chunks)
        ]
        execute_concurrent_with_args(self.session, self._enter, arguments, concurrency=CONCURRENT_STATEMENTS)

    def partitions(self, hour: datetime, table: str) -> dict[int, list[tuple]]:
        """The partitions entered for a table, by write time."""
        by_load: dict[int, list[tuple]] = defaultdict(list)
        for row in self.session.execute(self._partitions, (hour, table)):
            by_load[row.w] += [tuple(key) for key in json.loads(row.keys)]
        return dict(by_load)

    def forget_partitions(self, hour: datetime, table: str, w: int, below: int) -> None:
        """Remove the list of a closed load whose partitions have been cleaned below the write time `below`."""
        self.session.execute(self._forget, (below - 1, hour, table, w))


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _transition(row: object) -> Transition:
    return Transition(
        hour=_utc(row.hour),
        at=_utc(datetime_from_uuid1(row.at)),
        load=row.load,
        state=row.state,
        w=row.w,
        t=row.t,
        model=row.model or "",
        run_id=row.run_id or "",
        tables=dict(row.tables or {}),
        note=row.note or "",
        details=row.details or "{}",
    )
