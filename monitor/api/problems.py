"""What is answered when a question is not: one JSON object, whose remedy says what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from data_models.cassandra_session import CassandraRefused, CassandraUnavailable
from data_models.panda_sql.errors import SourceError
from data_models.reading.refusals import (
    NoCursor,
    NotAdditive,
    NotGroupable,
    NothingArchived,
    PeriodTooLong,
    QuestionRefused,
)
from data_models.window import WindowError

LONGEST_SHOWN = 200
# What is wrong where a question is refused.
PARAMETERS = {NoCursor: "after", NotAdditive: "by", NotGroupable: "by", PeriodTooLong: "date_from"}
log = logging.getLogger(__name__)


class Problem(Schema):
    """Why there is no answer."""

    error: str
    parameter: str | None
    remedy: str


class Refused(Exception):
    """A request that is not answered; `parameter` names what is wrong with it."""

    def __init__(self, error: str, remedy: str, parameter: str | None = None, status: int = 400) -> None:
        """As the client is told."""
        super().__init__(error)
        self.error, self.remedy, self.parameter, self.status = error, remedy, parameter, status


def told(api: NinjaAPI, request: HttpRequest, refused: Refused) -> HttpResponse:
    """The response of a problem."""
    problem = {"error": refused.error, "parameter": refused.parameter, "remedy": refused.remedy}
    response = api.create_response(request, problem, status=refused.status)
    response["Cache-Control"] = "no-store"
    if refused.status == 503:
        response["Retry-After"] = "10"
    return response


def of_validation(error: ValidationError) -> Refused:
    """The first thing that is wrong with the parameters of a request."""
    first = error.errors[0]
    parameter = str(first["loc"][-1])
    given = first.get("input")
    message = f"{parameter}: {first['msg']}"
    if given is not None and not isinstance(given, dict):
        message += f", not {str(given)[:LONGEST_SHOWN]!r}"
    return Refused(message, "see /api/v1/openapi.json for what it takes", parameter)


def of_question(error: Exception) -> Refused:
    """What a client is told of a question that is refused: the message is for people already."""
    what, _, remedy = one_line(error).rpartition(": ")
    parameter = next((name for kind, name in PARAMETERS.items() if isinstance(error, kind)), None)
    return Refused(what, remedy, parameter) if what else Refused(remedy, "ask for less", parameter)


def of_http(error: HttpError) -> Refused:
    """What a client is told of a request that Ninja refuses."""
    if error.status_code == 403:
        return Refused("the CSRF token is missing or wrong", "send it in the header X-CSRFToken", status=403)
    return Refused(one_line(error), "see /api/v1/openapi.json", status=error.status_code)


def of_defect(error: Exception) -> Refused:
    """What a client is told of a defect, which is logged."""
    log.error("a question failed", exc_info=error)
    return Refused("the monitor failed", "tell its operators when; its log says why", status=500)


def one_line(error: Exception) -> str:
    """An error's message without line breaks."""
    return " ".join(str(error).split())


# Made anew each time: an exception that is raised again keeps the frames of all times before, and so their requests.
def archive_away() -> Refused:
    """What a client is told while Cassandra is away."""
    return Refused("the archive does not answer", "try again in a minute; recent hours are answered", status=503)


def panda_away() -> Refused:
    """What a client is told while PanDA's database is away."""
    return Refused("PanDA's database does not answer", "try again in a minute", status=503)


SIGN_IN = Refused("sign in first", "sign in, or send an API token: Authorization: Bearer TOKEN", status=401)
MEANT: dict[type[Exception], Callable[[Any], Refused]] = {
    Refused: lambda error: error,
    ValidationError: of_validation,
    NothingArchived: lambda error: Refused(one_line(error), "look at the number, or give a period", status=404),
    QuestionRefused: of_question,
    WindowError: of_question,
    CassandraUnavailable: lambda error: archive_away(),
    CassandraRefused: lambda error: archive_away(),
    SourceError: lambda error: panda_away(),
    AuthenticationError: lambda error: SIGN_IN,
    HttpError: of_http,
    Exception: of_defect,
}


def install(api: NinjaAPI) -> None:
    """Make an API answer with problems."""
    for kind, refused in MEANT.items():
        api.add_exception_handler(kind, lambda request, error, refused=refused: told(api, request, refused(error)))
