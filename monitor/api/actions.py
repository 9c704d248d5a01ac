"""/actions: staff start loads of days in Airflow, after confirming what that would do; each try is in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from django.core import signing
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from data_models import settings
from data_models.window import format_time
from monitor.accounts.models import AuditEntry
from monitor.airflow import Airflow, AirflowFailed
from monitor.api.access import ACT, require_staff
from monitor.api.parameters import NAME, Day
from monitor.api.problems import Problem, Refused
from monitor.api.schemas import PROBLEMS
from monitor.rate_limit import address_of

router = Router(tags=["staff"], auth=ACT)
MOST_DAYS = 366
CONFIRM_SECONDS = 300
SALT = "monitor.actions"
SHOWN_ENTRIES = 200
T = TypeVar("T")


class Wanted(Schema):
    """Days, both included, and what for. backfill: days that have not run; repair: load again what has.

    `confirmation`: what the answer without one gave; it is good for five minutes, for the same user and request.
    """

    action: Literal["backfill", "repair"]
    first: Day
    last: Day
    reason: Annotated[str, Field(min_length=3, max_length=500, pattern=NAME)]
    confirmation: Annotated[str, Field(max_length=1000)] = ""


class Done(Schema):
    """What would be done (with a confirmation to send), or what was done (with Airflow's number of the backfill)."""

    state: Literal["to confirm", "started"]
    days: list[str] = Field(description="the logical dates of the runs")
    confirmation: str | None
    backfill: int | None


class Audited(Schema):
    """An entry of the audit log."""

    at: str
    user: str
    address: str
    action: str
    window: str
    reason: str
    outcome: str


@router.post("", response={200: Done, 502: Problem, **PROBLEMS}, summary="Start a backfill or a repair")
def act(request: HttpRequest, wanted: Wanted) -> Done:
    """Asked without a confirmation it tells what would be done; asked again with it, it is done. For staff."""
    require_staff(request)
    airflow = Airflow.from_settings()
    if airflow is None:
        raise Refused("no Airflow is set", "set HMSF_AIRFLOW_URL, _USER and _PASSWORD", None, 503)
    if wanted.last < wanted.first or (wanted.last - wanted.first).days >= MOST_DAYS:
        raise Refused("last lies before first, or more than 366 days are asked for", "ask for fewer days", "last")
    promise = [request.user.pk, wanted.action, str(wanted.first), str(wanted.last), wanted.reason]
    if not wanted.confirmation:
        days = tried(
            request, wanted, lambda: airflow.days_to_load(wanted.action, wanted.first, wanted.last), "asked for"
        )
        return Done(state="to confirm", days=days, confirmation=signing.dumps(promise, salt=SALT), backfill=None)
    try:
        confirmed = signing.loads(wanted.confirmation, salt=SALT, max_age=CONFIRM_SECONDS)
    except signing.BadSignature:
        confirmed = None
    if confirmed != promise:
        raise Refused("the confirmation is of something else, or too old", "ask without one first", "confirmation")
    number = tried(request, wanted, lambda: airflow.start(wanted.action, wanted.first, wanted.last), "started")
    return Done(state="started", days=[], confirmation=None, backfill=number)


@router.get("/log", response={200: list[Audited], **PROBLEMS}, summary="The audit log")
def log(request: HttpRequest) -> list[Audited]:
    """The newest 200 entries. For staff."""
    require_staff(request)
    names = ("user", "address", "action", "window", "reason", "outcome")
    return [
        Audited(at=format_time(entry.at), **{name: getattr(entry, name) for name in names})
        for entry in AuditEntry.objects.all()[:SHOWN_ENTRIES]
    ]


def tried(request: HttpRequest, wanted: Wanted, ask: Callable[[], T], word: str) -> T:
    """What Airflow answers, with an entry in the audit log either way. Raises Refused (502)."""
    try:
        answer = ask()
    except AirflowFailed as error:
        enter(request, wanted, str(error))
        raise Refused(str(error), "look at Airflow, then try again", None, 502) from error
    enter(request, wanted, f"{word}: {answer if isinstance(answer, int) else f'{len(answer)} runs'}")
    return answer


def enter(request: HttpRequest, wanted: Wanted, outcome: str) -> None:
    """An entry of the audit log."""
    AuditEntry.objects.create(
        user=request.user.get_username(),
        address=address_of(request, settings.number("HMSF_MONITOR_PROXIES")),
        action=wanted.action,
        window=f"{wanted.first}/{wanted.last}",
        reason=wanted.reason,
        outcome=outcome[:500],
    )
