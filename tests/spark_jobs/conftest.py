"""What tests of loads share. Pytest also puts the folder of a conftest on the path, for the helpers here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cassandra.cluster import Session
from pyspark.sql import SparkSession
from table_sets import deployed, one_of_each_kind

from spark_jobs.small_loads import MOST_JOBS, plan_for


@pytest.fixture(scope="module")
def few_tables(archive: Session) -> Iterator[None]:
    """A table of each kind, for tests of loads whatever their tables; the keyspace has all of them."""
    with deployed(one_of_each_kind()):
        yield


@pytest.fixture(scope="module", autouse=True)
def planned_anew() -> Iterator[None]:
    """What a load of one file chose to be planned by is not in force in the next one."""
    yield
    if session := SparkSession.getActiveSession():
        plan_for(session, max(MOST_JOBS.values()) + 1, "extract")
