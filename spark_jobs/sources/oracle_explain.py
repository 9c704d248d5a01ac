"""What a load would send to Oracle, written down before any access is granted: statements, binds, tables.

    python -m spark_jobs.sources.oracle --explain --from 2026-07-01 --to 2026-07-02

Nothing is connected. Values that only the database knows (an SCN, a PANDAID) are named instead of given. The output is
SQL with comments; a statement that is sent several times is written once, where it is sent first. `--unsnapshotted`
writes what is sent where the account may not flash back.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from data_models import settings
from data_models.job_record import by_name
from data_models.panda_sql.oracle_statement import READ_ONLY
from data_models.window import Window, WindowError, parse_time
from spark_jobs.sources import oracle_statements as sql
from spark_jobs.sources.oracle_segments import MAIN, YEARS, Layout, Segment, day_partitions
from spark_jobs.sources.oracle_slices import time_slices

GRANTS = Path(__file__).with_name("oracle_grants.sql")
AT_RUN_TIME = {
    "scn": "the SCN of the load",
    "first_pandaid": "begin of the slice",
    "next_pandaid": "begin of the next slice",
}
# What the head of the file says of texts that differ.
SNAPSHOTTED = "-- Where it may not flash back, AS OF SCN :scn is left out; nothing else differs (--unsnapshotted).\n"
UNSNAPSHOTTED = (
    "-- Unsnapshotted, as it may not flash back: AS OF SCN :scn is left out, after `table_columns` was tried with it;\n"
    "-- `control_totals` and `pandaids` are sent once more when all has been read.\n"
)
YEARS_LACK = (
    "-- Columns that the table of a year lacks are not in its `rows_by_pandaid`, and in its `control_totals` they are\n"
    "-- CAST(NULL AS ...). `table_columns` says which they are; here the table is written as if it had all.\n"
)


@dataclass(frozen=True)
class Explained:
    """A statement, the database it is sent to, and the values of its binds in words."""

    statement: sql.Statement
    database: str
    values: dict[str, str]

    @property
    def head(self) -> str:
        """What it is for and what it reads, as comments."""
        statement = self.statement
        return f"-- {statement.name}: {statement.serves}\n--   reads {statement.reads} ({self.database} database)"

    @property
    def binds(self) -> str:
        """One execution: each bind with type and value, as a comment; empty without binds."""
        binds = ", ".join(
            f":{name} {db_type.name.removeprefix('DB_TYPE_')} = {self.values[name]}"
            for name, db_type in self.statement.binds.items()
        )
        return f"--   {binds}" if binds else ""


def explained(
    layout: Layout,
    window: Window,
    slices: int,
    as_of: str = sql.AS_OF,
    in_years: Collection[str] = frozenset(by_name()),
) -> Iterator[Explained]:
    """The statements of a load of the window. `slices`: of a table without an index on MODIFICATIONTIME.

    `as_of`: empty where the account may not flash back. `in_years`: columns that the tables of years put away have.
    """
    main, years = [layout.recent, layout.archive], layout.years_put_away(window)
    for database, segments in ((MAIN, main), (YEARS, years)):
        if segments:
            yield Explained(READ_ONLY, database, {})
            yield Explained(sql.SNAPSHOT, database, {})
            yield Explained(sql.CLOCK, database, {})
            yield Explained(sql.ROLE, database, {})
            yield Explained(sql.OPEN_MODE, database, {})
            yield Explained(sql.STANDBY_LIMIT, database, {})
        for segment in segments:
            yield from _about(segment, as_of)
    log = sql.copy_log(layout.copy_log, as_of)
    for partition in day_partitions(window):
        values = {"table_name": "JOBSARCHIVED4", "partition_name": partition}
        yield Explained(log, MAIN, AT_RUN_TIME | values)
    whole = _edges(window)
    for database, segments, present in ((MAIN, main, by_name()), (YEARS, years, in_years)):
        if segments:
            relations = [(segment.table, present) for segment in segments]
            yield Explained(sql.totals(relations, as_of), database, whole)
    if years:
        for segment in (*main, *years):
            yield Explained(sql.pandaids(segment.table, as_of), segment.database, whole)
    for segment in (*main, *years):
        present = by_name() if segment.whole else in_years
        yield from _reading(segment, window, slices, as_of, present)


def _about(segment: Segment, as_of: str) -> Iterator[Explained]:
    owner, table = segment.owner_and_name
    yield Explained(sql.table_columns(segment.table, as_of), segment.database, AT_RUN_TIME)
    for statement in sql.DICTIONARY:
        values = {"owner": owner, "table_name": table}
        yield Explained(statement, segment.database, values)


def _reading(
    segment: Segment, window: Window, slices: int, as_of: str, present: Collection[str]
) -> Iterator[Explained]:
    if segment.by_time:
        for part in time_slices(window):
            yield Explained(sql.rows_by_time(segment.table, as_of), segment.database, _edges(part))
        return
    if slices > 1:
        yield Explained(sql.slice_bounds(segment.table, slices, as_of), segment.database, _edges(window))
    statement = sql.rows_by_pandaid(segment.table, present, as_of)
    yield Explained(statement, segment.database, _edges(window))


def _edges(window: Window) -> dict[str, str]:
    edges = {"window_start": window.start, "window_end": window.end}
    return AT_RUN_TIME | {name: f"{edge:%Y-%m-%d %H:%M:%S}" for name, edge in edges.items()}


def text(layout: Layout, window: Window, slices: int, as_of: str = sql.AS_OF) -> str:
    """All statements of a load of the window as a SQL file: each once, with the binds of all its executions."""
    executions: dict[tuple[str, str], list[Explained]] = {}
    for item in explained(layout, window, slices, as_of):
        executions.setdefault((item.database, item.statement.text), []).append(item)
    head = f"-- What HMSF sends to Oracle for the window {window}. Grants: {GRANTS.name}.\n"
    head += SNAPSHOTTED if as_of else UNSNAPSHOTTED
    parts = [head + YEARS_LACK if layout.years_put_away(window) else head]
    for items in executions.values():
        binds = [item.binds for item in items if item.binds]
        parts.append("\n".join((items[0].head, *binds, f"{items[0].statement.text};\n")))
    return "\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.sources.oracle", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--explain", action="store_true", required=True, help="print the statements, send none")
    parser.add_argument(
        "--unsnapshotted", action="store_true", help="those of an account that may not flash back (FLASHBACK, SCN)"
    )
    parser.add_argument("--from", dest="start", required=True, help="begin of the window (UTC): 2026-07-01T10:00Z")
    parser.add_argument("--to", dest="end", required=True, help="its end, which is no longer part of it")
    options = parser.parse_args(arguments)
    try:
        window = Window(parse_time(options.start), parse_time(options.end))
    except WindowError as error:
        parser.error(str(error))
    as_of = "" if options.unsnapshotted else sql.AS_OF
    print(text(Layout.from_settings(), window, settings.number("HMSF_ORACLE_SLICES"), as_of), end="")
    return 0
