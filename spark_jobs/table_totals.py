"""What gate "tables" looks at: one row a query table, with how far its totals are from what the jobs add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

ROWS = "rows"
COLUMNS = ("table_name", ROWS, "distinct_keys", "duplicate_keys", "unbalanced")


class Difference(NamedTuple):
    """A total of one table and hour that is not what it should be; `figure` is `rows` for the number of rows."""

    table: str
    hour: str
    figure: str
    found: int
    expected: int

    def __str__(self) -> str:
        """In words."""
        return f"{self.table} {self.hour} {self.figure}: found {self.found}, expected {self.expected}"


def totals_frame(aggregation: Mapping[str, Any]) -> pd.DataFrame:
    """The frame (COLUMNS), a row a table that was made."""
    rows = []
    for table, hours in aggregation["tables"].items():
        made = sum(hour["rows"] for hour in hours.values())
        distinct = sum(hour["distinct_keys"] for hour in hours.values())
        rows.append((table, made, distinct, made - distinct, len(list(table_differences(aggregation, table)))))
    return pd.DataFrame(rows, columns=COLUMNS)


def table_differences(aggregation: Mapping[str, Any], table: str) -> Iterator[Difference]:
    """Every total of a table that differs. An hour that one side lacks has no rows there and all its sums are 0."""
    found, expected = (aggregation[side].get(table, {}) for side in ("tables", "expected"))
    for hour in sorted(found.keys() | expected.keys()):
        here = found.get(hour, {ROWS: 0, "sums": {}})
        wanted = expected.get(hour, {ROWS: 0, "sums": {}})
        if wanted[ROWS] is not None and here[ROWS] != wanted[ROWS]:
            yield Difference(table, hour, ROWS, here[ROWS], wanted[ROWS])
        for figure, total in wanted["sums"].items():
            if here["sums"].get(figure, 0) != total:
                yield Difference(table, hour, figure, here["sums"].get(figure, 0), total)


def differences(aggregation: Mapping[str, Any]) -> list[str]:
    """All differences of the tables that were made, in words."""
    return [str(difference) for table in aggregation["tables"] for difference in table_differences(aggregation, table)]


def duplicate_keys(aggregation: Mapping[str, Any]) -> list[str]:
    """Tables and hours that have more rows than keys, in words."""
    return [
        f"{table} {name}: {hour['rows']} rows, {hour['distinct_keys']} keys"
        for table, hours in aggregation["tables"].items()
        for name, hour in hours.items()
        if hour["rows"] != hour["distinct_keys"]
    ]
