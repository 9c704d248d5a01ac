"""One day that is archived once a test run: simulated jobs with dirt, and a row by hand for every edge of the rules.

Tests that ask what the archive holds of it share the load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

import pyarrow as pa
import pytest
from panda_rows import ARCHIVE, ask, insert, job

from data_models.job_record import Column, columns
from spark_jobs import archive, daily_rows, small_loads
from stack.endpoints import owner_uri
from stack.simulate import load_day

DAY = date(2025, 3, 10)
BEGIN = datetime(2025, 3, 10, tzinfo=UTC)
END = BEGIN + timedelta(days=1)
LOAD = "oracle-day"
JOBS = 4500
TEN = BEGIN + timedelta(hours=10)
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ODD_TEXT = "größer 🚧\n\t\"quoted\" 'single' \\back {brace} \u2028 \x01 \x7f é\u0301 end"
WIDTHS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


@dataclass(frozen=True)
class ArchivedDay:
    """The day's rows as PostgreSQL has them, with `rank` 0 for the recent table and 1 for the archive."""

    rows: pa.Table


def times() -> Iterator[dict[str, Any]]:
    """Rows on the edges of hours and of the day, and with times that are none."""
    for moment in (BEGIN, TEN, TEN - MICROSECOND, END - MICROSECOND, BEGIN - MICROSECOND, END):
        yield {"modificationtime": moment}
    yield {"starttime": None}
    yield {"starttime": EPOCH, "endtime": None}
    yield {"endtime": EPOCH, "statechangetime": TEN + timedelta(hours=1)}
    yield {"endtime": None, "statechangetime": EPOCH}
    yield {"starttime": TEN, "endtime": TEN - timedelta(seconds=1)}
    yield {"starttime": TEN - timedelta(days=31)}
    yield {"starttime": datetime(1, 1, 1, tzinfo=UTC), "actualcorecount": 2**31 - 1}
    yield {"starttime": datetime(1899, 12, 31, tzinfo=UTC), "endtime": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)}


def codes() -> Iterator[dict[str, Any]]:
    """Rows with every kind of code."""
    for text in (None, "", " ", "0", "65", " 65 ", "65.0", "65.", "65.5", "+65", "-1", "abc", "1e2", "0x41", "9" * 19):
        yield {"transexitcode": text, "exeerrorcode": 0, "piloterrorcode": 0}
    for name in ("brokerage", "ddm", "exe", "jobdispatcher", "pilot", "taskbuffer", "sup"):
        for code in (-1099, 0, 1, 200, 300, 8970, 2**31 - 1):
            yield {"transexitcode": None, "exeerrorcode": 0, "piloterrorcode": 0, f"{name}errorcode": code}
    for state in ("finished", "cancelled", "closed"):
        yield {"jobstatus": state}


def names() -> Iterator[dict[str, Any]]:
    """Rows with every kind of name."""
    for name in (
        None,
        "",
        " ",
        "\t\n",
        "\u00a0",
        "CERN",
        " CERN\n",
        "(unknown)",
        "((unknown))",
        "unknown",
        "größer 🚧",
    ):
        yield {"computingsite": name}
        yield {"computingsite": name, "jobstatus": "finished", "transexitcode": None}


def costs() -> Iterator[dict[str, Any]]:
    """Rows with costs that are given elsewhere, not at all, or cannot be."""
    for metrics in ("coreCount=4", "leak=1 coreCount=16 x=1", "xcoreCount=4", "coreCount=0", "coreCount=1234567890"):
        yield {"actualcorecount": None, "corecount": 2, "jobmetrics": metrics}
    for actual in (0, -1, 999_999, 1_000_000):
        yield {"actualcorecount": actual, "corecount": 0, "jobmetrics": None}
    for cpu in (-1, 10**12, 10**12 + 1, 10**20 - 1, -(10**20) + 1):
        yield {"cpuconsumptiontime": Decimal(cpu)}
    for hs06 in (None, -1, 0, 999_999_999, 10**12, 10**12 + 1, 2**63 - 1):
        yield {"hs06sec": hs06}
    for co2 in (None, "-0.01", "0.29", "99999999.99"):
        yield {"gco2_global": None if co2 is None else Decimal(co2)}


def extreme(column: Column, sign: int) -> Any:
    """The largest or smallest value of a column, odd text as long as it may be."""
    if column.kind == "integer":
        return WIDTHS[column.pg_type] - 1 if sign > 0 else -WIDTHS[column.pg_type]
    if column.kind == "decimal":
        digits, scale = column.precision_scale
        return sign * Decimal(10**digits - 1).scaleb(-scale)
    if column.kind == "time":
        return TEN + timedelta(microseconds=123_456) if sign > 0 else datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)
    # Blank-padded columns count characters, the others too.
    return (ODD_TEXT * 20)[: column.max_chars or 5000] if sign > 0 else " \n "[: column.max_chars]


def whole_rows() -> Iterator[dict[str, Any]]:
    """Rows that fill every column: largest values, smallest values, empty texts, and NULL wherever it may be."""
    kept = ("pandaid", "modificationtime", "jobstatus")
    filled = [column for column in columns() if column.name not in kept]
    for sign in (1, -1):
        yield {column.name: extreme(column, sign) for column in filled}
    yield {column.name: "" for column in filled if column.kind == "text"}
    yield {column.name: None for column in filled if column.nullable}


def edge_rows() -> list[dict[str, Any]]:
    """All hand-made rows of the recent table; no two of them modified in the same minute and second."""
    numbers = count(1)
    made = []
    for changes in (*times(), *codes(), *names(), *costs(), *whole_rows()):
        number = next(numbers)
        moment = TEN + timedelta(seconds=3 * number, microseconds=number)
        made.append(job(number, changes.get("modificationtime", moment), **changes))
    # Ties: jobs of one error in one microsecond, of which three are samples; their lists have more than one page.
    made += [job(next(numbers), TEN + timedelta(hours=2), piloterrorcode=4242) for _ in range(104)]
    made.append(job(next(numbers), TEN, jobstatus="merging"))
    return made


def copies() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Jobs that are in both tables: which of the two is newer, and where, differs."""
    later = timedelta(minutes=5)
    recent = [job(9000 + number, TEN + timedelta(hours=3), computingsite="RECENT") for number in range(5)]
    copied = [one | {"computingsite": "ARCHIVE"} for one in recent]
    copied[1]["statechangetime"] += later
    copied[2]["statechangetime"] -= later
    copied[3]["statechangetime"] = None
    copied[4]["modificationtime"] += later
    # A defect of the source: the same job in two hours is two records.
    recent.append(job(9000, TEN + timedelta(hours=5)))
    return recent, copied


@cache
def archived_day() -> ArchivedDay:
    """Fill PostgreSQL, run all steps on the day, and read the rows. Needs the servers, the keyspace and Spark."""
    load_day(owner_uri(), DAY, JOBS, seed=3, dirt=True)
    recent, copied = copies()
    insert([*edge_rows(), *recent])
    insert(copied, ARCHIVE)
    with pytest.MonkeyPatch.context() as patch:
        # Its hours were just found in Cassandra as they are staged: the roll-up must not read them again.
        patch.delattr(daily_rows, "hour_keys")
        # As for a large load: tests of small ones see what is interpreted.
        patch.setattr(small_loads, "MOST_JOBS", dict.fromkeys(small_loads.MOST_JOBS, 0))
        assert archive.main(["--window", str(DAY), "--load", LOAD]) == 0
    return ArchivedDay(source_rows())


def source_rows() -> pa.Table:
    """Every row of the day in both tables."""
    names = ", ".join(column.name for column in columns())
    rows = []
    for rank, table in enumerate(("doma_panda.jobsarchived4", ARCHIVE)):
        found = ask(
            f"SELECT {names} FROM {table} WHERE modificationtime >= %s AND modificationtime < %s",
            BEGIN.replace(tzinfo=None),
            END.replace(tzinfo=None),
        )
        rows += [(rank, *row) for row in found]
    naive = {"time": pa.timestamp("us")}
    types = [pa.int64(), *(naive.get(column.kind, column.arrow) for column in columns())]
    by_column = zip(*rows, strict=True)
    return pa.table(
        [pa.array(values, of_type) for values, of_type in zip(by_column, types, strict=True)],
        names=["rank", *(column.name for column in columns())],
    )
