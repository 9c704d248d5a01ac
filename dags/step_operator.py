"""One step of a load as a Spark application, submitted with the connection `hmsf_spark`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from airflow.providers.apache.spark.hooks.spark_submit import SparkSubmitHook
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from dags.oracle_connection import source_environment
from data_models.ledger_state import ATTEMPT_DEADLINE
from data_models.settings import ROOT

CONNECTION = "hmsf_spark"
# What a running JVM cannot change any more. The step's session sets the rest: no command line shows its secrets.
AT_SUBMISSION = ("spark.driver.memory", "spark.driver.extraJavaOptions", "spark.jars")
# Exit codes of spark_jobs.step after which a retry cannot help: its own verdict, and wrong arguments.
CANNOT_HELP = frozenset({65, 2})
# The line on which a step says why it fails: spark_jobs.step's, argparse's, or the end of a Python traceback.
COMPLAINT = re.compile(r"\(a retry (can|cannot) help\)$|: error: |^[\w.]+(Error|Exception): ")
EXIT_CODE = re.compile(r"Error code is: (\d+)")


class StepOperator(SparkSubmitOperator):
    """Runs spark_jobs/STEP.py; a failure that no retry can mend fails the task at once.

    Not an ExceptionRetryPolicy of Airflow 3.3: that maps classes of exceptions, but all that a Spark application leaves
    is its exit code, which the hook puts into the text of one and the same AirflowException.
    """

    template_fields = (*SparkSubmitOperator.template_fields, "jobs")

    def __init__(
        self,
        *,
        step: str,
        arguments: list[str],
        jobs: str = "",
        execution_timeout: timedelta = ATTEMPT_DEADLINE,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """`arguments` of the step's command line are templates, and so is `jobs`: how many its load has, if that is
        known. An attempt that has run for longer than the default time-out may write no more."""
        super().__init__(
            execution_timeout=execution_timeout,
            application=str(ROOT / "spark_jobs" / f"{step}.py"),
            application_args=arguments,
            name=f"hmsf {step}",
            conn_id=CONNECTION,
            **kwargs,
        )
        self.step = step
        self.jobs = jobs
        self._complaint = ""

    def execute(self, context: Context) -> None:
        """Submit the step and wait for its end."""
        # Here and not above: pyspark is not to be imported when the DAG is parsed.
        from spark_jobs.session import configuration  # noqa: PLC0415

        wanted = configuration(self.step, jobs=int(self.jobs) if self.jobs.isdecimal() else None)
        self.conf = {name: wanted[name] for name in AT_SUBMISSION} | (self.conf or {})
        # The driver's Python is this one, and looks for packages where this one does: not in the step's own folder.
        self.env_vars = {
            "PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON", sys.executable),
            "PYTHONSAFEPATH": "1",
        } | (self.env_vars or {})
        try:
            with source_environment():
                super().execute(context)
        except AirflowException as error:
            raise explained(self.name, str(error), self._complaint) from error

    def _get_hook(self) -> SparkSubmitHook:
        """The hook, made to pass the application's output by us; it has no public place to listen."""
        hook = super()._get_hook()
        process = hook._process_spark_submit_log
        hook._process_spark_submit_log = lambda lines: process(self._listening(lines))
        return hook

    def _listening(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            if COMPLAINT.search(line.strip()):
                self._complaint = line.strip()
            yield line


def explained(name: str, error: str, complaint: str) -> AirflowException:
    """The error to raise for what the hook said (`error`) and the step said last (`complaint`)."""
    found = EXIT_CODE.search(error)
    if found is None:
        return AirflowException(error)
    code = int(found[1])
    kind = AirflowFailException if code in CANNOT_HELP else AirflowException
    return kind(f"{name} ended with exit code {code}: {complaint or 'see the end of its log'}")
