"""How many jobs are not as they should be, counted with the very rules that the query tables are made by.

A pure function over Arrow batches; the counts of batches add up.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from data_models import losses, names
from data_models.cube import code_arrays, transform_codes
from data_models.error_components import CODE_COLUMNS
from data_models.error_dictionary import error_codes
from data_models.error_rules import FAILED

INPUT_COLUMNS = (
    "jobstatus",
    "computingsite",
    "produsername",
    "produserid",
    "starttime",
    "endtime",
    "statechangetime",
    "modificationtime",
    *CODE_COLUMNS,
)
COUNTS = (
    "jobs",
    "unknown_sites",
    "unknown_users",
    "panda_errors",
    "unknown_codes",
    "unreadable_exit_codes",
    "flagged_walltimes",
)
ZERO = pa.scalar(0, pa.int64())


def job_quality(records: pa.RecordBatch) -> pa.RecordBatch:
    """One row of COUNTS (int64) for a batch of job records that has at least INPUT_COLUMNS."""
    times = (records[name] for name in ("starttime", "endtime", "statechangetime", "modificationtime"))
    counted = {
        "jobs": len(records),
        "unknown_sites": unknown_names(names.normal_names(records["computingsite"])),
        "unknown_users": unknown_names(names.normal_names(records["produsername"], records["produserid"])),
        **error_counts(records),
        "unreadable_exit_codes": pc.sum(transform_codes(records["transexitcode"])[1]).as_py() or 0,
        "flagged_walltimes": true_count(losses.wall_seconds(*times)[1]),
    }
    return pa.RecordBatch.from_pydict({name: pa.array([counted[name]], pa.int64()) for name in COUNTS})


def error_counts(records: pa.RecordBatch) -> dict[str, int]:
    """Errors of failed jobs whose code PanDA or the pilot assigns, and those of them that the dictionary lacks.

    The exit code of a payload is the user's own: transform, and executor where it repeats it, are left out.
    """
    failed = pc.equal(records["jobstatus"], FAILED)
    codes = code_arrays(records)
    exit_code = codes.pop("transform")
    errors = unknown = 0
    for component, code in codes.items():
        assigned = pc.and_kleene(failed, pc.greater(code, ZERO))
        if component == "executor":
            assigned = pc.and_kleene(assigned, pc.fill_null(pc.not_equal(code, exit_code), True))
        known = pa.array([number for name, number in error_codes() if name == component], pa.int64())
        errors += true_count(assigned)
        unknown += true_count(pc.and_kleene(assigned, pc.invert(pc.is_in(code, known))))
    return {"panda_errors": errors, "unknown_codes": unknown}


def unknown_names(keys: pa.Array) -> int:
    """How many names in keys are the stand-in."""
    return true_count(pc.equal(keys, names.UNKNOWN))


def true_count(flags: pa.Array) -> int:
    """How many are true."""
    return pc.sum(flags).as_py() or 0
