"""Rows as an Oracle table would hold them: what PostgreSQL keeps beyond that is cut, rounded down or NULL.

Written by the types in data_models/data/job_columns.csv alone, apart from the listener's own code.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from data_models.job_record import DATA, by_name


@cache
def oracle_types(recent: bool) -> dict[str, str]:
    """Oracle's type of each column, of JOBSARCHIVED4 or of the archive."""
    with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
        return {row["column"]: row[f"oracle_type{'_jobsarchived4' if recent else ''}"] for row in csv.DictReader(file)}


def held(row: dict[str, Any], recent: bool = True) -> dict[str, Any]:
    """A row as the table holds it."""
    return {name: held_value(value, oracle_types(recent)[name]) for name, value in row.items()}


def held_value(value: Any, declared: str) -> Any:
    """One value: whole seconds, no empty text, no text longer than the column, no number with more digits."""
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    if isinstance(value, str):
        length, unit = re.search(r"\((\d+)(?: (BYTE|CHAR))?\)", declared).groups()
        most = int(length)
        value = value[:most] if unit == "CHAR" else value.encode()[:most].decode(errors="ignore")
        # An inserted CHAR of blanks is one of blanks, which the archive reads as nothing.
        return (value if value.strip(" ") else None) if declared.startswith("CHAR") else value or None
    if value is not None and (found := re.fullmatch(r"NUMBER\((\d+),0\)", declared)):
        most = 10 ** int(found.group(1)) - 1
        return type(value)(max(-most, min(most, int(value))))
    return value


def extremes() -> Iterator[dict[str, Any]]:
    """Columns filled with the largest and the smallest that Oracle's types take, and with nothing."""
    kept = ("pandaid", "modificationtime", "jobstatus")
    columns = [column for column in by_name().values() if column.name not in kept]
    for sign in (1, -1):
        yield {column.name: _extreme(column.name, sign) for column in columns}
    yield {column.name: None for column in columns if column.nullable}


def _extreme(name: str, sign: int) -> Any:
    column = by_name()[name]
    match column.kind:
        case "integer":
            return sign * (10 ** int(re.search(r"\d+", oracle_types(True)[name]).group()) - 1)
        case "decimal":
            digits, scale = column.precision_scale
            return sign * Decimal(10**digits - 1).scaleb(-scale)
        case "time":
            return datetime.fromisoformat("9999-12-31T23:59:59Z" if sign > 0 else "0001-01-01T00:00:01Z")
    return "größer 🚧 é\u0301 \x01\n" * 40 if sign > 0 else "x "
