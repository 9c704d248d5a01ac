"""Django for the tests of the monitor, set up once: its accounts are in an SQLite file of the test run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import django
import pytest

# As good as none; a limit is tried where it is set.
RATES = dict.fromkeys(("HMSF_MONITOR_RATE", "HMSF_MONITOR_SIGN_IN_RATE"), "1000000/minute")
# Applications that test modules make when they are imported; `home` clears the settings for the tests themselves.
os.environ |= {"DJANGO_SETTINGS_MODULE": "django_for_tests"} | RATES
django.setup()

from anew import start_anew  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from monitor_users import new_user  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def monitor() -> Iterator[None]:
    """The monitor in this process; nothing is connected before the first question."""
    call_command("migrate", verbosity=0)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in RATES.items():
            patch.setenv(name, value)
        yield
    start_anew()


@pytest.fixture
def client() -> Client:
    """A browser that nobody has signed in with; it checks CSRF tokens as real ones do."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither Cassandra nor PanDA's database answers."""
    # Nobody listens on the port of TCP's multiplexer.
    monkeypatch.setenv("HMSF_CASSANDRA_PORT", "1")
    monkeypatch.setenv("HMSF_PG_PORT", "1")
    start_anew()
    yield
    start_anew()


@pytest.fixture
def signed_in(client: Client) -> Client:
    """A browser of a user who is not staff."""
    client.force_login(new_user())
    return client


@pytest.fixture
def staff(client: Client) -> Client:
    """A browser of a member of staff."""
    client.force_login(new_user(is_staff=True))
    return client
