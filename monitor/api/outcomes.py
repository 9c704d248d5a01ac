"""/outcomes: how jobs ended and what they cost; of a period, a site and its nodes, a user, a task, a request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from data_models import questions
from data_models.names import asked_name
from monitor.api.answers import respond
from monitor.api.asking import Asking
from monitor.api.parameters import Columns, Period, PlacesAndNodes, Shape, State, forbid_unknown, names_of
from monitor.api.schemas import ANSWER

router = Router(tags=["outcomes"])
BY_PLACE = {
    "computingsite": (questions.outcomes_by_site, "site"),
    "produsername": (questions.outcomes_by_user, "user"),
    "jeditaskid": (questions.outcomes_by_task, "task"),
    "reqid": (questions.outcomes_by_request, "request"),
}
# Narrower tables of a place, by what their rows are of as well.
WITHIN = {
    ("computingsite", "node"): questions.outcomes_by_node,
    ("produsername", "jeditaskid"): questions.tasks_by_user,
}
STATE, NODE = "jobstatus", "node"


class OutcomesQuery(Period, PlacesAndNodes, Shape):
    """The parameters of /outcomes."""

    jobstatus: State = Field(None, description="one final state")
    by: Columns = Field(
        None,
        description="what rows are of: hour, day, jobstatus; with computingsite also node, with produsername or reqid "
        "also jeditaskid",
    )


@router.get("", response=ANSWER, summary="Jobs by final state, and their cost")
def outcomes(request: HttpRequest, query: Query[OutcomesQuery]) -> HttpResponse:
    """How many jobs ended in which state, at what cost? All figures add up. The failure rate as PanDA's monitor has it
    is failed / (failed + finished). With jeditaskid and no window: over the task's whole life."""
    forbid_unknown(request, OutcomesQuery)
    return respond(request, asking_of(query), query)


def asking_of(query: OutcomesQuery) -> Asking:
    """The question that answers these parameters. Raises Refused where none does."""
    place = query.one_place("ask /jobs, which takes all of them")
    wanted = names_of(query.by) or (STATE,)
    query.require_site_of_nodes(wanted)
    given = {STATE: query.jobstatus, NODE: query.node and asked_name(query.node)}
    keep = {name: value for name, value in given.items() if value is not None}
    # Rows are filtered after they are read, so they have to be by what they are filtered by; then it is left out again.
    hide = tuple(name for name in keep if name not in wanted)
    by = (*wanted, *hide)
    times = query.times(whole_life=place is not None and place[0] == "jeditaskid")
    arguments = {**times, "by": by}
    if place is None:
        return Asking(questions.outcomes_by_hour, arguments, keep, hide)
    question, argument = BY_PLACE[place[0]]
    narrower = (WITHIN[place[0], name] for name in by if (place[0], name) in WITHIN)
    return Asking(next(narrower, question), {argument: place[1], **arguments}, keep, hide)
