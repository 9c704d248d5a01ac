"""Ten years of which almost nothing is archived: what the overview asks is answered, or refused with a remedy."""

from __future__ import annotations

from time import monotonic

import pytest
from anew import start_anew
from cassandra.cluster import Session
from django.test import Client

# Far above what is needed (tenths of a second), far below a reader's patience.
SECONDS = 5
QUESTIONS = {
    "outcomes": {"by": "day,jobstatus"},
    "errors": {"by": "day,component,code"},
    "labels": {"by": "category"},
    "entities/site": {},
    "entities/task": {},
}


@pytest.mark.parametrize("path", QUESTIONS)
def test_ten_years_take_no_longer_than_anybody_waits(archive: Session, signed_in: Client, path: str) -> None:
    start_anew()
    signed_in.get("/api/v1/outcomes", {"hours": 1})
    begun = monotonic()
    response = signed_in.get(f"/api/v1/{path}", {**QUESTIONS[path], "days": 3650, "limit": 10})
    took = monotonic() - begun
    assert response.status_code == 200 or response.json()["remedy"]
    assert took < SECONDS
