"""The unmodified driver on the listener: values, cursors, executions, transactions, many connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import oracledb
import pyarrow as pa
import pytest

from . import canned
from .accounts import Account
from .conftest import SCOTT, connected, rows
from .listener import Listener

NOON = datetime.fromisoformat("2026-03-29 12:00:00")


def exact(connection: oracledb.Connection) -> None:
    """Let numbers come as decimals."""
    connection.outputtypehandler = lambda cursor, metadata: (
        cursor.var(Decimal, arraysize=cursor.arraysize) if metadata.type_code == oracledb.DB_TYPE_NUMBER else None
    )


@pytest.mark.parametrize(("arraysize", "prefetch"), [(1, 0), (3, 2), (100, 1000), (1000, 1), (500, 500)])
def test_every_value_comes_back(connection: oracledb.Connection, arraysize: int, prefetch: int) -> None:
    exact(connection)
    with connection.cursor() as cursor:
        cursor.arraysize, cursor.prefetchrows = arraysize, prefetch
        cursor.execute("select 600 rows")
        assert cursor.fetchall() == list(canned.rows(600))


@pytest.mark.parametrize("sdu", [512, 8192, 65536])
def test_every_value_comes_back_in_packets_of_any_size(listener: Listener, sdu: int) -> None:
    with connected(listener, sdu=sdu) as connection:
        exact(connection)
        assert rows(connection, "select 300 rows") == list(canned.rows(300))


def test_arrow_batches_have_the_types_that_are_asked_for(connection: oracledb.Connection) -> None:
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("ratio", pa.decimal128(14, 3)),
            ("any_number", pa.decimal128(38, 1)),
            ("label", pa.string()),
            ("unit", pa.string()),
            ("modified", pa.timestamp("us")),
            ("exactly", pa.timestamp("us")),
        ]
    )
    batches = connection.fetch_df_batches("select 1000 rows", size=300, requested_schema=schema)
    table = pa.concat_tables(pa.table(batch) for batch in batches)
    assert table.schema.types == schema.types
    assert [tuple(row.values()) for row in table.to_pylist()] == list(canned.rows(1000))


def test_binds_of_every_type_arrive(connection: oracledb.Connection) -> None:
    exact(connection)
    given = [5, Decimal("-1.25"), "größer 🚧", None, NOON, 2**60]
    assert rows(connection, "select binds :1 :2 :3 :4 :5 :6", given) == [tuple(given)]


def test_a_date_bind_has_no_fraction_unless_it_is_declared_a_timestamp(connection: oracledb.Connection) -> None:
    moment = NOON.replace(microsecond=250)
    assert rows(connection, "select binds from x where a = :1", [moment]) == [(NOON,)]
    with connection.cursor() as cursor:
        cursor.setinputsizes(oracledb.DB_TYPE_TIMESTAMP)
        cursor.execute("select binds from x where a = :1", [moment])
        assert cursor.fetchall() == [(moment,)]


def test_a_long_text_goes_both_ways(connection: oracledb.Connection) -> None:
    text = "ü🚧" * 900
    assert rows(connection, "select binds from x where a = :1", [text]) == [(text,)]
    assert rows(connection, f"select binds from x where a = :1 {'-' * 70_000}", [1]) == [(1,)]


def test_a_statement_is_executed_again_with_other_values_and_types(connection: oracledb.Connection) -> None:
    with connection.cursor() as cursor:
        for value in (1, 2, "three", NOON, None, 4):
            cursor.execute("select binds from x where a = :1", [value])
            assert cursor.fetchall() == [(value,)]


def test_several_cursors_are_read_in_turns(connection: oracledb.Connection) -> None:
    cursors = [connection.cursor() for _ in range(4)]
    for cursor in cursors:
        cursor.arraysize = 10
        cursor.execute("select 50 rows")
    read = [[next(cursor)[0] for cursor in cursors] for _ in range(50)]
    assert read == [[number] * 4 for number in range(50)]


def test_a_result_can_be_left_unread(connection: oracledb.Connection, listener: Listener) -> None:
    for _ in range(3):
        with connection.cursor() as cursor:
            cursor.execute("select 100000 rows")
            assert cursor.fetchone()[0] == 0
    assert rows(connection, "select 1 rows")[0][0] == 0


@pytest.mark.parametrize("cache", [0, 5])
def test_cursors_that_the_driver_closes_are_forgotten(listener: Listener, cache: int) -> None:
    with connected(listener, stmtcachesize=cache) as connection:
        for number in range(400):
            assert len(rows(connection, f"select 1 rows {number}")) == 1


def test_what_is_no_query_says_how_many_rows(connection: oracledb.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update x set a = 1")
        assert (cursor.rowcount, cursor.description) == (7, None)
        cursor.execute("update x set a = 1")
        assert cursor.rowcount == 7


def test_an_error_has_code_text_and_place_and_the_session_lives_on(connection: oracledb.Connection) -> None:
    with pytest.raises(oracledb.DatabaseError, match="ORA-00942: table or view does not exist") as caught:
        rows(connection, "select 1 from missing")
    assert (caught.value.args[0].code, caught.value.args[0].offset) == (942, 14)
    assert len(rows(connection, "select 2 rows")) == 2


def test_commit_rollback_and_ping_are_answered(connection: oracledb.Connection, listener: Listener) -> None:
    connection.commit()
    connection.rollback()
    connection.ping()
    connection.close()
    calls = listener.counts.calls
    assert {name: calls[name] for name in ("COMMIT", "ROLLBACK", "PING", "LOG_OFF")} == {
        "COMMIT": 1,
        "ROLLBACK": 1,
        "PING": 1,
        "LOG_OFF": 1,
    }


def test_what_a_session_says_of_itself_arrives(connection: oracledb.Connection, listener: Listener) -> None:
    connection.module, connection.action, connection.client_identifier = "hmsf", "slice 3", "window"
    connection.current_schema = "atlas_panda"
    connection.ping()
    (session,) = listener.counts.sessions
    assert session.traced == {"module": "hmsf", "action": "slice 3", "client_identifier": "window"}
    assert session.schema == "ATLAS_PANDA"
    assert connection.version == "12.1.0.2.0"


@pytest.mark.parametrize(("user", "password"), [("scott", "tiger"), ("scott", "Tigers"), ("nobody", "Tiger")])
def test_a_wrong_log_in_is_refused(listener: Listener, user: str, password: str) -> None:
    with pytest.raises(oracledb.DatabaseError, match="ORA-01017"):
        connected(listener, user=user, password=password)


def test_a_locked_account_and_an_unknown_service_are_refused(listener: Listener) -> None:
    listener.accounts.put(Account("locked", "x", locked=True))
    with pytest.raises(oracledb.DatabaseError, match="ORA-28000"):
        connected(listener, user="locked", password="x")
    with pytest.raises(oracledb.OperationalError, match="DPY-6001"):
        connected(listener, dsn=f"127.0.0.1:{listener.port}/OTHER")


def test_a_proxy_acts_for_who_lets_it(listener: Listener) -> None:
    listener.accounts.put(Account("owner", "secret", through=frozenset({"SCOTT"})))
    with connected(listener, user="scott[owner]"):
        assert listener.counts.sessions[-1].client.user == "OWNER"
    listener.accounts.put(Account("closed", "secret"))
    with pytest.raises(oracledb.DatabaseError, match="ORA-28150"):
        connected(listener, user="scott[closed]")


def test_a_long_program_name_has_room(listener: Listener) -> None:
    with connected(listener, program="p" * 300) as connection:
        assert len(rows(connection, "select 1 rows")) == 1


def test_many_connections_are_served_at_once(listener: Listener) -> None:
    def read(number: int) -> list[tuple]:
        with connected(listener) as connection:
            exact(connection)
            return rows(connection, f"select {100 + number} rows")

    with ThreadPoolExecutor(12) as pool:
        for number, found in enumerate(pool.map(read, range(24))):
            assert found == list(canned.rows(100 + number))
    assert listener.counts.connections == 24


def test_a_pool_gives_sessions_back(listener: Listener) -> None:
    pool = oracledb.create_pool(user=SCOTT.name, password=SCOTT.password, dsn=listener.dsn, min=1, max=3)
    for _ in range(5):
        with pool.acquire() as connection:
            assert len(rows(connection, "select 3 rows")) == 3
    pool.close()
    assert listener.counts.connections <= 3


def test_stopping_ends_all_conversations() -> None:
    with Listener(canned.CannedAnswers(), [SCOTT]) as listener:
        connection = connected(listener)
        assert listener.open_connections == 1
    with pytest.raises(oracledb.Error, match="DPY-4011"):
        rows(connection, "select 1 rows")
    assert listener.open_connections == 0
