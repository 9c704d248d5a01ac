"""/messages: what an error says, and since when a message has been seen."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from data_models import questions
from monitor.api.answers import respond
from monitor.api.asking import Asking
from monitor.api.parameters import Columns, ErrorFilter, Name, Period, Shape, forbid_unknown, names_of
from monitor.api.problems import Refused
from monitor.api.schemas import ANSWER

router = Router(tags=["messages"])
Group = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class MessagesQuery(Period, ErrorFilter, Shape):
    """The parameters of /messages."""

    errormessage: Name = Field(None, description="text that the group's template or sample contains, in any case")
    by: Columns = Field(None, description="what rows are of: hour, day, message_group")


class HistoryQuery(Period, Shape):
    """The parameters of /messages/GROUP."""

    by: Annotated[str, Field(pattern="^(hour|day)$")] = Field("day", description="hour or day")


@router.get("", response=ANSWER, summary="Groups of messages behind an error")
def messages(request: HttpRequest, query: Query[MessagesQuery]) -> HttpResponse:
    """Which messages hide behind an error? A row has what all messages of its group say (template), the newest as it
    stands (sample) and three PANDAIDs. Give one error code."""
    forbid_unknown(request, MessagesQuery)
    if query.error is None:
        raise Refused("messages are those of an error", "give one code, such as piloterrorcode=1099", "piloterrorcode")
    by = names_of(query.by) or ("message_group",)
    if query.errormessage is not None and "message_group" not in by:
        raise Refused("errormessage is looked for in groups", "add message_group to by", "errormessage")
    component, code = query.error
    arguments = {"component": component, "code": code, **query.times(), "by": by}
    return respond(request, Asking(questions.messages_by_error, arguments, text=query.errormessage), query)


@router.get("/{group}", response=ANSWER, summary="The history of a group of messages")
def history(request: HttpRequest, group: Path[Group], query: Query[HistoryQuery]) -> HttpResponse:
    """Has this message been seen before, and since when? Without a window: ever."""
    forbid_unknown(request, HistoryQuery)
    arguments = {"group": group, **query.times(whole_life=True), "by": (query.by,)}
    return respond(request, Asking(questions.message_history, arguments), query)
