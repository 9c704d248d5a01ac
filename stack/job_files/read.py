"""One way into a file of jobs, whatever its format. The content tells the format, not the name."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from stack.job_files import csv_file, json_file, parquet_file
from stack.job_files.chunk import Chunk
from stack.job_files.problem import PandaImportError

GZIP_MAGIC = b"\x1f\x8b"
PARQUET_MAGIC = b"PAR1"
BOM = b"\xef\xbb\xbf"


def chunks(path: Path) -> Iterator[Chunk]:
    """The rows of a file, piece by piece, in its order. Raises PandaImportError for whatever is wrong with it."""
    try:
        with _unpacked(path) as file:
            start = file.read(1 << 16).removeprefix(BOM)
        if not start:
            raise PandaImportError(path, "the file is empty; expected CSV with a header, JSON or Parquet")
        if start.startswith(PARQUET_MAGIC):
            yield from parquet_file.chunks(path)
        elif start.lstrip()[:1] in (b"{", b"["):
            with _unpacked(path) as file:
                yield from json_file.chunks(path, file)
        else:
            yield from csv_file.chunks(path, lambda: _unpacked(path))
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise PandaImportError(path, f"cannot be unpacked: {problem}") from problem
    except OSError as problem:
        raise PandaImportError(path, f"cannot be read: {problem.strerror or problem}") from problem


def _unpacked(path: Path) -> BinaryIO:
    """The file opened for reading, through gzip where it is packed."""
    file = path.open("rb")
    packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    file.seek(0)
    return cast("BinaryIO", gzip.open(file)) if packed else file
