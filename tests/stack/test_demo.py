"""What the demo does before the DAG runs: which days it archives, of a file or simulated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from stack import demo
from stack.endpoints import owner_uri
from stack.errors import StackError
from stack.panda_schema import PARENT

TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=2)
SIMULATED = date(2024, 8, 11)
PANDAID = 900_000_001


@pytest.fixture(autouse=True)
def days(stack: Path) -> Iterator[None]:
    """Nothing is left of the days that are imported or simulated here."""
    yield
    with psycopg2.connect(owner_uri()) as connection, connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {PARENT} WHERE pandaid >= %s AND pandaid < %s", (PANDAID, PANDAID + 10))
        within = (SIMULATED, SIMULATED + timedelta(days=1))
        cursor.execute(f"DELETE FROM {PARENT} WHERE modificationtime >= %s AND modificationtime < %s", within)


def file_of(folder: Path, *moments: datetime) -> Path:
    """A file with a job at each of some moments."""
    rows = [f"{number},{moment:%Y-%m-%d %H:%M:%S},finished" for number, moment in enumerate(moments, PANDAID)]
    file = folder / "jobs.csv"
    file.write_text("\n".join(["PANDAID,MODIFICATIONTIME,JOBSTATUS", *rows]) + "\n")
    return file


def noon(day: date) -> datetime:
    """The middle of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_all_days_of_a_file_that_are_over_are_archived(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = file_of(tmp_path, noon(FIRST + timedelta(days=1)), noon(FIRST), noon(TODAY))
    assert demo.import_days(file) == [FIRST, FIRST + timedelta(days=1)]
    told = capsys.readouterr().out
    assert f"imported 3 jobs; 2 days to archive: {FIRST}, {FIRST + timedelta(days=1)}" in told
    assert f"not over yet, and left out: {TODAY}" in told


def test_a_file_without_a_day_that_is_over_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"no job of .* belongs to a day that is over"):
        demo.import_days(file_of(tmp_path, noon(TODAY)))
    with pytest.raises(StackError, match="has no jobs"):
        demo.import_days(file_of(tmp_path))


def test_a_day_is_simulated_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.simulated_day(SIMULATED, 200) == SIMULATED
    assert demo.jobs_by_day(SIMULATED, SIMULATED) == {SIMULATED: 200}
    assert demo.simulated_day(SIMULATED, 300) == SIMULATED
    assert demo.jobs_by_day(SIMULATED, SIMULATED) == {SIMULATED: 200}
    assert f"has 200 jobs of {SIMULATED}: none are simulated" in capsys.readouterr().out


def test_a_day_that_is_not_over_is_refused() -> None:
    with pytest.raises(StackError, match=f"{TODAY} is not over yet: give an earlier day"):
        demo.simulated_day(TODAY, 1)
