"""Staff start loads: told first, then confirmed; each try is in the audit log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from airflow.api_fastapi.core_api.datamodels.backfills import BackfillPostBody
from airflow_double import PASSWORD, Double, airflow_double
from django.test import Client
from monitor_users import csrf, new_user

from monitor.accounts.models import AuditEntry

ACTIONS = "/api/v1/actions"
WANTED = {"action": "backfill", "first": "2026-06-01", "last": "2026-06-30", "reason": "history of June"}


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    """An Airflow that the monitor is set to."""
    with airflow_double() as (address, double):
        monkeypatch.setenv("HMSF_AIRFLOW_URL", address)
        monkeypatch.setenv("HMSF_AIRFLOW_USER", "operator")
        monkeypatch.setenv("HMSF_AIRFLOW_PASSWORD", PASSWORD)
        yield double


def post(client: Client, **wanted: str) -> tuple[int, dict]:
    """Ask for an action."""
    response = client.post(ACTIONS, WANTED | wanted, "application/json", headers=csrf(client))
    return response.status_code, response.json()


def entries(client: Client) -> list[str]:
    """The outcomes in the audit log of the client's user, newest first."""
    user = client.get("/api/v1/account").json()["user"]
    return [entry.outcome for entry in AuditEntry.objects.filter(user=user)]


def test_what_would_be_done_is_told_and_nothing_is_started(staff: Client, airflow: Double) -> None:
    status, told = post(staff)
    assert (status, told["state"], len(told["days"])) == (200, "to confirm", 2)
    assert [path for path, _ in airflow.asked] == ["/api/v2/backfills/dry_run"]
    assert entries(staff) == ["asked for: 2 runs"]


def test_a_confirmed_action_is_started_and_in_the_log(staff: Client, airflow: Double) -> None:
    _, told = post(staff)
    status, done = post(staff, confirmation=told["confirmation"])
    assert (status, done["state"], done["backfill"]) == (200, "started", 7)
    path, body = airflow.asked[-1]
    assert path == "/api/v2/backfills"
    # What Airflow's own interface takes.
    assert BackfillPostBody.model_validate(body).reprocess_behavior == "none"
    assert entries(staff)[0] == "started: 7"
    [newest, *_] = staff.get(f"{ACTIONS}/log").json()
    assert newest["reason"] == WANTED["reason"]
    assert newest["window"] == "2026-06-01/2026-06-30"


def test_a_repair_loads_again_what_has_run(staff: Client, airflow: Double) -> None:
    post(staff, action="repair")
    assert airflow.asked[0][1]["reprocess_behavior"] == "completed"


@pytest.mark.parametrize(
    "changed", [{"last": "2026-07-31"}, {"action": "repair"}, {"reason": "something else"}, {"first": "2026-05-01"}]
)
def test_a_confirmation_is_of_one_request(staff: Client, airflow: Double, changed: dict[str, str]) -> None:
    _, told = post(staff)
    status, problem = post(staff, confirmation=told["confirmation"], **changed)
    assert (status, problem["parameter"]) == (400, "confirmation")
    assert len(airflow.asked) == 1


def test_a_confirmation_is_of_one_user(staff: Client, airflow: Double) -> None:
    _, told = post(staff)
    other = Client(enforce_csrf_checks=True)
    other.force_login(new_user(is_staff=True))
    assert post(other, confirmation=told["confirmation"])[0] == 400


def test_a_made_up_confirmation_is_refused(staff: Client, airflow: Double) -> None:
    assert post(staff, confirmation="made:up:word")[0] == 400
    assert airflow.asked == []


def test_who_is_not_staff_starts_nothing_and_reads_no_log(signed_in: Client, airflow: Double) -> None:
    assert post(signed_in)[0] == 403
    assert signed_in.get(f"{ACTIONS}/log").status_code == 403
    assert airflow.asked == []


def test_nobody_starts_anything_without_signing_in(client: Client, airflow: Double) -> None:
    assert post(client)[0] == 401
    assert client.get(f"{ACTIONS}/log").status_code == 401


def test_an_action_needs_the_csrf_token(staff: Client, airflow: Double) -> None:
    assert staff.post(ACTIONS, WANTED, "application/json").status_code == 403
    assert airflow.asked == []


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"last": "2026-05-31"}, "last"),
        ({"first": "2024-06-01"}, "last"),
        ({"action": "delete"}, "action"),
        ({"first": "June"}, "first"),
        ({"first": 0}, "first"),
        ({"reason": "x"}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
    ],
)
def test_what_is_wrong_is_named(staff: Client, airflow: Double, wrong: dict[str, str], parameter: str) -> None:
    status, problem = post(staff, **wrong)
    assert (status, problem["parameter"]) == (400, parameter)


def test_what_airflow_refuses_is_told_and_in_the_log(staff: Client, airflow: Double) -> None:
    airflow.status = 409
    status, problem = post(staff)
    assert (status, problem["error"]) == (502, "Airflow answers 409: refused")
    assert entries(staff) == ["Airflow answers 409: refused"]


def test_a_refused_log_in_is_told_without_the_password(
    staff: Client, airflow: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_AIRFLOW_PASSWORD", "wr0ng")
    status, problem = post(staff)
    assert (status, problem["error"]) == (502, "Airflow answers 401: Invalid credentials")
    assert "wr0ng" not in str(problem)


def test_an_airflow_that_is_away_is_told(staff: Client, airflow: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_AIRFLOW_URL", "http://127.0.0.1:1")
    status, problem = post(staff)
    assert (status, problem["error"]) == (502, "Airflow does not answer at http://127.0.0.1:1 (ConnectError)")


def test_without_an_airflow_nothing_is_started(staff: Client) -> None:
    assert staff.get("/api/v1/account").json()["may_start_loads"] is False
    assert post(staff)[0] == 503
