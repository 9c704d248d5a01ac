"""Job records from Oracle as Arrow batches of the pinned schema."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from data_models.job_record import arrow_schema, by_name


def requested_schema(present: Collection[str]) -> pa.Schema:
    """What the driver shall make of the columns that a table has, in the order of the contract.

    Numbers are pinned to 64 bits or to their decimals (a NUMBER would become a double), DATE to microseconds that are
    labelled UTC: the driver does not shift them, whatever the zone of machine or session.
    """
    return pa.schema([field.remove_metadata() for field in arrow_schema() if field.name in present])


def pinned(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with all columns of the contract: absent ones are NULL, CHAR lose their blanks, text is valid UTF-8."""
    schema, present = arrow_schema(), set(batch.schema.names)
    arrays = []
    for field in schema:
        if field.name not in present:
            arrays.append(pa.nulls(len(batch), field.type))
            continue
        array = batch[field.name]
        if pa.types.is_string(field.type):
            array = valid_text(array)
            if by_name()[field.name].padded:
                # A CHAR of blanks only is an empty text, and that is NULL on Oracle.
                array = pc.utf8_rtrim(array, characters=" ")
                array = pc.if_else(pc.equal(array, ""), None, array)
        arrays.append(array.cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def valid_text(array: pa.Array) -> pa.Array:
    """A text column with what is no UTF-8 replaced by U+FFFD: a text may have been cut anywhere to fit its bytes."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        texts = [None if raw is None else raw.decode("utf-8", "replace") for raw in array.cast(pa.binary()).to_pylist()]
        return pa.array(texts, array.type)
    return array
