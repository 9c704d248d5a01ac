"""`python -m stack oracle-schema`: PanDA's archives on Oracle as SQL, made from data_models/data/job_columns.csv.

JOBSARCHIVED4 with partitions of a day, JOBSARCHIVED with partitions of three days, the log of the copy between them,
and their local indexes: as in PanDA's own schema, so that plans on a test server are like those of production. It is
written by the contract and by Oracle's SQL reference; only the tests marked `oracle` run it on a server.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data_models.job_record import DATA, table_columns
from stack.errors import StackError

RECENT, ARCHIVE, LOG = "JOBSARCHIVED4", "JOBSARCHIVED", "TABLEPART4COPYING"
DAYS_A_PARTITION = {RECENT: 1, ARCHIVE: 3}
# JOBSARCHIVED puts the current time where JOBSARCHIVED4 puts 1970.
NOW_UTC = "CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE)"
LOG_COLUMNS = (
    "TABLE_NAME VARCHAR2(60) NOT NULL",
    "PARTITION_NAME VARCHAR2(60) NOT NULL",
    "COPIED_TO_ARCH VARCHAR2(10)",
    "COPYING_DONE_ON DATE",
    "DELETED_ON DATE",
    "DATA_VERIF_PASSED VARCHAR2(3)",
    "DATA_VERIFIED_ON DATE",
)


@dataclass(frozen=True)
class Schemas:
    """The owners of the recent tables and of the archive."""

    recent: str = "ATLAS_PANDA"
    archive: str = "ATLAS_PANDAARCH"

    def of(self, table: str) -> str:
        """A table with its schema."""
        return f"{self.archive if table == ARCHIVE else self.recent}.{table}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack oracle-schema`."""
    parser.add_argument("--from", dest="first", type=_day, required=True, help="first day that has a partition")
    parser.add_argument("--to", dest="last", type=_day, required=True, help="last day that has one")


def run(args: argparse.Namespace) -> int:
    """Print the SQL, each statement ended by a slash on its own line, for SQL*Plus and the like."""
    for statement in statements(Schemas(), args.first, args.last):
        print(f"{statement}\n/")
    return 0


def statements(schemas: Schemas, first: date, last: date, tablespace: str = "USERS") -> Iterator[str]:
    """The DDL, in order, for an empty database; partitions hold the days from `first` to `last`, both included.

    The owners cannot log in: readers and writers have users of their own.
    """
    for owner in (schemas.recent, schemas.archive):
        yield f"CREATE USER {owner} NO AUTHENTICATION DEFAULT TABLESPACE {tablespace} QUOTA UNLIMITED ON {tablespace}"
    for table in (RECENT, ARCHIVE):
        yield _table(schemas, table, first, last)
        yield from _indexes(schemas, table)
    yield f"CREATE TABLE {schemas.of(LOG)} (\n  " + ",\n  ".join(LOG_COLUMNS) + "\n)"


def partitions(table: str, first: date, last: date) -> list[tuple[str, date]]:
    """Name and upper bound of each partition; a partition is named after its bound and holds the days before it."""
    if last < first:
        raise StackError(f"no partitions from {first} to {last}: give a last day that is not before the first")
    step, found, bound = timedelta(DAYS_A_PARTITION[table]), [], first
    while bound <= last:
        bound += step
        found.append((f"PART_{table}_{bound:%d%m%Y}", bound))
    return found


def _table(schemas: Schemas, table: str, first: date, last: date) -> str:
    lines = list(_columns(table))
    if table == RECENT:
        lines.append("CONSTRAINT PART_JOBSARCHIVED4_PK PRIMARY KEY (PANDAID, MODIFICATIONTIME) USING INDEX LOCAL")
    parts = [f"PARTITION {name} VALUES LESS THAN ({_date(bound)})" for name, bound in partitions(table, first, last)]
    return (
        f"CREATE TABLE {schemas.of(table)} (\n  " + ",\n  ".join(lines) + "\n)\n"
        "PARTITION BY RANGE (MODIFICATIONTIME) (\n  " + ",\n  ".join(parts) + "\n)"
    )


def _columns(table: str) -> Iterator[str]:
    suffix = "_jobsarchived4" if table == RECENT else ""
    with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            oracle_type, default = row[f"oracle_type{suffix}"], row["default_jobsarchived4"]
            line = f"{row['column'].upper()} {oracle_type}"
            if default:
                line += f" DEFAULT {_default(table, oracle_type, default)}"
            yield line if row[f"oracle_nullable{suffix}"] == "Y" else f"{line} NOT NULL"


def _default(table: str, oracle_type: str, default: str) -> str:
    if oracle_type == "DATE":
        return NOW_UTC if table == ARCHIVE else _date(date.fromisoformat(default[:10]))
    return default if oracle_type.startswith("NUMBER") else f"'{default}'"


def _indexes(schemas: Schemas, table: str) -> Iterator[str]:
    found: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for column in table_columns():
        for owner, name, position, bitmap in re.findall(r"(\w+):(\w+)#(\d+)(\(bitmap\))?", " ".join(column.indexed)):
            if owner.upper() == table and name != "PART_JOBSARCHIVED4_PK":
                upper = name.startswith("JOBS_UPPER_")
                key = f"UPPER({column.name.upper()})" if upper else column.name.upper()
                found[name, "BITMAP " if bitmap else ""][int(position)] = key
    for (name, bitmap), keys in sorted(found.items()):
        columns = ", ".join(keys[position] for position in sorted(keys))
        owner = schemas.of(table).split(".")[0]
        yield f"CREATE {bitmap}INDEX {owner}.{name} ON {schemas.of(table)} ({columns}) LOCAL"


def _date(day: date) -> str:
    return f"TO_DATE('{day.isoformat()}', 'YYYY-MM-DD')"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-07-01") from error
