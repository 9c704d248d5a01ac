"""The DAGs that Airflow finds: completed PanDA jobs into the archive, a window an hour, and one a day for backfills."""

# Airflow reads only files that have the words "airflow" and "dag" in them.

from __future__ import annotations

from dags.archive_dag import archive_dag

archive_hourly = archive_dag(
    "archive_hourly",
    cron="0 * * * *",
    description="Completed PanDA jobs of each hour: extract, gate, aggregate, gate, publish, verify, roll up",
    # An hour that fails and is tried again must not keep the next ones waiting.
    max_active_runs=3,
)

archive_daily = archive_dag(
    "archive_daily",
    cron="0 0 * * *",
    description="Completed PanDA jobs of a whole day at once, for backfills and for loading a day again",
    max_active_runs=1,
)
