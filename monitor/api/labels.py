"""/labels: the one label and category that each failed job has, so that their losses add up."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from data_models import questions
from monitor.api.answers import respond
from monitor.api.asking import Asking
from monitor.api.parameters import Columns, Name, Period, Shape, forbid_unknown, names_of
from monitor.api.schemas import ANSWER

router = Router(tags=["errors"])
DEFAULT_BY = ("label", "category")


class LabelsQuery(Period, Shape):
    """The parameters of /labels."""

    computingsite: Name = Field(None, description="PanDA queue")
    errorcategory: Annotated[int, Field(ge=0, le=99)] = Field(None, description="failed jobs of one category")
    by: Columns = Field(None, description="what rows are of: hour, day, label, category")


@router.get("", response=ANSWER, summary="Failed jobs by label and category")
def labels(request: HttpRequest, query: Query[LabelsQuery]) -> HttpResponse:
    """Which one label and category do failed jobs have, and what did they cost? Rows add up to failed jobs with a code.
    The category is that of today's dictionary."""
    forbid_unknown(request, LabelsQuery)
    category = query.errorcategory
    wanted = names_of(query.by) or DEFAULT_BY
    hide = ("category",) if category is not None and "category" not in wanted else ()
    arguments = {**query.times(), "by": (*wanted, *hide)}
    keep = {} if category is None else {"category": category}
    if query.computingsite is None:
        return respond(request, Asking(questions.labels_by_hour, arguments, keep, hide), query)
    site = {"site": query.computingsite}
    return respond(request, Asking(questions.labels_by_site, site | arguments, keep, hide), query)
