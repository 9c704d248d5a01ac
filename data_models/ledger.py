"""The ledger in Cassandra: what has been loaded, checked, published and verified, hour by hour, and rolled up by day.

Times are UTC; write times and snapshot instants are microseconds since 1970.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import BatchStatement, BatchType, PreparedStatement
from cassandra.util import Date, datetime_from_uuid1, uuid_from_time

from data_models.day_state import day_entries
from data_models.grain import Grain
from data_models.ledger_state import HourState, Reservation, Transition, hour_state
from data_models.ledger_tables import prefix
from data_models.window import format_time

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
    """Reads and appends entries through a session whose keyspace is the archive's.

    The windows of a ledger are hours, which loads publish, or days, which roll-ups do: its grain. What is called `hour`
    here is where a window starts; of a day it is midnight.
    """

    def __init__(self, session: Session, grain: Grain = Grain.HOUR) -> None:
        """Prepare the statements; the tables have to be there (`python -m data_models.cql --apply`)."""
        self.session = session
        self.grain = grain
        self._prepared: dict[str, PreparedStatement] = {}
        table, unit, group = f"{prefix(grain)}{{}}".format, grain.value, grain.group
        self._append = session.prepare(
            f"INSERT INTO {table('transition')} ({group}, {unit}, at, load, state, w, t, model, run_id, tables, note, "
            "details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        self._transitions = session.prepare(f"SELECT * FROM {table('transition')} WHERE {group} = ? AND {unit} = ?")
        self._group = session.prepare(f"SELECT * FROM {table('transition')} WHERE {group} = ?")
        self._reserve = session.prepare(
            f"INSERT INTO {table('reservation')} ({unit}, w, t, load, content, model, reserved_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS"
        )
        self._reservations = session.prepare(f"SELECT * FROM {table('reservation')} WHERE {unit} = ?")
        self._enter = session.prepare(
            f"INSERT INTO {table('partition')} ({unit}, table_name, w, chunk, keys) VALUES (?, ?, ?, ?, ?) "
            "USING TIMESTAMP ?"
        )
        listed = f"{table('partition')} WHERE {unit} = ? AND table_name = ?"
        self._partitions = session.prepare(f"SELECT w, keys FROM {listed}")
        self._partitions_of_load = session.prepare(f"SELECT w, keys FROM {listed} AND w = ?")
        self._forget = session.prepare(
            f"DELETE FROM {table('partition')} USING TIMESTAMP ? WHERE {unit} = ? AND table_name = ? AND w = ?"
        )

    def prepared(self, statement: str) -> PreparedStatement:
        """A statement prepared once for the session."""
        if statement not in self._prepared:
            self._prepared[statement] = self.session.prepare(statement)
        return self._prepared[statement]

    def named(self, hour: datetime) -> str:
        """A window in words."""
        return f"{self.grain.value} {format_time(hour)}"

    def append(self, transition: Transition) -> None:
        """Enter one transition, and in the same batch what follows from it for the day; `at` is the time of entry."""
        batch, at = BatchStatement(BatchType.LOGGED), uuid_from_time(transition.at)
        batch.add(
            self._append,
            (
                self.grain.group_of(transition.hour),
                transition.hour,
                at,
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
        for statement, values in day_entries(self.grain, transition, at):
            batch.add(self.prepared(statement), values)
        self.session.execute(batch)

    def transitions(self, hour: datetime) -> list[Transition]:
        """All transitions of an hour, oldest first."""
        rows = self.session.execute(self._transitions, (self.grain.group_of(hour), hour))
        return [self._transition(row) for row in rows]

    def transitions_of_day(self, day: date) -> dict[datetime, list[Transition]]:
        """All transitions of a day by hour, oldest first."""
        by_hour: dict[datetime, list[Transition]] = defaultdict(list)
        for row in self.session.execute(self._group, (day,)):
            transition = self._transition(row)
            by_hour[transition.hour].append(transition)
        return dict(by_hour)

    def reservations(self, hour: datetime) -> list[Reservation]:
        """All write times that an hour has given out, highest first."""
        return [
            Reservation(hour, row.w, row.t, row.load, row.content, row.model)
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
                f"{self.named(hour)}: its snapshot was taken at {format_time(from_microseconds(t))} by the source's "
                f"clock, ours says {format_time(now)}: set the clocks right and load the window again"
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
                raise Superseded(f"{self.named(hour)}: load {given[0].load} has a later snapshot")
            w = max(t, given[0].w + 1) if given else t
            if self.session.execute(self._reserve, (hour, w, t, load, content, model, now)).was_applied:
                return w
        raise RuntimeError(
            f"{self.named(hour)}: no write time after {RESERVATION_ROUNDS} tries; too many loads of it at once"
        )

    def enter_partitions(self, hour: datetime, table: str, w: int, keys: Iterable[tuple]) -> None:
        """Enter, before the first row, the partitions of a table that a load may touch.

        Keys are texts or whole numbers, dates and times as ISO text.
        """
        self._enter_chunks(hour, table, w, sorted(keys), 0)

    def add_partitions(self, hour: datetime, table: str, w: int, keys: Iterable[tuple]) -> None:
        """Enter those partitions of a table that are not entered yet for a load, beside those that are."""
        # One write time, so a chunk that is there must not be written with other keys: the larger text would stay.
        rows = list(self.session.execute(self._partitions_of_load, (hour, table, w)))
        listed = {tuple(key) for row in rows for key in json.loads(row.keys)}
        self._enter_chunks(hour, table, w, sorted(set(keys) - listed), len(rows))

    def _enter_chunks(self, hour: datetime, table: str, w: int, keys: list[tuple], first_chunk: int) -> None:
        chunks = [keys[first : first + KEYS_A_ROW] for first in range(0, len(keys), KEYS_A_ROW)]
        arguments = [
            (hour, table, w, number, json.dumps(chunk, ensure_ascii=False), w)
            for number, chunk in enumerate(chunks, first_chunk)
        ]
        execute_concurrent_with_args(self.session, self._enter, arguments, concurrency=CONCURRENT_STATEMENTS)

    def partitions(self, hour: datetime, table: str) -> dict[int, list[tuple]]:
        """The partitions entered for a table, by write time."""
        by_load: dict[int, list[tuple]] = defaultdict(list)
        for row in self.session.execute(self._partitions, (hour, table)):
            by_load[row.w] += [tuple(key) for key in json.loads(row.keys)]
        return dict(by_load)

    def partitions_of_loads(self, loads: Iterable[tuple[datetime, str, int]]) -> Iterator[list[tuple]]:
        """The partitions entered for each hour, table and write time, in the order given, read side by side."""
        for _, rows in execute_concurrent_with_args(
            self.session, self._partitions_of_load, list(loads), concurrency=CONCURRENT_STATEMENTS
        ):
            yield [tuple(key) for row in rows for key in json.loads(row.keys)]

    def forget_partitions(self, hour: datetime, table: str, w: int, below: int) -> None:
        """Remove the list of a closed load whose partitions have been cleaned below the write time `below`."""
        self.session.execute(self._forget, (below - 1, hour, table, w))

    def forget_tables(self, hour: datetime, tables: Collection[str]) -> list[str]:
        """Remove the lists of all loads for some tables, which are no more; returns those that had any."""
        listed = f"{prefix(self.grain)}partition WHERE {self.grain.value} = ?"
        rows = self.session.execute(self.prepared(f"SELECT table_name, w FROM {listed}"), (hour,))
        newest: dict[str, int] = {}
        for row in rows:
            if row.table_name in tables:
                newest[row.table_name] = max(row.w, newest.get(row.table_name, row.w))
        delete = self.prepared(f"DELETE FROM {listed.replace('WHERE', 'USING TIMESTAMP ? WHERE')} AND table_name = ?")
        for name, w in newest.items():
            self.session.execute(delete, (w, hour, name))
        return sorted(newest)

    def _transition(self, row: object) -> Transition:
        return Transition(
            hour=window_start(getattr(row, self.grain.value)),
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


def window_start(value: datetime | Date) -> datetime:
    """Where a window starts, from the time or the date that the driver gave."""
    return _utc(datetime.combine(value.date(), time()) if isinstance(value, Date) else value)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
