"""Staged files of a load: a folder an extraction, and a pointer that names the one that counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from spark_jobs.staging import Staging, StagingError, load_name


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A staging root of this test's own."""
    monkeypatch.setenv("HMSF_STAGING", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("text", ["load", "scheduled__2026-07-01", "a.b-c_d", "0" * 181])
def test_a_name_is_taken_as_it_stands(text: str) -> None:
    assert load_name(text) == text


@pytest.mark.parametrize(
    "text", ["", "...", "/", "🚧", "x" * 182, "../../etc/passwd", "größer als", "_a", "a:b", "a\n"]
)
def test_a_name_that_is_no_plain_folder_is_refused(text: str) -> None:
    with pytest.raises(StagingError, match="load name"):
        load_name(text)


def test_what_is_written_is_read_back_and_replaced(spark: SparkSession, root: Path) -> None:
    staging = Staging.new(spark, "load")
    staging.write_json("summary.json", {"text": "größer 🚧\n\u2028", "n": 2**63})
    assert staging.holds("summary.json") and not staging.holds("rows")
    assert staging.read_json("summary.json") == {"text": "größer 🚧\n\u2028", "n": 2**63}
    staging.write_json("summary.json", {})
    assert staging.read_json_or_none("summary.json") == {}
    assert (root / "load" / staging.extraction / "summary.json").read_text() == "{}"


def test_what_is_not_there_is_told_with_the_step_that_makes_it(spark: SparkSession, root: Path) -> None:
    staging = Staging.new(spark, "load")
    assert staging.read_json_or_none("aggregation.json") is None
    with pytest.raises(StagingError, match=r"load load: .*aggregation.json is missing; run the step"):
        staging.read_json("aggregation.json")


def test_a_load_has_no_current_extraction_until_one_is_complete(spark: SparkSession, root: Path) -> None:
    first = Staging.new(spark, "load")
    first.write_json("extraction.json", {})
    with pytest.raises(StagingError, match="run the extract step first"):
        Staging.current(spark, "load")
    first.make_current()
    assert Staging.current(spark, "load").path() == first.path()


def test_a_second_extraction_has_a_folder_of_its_own_and_counts_once_it_is_complete(
    spark: SparkSession, root: Path
) -> None:
    first, second = Staging.new(spark, "load"), Staging.new(spark, "load")
    assert first.path() != second.path()
    first.make_current()
    assert Staging.current(spark, "load").extraction == first.extraction
    second.make_current()
    assert Staging.current(spark, "load").extraction == second.extraction


def test_a_pointer_that_was_cut_off_in_writing_counts_as_none(spark: SparkSession, root: Path) -> None:
    staging = Staging.new(spark, "load")
    staging.write_text(f"{root}/load/current", "")
    with pytest.raises(StagingError, match="run the extract step first"):
        Staging.current(spark, "load")
