"""In which parts a window is read: parts of the window where an index helps, ranges of PANDAID where none does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from data_models.window import Window, split
from spark_jobs.sources.protocol import Slice

SHORTEST_SLICE = timedelta(minutes=15)
SLICES_A_WINDOW = 24
# PANDAID is NUMBER(11,0): every row of a table is in the half-open range between these.
LOWEST_PANDAID, BEYOND_PANDAIDS = -(10**11), 10**11


@dataclass(frozen=True)
class PandaidSlice(Slice):
    """The rows of the window whose PANDAID is in [first_pandaid, next_pandaid)."""

    first_pandaid: int = LOWEST_PANDAID
    next_pandaid: int = BEYOND_PANDAIDS


def time_slices(window: Window) -> list[Window]:
    """24 parts, but none under 15 minutes, all on whole seconds: a DATE has no fraction."""
    step = max(SHORTEST_SLICE, (window.end - window.start) / SLICES_A_WINDOW)
    return split(window, timedelta(seconds=-(-step // timedelta(seconds=1))))


def pandaid_ranges(begins: list[int]) -> list[tuple[int, int]]:
    """Half-open ranges that cover all PANDAIDs once, cut at `begins` (ascending; the first one is opened below).

    No begins: no rows, no ranges. Equal begins (one PANDAID many times) make no empty range.
    """
    if not begins:
        return []
    edges = [LOWEST_PANDAID, *sorted(set(begins[1:])), BEYOND_PANDAIDS]
    return list(pairwise(edges))
