"""The tables of ATLAS that hold completed jobs on Oracle, and which of them a window is read from.

JOBSARCHIVED4 keeps the last days, JOBSARCHIVED what was copied from it, one to three days later; for a while a job is
in both. Years that were put away are tables of one year each in another database, with fewer columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from data_models import settings
from data_models.panda_sql.oracle_database import MAIN, YEARS
from data_models.settings import SettingsError
from data_models.window import DAY, Window, day_of, split

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_$#]{0,127}")
YEAR_RANGE = re.compile(r"(\d{4})-(\d{4})")
COPY_LOG = "TABLEPART4COPYING"
NONE = "none"


@dataclass(frozen=True)
class Segment:
    """One table: its name with the schema, in which database it is, its rank among duplicates (lower ones win).

    `by_time`: read in parts of the window, by its index on MODIFICATIONTIME; else in ranges of PANDAID.
    `whole`: it has all columns of the contract.
    """

    table: str
    database: str
    rank: int
    by_time: bool
    whole: bool = True

    @property
    def owner_and_name(self) -> tuple[str, str]:
        """Schema and table as Oracle's dictionary writes them."""
        owner, name = self.table.upper().split(".")
        return owner, name


@dataclass(frozen=True)
class Layout:
    """Where a site keeps its job tables: the schemas, and the first and last year that were put away (None: none)."""

    recent_schema: str
    archive_schema: str
    years_schema: str
    years: tuple[int, int] | None

    @classmethod
    def from_settings(cls) -> Layout:
        """By HMSF_ORACLE_SCHEMA, _ARCHIVE_SCHEMA, _YEARS_SCHEMA, _YEARS. Raises SettingsError."""
        return cls(*(_schema(f"HMSF_ORACLE_{name}SCHEMA") for name in ("", "ARCHIVE_", "YEARS_")), _years())

    @property
    def recent(self) -> Segment:
        """JOBSARCHIVED4: partitions of a day, an index that starts with MODIFICATIONTIME."""
        return Segment(f"{self.recent_schema}.JOBSARCHIVED4", MAIN, 0, by_time=True)

    @property
    def archive(self) -> Segment:
        """JOBSARCHIVED: partitions of three days, no index on MODIFICATIONTIME."""
        return Segment(f"{self.archive_schema}.JOBSARCHIVED", MAIN, 1, by_time=False)

    @property
    def copy_log(self) -> str:
        """The log of the copy from JOBSARCHIVED4 to JOBSARCHIVED."""
        return f"{self.recent_schema}.{COPY_LOG}"

    def years_put_away(self, window: Window) -> list[Segment]:
        """The tables of the window's years, as far as those were put away."""
        last = (window.end - timedelta(microseconds=1)).year
        first_kept, last_kept = self.years or (1, 0)
        return [
            Segment(f"{self.years_schema}.Y{year}_JOBSARCHIVED", YEARS, 2, by_time=False, whole=False)
            for year in range(max(window.start.year, first_kept), min(last, last_kept) + 1)
        ]


def day_partitions(window: Window) -> list[str]:
    """The partitions of JOBSARCHIVED4 that hold a window; Oracle's carry the date at which they end."""
    days = split(Window(day_of(window.start), window.end), DAY)
    return [f"PART_JOBSARCHIVED4_{day.start + DAY:%d%m%Y}" for day in days]


def _schema(name: str) -> str:
    value = settings.text(name)
    if not IDENTIFIER.fullmatch(value):
        raise SettingsError(f"{name}={value!r}: give a schema, {settings.BY_NAME[name].default} for example")
    return value.upper()


def _years() -> tuple[int, int] | None:
    value = settings.text("HMSF_ORACLE_YEARS")
    if value == NONE:
        return None
    if not (found := YEAR_RANGE.fullmatch(value)) or found[1] > found[2]:
        raise SettingsError(
            f"HMSF_ORACLE_YEARS={value!r}: give the first and the last year put away, as 2014-2023, or {NONE}"
        )
    return int(found[1]), int(found[2])
