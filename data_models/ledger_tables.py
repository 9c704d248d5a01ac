"""The tables of the ledger.

- `ledger_reservation`: which write times an hour has given out. Written by lightweight transactions only.
- `ledger_transition`: what happened to each hour, append-only. Never updated, so never mixed with transactions.
- `ledger_partition`: the partitions a load may have touched, entered before its first row (write-ahead), some hundred
  keys a row. Tables whose `registry` names another table are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerTable:
    """A table of the ledger: CQL types by column, and its key."""

    name: str
    question: str
    types: dict[str, str]
    partition_names: tuple[str, ...]
    clustering_names: tuple[str, ...]
    descending: frozenset[str] = frozenset()


LEDGER_TABLES = (
    LedgerTable(
        "ledger_reservation",
        "Which write times has an hour given out?",
        {
            "hour": "timestamp",
            "w": "bigint",
            "t": "bigint",
            "load": "text",
            "content": "text",
            "model": "text",
            "reserved_at": "timestamp",
        },
        ("hour",),
        ("w",),
        frozenset({"w"}),
    ),
    LedgerTable(
        "ledger_transition",
        "What happened to the hours of a day?",
        {
            "day": "date",
            "hour": "timestamp",
            "at": "timeuuid",
            "load": "text",
            "state": "text",
            "w": "bigint",
            "t": "bigint",
            "model": "text",
            "run_id": "text",
            "tables": "frozen<map<text, bigint>>",
            "note": "text",
            "details": "text",
        },
        ("day",),
        ("hour", "at"),
    ),
    LedgerTable(
        "ledger_partition",
        "Which partitions may a load of an hour have touched?",
        {"hour": "timestamp", "table_name": "text", "w": "bigint", "chunk": "int", "keys": "text"},
        ("hour",),
        ("table_name", "w", "chunk"),
    ),
)
