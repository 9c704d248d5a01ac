"""`python -m stack import FILE`: a file of PanDA jobs into one of the job tables.

CSV, JSON (both also .gz) or Parquet; the columns have PanDA's names, in any order and letter case, and may be missing
(then they get the table's default, or NULL). Everything is loaded in one transaction, or nothing.

NULL is, in CSV, an empty field without quotes or \\N ("" is the empty text), in JSON null, in Parquet null and NaN; in
number and time columns also the empty text and words such as NULL and NaN. NULL in a column that takes none becomes its
default. Times are UTC unless they carry an offset; 10, 13, 16 or 19 digits are seconds, milli-, micro- or nanoseconds
since 1970.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from data_models.job_record import Column
from stack.endpoints import owner_uri
from stack.job_files.chunk import Chunk
from stack.job_files.problem import BadValue, PandaImportError
from stack.job_files.read import chunks
from stack.job_files.values import convert
from stack.panda_load import DuplicateKeyError, ahead, loading
from stack.panda_schema import PARTITIONED, SCHEMAS, columns_of

# Without these a row is no job record, whatever defaults the tables have.
REQUIRED = ("pandaid", "modificationtime")


@dataclass
class Imported:
    """What an import has loaded: rows and the range of their MODIFICATIONTIME (None without rows)."""

    rows: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def count(self, rows: pa.Table) -> None:
        """Add rows."""
        bounds = pc.min_max(rows["modificationtime"]).as_py()
        self.rows += rows.num_rows
        self.first = min(bounds["min"], self.first or bounds["min"])
        self.last = max(bounds["max"], self.last or bounds["max"])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack import`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (__doc__ or "").partition("\n\n")[2]
    parser.add_argument("file", type=Path, help="CSV, JSON lines or array (each also .gz), or Parquet")
    parser.add_argument("--table", choices=sorted(SCHEMAS), default=PARTITIONED, help="where to (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Import into the embedded stack's PostgreSQL and print one line. Raises StackError."""
    begin = time.monotonic()
    done = load_file(owner_uri(), args.file, args.table)
    seconds = time.monotonic() - begin
    span = (
        f", MODIFICATIONTIME {done.first:%Y-%m-%d %H:%M:%S} to {done.last:%Y-%m-%d %H:%M:%S} UTC" if done.rows else ""
    )
    target = f"{SCHEMAS[args.table]}.{args.table}"
    print(f"imported {done.rows:,} rows into {target} in {seconds:.1f} s ({done.rows / seconds:,.0f} rows/s){span}")
    return 0


def import_file(uri: str, path: Path, table: str = PARTITIONED) -> int:
    """Load a file into a job table of the database at `uri`; the number of rows.

    Raises PandaImportError for what is wrong with the file, StackError for the database; nothing is loaded then.
    """
    return load_file(uri, path, table).rows


def load_file(uri: str, path: Path, table: str) -> Imported:
    """The same as `import_file`, with the range of times."""
    done = Imported()
    try:
        with loading(uri) as load:
            for rows in ahead(_typed_rows(path, table)):
                load.add(table, rows)
                done.count(rows)
    except DuplicateKeyError as problem:
        raise _duplicate(path, table, problem.key) from problem
    return done


def _typed_rows(path: Path, table: str) -> Iterator[pa.Table]:
    """The rows of the file with the contract's types, piece by piece."""
    columns = {c.name: replace(c, default="") if c.name in REQUIRED else c for c in columns_of(table)}
    for chunk in chunks(path):
        if chunk.values.num_rows:
            yield _typed(chunk, columns, path)


def _typed(chunk: Chunk, columns: dict[str, Column], path: Path) -> pa.Table:
    """A chunk with the contract's types. Raises PandaImportError for the first row with a value that does not fit."""
    names = chunk.values.schema.names
    for name in REQUIRED:
        if name not in names:
            raise PandaImportError(path, f"there is no column {name}, and every job needs it", chunk.place(0))
    typed: dict[str, pa.Array] = {}
    worst: tuple[int, BadValue, str] | None = None
    for name in names:
        try:
            typed[name] = convert(chunk.values[name], columns[name])
        except BadValue as bad:
            worst = worst if worst and worst[0] <= bad.row else (bad.row, bad, name)
    if worst:
        row, bad, name = worst
        raise PandaImportError(path, bad.expected, chunk.place(row), name, bad.value)
    return pa.table(typed)


def _duplicate(path: Path, table: str, key: str) -> PandaImportError:
    """The error for a key that PostgreSQL reports as `Key (columns)=(values) ...`, with its place in the file."""
    match = re.search(r"=\((\d+)(?:, (.*?))?\)", key)
    if match is None:
        return PandaImportError(path, key)
    pandaid = int(match.group(1))
    instant = datetime.fromisoformat(match.group(2)).replace(tzinfo=UTC) if match.group(2) else None
    columns = {column.name: column for column in columns_of(table) if column.name in REQUIRED}
    places: list[str] = []
    for chunk in chunks(path):
        rows = _typed(Chunk(chunk.values.select(REQUIRED), chunk.place), columns, path)
        same = pc.equal(rows["pandaid"], pandaid)
        if instant:
            same = pc.and_(same, pc.equal(rows["modificationtime"], instant))
        places += [chunk.place(row) for row in pc.indices_nonzero(same).to_pylist()]
        if len(places) > 1:
            break
    where = f"{places[0]} has it too" if len(places) > 1 else f"{SCHEMAS[table]}.{table} has it already"
    expected = f"expected a primary key of its own, but {where}"
    return PandaImportError(path, expected, places[min(len(places), 2) - 1], "pandaid", pandaid)
