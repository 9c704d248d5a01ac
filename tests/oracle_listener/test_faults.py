"""Faults: when they strike, and what the driver makes of them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import oracledb
import pyarrow as pa
import pytest

from .conftest import connected, rows
from .faults import Cut, Effect, Fail, Fault, Faults, Garble, Pause, Redescribe, Silence, Step
from .listener import Listener
from .wire.column_types import DATE


def batches(connection: oracledb.Connection, size: int = 100) -> Iterator[int]:
    """Rows of each Arrow batch of a thousand rows."""
    for batch in connection.fetch_df_batches("select 1000 rows", size=size):
        yield pa.table(batch).num_rows


def test_a_fault_strikes_its_statement_as_often_as_it_says() -> None:
    faults = Faults()
    fault = faults.add(Fault(Fail(942), statement="jobs", skip=1, times=2))
    struck = [bool(faults.at(Step.EXECUTE, "SELECT * FROM JOBS")) for _ in range(5)]
    assert struck == [False, True, True, False, False]
    assert faults.at(Step.EXECUTE, "other") == faults.at(Step.FETCH, "jobs") == []
    assert fault.struck == 2


def test_a_fault_in_rows_that_a_result_does_not_have_has_not_struck(
    listener: Listener, connection: oracledb.Connection
) -> None:
    fault = listener.faults.add(Fault(Fail(1555), after_rows=30))
    assert len(rows(connection, "select 30 rows")) == 30
    assert fault.struck == 0
    with pytest.raises(oracledb.DatabaseError, match="ORA-01555"):
        rows(connection, "select 31 rows")
    assert len(rows(connection, "select 32 rows")) == 32
    assert fault.struck == 1


def test_a_fault_without_an_end_strikes_until_it_is_cleared() -> None:
    faults = Faults()
    faults.add(Fault(Fail(942), times=None))
    assert all(faults.at(Step.EXECUTE) for _ in range(10))
    faults.clear()
    assert faults.at(Step.EXECUTE) == []


@pytest.mark.parametrize("code", [942, 1031, 1466, 1555, 1652, 600])
def test_any_error_at_an_execute(listener: Listener, connection: oracledb.Connection, code: int) -> None:
    listener.faults.add(Fault(Fail(code)))
    with pytest.raises(oracledb.Error, match=f"ORA-{code:05}"):
        rows(connection, "select 1 rows")


@pytest.mark.parametrize("code", [28, 1012, 3113, 3135])
def test_a_killed_session_is_gone(listener: Listener, connection: oracledb.Connection, code: int) -> None:
    listener.faults.add(Fault(Fail(code), step=Step.FETCH))
    with pytest.raises(oracledb.DatabaseError) as caught:
        rows(connection, "select 1000 rows")
    assert caught.value.args[0].is_session_dead
    assert not connection.is_healthy()


@pytest.mark.parametrize("code", [1017, 28000, 28001])
def test_an_error_at_the_log_in(listener: Listener, code: int) -> None:
    listener.faults.add(Fault(Fail(code), step=Step.LOG_IN))
    with pytest.raises(oracledb.DatabaseError, match=f"ORA-{code:05}"):
        connected(listener)
    connected(listener).close()


@pytest.mark.parametrize(("code", "seen"), [(12514, "DPY-6001"), (12505, "DPY-6003"), (12528, "DPY-6000")])
def test_a_refusal_at_the_connect(listener: Listener, code: int, seen: str) -> None:
    listener.faults.add(Fault(Fail(code), step=Step.CONNECT))
    with pytest.raises(oracledb.OperationalError, match=seen):
        connected(listener)


def test_a_snapshot_too_old_in_mid_fetch(listener: Listener, connection: oracledb.Connection) -> None:
    listener.faults.add(Fault(Fail(1555), after_rows=450))
    read = batches(connection)
    assert [next(read) for _ in range(4)] == [100] * 4
    with pytest.raises(oracledb.DatabaseError, match="ORA-01555"):
        next(read)
    assert len(rows(connection, "select 1000 rows")) == 1000


@pytest.mark.parametrize("effect", [Cut(), Cut(reset=True)])
def test_a_connection_cut_after_so_many_rows(listener: Listener, connection: oracledb.Connection, effect: Cut) -> None:
    listener.faults.add(Fault(effect, after_rows=250))
    read = batches(connection)
    assert [next(read) for _ in range(2)] == [100, 100]
    with pytest.raises(oracledb.DatabaseError, match="DPY-4011"):
        next(read)


def test_a_connection_cut_after_so_many_packets(listener: Listener, connection: oracledb.Connection) -> None:
    listener.faults.add(Fault(Cut(after_packets=3), step=Step.FETCH))
    with pytest.raises(oracledb.DatabaseError, match="DPY-4011"):
        rows(connection, "select 1000 rows")


def test_a_slow_answer_is_cancelled_by_the_drivers_limit(listener: Listener, connection: oracledb.Connection) -> None:
    listener.faults.add(Fault(Pause(60)))
    connection.call_timeout = 300
    begun = time.monotonic()
    with pytest.raises(oracledb.DatabaseError, match="DPY-4024"):
        rows(connection, "select 1 rows")
    assert time.monotonic() - begun < 5
    assert len(rows(connection, "select 1 rows")) == 1


def test_a_short_pause_only_delays(listener: Listener, connection: oracledb.Connection) -> None:
    listener.faults.add(Fault(Pause(0.2), step=Step.FETCH))
    begun = time.monotonic()
    assert len(rows(connection, "select 1000 rows")) == 1000
    assert time.monotonic() - begun > 0.2


def test_a_silent_server_is_given_up(listener: Listener, connection: oracledb.Connection) -> None:
    listener.faults.add(Fault(Silence()))
    connection.call_timeout = 200
    with pytest.raises(oracledb.DatabaseError, match="DPY-4011"):
        rows(connection, "select 1 rows")


def test_a_result_of_another_type_than_described_is_an_error(
    listener: Listener, connection: oracledb.Connection
) -> None:
    listener.faults.add(Fault(Garble("modified")))
    # The driver takes the bytes for a date of the year -5052, and lets Python's own error through.
    with pytest.raises(ValueError, match="year"):
        list(batches(connection))


def test_a_column_described_as_another_type(listener: Listener, connection: oracledb.Connection) -> None:
    listener.faults.add(Fault(Redescribe("exactly", DATE)))
    with connection.cursor() as cursor:
        cursor.execute("select 30 rows")
        assert cursor.description[6][1] == oracledb.DB_TYPE_DATE
        assert cursor.fetchall()[5][6].microsecond == 0


@pytest.mark.parametrize("step", [Step.COMMIT, Step.ROLLBACK, Step.PING])
def test_an_error_at_other_calls(listener: Listener, connection: oracledb.Connection, step: Step) -> None:
    listener.faults.add(Fault(Fail(1089), step=step))
    with pytest.raises(oracledb.Error, match=r"ORA-01089|DPY-4011"):
        getattr(connection, step.value)()


@pytest.mark.parametrize(
    ("effect", "given"),
    [
        (Pause(1), {"after_rows": 3}),
        (Garble("id"), {"step": Step.FETCH}),
        (Cut(), {"step": Step.FETCH, "after_rows": 1}),
    ],
)
def test_a_fault_that_could_never_strike_is_refused(effect: Effect, given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=type(effect).__name__):
        Fault(effect, **given)
