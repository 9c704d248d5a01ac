"""Oracle's SQL over PostgreSQL: what is Oracle's in the answers, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal

import oracledb
import psycopg2
import pytest

from stack.endpoints import owner_uri

from .conftest import rows

OWN = "doma_pandaarch.listener_rows"
TABLE = "atlas_pandaarch.listener_rows"
TEN = datetime.fromisoformat("2026-07-01 10:00:00")
DDL = f"""
DROP TABLE IF EXISTS {OWN};
CREATE TABLE {OWN} (id bigint, small smallint, amount numeric(10, 2), label varchar(20), unit char(4), t timestamp);
INSERT INTO {OWN} VALUES
 (1, 10, 1.50, 'one', 'MB', '2026-07-01 10:00:00.999999'),
 (2, -20, -0.25, '', '', '2026-07-01 10:00:01'),
 (3, NULL, NULL, NULL, NULL, NULL),
 (6000000001, 0, 99999999.99, 'größer 🚧', 'kB', '2026-07-01 11:00:00');
"""


@pytest.fixture(scope="module", autouse=True)
def table(stack: object) -> Iterator[None]:
    """A small table with what PostgreSQL keeps and Oracle does not."""
    with closing(psycopg2.connect(owner_uri())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(DDL)
            cursor.execute(f"GRANT SELECT ON {OWN} TO panda")
            yield
            cursor.execute(f"DROP TABLE {OWN}")


def value(connection: oracledb.Connection, expression: str, *binds: object) -> object:
    """What an expression gives."""
    ((found,),) = rows(connection, f"SELECT {expression} FROM dual", binds)
    return found


def test_a_date_has_whole_seconds_everywhere(session: oracledb.Connection) -> None:
    assert rows(session, f"SELECT t FROM {TABLE} WHERE id = 1") == [(TEN,)]
    for condition, found in (
        ("t = :1", [1]),
        ("t > :1", [2, 6000000001]),
        ("t >= :1", [1, 2, 6000000001]),
        ("t < :1", []),
        ("t <= :1", [1]),
        ("t <> :1", [2, 6000000001]),
        ("t BETWEEN :1 AND DATE '2026-07-01' + 10/24", [1]),
        ("TRUNC(t, 'HH24') = :1", [1, 2]),
    ):
        ids = rows(session, f"SELECT id FROM {TABLE} WHERE {condition} ORDER BY id", [TEN])
        assert [one for (one,) in ids] == found, condition


def test_the_empty_text_is_null(session: oracledb.Connection) -> None:
    assert rows(session, f"SELECT COUNT(*) FROM {TABLE} WHERE label IS NULL") == [(2,)]
    assert rows(session, f"SELECT COUNT(*) FROM {TABLE} WHERE label = ''") == [(0,)]
    assert rows(session, f"SELECT COUNT(*) FROM {TABLE} WHERE label = :1", [""]) == [(0,)]
    assert value(session, "'a' || '' || NULL || 5") == "a5"
    assert value(session, "SUBSTR('abc', 9)") is None
    assert value(session, "LENGTH('')") is None


def test_char_is_padded_and_compared_without_its_padding(session: oracledb.Connection) -> None:
    found = rows(session, f"SELECT unit, LENGTH(unit) FROM {TABLE} WHERE unit = 'MB'")
    assert found == [("MB  ", 4)]
    assert rows(session, f"SELECT unit FROM {TABLE} WHERE id = 2") == [("    ",)]
    # A VARCHAR2 on the other side, such as a bind, compares with the padding.
    assert rows(session, f"SELECT COUNT(*) FROM {TABLE} WHERE unit = :1", ["MB"]) == [(0,)]
    assert rows(session, f"SELECT COUNT(*) FROM {TABLE} WHERE unit = :1", ["MB  "]) == [(1,)]


def test_numbers_are_exact(session: oracledb.Connection) -> None:
    session.outputtypehandler = lambda cursor, metadata: cursor.var(Decimal, arraysize=cursor.arraysize)
    assert value(session, "1/3") == Decimal("0." + "3" * 40)
    assert value(session, "12345678901234567890123456789012345678 + 0") == 12345678901234567890123456789012345678
    assert value(session, "7/2") == Decimal("3.5")
    assert value(session, "0.1 + 0.2") == Decimal("0.3")
    assert rows(session, f"SELECT SUM(amount), SUM(small) FROM {TABLE}") == [(Decimal("100000001.24"), -10)]


def test_a_number_becomes_a_text_as_oracle_writes_it(session: oracledb.Connection) -> None:
    assert value(session, "TO_CHAR(0.50) || '|' || -0.25 || '|' || CAST(10.00 AS VARCHAR2(9))") == ".5|-.25|10"
    assert rows(session, f"SELECT id FROM {TABLE} WHERE small = '10'") == [(1,)]
    with pytest.raises(oracledb.DatabaseError, match="ORA-01722"):
        rows(session, f"SELECT id FROM {TABLE} WHERE small = 'ten'")


def test_functions_have_oracles_rules(session: oracledb.Connection) -> None:
    assert value(session, "NVL('', 'none') || DECODE(NULL, NULL, 'null', 'other')") == "nonenull"
    assert value(session, "CASE WHEN 1 = 2 THEN 'a' END") is None
    assert value(session, "GREATEST(1, NULL, 3)") is None
    assert value(session, "SUBSTR('hello', -3, 2) || SUBSTR('hello', 0, 2)") == "llhe"
    assert value(session, "MOD(7, 0) + ROUND(2.5) + TRUNC(-2.7) + CEIL(1.1)") == 7 + 3 - 2 + 2
    assert value(session, "TO_CHAR(DATE '2026-07-01' + 1/24, 'DD.MM.YYYY HH24:MI:SS')") == "01.07.2026 01:00:00"
    assert value(session, "TO_DATE('2026-07-01 13:14', 'YYYY-MM-DD HH24:MI')") == TEN.replace(hour=13, minute=14)
    assert value(session, "(DATE '2026-07-02' - DATE '2026-07-01') * 24") == 24
    assert value(session, ":1 || ':2' || :2", "a", "b") == "a:2b"


def test_the_clock_is_that_of_the_databases_machine(session: oracledb.Connection) -> None:
    ((local, utc, zoned),) = rows(session, "SELECT SYSDATE, SYS_EXTRACT_UTC(SYSTIMESTAMP), SYSTIMESTAMP FROM dual")
    assert round((local - utc).total_seconds() / 3600) == 2
    assert zoned.replace(microsecond=0) == local


def test_queries_of_an_analyst(session: oracledb.Connection) -> None:
    grouped = f"SELECT NVL(unit, '?') u, COUNT(*) n FROM {TABLE} GROUP BY NVL(unit, '?') HAVING COUNT(*) > 0 ORDER BY u"
    assert rows(session, grouped) == [("    ", 1), ("?", 1), ("MB  ", 1), ("kB  ", 1)]
    assert rows(session, f"SELECT * FROM (SELECT id, ROWNUM r FROM {TABLE} WHERE ROWNUM <= 3) WHERE r > 2")[0][1] == 3
    assert rows(session, f"SELECT id FROM {TABLE} ORDER BY small FETCH FIRST 2 ROWS ONLY") == [(2,), (6000000001,)]
    assert rows(session, f"SELECT id FROM {TABLE} ORDER BY small DESC OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY") == [(1,)]
    joined = f"SELECT a.id, b.label FROM {TABLE} a LEFT JOIN {TABLE} b ON a.id = b.id + 1 WHERE a.id < 4 ORDER BY a.id"
    assert rows(session, joined) == [(1, None), (2, "one"), (3, None)]
    union = "WITH q AS (SELECT 1 n FROM dual UNION ALL SELECT 2 FROM dual) SELECT n FROM q MINUS SELECT 1 FROM dual"
    assert rows(session, union) == [(2,)]
    inside = f"SELECT id FROM {TABLE} a WHERE EXISTS (SELECT 1 FROM {TABLE} b WHERE b.small = -2 * a.small) AND id < 9"
    assert rows(session, inside) == [(1,)]
    ranked = f"SELECT id, RANK() OVER (ORDER BY small) FROM {TABLE} WHERE small IS NOT NULL ORDER BY 2"
    assert rows(session, ranked) == [(2, 1), (6000000001, 2), (1, 3)]


def test_columns_are_described_as_the_table_declares_them(session: oracledb.Connection) -> None:
    with session.cursor() as cursor:
        cursor.execute(
            "SELECT pandaid, cpuconversion, modificationtime, maxdiskunit, jobmetrics x FROM atlas_panda.jobsarchived4"
        )
        described = [(one[0], one[1].name, one[3], one[4], one[5]) for one in cursor.description]
    assert described == [
        ("PANDAID", "DB_TYPE_NUMBER", None, 11, 0),
        ("CPUCONVERSION", "DB_TYPE_NUMBER", None, 9, 4),
        ("MODIFICATIONTIME", "DB_TYPE_DATE", None, None, None),
        ("MAXDISKUNIT", "DB_TYPE_CHAR", 4, None, None),
        ("X", "DB_TYPE_VARCHAR", 500, None, None),
    ]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT 1", 923),
        ("SELEC 1 FROM dual", 900),
        ("SELECT 1 FROM dual;", 911),
        ("SELECT 1 FROM nowhere", 942),
        ("SELECT 1 FROM atlas_panda.nowhere", 942),
        ("SELECT nothing FROM dual", 904),
        ("SELECT MD5('x') FROM dual", 904),
        ("SELECT ORA_HASH(1) FROM dual", 904),
        ("SELECT NOW() FROM dual", 904),
        ("SELECT pg_sleep(1) FROM dual", 904),
        ("SELECT 1 = 1 FROM dual", 936),
        ("SELECT id FROM {t} LIMIT 1", 933),
        ("SELECT id FROM {t} WHERE", 933),
        ("SELECT id FROM {t} a, {t} b", 918),
        ("SELECT a.id FROM {t} a, {t} b WHERE a.id = b.id(+)", 3001),
        ("SELECT id FROM {t} FOR UPDATE", 3001),
        ("SELECT LEVEL FROM dual CONNECT BY LEVEL < 3", 3001),
        ("SELECT id FROM {t} WHERE t > '2026-07-01'", 1861),
        ("SELECT id FROM {t} WHERE t > 1", 932),
        ("SELECT id FROM {t} WHERE t > SYSTIMESTAMP", 3001),
        ("SELECT TO_CHAR(t) FROM {t}", 3001),
        ("SELECT TO_CHAR(t, 'FMDay') FROM {t}", 1821),
        ("SELECT label, COUNT(*) FROM {t}", 979),
        ("SELECT label, COUNT(*) FROM {t} GROUP BY 1", 3001),
        ("SELECT id FROM {t} WHERE ROWNUM <= 1 ORDER BY id", 3001),
        ("SELECT 1/0 FROM dual", 1476),
        ("SELECT TO_NUMBER('x') FROM dual", 1722),
        ("SELECT (SELECT id FROM {t}) FROM dual", 1427),
        ("SELECT id FROM {t} UNION SELECT id, small FROM {t}", 1789),
        ("SELECT id FROM {t} UNION SELECT label FROM {t}", 932),
        ("SELECT id FROM {t} AS OF TIMESTAMP SYSTIMESTAMP", 3001),
        ("SELECT id FROM {t}@other", 2019),
        ("SELECT CAST(1 AS XMLTYPE) FROM dual", 902),
        ("INSERT INTO {t} (id) VALUES (1)", 16000),
        ("UPDATE {t} SET id = 1", 16000),
        ("DELETE FROM {t}", 16000),
        ("DROP TABLE {t}", 1031),
        ("BEGIN DBMS_STATS.GATHER; END;", 6550),
        ("EXPLAIN PLAN FOR SELECT 1 FROM dual", 900),
    ],
)
def test_what_is_not_oracles_or_not_known_is_refused(session: oracledb.Connection, statement: str, code: int) -> None:
    with pytest.raises(oracledb.Error, match=f"ORA-{code:05}"):
        rows(session, statement.format(t=TABLE))
    assert rows(session, "SELECT 1 FROM dual") == [(1,)]


def test_a_statement_that_sqlglot_reads_more_generously_is_refused(session: oracledb.Connection) -> None:
    # The driver itself takes the colons for a bind.
    with pytest.raises(oracledb.Error, match="ORA-00911"):
        rows(session, f"SELECT id::number FROM {TABLE}", [1])
