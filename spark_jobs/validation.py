"""A Great Expectations suite run on a frame, as checks."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame

import expectations
from spark_jobs.check_words import expected_words, observed_words
from spark_jobs.gate_result import CRITICAL, Check

SUITES = Path(expectations.__file__).parent


def read_suite(name: str) -> dict[str, Any]:
    """The JSON of a suite of the package `expectations`."""
    return json.loads((SUITES / f"{name}.json").read_text(encoding="utf-8"))


def great_expectations() -> ModuleType:
    """The library, which takes 4 s and more to import."""
    # Read at import: no usage statistics leave this machine.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    return importlib.import_module("great_expectations")


def import_ahead() -> None:
    """Import the library while Spark works for the step that will need it."""
    Thread(target=great_expectations, name="import of great_expectations", daemon=True).start()


def validate(
    frame: DataFrame | pd.DataFrame, name: str, parameters: Mapping[str, Any], notes: Mapping[str, str]
) -> list[Check]:
    """Run a suite with its run values; checks in the order of the file.

    A frame of Spark should be persisted: each check reads it. `notes`: what to say of a failed check, by column. An
    exception in a check makes it a failed critical one.
    """
    gx = great_expectations()
    given = read_suite(name)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    if isinstance(frame, pd.DataFrame):
        source = context.data_sources.add_pandas("pandas")
    else:
        # Its own persist would never be undone.
        source = context.data_sources.add_spark("spark", persist=False)
    asset = source.add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe(name).get_batch(batch_parameters={"dataframe": frame})
    outcome = batch.validate(
        gx.ExpectationSuite(**given), expectation_parameters=dict(parameters), result_format={"result_format": "BASIC"}
    )
    results = {result["expectation_config"]["description"]: result for result in outcome.to_json_dict()["results"]}
    return [
        check_of(expectation, results[expectation["description"]], parameters, notes)
        for expectation in given["expectations"]
    ]


def check_of(
    expectation: dict[str, Any], result: dict[str, Any], parameters: Mapping[str, Any], notes: Mapping[str, str]
) -> Check:
    """An expectation of the file and its result as a check."""
    kwargs = {
        key: parameters[value["$PARAMETER"]] if isinstance(value, dict) else value
        for key, value in expectation["kwargs"].items()
    }
    column = kwargs.get("column") or ", ".join(kwargs.get("column_list", ())) or None
    exception = exception_text(result["exception_info"])
    success = result["success"] and not exception
    return Check(
        name=expectation["description"],
        column=column,
        severity=CRITICAL if exception else expectation["severity"],
        success=success,
        observed="an exception" if exception else observed_words(kwargs, result["result"]),
        expected=expected_words(expectation["type"], kwargs),
        note=exception or ("" if success else notes.get(column or "", "")),
    )


def exception_text(info: dict[str, Any]) -> str:
    """The messages of the exceptions of a check; empty without one. Some come one a metric, under its identifier."""
    each = [info] if "raised_exception" in info else list(info.values())
    return "; ".join(dict.fromkeys(str(one["exception_message"]) for one in each if one["raised_exception"]))
