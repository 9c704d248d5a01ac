"""Answers over the example days equal what PostgreSQL counts over the jobs themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from archived_example import archived_example
from cassandra.cluster import Session
from pyspark.sql import SparkSession

from data_models import questions
from data_models.example_days import PERIOD
from data_models.job_record import columns
from data_models.message_groups import fingerprint
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.refusals import NothingArchived, QuestionRefused
from stack.endpoints import owner_uri

START, END = PERIOD.start, PERIOD.end
HOUR = timedelta(hours=1)
# Not the whole of a day at either end.
CUT = (START + 5 * HOUR, END - HOUR)
CODES = {
    "brokerage": "brokerageerrorcode",
    "dataservice": "ddmerrorcode",
    "executor": "exeerrorcode",
    "jobdispatcher": "jobdispatchererrorcode",
    "pilot": "piloterrorcode",
    "taskbuffer": "taskbuffererrorcode",
    "transform": "CASE WHEN transexitcode ~ '^[0-9]{1,9}$' THEN transexitcode::bigint END",
    "supervisor": "superrorcode",
}
DIAGS = {
    "brokerage": "brokerageerrordiag",
    "dataservice": "ddmerrordiag",
    "executor": "exeerrordiag",
    "jobdispatcher": "jobdispatchererrordiag",
    "pilot": "piloterrordiag",
    "taskbuffer": "taskbuffererrordiag",
    "transform": "NULL",
    "supervisor": "superrordiag",
}
JOBS = """
CREATE TEMP VIEW jobs AS SELECT *,
    date_trunc('hour', modificationtime) AS hour, modificationtime::date AS day,
    coalesce(nullif(split_part(modificationhost, '@', 2), ''), modificationhost, '(unknown)') AS node,
    greatest(0, floor(extract(epoch FROM coalesce(endtime, statechangetime, modificationtime) - starttime)))::bigint
      * coalesce(nullif(actualcorecount, 0), nullif(substring(jobmetrics FROM 'coreCount=([0-9]+)')::int, 0),
                 nullif(corecount, 0), 1) AS wall,
    cpuconsumptiontime::bigint AS cpu, coalesce(hs06sec, 0) AS hs06_used, coalesce(gco2_global * 100, 0)::bigint AS co2g
  FROM doma_panda.jobsarchived4 WHERE jobstatus IN ('finished', 'failed', 'cancelled', 'closed')
"""
ERRORS = "CREATE TEMP VIEW errors AS " + " UNION ALL ".join(
    f"SELECT *, '{component}' AS component, {code} AS code FROM jobs WHERE jobstatus = 'failed' AND {code} > 0"
    for component, code in CODES.items()
)
LOSSES = {
    "n_errors": "count(*)",
    "walltime_loss": "coalesce(sum(wall), 0)",
    "cpu_loss": "coalesce(sum(cpu), 0)",
    "hs06_loss": "sum(hs06_used)",
    "co2_loss": "sum(co2g)",
}
COSTS = {
    "jobs": "count(*)",
    "walltime": "coalesce(sum(wall), 0)",
    "cputime": "coalesce(sum(cpu), 0)",
    "hs06sec": "sum(hs06_used)",
    "co2": "sum(co2g)",
}
# Each failed job once, however many codes it has.
WITH_CODE = "(SELECT * FROM jobs WHERE jobstatus = 'failed' AND pandaid IN (SELECT pandaid FROM errors)) AS with_code"
LOSSES_OF_JOBS = {"jobs": "count(*)"} | {
    name.replace("_loss", "_loss_of_jobs"): total for name, total in LOSSES.items() if name.endswith("_loss")
}
Sql = Callable[..., list[tuple]]


@pytest.fixture(scope="module")
def reader(archive: Session, spark: SparkSession) -> Archive:
    """The archive with the example days."""
    archived_example()
    return Archive(archive)


@pytest.fixture(scope="module")
def sql(reader: Archive) -> Iterator[Sql]:
    """Asks PostgreSQL; views `jobs` and `errors` are PanDA's rules in a few words, for jobs without dirt."""
    with closing(psycopg2.connect(owner_uri())) as connection, connection.cursor() as cursor:
        cursor.execute(JOBS)
        cursor.execute(ERRORS)

        def ask(statement: str, *values: object) -> list[tuple]:
            cursor.execute(statement, values)
            return cursor.fetchall()

        yield ask


def naive(moment: datetime) -> datetime:
    """A time as PanDA's columns have it."""
    return moment.replace(tzinfo=None)


@pytest.fixture(scope="module")
def busiest(sql: Sql) -> dict[str, Any]:
    """The site, user, task, request and error with most errors."""

    def most(names: str) -> tuple:
        within = "reqid IS NOT NULL AND modificationtime >= %s AND modificationtime < %s"
        order = f"GROUP BY {names} ORDER BY count(*) DESC, {names} LIMIT 1"
        return sql(f"SELECT {names} FROM errors WHERE {within} {order}", naive(START), naive(END))[0]

    names = {"site": "computingsite", "user": "produsername", "task": "jeditaskid", "request": "reqid"}
    keys = {name: most(column)[0] for name, column in names.items()}
    return {**keys, **dict(zip(("component", "code"), most("component, code"), strict=True))}


def require_equal(
    answer: Answer, sql: Sql, relation: str, sums: dict[str, str], within: tuple[datetime, datetime], **where: Any
) -> None:
    """Compare all rows of an answer with groups of PostgreSQL; the answer's first columns are what it is grouped by."""
    by = [name for name in answer.rows.column_names if name in BY]
    conditions = ["modificationtime >= %s", "modificationtime < %s", *(f"{name} = %s" for name in where)]
    selected = ", ".join([*by, *(f"{expression} AS {name}" for name, expression in sums.items())])
    groups = f"GROUP BY {', '.join(by)}" if by else ""
    rows = sql(
        f"SELECT {selected} FROM {relation} WHERE {' AND '.join(conditions)} {groups}",
        *map(naive, within),
        *where.values(),
    )
    expected = {tuple(map(comparable, row)) for row in rows}
    found = {tuple(comparable(row[name]) for name in (*by, *sums)) for row in answer.rows.to_pylist()}
    assert found == expected
    assert len(answer.rows) == len(rows) > 0
    assert answer.coverage.complete


BY = {"hour", "day", "component", "code", "computingsite", "node", "produsername", "jeditaskid", "jobstatus", "reqid"}


def comparable(value: Any) -> Any:
    """A value as both sides have it."""
    if isinstance(value, datetime):
        return naive(value)
    return int(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("within", [(START, END), CUT], ids=["full days", "cut days"])
@pytest.mark.parametrize("time", [(), ("day",), ("hour",)], ids=["in all", "by day", "by hour"])
def test_errors(
    reader: Archive, sql: Sql, busiest: dict[str, Any], time: tuple[str, ...], within: tuple[datetime, datetime]
) -> None:
    by = (*time, "component", "code")
    site, user, task = busiest["site"], busiest["user"], busiest["task"]
    every = questions.errors_by_hour(reader, *within, by=by)
    require_equal(every, sql, "errors", LOSSES, within)
    of_site = questions.errors_by_site(reader, site, *within, by=by)
    require_equal(of_site, sql, "errors", LOSSES, within, computingsite=site)
    nodes = questions.errors_by_node(reader, site, *within, by=("node", *by))
    require_equal(nodes, sql, "errors", LOSSES, within, computingsite=site)
    of_user = questions.errors_by_user(reader, user, *within, by=by)
    require_equal(of_user, sql, "errors", LOSSES, within, produsername=user)
    of_request = questions.errors_by_request(reader, busiest["request"], *within, by=by)
    require_equal(of_request, sql, "errors", LOSSES, within, reqid=busiest["request"])
    of_task = questions.errors_by_task(reader, task, *within, by=by)
    require_equal(of_task, sql, "errors", LOSSES, within, jeditaskid=task)
    code = {"component": busiest["component"], "code": busiest["code"]}
    require_equal(
        questions.errors_by_code(reader, **code, start=within[0], end=within[1], by=time),
        sql,
        "errors",
        LOSSES,
        within,
        **code,
    )


@pytest.mark.parametrize("within", [(START, END), CUT], ids=["full days", "cut days"])
def test_where_an_error_occurs(
    reader: Archive, sql: Sql, busiest: dict[str, Any], within: tuple[datetime, datetime]
) -> None:
    code = {"component": busiest["component"], "code": busiest["code"]}
    for question in (questions.sites_by_error, questions.users_by_error, questions.tasks_by_error):
        answer = question(reader, **code, start=within[0], end=within[1])
        require_equal(answer, sql, "errors", LOSSES, within, **code)
        [(all_of_it,)] = sql(
            "SELECT count(*) FROM errors WHERE component = %s AND code = %s AND modificationtime >= %s AND "
            "modificationtime < %s",
            *code.values(),
            *map(naive, within),
        )
        assert sum(answer.rows["n_errors"].to_pylist()) == all_of_it


@pytest.mark.parametrize("within", [(START, END), CUT], ids=["full days", "cut days"])
@pytest.mark.parametrize("time", [(), ("day",), ("hour",)], ids=["in all", "by day", "by hour"])
def test_outcomes(
    reader: Archive, sql: Sql, busiest: dict[str, Any], time: tuple[str, ...], within: tuple[datetime, datetime]
) -> None:
    by = (*time, "jobstatus")
    require_equal(questions.outcomes_by_hour(reader, *within, by=by), sql, "jobs", COSTS, within)
    asked = {
        questions.outcomes_by_site: ("computingsite", busiest["site"]),
        questions.outcomes_by_user: ("produsername", busiest["user"]),
        questions.outcomes_by_task: ("jeditaskid", busiest["task"]),
        questions.outcomes_by_request: ("reqid", busiest["request"]),
    }
    for question, (column, value) in asked.items():
        answer = question(reader, value, *within, by=by)
        require_equal(answer, sql, "jobs", COSTS, within, **{column: value})
    nodes = questions.outcomes_by_node(reader, busiest["site"], *within, by=("node", *by))
    require_equal(nodes, sql, "jobs", COSTS, within, computingsite=busiest["site"])
    tasks = questions.tasks_by_user(reader, busiest["user"], *within, by=("jeditaskid", *by))
    require_equal(tasks, sql, "jobs", COSTS, within, produsername=busiest["user"])


def test_samples_are_the_newest_jobs_with_the_error(reader: Archive, sql: Sql) -> None:
    for row in questions.errors_by_hour(reader, *CUT).rows.to_pylist():
        newest = sql(
            "SELECT pandaid FROM errors WHERE component = %s AND code = %s AND modificationtime >= %s AND "
            "modificationtime < %s ORDER BY modificationtime DESC, pandaid DESC LIMIT 3",
            row["component"],
            row["code"],
            *map(naive, CUT),
        )
        assert row["samples"] == [pandaid for (pandaid,) in newest]


def test_without_a_period_a_task_is_asked_over_its_life(reader: Archive, sql: Sql, busiest: dict[str, Any]) -> None:
    task = busiest["task"]
    first, last = sql("SELECT min(hour), max(hour) FROM jobs WHERE jeditaskid = %s", task)[0]
    life = (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC) + HOUR)
    answer = questions.outcomes_by_task(reader, task)
    assert (answer.coverage.period.start, answer.coverage.period.end) == life
    require_equal(answer, sql, "jobs", COSTS, life, jeditaskid=task)
    require_equal(questions.errors_by_task(reader, task), sql, "errors", LOSSES, life, jeditaskid=task)
    with pytest.raises(NothingArchived, match="nothing is archived of jeditaskid 1"):
        questions.outcomes_by_task(reader, 1)
    for outside in ({"start": END}, {"end": START}):
        with pytest.raises(NothingArchived, match=f"of jeditaskid {task} there is .*: give a period that meets it"):
            questions.errors_by_task(reader, task, **outside)


def test_labels_add_up_to_the_failed_jobs_with_a_code(reader: Archive, sql: Sql, busiest: dict[str, Any]) -> None:
    site = busiest["site"]
    require_equal(questions.labels_by_hour(reader, *CUT, by=()), sql, WITH_CODE, LOSSES_OF_JOBS, CUT)
    of_site = questions.labels_by_site(reader, site, *CUT, by=())
    require_equal(of_site, sql, WITH_CODE, LOSSES_OF_JOBS, CUT, computingsite=site)


def test_messages_are_those_of_the_jobs(reader: Archive, sql: Sql, busiest: dict[str, Any]) -> None:
    component, code = busiest["component"], busiest["code"]
    found = sql(
        f"SELECT {DIAGS[component]}, pandaid, hour FROM errors WHERE component = %s AND code = %s AND "
        "modificationtime >= %s AND modificationtime < %s ORDER BY modificationtime DESC, pandaid DESC",
        component,
        code,
        *map(naive, CUT),
    )
    groups: dict[str, list[tuple]] = {}
    for text, pandaid, hour in found:
        groups.setdefault(fingerprint(component, code, text)[0], []).append((text, pandaid, hour))
    answer = questions.messages_by_error(reader, component, code, *CUT)
    told = {row["message_group"]: (row["n_errors"], row["sample"], row["samples"]) for row in answer.rows.to_pylist()}
    assert told == {
        group: (len(jobs), jobs[0][0], [pandaid for _, pandaid, _ in jobs[:3]]) for group, jobs in groups.items()
    }
    group, jobs = max(groups.items(), key=lambda item: len(item[1]))
    history = questions.message_history(reader, group, *CUT, by=("hour",)).rows
    by_hour: dict[datetime, int] = {}
    for _, _, hour in jobs:
        by_hour[hour] = by_hour.get(hour, 0) + 1
    times = map(naive, history["hour"].to_pylist())
    assert dict(zip(times, history["n_errors"].to_pylist(), strict=True)) == by_hour
    [ever] = questions.message_history(reader, group, by=()).rows.to_pylist()
    assert (ever["component"], ever["code"]) == (component, code)
    assert ever["n_errors"] >= len(jobs)


def test_messages_of_a_site_are_those_of_its_jobs(reader: Archive, sql: Sql, busiest: dict[str, Any]) -> None:
    site = busiest["site"]
    counted: Counter[tuple] = Counter()
    for component, column in CODES.items():
        diag = DIAGS[component]
        for code, text, number in sql(
            f"SELECT {column}, {diag}, count(*) FROM errors WHERE component = %s AND computingsite = %s AND "
            "modificationtime >= %s AND modificationtime < %s GROUP BY 1, 2",
            component,
            site,
            *map(naive, CUT),
        ):
            counted[component, code, fingerprint(component, code, text)[0]] += number
    of_site = questions.messages_by_site(reader, site, *CUT).rows.to_pylist()
    assert {(row["component"], row["code"], row["message_group"]): row["n_errors"] for row in of_site} == counted
    assert counted
    error = {"component": busiest["component"], "code": busiest["code"]}
    rows = questions.messages_by_site(reader, site, *CUT, **error).rows
    assert dict(zip(rows["message_group"].to_pylist(), rows["n_errors"].to_pylist(), strict=True)) == {
        group: number for (*one, group), number in counted.items() if one == list(error.values())
    }
    with pytest.raises(QuestionRefused, match="code 1 is of a component: give both"):
        questions.messages_by_site(reader, site, *CUT, code=1)


@pytest.mark.parametrize(
    ("kind", "column"), [("site", "computingsite"), ("user", "produsername"), ("task", "jeditaskid")]
)
def test_entities(reader: Archive, sql: Sql, kind: str, column: str) -> None:
    counted = sql(
        f"SELECT {column}::text, count(*), count(*) FILTER (WHERE jobstatus = 'failed') FROM jobs WHERE "
        "modificationtime >= %s AND modificationtime < %s GROUP BY 1",
        *map(naive, CUT),
    )
    found = questions.entities(reader, kind, *CUT).rows.to_pylist()
    assert {(row["entity"], row["jobs"], row["failed"]) for row in found} == set(counted)
    beginning = counted[0][0][:4]
    those = questions.entities(reader, kind, *CUT, beginning=beginning).rows["entity"].to_pylist()
    assert sorted(those) == sorted(name for name, _, _ in counted if name.startswith(beginning))


def test_entities_by_hour(reader: Archive, sql: Sql) -> None:
    counted = sql(
        "SELECT date_trunc('hour', modificationtime), computingsite, count(*), count(*) FILTER (WHERE jobstatus = "
        "'failed') FROM jobs WHERE modificationtime >= %s AND modificationtime < %s GROUP BY 1, 2",
        *map(naive, CUT),
    )
    found = questions.entities(reader, "site", *CUT, by=("hour", "entity")).rows.to_pylist()
    assert {(naive(row["hour"]), row["entity"], row["jobs"], row["failed"]) for row in found} == set(counted)
    beginning = counted[0][1][:4]
    jobs = Counter()
    for hour, name, n_jobs, _ in counted:
        jobs[hour] += n_jobs if name.startswith(beginning) else 0
    summed = questions.entities(reader, "site", *CUT, by=("hour",), beginning=beginning).rows.to_pylist()
    assert {naive(row["hour"]): row["jobs"] for row in summed} == dict(+jobs)


def test_lists_of_jobs(reader: Archive, sql: Sql, busiest: dict[str, Any]) -> None:
    component, code, site = busiest["component"], busiest["code"], busiest["site"]
    order = "modificationtime >= %s AND modificationtime < %s ORDER BY modificationtime DESC, pandaid DESC"

    def pandaids(where: str, *values: object) -> list[int]:
        relation, _, condition = where.partition(" WHERE ")
        return [
            row[0]
            for row in sql(f"SELECT pandaid FROM {relation} WHERE {condition} AND {order}", *values, *map(naive, CUT))
        ]

    def listed(answer: Answer) -> list[int]:
        assert answer.next is None
        return answer.rows["pandaid"].to_pylist()

    of_code = "errors WHERE component = %s AND code = %s"
    assert listed(questions.jobs_by_error(reader, component, code, *CUT, page=1000)) == pandaids(
        of_code, component, code
    )
    at_site = questions.jobs_by_error(reader, component, code, *CUT, site=site, page=1000)
    assert listed(at_site) == pandaids(f"{of_code} AND computingsite = %s", component, code, site)
    assert listed(questions.jobs_by_site(reader, site, *CUT, page=1000)) == pandaids(
        "jobs WHERE computingsite = %s", site
    )
    failed = questions.jobs_by_user(reader, busiest["user"], *CUT, jobstatus="failed", page=1000)
    assert listed(failed) == pandaids("jobs WHERE jobstatus = 'failed' AND produsername = %s", busiest["user"])
    request, user = busiest["request"], busiest["user"]
    of_request = questions.jobs_by_request(reader, request, *CUT, page=1000)
    assert listed(of_request) == pandaids("jobs WHERE reqid = %s", request)
    of_both = pandaids("jobs WHERE produsername = %s AND reqid = %s", user, request)
    assert listed(questions.jobs_by_user(reader, user, *CUT, request=request, page=1000)) == of_both
    assert listed(questions.jobs_by_request(reader, request, *CUT, user=user, page=1000)) == of_both
    of_task = questions.jobs_by_task(reader, busiest["task"], *CUT, page=1000)
    assert listed(of_task) == pandaids("jobs WHERE jeditaskid = %s", busiest["task"])


def test_a_job_has_all_its_columns(reader: Archive, sql: Sql) -> None:
    names = [column.name for column in columns()]
    within = "modificationtime >= %s AND modificationtime < %s"
    select = f"SELECT {', '.join(names)} FROM jobs WHERE {within} ORDER BY pandaid LIMIT 200"
    rows = sql(select, naive(START), naive(END))
    for row in rows[::20]:
        [job] = questions.job(reader, row[0]).rows.to_pylist()
        expected = {
            column.name: value.rstrip(" ") if column.padded and value is not None else value
            for column, value in zip(columns(), row, strict=True)
        }
        assert {name: naive(value) if isinstance(value, datetime) else value for name, value in job.items()} == expected
