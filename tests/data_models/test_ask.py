"""The command line of questions: each can be asked, answers read back, errors say what to do."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from inspect import signature

import pytest
from cassandra.cluster import Session
from made_archive import HOUR, enter, error_row, insert

from data_models import ask
from data_models.ask_arguments import MEANINGS, command_name
from data_models.questions import QUESTIONS

DAY = datetime(2031, 8, 1, tzinfo=UTC)
PERIOD = ("--from", "2031-08-01", "--to", "2031-08-02")
ASKED = {"site": "ASKED", "task": "5", "user": "anna", "request": "5", "component": "pilot", "code": "1305"}
ASKED |= {"group": "0123456789abcdef", "kind": "site", "pandaid": "7000000000005"}


@pytest.fixture(scope="module")
def asked_day(archive: Session) -> Session:
    """Two codes at a site in two hours, of a day of which 23 hours are archived."""
    rows = [
        error_row(DAY + hour * HOUR, component, code, n_errors, computingsite="ASKED", day=DAY.date())
        for hour, component, code, n_errors in (
            (3, "pilot", 1305, 4),
            (3, "supervisor", 9000, 1),
            (7, "pilot", 1305, 2),
        )
    ]
    insert(archive, "errors_by_site", rows, 1_000)
    enter(archive, (DAY + hour * HOUR for hour in range(23)), 1_000)
    return archive


def options_of(question: object) -> Iterator[str]:
    """Values for all arguments that a question needs."""
    for parameter in list(signature(question).parameters.values())[1:]:
        if parameter.name in ASKED and parameter.default is parameter.empty:
            yield from (f"--{parameter.name}", ASKED[parameter.name])
    if "start" in signature(question).parameters:
        yield from PERIOD


@pytest.mark.parametrize("question", QUESTIONS, ids=command_name)
def test_every_question_can_be_asked(asked_day: Session, question: object, capsys: pytest.CaptureFixture) -> None:
    code = ask.main([command_name(question), *options_of(question), "--format", "json"])
    printed = capsys.readouterr()
    if command_name(question) == "job":
        assert code == 65
        assert "job 7000000000005 is not archived" in printed.err
    else:
        assert code == 0, printed.err
        told = json.loads(printed.out)
        assert told["coverage"]["missing"] == ["2031-08-01T23:00Z/2031-08-02T00:00Z"]
        assert "23 of 24 hours verified; not archived: 2031-08-01T23:00Z" in printed.err


def test_every_argument_of_a_question_has_its_meaning() -> None:
    names = {name for question in QUESTIONS for name in list(signature(question).parameters)[1:]}
    assert names == MEANINGS.keys()


def test_the_three_formats_say_the_same(asked_day: Session, capsys: pytest.CaptureFixture) -> None:
    said = {}
    for form in ("table", "csv", "json"):
        assert ask.main(["errors-by-site", "--site", "ASKED", *PERIOD, "--format", form]) == 0
        said[form] = capsys.readouterr().out
    by_csv = list(csv.DictReader(io.StringIO(said["csv"])))
    by_json = json.loads(said["json"])["rows"]
    assert [(row["component"], int(row["n_errors"])) for row in by_csv] == [("pilot", 6), ("supervisor", 1)]
    assert [(row["component"], row["n_errors"]) for row in by_json] == [("pilot", 6), ("supervisor", 1)]
    lines = said["table"].splitlines()
    assert lines[0].split() == list(by_json[0])
    assert lines[2].split()[:4] == ["pilot", "1305", "6", "60"]
    assert json.loads(said["json"])["units"]["walltime_loss"] == "core-seconds"


def test_rows_and_columns_can_be_picked(asked_day: Session, capsys: pytest.CaptureFixture) -> None:
    more = (
        "--by",
        "hour,code",
        "--figures",
        "n_errors",
        "--columns",
        "hour,n_errors",
        "--limit",
        "1",
        "--format",
        "csv",
    )
    assert ask.main(["errors-by-site", "--site", "ASKED", *PERIOD, *more]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["hour,n_errors", "2031-08-01 03:00:00,4"]
    assert "1 of 3 rows" in printed.err


def test_a_period_that_is_not_all_verified_is_an_exit_code_for_those_who_ask(asked_day: Session) -> None:
    asked = ["outcomes-by-site", "--site", "ASKED", "--from", "2031-08-01", "--complete"]
    assert ask.main([*asked, "--to", "2031-08-01T23:00Z"]) == 0
    assert ask.main([*asked, "--to", "2031-08-02"]) == 66


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--to", "2031-08-01"), "is empty: give an end later"),
        (("--to", "2031-08-02T00:30Z"), "full hours"),
        (("--to", "2031-08-02", "--by", "site"), "cannot be grouped by 'site': give any of hour, day"),
        (("--to", "2031-08-02", "--by", "hour", "--figures", "cpu_loss"), "cannot be summed over code, component"),
        (("--to", "2031-08-02", "--columns", "jobs"), "no column 'jobs'; it has component, code"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_line(
    asked_day: Session, more: tuple[str, ...], told: str, capsys: pytest.CaptureFixture
) -> None:
    assert ask.main(["errors-by-site", "--site", "ASKED", "--from", "2031-08-01", *more]) == 65
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("errors-by-site: ")
    assert told in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["errors-by-site", *PERIOD], "required: --site"),
        (["errors-by-site", "--site", "X", "--from", "yesterday", "--to", "2031-08-02"], "'yesterday' is no time"),
        (["job", "--pandaid", "x"], "invalid int value"),
        (["entities", "--kind", "node", *PERIOD], "invalid choice: 'node'"),
        (["job", "--pandaid", "5", "--limit", "0"], "no whole number of at least 1"),
        (["nothing"], "invalid choice: 'nothing'"),
    ],
)
def test_wrong_arguments_are_told_with_the_usage(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit) as stopped:
        ask.main(arguments)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


def test_a_server_that_is_away_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("HMSF_CASSANDRA_HOST", "127.0.0.1")
    monkeypatch.setenv("HMSF_CASSANDRA_PORT", "1")
    assert ask.main(["job", "--pandaid", "5"]) == 75
    assert "does not answer at 127.0.0.1 port 1" in capsys.readouterr().err


def test_asking_needs_neither_spark_nor_great_expectations() -> None:
    script = "import sys, data_models.ask; print([name for name in ('pyspark', 'great_expectations', 'airflow', "
    script += "'django') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
