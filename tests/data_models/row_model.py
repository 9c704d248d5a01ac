"""The counting rules (docs/design.md) for one job at a time, in plain Python: a second writing, to compare with.

Shares no code and no expression with `data_models`; the categories are read from the CSV file itself.
"""

from __future__ import annotations

import csv
import string
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import data_models

CODE_COLUMNS = {
    "brokerage": "brokerageerrorcode",
    "dataservice": "ddmerrorcode",
    "executor": "exeerrorcode",
    "jobdispatcher": "jobdispatchererrorcode",
    "pilot": "piloterrorcode",
    "taskbuffer": "taskbuffererrorcode",
    "transform": "transexitcode",
    "supervisor": "superrorcode",
}
DIAG_COLUMNS = {
    "brokerage": "brokerageerrordiag",
    "dataservice": "ddmerrordiag",
    "executor": "exeerrordiag",
    "jobdispatcher": "jobdispatchererrordiag",
    "pilot": "piloterrordiag",
    "taskbuffer": "taskbuffererrordiag",
    "supervisor": "superrordiag",
}
Job = dict[str, Any]
Errors = list[tuple[str, int]]


@cache
def dictionary() -> dict[tuple[str, int], dict[str, str]]:
    """The entry of each known code."""
    path = Path(data_models.__file__).parent / "data" / "error_codes.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return {(row["component"], int(row["code"])): row for row in csv.DictReader(file)}


@cache
def categories() -> dict[tuple[str, int], int]:
    """The category of each known code."""
    return {error: int(row["category"]) for error, row in dictionary().items()}


def exit_code(text: str | None) -> int | None:
    """A trimmed whole number, also with a fraction of zeros; None for anything else."""
    whole, _, fraction = (text or "").strip().partition(".")
    digits = whole[1:] if whole[:1] in ("+", "-") else whole
    if not digits or len(digits) > 18 or set(digits) - set(string.digits) or set(fraction) - {"0"}:
        return None
    return -int(digits) if whole[0] == "-" else int(digits)


def is_unreadable(text: str | None) -> bool:
    """Whether an exit code is neither empty nor a number."""
    return bool((text or "").strip()) and exit_code(text) is None


def errors(job: Job) -> Errors:
    """Rules 1 and 2: the positive codes of a failed job, in component order."""
    if job["jobstatus"] != "failed":
        return []
    codes = [(name, job[column]) for name, column in CODE_COLUMNS.items()]
    read = [(name, exit_code(code) if name == "transform" else code) for name, code in codes]
    return [(name, code) for name, code in read if code is not None and code > 0]


def message(job: Job, component: str, code: int) -> str | None:
    """What the component says; for transform, which has no diag, the dictionary's words."""
    if component != "transform":
        return job[DIAG_COLUMNS[component]]
    known = dictionary().get((component, code))
    return known["description"] if known else f"Unknown transformation exit code {code}"


def telling(found: Errors) -> Errors:
    """Rule 4: what is left for the label."""
    left = found
    for echo in [("taskbuffer", 300), ("dataservice", 200), ("supervisor", 8970)]:
        left = [error for error in left if error != echo] or left
    for cause in (1305, 1235):
        if ("pilot", cause) in left:
            return [("pilot", cause)]
    return left


def label(found: Errors) -> str | None:
    """Rule 4: sorted, joined by commas."""
    return ",".join(sorted(f"{name}:{code}" for name, code in telling(found))) if found else None


def category(found: Errors) -> int | None:
    """Rule 5."""
    left = {categories().get(error, 0) for error in telling(found)}
    if not left:
        return None
    if len(left) > 1:
        left -= {0}
    if len(left) > 1:
        left -= {6}
    return left.pop() if len(left) == 1 else 0


def name(*candidates: str | None) -> str:
    """A name in a key: a real one that reads like the stand-in is put in parentheses."""
    for candidate in candidates:
        written = (candidate or "").strip()
        if written:
            bare = written.lstrip("(").rstrip(")")
            lookalike = bare == "unknown" and written[0] == "(" and written[-1] == ")"
            return f"({written})" if lookalike else written
    return "(unknown)"


def is_set(moment: datetime | None) -> bool:
    """1970 is the default where nothing is given."""
    return moment is not None and moment != datetime(1970, 1, 1, tzinfo=UTC)


def wall(job: Job) -> tuple[int, bool]:
    """Losses: whole seconds, and whether they are flagged."""
    ends = [job[column] for column in ("endtime", "statechangetime") if is_set(job[column])]
    if not is_set(job["starttime"]):
        return 0, False
    span = [*ends, job["modificationtime"]][0] - job["starttime"]
    seconds = span // timedelta(seconds=1)
    return (0, True) if span < timedelta(0) else (seconds, seconds > 30 * 24 * 3600)


def cores(job: Job) -> int:
    """Losses: the first count of cores that can be."""
    words = [word.removeprefix("coreCount=") for word in (job["jobmetrics"] or "").split() if "coreCount=" in word[:10]]
    numbers = [int(word) for word in words if word and len(word) <= 9 and not set(word) - set(string.digits)]
    for count in (job["actualcorecount"], *numbers[:1], job["corecount"]):
        if count is not None and 0 < count < 1_000_000:
            return count
    return 1


def at_most(value: Decimal | int | None, most: int) -> int:
    """A cost, 0 where it cannot be."""
    return int(value) if value is not None and 0 < value <= most else 0


def cube_row(job: Job) -> dict[str, Any]:
    """What the job cube says of a job; of its messages not the group, which has tests of its own."""
    found = errors(job)
    failed = job["jobstatus"] == "failed"
    seconds, flagged = wall(job)
    host = job["modificationhost"] or ""
    return {
        "pandaid": job["pandaid"],
        "modificationtime": job["modificationtime"],
        "computingsite": name(job["computingsite"]),
        "node": name(host[host.index("@") + 1 :] if "@" in host else host),
        "produsername": name(job["produsername"], job["produserid"]),
        "jeditaskid": next((task for task in (job["jeditaskid"], job["taskid"]) if task is not None), 0),
        "reqid": job["reqid"] or 0,
        "jobstatus": job["jobstatus"],
        "label": label(found),
        "category": category(found),
        "errors": [
            {"component": component, "code": code, "message": message(job, component, code)}
            for component, code in found
        ],
        "jobs": 1,
        "failed_with_code": int(failed and bool(found)),
        "failed_without_code": int(failed and not found),
        "walltime": seconds * cores(job),
        "cputime": at_most(job["cpuconsumptiontime"], 10**12),
        "cores": cores(job),
        "hs06sec": at_most(job["hs06sec"], 10**12),
        "co2": int(max(job["gco2_global"] or 0, 0) * 100),
        "walltime_flagged": int(flagged),
        "transexitcode_unreadable": int(is_unreadable(job["transexitcode"])),
    }
