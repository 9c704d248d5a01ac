"""What is staged of a job record: the columns that later steps look at, all others packed, and its row of the cube.

All that has to be worked out of a record is worked out in the one pass that reads it. Later steps read a third of the
bytes, and need neither Python nor the wide record.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from data_models import cube
from data_models.job_record import arrow_schema, by_name
from data_models.packed_columns import pack, unpacked
from data_models.tables.job import PACKED, PACKED_COLUMN, TYPED, TYPED_TIMES

CUBE_COLUMN = "cube"
# PRODUSERID is packed, but gate "jobs" counts the users that neither column names.
COLUMNS = ("pandaid", "modificationtime", *TYPED, "produserid")
ARCHIVED_COLUMNS = ("pandaid", "modificationtime", *TYPED, PACKED_COLUMN)
# What the staged form is made of, beside the packed text.
READ_COLUMNS = tuple(dict.fromkeys((*COLUMNS, *cube.INPUT_COLUMNS)))
CUBE_TYPE = pa.struct(list(cube.SCHEMA))
SCHEMA = pa.schema(
    [
        *(pa.field(name, by_name()[name].arrow) for name in COLUMNS),
        pa.field(PACKED_COLUMN, pa.string()),
        pa.field(CUBE_COLUMN, CUBE_TYPE),
    ]
)


def staged_records(records: pa.RecordBatch) -> pa.RecordBatch:
    """The staged form (SCHEMA) of a batch of job records in the pinned schema, row by row in the same order."""
    return _staged(records, pack(records))


def staged_again(archived: pa.RecordBatch) -> pa.RecordBatch:
    """The staged form of a batch of rows of table `job` (ARCHIVED_COLUMNS), row by row in the same order.

    It is that of the records which the rows were made of, but that CQL's times have no fractions of a millisecond.
    """
    return _staged(_read(archived, READ_COLUMNS), archived[PACKED_COLUMN].cast(pa.string()))


def archived_records(archived: pa.RecordBatch) -> pa.RecordBatch:
    """The job records, in the pinned schema, of a batch of rows of table `job` (ARCHIVED_COLUMNS)."""
    return _read(archived, arrow_schema().names)


def _read(archived: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    read = unpacked(
        archived[PACKED_COLUMN].cast(pa.string()), [name for name in names if name in (*PACKED, *TYPED_TIMES)]
    )
    columns = {name: archived[name].cast(by_name()[name].arrow) for name in names if name not in PACKED}
    strays = {name: pc.coalesce(columns[name], read[name]) for name in TYPED_TIMES}
    found = read | columns | strays
    return pa.RecordBatch.from_pydict({name: found[name] for name in names})


def _staged(records: pa.RecordBatch, packed: pa.Array) -> pa.RecordBatch:
    of_cube = pa.StructArray.from_arrays(cube.job_cube(records).columns, fields=list(cube.SCHEMA))
    arrays = [*(records[name] for name in COLUMNS), packed, of_cube]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
