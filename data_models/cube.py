"""The job cube: one row a job with the dimensions, cost, label, category and errors (with their messages) that every
aggregate needs.

A pure function from Arrow to Arrow, so Spark's executors and a reader of live rows apply the same rules.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_models import losses, names
from data_models.error_components import COMPONENTS
from data_models.error_rules import FAILED, TRANSFORM_CODE, category_of_job, errors_of, label_of
from data_models.message_groups import group_ids, messages, templates

TIMESTAMP = pa.timestamp("us", tz="UTC")
ERROR = pa.struct(
    [
        ("component", pa.string()),
        ("code", pa.int64()),
        ("message_group", pa.string()),
        ("template", pa.string()),
        ("message", pa.string()),
    ]
)

# What the cube reads of a job record.
INPUT_COLUMNS = (
    "pandaid",
    "modificationtime",
    "statechangetime",
    "starttime",
    "endtime",
    "computingsite",
    "modificationhost",
    "produsername",
    "produserid",
    "jeditaskid",
    "taskid",
    "reqid",
    "jobstatus",
    "actualcorecount",
    "corecount",
    "jobmetrics",
    "cpuconsumptiontime",
    "hs06sec",
    "gco2_global",
    *(component.code_column for component in COMPONENTS),
    *(component.diag_column for component in COMPONENTS if component.diag_column),
)

SCHEMA = pa.schema(
    [
        ("pandaid", pa.int64()),
        ("modificationtime", TIMESTAMP),
        ("computingsite", pa.string()),
        ("node", pa.string()),
        ("produsername", pa.string()),
        ("jeditaskid", pa.int64()),
        ("reqid", pa.int64()),
        ("jobstatus", pa.string()),
        ("label", pa.string()),
        ("category", pa.int64()),
        ("errors", pa.list_(ERROR)),
        ("jobs", pa.int64()),
        ("failed_with_code", pa.int64()),
        ("failed_without_code", pa.int64()),
        ("walltime", pa.int64()),
        ("cputime", pa.int64()),
        ("cores", pa.int64()),
        ("hs06sec", pa.int64()),
        ("co2", pa.int64()),
        ("walltime_flagged", pa.int64()),
        ("transexitcode_unreadable", pa.int64()),
    ]
)


def transform_codes(transexitcode: pa.Array) -> tuple[pa.Array, pa.Array]:
    """TRANSEXITCODE as int64 (NULL: no code), and 1 where the text is neither empty nor a code (int64)."""
    text = pc.utf8_trim_whitespace(transexitcode.cast(pa.string()))
    readable = pc.fill_null(pc.match_substring_regex(text, TRANSFORM_CODE), False)
    number = pc.replace_substring_regex(pc.if_else(readable, text, None), TRANSFORM_CODE, r"\1")
    codes = pc.replace_substring_regex(number, r"^\+", "").cast(pa.int64())
    unreadable = pc.and_(pc.invert(readable), pc.fill_null(pc.not_equal(text, ""), False))
    return codes, unreadable.cast(pa.int64())


def code_arrays(records: pa.RecordBatch) -> dict[str, pa.Array]:
    """The code of each component as int64 by component name; TRANSEXITCODE is read leniently."""
    return {
        component.name: transform_codes(records[component.code_column])[0]
        if component.name == "transform"
        else records[component.code_column].cast(pa.int64())
        for component in COMPONENTS
    }


def job_cube(records: pa.RecordBatch) -> pa.RecordBatch:
    """The cube (SCHEMA) of a batch of job records that has at least INPUT_COLUMNS, row by row in the same order.

    Errors, label and category are those of failed jobs; other jobs have none, whatever codes they carry.
    """
    moment = records["modificationtime"]
    wall, flagged = losses.wall_seconds(records["starttime"], records["endtime"], records["statechangetime"], moment)
    cores = losses.cores(records["actualcorecount"], records["jobmetrics"], records["corecount"])
    failed = pc.fill_null(pc.equal(records["jobstatus"], FAILED), False)
    errors = job_errors(failed, code_arrays(records))
    with_code = pa.array([len(job) > 0 for job in errors], pa.bool_())
    n_rows = len(records)
    columns = {
        "pandaid": records["pandaid"],
        "modificationtime": moment,
        "computingsite": names.normal_names(records["computingsite"]),
        "node": names.worker_nodes(records["modificationhost"]),
        "produsername": names.normal_names(records["produsername"], records["produserid"]),
        "jeditaskid": names.normal_tasks(records["jeditaskid"], records["taskid"]),
        "reqid": names.normal_requests(records["reqid"]),
        "jobstatus": records["jobstatus"],
        "label": pa.array([label_of(job) for job in errors], pa.string()),
        "category": pa.array([category_of_job(job) for job in errors], pa.int64()),
        "errors": error_lists(errors, records),
        "jobs": pa.array(np.ones(n_rows, np.int64)),
        "failed_with_code": pc.and_(failed, with_code).cast(pa.int64()),
        "failed_without_code": pc.and_(failed, pc.invert(with_code)).cast(pa.int64()),
        "walltime": pc.multiply_checked(wall, cores),
        "cputime": losses.cpu_seconds(records["cpuconsumptiontime"]),
        "cores": cores,
        "hs06sec": losses.hs06_seconds(records["hs06sec"]),
        "co2": losses.co2_hundredths(records["gco2_global"]),
        "walltime_flagged": flagged.cast(pa.int64()),
        "transexitcode_unreadable": transform_codes(records["transexitcode"])[1],
    }
    return pa.RecordBatch.from_arrays([columns[field.name].cast(field.type) for field in SCHEMA], schema=SCHEMA)


def job_errors(failed: pa.Array, codes: dict[str, pa.Array]) -> list[tuple[tuple[str, int], ...]]:
    """The errors of each job, empty for jobs that did not fail."""
    errors: list[tuple[tuple[str, int], ...]] = [()] * len(failed)
    rows = np.flatnonzero(failed.to_numpy(zero_copy_only=False))
    taken = {name: code.take(pa.array(rows)).to_pylist() for name, code in codes.items()}
    for position, row in enumerate(rows):
        errors[row] = errors_of({name: column[position] for name, column in taken.items()})
    return errors


def error_lists(errors: list[tuple[tuple[str, int], ...]], records: pa.RecordBatch) -> pa.Array:
    """The errors as an Arrow list of ERROR: with the message of each, and the group that it belongs to."""
    lengths = [len(job) for job in errors]
    flat = [error for job in errors for error in job]
    component = pa.array([name for name, _ in flat], pa.string())
    code = pa.array([code for _, code in flat], pa.int64())
    message = messages(component, code, diags(component, np.repeat(np.arange(len(errors)), lengths), records))
    template = templates(component, message)
    values = pa.StructArray.from_arrays(
        [component, code, group_ids(component, code, template), template, message], fields=list(ERROR)
    )
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def diags(component: pa.Array, rows: np.ndarray, records: pa.RecordBatch) -> pa.Array:
    """The diag of each error: what its component says in the record of the row."""
    found = pa.nulls(len(component), pa.string())
    for each in COMPONENTS:
        if each.diag_column:
            here = pc.equal(component, each.name)
            own = pa.array(rows[here.to_numpy(zero_copy_only=False)])
            found = pc.replace_with_mask(found, here, records[each.diag_column].cast(pa.string()).take(own))
    return found
