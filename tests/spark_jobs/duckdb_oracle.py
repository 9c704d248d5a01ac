"""The query tables in DuckDB's SQL over the rows of PostgreSQL: a second writing of the counting rules.

Written from the rules of PanDA's monitor; shares no code with those of `data_models`. Of messages it takes which text
belongs to which group: the grouping has tests of its own.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

import data_models
from data_models.message_groups import fingerprint

FINAL = "('finished', 'failed', 'cancelled', 'closed')"
# Code (as it is read), and message.
EIGHT = {
    "brokerage": ("brokerageerrorcode", "brokerageerrordiag"),
    "dataservice": ("ddmerrorcode", "ddmerrordiag"),
    "executor": ("exeerrorcode", "exeerrordiag"),
    "jobdispatcher": ("jobdispatchererrorcode", "jobdispatchererrordiag"),
    "pilot": ("piloterrorcode", "piloterrordiag"),
    "taskbuffer": ("taskbuffererrorcode", "taskbuffererrordiag"),
    "transform": ("exitcode", "NULL"),
    "supervisor": ("superrorcode", "superrordiag"),
}
DICTIONARY = Path(data_models.__file__).parent / "data" / "error_codes.csv"

MACROS = [
    "CREATE MACRO trimmed(said) AS nullif(trim(said, chr(32) || chr(9) || chr(10) || chr(13) || chr(160)), '')",
    """CREATE MACRO named(name) AS CASE WHEN regexp_full_match(name, '[(]+unknown[)]+') THEN '(' || name || ')'
        ELSE coalesce(name, '(unknown)') END""",
    # Unset times are of 1970.
    "CREATE MACRO given(moment) AS CASE WHEN moment <> TIMESTAMP '1970-01-01' THEN moment END",
    "CREATE MACRO to_ms(moment) AS date_trunc('millisecond', moment)",
    """CREATE MACRO readable(moment) AS CASE WHEN moment >= TIMESTAMP '1583-01-01' AND moment < TIMESTAMP '10000-01-01'
        THEN to_ms(moment) END""",
    """CREATE MACRO without(several, one) AS
        CASE WHEN len(several) > 1 THEN list_filter(several, lambda each: each <> one) ELSE several END""",
    "CREATE MACRO alone(codes, cause, others) AS CASE WHEN list_contains(codes, cause) THEN [cause] ELSE others END",
]
# One row a PANDAID and hour: the latest, and of equals the one of the recent table.
COMPLETED = f"""
CREATE TABLE completed AS
SELECT * FROM source WHERE jobstatus IN {FINAL}
QUALIFY row_number() OVER (
    PARTITION BY pandaid, date_trunc('hour', modificationtime)
    ORDER BY modificationtime DESC, statechangetime DESC NULLS LAST, rank
) = 1
"""
COSTED = """
CREATE TABLE costed AS
WITH read AS (
    SELECT *,
        trimmed(transexitcode) AS exit_text,
        given(starttime) AS began,
        coalesce(given(endtime), given(statechangetime), modificationtime) AS ended,
        regexp_extract(concat(' ', jobmetrics, ' '), ' coreCount=([0-9]{1,9}) ', 1) AS metric
    FROM completed
), measured AS (
    SELECT *,
        CASE WHEN began IS NULL OR ended < began THEN 0
             ELSE (epoch_us(ended) - epoch_us(began)) // 1000000 END AS seconds,
        CASE WHEN actualcorecount BETWEEN 1 AND 999999 THEN actualcorecount
             WHEN metric <> '' AND metric::BIGINT BETWEEN 1 AND 999999 THEN metric::BIGINT
             WHEN corecount > 0 THEN corecount
             ELSE 1 END AS n_cores
    FROM read
)
SELECT * REPLACE (
        named(trimmed(computingsite)) AS computingsite,
        named(coalesce(trimmed(produsername), trimmed(produserid))) AS produsername,
        coalesce(jeditaskid, taskid, 0) AS jeditaskid,
        coalesce(reqid, 0) AS reqid,
        CASE WHEN hs06sec BETWEEN 0 AND 1000000000000 THEN hs06sec ELSE 0 END AS hs06sec
    ),
    named(trimmed(CASE WHEN contains(modificationhost, '@')
        THEN substr(modificationhost, instr(modificationhost, '@') + 1) ELSE modificationhost END)) AS node,
    modificationtime::DATE AS day,
    date_trunc('hour', modificationtime) AS hour,
    extract('year' FROM modificationtime)::INT AS year,
    CASE WHEN regexp_full_match(exit_text, '[+-]?[0-9]{1,18}([.]0*)?')
         THEN ltrim(split_part(exit_text, '.', 1), '+')::BIGINT END AS exitcode,
    1 AS jobs,
    seconds * n_cores AS walltime,
    n_cores AS cores,
    CASE WHEN cpuconsumptiontime BETWEEN 0 AND 1000000000000 THEN cpuconsumptiontime::BIGINT ELSE 0 END AS cputime,
    CASE WHEN gco2_global > 0 THEN (gco2_global * 100)::BIGINT ELSE 0 END AS co2,
    CASE WHEN began IS NULL THEN 0 WHEN ended < began THEN 1 WHEN seconds > 2592000 THEN 1 ELSE 0 END
        AS walltime_flagged
FROM measured
"""
CODES = "CREATE TABLE codes AS " + " UNION ALL ".join(
    f"SELECT pandaid, hour, '{name}' AS component, {column}::BIGINT AS code, {diag}::VARCHAR AS diag FROM costed "
    f"WHERE jobstatus = 'failed' AND {column} > 0"
    for name, (column, diag) in EIGHT.items()
)
LABELS = """
CREATE TABLE labels AS
WITH all_codes AS (
    SELECT pandaid, hour, list(component || ':' || code) AS codes FROM codes GROUP BY ALL
), without_echoes AS (
    SELECT pandaid, hour,
        without(without(without(codes, 'taskbuffer:300'), 'dataservice:200'), 'supervisor:8970') AS codes
    FROM all_codes
), telling AS (
    SELECT pandaid, hour, alone(codes, 'pilot:1305', alone(codes, 'pilot:1235', codes)) AS codes FROM without_echoes
), categories AS (
    SELECT pandaid, hour, list(DISTINCT coalesce(d.category, 0)) AS numbers
    FROM (SELECT pandaid, hour, unnest(codes) AS named FROM telling) t
    LEFT JOIN dictionary d ON t.named = d.component || ':' || d.code
    GROUP BY ALL
)
SELECT pandaid, hour, array_to_string(list_sort(codes), ',') AS label,
    CASE WHEN len(without(without(numbers, 0), 6)) = 1 THEN without(without(numbers, 0), 6)[1] ELSE 0 END AS category
FROM telling JOIN categories USING (pandaid, hour)
"""
JOBS = """
CREATE TABLE jobs AS
SELECT c.*, label, category,
    (label IS NOT NULL)::INT AS failed_with_code,
    (jobstatus = 'failed' AND label IS NULL)::INT AS failed_without_code,
    struct_pack(
        modificationtime := to_ms(modificationtime), pandaid, jobstatus, computingsite, produsername, jeditaskid, reqid,
        jobsubstatus, prodsourcelabel, processingtype, transformation, attemptnr, currentpriority,
        creationtime := readable(creationtime), starttime := readable(starttime), endtime := readable(endtime),
        node, cores, walltime, label, category
    ) AS listed
FROM costed c LEFT JOIN labels USING (pandaid, hour)
"""
ERRORS = """
CREATE TABLE errors AS
SELECT j.*, e.component, e.code, 1 AS n_errors,
    CASE WHEN e.component = 'transform' THEN coalesce(d.description, 'Unknown transformation exit code ' || e.code)
         ELSE e.diag END AS message
FROM jobs j JOIN codes e USING (pandaid, hour) LEFT JOIN dictionary d ON d.component = e.component AND d.code = e.code
"""
ENTITIES = """
CREATE TABLE entities AS
SELECT 'site' AS kind, computingsite AS entity, * FROM jobs
UNION ALL SELECT 'user', produsername, * FROM jobs
UNION ALL SELECT 'task', jeditaskid::VARCHAR, * FROM jobs
"""
GROUPED = """
CREATE TABLE grouped AS SELECT e.*, message_group, template FROM errors e JOIN groups g
ON e.component = g.component AND e.code = g.code AND e.message IS NOT DISTINCT FROM g.message
"""

NEWEST = "ORDER BY modificationtime DESC, pandaid DESC"
# Lists have times in milliseconds.
LISTED = "ORDER BY to_ms(modificationtime) DESC, pandaid DESC"
ERROR_FIGURES = f"""
    count(*) AS n_errors, sum(walltime) AS walltime_loss, sum(cputime) AS cpu_loss, sum(hs06sec) AS hs06_loss,
    sum(co2) AS co2_loss, list(pandaid {NEWEST})[1:3] AS samples
"""
MESSAGE_FIGURES = f"{ERROR_FIGURES}, min(template) AS template, list(message {NEWEST})[1] AS sample"
OUTCOME_FIGURES = """
    count(*) AS jobs, sum(failed_with_code) AS failed_with_code, sum(failed_without_code) AS failed_without_code,
    sum(walltime) AS walltime, sum(cputime) AS cputime, sum(cores) AS cores, sum(hs06sec) AS hs06sec, sum(co2) AS co2,
    sum(walltime_flagged) AS walltime_flagged
"""
LABEL_FIGURES = f"""
    count(*) AS jobs, min(category) AS category,
    (SELECT sha256(content)[:12] FROM read_text('{DICTIONARY}')) AS dictionary,
    sum(walltime) AS walltime_loss_of_jobs, sum(cputime) AS cpu_loss_of_jobs, sum(hs06sec) AS hs06_loss_of_jobs,
    sum(co2) AS co2_loss_of_jobs
"""


def folded(keys: str, figures: str, rows: str) -> str:
    """Figures by keys."""
    return f"SELECT {keys}, {figures} FROM {rows} GROUP BY ALL"


def pages(keys: str, rows: str) -> str:
    """Lists of jobs, newest first, cut into pages of 100 jobs and parts of 100 pages."""
    return f"""
    SELECT {keys}, place // 10000 AS part, place // 100 AS page, count(*) AS n_jobs, list(listed ORDER BY place) AS jobs
    FROM (SELECT *, row_number() OVER (PARTITION BY {keys} {LISTED}) - 1 AS place FROM {rows}) GROUP BY ALL"""


# What each query table should hold.
EXPECTED = {
    "errors_by_hour": folded("day, hour, component, code", ERROR_FIGURES, "errors"),
    "errors_by_site": folded("computingsite, day, hour, component, code", ERROR_FIGURES, "errors"),
    "errors_by_user": folded("produsername, day, hour, component, code", ERROR_FIGURES, "errors"),
    "errors_by_task": folded("jeditaskid, day, hour, component, code", ERROR_FIGURES, "errors"),
    "errors_by_request": folded("reqid, day, hour, component, code", ERROR_FIGURES, "errors"),
    "errors_by_node": folded("computingsite, hour, node, component, code", ERROR_FIGURES, "errors"),
    "sites_by_error": folded("component, code, hour, computingsite", ERROR_FIGURES, "errors"),
    "users_by_error": folded("component, code, hour, produsername", ERROR_FIGURES, "errors"),
    "tasks_by_error": folded("component, code, hour, jeditaskid", ERROR_FIGURES, "errors"),
    "messages_by_error": folded("component, code, hour, message_group", MESSAGE_FIGURES, "grouped"),
    "messages_by_site": folded("computingsite, hour, component, code, message_group", MESSAGE_FIGURES, "grouped"),
    "messages_by_task": folded("jeditaskid, day, hour, component, code, message_group", MESSAGE_FIGURES, "grouped"),
    "message_history": folded("message_group, year, hour, component, code", MESSAGE_FIGURES, "grouped"),
    "outcomes_by_hour": folded("day, hour, jobstatus", OUTCOME_FIGURES, "jobs"),
    "outcomes_by_site": folded("computingsite, day, hour, jobstatus", OUTCOME_FIGURES, "jobs"),
    "outcomes_by_node": folded("computingsite, hour, node, jobstatus", OUTCOME_FIGURES, "jobs"),
    "tasks_by_user": folded("produsername, hour, jeditaskid, jobstatus", OUTCOME_FIGURES, "jobs"),
    "outcomes_by_user": folded("produsername, day, hour, jobstatus", OUTCOME_FIGURES, "jobs"),
    "outcomes_by_task": folded("jeditaskid, year, hour, jobstatus", OUTCOME_FIGURES, "jobs"),
    "outcomes_by_request": folded("reqid, hour, jeditaskid, jobstatus", OUTCOME_FIGURES, "jobs"),
    "labels_by_hour": folded("day, hour, label", LABEL_FIGURES, "jobs WHERE label IS NOT NULL"),
    "labels_by_site": folded("computingsite, day, hour, label", LABEL_FIGURES, "jobs WHERE label IS NOT NULL"),
    "entity_counts_by_hour": folded(
        "kind, hour, entity", "count(*) AS jobs, count(*) FILTER (jobstatus = 'failed') AS failed", "entities"
    ),
    "jobs_by_error": pages("component, code, hour", "errors"),
    "jobs_by_site": pages("computingsite, hour", "jobs"),
    "jobs_by_task": pages("jeditaskid, hour", "jobs"),
    "jobs_by_user": pages("produsername, hour", "jobs"),
    "jobs_by_request": pages("reqid, hour", "jobs"),
    "job": """
        SELECT pandaid, to_ms(modificationtime) AS modificationtime, jobstatus, computingsite, produsername, jeditaskid,
            transexitcode, piloterrorcode
        FROM completed""",
    "job_ids_by_hour": folded(
        "date_trunc('hour', modificationtime) AS hour, pandaid % 64 AS bucket",
        "count(*) AS n_jobs, list(pandaid ORDER BY pandaid) AS pandaids",
        "completed",
    ),
}


def duckdb_oracle(rows: pa.Table) -> duckdb.DuckDBPyConnection:
    """A connection with the rows of PostgreSQL, as `archived_day` gives them, and what the rules make of them."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("arrived", rows)
    connection.execute("CREATE TABLE source AS SELECT * FROM arrived")
    connection.execute(f"CREATE TABLE dictionary AS SELECT * FROM read_csv('{DICTIONARY}')")
    for statement in (*MACROS, COMPLETED, COSTED, CODES, LABELS, JOBS, ERRORS, ENTITIES):
        connection.execute(statement)
    messages = connection.execute("SELECT DISTINCT component, code, message FROM errors").fetchall()
    groups = [(*error, *fingerprint(*error)) for error in messages]
    names = ("component", "code", "message", "message_group", "template")
    connection.register("groups", pa.table(dict(zip(names, map(list, zip(*groups, strict=True)), strict=True))))
    connection.execute(GROUPED)
    return connection
