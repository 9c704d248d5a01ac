"""Rows of tables whose windows are stored as one row, from one form to the other. Those of other tables stay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cassandra.cluster import Session

from data_models.query_table import QueryTable

Rows = list[dict[str, Any]]


def as_stored(table: QueryTable, rows: Iterable[dict[str, Any]]) -> Rows:
    """Rows as they are written."""
    if not table.one_row:
        return list(rows)
    stored: dict[tuple, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: [row[name] for name in table.clustering_names]):
        key = {name: row[name] for name in row_key(table)}
        into = stored.setdefault(tuple(key.values()), key | {name: [] for name in row if name not in key})
        for name in row.keys() - key.keys():
            into[name].append(row[name])
    return list(stored.values())


def row_key(table: QueryTable) -> list[str]:
    """The partition key and the window."""
    return list(dict.fromkeys((*table.partition_names, "day" if table.rolls_up else "hour")))


def as_rows(table: QueryTable, stored: Iterable[dict[str, Any]]) -> Rows:
    """Rows that were read, with all columns or some."""
    stored = list(stored)
    if not table.one_row or not stored:
        return stored
    lists = [name for name in table.column_names if name in stored[0] and name not in row_key(table)]
    return [
        row | dict(zip(lists, values, strict=True))
        for row in stored
        for values in zip(*(row[name] for name in lists), strict=True)
    ]


def scanned(
    session: Session, table: QueryTable, columns: Iterable[str], where: str, bounds: tuple[object, ...]
) -> list[tuple]:
    """Some columns of all rows of a table that a condition holds for, wherever they lie."""
    names = ", ".join(columns)
    found = session.execute(f"SELECT {names} FROM {table.name} WHERE {where} ALLOW FILTERING", bounds)
    return [tuple(row.values()) for row in as_rows(table, (row._asdict() for row in found))]
