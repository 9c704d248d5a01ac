"""The few views of Oracle's dictionary that are answered, as relations of PostgreSQL made of constants."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from data_models.job_record import table_columns

from ..session import Session
from ..wire.column_types import LONG, NUMBER, OracleType, varchar2
from .catalog import Ask, find_table
from .partitions import PARTITION_DAYS, Row, partitions, visible
from .terms import literal, name

TEXT = varchar2(128)
NLS = {
    "NLS_DATE_FORMAT": "DD-MON-RR",
    "NLS_NUMERIC_CHARACTERS": ".,",
    "NLS_TERRITORY": "AMERICA",
    "NLS_LANGUAGE": "AMERICAN",
}


class View:
    """A view: its columns, and its rows for a session."""

    def __init__(self, columns: dict[str, OracleType], rows: Callable[[Session, Ask], Sequence[Row]]) -> None:
        self.columns = columns
        self._rows = rows

    def relation(self, session: Session, ask: Ask) -> str:
        """A SELECT of PostgreSQL that gives the rows."""
        head = ", ".join(f"{literal(None, kind).sql} AS {name(column)}" for column, kind in self.columns.items())
        parts = [f"SELECT {head} WHERE false"]
        if rows := self._rows(session, ask):
            types = list(self.columns.values())
            lines = (", ".join(literal(v, t).sql for v, t in zip(row, types, strict=True)) for row in rows)
            parts.append(f"VALUES {', '.join(f'({line})' for line in lines)}")
        return " UNION ALL ".join(parts)


def tables(session: Session, ask: Ask) -> list[Row]:
    """ALL_TABLES."""
    return [
        (one.owner, one.name, one.blocks, one.rows, "YES" if one.name in PARTITION_DAYS else "NO")
        for one in visible(session, ask)
    ]


def columns(session: Session, ask: Ask) -> list[Row]:
    """ALL_TAB_COLUMNS."""
    rows: list[Row] = []
    for table in visible(session, ask):
        for position, column in enumerate(find_table(ask, table.owner, table.name).columns, start=1):
            kind = column.type
            rows.append(
                (
                    table.owner,
                    table.name,
                    column.name,
                    str(kind).split("(")[0],
                    kind.size,
                    kind.precision or None,
                    kind.scale if kind.precision else None,
                    "Y" if column.nullable else "N",
                    position,
                    kind.chars,
                    ("B" if kind.bytes_only else "C") if kind.chars else None,
                )
            )
    return rows


def key_columns(session: Session, ask: Ask) -> list[Row]:
    """ALL_PART_KEY_COLUMNS."""
    return [
        (one.owner, one.name, "TABLE", "MODIFICATIONTIME", 1)
        for one in visible(session, ask)
        if one.name in PARTITION_DAYS
    ]


def index_columns(session: Session, ask: Ask) -> list[Row]:
    """ALL_IND_COLUMNS."""
    return [
        (one.owner, index, one.owner, one.name, column, position)
        for one in visible(session, ask)
        for table, index, column, position in indexes()
        if table == one.name
    ]


@cache
def indexes() -> tuple[tuple[str, str, str, int], ...]:
    """Table, index, column and position of all indexes of the contract."""
    return tuple(
        (table.upper(), index.upper(), column.name.upper(), int(position))
        for column in table_columns()
        for table, index, position in re.findall(r"(\w+):(\w+)#(\d+)", " ".join(column.indexed))
    )


def privileges(session: Session, ask: Ask) -> list[Row]:
    """ALL_TAB_PRIVS."""
    granted = ("SELECT", "FLASHBACK") if session.account.flashback else ("SELECT",)
    user = session.client.user
    return [(user, one.owner, one.name, privilege) for one in visible(session, ask) for privilege in granted]


def nls(session: Session, ask: Ask) -> list[Row]:
    """NLS_SESSION_PARAMETERS."""
    values = NLS | {key: value for key, value in session.parameters.items() if key.startswith("NLS_")}
    return list(values.items())


VIEWS = {
    "ALL_TABLES": View(
        {"OWNER": TEXT, "TABLE_NAME": TEXT, "BLOCKS": NUMBER, "NUM_ROWS": NUMBER, "PARTITIONED": varchar2(3)}, tables
    ),
    "ALL_TAB_COLUMNS": View(
        {
            **dict.fromkeys(("OWNER", "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE"), TEXT),
            **dict.fromkeys(("DATA_LENGTH", "DATA_PRECISION", "DATA_SCALE"), NUMBER),
            "NULLABLE": varchar2(1),
            **dict.fromkeys(("COLUMN_ID", "CHAR_LENGTH"), NUMBER),
            "CHAR_USED": varchar2(1),
        },
        columns,
    ),
    "ALL_PART_KEY_COLUMNS": View(
        {"OWNER": TEXT, "NAME": TEXT, "OBJECT_TYPE": TEXT, "COLUMN_NAME": TEXT, "COLUMN_POSITION": NUMBER}, key_columns
    ),
    "ALL_IND_COLUMNS": View(
        dict.fromkeys(("INDEX_OWNER", "INDEX_NAME", "TABLE_OWNER", "TABLE_NAME", "COLUMN_NAME"), TEXT)
        | {"COLUMN_POSITION": NUMBER},
        index_columns,
    ),
    "ALL_TAB_PARTITIONS": View(
        dict.fromkeys(("TABLE_OWNER", "TABLE_NAME", "PARTITION_NAME"), TEXT)
        | {"PARTITION_POSITION": NUMBER, "HIGH_VALUE": LONG},
        partitions,
    ),
    "ALL_TAB_PRIVS": View(dict.fromkeys(("GRANTEE", "TABLE_SCHEMA", "TABLE_NAME", "PRIVILEGE"), TEXT), privileges),
    "SESSION_PRIVS": View({"PRIVILEGE": TEXT}, lambda *_: [("CREATE SESSION",)]),
    "NLS_SESSION_PARAMETERS": View({"PARAMETER": TEXT, "VALUE": TEXT}, nls),
}
