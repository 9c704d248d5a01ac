"""A table as Cassandra has it, of the archive or of its ledger: what its DDL follows from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StoredTable:
    """The question it answers, CQL types by column, and its key; `descending` names clustering columns that are kept
    newest first."""

    name: str
    question: str
    types: dict[str, str]
    partition_names: tuple[str, ...]
    clustering_names: tuple[str, ...]
    descending: frozenset[str] = frozenset()
