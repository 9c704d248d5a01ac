"""The error dictionary: words, acronym and category of each (component, code).

The categories are proposals made by reading the messages; the table of a production PanDA is not public. So the
dictionary is data that can be replaced without reloading: it is joined when an answer is read.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache

from data_models.job_record import DATA

UNCATEGORIZED = 0
INTERNAL = 6
CATEGORIES = {
    UNCATEGORIZED: "Uncategorized",
    1: "File and Storage Issues",
    2: "Runtime Failures and Resource Violations",
    3: "Network and Communication Errors",
    4: "Job Termination and Kill Signals",
    5: "Software and Environment Issues",
    INTERNAL: "Internal and Unknown Errors",
}
_CODES = DATA / "error_codes.csv"
# Kept beside categories that were stored: of its text, so that no change of the dictionary goes unseen.
VERSION = hashlib.sha256(_CODES.read_bytes()).hexdigest()[:12]


@dataclass(frozen=True)
class ErrorCode:
    """One entry; `status` is current or legacy (found in old records only)."""

    component: str
    code: int
    acronym: str
    description: str
    category: int
    status: str


@cache
def error_codes() -> dict[tuple[str, int], ErrorCode]:
    """All known codes by (component, code)."""
    with _CODES.open(newline="", encoding="utf-8") as file:
        rows = [
            ErrorCode(r["component"], int(r["code"]), r["acronym"], r["description"], int(r["category"]), r["status"])
            for r in csv.DictReader(file)
        ]
    return {(row.component, row.code): row for row in rows}


def describe(component: str, code: int) -> str:
    """The words for a code; a code outside the dictionary is shown bare, as component:code."""
    known = error_codes().get((component, code))
    if known:
        return known.description
    return f"Unknown transformation exit code {code}" if component == "transform" else f"{component}:{code}"


def category_of(component: str, code: int) -> int:
    """The category of a code, 0 (Uncategorized) where it is not known."""
    known = error_codes().get((component, code))
    return known.category if known else UNCATEGORIZED
