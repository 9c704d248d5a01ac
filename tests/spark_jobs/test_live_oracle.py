"""What readers ask Oracle, through the real driver over the test listener, equals what they ask PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import sqlglot
from oracle_listener.faults import Fail, Fault, Step
from oracle_listener.listener import Listener
from oracle_listener.on_stack import listening
from oracle_over_listener import allow, lead_to, reset
from panda_rows import insert, job
from sqlglot import exp

from data_models.live.oracle import CLOCK, LiveOracle, hour_records, job_record, job_states
from data_models.live.postgres import LivePostgres
from data_models.live.sources import open_live
from data_models.names import UNKNOWN
from data_models.panda_sql.errors import SourceConfigurationError, SourceError
from data_models.window import HOUR

TEN = datetime(2027, 3, 1, 10, tzinfo=UTC)
FIRST = 7_770_000
BY_PANDAID = [("pandaid", "ascending")]
STATEMENTS = (
    CLOCK,
    hour_records("P.JOBSARCHIVED4"),
    job_record("P.JOBSARCHIVED4"),
    job_states("P.JOBSACTIVE4", {"computingsite": "CERN", "produsername": "anna", "jeditaskid": 1, "reqid": 2}),
)


@pytest.fixture(scope="module")
def listener(stack: object) -> Iterator[Listener]:
    """The test listener over the PostgreSQL of the run, with some jobs of two hours."""
    moments = [TEN, TEN + timedelta(minutes=59, seconds=59), TEN + HOUR, TEN + HOUR + timedelta(seconds=1)]
    insert([job(FIRST + number, moment, piloterrorcode=1099) for number, moment in enumerate(moments)])
    with listening() as listener:
        yield listener


@pytest.fixture
def oracle(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveOracle]:
    """Oracle as readers have it by the settings."""
    reset(listener)
    lead_to(listener, monkeypatch)
    opened = open_live()
    assert isinstance(opened, LiveOracle)
    yield opened
    reset(listener)


def ordered(rows: pa.Table) -> pa.Table:
    """Rows in an order that both databases can have, as Oracle has them: an empty text is NULL."""
    columns = [
        pc.if_else(pc.equal(rows[field.name], ""), None, rows[field.name])
        if pa.types.is_string(field.type)
        else rows[field.name]
        for field in rows.schema
    ]
    return pa.Table.from_arrays(columns, schema=rows.schema).sort_by(BY_PANDAID).combine_chunks()


def test_hours_are_those_of_postgresql(oracle: LiveOracle) -> None:
    hours = [TEN + HOUR, TEN]
    _, expected = LivePostgres.from_settings().read_hours(hours, 100)
    as_of, found = oracle.read_hours(hours, 100)
    assert abs(datetime.now(UTC) - as_of) < timedelta(minutes=1)
    assert [len(found[hour]) for hour in hours] == [2, 2]
    for hour in hours:
        assert ordered(found[hour]).equals(ordered(expected[hour]))


def test_hours_beyond_the_bound_are_left_out(oracle: LiveOracle) -> None:
    assert list(oracle.read_hours([TEN + HOUR, TEN], 3)[1]) == [TEN + HOUR]


def test_an_hour_without_jobs_is_empty(oracle: LiveOracle) -> None:
    empty = TEN + 5 * HOUR
    assert len(oracle.read_hours([empty], 100)[1][empty]) == 0


def test_a_job_has_all_its_columns(oracle: LiveOracle) -> None:
    rows, completed = oracle.job(FIRST)
    expected, _ = LivePostgres.from_settings().job(FIRST)
    assert completed
    assert ordered(rows).equals(ordered(expected))


def test_a_job_that_is_not_there_is_none(oracle: LiveOracle) -> None:
    assert oracle.job(FIRST - 1) is None


def test_states_are_counted_and_a_table_that_is_not_there_is_left_out(oracle: LiveOracle) -> None:
    as_of, states = oracle.active_states({"computingsite": "nowhere"})
    assert abs(datetime.now(UTC) - as_of) < timedelta(minutes=1)
    assert states == []


def test_what_stands_for_jobs_that_do_not_say_is_asked_in_words_of_both_databases(oracle: LiveOracle) -> None:
    asked = {"computingsite": UNKNOWN, "produsername": UNKNOWN, "jeditaskid": 0, "reqid": 0}
    assert oracle.active_states(asked)[1] == LivePostgres.from_settings().active_states(asked)[1]


def test_an_account_that_may_not_read_jobs_is_told(oracle: LiveOracle, listener: Listener) -> None:
    allow(listener, password="another")
    with pytest.raises(SourceConfigurationError, match="log-in refused"):
        oracle.read_hours([TEN], 100)


def test_a_fault_is_in_the_operator_s_words(oracle: LiveOracle, listener: Listener) -> None:
    listener.faults.add(Fault(Fail(12518), step=Step.CONNECT))
    with pytest.raises(SourceError):
        oracle.ping()


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
def test_statements_bind_every_value(statement: object) -> None:
    tree = sqlglot.parse_one(statement.text, read="oracle")
    assert isinstance(tree, exp.Select)
    assert not list(tree.find_all(exp.Literal)) or statement.name == "job_record"
    assert set(statement.binds) == {bind.name for bind in tree.find_all(exp.Placeholder)}
