"""Lists of whole numbers are made from what Cassandra sends as the driver makes them."""

from __future__ import annotations

import io

import numpy as np
from cassandra.cqltypes import FrozenType, ListType, LongType
from cassandra.marshal import int32_pack
from hypothesis import given
from hypothesis import strategies as st

from data_models.reading.number_lists import NumberLists, lists_of_number_lists, number_lists

NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5)
OF_NUMBERS = ListType.apply_parameters([LongType])
OF_LISTS = ListType.apply_parameters([FrozenType.apply_parameters([OF_NUMBERS])])


def as_sent(kind: type, values: list) -> np.ndarray:
    """What Cassandra sends of a column; None is NULL."""
    sent = np.empty(len(values), object)
    for place, value in enumerate(values):
        sent[place] = None if value is None else kind.serialize(value, 5)
    return sent


@given(st.lists(st.none() | NUMBERS, max_size=5))
def test_lists_are_those_that_the_driver_wrote(lists: list[list[int] | None]) -> None:
    assert number_lists(as_sent(OF_NUMBERS, lists)).to_pylist() == lists


@given(st.lists(st.none() | st.lists(NUMBERS, max_size=5), max_size=5))
def test_lists_of_lists_are_those_that_the_driver_wrote(lists: list[list[list[int]] | None]) -> None:
    assert lists_of_number_lists(as_sent(OF_LISTS, lists)).to_pylist() == lists


def test_rows_that_come_without_their_columns_are_read_by_those_of_the_statement() -> None:
    value = OF_NUMBERS.serialize([7, -8], 5)
    without_columns, columns, rows = map(int32_pack, (4, 1, 1))
    sent = io.BytesIO(without_columns + columns + rows + int32_pack(len(value)) + value)
    result = NumberLists(2)
    result.recv_results_rows(sent, 5, {}, [("keyspace", "table", "many", OF_NUMBERS)], None)
    assert result.parsed_rows["many"].to_pylist() == [[7, -8]]
    assert result.column_metadata is None
