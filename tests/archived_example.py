"""The example days, archived once a test run; tests that ask what the archive holds of them share the load."""

from __future__ import annotations

from functools import cache

from stack.example_days import archive_days


@cache
def archived_example() -> None:
    """Archive the example days. Needs the servers, the keyspace and Spark: fixtures `archive` and `spark`."""
    archive_days()
