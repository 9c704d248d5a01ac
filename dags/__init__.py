"""Airflow's part: schedules, dependencies, pools, callbacks. What is done to the data is in `spark_jobs`."""
