"""`python -m bench.oracle_client`: what the client pays for rows of Oracle, from the driver to Parquet, in two ways.

    python -m bench.oracle_client --jobs 30000

Ours: `fetch_df_batches` and Arrow, as the Oracle source does it. The usual way: `fetchmany`, Python rows, columns made
of them. Both read the same 125 columns of the same simulated jobs with the same array size, from the tests' listener,
which runs in a process of its own and sends rows that it has encoded before: no database takes part. Both write the
same Parquet. The ways take turns; the medians are compared, by the clock and by the client's CPU time. With
`--fetch-rows 200 2000 20000` ours is also timed with other numbers of rows a round trip (HMSF_ORACLE_FETCH_ROWS).
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import oracledb
import pyarrow as pa
import pyarrow.parquet as pq

from data_models.job_record import arrow_schema, by_name, columns
from data_models.panda_sql.oracle_records import pinned, requested_schema
from data_models.panda_sql.oracle_session import Session, naive_utc
from spark_jobs.sources import oracle_statements as sql
from stack.simulate import simulate
from tests.oracle_listener.accounts import Account
from tests.oracle_listener.cursors import Cursor
from tests.oracle_listener.listener import Listener
from tests.oracle_listener.session import Done, Result
from tests.oracle_listener.sql.catalog import contract, normal
from tests.oracle_listener.wire.column_types import Code, OracleType
from tests.oracle_listener.wire.replies import ROW_MARK, Column
from tests.oracle_listener.wire.values import Value

DAY = date(2026, 7, 1)
BEGIN = datetime(2026, 7, 1, tzinfo=UTC)
SEED = 1
ROWS_AT_ONCE = 2000
TURNS = 3
OURS = "fetch_df_batches and Arrow"
TABLE = "ATLAS_PANDA.JOBSARCHIVED4"
LOG_IN = {"user": "bench", "password": "bench"}


class EncodedAnswers:
    """Every query gets the rows of the simulated jobs, encoded once."""

    def __init__(self, jobs: int) -> None:
        self._columns = [
            Column(one.name.upper(), contract(recent=True)[one.name, normal(one.pg_type)]) for one in columns()
        ]
        cursor = Cursor(0)
        cursor.open(Result(self._columns, iter(())))
        self._rows = [
            ROW_MARK + b"".join(cells[held(value, column.type)] for cells, value, column in row)
            for batch in simulate(DAY, jobs, SEED)
            for row in (
                zip(cursor.cells, values, self._columns, strict=True)
                for values in zip(*(array.to_pylist() for array in batch.select(list(by_name())).columns), strict=True)
            )
        ]

    def execute(self, session: object, text: str, values: Sequence[Value]) -> Result | Done:
        """All rows, for a SELECT."""
        return Result(self._columns, iter(self._rows), encoded=True) if text.startswith("SELECT") else Done()

    def end_transaction(self, session: object) -> None:
        """There is none."""


def held(value: Value, kind: OracleType) -> Value:
    """A value as Oracle would hold it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)
    if isinstance(value, str) and kind.code == Code.CHAR:
        return value.ljust(kind.chars)
    return value


def serve(jobs: int, told: Connection) -> None:
    """In the listener's process: say where it listens, and serve until told to end."""
    with Listener(EncodedAnswers(jobs), [Account(LOG_IN["user"], LOG_IN["password"])]) as listener:
        told.send(listener.dsn)
        told.recv()


def binds() -> dict[str, datetime | int]:
    """Values for the statement; the listener gives all rows whatever they are."""
    return {"scn": 1, "window_start": BEGIN, "window_end": BEGIN + timedelta(days=1)}


def arrow_way(connection: oracledb.Connection, fetch_rows: int) -> Iterator[pa.RecordBatch]:
    """As the Oracle source reads."""
    session = Session(connection, fetch_rows, lambda error, what: error)
    for batch in session.batches(sql.rows_by_time(TABLE), binds(), requested_schema(by_name())):
        yield pinned(batch)


def python_way(connection: oracledb.Connection, fetch_rows: int) -> Iterator[pa.RecordBatch]:
    """Rows of Python objects, made into columns."""
    schema = arrow_schema()
    with connection.cursor() as cursor:
        cursor.arraysize = cursor.prefetchrows = fetch_rows
        cursor.execute(sql.rows_by_time(TABLE).text, {name: naive_utc(value) for name, value in binds().items()})
        while rows := cursor.fetchmany(fetch_rows):
            found = [list(values) for values in zip(*rows, strict=True)]
            for at, field in enumerate(schema):
                if by_name()[field.name].padded:
                    found[at] = [None if value is None else value.rstrip(" ") or None for value in found[at]]
            arrays = [pa.array(values, field.type) for values, field in zip(found, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


WAYS: dict[str, Callable[[oracledb.Connection, int], Iterator[pa.RecordBatch]]] = {
    OURS: arrow_way,
    "fetchmany and Python rows": python_way,
}


def run_way(way: str, dsn: str, file: Path, fetch_rows: int = ROWS_AT_ONCE) -> tuple[float, float]:
    """Read and write once; seconds by the clock and of the client's CPU."""
    with oracledb.connect(dsn=dsn, **LOG_IN) as connection:
        begun, used = time.perf_counter(), time.process_time()
        with pq.ParquetWriter(file, arrow_schema()) as writer:
            for batch in WAYS[way](connection, fetch_rows):
                writer.write_batch(batch)
        return time.perf_counter() - begun, time.process_time() - used


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.oracle_client", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--jobs", type=int, default=30_000, help="rows to read (default: %(default)s)")
    parser.add_argument("--fetch-rows", type=int, nargs="*", default=[], help="rows a round trip to time ours with")
    options = parser.parse_args()
    # NUMBER with a scale comes as a decimal, as it has to; the default is a double.
    oracledb.defaults.fetch_decimals = True
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(options.jobs, there))
    process.start()
    try:
        dsn = here.recv()
        with tempfile.TemporaryDirectory() as folder:
            files = {way: Path(folder) / f"{number}.parquet" for number, way in enumerate(WAYS)}
            turns = [{way: run_way(way, dsn, file) for way, file in files.items()} for _ in range(TURNS)]
            ours, theirs = (pq.read_table(file) for file in files.values())
            equal = ours.equals(theirs) and len(ours) == options.jobs
            file = files[OURS]
            sizes = [{rows: run_way(OURS, dsn, file, rows) for rows in options.fetch_rows} for _ in range(TURNS)]
    finally:
        here.send("end")
        process.join()
    tell(options.jobs, turns, equal)
    for rows in options.fetch_rows:
        wall = statistics.median(turn[rows][0] for turn in sizes)
        print(f"  ours, {rows:,} rows a round trip: {options.jobs / wall:,.0f} rows/s")


def tell(jobs: int, turns: list[dict[str, tuple[float, float]]], equal: bool) -> None:
    """Print rows a second of each way, and the ratios."""
    medians = {way: [statistics.median(turn[way][at] for turn in turns) for at in (0, 1)] for way in WAYS}
    print(f"Oracle client, {jobs:,} rows of {len(columns())} columns to Parquet, medians of {len(turns)}:")
    for way, (wall, cpu) in medians.items():
        print(f"  {way:<28} {jobs / wall:8,.0f} rows/s {jobs / cpu:8,.0f} rows per CPU second of the client")
    ours, theirs = medians.values()
    clock, cpu = (theirs[at] / ours[at] for at in (0, 1))
    print(f"  same Parquet: {equal}; {clock:.1f} times as fast by the clock, {cpu:.1f} by the client's CPU time")


if __name__ == "__main__":
    main()
