"""What a step's exit code makes of its task, through a real spark-submit."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from dags.step_operator import StepOperator

STEP = """
import sys
code, complaint = sys.argv[1:]
print("  doing something", flush=True)
if complaint == "trace":
    raise KeyError("gone")
if complaint:
    print(complaint, file=sys.stderr)
sys.exit(int(code))
"""


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def operator(folder: Path, code: int, complaint: str = "", step: str = "extract", jobs: str = "") -> StepOperator:
    made = StepOperator(task_id=step, step=step, arguments=[str(code), complaint], jobs=jobs)
    made.application = str(folder / "step.py")
    Path(made.application).write_text(STEP)
    return made


@pytest.mark.parametrize(
    ("code", "complaint", "kind", "told"),
    [
        (65, "extract: no such column (a retry cannot help)", AirflowFailException, "no such column"),
        (75, "extract: no answer (a retry can help)", AirflowException, "no answer"),
        (1, "trace", AirflowException, "exit code 1: KeyError: 'gone'"),
    ],
)
def test_a_failed_step(
    path: None, tmp_path: Path, code: int, complaint: str, kind: type[AirflowException], told: str
) -> None:
    with pytest.raises(AirflowException, match=told) as raised:
        operator(tmp_path, code, complaint).execute({})
    assert type(raised.value) is kind


def test_a_step_that_is_done(path: None, tmp_path: Path) -> None:
    operator(tmp_path, 0).execute({})


def test_the_command_line_has_what_the_jvm_needs_and_no_secret(
    path: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_CASSANDRA_USER", "writer")
    monkeypatch.setenv("HMSF_CASSANDRA_PASSWORD", "s3cr3t-c")
    monkeypatch.setenv("HMSF_PG_PASSWORD", "s3cr3t-p")
    submitted = operator(tmp_path, 0)
    submitted.execute({})
    command = " ".join(submitted._hook._build_spark_submit_command(submitted.application))
    assert "spark.driver.memory=2g" in command
    assert "spark-cassandra-connector" in command
    assert "--master local[1]" in command
    assert "s3cr3t" not in command


@pytest.mark.parametrize(("jobs", "first_alone"), [("1234", True), ("1234567", False), ("None", False)])
def test_the_jvm_is_started_by_how_many_jobs_the_load_has(
    path: None, tmp_path: Path, jobs: str, first_alone: bool
) -> None:
    submitted = operator(tmp_path, 0, step="aggregate", jobs=jobs)
    submitted.execute({})
    command = " ".join(submitted._hook._build_spark_submit_command(submitted.application))
    assert ("TieredStopAtLevel=1" in command) == first_alone
