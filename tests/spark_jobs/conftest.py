"""What tests of loads share. Pytest also puts the folder of a conftest on the path, for the helpers here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cassandra.cluster import Session
from table_sets import deployed, one_of_each_kind


@pytest.fixture(scope="module")
def few_tables(archive: Session) -> Iterator[None]:
    """A table of each kind, for tests of loads whatever their tables; the keyspace has all of them."""
    with deployed(one_of_each_kind()):
        yield
