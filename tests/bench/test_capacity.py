"""Capacity: bytes a job of each table, and years of them."""

from __future__ import annotations

import pytest

from bench.capacity import by_table, by_years, bytes_per_job
from data_models import settings
from data_models.tables import all_tables

SIZES = {"job": 100_000, "ledger_transition": 1_000, "ledger_day": 500, "another": 7}


def test_every_table_has_its_bytes_a_job_and_the_ledger_is_one() -> None:
    per_job = bytes_per_job(SIZES, 100)
    assert per_job.keys() == {table.name for table in all_tables()} | {"ledger"}
    assert (per_job["job"], per_job["ledger"], per_job["errors_by_site"]) == (1000.0, 15.0, 0.0)


def test_the_docs_give_the_bytes_of_every_table() -> None:
    told = (settings.ROOT / "docs" / "capacity.md").read_text()
    assert [table.name for table in all_tables() if f"| {table.name} |" not in told] == []


def test_years_are_days_times_jobs_times_copies() -> None:
    assert by_years(1000, 3)[2:] == [
        "| 1 | 0.37 TB | 1.10 TB | 0.73 TB | 2.19 TB |",
        "| 2 | 0.73 TB | 2.19 TB | 1.46 TB | 4.38 TB |",
        "| 3 | 1.10 TB | 3.29 TB | 2.19 TB | 6.57 TB |",
        "| 5 | 1.83 TB | 5.48 TB | 3.65 TB | 10.96 TB |",
        "| 10 | 3.65 TB | 10.96 TB | 7.30 TB | 21.91 TB |",
    ]


@pytest.mark.parametrize("line", ["| job | 1,000.0 | 1,000.0 | 2,000.0 | 7,305 GB |", "| all | 1,015.0 | 1,015.0"])
def test_tables_are_listed_with_their_sum(line: str) -> None:
    assert any(found.startswith(line) for found in by_table(bytes_per_job(SIZES, 100), 2))
