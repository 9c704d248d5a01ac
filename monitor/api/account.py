"""/account: who asks, and their API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from ninja import Path, Router, Schema, Status
from pydantic import Field

from data_models import settings
from data_models.window import format_time
from monitor.accounts.models import ApiToken
from monitor.api.access import ACT
from monitor.api.parameters import BIGINT, NAME
from monitor.api.problems import Refused
from monitor.api.schemas import PROBLEMS

router = Router(tags=["account"])
MOST_TOKENS = 20


class Account(Schema):
    """Who asks. `csrf` goes into the header X-CSRFToken of requests that change something."""

    user: str | None
    staff: bool
    may_start_loads: bool
    csrf: str


class NewToken(Schema):
    """What a token is to be called, and how many days it is good for."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=NAME)]
    days: Annotated[int, Field(ge=1, le=365)] = 90


class Token(Schema):
    """A token without its text; `mark` is how that begins."""

    id: int
    name: str
    mark: str
    created: str
    expires: str


class MadeToken(Token):
    """A token with its text, which is told this once."""

    token: str


@router.get("", response={200: Account, **PROBLEMS}, summary="Who asks")
def account(request: HttpRequest) -> Account:
    """The user of the session or token; null for an anonymous reader."""
    user = request.user
    name = user.get_username() if user.is_authenticated else None
    may = bool(user.is_staff and settings.text("HMSF_AIRFLOW_URL"))
    return Account(user=name, staff=user.is_staff, may_start_loads=may, csrf=get_token(request))


@router.get("/tokens", auth=ACT, response={200: list[Token], **PROBLEMS}, summary="Your API tokens")
def tokens(request: HttpRequest) -> list[Token]:
    """The tokens of the user who is signed in, newest first."""
    return [Token(**told(token)) for token in request.user.api_tokens.all()]


@router.post("/tokens", auth=ACT, response={201: MadeToken, **PROBLEMS}, summary="A new API token")
def make_token(request: HttpRequest, wanted: NewToken) -> Status:
    """Make a token that reads in the name of the user who is signed in. Its text is told this once."""
    if request.user.api_tokens.count() >= MOST_TOKENS:
        raise Refused(f"{MOST_TOKENS} tokens are there already", "delete one that is not needed", None)
    expires = timezone.now() + timedelta(days=wanted.days)
    token, text = ApiToken.issue(request.user, wanted.name, expires)
    return Status(201, MadeToken(**told(token), token=text))


@router.delete("/tokens/{number}", auth=ACT, response={204: None, **PROBLEMS}, summary="Delete an API token")
def delete_token(request: HttpRequest, number: Path[Annotated[int, Field(ge=1, le=BIGINT)]]) -> Status:
    """Delete one of your tokens; it is refused from now on."""
    deleted, _ = request.user.api_tokens.filter(pk=number).delete()
    if not deleted:
        raise Refused(f"you have no token {number}", "look at the list of your tokens", "number", 404)
    return Status(204, None)


def told(token: ApiToken) -> dict[str, str | int]:
    """A token as it is told."""
    return {
        "id": token.pk,
        "name": token.name,
        "mark": token.mark,
        "created": format_time(token.created),
        "expires": format_time(token.expires),
    }
