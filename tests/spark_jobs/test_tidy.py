"""What old loads have staged is tidied away; what people read stays."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from spark_jobs import tidy

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=8)


def staged(root: Path, load: str, changed: datetime) -> Path:
    """The folder of a staged load that was last changed then."""
    folder = root / load / "abc"
    for name in ("rows", "duplicates", "tables/job", "partitions", "quarantine"):
        (folder / name).mkdir(parents=True)
        (folder / name / "part.parquet").write_bytes(b"1234")
    (folder / "report.html").write_text("report")
    (root / load / "current").write_text("abc")
    for path in (folder, root / load):
        os.utime(path, (changed.timestamp(), changed.timestamp()))
    return folder


def test_the_bulk_of_old_loads_goes_and_reports_and_quarantines_stay(spark: SparkSession, tmp_path: Path) -> None:
    old, young = staged(tmp_path, "old", OLD), staged(tmp_path, "young", NOW)
    assert tidy.tidy(spark, str(tmp_path), NOW - timedelta(days=7)) == (["old"], 16)
    assert sorted(path.name for path in old.iterdir()) == ["quarantine", "report.html"]
    assert sorted(path.name for path in young.iterdir()) == [
        "duplicates",
        "partitions",
        "quarantine",
        "report.html",
        "rows",
        "tables",
    ]


def test_there_is_nothing_to_tidy_twice_and_none_where_nothing_was_staged(spark: SparkSession, tmp_path: Path) -> None:
    staged(tmp_path, "old", OLD)
    tidy.tidy(spark, str(tmp_path), NOW)
    assert tidy.tidy(spark, str(tmp_path), NOW + timedelta(days=1)) == ([], 0)
    assert tidy.tidy(spark, str(tmp_path / "nowhere"), NOW) == ([], 0)


def test_loads_that_may_be_on_their_way_are_not_tidied(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        tidy.main(["--days", "0.5"])
    assert stopped.value.code == 2
    assert "at least 1" in capsys.readouterr().err
