"""Signing in at an OpenID provider, a real one that the tests start."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client
from monitor_users import new_user
from oidc_provider_mock import run_server_in_thread

_numbers = count(1)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def provider(issuer: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The provider that the monitor is set to."""
    for name, value in {
        "ISSUER": issuer,
        "CLIENT_ID": "hmsf",
        "CLIENT_SECRET": "a secret",
        "ROLES_CLAIM": "cern_roles",
        "STAFF_ROLE": "operator",
    }.items():
        monkeypatch.setenv(f"HMSF_OIDC_{name}", value)
    return issuer


def new_subject(issuer: str, **claims: object) -> str:
    """Somebody whom the provider knows."""
    subject = f"subject-{next(_numbers)}"
    requests.put(f"{issuer}/users/{subject}", json=claims, timeout=10).raise_for_status()
    return subject


def leave(client: Client, after: str = "/api/v1/account") -> str:
    """The provider's address that a browser is sent to."""
    return client.get(f"/oidc/leave/?next={after}")["Location"]


def allowed(there: str, subject: str) -> str:
    """Where the provider sends the browser back to, once the user has said yes."""
    answer = requests.post(there, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["Location"]


def sign_in(client: Client, subject: str) -> dict:
    """Sign in, and what the monitor then knows of the user."""
    back = client.get(allowed(leave(client), subject))
    assert back.status_code == 302
    return client.get(back["Location"]).json()


def test_signing_in_at_the_provider(client: Client, provider: str) -> None:
    subject = new_subject(provider, preferred_username="berta", email="berta@example.org")
    told = sign_in(client, subject)
    assert (told["user"], told["staff"]) == ("berta@localhost", False)
    # A second time it is the same user.
    assert sign_in(Client(), subject)["user"] == "berta@localhost"
    assert User.objects.filter(single_sign_on__subject=subject).count() == 1


def test_the_role_makes_staff_and_its_loss_unmakes(client: Client, provider: str) -> None:
    subject = new_subject(provider, preferred_username="otto", cern_roles=["operator", "other"])
    assert sign_in(client, subject)["staff"] is True
    requests.put(f"{provider}/users/{subject}", json={"cern_roles": ["other"]}, timeout=10)
    assert sign_in(Client(), subject)["staff"] is False


def test_nobody_takes_over_an_account_by_its_name_or_mail(client: Client, provider: str) -> None:
    local = new_user(is_staff=True)
    local.email = "boss@example.org"
    local.save()
    subject = new_subject(provider, preferred_username=local.username, email="boss@example.org")
    told = sign_in(client, subject)
    assert told["user"] != local.username
    assert told["staff"] is False
    namesake = new_subject(provider, preferred_username=local.username)
    assert sign_in(Client(), namesake)["user"] not in (local.username, told["user"])


def test_the_request_has_state_nonce_and_a_challenge(client: Client, provider: str) -> None:
    asked = parse_qs(urlsplit(leave(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/oidc/callback/"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_a_code_of_another_browser_is_refused(client: Client, provider: str) -> None:
    back = allowed(leave(client), new_subject(provider))
    assert refused(Client(), back)


def test_a_code_is_good_once(client: Client, provider: str) -> None:
    back = allowed(leave(client), new_subject(provider))
    client.get(back)
    client.logout()
    assert refused(client, back)


def test_who_says_no_at_the_provider_is_not_signed_in(client: Client, provider: str) -> None:
    there = leave(client)
    answer = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=10)
    assert refused(client, answer.headers["Location"])


@pytest.mark.parametrize("changed", [{"iss": "http://evil.example"}, {"aud": "another"}, {"nonce": "another"}])
def test_a_token_of_another_issuer_client_or_sign_in_is_refused(
    client: Client, provider: str, changed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = jwt.decode
    monkeypatch.setattr(jwt, "decode", lambda *args, **kwargs: read(*args, **kwargs) | changed)
    assert refused(client, allowed(leave(client), new_subject(provider)))


def test_a_token_that_somebody_else_signed_is_refused(
    client: Client, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = allowed(leave(client), new_subject(provider))
    forged = jwt.encode({"sub": "x"}, "a key of somebody else, long enough for HMAC", "HS256", headers={"kid": "x"})
    monkeypatch.setattr(
        "monitor.accounts.single_sign_on.Backend.get_token", lambda *_: {"id_token": forged, "access_token": "x"}
    )
    assert refused(client, back)


def test_a_provider_that_is_away_is_told_and_local_accounts_work(
    client: Client, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_OIDC_ISSUER", "http://127.0.0.1:1")
    assert refused(client, "/oidc/leave/")
    assert client.login(username=new_user().username, password="a long enough pass-phrase")


def test_signing_in_leads_to_no_other_site(client: Client, provider: str) -> None:
    back = client.get(allowed(leave(client, "https://evil.example/"), new_subject(provider)))
    assert urlsplit(back["Location"]).netloc == ""


def test_the_sign_in_offers_it_where_a_provider_is_set(client: Client, provider: str) -> None:
    assert "Single sign-on" in client.get("/login/").content.decode()


def test_it_is_not_offered_where_none_is_set(client: Client) -> None:
    assert "Single sign-on" not in client.get("/login/").content.decode()
    assert client.get("/oidc/leave/")["Location"] == "/login/"


def refused(client: Client, back: str) -> bool:
    """Whether the browser is sent back to the sign-in, which says so, and nobody is signed in."""
    answer = client.get(back)
    page = client.get(answer["Location"]).content.decode()
    nobody = client.get("/api/v1/account").json()["user"] is None
    return answer["Location"] == "/login/" and "did not work" in page and nobody
