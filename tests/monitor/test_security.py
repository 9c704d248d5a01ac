"""The checks of Django's own for a production site, headers, rate limits, and what comes out in CSV."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from django.contrib.staticfiles.finders import get_finders
from django.http import HttpResponse
from django.test import Client, RequestFactory

from data_models.settings import ROOT
from monitor.api.rows import harmless
from monitor.rate_limit import RateLimitMiddleware

MANAGE = [sys.executable, str(ROOT / "monitor" / "manage.py")]
KEY = {"HMSF_MONITOR_SECRET_KEY": "kWq8!x2Lr0#vTz5@mNc7&bJh4*gFd1^sPo9%yUi3(eRa6)-Zw+Qp"}


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess:
    """A command of manage.py as a site would run it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HMSF_MONITOR", "DJANGO"))}
    return subprocess.run([*MANAGE, *words], env=environment | variables, capture_output=True, text=True, check=False)


def test_production_settings_pass_the_checks_for_deployment() -> None:
    done = manage("check", "--deploy", "--fail-level", "INFO", **KEY)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_migrations_are_those_of_the_models() -> None:
    done = manage("makemigrations", "--check", "--dry-run", **KEY)
    assert done.returncode == 0, done.stdout


def test_without_a_key_the_monitor_does_not_start() -> None:
    done = manage("check")
    assert done.returncode != 0
    assert "HMSF_MONITOR_SECRET_KEY is not set" in done.stderr


def test_an_address_that_is_none_is_told_without_its_password() -> None:
    done = manage("check", **KEY, HMSF_MONITOR_DATABASE="mysql://u:s3cret@h/d")
    assert "give postgresql://" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout


def test_nothing_of_a_library_is_served_beside_what_the_pages_use() -> None:
    # django-ninja brings pages of its documentation, with JavaScript that has known weaknesses.
    files = {path for finder in get_finders() for path, _ in finder.list([])}
    assert not [path for path in files if "swagger" in path or "redoc" in path]


@pytest.mark.parametrize("address", ["/login/", "/api/v1/dictionary", "/api/v1/errors?hours=x", "/nothing"])
def test_headers(client: Client, address: str) -> None:
    response = client.get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


def test_pages_have_no_inline_scripts_or_styles(client: Client) -> None:
    page = client.get("/login/").content.decode()
    assert "<script>" not in page
    assert "style=" not in page
    assert " on" + "click=" not in page


def test_another_host_is_refused(client: Client) -> None:
    assert client.get("/api/v1/dictionary", headers={"Host": "evil.example"}).status_code == 400


def test_probes_of_the_same_machine_are_answered_by_the_documented_recipe() -> None:
    recipe = KEY | {"HMSF_MONITOR_HOSTS": "panda-history.example.org", "HMSF_MONITOR_PROXIES": "1"}
    away = {"HMSF_CASSANDRA_PORT": "1", "HMSF_PG_PORT": "1"}
    probe = (
        "from django.test import Client; host = {'Host': '127.0.0.1:8000'}; "
        "print(*(Client().get(path, headers=host).status_code for path in ('/health/', '/health/ready/', '/login/')))"
    )
    done = manage("shell", "--verbosity", "0", "-c", probe, **recipe, **away)
    assert done.stdout.split() == ["200", "503", "301"], done.stderr


def limited(monkeypatch: pytest.MonkeyPatch, proxies: int = 0) -> Client:
    """A browser of a monitor that allows three requests a minute, and two tries to sign in."""
    monkeypatch.setenv("HMSF_MONITOR_RATE", "3/minute")
    monkeypatch.setenv("HMSF_MONITOR_SIGN_IN_RATE", "2/minute")
    monkeypatch.setenv("HMSF_MONITOR_PROXIES", str(proxies))
    # A client of its own loads the middleware anew.
    return Client()


def test_too_many_requests_are_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    client = limited(monkeypatch)
    codes = [client.get("/api/v1/dictionary").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    refused = client.get("/api/v1/dictionary")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["remedy"].startswith("wait")
    assert client.get("/health/").status_code == 200


def test_one_client_does_not_use_up_what_others_may(monkeypatch: pytest.MonkeyPatch) -> None:
    client = limited(monkeypatch)
    for _ in range(4):
        client.get("/api/v1/dictionary", REMOTE_ADDR="192.0.2.1")
    assert client.get("/api/v1/dictionary", REMOTE_ADDR="192.0.2.2").status_code == 200


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 200)])
def test_a_client_is_believed_only_what_a_proxy_told(monkeypatch: pytest.MonkeyPatch, proxies: int, last: int) -> None:
    client = limited(monkeypatch, proxies)
    for number in range(4):
        told = client.get("/api/v1/dictionary", headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert told.status_code == last


def test_requests_that_come_at_once_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_MONITOR_RATE", "4000/hour")
    limit = RateLimitMiddleware(lambda _: HttpResponse())
    request, interval = RequestFactory().get("/", REMOTE_ADDR="192.0.2.77"), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(lambda _: limit(request).status_code, range(5000)))
    finally:
        sys.setswitchinterval(interval)
    assert Counter(codes) == {200: 4000, 429: 1000}


def test_passwords_cannot_be_tried_at_will(monkeypatch: pytest.MonkeyPatch) -> None:
    client = limited(monkeypatch)
    form = {"username": "nobody", "password": "wrong"}
    assert [client.post("/login/", form).status_code for _ in range(3)] == [200, 200, 429]
    assert client.post("/account/password/", {"old_password": "wrong"}).status_code == 429


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_text_in_csv_is_a_formula(text: str) -> None:
    rows = pa.table({"message": [text, "a=1", None], "n": [-1, 2, 3]})
    assert harmless(rows).to_pylist() == [
        {"message": f"'{text}", "n": -1},
        {"message": "a=1", "n": 2},
        {"message": None, "n": 3},
    ]
