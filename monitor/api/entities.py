"""/entities: which sites, users and tasks there are, with jobs and failures: for menus and rankings."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from data_models import questions
from monitor.api.answers import respond
from monitor.api.asking import Asking
from monitor.api.parameters import Columns, Name, Period, Shape, forbid_unknown, names_of
from monitor.api.schemas import ANSWER

router = Router(tags=["entities"])


class EntitiesQuery(Period, Shape):
    """The parameters of /entities/KIND."""

    by: Columns = Field(None, description="what rows are of: hour, day, entity")
    beginning: Name = Field("", min_length=0, description="how the name begins, in the case it is written in")


@router.get("/{kind}", response=ANSWER, summary="Sites, users or tasks that have jobs")
def entities(request: HttpRequest, kind: Literal["site", "user", "task"], query: Query[EntitiesQuery]) -> HttpResponse:
    """Which sites, users or tasks have jobs, and how many of them failed? Largest first."""
    forbid_unknown(request, EntitiesQuery)
    by = names_of(query.by)
    arguments = {"kind": kind, **query.times(), **({"by": by} if by else {}), "beginning": query.beginning}
    return respond(request, Asking(questions.entities, arguments), query)
