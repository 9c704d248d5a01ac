"""Which partitions of a table hold what is asked: one SELECT, and its binds for each partition, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data_models.dimensions import DAY, HOUR, MONTH, QUARTER, YEAR
from data_models.query_table import QueryTable

# The value of a partition's time column from a time in it (UTC); the same as the columns' Spark SQL.
BUCKETS: dict[str, Callable[[datetime], object]] = {
    HOUR.name: lambda moment: moment.replace(minute=0, second=0, microsecond=0),
    DAY.name: lambda moment: moment.date(),
    MONTH.name: lambda moment: date(moment.year, moment.month, 1),
    QUARTER.name: lambda moment: date(moment.year, moment.month - (moment.month - 1) % 3, 1),
    YEAR.name: lambda moment: moment.year,
}
# Partitions of one statement: four times as fast as a statement each, and few enough for the node that gathers them.
PARTITIONS_AT_ONCE = 12


@dataclass(frozen=True)
class PartitionReads:
    """A SELECT with its binds, newest first, and how many partitions these read in all."""

    statement: str
    binds: tuple[tuple, ...]
    n_partitions: int


def partition_reads(
    table: QueryTable,
    columns: Sequence[str],
    fixed: Mapping[str, object],
    starts: Iterable[datetime],
) -> PartitionReads:
    """The reads of `columns` (names, or other selections) for the windows of the table's grain that begin at `starts`.

    `fixed`: values of key columns: all of the partition key but its time, and clustering columns from the first one
    that is no time on. What is read may hold windows between the wanted ones. Raises ValueError for such a column of a
    table whose windows are one row each: they are read whole.
    """
    window = table.grain.value
    wanted = sorted({BUCKETS[window](start) for start in starts}, reverse=True)
    bucket = next(name for name in table.partition_names if name in BUCKETS)
    pinned = [name for name in table.clustering_names if name in fixed]
    if pinned and table.one_row:
        raise ValueError(f"table {table.name}: a window is one row, which cannot be read by {', '.join(pinned)}")
    each = bucket == window
    conditions = [f"{name} IN ?" if each and name == bucket else f"{name} = ?" for name in table.partition_names]
    ending = [fixed[name] for name in pinned]
    if each:
        ranges = [(tuple(values), ()) for values in chunks(wanted, PARTITIONS_AT_ONCE)]
    else:
        groups: dict[object, list] = {}
        for start in wanted:
            groups.setdefault(BUCKETS[bucket](start), []).append(start)
        # After an IN the next clustering columns can be fixed, after a range they cannot.
        conditions += [f"{window} IN ?"] if pinned else [f"{window} >= ?", f"{window} <= ?"]
        ranges = [(value, (held,) if pinned else (held[-1], held[0])) for value, held in groups.items()]
    conditions += [f"{name} = ?" for name in pinned]
    binds = [
        (*(value if name == bucket else fixed[name] for name in table.partition_names), *bounds, *ending)
        for value, bounds in ranges
    ]
    statement = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {' AND '.join(conditions)}"
    return PartitionReads(statement, tuple(binds), len(wanted) if each else len(binds))


def chunks(values: Sequence, most: int) -> list[Sequence]:
    """Values in order, up to `most` a time."""
    return [values[first : first + most] for first in range(0, len(values), most)]
