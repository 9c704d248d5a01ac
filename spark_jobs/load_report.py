"""The run report of a load: a page made anew after each step from what is staged so far."""

from __future__ import annotations

from typing import Any

from spark_jobs.gates import GateResult
from spark_jobs.run_report import render
from spark_jobs.staging import Staging

GATE_FILES = ("gate_jobs.json", "gate_tables.json")


def write_report(staging: Staging, step: str, seconds: float) -> str:
    """Note how long a step took, write report.html and return its address."""
    timings = (staging.read_json_or_none("timings.json") or {}) | {step: round(seconds, 1)}
    staging.write_json("timings.json", timings)
    extraction = staging.read_json("extraction.json")
    gates = [GateResult.from_json(told) for file in GATE_FILES if (told := staging.read_json_or_none(file))]
    facts = {
        "load": staging.load,
        "window": extraction["window"],
        "extraction": staging.extraction,
        "quarantine": staging.path("quarantine"),
    }
    staging.write_text(staging.path("report.html"), render(facts, extraction, gates, publication_of(staging), timings))
    return staging.path("report.html")


def publication_of(staging: Staging) -> dict[str, Any] | None:
    """What was published and verified so far; None before publishing."""
    publication = staging.read_json_or_none("publication.json")
    if publication is None:
        return None
    verification = staging.read_json_or_none("verification.json")
    return publication | {
        "verified": verification["tables"] if verification else {},
        "state": "verified" if verification and all(verification["tables"].values()) else "published",
    }
