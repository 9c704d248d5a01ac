"""The write time of a row's hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pyspark.sql import SparkSession

from spark_jobs.write_times import write_time

HOUR = datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_each_hour_has_its_own_and_others_have_none(spark: SparkSession) -> None:
    hours = [HOUR + timedelta(hours=number) for number in range(4)]
    rows = spark.createDataFrame([(hour.replace(tzinfo=None),) for hour in hours], "hour timestamp")
    write_times = {hours[0]: 7, hours[2]: 1_795_661_483_083_653}
    timed = rows.select("hour", write_time(write_times, "hour").alias("w"))
    assert dict(timed.dtypes)["w"] == "bigint"
    assert [row.w for row in timed.orderBy("hour").collect()] == [
        7,
        None,
        1_795_661_483_083_653,
        None,
    ]
