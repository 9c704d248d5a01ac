"""PanDA's tables as Oracle has them, on top of those in PostgreSQL.

DATE has whole seconds, the empty text is NULL, CHAR is padded, a text that is too long for a column counted in bytes
is cut: that is done here, column by column, whatever the statement does with the column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from data_models.job_record import DATA

from ..wire.column_types import BINARY_DOUBLE, CLOB, DATE, Code, OracleType, char, declared, number, varchar2
from ..wire.errors import ora
from .terms import LONGEST_TEXT, Term, name

SCHEMAS = {"ATLAS_PANDA": "doma_panda", "ATLAS_PANDAARCH": "doma_pandaarch"}
INTEGERS = {"smallint": 5, "integer": 10, "bigint": 19}
COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
  FROM pg_attribute a WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
TABLES = """
SELECT n.nspname, c.relname, (SELECT sum(pg_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p), c.reltuples
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY (%s)"""
BLOCK = 8192
Ask = Callable[..., list[tuple]]


@dataclass(frozen=True)
class TableColumn:
    """A column of a table of PanDA."""

    name: str
    type: OracleType
    nullable: bool

    def seen_from(self, alias: str) -> Term:
        """Its value in a row of a relation of PostgreSQL, as Oracle would have it."""
        stored = f"{alias}.{name(self.name.lower())}"
        match self.type.code:
            case Code.DATE:
                return Term(f"date_trunc('second', {stored})", self.type, stored=stored)
            case Code.CHAR:
                # PostgreSQL drops the blanks when it makes a text of a char.
                text = self._cut(f"{stored}::text")
                missing = f"greatest({self.type.chars} - {self._length(text)}, 0)"
                return Term(f"({text} || repeat(' ', {missing}))", self.type)
            case Code.VARCHAR2:
                return Term(f"NULLIF({self._cut(stored)}, '')", self.type)
            case Code.CLOB:
                return Term(f"NULLIF({stored}, '')", self.type)
        return Term(stored, self.type)

    def _length(self, text: str) -> str:
        return f"{'octet_length' if self.type.bytes_only else 'char_length'}({text})"

    def _cut(self, text: str) -> str:
        """The text, cut after the last whole character that the column has room for."""
        most = self.type.chars
        if not self.type.bytes_only:
            return f"left({text}, {most})"
        fits = f"octet_length(left({text}, k)) <= {most}"
        longest = f"(SELECT max(k) FROM generate_series({most // 4}, {most}) AS k WHERE {fits})"
        return f"CASE WHEN octet_length({text}) <= {most} THEN {text} ELSE left({text}, {longest}) END"


@dataclass(frozen=True)
class PandaTable:
    """A table: owner and name in capitals, as Oracle's dictionary has them, and its name in PostgreSQL."""

    owner: str
    name: str
    columns: tuple[TableColumn, ...]

    @property
    def in_postgres(self) -> str:
        """Its name there."""
        return f"{name(SCHEMAS[self.owner])}.{name(self.name.lower())}"


@dataclass(frozen=True)
class TableSize:
    """What the optimizer's statistics say of a table."""

    owner: str
    name: str
    blocks: int
    rows: int


def find_table(ask: Ask, owner: str, table: str) -> PandaTable:
    """A table by its names in capitals. Raises ORA-00942."""
    if owner not in SCHEMAS:
        raise ora(942)
    found = ask(COLUMNS, f"{name(SCHEMAS[owner])}.{name(table.lower())}")
    if not found:
        raise ora(942)
    known = contract(table == "JOBSARCHIVED4")
    columns = tuple(
        TableColumn(column.upper(), known.get((column, normal(pg))) or oracle_type(pg), nullable)
        for column, pg, nullable in found
    )
    return PandaTable(owner, table, columns)


def table_sizes(ask: Ask) -> list[TableSize]:
    """All tables of PanDA."""
    owners = {schema: owner for owner, schema in SCHEMAS.items()}
    return [
        TableSize(owners[schema], table.upper(), int(size or 0) // BLOCK, max(int(rows), 0))
        for schema, table, size, rows in ask(TABLES, list(owners))
    ]


@cache
def contract(recent: bool) -> dict[tuple[str, str], OracleType]:
    """Oracle's types by column and PostgreSQL's type, for JOBSARCHIVED4 and for the archives."""
    suffix = "_jobsarchived4" if recent else ""
    with (DATA / "job_columns.csv").open(newline="", encoding="utf-8") as file:
        return {
            (row["column"], normal(row[f"pg_type{suffix}"])): declared(row[f"oracle_type{suffix}"])
            for row in csv.DictReader(file)
        }


def normal(pg: str) -> str:
    """A type of PostgreSQL in one spelling."""
    text = pg.replace("character varying", "varchar").replace("character", "char").replace("decimal", "numeric")
    text = text.replace("timestamp without time zone", "timestamp")
    return re.sub(r"numeric\((\d+)\)", r"numeric(\1,0)", text)


def oracle_type(pg: str) -> OracleType:
    """A type for a column that the contract does not have, or not like this. Raises ORA-03001."""
    base, *digits = re.findall(r"[a-z ]+|\d+", normal(pg))
    sizes = [int(text) for text in digits]
    makers = {
        **{kind: lambda: number(INTEGERS[base]) for kind in INTEGERS},
        "numeric": lambda: number(*sizes),
        "varchar": lambda: varchar2(sizes[0] if sizes else LONGEST_TEXT),
        "char": lambda: char(*sizes),
        "text": lambda: CLOB,
        "timestamp": lambda: DATE,
        "date": lambda: DATE,
        "double precision": lambda: BINARY_DOUBLE,
    }
    if base not in makers:
        raise ora(3001, f"a column of PostgreSQL's type {pg}")
    return makers[base]()
