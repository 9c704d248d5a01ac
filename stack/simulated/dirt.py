"""Dirty rows: what real job tables hold now and then, put over some rows of a simulated day."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

Patch = dict[str, object]

UNSET = datetime(1970, 1, 1, tzinfo=UTC)
LONG_TEXT = ("rucio said \"no\":\n\tfile 'EVNT.1._000001.pool.root.1' größer als erlaubt 🚧💥, " * 10)[:699] + "🙈"

# Transexitcodes sit on failed jobs, so that they meet the counting rules.
_FAILED: Patch = {"jobstatus": "failed", "jobsubstatus": None}
PATCHES: tuple[Patch, ...] = (
    *({column: value, **_FAILED} for column in ("computingsite", "produsername") for value in (None, "", " ")),
    {"jeditaskid": None, **_FAILED},
    {"jeditaskid": None, "taskid": None, **_FAILED},
    {"jeditaskid": 0, "taskid": 0, **_FAILED},
    {"computingsite": None, "produsername": None, "produserid": None, "jeditaskid": None, "taskid": None, **_FAILED},
    *({"transexitcode": code, **_FAILED} for code in ("abc", "65.0", " 65 ", "-1", "", "1e2", "0x41", "99999999999")),
    {"piloterrorcode": -1099, "piloterrordiag": "Failed to stage-in file", **_FAILED},
    {"exeerrorcode": -65, "exeerrordiag": "", **_FAILED},
    {"superrorcode": -1, "ddmerrorcode": -200, **_FAILED},
    {"piloterrorcode": 0, "piloterrordiag": "", "exeerrorcode": 0, "exeerrordiag": None, **_FAILED},
    {"starttime": UNSET},
    {"endtime": UNSET},
    {"starttime": UNSET, "endtime": UNSET, "statechangetime": UNSET},
    {"endtime": datetime(2026, 1, 1, tzinfo=UTC), "starttime": datetime(2026, 1, 2, tzinfo=UTC)},
    {"ddmerrorcode": 200, "ddmerrordiag": LONG_TEXT, **_FAILED},
    {"piloterrorcode": 1305, "piloterrordiag": "Failed to execute payload:\r\n" + "x" * 470, **_FAILED},
    *({"jobstatus": state} for state in ("unknown", "activated", "FAILED", "holding")),
    {"piloterrorcode": 9999, "piloterrordiag": "a code nobody knows", **_FAILED},
    {"exeerrorcode": 77, "transexitcode": "77", "piloterrorcode": 1305, **_FAILED},
    {"taskbuffererrorcode": 999, "brokerageerrorcode": 999, "jobdispatchererrorcode": 999, **_FAILED},
    {"modificationhost": None, "actualcorecount": 0, "corecount": 0, "jobmetrics": "coreCount=abc leak", **_FAILED},
    {"modificationhost": "node-without-slot.example.org", "hs06sec": None, **_FAILED},
)


def positions(jobs: int) -> dict[int, Patch]:
    """Where in a day of so many jobs the dirty rows are, spread evenly; at most one a job."""
    patches = PATCHES[:jobs]
    return {(2 * number + 1) * jobs // (2 * len(patches)): patch for number, patch in enumerate(patches)}


def soiled(batch: pa.RecordBatch, first: int, patches: dict[int, Patch]) -> pa.RecordBatch:
    """A batch, which begins with row `first` of the day, with the patches of its rows."""
    mine = {row - first: patch for row, patch in patches.items() if first <= row < first + batch.num_rows}
    for name in dict.fromkeys(name for patch in mine.values() for name in patch):
        column = batch.column(name)
        rows = [row for row, patch in mine.items() if name in patch]
        values = pa.array([mine[row][name] for row in rows], column.type)
        source = np.arange(batch.num_rows)
        source[rows] = np.arange(len(column), len(column) + len(rows))
        patched = pa.concat_arrays([column, values]).take(pa.array(source))
        batch = batch.set_column(batch.schema.get_field_index(name), batch.schema.field(name), patched)
    return batch
