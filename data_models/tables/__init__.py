"""The query tables: every module of this package defines one, as TABLE. A new table is one new file here."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from data_models.grain import Grain
from data_models.query_table import QueryTable

# Tables of older models whose places others took (docs/deploy.md); what they hold is dropped by hand.
REPLACED = frozenset(
    {
        "entities_by_day",
        "entities_by_hour",
        "errors_by_site_daily",
        "errors_by_task_daily",
        "errors_by_user_daily",
        "errors_daily",
        "labels_by_site_daily",
        "labels_daily",
        "sites_by_error_daily",
        "tasks_by_error_daily",
        "users_by_error_daily",
    }
)


@cache
def all_tables() -> tuple[QueryTable, ...]:
    """All query tables: one that lists the partitions of another comes before it, as in publishing."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    tables = [importlib.import_module(f"{__name__}.{name}").TABLE for name in names]
    return tuple(sorted(tables, key=lambda table: (not table.keyed_by_load, table.name)))


@cache
def tables_of(grain: Grain) -> tuple[QueryTable, ...]:
    """The tables whose windows are hours, or days."""
    return tuple(table for table in all_tables() if table.grain is grain)


def query_tables() -> tuple[QueryTable, ...]:
    """The tables that a load writes: those of hour grain."""
    return tables_of(Grain.HOUR)


def daily_tables() -> tuple[QueryTable, ...]:
    """The tables that a roll-up writes: those of day grain."""
    return tables_of(Grain.DAY)


def query_table(name: str) -> QueryTable:
    """The table of a name, of either grain. Raises KeyError that lists the names there are."""
    for table in all_tables():
        if table.name == name:
            return table
    raise KeyError(f"no query table {name!r}; there are: {', '.join(t.name for t in all_tables())}")
