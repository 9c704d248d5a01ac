"""Airflow's REST interface, as far as staff use it: backfills of whole days, with a list first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import httpx

from data_models import settings

DAG = "archive_daily"
SECONDS = 20
# What a backfill does with days that have run: leaves them out, or loads them again.
REPROCESS = {"backfill": "none", "repair": "completed"}


class AirflowFailed(RuntimeError):
    """Airflow is not there or refuses; the message says what it said, without secrets."""


@dataclass(frozen=True)
class Airflow:
    """An Airflow and the user by whose name loads are started there."""

    url: str
    user: str
    password: str

    @classmethod
    def from_settings(cls) -> Airflow | None:
        """By HMSF_AIRFLOW_URL, _USER and _PASSWORD; None without a URL."""
        url, user, password = (settings.text(f"HMSF_AIRFLOW_{name}") for name in ("URL", "USER", "PASSWORD"))
        return cls(url.rstrip("/"), user, password) if url else None

    def days_to_load(self, action: str, first: date, last: date) -> list[str]:
        """The logical dates of the runs that a backfill would make. Raises AirflowFailed."""
        with self._client() as client:
            told = answer_of(client.post("/api/v2/backfills/dry_run", json=backfill(action, first, last)))
        return [one["logical_date"] for one in told["backfills"]]

    def start(self, action: str, first: date, last: date) -> int:
        """Make the backfill; returns its number. Raises AirflowFailed."""
        with self._client() as client:
            return answer_of(client.post("/api/v2/backfills", json=backfill(action, first, last)))["id"]

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        try:
            with httpx.Client(base_url=self.url, timeout=SECONDS) as client:
                log_in = {"username": self.user, "password": self.password}
                token = answer_of(client.post("/auth/token", json=log_in))["access_token"]
                client.headers["Authorization"] = f"Bearer {token}"
                yield client
        except httpx.HTTPError as error:
            raise AirflowFailed(f"Airflow does not answer at {self.url} ({type(error).__name__})") from error


def backfill(action: str, first: date, last: date) -> dict[str, object]:
    """What Airflow is asked for: days oldest first, one at a time."""
    return {
        "dag_id": DAG,
        "from_date": midnight(first),
        "to_date": midnight(last),
        "reprocess_behavior": REPROCESS[action],
        "max_active_runs": 1,
        "run_backwards": False,
    }


def midnight(day: date) -> str:
    """The beginning of a day (UTC) as Airflow reads it."""
    return datetime.combine(day, time(), UTC).isoformat()


def answer_of(response: httpx.Response) -> dict:
    """What Airflow answered. Raises AirflowFailed with what it said against it."""
    if response.is_success:
        return response.json()
    try:
        said = response.json().get("detail")
    except ValueError:
        said = None
    raise AirflowFailed(f"Airflow answers {response.status_code}: {said or response.reason_phrase}")
