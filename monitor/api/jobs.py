"""/jobs: lists of completed jobs, newest first, and everything on one job."""

from __future__ import annotations

from typing import Annotated

import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from data_models import questions
from data_models.ask_output import written
from data_models.error_dictionary import describe
from monitor.api.answers import csv_response, respond, unchanging
from monitor.api.asking import Asking
from monitor.api.earlier_tries import TRY_COLUMNS, earlier_tries
from monitor.api.one_job import found_job
from monitor.api.parameters import (
    BIGINT,
    Columns,
    ErrorFilter,
    Form,
    Period,
    PlacesAndNodes,
    Shape,
    State,
    forbid_unknown,
)
from monitor.api.problems import Refused
from monitor.api.rows import columns_of
from monitor.api.schemas import ANSWER, JOB_ANSWER, TRIES_ANSWER

router = Router(tags=["jobs"])
LARGEST_PAGE = 1000
NEWEST_FIRST = "time-descending"
# The table of lists by each place, and the argument of its question; the narrowest first.
LISTS = {
    "jeditaskid": (questions.jobs_by_task, "task"),
    "reqid": (questions.jobs_by_request, "request"),
    "produsername": (questions.jobs_by_user, "user"),
    "computingsite": (questions.jobs_by_site, "site"),
}


class JobsQuery(Period, ErrorFilter, PlacesAndNodes, Form):
    """The parameters of /jobs."""

    jobstatus: State = Field(None, description="one final state")
    fields: Columns = Field(None, description="columns, with commas")
    sortby: Annotated[str, Field(pattern=f"^{NEWEST_FIRST}$")] = Field(NEWEST_FIRST, description="newest first, always")
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = Field(100, description="jobs of a page")
    after: Annotated[str, Field(max_length=80, pattern=r"^[0-9TZ:+-]+$")] = Field(
        None, description="where the page before said to go on"
    )


@router.get("", response=ANSWER, summary="Completed jobs, newest first")
def jobs(request: HttpRequest, query: Query[JobsQuery]) -> HttpResponse:
    """Which completed jobs had an error, a site, a task, a user or a request? Give at least one of them. Follow `next`:
    a page of a filtered list may be short, or empty, and go on."""
    forbid_unknown(request, JobsQuery)
    shape = Shape.model_construct(fields=query.fields, sortby=None, limit=query.limit, offset=0, format=query.format)
    return respond(request, asking_of(query), shape)


def asking_of(query: JobsQuery) -> Asking:
    """The list that has the jobs, and what it is filtered by. Raises Refused where there is none."""
    query.require_site_of_nodes()
    places = query.places
    arguments = {**query.times(), "page": query.limit, "after": query.after, "node": query.node}
    own = {LISTS[name][1]: value for name, value in places.items()}
    if error := query.error:
        if query.jobstatus not in (None, "failed"):
            raise Refused("jobs with an error code have failed", "leave jobstatus out", "jobstatus")
        return Asking(questions.jobs_by_error, {"component": error[0], "code": error[1], **own, **arguments})
    if not places:
        raise Refused(
            "lists of jobs are of a site, a user, a task, a request or an error",
            "give computingsite, produsername, jeditaskid, reqid or a code such as piloterrorcode=1099",
            "computingsite",
        )
    # Many jobs may have no request or task, so 0 is not narrow.
    question, _ = LISTS[min(places, key=lambda name: (places[name] == 0, list(LISTS).index(name)))]
    return Asking(question, {**own, "jobstatus": query.jobstatus, **arguments})


class JobQuery(Schema):
    """The parameters of /jobs/PANDAID: none."""


@router.get("/{pandaid}", response=JOB_ANSWER, summary="Everything on one job")
def job(request: HttpRequest, pandaid: Path[Annotated[int, Field(ge=1, le=BIGINT)]]) -> HttpResponse:
    """All columns of a job's record, its errors with the dictionary's words, its label, category and losses. Two
    records where PanDA holds the job twice, newest first. A job that is not completed is told with its state."""
    forbid_unknown(request, JobQuery)
    found = found_job(pandaid)
    told = {
        "pandaid": pandaid,
        "source": found.source,
        "state": found.state,
        "as_of": found.as_of,
        "columns": columns_of(found.records),
        "records": written(found.records).to_pylist(),
        "counted": counted(found.counted),
    }
    return unchanging(request, told)


@router.get("/{pandaid}/earlier", response=TRIES_ANSWER, summary="The tries of a job before it")
def earlier(
    request: HttpRequest, pandaid: Path[Annotated[int, Field(ge=1, le=BIGINT)]], query: Query[Form]
) -> HttpResponse:
    """The jobs that a job retries, one by the other through PARENTID, the latest first. Later tries are not told: no
    record names them."""
    forbid_unknown(request, Form)
    told = earlier_tries(pandaid)
    if query.format == "csv":
        rows = [one | {"errors": [f"{e['component']}:{e['code']}" for e in one["errors"]]} for one in told["earlier"]]
        return csv_response(request, TRY_COLUMNS, rows)
    return unchanging(request, told)


def counted(cube: pa.Table) -> list[dict]:
    """What the archive counts each record for, with the dictionary's words for its errors."""
    rows = written(cube.drop_columns(["errors"])).to_pylist()
    for row, errors in zip(rows, cube["errors"].to_pylist(), strict=True):
        row["errors"] = [error | {"description": describe(error["component"], error["code"])} for error in errors]
    return rows
