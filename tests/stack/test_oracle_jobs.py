"""What `python -m stack oracle-jobs` would send to Oracle, and what it refuses. No server is asked here."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from data_models.job_record import DATA, arrow_schema
from stack.__main__ import main
from stack.errors import StackError
from stack.oracle_jobs import days, insert_statement, oracle_rows, reader_statements
from stack.ports import free
from stack.simulate import simulate

WIDTH = re.compile(r"(?:VARCHAR2|CHAR)\((\d+)")
ASKED = ["oracle-jobs", "--from", "2026-07-01", "--to", "2026-07-02"]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """All that the command needs, for a server that is not there."""
    monkeypatch.setenv("HMSF_ORACLE_DSN", f"127.0.0.1:{free()}/FREEPDB1")
    monkeypatch.setenv("HMSF_ORACLE_USER", "hmsf")
    monkeypatch.setenv("HMSF_ORACLE_PASSWORD", "of-the-reader")
    monkeypatch.setenv("HMSF_ORACLE_ADMIN_PASSWORD", "of-the-dba")
    return monkeypatch


def test_simulated_jobs_fit_the_columns_of_oracle() -> None:
    with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
        types = {row["column"]: row["oracle_type_jobsarchived4"] for row in csv.DictReader(file)}
    for batch in simulate(date(2026, 7, 1), 300, 1, dirt=True):
        for row in oracle_rows(batch):
            for name, value in row.items():
                if isinstance(value, str) and (width := WIDTH.match(types[name])):
                    assert len(value.encode()) <= int(width[1]), name
                if isinstance(value, datetime):
                    assert (value.tzinfo, value.microsecond, types[name]) == (None, 0, "DATE")


def test_a_text_is_cut_between_characters() -> None:
    schema = pa.schema([arrow_schema().field("computingsite")])
    (row,) = oracle_rows(pa.RecordBatch.from_pylist([{"computingsite": "x" + "ö" * 200}], schema))
    assert row["computingsite"] == "x" + "ö" * 63


def test_the_insert_binds_every_column_by_its_name() -> None:
    names = arrow_schema().names
    (tree,) = sqlglot.parse(insert_statement("ATLAS_PANDA.JOBSARCHIVED4", names), dialect="oracle")
    assert [found.name for found in tree.this.expressions] == names
    assert [found.name for found in tree.find_all(exp.Placeholder)] == names


def test_the_reader_gets_what_a_dba_is_asked_for_and_no_more() -> None:
    sent = list(reader_statements("hmsf", "A1_secret"))
    assert sent[0] == "CREATE ROLE hmsf_reader"
    assert sent[-2:] == ['CREATE USER hmsf IDENTIFIED BY "A1_secret"', "GRANT hmsf_reader TO hmsf"]
    assert all(re.match(r"GRANT (READ|CREATE SESSION)", statement) for statement in sent[1:-2])


def test_a_password_that_would_end_the_quotes_is_refused() -> None:
    with pytest.raises(StackError, match="HMSF_ORACLE_PASSWORD"):
        list(reader_statements("hmsf", 'x" ACCOUNT UNLOCK --'))


def test_days_are_all_from_first_to_last() -> None:
    assert days(date(2026, 2, 28), date(2026, 3, 1)) == [date(2026, 2, 28), date(2026, 3, 1)]


@pytest.mark.parametrize("name", ["HMSF_ORACLE_DSN", "HMSF_ORACLE_PASSWORD", "HMSF_ORACLE_ADMIN_PASSWORD"])
def test_what_is_missing_is_named(given: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str) -> None:
    given.delenv(name)
    assert main(ASKED) == 1
    assert name in capsys.readouterr().err


def test_a_server_that_is_away_is_one_line_without_passwords(
    given: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(ASKED) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("stack: Oracle at 127.0.0.1:")
    assert "of-the-" not in line
