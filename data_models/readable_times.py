"""The times that CQL's timestamp can hold so that every reader takes them for what they are.

CQL counts milliseconds; PanDA writes whole seconds. Before READABLE_FROM the Spark connector counts in the calendar of
Julius Caesar; after READABLE_UNTIL, and in the first days of the year 1, Python's driver refuses the whole row.
"""

from datetime import UTC, datetime

READABLE_FROM, READABLE_UNTIL = datetime(1583, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
_READABLE = f"BETWEEN TIMESTAMP'{READABLE_FROM:%Y-%m-%d}' AND TIMESTAMP'{READABLE_UNTIL:%Y-%m-%d %H:%M:%S.%f}'"


def readable_time(name: str) -> str:
    """Spark SQL: a column of times in milliseconds, NULL where it is not readable."""
    return f"CASE WHEN {name} {_READABLE} THEN date_trunc('millisecond', {name}) END"
