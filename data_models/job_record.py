"""The job record: every column of PanDA's job tables with its types on both databases, in Arrow, Spark and CQL.

The source of the columns is `data/job_columns.csv`, made from PanDA's public schema. JOBPARAMETERS and METADATA are
always empty in the job tables (they live in side tables), so the archived record has 125 of the 127 columns.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

# A resource, not a path: executors have this package in a zip.
DATA = files("data_models") / "data"
NOT_ARCHIVED = ("jobparameters", "metadata")
INTEGER_DIGITS = {"smallint": 4, "integer": 9, "bigint": 18}


@dataclass(frozen=True)
class Column:
    """One column of the job tables.

    `pg_type`, `oracle_type`, `nullable` are those of JOBSARCHIVED4, the table that every load reads first;
    `indexed` holds texts like `jobsarchived4:INDEX#position`.
    """

    name: str
    oracle_type: str
    pg_type: str
    nullable: bool
    default: str
    indexed: tuple[str, ...]
    meaning: str

    @property
    def kind(self) -> str:
        """One of integer, decimal, time, text: what the value is, whatever database it comes from."""
        if self.pg_type in INTEGER_DIGITS:
            return "integer"
        if self.pg_type.startswith(("decimal", "numeric")):
            return "decimal"
        return "time" if self.pg_type == "timestamp" else "text"

    @property
    def precision_scale(self) -> tuple[int, int]:
        """Digits and digits behind the point of a decimal column."""
        digits = [int(text) for text in re.findall(r"\d+", self.pg_type)]
        return digits[0], digits[1] if len(digits) > 1 else 0

    @property
    def padded(self) -> bool:
        """Whether the database pads the text with blanks (CHAR): the blanks are no part of the value."""
        return self.pg_type.startswith("char(")

    @property
    def max_chars(self) -> int | None:
        """Longest text in characters that JOBSARCHIVED4 takes on PostgreSQL; None if unbounded or no text."""
        match = re.fullmatch(r"(?:var)?char\((\d+)\)", self.pg_type)
        return int(match.group(1)) if match else None

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type. Integers are 64 bits wide whatever the database says; times are microseconds in UTC."""
        match self.kind:
            case "integer":
                return pa.int64()
            case "decimal":
                return pa.decimal128(*self.precision_scale)
            case "time":
                return pa.timestamp("us", tz="UTC")
        return pa.string()

    @property
    def cql(self) -> str:
        """CQL type. CQL's timestamp counts milliseconds; finer fractions do not occur (Oracle DATE has seconds)."""
        return {"integer": "bigint", "decimal": "decimal", "time": "timestamp", "text": "text"}[self.kind]

    @property
    def spark(self) -> str:
        """Spark SQL type."""
        if self.kind == "decimal":
            return "decimal({},{})".format(*self.precision_scale)
        return {"integer": "bigint", "time": "timestamp", "text": "string"}[self.kind]


@cache
def table_columns() -> tuple[Column, ...]:
    """All 127 columns of the job tables, in the database's order."""
    with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
        return tuple(
            Column(
                name=row["column"],
                oracle_type=row["oracle_type_jobsarchived4"],
                pg_type=row["pg_type_jobsarchived4"],
                nullable=row["pg_nullable_jobsarchived4"] == "Y",
                default=row["default_jobsarchived4"],
                indexed=tuple(row["indexed"].split()),
                meaning=row["meaning"],
            )
            for row in csv.DictReader(file)
        )


@cache
def columns() -> tuple[Column, ...]:
    """The 125 columns of an archived job record, in the database's order."""
    return tuple(column for column in table_columns() if column.name not in NOT_ARCHIVED)


@cache
def by_name() -> dict[str, Column]:
    """The columns of an archived job record by their (lower case) name."""
    return {column.name: column for column in columns()}


@cache
def arrow_schema() -> pa.Schema:
    """The pinned Arrow schema of a batch of job records: 125 fields."""
    return pa.schema([pa.field(c.name, c.arrow, metadata={"meaning": c.meaning}) for c in columns()])
