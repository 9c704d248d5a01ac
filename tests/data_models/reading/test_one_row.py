"""Windows that are stored as one row are read as the rows they stand for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from data_models.reading.columnar import Column
from data_models.reading.one_row import one_below_the_other

LISTED = pa.schema([("entity", pa.string()), ("jobs", pa.int64())])


def whole(*values: int) -> Column:
    """Whole numbers, none of them NULL."""
    return Column(np.array(values, np.int64), np.zeros(len(values), bool))


def lists(*values: list) -> np.ndarray:
    """Lists as the driver gives them."""
    held = np.empty(len(values), object)
    held[:] = values
    return held


PAGE = {
    "start": whole(10, 20, 30),
    "entity": lists(["CERN", "größer 🚧"], [], ["CE"]),
    "jobs": lists([5, 2**40], [], [0]),
}


def test_each_place_of_the_lists_is_a_row_with_what_is_said_once() -> None:
    rows = one_below_the_other(PAGE, LISTED, {})
    assert rows["start"].values.tolist() == [10, 10, 30]
    assert rows["start"].nulls.tolist() == [False] * 3
    assert rows["entity"].to_pylist() == ["CERN", "größer 🚧", "CE"]
    assert rows["jobs"].to_pylist() == [5, 2**40, 0]


def test_lists_of_numbers_may_be_arrows() -> None:
    numbers = pa.array([[5, 2**40], [], [0]])
    rows = one_below_the_other(PAGE | {"jobs": numbers}, LISTED, {})
    assert rows["jobs"].to_pylist() == [5, 2**40, 0]
    rows = one_below_the_other({"start": PAGE["start"], "jobs": numbers}, LISTED.remove(0), {})
    assert rows["start"].values.tolist() == [10, 10, 30]
    rows = one_below_the_other(PAGE | {"jobs": pa.array([None, [], [7]], pa.list_(pa.int64()))}, LISTED, {})
    assert rows["jobs"].to_pylist() == [None, None, 7]


def test_rows_are_kept_by_how_a_name_begins() -> None:
    rows = one_below_the_other(PAGE, LISTED, {"entity": "CE"})
    assert rows["entity"].to_pylist() == ["CERN", "CE"]
    assert rows["start"].values.tolist() == [10, 30]
    assert rows["jobs"].to_pylist() == [5, 0]


def test_a_column_that_the_table_was_given_later_is_null() -> None:
    for columns in (LISTED, pa.schema(reversed(LISTED))):
        rows = one_below_the_other(PAGE | {"jobs": lists(None, [], [7])}, columns, {})
        assert rows["jobs"].to_pylist() == [None, None, 7]


@pytest.mark.parametrize("jobs", [lists([5], [], [0]), pa.array([[5], [], [0, 1]])])
def test_lists_that_do_not_lie_side_by_side_are_refused(jobs: np.ndarray | pa.Array) -> None:
    with pytest.raises(ValueError, match="lists of one row differ in length"):
        one_below_the_other(PAGE | {"jobs": jobs}, LISTED, {})


def test_a_page_without_rows_has_none() -> None:
    rows = one_below_the_other({"start": whole(), "entity": lists(), "jobs": lists()}, LISTED, {"entity": "C"})
    assert [len(rows["start"].values), len(rows["entity"]), len(rows["jobs"])] == [0, 0, 0]
