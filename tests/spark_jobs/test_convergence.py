"""Loads of one hour converge: whatever is interleaved, cut off and retried, the latest snapshot remains alone."""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cassandra.cluster import Session
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from one_row import as_stored

from data_models.ledger import Ledger, Superseded, microseconds
from data_models.ledger_state import ATTEMPT_DEADLINE, INSERTED, Transition
from data_models.listed_job import cql_fields
from data_models.query_table import QueryTable, Rows
from data_models.tables import query_tables
from data_models.tables.job_ids_by_hour import BUCKETS
from spark_jobs.hour_load import HourLoad, LoadIdentity, close_stopped_loads, listed_in_ledger

SNAPSHOT = microseconds(datetime(2026, 11, 1, tzinfo=UTC))
HOURS = itertools.count()
POOLS = {
    "computingsite": ["SITE_A", "SITE_B", "(unknown)"],
    "produsername": ["anna", "bob"],
    "jeditaskid": [0, 7],
    "reqid": [0, 9],
    "node": ["node1", "node2"],
    "component": ["pilot", "transform"],
    "code": [65, 1305],
    "message_group": ["00ff", "ff00"],
    "label": ["pilot:1305", "transform:65"],
    "jobstatus": ["failed", "finished"],
    "kind": ["site", "task"],
    "entity": ["7", "SITE_A"],
    "part": [0, 1],
    "page": [0, 1],
}
MOST_ROWS = 4
CHUNK = 2


def chosen_tables(chosen: random.Random) -> set[QueryTable]:
    """Table `job` with its list, and two of the others: all tables at once would take minutes.

    Loads meet in a table by how clean-up finds the table's rows: by the list of jobs, or by partitions in the ledger.
    """
    ledgered = [table for table in query_tables() if listed_in_ledger(table)]
    return {*(table for table in query_tables() if table not in ledgered), *chosen.sample(ledgered, 2)}


class Data:
    """The rows of one load, random but for what tables must agree on: which jobs there are, and when."""

    def __init__(self, seed: int, hour: datetime, tables: Collection[QueryTable] = query_tables()) -> None:
        chosen = random.Random(seed)
        base = microseconds(hour) // 3_600_000_000 * 100
        jobs = {
            base + number: hour + timedelta(minutes=chosen.randrange(60))
            for number in chosen.sample(range(8), chosen.randint(1, 6))
        }
        self.rows = {
            table.name: as_stored(table, made_rows(chosen, table, hour, jobs)) if table in tables else []
            for table in query_tables()
        }

    def partitions(self, table: QueryTable) -> set[tuple]:
        """Partition keys of a table's rows."""
        return {tuple(row[name] for name in table.partition_names) for row in self.rows[table.name]}


def made_rows(
    chosen: random.Random, table: QueryTable, hour: datetime, jobs: dict[int, datetime]
) -> Iterator[dict[str, object]]:
    fixed = {"hour": hour, "day": hour.date(), "year": hour.year}
    if table.rows is Rows.RECORDS:
        keys = [{"pandaid": pandaid, "modificationtime": moment} for pandaid, moment in jobs.items()]
    elif table.keyed_by_load:
        buckets = itertools.groupby(sorted(jobs, key=bucket_of), bucket_of)
        keys = [{"bucket": bucket, "pandaids": sorted(pandaids)} for bucket, pandaids in buckets]
    else:
        names = [name for name in table.key_names if name not in fixed]
        every = list(itertools.product(*(POOLS[name] for name in names)))
        number = chosen.randint(1, min(MOST_ROWS, len(every)))
        keys = [dict(zip(names, values, strict=True)) for values in chosen.sample(every, number)]
    for key in keys:
        known = fixed | key
        row = {name: known[name] for name in table.column_names if name in known}
        for value in table.values:
            if value.name not in row and (table.one_row or chosen.random() < 0.7):
                row[value.name] = made_value(chosen, value.cql)
        yield row


def bucket_of(pandaid: int) -> int:
    return pandaid % BUCKETS


def made_value(chosen: random.Random, cql: str) -> object:
    number = chosen.randrange(100)
    match cql:
        case "bigint":
            return number
        case "timestamp":
            return datetime(2026, 6, 30, tzinfo=UTC) + timedelta(seconds=number)
        case "frozen<list<bigint>>":
            return [number]
        case "frozen<list<frozen<listed_job>>>":
            fields = {"modificationtime": made_value(chosen, "timestamp"), "pandaid": number, "label": None}
            return [tuple(fields.get(name) for name in cql_fields())]
    return f"text {number}"


def write(session: Session, table: QueryTable, row: dict[str, object], w: int) -> None:
    row = row | ({"w": w} if table.keyed_by_load else {})
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    statement = session.prepare(f"INSERT INTO {table.name} ({names}) VALUES ({marks}) USING TIMESTAMP ?")
    session.execute(statement, (*row.values(), w))


def json_form(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value


class Killed(BaseException):
    """As good as kill -9."""


class Mortal:
    """A session that is killed before one of its statements, wherever in a step that is."""

    def __init__(self, session: Session, statements: int) -> None:
        self._session, self._left = session, statements

    def __getattr__(self, name: str) -> Any:
        """All but statements is the session's."""
        return getattr(self._session, name)

    def execute(self, *arguments: Any, **options: Any) -> Any:
        """Raises Killed where it was the last one before."""
        self._live_on()
        return self._session.execute(*arguments, **options)

    def execute_async(self, *arguments: Any, **options: Any) -> Any:
        """Raises Killed where it was the last one before."""
        self._live_on()
        return self._session.execute_async(*arguments, **options)

    def _live_on(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed


def attempt(session: Session, hour: datetime, t: int, data: Data) -> Iterator[str]:
    """One try of a load, a step at a time; the caller may stop it anywhere."""
    load = HourLoad(Ledger(session), LoadIdentity(f"load{t}", SNAPSHOT + t, "1"), hour, f"content{t}")
    try:
        load.begin(
            {
                table.name: [tuple(json_form(value) for value in key) for key in data.partitions(table)]
                for table in query_tables()
                if listed_in_ledger(table)
            }
        )
        yield "begun"
        for table in query_tables():
            for number, row in enumerate(data.rows[table.name]):
                write(session, table, row, load.w)
                if number % CHUNK == CHUNK - 1:
                    yield f"rows of {table.name}"
        yield "all rows"
        load.finish({})
        yield "finished"
        load.verified({}, "{}")
        yield "verified"
    except Superseded:
        yield "superseded"


def held(session: Session, table: QueryTable, hour: datetime, loads: list[Data]) -> list[dict[str, object]]:
    """What a table holds of the hour, in all partitions that any load has touched."""
    where = " AND ".join(f"{name} = ?" for name in table.partition_names)
    statement = session.prepare(f"SELECT * FROM {table.name} WHERE {where}")
    rows = []
    for key in sorted(set().union(*(data.partitions(table) for data in loads)), key=str):
        for row in session.execute(statement, key):
            values = {name: normal(value) for name, value in row._asdict().items() if value is not None}
            if values.get("hour", hour) == hour:
                rows.append(values)
    return sorted(rows, key=str)


def normal(value: object) -> object:
    """A value as it was written: the driver gives naive times, its own dates, and named tuples."""
    if isinstance(value, list | tuple):
        values = map(normal, value)
        return list(values) if isinstance(value, list) else tuple(values)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return value.date() if type(value).__name__ == "Date" else value


# A seed does not shrink to anything simpler.
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32), n_loads=st.integers(2, 4))
def test_the_latest_snapshot_remains_alone(archive: Session, seed: int, n_loads: int) -> None:
    choices = random.Random(seed)
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    tables = chosen_tables(choices)
    loads = {t: Data(choices.randrange(10**6), hour, tables) for t in choices.sample(range(100), n_loads)}
    running = {t: attempt(Mortal(archive, choices.randrange(150)), hour, t, data) for t, data in loads.items()}
    published, given_up = False, []
    while running:
        t = choices.choice(sorted(running))
        try:
            step = next(running[t], None)
        except Killed:
            step = "killed"
        published = published or step == "finished"
        if step is None:
            del running[t]
        elif step == "killed" or choices.random() < 0.08:
            running[t].close()
            # Given up for good, but for the latest one, which is retried until it is through.
            if t == max(loads) or choices.random() < 0.5:
                running[t] = attempt(archive, hour, t, loads[t])
            else:
                given_up.append(t)
                del running[t]
        if published:
            for table in tables:
                assert held(archive, table, hour, list(loads.values())), f"{table.name} was found empty"

    if given_up:
        later = datetime.now(UTC) + ATTEMPT_DEADLINE + timedelta(minutes=1)
        close_stopped_loads(Ledger(archive), hour, later, "test")
    assert_alone(archive, hour, max(loads), loads[max(loads)], list(loads.values()))
    assert Ledger(archive).state(hour).verified


def filling(
    session: Session, hour: datetime, t: int, table: QueryTable, rows: list[dict[str, object]]
) -> Iterator[str]:
    """A table is filled, a step at a time, for an hour whose load of snapshot `t` did not have it."""
    w = SNAPSHOT + t
    load = HourLoad(Ledger(session), LoadIdentity(f"load{t}", w, "1"), hour, "", w)
    try:
        load.extend(table, {tuple(json_form(row[name]) for name in table.partition_names) for row in rows})
        yield "begun"
        for row in rows:
            write(session, table, row, w)
            yield "row"
        load.verified({table.name: len(rows)}, "{}")
        yield "verified"
    except Superseded:
        yield "superseded"


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_a_table_that_is_filled_later_goes_when_its_load_goes(archive: Session, seed: int) -> None:
    choices = random.Random(seed)
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    tables = chosen_tables(choices)
    added = choices.choice(sorted((table for table in tables if listed_in_ledger(table)), key=lambda one: one.name))
    old, new = Data(choices.randrange(10**6), hour, tables), Data(choices.randrange(10**6), hour, tables)
    late, old.rows[added.name] = old.rows[added.name], []
    assert run_through(archive, hour, 1, old) == "verified"
    running = [filling(archive, hour, 1, added, late), attempt(archive, hour, 2, new)]
    # Either may be through before the other begins, and the filling may be cut off.
    weights = choices.choice([(1, 1), (9, 1), (1, 9)])
    while running:
        one = choices.choices(running, weights[: len(running)])[0]
        died = one.__name__ == "filling" and choices.random() < 0.03
        if died or next(one, None) is None:
            running.remove(one)
    old.rows[added.name] = late
    assert_alone(archive, hour, 2, new, [old])
    assert Ledger(archive).state(hour).verified


def run_through(session: Session, hour: datetime, t: int, data: Data) -> str:
    return list(attempt(session, hour, t, data))[-1]


def test_an_older_snapshot_is_superseded_and_writes_nothing(archive: Session) -> None:
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    new, old = Data(1, hour), Data(2, hour)
    assert run_through(archive, hour, 9, new) == "verified"
    assert run_through(archive, hour, 5, old) == "superseded"
    for table in query_tables():
        assert len(held(archive, table, hour, [new, old])) == len(new.rows[table.name])


def test_a_retry_of_the_same_content_keeps_its_write_time_and_other_content_takes_a_new_one(archive: Session) -> None:
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    ledger = Ledger(archive)
    first = ledger.reserve(hour, SNAPSHOT, "load", "content", "1")
    assert ledger.reserve(hour, SNAPSHOT, "load", "content", "1") == first
    assert ledger.reserve(hour, SNAPSHOT, "load", "other content", "1") == first + 1


def test_a_first_load_leaves_no_tombstone(archive: Session) -> None:
    hour = datetime(2025, 1, 1, tzinfo=UTC)  # a day, and so a partition, that no other test touches
    data = Data(3, hour)
    run_through(archive, hour, 1, data)
    day = archive.prepare("SELECT * FROM errors_by_hour WHERE day = ?")
    trace = archive.execute(day, (hour.date(),), trace=True).get_query_trace()
    told = [event.description for event in trace.events if "tombstone cells" in event.description]
    assert told, [event.description for event in trace.events]
    assert all(" 0 tombstone" in text for text in told), told


def test_an_hour_is_not_verified_while_an_attempt_is_open(archive: Session) -> None:
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    run_through(archive, hour, 1, Data(4, hour))
    assert Ledger(archive).state(hour).verified
    open_attempt = attempt(archive, hour, 2, Data(5, hour))
    next(open_attempt)
    assert not Ledger(archive).state(hour).verified


def assert_alone(session: Session, hour: datetime, t: int, data: Data, others: list[Data]) -> None:
    for table in query_tables():
        extra = {"w": SNAPSHOT + t} if table.keyed_by_load else {}
        expected = sorted((row | extra for row in data.rows[table.name]), key=str)
        found = held(session, table, hour, [data, *others])
        assert [sorted(row.items(), key=str) for row in found] == [sorted(row.items(), key=str) for row in expected]


def test_a_load_that_goes_on_after_a_later_one_is_through_cleans_up_behind_itself(archive: Session) -> None:
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    old, new = Data(6, hour), Data(7, hour)
    late = attempt(archive, hour, 1, old)
    assert next(late) == "begun"
    assert run_through(archive, hour, 2, new) == "verified"
    assert list(late)[-1] == "superseded"
    assert_alone(archive, hour, 2, new, [old])
    assert Ledger(archive).state(hour).verified


def test_what_a_load_left_that_died_after_a_later_one_was_through_is_reaped(archive: Session) -> None:
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    old, new = Data(8, hour), Data(9, hour)
    dying = attempt(archive, hour, 1, old)
    next(dying)
    assert run_through(archive, hour, 2, new) == "verified"
    while next(dying) != "all rows":
        pass
    dying.close()
    assert not Ledger(archive).state(hour).verified
    assert close_stopped_loads(Ledger(archive), hour, datetime.now(UTC) + ATTEMPT_DEADLINE * 2, "test") == 1
    assert_alone(archive, hour, 2, new, [old])
    assert Ledger(archive).state(hour).verified


def test_a_load_that_died_between_its_last_row_and_its_clean_up_is_closed_by_the_next(archive: Session) -> None:
    hour = datetime(2026, 1, 1, tzinfo=UTC) + next(HOURS) * timedelta(hours=1)
    old, new = Data(10, hour), Data(11, hour)
    dying = attempt(archive, hour, 1, old)
    while next(dying) != "all rows":
        pass
    dying.close()
    Ledger(archive).append(
        Transition(hour, datetime.now(UTC), "load1", INSERTED, w=SNAPSHOT + 1, t=SNAPSHOT + 1, model="1")
    )
    assert run_through(archive, hour, 2, new) == "verified"
    assert_alone(archive, hour, 2, new, [old])
    assert Ledger(archive).state(hour).verified
