"""What a source of jobs has to do: one snapshot a load, control totals, slices, Arrow batches.

Sessions are read-only; every statement has a predicate on a partition or an index. A source is a list of segments
(tables); where they overlap a window is read from all of them and deduplicated later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import pyarrow as pa

from data_models.panda_sql.errors import (
    SchemaRejected,
    SnapshotLost,
    SourceConfigurationError,
    SourceError,
    SourceUnavailable,
)
from data_models.window import Window

__all__ = [
    "HourTotals",
    "SchemaRejected",
    "Slice",
    "Snapshot",
    "SnapshotLost",
    "Source",
    "SourceConfigurationError",
    "SourceError",
    "SourceUnavailable",
]


@dataclass(frozen=True)
class Snapshot:
    """One consistent view of the source. `t`: its instant in microseconds by the source's clock; `token`: how other
    sessions join it; `warnings`: what an operator should know, a new column for instance; `notes`: what the ledger
    should say of how the window was read. Not `consistent`: the account may not read at one instant, so each statement
    sees its own, and the control totals have to be the same before and after reading."""

    t: int
    token: str
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    consistent: bool = True


@dataclass(frozen=True)
class Slice:
    """A part of a window in one segment; `rank` orders segments, lower ones win among duplicates."""

    number: int
    segment: str
    rank: int
    window: Window


@dataclass
class HourTotals:
    """Control totals of one hour, as the source counts them over all segments.

    `codes`: rows by (component, written code); for transform that is the text as it stands.
    """

    rows: int = 0
    distinct_jobs: int = 0
    states: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)


class Source(Protocol):
    """A PanDA database. Implementations can be pickled: executors read slices with them."""

    @property
    def where(self) -> str:
        """The server in words, for messages; without secrets."""

    def snapshot(self, window: Window) -> AbstractContextManager[Snapshot]:
        """Open a snapshot, for reading a window, that stays valid inside the `with` block. Raises SourceError."""

    def control_totals(self, snapshot: Snapshot, window: Window) -> dict[datetime, HourTotals]:
        """Totals of each hour of the window that has rows, counted in the snapshot."""

    def slices(self, snapshot: Snapshot, window: Window) -> list[Slice]:
        """The parts in which the window is read."""

    def read(self, snapshot: Snapshot, part: Slice) -> Iterator[pa.RecordBatch]:
        """The job records of a slice in the pinned schema (data_models.job_record.arrow_schema)."""
