"""/errors: which errors there were; of a site and its nodes, a user, a task, a request; where one of them occurs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from data_models import questions
from data_models.names import asked_name
from monitor.api.answers import respond
from monitor.api.asking import Asking
from monitor.api.parameters import Columns, ErrorFilter, Period, PlacesAndNodes, Shape, forbid_unknown, names_of
from monitor.api.problems import Refused
from monitor.api.schemas import ANSWER

router = Router(tags=["errors"])
CODES = ("component", "code")
# What answers add to a code.
WORDS = ("category", "description")
# Of one place.
BY_PLACE = {
    "computingsite": (questions.errors_by_site, "site"),
    "produsername": (questions.errors_by_user, "user"),
    "jeditaskid": (questions.errors_by_task, "task"),
    "reqid": (questions.errors_by_request, "request"),
}
# Of one error, over all places.
PLACES_OF_ERROR = {
    "computingsite": questions.sites_by_error,
    "produsername": questions.users_by_error,
    "jeditaskid": questions.tasks_by_error,
}


class ErrorsQuery(Period, ErrorFilter, PlacesAndNodes, Shape):
    """The parameters of /errors."""

    by: Columns = Field(
        None,
        description="what rows are of: hour, day, component, code; with computingsite also node; with one error code "
        "and no place one of computingsite, produsername, jeditaskid",
    )
    errorcategory: Annotated[int, Field(ge=0, le=99)] = Field(None, description="errors of one category")


@router.get("", response=ANSWER, summary="Errors of a window, a site, a user, a task or a request")
def errors(request: HttpRequest, query: Query[ErrorsQuery]) -> HttpResponse:
    """Which errors were there, how many, and what did they cost? Losses overlap: a job with three codes adds its whole
    loss to each. With jeditaskid and no window: over the task's whole life."""
    forbid_unknown(request, ErrorsQuery)
    return respond(request, asking_of(query), query)


def asking_of(query: ErrorsQuery) -> Asking:
    """The question that answers these parameters. Raises Refused where none does."""
    place, error = query.one_place("ask /jobs, which takes all of them"), query.error
    by = names_of(query.by)
    query.require_site_of_nodes(by)
    times = query.times(whole_life=place is not None and place[0] == "jeditaskid")
    if error and place is None:
        return of_error(query, by, error, times)
    return of_place(query, by or CODES, place, times)


def of_place(
    query: ErrorsQuery, by: tuple[str, ...], place: tuple[str, str | int] | None, times: Mapping[str, object]
) -> Asking:
    """The errors of a site, a user, a task or a request, or of all."""
    keep: dict[str, object] = dict(zip(CODES, query.error, strict=True)) if query.error else {}
    if query.node is not None:
        keep["node"] = asked_name(query.node)
    # Rows are filtered after they are read, so they have to be by what they are filtered by; then it is left out again.
    added = tuple(name for name in keep if name not in by)
    hide = (*added, *(WORDS if set(CODES) & set(added) else ()))
    if query.errorcategory is not None:
        if not set(CODES) <= set(by):
            raise Refused("errors have a category by component and code", "add component,code to by", "errorcategory")
        keep["category"] = query.errorcategory
    by = (*by, *added)
    arguments = {**times, "by": by}
    if place is None:
        return Asking(questions.errors_by_hour, arguments, keep, hide)
    question, argument = BY_PLACE[place[0]]
    return Asking(questions.errors_by_node if "node" in by else question, {argument: place[1], **arguments}, keep, hide)


def of_error(query: ErrorsQuery, by: tuple[str, ...], error: tuple[str, int], times: Mapping[str, object]) -> Asking:
    """How one error developed, or where it occurs."""
    if query.errorcategory is not None:
        raise Refused("one error has one category", "leave errorcategory or the error code out", "errorcategory")
    arguments = {**dict(zip(CODES, error, strict=True)), **times}
    places = [name for name in by if name in PLACES_OF_ERROR]
    if len(places) > 1:
        raise Refused("an error's places are listed one kind at a time", f"leave out {places[1]}", "by")
    if places:
        return Asking(PLACES_OF_ERROR[places[0]], {**arguments, "by": by})
    return Asking(questions.errors_by_code, {**arguments, "by": tuple(n for n in by if n not in CODES) or ("day",)})
