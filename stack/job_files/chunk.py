"""A piece of a file of jobs: its columns as the file has them, and where its rows stand in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

# At 2 kB a row a chunk and what is made of it stay within some 200 MB.
ROWS = 20_000


@dataclass(frozen=True)
class Chunk:
    """Rows of a file. `values` has PanDA's column names and the file's own types, for text files all text.

    `place` gives the place of a row (from 0, in this chunk) for messages: `line 17` or `row 17`; it may read the file
    again, so it is for errors only.
    """

    values: pa.Table
    place: Callable[[int], str]
