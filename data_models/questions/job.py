"""Everything on one job."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from data_models.job_record import arrow_schema, columns
from data_models.packed_columns import Scalar, far_microseconds, unpack
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.refusals import NothingArchived
from data_models.tables import job as table
from data_models.window import hour_of, hour_window

NAMES = (*table.TABLE.key_names, *table.TYPED)


def job(archive: Archive, pandaid: int) -> Answer:
    """What is known of a job (PANDAID)? All 125 columns of its record, with the types of `job_record.arrow_schema`.

    Times are UTC. One row, or two where the source holds the job in two hours, newest first. The coverage is of the
    hour of the newest. Raises NothingArchived. Table job.
    """
    statement = f"SELECT {', '.join((*NAMES, table.PACKED_COLUMN))} FROM {table.TABLE.name} WHERE pandaid = ?"
    [rows] = archive.rows(statement, [(pandaid,)])
    if not rows:
        raise NothingArchived(
            f"job {pandaid} is not archived: it is not completed, its hour is not loaded, or the number is wrong"
        )
    records = [record_of(dict(zip(NAMES, row, strict=False)), row[-1]) for row in rows]
    arrays = [pa.array([record[column.name] for record in records], column.arrow) for column in columns()]
    hour = hour_of(rows[0][NAMES.index("modificationtime")].replace(tzinfo=UTC))
    known = archive.ledger.known(table.TABLE, None, hour_window(hour))
    return Answer(pa.Table.from_arrays(arrays, schema=arrow_schema()), known.coverage, {table.TABLE.name: 1})


def record_of(typed: dict[str, Scalar], packed: str | None) -> dict[str, Scalar | int]:
    """A job's columns from the typed ones and the packed text; times as aware datetimes, or microseconds since 1970
    beyond Python's years."""
    times = {name: value.replace(tzinfo=UTC) for name, value in typed.items() if isinstance(value, datetime)}
    record = typed | times | unpack(packed)
    far = {
        column.name: far_microseconds(record[column.name])
        for column in columns()
        if column.kind == "time" and isinstance(record[column.name], str)
    }
    return record | far
