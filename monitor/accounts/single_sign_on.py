"""Single sign-on by OpenID Connect: the provider's addresses are read from its own discovery document, when needed.

A user is known by issuer and subject, never by e-mail or name, which providers let people change: nobody takes over an
account that way. Whether a user is staff follows from a role, at each sign-in.
"""

from __future__ import annotations

import hashlib
import logging
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from cachetools import TTLCache
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import import_from_settings
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from data_models import settings
from monitor.accounts.models import SingleSignOn

DISCOVERED = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}
SECONDS = 10
KEPT_SECONDS = 3600
LONGEST_NAME = 100
FAILURES = (requests.RequestException, jwt.PyJWTError, SuspiciousOperation, KeyError, ValueError)
log = logging.getLogger(__name__)
_lock = Lock()
_documents: TTLCache = TTLCache(4, KEPT_SECONDS)


def configured() -> bool:
    """Whether a provider is set (HMSF_OIDC_ISSUER)."""
    return bool(settings.text("HMSF_OIDC_ISSUER"))


def provider() -> dict[str, Any]:
    """The provider's discovery document. Raises requests' errors, and ValueError for one of another issuer."""
    issuer = settings.text("HMSF_OIDC_ISSUER").rstrip("/")
    with _lock:
        if issuer not in _documents:
            response = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=SECONDS)
            response.raise_for_status()
            document = response.json()
            if document["issuer"].rstrip("/") != issuer:
                raise ValueError(f"{issuer} says that it is {document['issuer']}: mend HMSF_OIDC_ISSUER")
            _documents[issuer] = document
        return _documents[issuer]


def setting(name: str, *default: Any) -> Any:  # noqa: ANN401 (as the library has it)
    """A setting of the library: its addresses are the provider's, log-in and algorithm ours, the rest Django's."""
    if name in DISCOVERED:
        return provider()[DISCOVERED[name]]
    own = {"OIDC_RP_CLIENT_ID": "HMSF_OIDC_CLIENT_ID", "OIDC_RP_CLIENT_SECRET": "HMSF_OIDC_CLIENT_SECRET"}
    return settings.text(own[name]) if name in own else import_from_settings(name, *default)


class Backend(OIDCAuthenticationBackend):
    """Who a sign-in at the provider is here."""

    get_settings = staticmethod(setting)

    def __init__(self) -> None:
        """Nothing is asked of the provider before somebody comes back from it."""
        self.UserModel = User

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> User | None:  # noqa: ANN401
        """The user who comes back from the provider. Raises FAILURES."""
        if request is None or "nonce" not in kwargs or not configured():
            return None
        super().__init__()
        return super().authenticate(request, **kwargs)

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """The library's checks, and that the token is of this issuer and for this client."""
        payload = super().verify_token(token, **kwargs)
        audience = payload.get("aud")
        clients = audience if isinstance(audience, list) else [audience]
        if payload.get("iss") != provider()["issuer"] or self.OIDC_RP_CLIENT_ID not in clients:
            raise SuspiciousOperation("the token is of another issuer, or for another client")
        self.subject = payload["sub"]
        return payload

    def retrieve_matching_jwk(self, token: str) -> jwt.PyJWK:
        """The provider's key that a token says it is signed with; its only one where the token says nothing.

        The library takes no token without a key's name, which a provider with one key may leave out.
        """
        response = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=SECONDS)
        response.raise_for_status()
        keys, name = jwt.PyJWKSet.from_dict(response.json()).keys, jwt.get_unverified_header(token).get("kid")
        found = [key for key in keys if name is None or key.key_id == name]
        if len(found) != 1:
            raise SuspiciousOperation(f"the provider has {len(found)} keys {name or '(no name)'}")
        return found[0]

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        """Whether what the provider tells of the user is of the user of the token."""
        return claims.get("sub") == self.subject

    def filter_users_by_claims(self, claims: dict[str, Any]) -> QuerySet:
        """The user of this issuer and subject."""
        return User.objects.filter(single_sign_on__issuer=provider()["issuer"], single_sign_on__subject=claims["sub"])

    def create_user(self, claims: dict[str, Any]) -> User:
        """A new user, named as at the provider, with its host."""
        issuer = provider()["issuer"]
        name = f"{str(claims.get('preferred_username') or claims['sub'])[:LONGEST_NAME]}@{urlsplit(issuer).hostname}"
        if User.objects.filter(username=name).exists():
            # The provider has given the name to somebody else before.
            name = f"{name}-{hashlib.sha256(claims['sub'].encode()).hexdigest()[:8]}"
        user = User.objects.create_user(name)
        SingleSignOn.objects.create(user=user, issuer=issuer, subject=claims["sub"])
        return self.update_user(user, claims)

    def update_user(self, user: User, claims: dict[str, Any]) -> User:
        """Set whether the user is staff, and the e-mail."""
        role, told = settings.text("HMSF_OIDC_STAFF_ROLE"), claims.get(settings.text("HMSF_OIDC_ROLES_CLAIM")) or []
        user.is_staff = bool(role) and role in (told if isinstance(told, list) else [told])
        user.email = str(claims.get("email") or "")[:254]
        user.save(update_fields=["is_staff", "email"])
        return user


class Leave(OIDCAuthenticationRequestView):
    """To the provider."""

    get_settings = staticmethod(setting)

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        """The provider is asked when somebody goes there."""
        super(OIDCAuthenticationRequestView, self).__init__(**kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """A redirect to the provider, or back to the sign-in where it is away."""
        if not configured():
            return redirect("login")
        try:
            super().__init__()
            return super().get(request)
        except FAILURES as error:
            return refused(request, error)


class Return(OIDCAuthenticationCallbackView):
    """Back from the provider."""

    get_settings = staticmethod(setting)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Signed in, or back to the sign-in with what was wrong."""
        try:
            return super().get(request)
        except FAILURES as error:
            return refused(request, error)

    def login_failure(self) -> HttpResponse:
        """The provider did not let the user in."""
        return refused(self.request, SuspiciousOperation(self.request.GET.get("error", "nobody came back")))


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """Back to the sign-in; the log says why."""
    log.warning("single sign-on: %s: %s", type(error).__name__, error)
    messages.error(request, "Single sign-on did not work: try again, or sign in with a local account.")
    return redirect("login")
