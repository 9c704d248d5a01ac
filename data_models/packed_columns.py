"""The columns of a job that table `job` keeps in one JSON text, written and read back to their exact types.

Written form: an object by column name; whole numbers and decimals are JSON strings of their digits, times are
`YYYY-MM-DD hh:mm:ss[.ffffff]` in UTC, texts are as they are. A column that is NULL is left out; an empty text stays.
A stray time of a typed column, outside the years that CQL's readers know, is here instead of there.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from data_models.job_record import by_name
from data_models.readable_times import READABLE_FROM, READABLE_UNTIL
from data_models.tables.job import PACKED, TYPED_TIMES

# What a JSON text cannot hold as it stands.
ESCAPED = r'["\\\x00-\x1f]'
TIME = pa.timestamp("us", tz="UTC")
EARLIEST, LATEST = pa.scalar(READABLE_FROM, TIME), pa.scalar(READABLE_UNTIL, TIME)

Scalar = int | Decimal | datetime | str | None


def pack(records: pa.RecordBatch) -> pa.Array:
    """The packed text of each job record (string, never NULL); `records` has at least the PACKED columns and typed
    times."""
    packed = {name: written(records[name], name) for name in PACKED}
    packed |= {name: times_written(stray_times(records[name])) for name in TYPED_TIMES}
    fields = [
        pc.binary_join_element_wise(f',"{name}":"', text, '"', "")
        for name, text in packed.items()
        if text.null_count < len(text)
    ]
    if not fields:
        return pa.repeat("{}", len(records))
    # Not null_handling="skip": it drops rows that have NULL only.
    joined = pc.binary_join_element_wise(*fields, "", null_handling="replace", null_replacement="")
    return pc.binary_join_element_wise("{", pc.utf8_slice_codeunits(joined, 1), "}", "")


def written(values: pa.Array, name: str) -> pa.Array:
    """The written form of a column's values, escaped for JSON."""
    match by_name()[name].kind:
        case "time":
            return times_written(values)
        case "text":
            return escaped(values)
    return values.cast(pa.string())


def escaped(texts: pa.Array) -> pa.Array:
    """Texts as they stand between the quotes of a JSON text."""
    special = pc.match_substring_regex(texts, ESCAPED)
    if not pc.any(special).as_py():
        return texts
    rows = np.flatnonzero(pc.fill_null(special, False).to_numpy(zero_copy_only=False))
    texts_escaped = [json.dumps(text, ensure_ascii=False)[1:-1] for text in texts.take(pa.array(rows)).to_pylist()]
    return pc.replace_with_mask(texts, pc.fill_null(special, False), pa.array(texts_escaped, pa.string()))


def times_written(times: pa.Array) -> pa.Array:
    """Times as text; a fraction of zero is left out."""
    strays = pc.is_valid(stray_times(times))
    sane = pc.if_else(strays, None, times).cast(pa.timestamp("us"))
    texts = pc.replace_substring_regex(sane.cast(pa.string()), r"\.0+$", "")
    if not pc.any(strays).as_py():
        return texts
    odd = [far_time(value) for value in times.filter(strays).cast(pa.int64()).to_pylist()]
    return pc.replace_with_mask(texts, strays, pa.array(odd, pa.string()))


def stray_times(times: pa.Array) -> pa.Array:
    """The times that not every reader of CQL's timestamp takes for what they are; the others are NULL."""
    readable = pc.and_(pc.greater_equal(times, EARLIEST), pc.less_equal(times, LATEST))
    return pc.if_else(readable, None, times)


def far_time(microseconds: int) -> str:
    """A time of any year (microseconds since 1970) as text; Arrow knows 32,767 years, Python 9,999."""
    text = str(np.datetime64(microseconds, "us")).replace("T", " ").removesuffix(".000000")
    return f"+{text}" if len(text.partition("-")[0]) > len("2026") else text


def unpack(packed: str | None) -> dict[str, Scalar]:
    """All packed columns by name, NULL ones as None, and stray times of typed columns, which are NULL there.

    Raises KeyError for a name that is no column.
    """
    values: dict[str, Scalar] = dict.fromkeys(PACKED)
    for name, text in json.loads(packed or "{}").items():
        values[name] = read(name, text)
    return values


def read(name: str, text: str) -> Scalar:
    """The value of one column from its written form; times are aware datetimes in UTC, beyond Python's years text."""
    match by_name()[name].kind:
        case "integer":
            return int(text)
        case "decimal":
            return Decimal(text)
        case "time" if len(text.partition("-")[0]) == len("2026"):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return text


def unpacked(packed: pa.Array, names: Collection[str]) -> dict[str, pa.Array]:
    """The same for some columns of many jobs at once: each with its type of the job record, times of all years."""
    if not len(packed):
        return {name: pa.array([], by_name()[name].arrow) for name in names}
    lines = "\n".join(text or "{}" for text in packed.to_pylist()).encode()
    texts = pj.read_json(
        io.BytesIO(lines),
        # One block, for a line may be of any length.
        read_options=pj.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=pj.ParseOptions(
            explicit_schema=pa.schema([(name, pa.string()) for name in names]), unexpected_field_behavior="ignore"
        ),
    ).combine_chunks()
    return {name: typed(texts[name].combine_chunks(), name) for name in names}


def typed(texts: pa.Array, name: str) -> pa.Array:
    """The values of one column from their written form."""
    if by_name()[name].kind == "time":
        micros = [None if text is None else far_microseconds(text) for text in texts.to_pylist()]
        return pa.array(micros, pa.int64()).cast(TIME)
    return texts.cast(by_name()[name].arrow)


def far_microseconds(text: str) -> int:
    """A time of any year as microseconds since 1970."""
    return int(np.datetime64(text, "us").astype(np.int64))
