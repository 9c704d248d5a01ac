"""The rows of tables as they are made from staged jobs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pyspark.sql import SparkSession
from staged_load import START, job_table, stage

from data_models.query_table import PAGE_JOBS
from data_models.tables import query_table
from spark_jobs.staged_rows import staged_jobs
from spark_jobs.table_rows import rows_of, table_rows


def test_pages_follow_each_other_also_among_jobs_of_one_millisecond(spark: SparkSession, tmp_path: Path) -> None:
    """A list keeps milliseconds: of two jobs that differ in less, the one of the higher PANDAID comes first."""
    number = PAGE_JOBS + 20
    times = [START + timedelta(microseconds=number - place) for place in range(number)]
    staging = stage(spark, tmp_path, job_table(number, modificationtime=times))
    pages = table_rows(query_table("jobs_by_site"), rows_of(staged_jobs(spark, staging))).orderBy("page").collect()
    assert [(row.page, row.n_jobs) for row in pages] == [(0, PAGE_JOBS), (1, 20)]
    assert [job.pandaid for row in pages for job in row.jobs] == list(range(number, 0, -1))
