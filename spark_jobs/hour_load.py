"""One hour of a load, or the roll-up of a day, on its way into the query tables: the protocol by which they converge.

Every row is written with the write time W that the hour gave to this load, and what the hour held before is deleted
afterwards at one less. So publishing twice changes nothing, and loads of one hour in any order, interleaved, cut off
and retried end as the highest W alone. New rows go in before old ones go out, so no reader sees a gap.

    begin -> [rows of each table, lists of what is in another one before that one] -> finish -> verified

`job_ids_by_hour` lists what a load wrote to `job`; the ledger lists the partitions of all other tables. The ledger's
grain says which tables are written: those of hours, or those of days. What is said here of an hour holds for a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cassandra.concurrent import execute_concurrent_with_args

from data_models.cql import most_varied, window_delete, window_delete_values
from data_models.ledger import Ledger, Superseded
from data_models.ledger_state import (
    CLOSED,
    FAILED,
    INSERTED,
    PUBLISHING,
    SUPERSEDED,
    VERIFIED,
    Transition,
    deadline,
    stopped,
)
from data_models.query_table import QueryTable
from data_models.tables import job_ids_by_hour, tables_of

# Statements in flight, each of up to `KEYS_A_DELETE` partitions.
CONCURRENT_DELETES = 8
# An hour's entries are a dozen round trips one after the other; hours do not wait for each other.
HOURS_AT_ONCE = 8


class DeadlineExceeded(RuntimeError):
    """An attempt that has run for so long that its deletes might no longer outlive its writes."""


def now_utc() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class LoadIdentity:
    """Which load this is: its name, the snapshot's instant T (microseconds), model version, DAG run.

    `t_by_hour`: where each hour has a snapshot of its own, these hours alone.
    """

    load: str
    t: int
    model: str
    run_id: str = ""
    t_by_hour: Mapping[datetime, int] = field(default_factory=dict)

    def of(self, hour: datetime) -> LoadIdentity:
        """That of one hour."""
        return replace(self, t=self.t_by_hour.get(hour, self.t))


class HourLoad:
    """One hour of a load, or one day of the roll-ups. `content` is the checksum of what it will write."""

    def __init__(
        self,
        ledger: Ledger,
        identity: LoadIdentity,
        hour: datetime,
        content: str,
        w: int | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        """Nothing is written before `begin`; `w`: the write time of an attempt that has begun in another process."""
        self.ledger = ledger
        self.identity = identity
        self.hour = hour
        self.content = content
        self.clock = clock
        self.w = w
        self._begun: datetime | None = None

    @property
    def begun(self) -> bool:
        """Whether this process has begun to publish the hour, and was not overtaken."""
        return self._begun is not None

    def reserve(self) -> int:
        """Reserve W and return it; nothing has begun by that. Raises Superseded when a later load has reserved."""
        self.w = self.ledger.reserve(self.hour, self.identity.t, self.identity.load, self.content, self.identity.model)
        return self.w

    def begin(self, partitions: Mapping[str, Iterable[tuple]]) -> int:
        """Reserve W and enter the partitions (JSON form) that will be touched, by table; returns W.

        Raises Superseded when a later load is fully inserted (this one has then cleaned up behind itself).
        """
        self.reserve()
        for table in tables_of(self.ledger.grain):
            if listed_in_ledger(table):
                self.ledger.enter_partitions(self.hour, table.name, self.w, partitions[table.name])
        self._begun = self.clock()
        self._append(PUBLISHING)
        self.require_newest()
        return self.w

    def extend(self, table: QueryTable, partitions: Iterable[tuple]) -> None:
        """Enter the partitions (JSON form) of a table that this load, which has been verified, is to have too.

        No other load forgets them before it has cleaned them up. Raises Superseded when a later load is fully inserted.
        """
        self.ledger.add_partitions(self.hour, table.name, self.w, partitions)
        self.require_newest()

    def require_time(self, table: str) -> None:
        """To be called before each table. Raises DeadlineExceeded."""
        allowed = deadline(self.ledger.grain)
        if self.clock() - self._begun > allowed:
            raise DeadlineExceeded(
                f"{self.ledger.named(self.hour)}, table {table}: publishing has run for over {allowed}; "
                "load the window again"
            )

    def finish(self, rows: Mapping[str, int]) -> None:
        """Enter that all rows are in (by table), delete what older loads left, close those that write no more.

        Raises Superseded when a later load is fully inserted.
        """
        self._append(INSERTED, tables=dict(rows))
        self.require_newest()
        close_stopped_loads(self.ledger, self.hour, self.clock(), self.identity.load)

    def require_newest(self) -> None:
        """Raises Superseded when a later load is fully inserted (this one has then cleaned up behind itself)."""
        state = self.ledger.state(self.hour)
        if state.inserted is not None and state.inserted > self.w:
            below = clean(self.ledger, self.hour)
            self._append(SUPERSEDED)
            self._begun = None
            forget_lists(self.ledger, self.hour, (*state.closed, self.w), below)
            raise Superseded(f"{self.ledger.named(self.hour)}: a later load is in; load {self.identity.load} stops")

    def verified(self, rows: Mapping[str, int], details: str) -> None:
        """Enter that every table was read back and is equal. Raises Superseded."""
        self.require_newest()
        self._append(VERIFIED, tables=dict(rows), details=details)

    def failed(self, note: str) -> None:
        """Enter that this process writes no more for the hour, and why. The attempt stays open until it is retried, or
        until another load of the hour is through."""
        self._append(FAILED, note=note)

    def _append(self, state: str, *, tables: dict[str, int] | None = None, note: str = "", details: str = "{}") -> None:
        self.ledger.append(
            Transition(
                hour=self.hour,
                at=self.clock(),
                load=self.identity.load,
                state=state,
                w=self.w,
                t=self.identity.t,
                model=self.identity.model,
                run_id=self.identity.run_id,
                tables=tables or {},
                note=note,
                details=details,
            )
        )


def unless_superseded(act: Callable[[HourLoad], None], loads: Iterable[HourLoad]) -> Iterator[bool]:
    """Do something for several hours at once; yields in their order whether each one went on (False: superseded)."""

    def went_on(load: HourLoad) -> bool:
        try:
            act(load)
        except Superseded:
            return False
        return True

    with ThreadPoolExecutor(HOURS_AT_ONCE) as pool:
        yield from pool.map(went_on, loads)


def listed_in_ledger(table: QueryTable) -> bool:
    """Whether the ledger lists the partitions of a table, and no other table does."""
    return table.registry is None and not table.keyed_by_load


def clean(ledger: Ledger, hour: datetime) -> int | None:
    """Delete from every query table what loads of an hour left below its highest inserted write time; returns that.

    Safe at any time and as often as one likes. A first load has nothing to delete and leaves no tombstone. The lists of
    what loads wrote stay; `forget_lists` takes those that are no longer needed.
    """
    state = ledger.state(hour)
    below = state.inserted
    if below is None or not any(w < below for w in state.open | state.closed):
        return None
    for table in tables_of(ledger.grain):
        if listed_in_ledger(table):
            clean_table(ledger, table, hour, ledger.partitions(hour, table.name), below)
        elif table.registry:
            clean_table(ledger, table, hour, listed_jobs(ledger, hour, below), below)
    return below


def forget_lists(ledger: Ledger, hour: datetime, ended: Iterable[int], below: int) -> None:
    """Remove what the ledger lists of loads, by write time, that had ended when `clean` deleted their rows."""
    forgotten = [w for w in ended if w < below]
    for table in tables_of(ledger.grain):
        if listed_in_ledger(table):
            for w in forgotten:
                ledger.forget_partitions(hour, table.name, w, below)
        elif table.keyed_by_load:
            clean_table(ledger, table, hour, {w: bucket_keys(hour) for w in forgotten}, below)


def close_stopped_loads(ledger: Ledger, hour: datetime, now: datetime, closer: str) -> int:
    """Close the loads of an hour that write no more and that a later one has overtaken, and delete what they left.

    Returns how many. What is closed had stopped before the clean-up began, so nothing of it comes after.
    """
    transitions = ledger.transitions(hour)
    state = ledger.state(hour)
    below = clean(ledger, hour)
    if below is None:
        return 0
    overtaken = [w for w in stopped(transitions, now, deadline(ledger.grain)) & state.open if w < below]
    for w in overtaken:
        entry = next(entry for entry in transitions if entry.w == w)
        ledger.append(replace(entry, at=now, state=CLOSED, note=f"stopped; cleaned up by {closer}", details="{}"))
    forget_lists(ledger, hour, (*state.closed, *overtaken), below)
    return len(overtaken)


def clean_table(
    ledger: Ledger, table: QueryTable, hour: datetime, lists: Mapping[int, list[tuple]], below: int
) -> None:
    """Delete the hour's part of the listed partitions (JSON form, by write time) below a write time."""
    earlier = {w: keys for w, keys in lists.items() if w < below and keys}
    if not earlier:
        return
    varied = most_varied(table, earlier)
    statement = ledger.prepared(window_delete(table, varied))
    arguments = window_delete_values(table, varied, earlier, hour, below)
    execute_concurrent_with_args(ledger.session, statement, arguments, concurrency=CONCURRENT_DELETES)


def bucket_keys(hour: datetime) -> list[tuple]:
    """The partition keys (JSON form) of an hour's job list."""
    return [(hour.isoformat(), bucket) for bucket in range(job_ids_by_hour.BUCKETS)]


def listed_jobs(ledger: Ledger, hour: datetime, below: int) -> dict[int, list[tuple]]:
    """The partition keys of `job` that loads of an hour below a write time have listed, by write time."""
    select = ledger.prepared(
        f"SELECT w, pandaids FROM {job_ids_by_hour.TABLE.name} WHERE hour = ? AND bucket = ? AND w < ?"
    )
    lists: dict[int, list[tuple]] = {}
    for bucket in range(job_ids_by_hour.BUCKETS):
        for row in ledger.session.execute(select, (hour, bucket, below)):
            lists.setdefault(row.w, []).extend((pandaid,) for pandaid in row.pandaids)
    return lists
