"""What a job cost: wall time, cores, CPU, HS06 and CO2, as whole numbers and by one set of rules.

All results are int64 without NULLs, so that sums are exact. Spans that cannot be are clamped and flagged.
"""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

MICROSECONDS = 1_000_000
# JOBSARCHIVED4's default where nothing is given: it means "not set".
NOT_SET = pa.scalar(0, pa.timestamp("us", tz="UTC"))
# Longest job ever seen in public records is 12 hours, queues end jobs after days; a month is a clock error.
ABSURD_SECONDS = 30 * 86_400
# Oracle's ACTUALCORECOUNT is NUMBER(6,0). PostgreSQL takes more, and wall time x cores has to stay below 64 bits.
MOST_CORES = pa.scalar(999_999, pa.int64())
# 31,000 years of CPU: a stray value that would overflow sums (NUMBER(20) exceeds 64 bits).
ABSURD_CPU = pa.scalar(Decimal(10**12), pa.decimal128(20, 0))
NO_CPU = pa.scalar(Decimal(0), pa.decimal128(20, 0))
# Oracle's HS06SEC is NUMBER(11,0), and the server caps it at 999,999,999.
ABSURD_HS06 = pa.scalar(10**12, pa.int64())
HUNDRED = pa.scalar(Decimal(100), pa.decimal128(3, 0))
ONE = pa.scalar(1, pa.int64())
ZERO = pa.scalar(0, pa.int64())
JOBMETRICS_CORES = r"(?:^|\s)coreCount=(?P<cores>\d{1,9})(?:\s|$)"


def unset_epoch(times: pa.Array) -> pa.Array:
    """Times with 1970-01-01 00:00:00 read as NULL."""
    return pc.if_else(pc.equal(times, NOT_SET), None, times)


def wall_seconds(
    starttime: pa.Array, endtime: pa.Array, statechangetime: pa.Array, modificationtime: pa.Array
) -> tuple[pa.Array, pa.Array]:
    """Wall time of each job in whole seconds, and whether it is flagged (boolean).

    ENDTIME - STARTTIME; without ENDTIME the STATECHANGETIME stands in, then MODIFICATIONTIME; without STARTTIME it is
    0. A negative span is clamped to 0 and flagged; one of more than 30 days is kept and flagged.
    """
    end = pc.coalesce(unset_epoch(endtime), unset_epoch(statechangetime), modificationtime)
    micros = pc.subtract(end.cast(pa.int64()), unset_epoch(starttime).cast(pa.int64()))
    negative = pc.fill_null(pc.less(micros, ZERO), False)
    seconds = pc.divide(pc.if_else(negative, ZERO, pc.fill_null(micros, ZERO)), pa.scalar(MICROSECONDS, pa.int64()))
    return seconds, pc.or_(negative, pc.greater(seconds, pa.scalar(ABSURD_SECONDS, pa.int64())))


def cores(actualcorecount: pa.Array, jobmetrics: pa.Array, corecount: pa.Array) -> pa.Array:
    """Cores of each job: ACTUALCORECOUNT, else coreCount= in JOBMETRICS, else CORECOUNT, else 1.

    0 or less is unset, and so is a stray value of a million or more.
    """
    in_metrics = pc.struct_field(pc.extract_regex(jobmetrics.cast(pa.string()), JOBMETRICS_CORES), "cores")
    counts = (actualcorecount, in_metrics.cast(pa.int64()), corecount)
    return pc.coalesce(*(pc.if_else(_can_be(count), count, None) for count in counts), ONE)


def _can_be(count: pa.Array) -> pa.Array:
    return pc.and_(pc.greater(count, ZERO), pc.less_equal(count, MOST_CORES))


def at_least_zero(values: pa.Array) -> pa.Array:
    """Whole numbers as int64 with NULL and negative ones as 0."""
    return pc.max_element_wise(pc.fill_null(values.cast(pa.int64()), ZERO), ZERO)


def cpu_seconds(cpuconsumptiontime: pa.Array) -> pa.Array:
    """CPU time of each job in seconds; NULL, negative and absurd values are 0."""
    sane = pc.and_(pc.greater(cpuconsumptiontime, NO_CPU), pc.less_equal(cpuconsumptiontime, ABSURD_CPU))
    return at_least_zero(pc.if_else(sane, cpuconsumptiontime, None))


def hs06_seconds(hs06sec: pa.Array) -> pa.Array:
    """HS06 seconds of each job; NULL, negative and absurd values are 0."""
    return at_least_zero(pc.if_else(pc.less_equal(hs06sec, ABSURD_HS06), hs06sec, None))


def co2_hundredths(gco2_global: pa.Array) -> pa.Array:
    """CO2 of each job by the global intensity, in hundredths of a gram (the column has two digits)."""
    return at_least_zero(pc.multiply(gco2_global, HUNDRED))
