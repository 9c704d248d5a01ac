"""Values as bytes: NUMBER, DATE, TIMESTAMP, text. Exact, or an ORA- error."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from .errors import ora

Value = str | int | float | Decimal | datetime | bytes | None

MOST_PAIRS = 20  # of base-100 digits in a NUMBER
MOST_DIRECT = 10**38  # integers below need no rounding
ZERO = b"\x80"
EXACT = Context(prec=200)
HOUR_BASE, MINUTE_BASE = 20, 60


def encode_number(value: float | Decimal) -> bytes:
    """A NUMBER: exponent byte and base-100 digits. Rounds behind 40 digits; raises ORA-01426 from 1e126 on."""
    if type(value) is int and -MOST_DIRECT < value < MOST_DIRECT:
        digits = str(abs(value))
        return _number(digits, len(digits), value < 0) if value else ZERO
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact:
        return ZERO
    if not exact.is_finite() or exact.adjusted() >= 126:
        raise ora(1426)
    sign, digit_tuple, exponent = _rounded(exact).as_tuple()
    return _number("".join(map(str, digit_tuple)), len(digit_tuple) + int(exponent), bool(sign))


def _number(digits: str, point: int, negative: bool) -> bytes:
    """The number 0.DIGITS * 10^point."""
    if point % 2:
        digits, point = "0" + digits, point + 1
    digits = digits.rstrip("0")
    digits += "0" * (len(digits) % 2)
    pairs = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    head = 192 + point // 2
    if head < 128:
        return ZERO  # below 1e-130
    if not negative:
        return bytes((head, *[pair + 1 for pair in pairs]))
    end = b"\x66" if len(pairs) < MOST_PAIRS else b""
    return bytes((255 - head, *[101 - pair for pair in pairs])) + end


def decode_number(data: bytes) -> int | Decimal:
    """The number; whole ones are integers."""
    if data == ZERO:
        return 0
    negative = data[0] < 128
    head = 255 - data[0] if negative else data[0]
    body = data[1:-1] if negative and data[-1] == 0x66 else data[1:]
    digits = "".join(f"{101 - byte if negative else byte - 1:02}" for byte in body)
    value = Decimal(digits).scaleb(2 * (head - 192) - len(digits), EXACT)
    value = value.copy_negate() if negative else value
    return int(value) if value == value.to_integral_value() else value.normalize(EXACT)


def encode_date(moment: datetime) -> bytes:
    """A DATE: seven bytes, whole seconds."""
    return bytes(
        (
            moment.year // 100 + 100,
            moment.year % 100 + 100,
            moment.month,
            moment.day,
            moment.hour + 1,
            moment.minute + 1,
            moment.second + 1,
        )
    )


def encode_timestamp(moment: datetime) -> bytes:
    """A TIMESTAMP: a DATE and nanoseconds, which are left out if there are none."""
    nanoseconds = struct.pack(">I", moment.microsecond * 1000) if moment.microsecond else b""
    return encode_date(moment) + nanoseconds


def encode_timestamp_tz(moment: datetime) -> bytes:
    """A TIMESTAMP WITH TIME ZONE: the moment in UTC, then the offset."""
    minutes = int((moment.utcoffset() or timedelta(0)).total_seconds() // 60)
    utc = moment.astimezone(UTC)
    sign = -1 if minutes < 0 else 1
    hours, rest = (sign * part for part in divmod(abs(minutes), 60))
    whole = encode_date(utc) + struct.pack(">I", utc.microsecond * 1000)
    return whole + bytes((hours + HOUR_BASE, rest + MINUTE_BASE))


def decode_time(data: bytes) -> datetime:
    """A DATE or a TIMESTAMP, without a zone; digits below the microsecond are dropped."""
    century, year, month, day, hour, minute, second = data[:7]
    fraction = int.from_bytes(data[7:11], "big") // 1000
    return datetime(  # noqa: DTZ001 - Oracle's DATE has no zone
        (century - 100) * 100 + year - 100, month, day, hour - 1, minute - 1, second - 1, fraction
    )


def encode_double(value: float) -> bytes:
    """A BINARY_DOUBLE: IEEE bits that sort like the numbers."""
    bits = struct.unpack(">Q", struct.pack(">d", value))[0]
    return struct.pack(">Q", ~bits & (1 << 64) - 1 if bits >> 63 else bits | 1 << 63)


def _rounded(value: Decimal) -> Decimal:
    """To the 40 digits that 20 base-100 digits can hold, 39 if the first of those has one decimal digit."""
    odd = (value.adjusted() + 1) % 2
    return Context(prec=2 * MOST_PAIRS - odd, rounding=ROUND_HALF_UP).create_decimal(value)
