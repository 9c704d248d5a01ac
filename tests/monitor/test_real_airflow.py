"""Staff start loads on a real Airflow: its server on the embedded PostgreSQL, with the DAGs of this project."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.test import Client
from test_actions import entries, post

from monitor.airflow import DAG
from stack import airflow, ports
from stack.home import Home
from stack.session import ended_with_us

JUNE = {"first": "2026-06-01", "last": "2026-06-03"}
START_SECONDS = 120


@pytest.fixture(scope="module")
def address(stack: Path) -> Iterator[str]:
    """Where Airflow's server is."""
    url, served = airflow.served(ports.free())
    variables = airflow.prepare() | served | {"AIRFLOW__API__WORKERS": "1"}
    # What its DAG processor would do.
    subprocess.run([sys.executable, "-m", "airflow", "dags", "reserialize"], env=variables, check=True)
    with (Home.of(None).logs / "airflow-api-server.log").open("wb") as log:
        command = [sys.executable, "-m", "airflow", "api-server"]
        child = subprocess.Popen(command, env=variables, stdout=log, stderr=log, start_new_session=True)
        with ended_with_us(child):
            wait_for(url, child)
            yield url


def wait_for(url: str, child: subprocess.Popen) -> None:
    """Until Airflow answers."""
    end = time.monotonic() + START_SECONDS
    while child.poll() is None and time.monotonic() < end:
        try:
            httpx.get(f"{url}/api/v2/version").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise TimeoutError(f"Airflow does not answer at {url}")


@pytest.fixture
def as_operator(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A client of Airflow's interface; the monitor is set to it, as the same user. Backfills are cancelled."""
    password = json.loads(airflow.passwords_file(Home.of(None)).read_text())[airflow.ADMIN]
    log_in = {"username": airflow.ADMIN, "password": password}
    for name, value in (("URL", address), ("USER", airflow.ADMIN), ("PASSWORD", password)):
        monkeypatch.setenv(f"HMSF_AIRFLOW_{name}", value)
    with httpx.Client(base_url=address, timeout=60) as client:
        token = client.post("/auth/token", json=log_in).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
        for one in backfills(client):
            client.put(f"/api/v2/backfills/{one['id']}/cancel")


def backfills(client: httpx.Client) -> list[dict]:
    """Those of the DAG that are not over."""
    told = client.get("/api/v2/backfills", params={"dag_id": DAG}).raise_for_status().json()["backfills"]
    return [one for one in told if not one["completed_at"]]


def test_days_are_told_then_started_and_refused_while_they_are_loaded(staff: Client, as_operator: httpx.Client) -> None:
    status, told = post(staff, **JUNE)
    assert (status, [day[:10] for day in told["days"]]) == (200, ["2026-06-01", "2026-06-02", "2026-06-03"])
    assert backfills(as_operator) == []
    status, started = post(staff, **JUNE, confirmation=told["confirmation"])
    assert (status, started["state"]) == (200, "started")
    [backfill] = backfills(as_operator)
    assert (backfill["id"], backfill["max_active_runs"]) == (started["backfill"], 1)
    assert [backfill[edge][:10] for edge in ("from_date", "to_date")] == [JUNE["first"], JUNE["last"]]
    runs = as_operator.get(f"/api/v2/dags/{DAG}/dagRuns", params={"run_type": "backfill"}).json()["dag_runs"]
    assert sorted(run["logical_date"][:10] for run in runs) == ["2026-06-01", "2026-06-02", "2026-06-03"]
    status, problem = post(staff, **JUNE, confirmation=told["confirmation"])
    assert (status, problem["error"][:21]) == (502, "Airflow answers 409: ")
    assert entries(staff)[1] == f"started: {backfill['id']}"


def test_a_password_that_airflow_refuses_is_told(
    staff: Client, as_operator: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMSF_AIRFLOW_PASSWORD", "wr0ng")
    status, problem = post(staff, **JUNE)
    assert (status, problem["error"][:20]) == (502, "Airflow answers 401:")
