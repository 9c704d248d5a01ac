"""Lists of whole numbers are made from what Cassandra sends as the driver makes them."""

from __future__ import annotations

import numpy as np
from cassandra.cqltypes import ListType, LongType
from hypothesis import given
from hypothesis import strategies as st

from data_models.reading.number_lists import number_lists

LISTS = ListType.apply_parameters([LongType])
NUMBERS = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.none() | st.lists(NUMBERS, max_size=5), max_size=5))
def test_lists_are_those_that_the_driver_wrote(lists: list[list[int] | None]) -> None:
    sent = np.empty(len(lists), object)
    sent[:] = [None if numbers is None else LISTS.serialize(numbers, 5) for numbers in lists]
    assert number_lists(sent).to_pylist() == lists
