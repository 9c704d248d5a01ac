"""Who may ask: everybody where the site says so, else whoever is signed in or sends an API token."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from data_models import settings
from monitor.accounts.models import ApiToken
from monitor.api.problems import Refused


class Token(HttpBearer):
    """An API token: `Authorization: Bearer TOKEN`. It reads; it does not act."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ANN401 (Ninja's signature)
        """The token's user. Raises Refused for an unknown token: it is not taken for an anonymous reader."""
        user = ApiToken.holder(token)
        if user is None:
            raise Refused("the API token is unknown or has expired", "make a new one on your account's page", None, 401)
        request.user = user
        return user


class Session(APIKeyCookie):
    """The session of a browser that has signed in; what changes something needs the CSRF token."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ANN401 (Ninja's signature)
        """The session's user."""
        return request.user if request.user.is_authenticated else None


class Reader(Session):
    """As Session, and everybody where HMSF_MONITOR_ANONYMOUS is 1."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ANN401 (Ninja's signature)
        """The session's user, or an anonymous one that counts as true."""
        if settings.switch("HMSF_MONITOR_ANONYMOUS"):
            return AnonymousUser()
        return super().authenticate(request, key)


READ = [Token(), Reader()]
ACT = [Session()]


def require_staff(request: HttpRequest) -> None:
    """Raises Refused for whoever is not of the staff."""
    if not request.user.is_staff:
        raise Refused("only staff may do this", "ask an administrator of the monitor", None, 403)
