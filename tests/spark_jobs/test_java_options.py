"""How a step's JVMs are started."""

from __future__ import annotations

import pytest

from spark_jobs.session import BOTH_COMPILERS, FIRST_COMPILER, SHORT_WITH, java_options


@pytest.mark.parametrize(
    ("step", "jobs", "options"),
    [
        ("extract", None, FIRST_COMPILER),
        ("extract", 10_000_000, FIRST_COMPILER),
        ("aggregate", SHORT_WITH["aggregate"], FIRST_COMPILER),
        ("aggregate", SHORT_WITH["aggregate"] + 1, BOTH_COMPILERS),
        ("publish_and_verify", 0, FIRST_COMPILER),
        ("publish_and_verify", None, BOTH_COMPILERS),
        ("rebuild", None, BOTH_COMPILERS),
    ],
)
def test_the_second_compiler_is_there_where_many_jobs_are_known_or_may_be(
    step: str, jobs: int | None, options: str
) -> None:
    assert java_options(step, jobs) == options
