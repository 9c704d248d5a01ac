"""Jobs from CSV with a header.

PostgreSQL's convention for NULL: an empty field without quotes is NULL, "" is the empty text; \\N without quotes is
NULL too. Fields may be separated by comma, semicolon, tab or bar, lines ended in any way, quoted fields hold line ends
and doubled quotes. Arrow parses; only to say where an error is the file is read again with the csv module.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as arrow_csv

from stack.job_files.chunk import ROWS, Chunk
from stack.job_files.header import NAMES, column_names
from stack.job_files.problem import PandaImportError

BLOCK = 16 << 20
DELIMITERS = ",;\t|"
NULLS = ["", "\\N"]
Open = Callable[[], BinaryIO]


def chunks(path: Path, open_file: Open) -> Iterator[Chunk]:
    """The rows of the file, some `ROWS` at a time, all columns as text.

    `open_file` opens the (unpacked) file again. Raises PandaImportError where it is no CSV, no UTF-8, a row has too
    many or too few fields, or the header has unknown names.
    """
    header, delimiter = _header(path, open_file)
    names = column_names(header, path, "line 1")
    quotes = _QuoteCounter(open_file())
    first = 0
    try:
        reader = arrow_csv.open_csv(
            quotes,
            read_options=arrow_csv.ReadOptions(block_size=BLOCK, column_names=_unique(names), skip_rows=1),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(_unique(names), pa.string()),
                include_columns=[name for name in names if name],
                null_values=NULLS,
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        for batch in reader:
            for start in range(0, batch.num_rows, ROWS):
                part = batch.slice(start, ROWS)
                place = partial(_place, open_file, delimiter, first + start)
                yield Chunk(pa.Table.from_batches([part]), place)
            first += batch.num_rows
    except pa.ArrowInvalid as problem:
        _find_fault(path, open_file, delimiter, header)
        if first == 0 and not _has_rows(open_file, delimiter):
            return
        raise PandaImportError(path, f"cannot be read as CSV: {problem}", f"after row {first}") from problem
    if quotes.count % 2:
        _find_open_quote(path, open_file, delimiter)


def _header(path: Path, open_file: Open) -> tuple[list[str], str]:
    """The names of the first line and the delimiter under which most of them are columns."""
    with _text(open_file) as text:
        line = text.readline()
    if not line.isascii():
        raise PandaImportError(path, "expected UTF-8 text that begins with PanDA's column names", "line 1", value=line)
    readings = [(next(csv.reader([line], delimiter=delimiter), []), delimiter) for delimiter in DELIMITERS]
    return max(readings, key=lambda reading: sum(name.strip().lower() in NAMES for name in reading[0]))


def _unique(names: list[str | None]) -> list[str]:
    """Arrow wants a name for the columns that are left out too."""
    return [name or f"left out {number}" for number, name in enumerate(names)]


def _text(open_file: Open) -> io.TextIOWrapper:
    """The file as text for the csv module; bytes that are no UTF-8 become lone surrogates."""
    return io.TextIOWrapper(open_file(), encoding="utf-8-sig", errors="surrogateescape", newline="")


def _rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on, without the header and without empty lines."""
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(text, delimiter=delimiter)
    next(reader, None)
    begin = reader.line_num + 1
    for row in reader:
        if row:
            yield begin, row
        begin = reader.line_num + 1


def _has_rows(open_file: Open, delimiter: str) -> bool:
    with _text(open_file) as text:
        return any(True for _ in _rows(text, delimiter))


def _place(open_file: Open, delimiter: str, first: int, row: int) -> str:
    """`line N` of a row of a chunk that begins with row `first` of the file."""
    with _text(open_file) as text:
        line, _ = next(islice(_rows(text, delimiter), first + row, None))
    return f"line {line}"


def _find_fault(path: Path, open_file: Open, delimiter: str, header: list[str]) -> None:
    """Raise the error of the first row that has the wrong number of fields or is no UTF-8, if there is one."""
    with _text(open_file) as text:
        for line, row in _rows(text, delimiter):
            for name, value in zip(header, row, strict=False):
                raw = value.encode("utf-8", "surrogateescape")
                if any("\udc80" <= char <= "\udcff" for char in value):
                    raise PandaImportError(path, "expected UTF-8 text", f"line {line}", name.strip().lower(), raw)
            if len(row) != len(header):
                raise PandaImportError(
                    path, f"{len(row)} fields; expected {len(header)} as in the header", f"line {line}"
                )


def _find_open_quote(path: Path, open_file: Open, delimiter: str) -> None:
    """Raise the error of the row whose quoted field does not end, if there is one."""
    with _text(open_file) as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        begin = 1
        try:
            for _ in reader:
                begin = reader.line_num + 1
        except csv.Error as problem:
            raise PandaImportError(path, f"quotes do not match: {problem}", f"line {begin}") from problem


class _QuoteCounter(io.RawIOBase):
    """A binary file that counts the quotes it hands out: Arrow takes a quote left open at the file's end in silence."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.count += block.count(b'"')
        return block

    def close(self) -> None:
        self.file.close()
        super().close()
