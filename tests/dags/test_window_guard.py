"""Which intervals are refused before anything is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.exceptions import AirflowFailException

from dags.window_guard import window_of

HOUR = datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_a_whole_hour_is_a_window() -> None:
    assert str(window_of(HOUR, HOUR + timedelta(hours=1))) == "2026-07-01T10:00Z/2026-07-01T11:00Z"


@pytest.mark.parametrize(
    ("start", "end", "complaint"),
    [
        (None, None, "no data interval"),
        (HOUR, None, "no data interval"),
        (HOUR, HOUR, "is empty"),
        (HOUR, HOUR - timedelta(hours=1), "is reversed"),
        (HOUR, HOUR + timedelta(minutes=30), "full hours"),
        (HOUR.replace(tzinfo=None), HOUR, "no time zone"),
    ],
)
def test_anything_else_fails_for_good(start: datetime | None, end: datetime | None, complaint: str) -> None:
    with pytest.raises(AirflowFailException, match=complaint):
        window_of(start, end)
