"""What the tests of the Spark steps share: one small local Spark for the whole run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from spark_jobs.session import spark_session


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """Spark on two threads. It needs no servers; steps that run in this process take the same session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_SPARK_MASTER", "local[2]")
        patch.setenv("HMSF_SPARK_DRIVER_MEMORY", "1g")
        patch.setenv("HMSF_SPARK_PARTITIONS", "2")
        session = spark_session("tests")
    yield session
    session.stop()
