"""The tries of a job before it: a retry is a job of its own, whose PARENTID names the one that it retries."""

from __future__ import annotations

from typing import Any

from data_models.window import format_time
from monitor.api.one_job import FoundJob, found_job
from monitor.api.problems import Refused

# PanDA gives up sooner; each is looked up by its number.
MOST_TRIES = 20
NOT_FOUND = 404
TRY_COLUMNS = ("pandaid", "attemptnr", "jobstatus", "computingsite", "modificationtime", "errors")


def earlier_tries(pandaid: int) -> dict[str, Any]:
    """The tries before a job, the latest first; `further`: the one before those, where it is neither archived nor in
    PanDA's database, or where there are too many. Raises Refused as `found_job`, for the job itself."""
    rows: list[dict[str, Any]] = []
    seen, parent = {pandaid}, parent_of(found_job(pandaid))
    while parent and parent not in seen and len(rows) < MOST_TRIES:
        try:
            found = found_job(parent)
        except Refused as refused:
            if refused.status != NOT_FOUND:
                raise
            break
        rows.append(told(parent, found))
        seen.add(parent)
        parent = parent_of(found)
    return {"pandaid": pandaid, "earlier": rows, "further": parent if parent not in seen else None}


def parent_of(found: FoundJob) -> int | None:
    """The job that a job retries; PanDA writes 0 or NULL for none."""
    return found.records["parentid"][0].as_py() or None


def told(pandaid: int, found: FoundJob) -> dict[str, Any]:
    """A try in a line."""
    [record, *_] = found.records.select(["attemptnr", "jobstatus", "modificationtime"]).to_pylist()
    [counted, *_] = found.counted.select(["computingsite", "errors"]).to_pylist()
    return {
        "pandaid": pandaid,
        "attemptnr": record["attemptnr"],
        "jobstatus": record["jobstatus"],
        "computingsite": counted["computingsite"],
        "modificationtime": format_time(record["modificationtime"]),
        "errors": [{"component": one["component"], "code": one["code"]} for one in counted["errors"]],
    }
