"""The rows that query tables are made from, and the rows of a table for what is asked, out of live hours.

The counterpart in Arrow of what loads do in Spark; both follow the definitions of the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from data_models.dimensions import DAY, HOUR
from data_models.listed_job import FIELDS
from data_models.live.expressions import evaluated, kept_where
from data_models.live.hour import NEWEST_FIRST, LiveHour
from data_models.query_table import Figure, Fold, Key, QueryTable, Rows
from data_models.readable_times import READABLE_FROM, READABLE_UNTIL
from data_models.reading.arrow_columns import LISTED_JOB, TIME, field_of

LISTED_AT = "listed at"
ENTITY_COLUMNS = {"site": "computingsite", "user": "produsername", "task": "jeditaskid"}


def job_rows(jobs: pa.Table) -> pa.Table:
    """One row a job."""
    return jobs


def error_rows(jobs: pa.Table) -> pa.Table:
    """One row an error of a failed job: the job's columns with component, code, message and n_errors = 1."""
    jobs = jobs.combine_chunks()
    errors = jobs["errors"].combine_chunks()
    rows = jobs.drop_columns(["errors"]).take(pc.list_parent_indices(errors))
    flat = errors.flatten()
    for place, field in enumerate(flat.type):
        rows = rows.append_column(field, pc.struct_field(flat, place))
    return rows.append_column("n_errors", pa.array([1] * len(rows), pa.int64()))


def entity_rows(jobs: pa.Table) -> pa.Table:
    """One row a job and entity it belongs to, with kind and entity."""
    parts = [
        jobs.append_column("kind", pa.array([kind] * len(jobs), pa.string())).append_column(
            "entity", jobs[column].cast(pa.string())
        )
        for kind, column in ENTITY_COLUMNS.items()
    ]
    return pa.concat_tables(parts)


KINDS = {Rows.JOBS: job_rows, Rows.ERRORS: error_rows, Rows.ENTITIES: entity_rows}


def rows_of(table: QueryTable, hour: LiveHour, fixed: Mapping[str, object]) -> pa.Table:
    """The rows that a table of hour grain is made from in an hour, for values of its key columns; newest first."""
    rows = kept_where(KINDS[table.rows](hour.jobs), table.where)
    keys = {key.name: key for key in (*table.partition, *table.clustering)}
    for name, value in fixed.items():
        column = evaluated(rows, keys[name].expression)
        rows = rows.filter(pc.equal(column, pa.scalar(value, column.type)))
    return rows.sort_by(NEWEST_FIRST)


def table_rows(
    table: QueryTable,
    hour: LiveHour,
    fixed: Mapping[str, object],
    dimensions: Iterable[Key],
    figures: Iterable[Figure],
    beginning: Mapping[str, str],
) -> pa.Table:
    """Rows of (hour, day, dimensions, figures) to be folded, newest first: a row a job, error or entity.

    `beginning`: how the texts of key columns begin.
    """
    rows = rows_of(table, hour, fixed)
    for name, text in beginning.items():
        rows = rows.filter(pc.starts_with(rows[name], text))
    n_rows = len(rows)
    fields = [pa.field(HOUR.name, TIME), pa.field(DAY.name, pa.date32())]
    arrays = [pa.repeat(pa.scalar(hour.hour, TIME), n_rows), pa.repeat(pa.scalar(hour.hour.date()), n_rows)]
    for column in (*dimensions, *figures):
        field = field_of(column)
        values = evaluated(rows, column.source if isinstance(column, Figure) else column.expression)
        if isinstance(column, Figure) and column.fold is Fold.SAMPLES:
            flat = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
            values = pa.ListArray.from_arrays(pa.array(range(n_rows + 1), pa.int32()), flat)
        fields.append(field)
        arrays.append(values.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def listed_jobs(table: QueryTable, hour: LiveHour, fixed: Mapping[str, object], first: int, most: int) -> list[tuple]:
    """Up to `most` jobs of a list table in an hour, newest first, from place `first` on; as Cassandra's driver gives
    them: naive times in UTC. As there, and for cursors, jobs of one millisecond are in the order of their PANDAIDs."""
    rows = rows_of(table, hour, fixed)
    listed_at = rows.append_column(LISTED_AT, readable(rows["modificationtime"]))
    rows = listed_at.sort_by([(LISTED_AT, "descending"), ("pandaid", "descending")]).slice(first, most)
    columns = [readable(rows[field.name]) for field in FIELDS]
    listed = pa.Table.from_arrays(columns, names=LISTED_JOB.names).cast(LISTED_JOB)
    naive = [
        listed[field.name].cast(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else listed[field.name]
        for field in LISTED_JOB
    ]
    return list(zip(*(column.to_pylist() for column in naive), strict=True))


def readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as job lists have it: times in milliseconds, NULL where CQL's readers could not take them."""
    if not pa.types.is_timestamp(column.type):
        return column
    first, last = (pa.scalar(edge, column.type) for edge in (READABLE_FROM, READABLE_UNTIL))
    inside = pc.and_(pc.greater_equal(column, first), pc.less_equal(column, last))
    return pc.floor_temporal(pc.if_else(inside, column, None), unit="millisecond")
