"""From the values of a file to those of a column: exact, or an error that names the first value that does not fit.

Every kind of column has a fast way by Arrow that takes the usual forms, and a slow one that judges each distinct value.
In number and time columns the empty text and the words of `NULL_WORDS` are NULL; in text columns they are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_models.job_record import Column
from stack.job_files.problem import BadValue

NULL_WORDS = ("", "null", "none", "nan", "nat", "na", "<na>", "\\n")
PG_LIMITS = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
# Pandas writes times to JSON as milliseconds since 1970; the number of digits tells the unit for years 2001 to 2286.
EPOCH_UNITS = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
# Arrow's decimals have 38 digits at most; this leaves 20 before the point, as many as the widest column.
WIDE = pa.decimal128(38, 18)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
NAIVE = pa.timestamp("us")
FIRST_TIME, LAST_TIME = (int(datetime(*day, tzinfo=UTC).timestamp()) * 10**6 for day in ((1, 1, 1), (9999, 12, 31)))


def convert(array: pa.ChunkedArray | pa.Array, column: Column) -> pa.Array:
    """The values as the column's Arrow type. NULL where the column takes none becomes its default, if it has one.

    Raises BadValue for the first value that the column does not take.
    """
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if isinstance(array, pa.ChunkedArray):  # how Arrow says that there are no rows
        return pa.array([], column.arrow)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        array = array.cast(pa.string())
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), None, array)
    if pa.types.is_nested(array.type):
        raise BadValue(0, str(array.type), "expected plain values, not nested ones")
    result = {"integer": _integers, "decimal": _decimals, "time": _times, "text": _texts}[column.kind](array, column)
    if result.null_count and not column.nullable:
        result = _without_nulls(result, array, column)
    return result


def limit_of(column: Column) -> int:
    """The largest magnitude of an integer column: what PostgreSQL's type holds, which may exceed Oracle's digits.

    A dump of a PostgreSQL PanDA has such values, byte counts for instance.
    """
    return PG_LIMITS[column.pg_type]


def _without_nulls(result: pa.Array, array: pa.Array, column: Column) -> pa.Array:
    if column.default and column.kind != "time":
        value = column.default if column.kind == "text" else int(column.default)
        return result.fill_null(pa.scalar(value).cast(column.arrow))
    if column.default:
        now = not column.default[0].isdigit()
        return result.fill_null(datetime.now(UTC) if now else datetime.fromisoformat(column.default + "Z"))
    row = pc.index(result.is_null(), True).as_py()
    raise BadValue(row, array[row].as_py(), "expected a value: the column takes no NULL and has no default")


def _integers(array: pa.Array, column: Column) -> pa.Array:
    limit = limit_of(column)
    numbers = _attempt(array, pa.int64())
    if numbers is None or not _within(numbers, -limit, limit):
        expected = f"expected a whole number between -{limit} and {limit}"
        return _one_by_one(array, pa.int64(), lambda text: _whole(text, limit), expected)
    return numbers


def _decimals(array: pa.Array, column: Column) -> pa.Array:
    precision, scale = column.precision_scale
    if pa.types.is_floating(array.type):  # by its shortest text, as PostgreSQL does it
        array = array.cast(pa.string())
    numbers = _attempt(array, WIDE)
    if numbers is not None:
        with suppress(pa.ArrowInvalid):  # too large: the slow way says which
            return pc.round(numbers, scale, "half_towards_infinity").cast(column.arrow)
    expected = f"expected a number with at most {precision - scale} digits before the point"
    return _one_by_one(array, column.arrow, lambda text: _rounded(text, precision - scale, scale), expected)


def _times(array: pa.Array, column: Column) -> pa.Array:
    expected = "expected a time in UTC such as 2026-07-01 10:00:00"
    times = None
    if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
        times = array.cast(NAIVE, safe=False)
    elif pa.types.is_string(array.type):
        times = _attempt(array, NAIVE)
        # With a zone on every value Arrow needs a type with one.
        times = _attempt(array, column.arrow) if times is None else times
    if times is None:
        return _one_by_one(array, column.arrow, _time, expected)
    counts = times.cast(pa.int64())
    if not _within(counts, FIRST_TIME, LAST_TIME):
        row = pc.index(pc.or_(pc.less(counts, FIRST_TIME), pc.greater(counts, LAST_TIME)), True).as_py()
        raise BadValue(row, f"{counts[row]} microseconds from 1970", f"{expected}, in years 1 to 9999")
    return times.cast(NAIVE).cast(column.arrow)


def _texts(array: pa.Array, column: Column) -> pa.Array:
    try:
        # A frame turns the whole numbers of a column with gaps into floats; Arrow writes 65.0 as 65.
        texts = array.cast(pa.string())
    except pa.ArrowInvalid:
        for row, value in enumerate(array.to_pylist()):
            if isinstance(value, bytes) and not _is_utf8(value):
                raise BadValue(row, value, "expected UTF-8 text") from None
        raise
    if column.padded:
        texts = pc.utf8_rtrim(texts, " ")
    if _has_byte(texts, b"\0"):
        row = pc.index(pc.match_substring(texts, "\0"), True).as_py()
        raise BadValue(row, texts[row].as_py(), "expected text without NUL characters")
    longest = column.max_chars
    if longest and (pc.max(pc.binary_length(texts)).as_py() or 0) > longest:
        row = pc.index(pc.greater(pc.utf8_length(texts), longest), True).as_py()
        if row >= 0:
            value = texts[row].as_py()
            raise BadValue(row, value, f"expected at most {longest} characters, not {len(value)}")
    return texts


def _attempt(array: pa.Array, target: pa.DataType) -> pa.Array | None:
    """The array cast to another type: as it is, else without blanks, words for NULL and `.0`; None if that fails."""
    # Arrow would take 0x1F for a number.
    if not (
        pa.types.is_string(array.type)
        and pa.types.is_integer(target)
        and (_has_byte(array, b"x") or _has_byte(array, b"X"))
    ):
        with suppress(pa.ArrowInvalid):
            return array.cast(target)
        if pa.types.is_string(array.type):
            trimmed = pc.ascii_trim_whitespace(array)
            trimmed = pc.if_else(pc.is_in(pc.utf8_lower(trimmed), pa.array(NULL_WORDS)), None, trimmed)
            if pa.types.is_integer(target):
                trimmed = pc.replace_substring_regex(trimmed, r"\.0*$", "")
            with suppress(pa.ArrowInvalid):
                return trimmed.cast(target)
    return None


def _one_by_one(array: pa.Array, target: pa.DataType, parse: Callable[[str], object], expected: str) -> pa.Array:
    """Each distinct value judged by `parse`, which raises ValueError or ArithmeticError for a bad one."""
    encoded = array.dictionary_encode()
    values: list[object] = []
    bad = []
    for number, value in enumerate(encoded.dictionary.to_pylist()):
        whole = isinstance(value, float) and value.is_integer()
        text = str(int(value) if whole else value).strip()
        try:
            values.append(None if text.lower() in NULL_WORDS else parse(text))
        except (ValueError, ArithmeticError):
            values.append(None)
            bad.append(number)
    if bad:
        row = pc.index(pc.is_in(encoded.indices, pa.array(bad, encoded.indices.type)), True).as_py()
        raise BadValue(row, array[row].as_py(), expected)
    return pa.array(values, target).take(encoded.indices)


def _number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _whole(text: str, limit: int) -> int:
    number = _number(text)
    # The bound first: 1e999999999 must not be written out.
    if abs(number) > limit or number != int(number):
        raise ValueError(text)
    return int(number)


def _rounded(text: str, digits: int, scale: int) -> Decimal:
    with localcontext(prec=80):
        number = _number(text)
        if abs(number) >= 10 ** (digits + 1):
            raise ValueError(text)
        rounded = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        if abs(rounded) >= 10**digits:
            raise ValueError(text)
        return rounded


def _time(text: str) -> datetime:
    if text.isascii() and text.isdigit() and len(text) in EPOCH_UNITS:
        microseconds = int(text) * 10**6 // EPOCH_UNITS[len(text)]
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    time = datetime.fromisoformat(text.removesuffix("UTC").rstrip())
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _within(numbers: pa.Array, lowest: int, highest: int) -> bool:
    bounds = pc.min_max(numbers).as_py()
    return bounds["min"] is None or (bounds["min"] >= lowest and bounds["max"] <= highest)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_byte(texts: pa.Array, byte: bytes) -> bool:
    """Whether an ASCII character occurs in an array of strings."""
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return False
    bounds = np.frombuffer(offsets, np.int32)
    return byte in bytes(data[bounds[texts.offset] : bounds[texts.offset + len(texts)]])
