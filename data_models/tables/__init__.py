"""The query tables: every module of this package defines one, as TABLE. A new table is one new file here."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from data_models.query_table import QueryTable


@cache
def query_tables() -> tuple[QueryTable, ...]:
    """All query tables in the order of publishing: one that lists the partitions of another comes before it."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    tables = [importlib.import_module(f"{__name__}.{name}").TABLE for name in names]
    return tuple(sorted(tables, key=lambda table: (not table.keyed_by_load, table.name)))


def query_table(name: str) -> QueryTable:
    """The table of a name. Raises KeyError that lists the names there are."""
    for table in query_tables():
        if table.name == name:
            return table
    raise KeyError(f"no query table {name!r}; there are: {', '.join(t.name for t in query_tables())}")
