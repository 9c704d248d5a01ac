"""The questions as SQL on PanDA's own table, as somebody who knows it would write them: one scan each, by its indexes.

Where the error is known its column is in the condition; else the eight code columns are unfolded beside the job. Less
is counted than in the archive: no samples, no cores of JOBMETRICS, no groups of messages, all codes in labels.
"""

from __future__ import annotations

from data_models.error_components import COMPONENTS

JOBS = "doma_panda.jobsarchived4"
CODES = {one.name: one.code_column for one in COMPONENTS} | {
    "transform": "CASE WHEN transexitcode ~ '^[0-9]{1,9}$' THEN transexitcode::bigint END"
}
DIAGS = {one.name: one.diag_column or "NULL::text" for one in COMPONENTS}
WITHIN = "modificationtime >= %(start)s AND modificationtime < %(end)s"
COMPLETED = "jobstatus IN ('finished', 'failed', 'cancelled', 'closed')"
WALL = (
    "greatest(0, floor(extract(epoch FROM coalesce(endtime, statechangetime, modificationtime) - starttime)))::bigint"
    " * coalesce(nullif(actualcorecount, 0), nullif(corecount, 0), 1)"
)
SUMS = f"count(*), sum({WALL}), sum(cpuconsumptiontime), sum(hs06sec), sum(gco2_global)"
NODE = "coalesce(nullif(split_part(modificationhost, '@', 2), ''), modificationhost)"
TASK = "coalesce(jeditaskid, taskid, 0)"
LABEL = f"concat_ws(',', {', '.join(f'nullif(({code})::bigint, 0)' for code in CODES.values())})"
OF_SITE, OF_USER, OF_TASK = "computingsite = %(site)s", "produsername = %(user)s", "jeditaskid = %(task)s"
OF_REQUEST = "reqid = %(request)s"


def errors(by: str, *conditions: str) -> str:
    """Errors grouped by columns, `component` and `code` among them."""
    unfolded = ", ".join(f"('{name}', ({column})::bigint)" for name, column in CODES.items())
    where = " AND ".join((WITHIN, "jobstatus = 'failed'", "code > 0", *conditions))
    return (
        f"SELECT {SUMS}, {by} FROM {JOBS} CROSS JOIN LATERAL (VALUES {unfolded}) AS error (component, code) "
        f"WHERE {where} GROUP BY {by}"
    )


def of_error(by: str, component: str, *conditions: str) -> str:
    """One error grouped by an expression."""
    where = " AND ".join((WITHIN, "jobstatus = 'failed'", f"{CODES[component]} = %(code)s", *conditions))
    return f"SELECT {SUMS}, {by} FROM {JOBS} WHERE {where} GROUP BY {by}"


def outcomes(by: str, *conditions: str) -> str:
    """Completed jobs grouped by columns."""
    where = " AND ".join((WITHIN, COMPLETED, *conditions))
    return f"SELECT {SUMS}, {by} FROM {JOBS} WHERE {where} GROUP BY {by}"


def labels(*conditions: str) -> str:
    """Failed jobs that have a code, grouped by all of their codes."""
    where = " AND ".join((WITHIN, "jobstatus = 'failed'", f"{LABEL} <> ''", *conditions))
    return f"SELECT {SUMS}, {LABEL} FROM {JOBS} WHERE {where} GROUP BY {LABEL}"


def names(column: str) -> str:
    """Names in a column with their jobs, failed ones too."""
    return (
        f"SELECT count(*), count(*) FILTER (WHERE jobstatus = 'failed'), {column} FROM {JOBS} "
        f"WHERE {WITHIN} AND {COMPLETED} GROUP BY {column}"
    )


def newest(*conditions: str) -> str:
    """A page of jobs."""
    columns = "pandaid, modificationtime, jobstatus, computingsite, jeditaskid, produsername, endtime, starttime"
    where = " AND ".join((WITHIN, COMPLETED, *conditions))
    return f"SELECT {columns} FROM {JOBS} WHERE {where} ORDER BY modificationtime DESC, pandaid DESC LIMIT 100"
