"""What is answered, and what is asked, once a database does not answer any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import sleep
from typing import NoReturn

import pytest
from anew import start_anew
from cassandra import OperationTimedOut
from cassandra.cluster import Session
from django.http import HttpResponse
from django.test import Client
from made_archive import enter, error_row, insert

from data_models.live.hours import LiveHours
from data_models.panda_sql.errors import SourceBusy, SourceUnavailable
from data_models.reading.known_hours import KnownHours, LedgerWords
from monitor.api import answers
from monitor.store import STORE

AT = datetime(2018, 5, 6, 7, tzinfo=UTC)
WINDOW = {"date_from": "2018-05-06T07:00", "date_to": "2018-05-06T08:00"}
PANDAID = 880_000_001
NOBODYS_PANDAID = 880_000_002
W = 1000


@pytest.fixture(scope="module", autouse=True)
def archived(archive: Session) -> None:
    """An hour with an error and a job, verified."""
    insert(archive, "errors_by_hour", [error_row(AT, "pilot", 1099, 3, day=AT.date())], W)
    insert(archive, "job", [{"pandaid": PANDAID, "modificationtime": AT, "jobstatus": "failed", "packed": "{}"}], W)
    enter(archive, [AT], W)


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Nothing is known of either database before a test, nor after it."""
    start_anew()
    yield
    start_anew()


class Failing:
    """A PanDA database that fails after a while, and counts how often it is asked."""

    def __init__(self) -> None:
        """Nobody has asked."""
        self.asked = 0

    def active_states(self, equal: Mapping[str, object]) -> NoReturn:
        """Raises SourceUnavailable."""
        self.asked += 1
        sleep(0.3)
        raise SourceUnavailable("it hangs")

    job = active_states


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, anew: None) -> Failing:
    """The monitor's PanDA database is one that fails."""
    source = Failing()
    monkeypatch.setitem(STORE.__dict__, "panda", source)
    return source


def errors(client: Client) -> HttpResponse:
    """The errors of the archived hour."""
    return client.get("/api/v1/errors", WINDOW)


def test_what_is_kept_is_not_answered_when_cassandra_cannot_confirm_it(client: Client) -> None:
    assert errors(client)["ETag"]
    archive = STORE.archive()
    archive.ledger.forget()
    archive.session.shutdown()
    response = errors(client)
    assert response.status_code == 200, response.content
    told = response.json()
    assert [part["state"] for part in told["parts"]] == ["away"]
    assert "the archive does not answer" in told["notes"][0]


def test_a_job_whose_hour_the_ledger_does_not_tell_is_looked_for_in_panda(
    client: Client, monkeypatch: pytest.MonkeyPatch, failing: Failing
) -> None:
    assert client.get(f"/api/v1/jobs/{PANDAID}").json()["state"] == "verified"
    known = LedgerWords.known

    def refused(*given: object) -> NoReturn:
        raise OperationTimedOut

    def known_once(*given: object) -> KnownHours:
        monkeypatch.setattr(LedgerWords, "known", refused)
        return known(*given)

    monkeypatch.setattr(LedgerWords, "known", known_once)
    response = client.get(f"/api/v1/jobs/{PANDAID}")
    assert (response.status_code, failing.asked) == (503, 1), response.content


def test_a_verified_answer_has_no_note_while_panda_is_left_alone(client: Client) -> None:
    STORE.panda_failed(SourceUnavailable("away"))
    response = errors(client)
    assert (response.json()["complete"], response.json()["notes"]) == (True, [])
    assert response["ETag"]
    recent = client.get("/api/v1/errors?hours=1")
    assert "PanDA's database does not answer" in recent.json()["notes"][0]
    assert "ETag" not in recent


def test_a_question_that_waited_too_long_goes_without_live_hours_and_harms_no_other(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> NoReturn:
        raise SourceBusy("others read")

    with monkeypatch.context() as patch:
        patch.setattr(LiveHours, "hours", busy)
        told = client.get("/api/v1/errors?hours=1").json()
        assert not told["complete"]
        assert "PanDA's database" in told["notes"][0]
    assert not STORE.panda_left_alone


def test_another_dictionary_makes_another_etag(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    etag = errors(client)["ETag"]
    monkeypatch.setattr(answers, "DICTIONARY_VERSION", "another")
    answers.forget()
    assert errors(client)["ETag"] != etag


def test_a_panda_that_hangs_is_asked_once_by_all_who_wait_for_active_jobs(failing: Failing) -> None:
    with ThreadPoolExecutor(4) as threads:
        codes = threads.map(lambda _: Client().get("/api/v1/active").status_code, range(4))
        assert list(codes) == [503] * 4
    assert Client().get("/api/v1/active").json()["error"] == "PanDA's database does not answer"
    assert failing.asked == 1


def test_a_panda_that_failed_is_not_asked_for_the_next_job(client: Client, failing: Failing) -> None:
    codes = [client.get(f"/api/v1/jobs/{NOBODYS_PANDAID}").status_code for _ in range(2)]
    assert (codes, failing.asked) == ([503, 503], 1)
