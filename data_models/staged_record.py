"""What is staged of a job record: the columns that later steps look at, all others packed, and its row of the cube.

All that has to be worked out of a record is worked out in the one pass that reads it. Later steps read a third of the
bytes, and need neither Python nor the wide record.
"""

from __future__ import annotations

import pyarrow as pa

from data_models import cube
from data_models.job_record import by_name
from data_models.packed_columns import pack
from data_models.tables.job import PACKED_COLUMN, TYPED

CUBE_COLUMN = "cube"
# PRODUSERID is packed, but gate "jobs" counts the users that neither column names.
COLUMNS = ("pandaid", "modificationtime", *TYPED, "produserid")
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
    of_cube = pa.StructArray.from_arrays(cube.job_cube(records).columns, fields=list(cube.SCHEMA))
    arrays = [*(records[name] for name in COLUMNS), pack(records), of_cube]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
