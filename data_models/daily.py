"""Tables of day grain, made from the definition of a table of hour grain: the same question, days instead of hours."""

from __future__ import annotations

from dataclasses import replace

from data_models.dimensions import DAY, HOUR, MONTH, QUARTER, YEAR
from data_models.query_table import Figure, Fold, Key, QueryTable, Rows

TIMES = frozenset({HOUR.name, DAY.name, MONTH.name, QUARTER.name, YEAR.name})
# What can be had from the figures of hours. Lists of jobs stay with the hours.
FOLDS = frozenset({Fold.SUM, Fold.SAMPLES, Fold.LATEST, Fold.SAME})


def daily(
    table: QueryTable,
    *,
    largest_partition: str,
    bucket: Key = QUARTER,
    by: tuple[Key, ...] | None = None,
    name: str | None = None,
    question: str | None = None,
    one_row: bool = False,
) -> QueryTable:
    """The daily roll-up of a table: partitions of the same entities and a `bucket` of time, by day.

    `by`: key columns that partitions are of instead, out of the table's own; `name`: else that of the table with
    `_daily`; `question`: else that of the table, day by day; `one_row`: of the roll-up, a day of a partition is one row
    then. With DAY as the bucket a partition is one day. Raises ValueError for a table that cannot be rolled up.
    """
    if refused := {figure.fold for figure in table.figures} - FOLDS or not table.figures:
        raise ValueError(f"table {table.name} has no daily roll-up: {refused or 'it has no figures'}")
    own = [folded_key(key) for key in (*table.partition, *table.clustering) if key.name not in TIMES]
    chosen = {key.name for key in (table.partition if by is None else by)}
    days = () if bucket is DAY else (DAY,)
    return QueryTable(
        name=name or f"{table.name.removesuffix('_by_hour')}_daily",
        question=question or daily_question(table.question),
        rows=Rows.HOURS,
        partition=(*(key for key in own if key.name in chosen), bucket),
        clustering=(*days, *(key for key in own if key.name not in chosen)),
        values=tuple(folded_figure(figure) for figure in table.figures),
        largest_partition=largest_partition,
        rolls_up=table,
        version=table.version,
        one_row=one_row,
    )


def daily_question(question: str) -> str:
    """The question of a table of hours, asked for days."""
    asked = question.replace("hour by hour", "day by day").replace("in an hour", "on a day")
    return asked if asked != question else f"{question.removesuffix('?')}, day by day?"


def folded_key(key: Key) -> Key:
    """A key column as it is read from the rows of the hours."""
    return replace(key, expression=key.name)


def folded_figure(figure: Figure) -> Figure:
    """A figure as it is folded from the same figure of the hours."""
    return replace(figure, source=figure.name)
