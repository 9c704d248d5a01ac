"""One ahead: the same items, the next one fetched meanwhile, errors in their place, and nothing left open."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spark_jobs.one_ahead import one_ahead


def counting(last: int, fetched: list[int], closed: threading.Event) -> Generator[int, None, None]:
    """1, 2, ... `last`; what was fetched is told, and that it was closed."""
    try:
        for item in range(1, last + 1):
            fetched.append(item)
            yield item
    finally:
        closed.set()


@given(st.lists(st.none() | st.integers(), max_size=20))
def test_items_are_the_same_in_the_same_order(items: list[int | None]) -> None:
    assert list(one_ahead(item for item in items)) == items


def test_the_next_item_is_fetched_while_one_is_worked_on_and_no_more() -> None:
    begun = [threading.Event() for _ in range(5)]

    def told() -> Generator[int, None, None]:
        for item, event in enumerate(begun):
            event.set()
            yield item

    for item in one_ahead(told()):
        assert all(event.wait(10) for event in begun[: item + 2])
        assert not any(event.is_set() for event in begun[item + 2 :])


def test_an_error_comes_after_the_items_before_it() -> None:
    def broken() -> Generator[int, None, None]:
        yield 1
        yield 2
        raise ValueError("the source is gone")

    items = one_ahead(broken())
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="the source is gone"):
        next(items)


def test_what_is_not_wanted_to_its_end_is_closed() -> None:
    fetched: list[int] = []
    closed = threading.Event()
    items = one_ahead(counting(9, fetched, closed))
    assert next(items) == 1
    items.close()
    assert closed.is_set()
    assert fetched[0] == 1
    assert len(fetched) <= 2
