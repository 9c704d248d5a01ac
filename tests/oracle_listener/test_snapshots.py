"""SCNs, READ ONLY transactions, privileges, and the dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import oracledb
import psycopg2
import pytest

from stack.endpoints import owner_uri

from .conftest import SCOTT, connected, rows
from .listener import Listener
from .session import Role

OWN, TABLE = "doma_pandaarch.listener_scn", "atlas_pandaarch.listener_scn"
COUNT = f"SELECT COUNT(*) FROM {TABLE}"
SCN = "SELECT current_scn, SYS_EXTRACT_UTC(SYSTIMESTAMP) FROM v$database"


def change(statement: str) -> None:
    """Change PostgreSQL as the tables' owner, and commit."""
    with closing(psycopg2.connect(owner_uri())) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(autouse=True)
def table(stack: object) -> Iterator[None]:
    """A table of three rows."""
    change(f"CREATE TABLE {OWN} AS SELECT n AS id FROM generate_series(1, 3) n; GRANT SELECT ON {OWN} TO panda")
    yield
    change(f"DROP TABLE {OWN}")


def test_an_scn_shows_what_was_then_from_any_session(session: oracledb.Connection, database: Listener) -> None:
    ((scn, _),) = rows(session, SCN)
    change(f"INSERT INTO {OWN} VALUES (4); DELETE FROM {OWN} WHERE id = 1")
    ((later, _),) = rows(session, SCN)
    change(f"DELETE FROM {OWN}")
    assert later > scn
    with connected(database) as other:
        for connection in (session, other):
            ids = f"SELECT id FROM {TABLE} AS OF SCN :scn ORDER BY id"
            assert rows(connection, ids, [scn]) == [(1,), (2,), (3,)]
            assert rows(connection, ids, [later]) == [(2,), (3,), (4,)]
            assert rows(connection, COUNT) == [(0,)]


def test_the_time_beside_an_scn_is_that_of_its_snapshot(session: oracledb.Connection) -> None:
    before = datetime.now(UTC)
    ((_, taken),) = rows(session, SCN)
    after = datetime.now(UTC)
    slack = timedelta(milliseconds=5)
    assert before - slack < taken.replace(tzinfo=UTC) < after + slack


def test_an_scn_by_the_package_is_one_too(session: oracledb.Connection) -> None:
    ((scn,),) = rows(session, "SELECT DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER FROM dual")
    assert rows(session, f"{COUNT} AS OF SCN {scn}") == [(3,)]


@pytest.mark.parametrize(("scn", "code"), [(0, 1555), (1, 1555), (10**15, 8181), (-1, 8181)])
def test_an_scn_that_is_gone_or_not_yet_is_an_error(session: oracledb.Connection, scn: int, code: int) -> None:
    rows(session, SCN)
    with pytest.raises(oracledb.DatabaseError, match=f"ORA-{code:05}"):
        rows(session, f"{COUNT} AS OF SCN :1", [scn])


def test_tables_at_several_scns_are_refused(session: oracledb.Connection) -> None:
    ((scn, _),) = rows(session, SCN)
    with pytest.raises(oracledb.DatabaseError, match="ORA-03001"):
        rows(session, f"SELECT COUNT(*) FROM {TABLE} AS OF SCN {scn} a, {TABLE} b")


def test_a_read_only_transaction_sees_one_instant_until_it_ends(session: oracledb.Connection) -> None:
    with session.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        change(f"DELETE FROM {OWN}")
        assert rows(session, COUNT) == [(3,)]
        with pytest.raises(oracledb.DatabaseError, match="ORA-01456"):
            cursor.execute(f"DELETE FROM {TABLE}")
        session.commit()
        assert rows(session, COUNT) == [(0,)]


def test_who_may_not_see_the_scn_or_look_back_is_told_so(database: Listener) -> None:
    with connected(database) as one:
        ((scn, _),) = rows(one, SCN)
    database.accounts.put(replace(SCOTT, scn=False, flashback=False))
    with connected(database) as other:
        with pytest.raises(oracledb.DatabaseError, match="ORA-00942"):
            rows(other, SCN)
        with pytest.raises(oracledb.DatabaseError, match="ORA-01031"):
            rows(other, f"{COUNT} AS OF SCN :1", [scn])
        assert rows(other, COUNT) == [(3,)]


def test_a_standby_refuses_queries_of_who_does_not_bear_its_lag(
    session: oracledb.Connection, database: Listener
) -> None:
    database.answers.role = Role("PHYSICAL STANDBY", "READ ONLY WITH APPLY", behind=5)
    try:
        assert rows(session, "SELECT database_role FROM v$database") == [("PHYSICAL STANDBY",)]
        assert rows(session, "SELECT SYS_CONTEXT('USERENV', 'DATABASE_ROLE') FROM dual") == [("PHYSICAL STANDBY",)]
        with session.cursor() as cursor:
            cursor.execute("ALTER SESSION SET STANDBY_MAX_DATA_DELAY = 4")
            with pytest.raises(oracledb.DatabaseError, match="ORA-03172"):
                rows(session, COUNT)
            cursor.execute("ALTER SESSION SET STANDBY_MAX_DATA_DELAY = 5")
        assert rows(session, COUNT) == [(3,)]
    finally:
        database.answers.role = Role()


def test_a_table_that_is_not_granted_is_not_there(database: Listener) -> None:
    database.accounts.put(replace(SCOTT, tables=frozenset({"JOBSARCHIVED4"})))
    with connected(database) as connection:
        with pytest.raises(oracledb.DatabaseError, match="ORA-00942"):
            rows(connection, COUNT)
        assert rows(connection, "SELECT DISTINCT table_name FROM all_tables") == [("JOBSARCHIVED4",)]


def test_the_dictionary_knows_columns_keys_and_indexes(session: oracledb.Connection) -> None:
    of_table = "WHERE owner = 'ATLAS_PANDA' AND table_name = 'JOBSARCHIVED4'"
    columns = rows(session, f"SELECT column_name, data_type, data_precision FROM all_tab_columns {of_table}")
    assert len(columns) == 127
    assert ("PANDAID", "NUMBER", 11) in columns
    key = "SELECT column_name FROM all_part_key_columns WHERE owner = 'ATLAS_PANDAARCH' AND name = 'JOBSARCHIVED'"
    assert rows(session, key) == [("MODIFICATIONTIME",)]
    first = (
        "SELECT COUNT(*) FROM all_ind_columns WHERE table_name = :1 "
        "AND column_name = 'MODIFICATIONTIME' AND column_position = 1"
    )
    assert rows(session, first, ["JOBSARCHIVED4"]) == [(1,)]
    assert rows(session, first, ["JOBSARCHIVED"]) == [(0,)]


def test_what_a_session_sets_it_sees(session: oracledb.Connection) -> None:
    with session.cursor() as cursor:
        cursor.execute("ALTER SESSION SET NLS_TERRITORY = 'FRANCE' NLS_DATE_FORMAT = 'DD/MM/RR'")
        cursor.execute("ALTER SESSION SET CURRENT_SCHEMA = atlas_pandaarch")
    assert rows(session, "SELECT value FROM nls_session_parameters WHERE parameter = 'NLS_TERRITORY'") == [("FRANCE",)]
    assert rows(session, "SELECT COUNT(*) FROM listener_scn") == [(3,)]
    session.module = "hmsf"
    found = rows(session, "SELECT SYS_CONTEXT('USERENV', 'MODULE'), USER FROM dual")
    assert found == [("hmsf", "SCOTT")]
