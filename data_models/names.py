"""Names in keys: how a site, user, node or task of a job is written. Loaders and readers both use this.

A key of Cassandra cannot be NULL, nor empty, so there is a written stand-in for what a job does not say. A real name
that reads like the stand-in gets one more pair of parentheses, so the two never meet.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

UNKNOWN = "(unknown)"
UNKNOWN_TASK = 0
NO_REQUEST = 0
LOOKS_UNKNOWN = r"^(\(+unknown\)+)$"


def normal_name(name: str | None) -> str:
    """A name as it stands in keys: without blanks at its ends, the stand-in where nothing is left."""
    name = (name or "").strip()
    return re.sub(LOOKS_UNKNOWN, r"(\1)", name) if name else UNKNOWN


def asked_name(name: str | None) -> str:
    """A name that readers ask for as it stands in keys: without blanks at its ends, the stand-in where nothing is left.

    A name that reads like the stand-in is one already, as answers give it: `(unknown)` asks for jobs without a name.
    """
    return (name or "").strip() or UNKNOWN


def normal_names(*candidates: pa.Array) -> pa.Array:
    """`normal_name` for text arrays of one length: the first candidate that is not blank, row by row."""
    trimmed = [pc.utf8_trim_whitespace(names.cast(pa.string())) for names in candidates]
    filled = [pc.if_else(pc.equal(names, ""), None, names) for names in trimmed]
    escaped = [pc.replace_substring_regex(names, LOOKS_UNKNOWN, r"(\1)") for names in filled]
    return pc.coalesce(*escaped, pa.scalar(UNKNOWN))


def normal_tasks(jeditaskid: pa.Array, taskid: pa.Array) -> pa.Array:
    """The task of each job: JEDITASKID, else TASKID, else 0 (int64)."""
    return pc.coalesce(jeditaskid, taskid, pa.scalar(UNKNOWN_TASK, pa.int64()))


def normal_requests(reqid: pa.Array) -> pa.Array:
    """The request of each job: REQID, else 0 (int64)."""
    return pc.coalesce(reqid, pa.scalar(NO_REQUEST, pa.int64()))


def worker_nodes(modificationhost: pa.Array) -> pa.Array:
    """The worker node of each job: the part of MODIFICATIONHOST after the first @, all of it without one."""
    return normal_names(pc.replace_substring_regex(modificationhost.cast(pa.string()), r"^[^@]*@", ""))
