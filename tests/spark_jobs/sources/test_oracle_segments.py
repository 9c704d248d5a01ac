"""Which tables a window is read from: the last days, the archive, the tables of its years."""

from __future__ import annotations

import pytest

from data_models.settings import SettingsError
from data_models.window import parse
from spark_jobs.sources.oracle_segments import Layout, day_partitions

ATLAS = Layout("ATLAS_PANDA", "ATLAS_PANDAARCH", "ARCHIVE", (2014, 2023))


@pytest.mark.parametrize(
    ("window", "tables"),
    [
        ("2013-12-31", []),
        ("2014-01-01", ["ARCHIVE.Y2014_JOBSARCHIVED"]),
        ("2018-12-31T12:00Z/2019-01-01T12:00Z", ["ARCHIVE.Y2018_JOBSARCHIVED", "ARCHIVE.Y2019_JOBSARCHIVED"]),
        ("2018-12-31", ["ARCHIVE.Y2018_JOBSARCHIVED"]),
        ("2023-12-31T12:00Z/2024-01-01T12:00Z", ["ARCHIVE.Y2023_JOBSARCHIVED"]),
        ("2024-01-01", []),
    ],
)
def test_years_put_away_are_found_by_the_window(window: str, tables: list[str]) -> None:
    assert [segment.table for segment in ATLAS.years_put_away(parse(window))] == tables


def test_the_last_days_win_over_the_archive_and_the_archive_over_the_years() -> None:
    (year,) = ATLAS.years_put_away(parse("2019-07-01"))
    assert ATLAS.recent.rank < ATLAS.archive.rank < year.rank
    assert (ATLAS.recent.by_time, ATLAS.archive.by_time, year.by_time) == (True, False, False)


def test_partitions_carry_the_day_at_which_they_end() -> None:
    assert day_partitions(parse("2026-07-01T23")) == ["PART_JOBSARCHIVED4_02072026"]
    assert day_partitions(parse("2026-06-30T23:00Z/2026-07-01T01:00Z")) == [
        "PART_JOBSARCHIVED4_01072026",
        "PART_JOBSARCHIVED4_02072026",
    ]


def test_settings_give_the_schemas_and_the_years(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_ORACLE_SCHEMA", "doma_panda")
    assert Layout.from_settings() == Layout("DOMA_PANDA", "ATLAS_PANDAARCH", "ATLAS_PANDAARCH", (2014, 2023))
    monkeypatch.setenv("HMSF_ORACLE_YEARS", "none")
    assert Layout.from_settings().years is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HMSF_ORACLE_SCHEMA", "PANDA; DROP TABLE X"),
        ("HMSF_ORACLE_ARCHIVE_SCHEMA", "A.B"),
        ("HMSF_ORACLE_YEARS", "2014"),
        ("HMSF_ORACLE_YEARS", "2023-2014"),
    ],
)
def test_a_setting_that_is_no_schema_or_no_years_is_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        Layout.from_settings()
