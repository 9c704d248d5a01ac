"""Rows of the driver as Arrow columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
from cassandra.util import Date

from data_models.listed_job import cql_fields
from data_models.query_table import FOLD_TYPES, Figure, Fold, Key
from data_models.reading.columnar import Column

TIME = pa.timestamp("us", tz="UTC")
SCALARS = {
    "bigint": pa.int64(),
    "int": pa.int32(),
    "text": pa.string(),
    "timestamp": TIME,
    "date": pa.date32(),
    FOLD_TYPES[Fold.SAMPLES]: pa.list_(pa.int64()),
}
LISTED_JOB = pa.schema([(name, SCALARS[cql]) for name, cql in cql_fields().items()])


@cache
def field_of(column: Key | Figure) -> pa.Field:
    """The Arrow field of a column of a query table, with its unit and meaning."""
    told = {"meaning": column.meaning}
    if isinstance(column, Figure) and column.unit:
        told["unit"] = column.unit
    return pa.field(column.name, SCALARS[column.cql], metadata=told)


def table_of(rows: Sequence[tuple], schema: pa.Schema) -> pa.Table:
    """An Arrow table of the driver's tuples; naive times are UTC."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [array_of(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def table_of_columns(columns: Mapping[str, Column | np.ndarray | pa.Array], schema: pa.Schema) -> pa.Table:
    """An Arrow table of the columns that a schema names: those of a page, or Arrow's; naive times are UTC."""
    return pa.Table.from_arrays([_column(columns[field.name], field.type) for field in schema], schema=schema)


def _column(values: Column | np.ndarray | pa.Array, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, Column):
        return pa.array(values.values, kind, mask=values.nulls)
    return array_of(values, kind)


def array_of(values: Sequence[object] | np.ndarray, kind: pa.DataType) -> pa.Array:
    """An Arrow array of the driver's values of one column."""
    if kind == pa.date32():
        return pa.array([_days(value) for value in values], pa.int32()).cast(kind)
    return pa.array(values, kind)


def _days(value: Date | None) -> int | None:
    return None if value is None else value.days_from_epoch


def empty(schema: pa.Schema | Mapping[str, pa.DataType]) -> pa.Table:
    """No rows."""
    return pa.schema(schema).empty_table()
