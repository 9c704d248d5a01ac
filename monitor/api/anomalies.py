"""/anomalies: sites and errors whose failures stand out against the same hours of the days before."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from threading import Lock

from cachetools import TTLCache
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from data_models import questions
from data_models.anomalies import RULE, Anomaly, anomalies
from data_models.reading.answer import Answer
from data_models.window import DAY, Window, format_time, merge
from monitor.api.answers import csv_response
from monitor.api.asking import Asking, put
from monitor.api.parameters import Form, Period, forbid_unknown
from monitor.api.problems import Refused
from monitor.api.schemas import PROBLEMS, Edges
from monitor.store import AWAY, STORE, AwayArchive

router = Router(tags=["anomalies"])
DAYS_BEFORE = 7
LONGEST = timedelta(days=1)
SHOWN = 10
# Each window is judged once in so many seconds; it reads up to 8 partitions for each hour of it.
SECONDS = 60
_lock = Lock()
_kept: TTLCache = TTLCache(200, SECONDS)


class StandsOut(Schema):
    """A site or an error, and what it had on the days before."""

    kind: str = Field(description="site or error")
    computingsite: str | None
    component: str | None
    code: int | None
    count: int = Field(description="failed jobs of a site, jobs with an error")
    usual: float = Field(description="median of the same hours of the days before")
    spreads: float = Field(description="how far above that, in spreads of those days")


class Judged(Schema):
    """What stands out in a window, the farthest above the usual first."""

    window: Edges
    complete: bool = Field(description="whether every hour of the window is verified or live: else less may stand out")
    lacking: list[str] = Field(description="windows of hours that are not, as START/END")
    days_before: int = Field(description="days before it that are archived, of seven; from three on it can be judged")
    rule: str
    rows: list[StandsOut]


class JudgedQuery(Period, Form):
    """The parameters of /anomalies."""


@router.get("", response={200: Judged, **PROBLEMS}, summary="Sites and errors that stand out")
def what_stands_out(request: HttpRequest, query: Query[JudgedQuery]) -> Judged | HttpResponse:
    """Which sites and errors fail far more than in the same hours of the seven days before? Windows up to a day."""
    forbid_unknown(request, JudgedQuery)
    window = query.window()
    if window.end - window.start > LONGEST:
        raise Refused("anomalies are of windows up to a day", "ask for hours=24 or less", "date_from")
    # One judges, the others wait for it.
    with _lock:
        if window not in _kept:
            _kept[window] = judge(window)
        judged = _kept[window]
    if query.format == "csv":
        return csv_response(request, tuple(StandsOut.model_fields), [row.dict() for row in judged.rows])
    return judged


def forget() -> None:
    """Judge anew next time."""
    with _lock:
        _kept.clear()


def judge(window: Window) -> Judged:
    """What stands out, sites first."""
    sites, days, lacking = compared(window, failed_of_sites, kind="site")
    errors, _, lacking_errors = compared(window, jobs_of_errors)
    rows = [StandsOut(kind="site", computingsite=one.name, component=None, code=None, **figures(one)) for one in sites]
    for one in errors:
        component, code = one.name.rsplit(":", 1)
        rows.append(StandsOut(kind="error", computingsite=None, component=component, code=int(code), **figures(one)))
    edges = Edges(start=format_time(window.start), end=format_time(window.end))
    lacking = [str(one) for one in merge([*lacking, *lacking_errors])]
    return Judged(window=edges, complete=not lacking, lacking=lacking, days_before=days, rule=RULE, rows=rows)


def compared(
    window: Window, counts_of: Callable[[Answer], dict[str, int]], **more: object
) -> tuple[list[Anomaly], int, list[Window]]:
    """What stands out by one question, how many days before were there to compare with, and which hours of the window
    are neither verified nor live."""
    question = questions.entities if more else questions.errors_by_hour
    answer, _ = put(Asking(question, {"start": window.start, "end": window.end, **more}))
    before = [counts_of(day) for day in archived_before(window, question, more)]
    lacking = [*answer.coverage.missing, *answer.coverage.refreshing]
    return anomalies(counts_of(answer), before)[:SHOWN], len(before), lacking


def archived_before(window: Window, question: Callable[..., Answer], more: dict) -> list[Answer]:
    """The answers for the same hours of the days before, where all of those are archived: SQL is not asked for them."""
    archive = STORE.archive()
    if isinstance(archive, AwayArchive):
        return []
    archived_only = copy.copy(archive)
    archived_only.live = None
    try:
        answers = [
            question(archived_only, start=window.start - number * DAY, end=window.end - number * DAY, **more)
            for number in range(1, DAYS_BEFORE + 1)
        ]
    except AWAY as error:
        STORE.cassandra_failed(error)
        return []
    return [answer for answer in answers if answer.coverage.complete]


def failed_of_sites(answer: Answer) -> dict[str, int]:
    """Failed jobs by site."""
    return {row["entity"]: row["failed"] for row in answer.rows.to_pylist()}


def jobs_of_errors(answer: Answer) -> dict[str, int]:
    """Jobs by component:code."""
    return {f"{row['component']}:{row['code']}": row["n_errors"] for row in answer.rows.to_pylist()}


def figures(one: Anomaly) -> dict[str, object]:
    """What is told of each."""
    return {"count": one.count, "usual": one.usual, "spreads": round(one.spreads, 1)}
