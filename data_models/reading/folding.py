"""Rows of a query table folded to the rows that are asked for: sums over what is left out, where sums are right.

Some figures must not be summed. Losses by code overlap: a job with three codes adds its whole loss to each.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_models.dimensions import CODE, COMPONENT
from data_models.query_table import SAMPLES, Figure, Fold, QueryTable
from data_models.reading.refusals import NotAdditive, QuestionRefused

# A job has one site, user, task, node, request, state and label, but may have several codes.
OVERLAPPING = frozenset({COMPONENT.name, CODE.name})
_ROW = "row of the fold"
_ALL = "all rows"


def foldable(figure: Figure, left_out: Collection[str]) -> bool:
    """Whether a figure can be folded over key columns that are left out (time is not among them, it always can be).

    Sums over codes only where jobs do not overlap; what is no sum not at all: the newest three samples of several keys
    are not known, as no row tells the times of its samples.
    """
    if figure.fold is Fold.SUM:
        return figure.additive or not OVERLAPPING & set(left_out)
    return not left_out


def chosen_figures(table: QueryTable, left_out: Collection[str], names: Sequence[str] | None) -> tuple[Figure, ...]:
    """The figures of a table by name, or None: all that can be folded over the key columns that are left out.

    Raises NotAdditive for one that cannot be, QuestionRefused for a name that is none.
    """
    if names is None:
        return tuple(figure for figure in table.figures if foldable(figure, left_out))
    by_name = {figure.name: figure for figure in table.figures}
    if unknown := [name for name in names if name not in by_name]:
        raise QuestionRefused(f"{table.name} has no figure {unknown[0]!r}; it has {', '.join(by_name)}")
    for name in names:
        if not foldable(by_name[name], left_out):
            over = ", ".join(sorted(left_out))
            raise NotAdditive(
                f"{name} of {table.name} cannot be summed over {over}: {by_name[name].meaning}. Group by {over} too; "
                "the outcomes and labels tables have losses of jobs, which add up"
            )
    return tuple(by_name[name] for name in names)


def fold(rows: pa.Table, by: Sequence[str], figures: Sequence[Figure]) -> pa.Table:
    """One row for each value of the columns `by`, with the figures; `rows` have all of these and are newest first."""
    names = [*by, *(figure.name for figure in figures)]
    if not len(rows):
        return rows.select(names)
    keys = list(by) or [_ALL]
    numbered = rows.append_column(_ROW, pa.array(np.arange(len(rows)))).append_column(
        _ALL, pa.nulls(len(rows), pa.int8())
    )
    sums = [(figure.name, "sum") for figure in figures if figure.fold is Fold.SUM]
    # On one thread groups keep the order of their rows.
    groups = numbered.group_by(keys, use_threads=False).aggregate([*sums, (_ROW, "list")])
    members = groups[f"{_ROW}_list"].combine_chunks()
    newest = members.flatten().take(members.offsets[:-1])
    columns = {name: groups[name] for name in by}
    for figure in figures:
        match figure.fold:
            case Fold.SUM:
                columns[figure.name] = groups[f"{figure.name}_sum"]
            case Fold.SAMPLES:
                columns[figure.name] = merged_samples(rows[figure.name].combine_chunks(), members)
            case _:
                columns[figure.name] = rows[figure.name].take(newest)
    return pa.table(columns, schema=pa.schema([rows.schema.field(name) for name in names]))


def merged_samples(samples: pa.ListArray, members: pa.ListArray) -> pa.ListArray:
    """The first three samples over the rows of each group; `members` has the numbers of its rows, newest first."""
    held = samples.take(members.flatten())
    together = pa.ListArray.from_arrays(held.offsets.take(members.offsets), held.values)
    return pc.list_slice(together, 0, SAMPLES)
