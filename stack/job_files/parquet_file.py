"""Jobs from Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stack.job_files.chunk import ROWS, Chunk
from stack.job_files.header import column_names
from stack.job_files.problem import PandaImportError


def chunks(path: Path) -> Iterator[Chunk]:
    """The rows of the file, `ROWS` at a time. Raises PandaImportError if it is damaged or has unknown columns."""
    first = 0
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            names = file.schema_arrow.names
            kept = {raw: name for raw, name in zip(names, column_names(names, path), strict=True) if name}
            for batch in file.iter_batches(batch_size=ROWS, columns=list(kept)):
                table = pa.Table.from_batches([batch])
                yield Chunk(table.rename_columns([kept[raw] for raw in table.schema.names]), partial(_place, first))
                first += batch.num_rows
    except (pa.ArrowException, OSError) as problem:
        raise PandaImportError(path, f"cannot be read as Parquet: {problem}", f"after row {first}") from problem


def _place(first: int, row: int) -> str:
    return f"row {first + row + 1}"
