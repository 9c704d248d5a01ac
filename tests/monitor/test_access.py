"""Who may ask and act: anonymous readers, sessions, API tokens."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from monitor_users import PASSWORD, csrf, new_user

from monitor.accounts.models import ApiToken

TOKENS = "/api/v1/account/tokens"
DICTIONARY = "/api/v1/dictionary"


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only who has signed in may read."""
    monkeypatch.setenv("HMSF_MONITOR_ANONYMOUS", "0")


def made(client: Client, name: str = "script", days: int = 30) -> dict:
    """A new token of the user who is signed in."""
    response = client.post(TOKENS, {"name": name, "days": days}, "application/json", headers=csrf(client))
    assert response.status_code == 201, response.content
    return response.json()


def bearer(text: str) -> dict[str, str]:
    """The header of an API token."""
    return {"Authorization": f"Bearer {text}"}


def test_everybody_may_read_where_the_site_says_so(client: Client) -> None:
    assert client.get(DICTIONARY).status_code == 200


@pytest.mark.usefixtures("closed")
def test_nobody_may_read_without_signing_in_where_it_does_not(client: Client) -> None:
    response = client.get(DICTIONARY)
    assert response.status_code == 401
    assert "sign in" in response.json()["remedy"]


@pytest.mark.usefixtures("closed")
def test_a_session_reads(signed_in: Client) -> None:
    assert signed_in.get(DICTIONARY).status_code == 200


@pytest.mark.usefixtures("closed")
def test_a_token_reads_in_the_name_of_its_user(signed_in: Client) -> None:
    user = signed_in.get("/api/v1/account").json()["user"]
    script = Client()
    told = script.get("/api/v1/account", headers=bearer(made(signed_in)["token"]))
    assert told.json()["user"] == user


@pytest.mark.parametrize("text", ["", "hmsf_wrong", "'; DROP TABLE accounts_apitoken --", "\u2603", "x" * 5000])
def test_a_wrong_token_is_refused_even_where_everybody_may_read(client: Client, text: str) -> None:
    assert client.get(DICTIONARY, headers=bearer(text)).status_code == 401


def test_a_token_is_stored_as_a_hash_and_told_once(signed_in: Client) -> None:
    text = made(signed_in, "told once")["token"]
    [stored] = ApiToken.objects.filter(name="told once").values()
    assert text not in str(stored)
    assert text not in signed_in.get(TOKENS).content.decode()


def test_a_token_that_has_expired_is_refused(signed_in: Client) -> None:
    told = made(signed_in)
    ApiToken.objects.filter(pk=told["id"]).update(expires=timezone.now() - timedelta(seconds=1))
    assert Client().get(DICTIONARY, headers=bearer(told["token"])).status_code == 401


def test_a_token_of_a_user_who_is_shut_out_is_refused(client: Client) -> None:
    user = new_user()
    client.force_login(user)
    text = made(client)["token"]
    user.is_active = False
    user.save()
    assert Client().get(DICTIONARY, headers=bearer(text)).status_code == 401


def test_a_deleted_token_is_refused_and_others_cannot_delete_it(signed_in: Client) -> None:
    told = made(signed_in)
    other = Client(enforce_csrf_checks=True)
    other.force_login(new_user())
    address = f"{TOKENS}/{told['id']}"
    assert other.delete(address, headers=csrf(other)).status_code == 404
    assert signed_in.delete(address, headers=csrf(signed_in)).status_code == 204
    assert Client().get(DICTIONARY, headers=bearer(told["token"])).status_code == 401


def test_a_token_makes_no_tokens(signed_in: Client) -> None:
    text = made(signed_in)["token"]
    response = Client().post(TOKENS, {"name": "more"}, "application/json", headers=bearer(text))
    assert response.status_code in (401, 403)


def test_a_user_has_so_many_tokens_at_most(signed_in: Client) -> None:
    for number in range(20):
        made(signed_in, f"token {number}")
    response = signed_in.post(TOKENS, {"name": "one more"}, "application/json", headers=csrf(signed_in))
    assert response.status_code == 400
    assert "delete one" in response.json()["remedy"]


def test_what_changes_something_needs_the_csrf_token(signed_in: Client) -> None:
    response = signed_in.post(TOKENS, {"name": "forged"}, "application/json")
    assert response.status_code == 403
    assert "X-CSRFToken" in response.json()["remedy"]


def test_signing_in_and_out(client: Client) -> None:
    user = new_user()
    page = client.get("/login/?next=/api/v1/account")
    form = {"username": user.username, "password": PASSWORD, "csrfmiddlewaretoken": page.cookies["csrftoken"].value}
    response = client.post("/login/?next=/api/v1/account", form)
    assert response.status_code == 302
    assert client.get(response["Location"]).json()["user"] == user.username
    client.post("/logout/", {"csrfmiddlewaretoken": client.cookies["csrftoken"].value})
    assert client.get("/api/v1/account").json()["user"] is None


def test_signing_in_leads_to_no_other_site(client: Client) -> None:
    user = new_user()
    token = client.get("/login/").cookies["csrftoken"].value
    form = {"username": user.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    response = client.post("/login/", {**form, "next": "https://evil.example/"})
    assert response.status_code == 302
    assert urlsplit(response["Location"]).netloc == ""


def test_a_wrong_password_is_refused(client: Client) -> None:
    token = client.get("/login/").cookies["csrftoken"].value
    form = {"username": new_user().username, "password": "wrong", "csrfmiddlewaretoken": token}
    assert client.post("/login/", form).status_code == 200
    assert client.get("/api/v1/account").json()["user"] is None


def change(client: Client, old: str, new: str) -> HttpResponse:
    """Ask for a new password."""
    token = client.get("/account/password/").cookies["csrftoken"].value
    form = {"old_password": old, "new_password1": new, "new_password2": new, "csrfmiddlewaretoken": token}
    return client.post("/account/password/", form)


def test_a_password_is_changed_by_who_knows_the_old_one_and_other_sessions_end(client: Client) -> None:
    user, new = new_user(), "another long pass-phrase"
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(user)
    assert change(client, "wrong", new).status_code == 200
    assert change(client, PASSWORD, "12345678").status_code == 200
    assert elsewhere.get("/api/v1/account").json()["user"] == user.username
    assert change(client, PASSWORD, new)["Location"] == "/account/"
    assert client.get("/api/v1/account").json()["user"] == user.username
    assert elsewhere.get("/api/v1/account").json()["user"] is None
    assert Client().login(username=user.username, password=new)


def test_an_account_of_single_sign_on_has_no_password_to_change(client: Client) -> None:
    user = new_user()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    assert client.get("/account/password/").status_code == 403
    assert client.get("/account/").status_code == 200


@pytest.mark.usefixtures("closed")
def test_a_reader_is_added_who_may_read_and_nothing_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_MONITOR_READER_PASSWORD", PASSWORD)
    call_command("add_reader", "reader")
    assert client.login(username="reader", password=PASSWORD)
    assert client.get(DICTIONARY).status_code == 200
    assert client.get("/api/v1/account").json()["staff"] is False
    assert client.get("/api/v1/actions/log").status_code == 403


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("taken", PASSWORD, "already exists"),
        ("no name", PASSWORD, "valid username"),
        ("weak", "12345678", "too common"),
        ("untold", "", "HMSF_MONITOR_READER_PASSWORD"),
    ],
)
def test_a_reader_whom_the_rules_do_not_take_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, name: str, password: str, why: str
) -> None:
    get_user_model().objects.get_or_create(username="taken")
    monkeypatch.setenv("HMSF_MONITOR_READER_PASSWORD", password)
    # No terminal, wherever the tests run.
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match=why):
        call_command("add_reader", name)
    assert not get_user_model().objects.filter(username=name).exclude(username="taken").exists()
