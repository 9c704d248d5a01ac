"""What a question is answered with."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from data_models.reading.coverage import Coverage
from data_models.reading.parts import Parts


@dataclass(frozen=True)
class Answer:
    """Rows, and what they rest on.

    `rows`: an Arrow table; the fields of figures carry `unit` and `meaning` as metadata, times are UTC. `partitions`:
    how many were read, by table. `next`: the cursor of the next page of a list, None where it ends. `parts`: where
    each hour came from.
    """

    rows: pa.Table
    coverage: Coverage
    partitions: dict[str, int] = field(default_factory=dict)
    next: str | None = None
    parts: Parts | None = None
