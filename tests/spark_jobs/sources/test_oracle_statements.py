"""The texts that a DBA would read: golden, Oracle's SQL, one SCN, bare partition column, DATE binds, few grants."""

from __future__ import annotations

import re
from pathlib import Path

import oracledb
import pytest
import sqlglot
from sqlglot import exp

from data_models.job_record import by_name
from data_models.live.oracle import OPERATIONAL
from data_models.panda_sql.oracle_statement import READ_ONLY
from data_models.window import Window, parse
from spark_jobs.sources import oracle_statements as sql
from spark_jobs.sources.oracle_explain import GRANTS, Explained, explained, text
from spark_jobs.sources.oracle_segments import Layout

GOLDEN = Path(__file__).with_name("oracle_statements.sql")
ATLAS = Layout("ATLAS_PANDA", "ATLAS_PANDAARCH", "ATLAS_PANDAARCH", (2014, 2023))
LAST_HOUR_PUT_AWAY: Window = parse("2023-12-31T23")
NOT_JOB_DATA = {"DUAL", "V$DATABASE", "ALL_TABLES", "ALL_PART_KEY_COLUMNS", "ALL_IND_COLUMNS"}
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like)
EVERY: list[Explained] = list(explained(ATLAS, LAST_HOUR_PUT_AWAY, 2))
every_statement = pytest.mark.parametrize(
    "statement", list({item.statement.text: item.statement for item in EVERY}.values()), ids=lambda item: item.name
)


def parsed(statement: sql.Statement) -> exp.Expression:
    """The statement as Oracle's dialect reads it."""
    return sqlglot.parse_one(statement.text, read="oracle")


def name_of(table: exp.Table) -> str:
    """SCHEMA.TABLE."""
    return ".".join(part.name for part in table.parts).upper()


def test_the_texts_are_the_golden_ones() -> None:
    assert text(ATLAS, LAST_HOUR_PUT_AWAY, 2) == GOLDEN.read_text()


@every_statement
def test_it_is_one_query_of_oracles_sql(statement: sql.Statement) -> None:
    if statement is sql.STANDBY_LIMIT:  # sqlglot knows no ALTER SESSION
        assert re.fullmatch(r"ALTER SESSION SET \w+ = \d+", statement.text)
        return
    kind = exp.Set if statement is READ_ONLY else exp.Select
    assert isinstance(parsed(statement), kind)
    assert not list(parsed(statement).find_all(exp.Command, exp.Hint, exp.Lock, exp.Into))


@every_statement
def test_all_job_data_is_read_at_the_scn_of_the_load(statement: sql.Statement) -> None:
    for table in parsed(statement).find_all(exp.Table):
        version = table.args.get("version")
        if name_of(table) in NOT_JOB_DATA:
            assert version is None
        else:
            assert version.sql("oracle") == "AS OF SCN :scn"


@every_statement
def test_conditions_compare_a_bare_column(statement: sql.Statement) -> None:
    conditions = [item for where in parsed(statement).find_all(exp.Where) for item in where.find_all(*COMPARISONS)]
    for condition in conditions:
        assert isinstance(condition.this, exp.Column | exp.Literal)
        assert isinstance(condition.expression, exp.Placeholder | exp.Literal)


@every_statement
def test_every_scan_of_jobs_has_the_half_open_window(statement: sql.Statement) -> None:
    for select in parsed(statement).find_all(exp.Select):
        table = select.args["from_"].this if select.args.get("from_") else None
        if not isinstance(table, exp.Table) or "JOBSARCHIVED" not in name_of(table):
            continue
        where = select.args["where"].this.sql("oracle")
        window = "modificationtime >= :window_start AND modificationtime < :window_end"
        assert where.startswith(window) or where == "1 = 0"


@every_statement
def test_every_bind_has_a_type_and_the_window_has_dates(statement: sql.Statement) -> None:
    assert set(statement.binds) == {item.name for item in parsed(statement).find_all(exp.Placeholder)}
    for edge in statement.binds.keys() & {"window_start", "window_end"}:
        assert statement.binds[edge] is oracledb.DB_TYPE_DATE


@every_statement
def test_nothing_depends_on_the_session_s_formats(statement: sql.Statement) -> None:
    assert not re.search(
        r"TO_CHAR|TO_DATE|TO_NUMBER|TIMESTAMP '|DATE '|SYSDATE|CURRENT_(DATE|TIMESTAMP)", statement.text.upper()
    )


def test_without_the_right_to_flash_back_the_texts_differ_in_that_alone() -> None:
    golden = re.sub(r":scn NUMBER = the SCN of the load(, )?", "", GOLDEN.read_text().replace(" AS OF SCN :scn", ""))
    statements = re.sub(r"^--   \n", "", golden, flags=re.MULTILINE).split("\n\n", 1)[1]
    head, unsnapshotted = text(ATLAS, LAST_HOUR_PUT_AWAY, 2, as_of="").split("\n\n", 1)
    assert unsnapshotted == statements
    assert "Unsnapshotted" in head


def test_columns_that_a_table_lacks_count_as_null_and_are_not_asked_for() -> None:
    present = set(by_name()) - {"superrorcode", "transexitcode", "outputfiletype"}
    totals = sql.totals([("P.Y2014_JOBSARCHIVED", present)]).text
    assert "CAST(NULL AS NUMBER(7,0)) AS superrorcode" in totals
    assert "CAST(NULL AS VARCHAR2(128)) AS transexitcode" in totals
    assert not {"superrorcode", "transexitcode", "outputfiletype"} & set(
        re.findall(r"\w+", sql.rows_by_pandaid("P.Y2014_JOBSARCHIVED", present).text)
    )


def test_the_grants_are_for_exactly_what_loads_and_the_monitor_read() -> None:
    granted = set(re.findall(r"^(?:-- )?GRANT READ.* ON (\S+) TO", GRANTS.read_text(), re.MULTILINE))
    read = {name_of(table) for item in EVERY for table in parsed(item.statement).find_all(exp.Table)}
    public = {name for name in read if name == "DUAL" or name.startswith("ALL_")}
    loads = {name.replace("V$DATABASE", "SYS.V_$DATABASE") for name in read - public}
    assert granted == loads | {f"ATLAS_PANDA.{name}" for name in OPERATIONAL}
