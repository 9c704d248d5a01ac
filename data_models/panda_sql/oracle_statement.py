"""A statement as it is sent to Oracle, as data: its text, its typed binds, what it is for.

A window is half-open on the bare column, with binds of type DATE: a TIMESTAMP bind or a function on MODIFICATIONTIME
would cost the index and the pruning of partitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import oracledb

WITHIN = "modificationtime >= :window_start AND modificationtime < :window_end"
BIND_TYPES = {
    "scn": oracledb.DB_TYPE_NUMBER,
    "window_start": oracledb.DB_TYPE_DATE,
    "window_end": oracledb.DB_TYPE_DATE,
    "first_pandaid": oracledb.DB_TYPE_NUMBER,
    "next_pandaid": oracledb.DB_TYPE_NUMBER,
    "owner": oracledb.DB_TYPE_VARCHAR,
    "table_name": oracledb.DB_TYPE_VARCHAR,
    "partition_name": oracledb.DB_TYPE_VARCHAR,
    "most_rows": oracledb.DB_TYPE_NUMBER,
    "pandaid": oracledb.DB_TYPE_NUMBER,
    "jeditaskid": oracledb.DB_TYPE_NUMBER,
    "reqid": oracledb.DB_TYPE_NUMBER,
    "computingsite": oracledb.DB_TYPE_VARCHAR,
    "produsername": oracledb.DB_TYPE_VARCHAR,
}
BIND = re.compile(r":([a-z_]+)")


@dataclass(frozen=True)
class Statement:
    """One statement: a name, what it is for and what it reads, in words, and its text in Oracle's SQL."""

    name: str
    serves: str
    reads: str
    text: str

    @cached_property
    def binds(self) -> dict[str, oracledb.DbType]:
        """The type of each bind, by name, in the order of the text."""
        return {name: BIND_TYPES[name] for name in BIND.findall(self.text)}


# What makes a session one that cannot write: DML in it ends with ORA-01456.
READ_ONLY = Statement(
    "read_only", "first statement of every session: it cannot write", "nothing", "SET TRANSACTION READ ONLY"
)
