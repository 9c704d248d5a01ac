"""/outcomes: how jobs ended and what they cost; of a period, a site, a user, a task, a request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from data_models import questions
from monitor.api.answers import respond
from monitor.api.asking import Asking
from monitor.api.parameters import Columns, Number, Period, Places, Shape, State, forbid_unknown, names_of
from monitor.api.problems import Refused
from monitor.api.schemas import ANSWER

router = Router(tags=["outcomes"])
BY_PLACE = {
    "computingsite": (questions.outcomes_by_site, "site"),
    "produsername": (questions.outcomes_by_user, "user"),
    "jeditaskid": (questions.outcomes_by_task, "task"),
}
STATE = "jobstatus"


class OutcomesQuery(Period, Places, Shape):
    """The parameters of /outcomes."""

    reqid: Number = Field(None, description="request")
    jobstatus: State = Field(None, description="one final state")
    by: Columns = Field(None, description="what rows are of: hour, day, jobstatus; with reqid also jeditaskid")


@router.get("", response=ANSWER, summary="Jobs by final state, and their cost")
def outcomes(request: HttpRequest, query: Query[OutcomesQuery]) -> HttpResponse:
    """How many jobs ended in which state, at what cost? All figures add up. The failure rate as PanDA's monitor has it
    is failed / (failed + finished). With jeditaskid and no window: over the task's whole life."""
    forbid_unknown(request, OutcomesQuery)
    return respond(request, asking_of(query), query)


def asking_of(query: OutcomesQuery) -> Asking:
    """The question that answers these parameters. Raises Refused where none does."""
    place = query.one_place("ask /jobs, which takes all of them")
    if place and query.reqid is not None:
        raise Refused(f"reqid does not go with {place[0]}", "leave one of them out", "reqid")
    wanted = names_of(query.by) or (STATE,)
    # Rows are filtered by state after they are read, so they have to be by state.
    hide = (STATE,) if query.jobstatus and STATE not in wanted else ()
    keep = {STATE: query.jobstatus} if query.jobstatus else {}
    times = query.times(whole_life=place is not None and place[0] == "jeditaskid")
    arguments = {**times, "by": (*wanted, *hide)}
    if place:
        question, argument = BY_PLACE[place[0]]
        return Asking(question, {argument: place[1], **arguments}, keep, hide)
    if query.reqid is not None:
        return Asking(questions.outcomes_by_request, {"request": query.reqid, **arguments}, keep, hide)
    return Asking(questions.outcomes_by_hour, arguments, keep, hide)
