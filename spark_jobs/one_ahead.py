"""What comes from a server is fetched while the one before it is worked on, instead of after."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final, TypeVar

Item = TypeVar("Item")
NO_MORE: Final = object()


def one_ahead(items: Generator[Item, None, None]) -> Iterator[Item]:
    """The same items in the same order; one thread fetches the next one meanwhile, so two are held at a time.

    Raises what `items` raises, after the items before it. `items` runs in that thread alone; when this
    ends or is closed, so is `items`, after the thread.
    """
    with closing(items), ThreadPoolExecutor(1, "one-ahead") as pool:
        fetched = pool.submit(next, items, NO_MORE)
        while (item := fetched.result()) is not NO_MORE:
            fetched = pool.submit(next, items, NO_MORE)
            yield item
