"""Other query tables than there are files: as if the project had been deployed with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from data_models import cql, tables
from data_models.query_table import QueryTable

# One for each form in which rows are made, stored and found again: a third of the tables there are.
EACH_KIND = (
    "job_ids_by_hour",
    "job",
    "errors_by_hour",
    "errors_by_site",
    "outcomes_by_site",
    "jobs_by_task",
    "message_history",
    "entity_counts_by_hour",
)


def one_of_each_kind() -> tuple[QueryTable, ...]:
    """The tables of EACH_KIND."""
    return tuple(tables.query_table(name) for name in EACH_KIND)


@contextmanager
def deployed(chosen: Iterable[QueryTable]) -> Iterator[None]:
    """The query tables are these; each module that asks for them is told so."""
    ordered = tuple(sorted(chosen, key=lambda table: (not table.keyed_by_load, table.name)))
    try:
        with pytest.MonkeyPatch.context() as patch:
            for module in (tables, cql):
                patch.setattr(module, "all_tables", lambda: ordered)
            tables.tables_of.cache_clear()
            yield
    finally:
        tables.tables_of.cache_clear()
