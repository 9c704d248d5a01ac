"""Rows folded: the same as adding them up in Python, and nothing added up that must not be."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.query_table import Figure, Fold
from data_models.reading.folding import chosen_figures, fold
from data_models.reading.refusals import NotAdditive, QuestionRefused
from data_models.tables import query_table

FIGURES = (
    Figure("n", "n", Fold.SUM, "", "", True),
    Figure("newest", "newest", Fold.LATEST, "", "", False),
    Figure("samples", "samples", Fold.SAMPLES, "", "", False),
)
SCHEMA = pa.schema(
    [
        ("site", pa.string()),
        ("code", pa.int64()),
        ("n", pa.int64()),
        ("newest", pa.string()),
        ("samples", pa.list_(pa.int64())),
    ]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "site": st.sampled_from("AB"),
            "code": st.integers(1, 3),
            "n": st.integers(-(2**40), 2**40),
            "newest": st.none() | st.text(max_size=3),
            "samples": st.lists(st.integers(0, 2**62), max_size=3),
        }
    ),
    max_size=30,
)


def added_up(rows: list[dict[str, Any]], by: tuple[str, ...]) -> list[dict[str, Any]]:
    """The fold in plain Python."""
    groups: dict[tuple, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in by)].append(row)
    return [
        dict(zip(by, key, strict=True))
        | {
            "n": sum(row["n"] for row in held),
            "newest": held[0]["newest"],
            "samples": [sample for row in held for sample in row["samples"]][:3],
        }
        for key, held in groups.items()
    ]


@given(ROWS, st.sampled_from([("site", "code"), ("code",), ("site",), ()]))
def test_a_fold_is_what_python_adds_up(rows: list[dict[str, Any]], by: tuple[str, ...]) -> None:
    folded = fold(pa.Table.from_pylist(rows, SCHEMA), by, FIGURES)
    assert folded.column_names == [*by, "n", "newest", "samples"]
    assert folded.to_pylist() == added_up(rows, by)


@given(ROWS)
def test_folding_twice_is_folding_once(rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(rows, SCHEMA)
    first = fold(table, ("site", "code"), FIGURES)
    # Groups stand where their first row stood, so of a newest first order something is left.
    sums = FIGURES[:1]
    assert fold(first, ("site",), sums).to_pylist() == fold(table, ("site",), sums).to_pylist()


def test_losses_are_not_summed_over_codes_but_over_everything_else() -> None:
    by_node = query_table("errors_by_node")
    with pytest.raises(NotAdditive, match=r"walltime_loss of errors_by_node .* over code: .*labels tables have losses"):
        chosen_figures(by_node, {"code"}, ["n_errors", "walltime_loss"])
    assert [figure.name for figure in chosen_figures(by_node, {"code"}, None)] == ["n_errors"]
    summed = [figure.name for figure in chosen_figures(by_node, {"node"}, None)]
    assert summed == ["n_errors", "walltime_loss", "cpu_loss", "hs06_loss", "co2_loss"]


def test_samples_and_texts_are_folded_over_time_only() -> None:
    messages = query_table("messages_by_error")
    assert {"samples", "template", "sample"} <= {figure.name for figure in chosen_figures(messages, (), None)}
    with pytest.raises(NotAdditive, match="samples"):
        chosen_figures(messages, {"message_group"}, ["samples"])


def test_a_figure_that_is_none_is_answered_with_those_there_are() -> None:
    with pytest.raises(QuestionRefused, match=r"errors_by_site has no figure 'jobs'; it has n_errors, walltime_loss"):
        chosen_figures(query_table("errors_by_site"), (), ["jobs"])
