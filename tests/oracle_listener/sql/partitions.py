"""The partitions of PanDA's archives: those that have rows, under the names that their makers give them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ..session import Session
from ..wire.errors import ora
from .catalog import SCHEMAS, Ask, TableSize, table_sizes

HIGH_VALUE = "TO_DATE(' {:%Y-%m-%d} 00:00:00', 'SYYYY-MM-DD HH24:MI:SS', 'NLS_CALENDAR=GREGORIAN')"
PARTITION_DAYS = {"JOBSARCHIVED4": 1, "JOBSARCHIVED": 3}
EPOCH = date(1970, 1, 1)
Row = tuple[object, ...]


def visible(session: Session, ask: Ask) -> list[TableSize]:
    """The tables that a session may see."""
    return [table for table in table_sizes(ask) if session.account.may_read(table.name)]


def partitions(session: Session, ask: Ask) -> list[Row]:
    """ALL_TAB_PARTITIONS: those that have rows. Names of the archive's partitions are made up, as its makers do."""
    rows: list[Row] = []
    for table in visible(session, ask):
        if days := PARTITION_DAYS.get(table.name):
            ends = partition_ends(ask, table.owner, table.name, days)
            rows += [
                (table.owner, table.name, partition_name(table.name, end), at, HIGH_VALUE.format(end))
                for at, end in enumerate(ends, start=1)
            ]
    return rows


def partition_ends(ask: Ask, owner: str, table: str, days: int) -> list[date]:
    """The days before which the partitions end."""
    found = ask(f"SELECT DISTINCT modificationtime::date FROM {SCHEMAS[owner]}.{table.lower()}")
    numbers = {(day - EPOCH).days // days for (day,) in found}
    return [EPOCH + timedelta(days=days * (number + 1)) for number in sorted(numbers)]


def partition_name(table: str, end: date) -> str:
    """The name of the partition that ends before a day."""
    return f"PART_{table}_{end:%d%m%Y}"


def partition_bounds(table: str, partition: str) -> tuple[date, date]:
    """First day and day after the last of a partition. Raises ORA-02149 for a name that is none."""
    found = re.fullmatch(rf"PART_{table}_(\d\d)(\d\d)(\d{{4}})", partition)
    if table not in PARTITION_DAYS or not found:
        raise ora(2149)
    day, month, year = map(int, found.groups())
    try:
        end = date(year, month, day)
    except ValueError:
        raise ora(2149) from None
    return end - timedelta(days=PARTITION_DAYS[table]), end
