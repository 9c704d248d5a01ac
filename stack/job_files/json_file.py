"""Jobs from JSON: an object a line, objects in a row, or one array of objects.

Numbers are taken over as the text that stands in the file, so that no digit is lost and a number may stand in a text
column; null is NULL.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from json.decoder import JSONDecoder
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from stack.job_files.chunk import Chunk
from stack.job_files.header import column_names
from stack.job_files.problem import PandaImportError

ROWS = 5_000  # as Python objects a row takes five times its size
BLOCK = 4 << 20
# An error this far before the end of what has been read is no object cut in two.
CUT_MARGIN = 2 * BLOCK
DECODER = JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _: None)
SEPARATORS = re.compile(r"[\s,]*")


def chunks(path: Path, stream: BinaryIO) -> Iterator[Chunk]:
    """The objects of the file, `ROWS` at a time. Raises PandaImportError where it is no JSON or has unknown names."""
    objects = _Objects(path, stream)
    while some := list(islice(objects.read(), ROWS)):
        lines, rows = [line for line, _ in some], [row for _, row in some]
        place = partial(_place, lines)
        columns = _columns(path, rows, place)
        yield Chunk(pa.table({name: _array(path, values, name, place) for name, values in columns.items()}), place)


def _place(lines: list[int], row: int) -> str:
    return f"line {lines[row]}"


def _columns(path: Path, rows: list[dict], place: Callable[[int], str]) -> dict[str, Sequence[object]]:
    """The values by column name; None where an object does not have the column."""
    shapes = [tuple(row) for row in rows]
    names: dict[tuple[str, ...], list[str | None]] = {}
    for number, shape in enumerate(shapes):
        if shape not in names:
            names[shape] = column_names(shape, path, place(number))
    if len(names) == 1:  # as nearly always: all objects have the same keys
        values = zip(*(row.values() for row in rows), strict=True)
        return {name: column for name, column in zip(names[shapes[0]], values, strict=True) if name}
    named = [dict(zip(names[shape], row.values(), strict=True)) for shape, row in zip(shapes, rows, strict=True)]
    return {name: [row.get(name) for row in named] for name in dict.fromkeys(n for row in named for n in row if n)}


def _array(path: Path, values: Sequence[object], name: str, place: Callable[[int], str]) -> pa.Array:
    """One column as text."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowException, UnicodeEncodeError):
        for row, value in enumerate(values):
            if value is not None and not isinstance(value, str):
                raise PandaImportError(path, "expected a text, a number or null", place(row), name, value) from None
            if value and not _encodable(value):
                raise PandaImportError(path, "expected text that UTF-8 can hold", place(row), name, value) from None
        raise


def _encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


class _Objects:
    """The objects of a stream with the lines they begin on, read a block at a time."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path, self.stream = path, stream
        self.decode = codecs.getincrementaldecoder("utf-8-sig")()
        self.text, self.position, self.line = "", 0, 1
        self.lines_read = 1
        self.in_array = self.ended = False
        self._skip()
        if self.text[self.position : self.position + 1] == "[":
            self.in_array = True
            self.position += 1

    def read(self) -> Iterator[tuple[int, dict]]:
        """Pairs of line and object, from where the last call stopped."""
        while self._skip():
            if self.in_array and self.text[self.position] == "]":
                self.in_array, self.ended = False, True
                self.position += 1
            elif self.ended:
                raise self._error("expected nothing after the array")
            else:
                yield self.line, self._object()
        if self.in_array:
            raise self._error("the file ends within the array; expected ]")

    def _object(self) -> dict:
        """The object at the position, after which the position stands."""
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.position)
                break
            except json.JSONDecodeError as problem:
                offset, rest = problem.pos - self.position, len(self.text) - problem.pos
                if rest < CUT_MARGIN and self._more():
                    continue
                self.line += self.text.count("\n", self.position, self.position + offset)
                raise self._error(f"no valid JSON: {problem.msg}") from problem
        if not isinstance(value, dict):
            raise self._error("expected objects, one a line or in one array")
        self.line += self.text.count("\n", self.position, end)
        self.position = end
        return value

    def _skip(self) -> bool:
        """Go to the next character that is no blank, line end or comma; whether there is one."""
        while True:
            end = SEPARATORS.match(self.text, self.position).end()  # type: ignore[union-attr]
            self.line += self.text.count("\n", self.position, end)
            self.position = end
            if end < len(self.text):
                return True
            if not self._more():
                return False

    def _more(self) -> bool:
        """Add the next block to the text; whether there was one."""
        block = self.stream.read(BLOCK)
        try:
            text = self.decode.decode(block, final=not block)
        except UnicodeDecodeError as problem:
            line = self.lines_read + problem.object[: problem.start].count(b"\n")
            bad = problem.object[problem.start : problem.end]
            raise PandaImportError(self.path, "expected UTF-8 text", f"line {line}", value=bad) from problem
        self.lines_read += text.count("\n")
        self.text, self.position = self.text[self.position :] + text, 0
        return bool(block)

    def _error(self, expected: str) -> PandaImportError:
        return PandaImportError(self.path, expected, f"line {self.line}")
