"""Spark's JVM takes its classes from the archive that set-up made, and starts without one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data_models import settings
from spark_jobs.session import class_archive, configuration

SUBMIT = Path(sys.executable).parent / "spark-submit"


def start(log: Path) -> subprocess.CompletedProcess:
    """Start the JVM of a step with the smallest application there is; `log`: where it notes what it loads."""
    options = configuration("extract")["spark.driver.extraJavaOptions"]
    return subprocess.run(
        [SUBMIT, "--driver-java-options", f"{options} -Xlog:class+load:file={log}", "--version"],
        # By which spark-submit finds Spark.
        env=os.environ | {"PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=True,
    )


def from_archive(log: Path) -> int:
    """How many classes came out of the archive."""
    return log.read_text().count("source: shared objects file (top)")


def test_classes_come_from_the_archive(tmp_path: Path) -> None:
    assert class_archive().exists()
    assert start(tmp_path / "log").stdout == ""
    assert from_archive(tmp_path / "log") > 100


@pytest.mark.parametrize("content", [None, b"of another JVM"])
def test_an_archive_that_is_missing_or_does_not_fit_is_left_alone(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars = tmp_path / "with a space"
    jars.mkdir()
    (jars / "spark-connector").symlink_to(Path(settings.text("HMSF_JARS")).resolve() / "spark-connector")
    monkeypatch.setenv("HMSF_JARS", str(jars))
    if content:
        class_archive().write_bytes(content)
    done = start(tmp_path / "log")
    assert done.stdout == ""
    assert from_archive(tmp_path / "log") == 0
