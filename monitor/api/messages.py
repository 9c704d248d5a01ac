"""/messages: what errors say, of one code, at a site or in a task, and since when a message has been seen."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from data_models import questions
from monitor.api.answers import respond
from monitor.api.asking import Asking
from monitor.api.parameters import Columns, ErrorFilter, Name, Number, Period, Shape, forbid_unknown, names_of
from monitor.api.problems import Refused
from monitor.api.schemas import ANSWER

router = Router(tags=["messages"])
CODES, GROUP = ("component", "code"), "message_group"
BY_PLACE = {
    "computingsite": (questions.messages_by_site, "site"),
    "jeditaskid": (questions.messages_by_task, "task"),
}
Group = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class MessagesQuery(Period, ErrorFilter, Shape):
    """The parameters of /messages."""

    errormessage: Name = Field(None, description="text that the group's template or sample contains, in any case")
    computingsite: Name = Field(None, description="PanDA queue")
    jeditaskid: Number = Field(None, description="task")
    by: Columns = Field(
        None, description="what rows are of: hour, day, message_group; without an error code also component, code"
    )


class HistoryQuery(Period, Shape):
    """The parameters of /messages/GROUP."""

    by: Annotated[str, Field(pattern="^(hour|day)$")] = Field("day", description="hour or day")


@router.get("", response=ANSWER, summary="Groups of messages behind an error, at a site or in a task")
def messages(request: HttpRequest, query: Query[MessagesQuery]) -> HttpResponse:
    """Which messages hide behind an error, or do the failed jobs of a site or a task have? A row has what all messages
    of its group say (template), the newest as it stands (sample) and three PANDAIDs. Give one error code, or a site or
    a task, or both. With jeditaskid and no window: over the task's whole life."""
    forbid_unknown(request, MessagesQuery)
    return respond(request, asking_of(query), query)


def asking_of(query: MessagesQuery) -> Asking:
    """The question that answers these parameters. Raises Refused where none does."""
    error = query.error
    places = {name: value for name in BY_PLACE if (value := getattr(query, name)) is not None}
    if error is None and not places:
        raise Refused(
            "messages are those of an error, a site or a task",
            "give one code, such as piloterrorcode=1099, or computingsite, or jeditaskid",
            "piloterrorcode",
        )
    if len(places) > 1:
        raise Refused("messages are of a site or a task", "give one of them", "jeditaskid")
    of_error = dict(zip(CODES, error, strict=True)) if error else {}
    groups = tuple(name for name in (*CODES, GROUP) if name not in of_error)
    by = names_of(query.by) or groups
    if query.errormessage is not None and (missing := [name for name in groups if name not in by]):
        raise Refused("errormessage is looked for in groups", f"add {','.join(missing)} to by", "errormessage")
    arguments = {**of_error, **query.times(whole_life="jeditaskid" in places), "by": by}
    for name, value in places.items():
        question, argument = BY_PLACE[name]
        return Asking(question, {argument: value, **arguments}, text=query.errormessage)
    return Asking(questions.messages_by_error, arguments, text=query.errormessage)


@router.get("/{group}", response=ANSWER, summary="The history of a group of messages")
def history(request: HttpRequest, group: Path[Group], query: Query[HistoryQuery]) -> HttpResponse:
    """Has this message been seen before, and since when? Without a window: ever."""
    forbid_unknown(request, HistoryQuery)
    arguments = {"group": group, **query.times(whole_life=True), "by": (query.by,)}
    return respond(request, Asking(questions.message_history, arguments), query)
