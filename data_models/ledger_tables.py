"""The tables of the ledger, once for the loads of hours and once for the roll-ups of days.

- `ledger_reservation`, `ledger_day_reservation`: which write times an hour (a day) has given out. Written by
  lightweight transactions only.
- `ledger_transition`, `ledger_day_transition`: what happened to it, append-only. Never updated, so never mixed with
  transactions.
- `ledger_partition`, `ledger_day_partition`: the partitions an attempt may have touched, entered before its first row
  (write-ahead), some hundred keys a row. Tables whose `registry` names another table are not in it.
- `ledger_day`: a row a day that says whether its roll-up is that of its hours, and which entry of theirs is the last.
  It follows from the transitions and is written with them, so that readers of years need not read them all, nor read
  again what they know (`data_models.day_state`).
- `ledger_erased_user`: digests of the names of users that were erased (`data_models.erased_users`).
"""

from __future__ import annotations

from data_models.grain import Grain
from data_models.stored_table import StoredTable

DAY_HOURS = 24
# Column N of `ledger_day`: the highest write time of a load of hour N that has begun.
HOUR_COLUMNS = tuple(f"h{hour:02}" for hour in range(DAY_HOURS))


def prefix(grain: Grain) -> str:
    """What the names of the ledger's tables of a grain begin with."""
    return "ledger_" if grain is Grain.HOUR else "ledger_day_"


def tables_by_window(grain: Grain) -> tuple[StoredTable, ...]:
    """The tables of the ledger that are kept by hour, or by day."""
    unit, group = grain.value, grain.group
    unit_type, group_type = ("timestamp", "date") if grain is Grain.HOUR else ("date", "int")
    return (
        StoredTable(
            f"{prefix(grain)}reservation",
            f"Which write times has {'an' if grain is Grain.HOUR else 'a'} {unit} given out?",
            {
                unit: unit_type,
                "w": "bigint",
                "t": "bigint",
                "load": "text",
                "content": "text",
                "model": "text",
                "reserved_at": "timestamp",
            },
            (unit,),
            ("w",),
            frozenset({"w"}),
        ),
        StoredTable(
            f"{prefix(grain)}transition",
            f"What happened to the {unit}s of a {group}?",
            {
                group: group_type,
                unit: unit_type,
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
            (group,),
            (unit, "at"),
        ),
        StoredTable(
            f"{prefix(grain)}partition",
            f"Which partitions may a load of {'an' if grain is Grain.HOUR else 'a'} {unit} have touched?",
            {unit: unit_type, "table_name": "text", "w": "bigint", "chunk": "int", "keys": "text"},
            (unit,),
            ("table_name", "w", "chunk"),
        ),
    )


DAY_TABLE = StoredTable(
    "ledger_day",
    "Is the roll-up of a day that of its hours?",
    {
        "year": "int",
        "day": "date",
        **dict.fromkeys(HOUR_COLUMNS, "bigint"),
        "w": "bigint",
        "vector": "frozen<list<bigint>>",
        "tables": "frozen<set<text>>",
        "open": "set<bigint>",
        "changed": "timeuuid",
    },
    ("year",),
    ("day",),
)
ERASED_USERS = StoredTable(
    "ledger_erased_user",
    "Which user names were erased, and what stands for each?",
    {"kind": "text", "digest": "text", "replacement": "text", "erased_at": "timestamp"},
    ("kind",),
    ("digest",),
)
LEDGER_TABLES = (*(table for grain in Grain for table in tables_by_window(grain)), DAY_TABLE, ERASED_USERS)
