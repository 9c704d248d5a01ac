"""The control totals of a window as one SQL statement for PostgreSQL, and its rows as totals.

The source counts with it inside the snapshot; the staged rows are counted again by Spark: equal or rejected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from data_models.error_components import COMPONENTS
from spark_jobs.sources.protocol import HourTotals

COLUMNS = ("modificationtime", "pandaid", "jobstatus", *(component.code_column for component in COMPONENTS))
ROWS, STATE = "rows", "state"


def statement(relation: str) -> str:
    """SQL that counts `relation` (COLUMNS and more): rows of (kind, hour, written value, rows, distinct jobs)."""
    counted = {STATE: "jobstatus", **{component.name: component.code_column for component in COMPONENTS}}
    kind = "CASE " + " ".join(f"WHEN GROUPING({column}) = 0 THEN '{name}'" for name, column in counted.items())
    value = "CASE " + " ".join(
        f"WHEN GROUPING({column}) = 0 THEN CAST({column} AS varchar(128))" for column in counted.values()
    )
    sets = ", ".join(f"(hour, {column})" for column in counted.values())
    columns = ", ".join(("pandaid", *counted.values()))
    return (
        f"SELECT {kind} ELSE '{ROWS}' END AS kind, hour, {value} END AS written, count(*) AS n, "
        f"CASE WHEN {' + '.join(f'GROUPING({column})' for column in counted.values())} = {len(counted)} "
        f"THEN count(DISTINCT pandaid) ELSE 0 END AS n_distinct "
        f"FROM (SELECT date_trunc('hour', modificationtime) AS hour, {columns} FROM {relation}) AS counted "
        f"GROUP BY GROUPING SETS ((hour), {sets})"
    )


def totals(rows: Iterable[tuple[str, datetime, str | None, int, int]]) -> dict[datetime, HourTotals]:
    """Totals by hour (aware UTC) from the statement's rows; NULL, empty and zero codes are no code and left out."""
    hours: dict[datetime, HourTotals] = defaultdict(HourTotals)
    for kind, hour, written, n, n_distinct in rows:
        total = hours[hour if hour.tzinfo else hour.replace(tzinfo=UTC)]
        if kind == ROWS:
            total.rows, total.distinct_jobs = n, n_distinct
        elif kind == STATE:
            total.states[written or ""] += n
        else:
            count_code(total, kind, written, n)
    return dict(hours)


def count_code(total: HourTotals, component: str, written: str | int | None, n: int) -> None:
    """Add rows with a code as it is written; NULL, empty and zero are no code."""
    if written and (text := str(written)) != "0":
        total.codes[component, text] += n
