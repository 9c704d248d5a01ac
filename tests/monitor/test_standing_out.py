"""/anomalies asks the archive for the same hours of the days before."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from anew import start_anew
from cassandra.cluster import Session
from django.test import Client
from made_archive import enter, error_row, insert

NOON = datetime(2019, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = {"date_from": "2019-03-10T12:00", "date_to": "2019-03-10T13:00"}


@pytest.fixture(scope="module", autouse=True)
def days(archive: Session) -> None:
    """Four days of an hour: a site that broke on the last, a busy one, and an error that came with it."""
    for number, (broke, busy) in enumerate(((2, 100), (3, 96), (1, 104), (70, 110))):
        hour = NOON - (3 - number) * DAY
        sites = {"BROKE": broke, "BUSY": busy}.items()
        rows = [{"kind": "site", "hour": hour, "entity": name, "jobs": 500, "failed": n} for name, n in sites]
        insert(archive, "entity_counts_by_hour", rows, 1000 + number)
        errors = [
            error_row(hour, "pilot", 1099, broke, day=hour.date()),
            error_row(hour, "ddm", 200, 1, day=hour.date()),
        ]
        insert(archive, "errors_by_hour", errors, 1000 + number)
        enter(archive, [hour], 1000 + number)
    start_anew()


def test_what_broke_is_named_with_what_was_usual(signed_in: Client) -> None:
    told = signed_in.get("/api/v1/anomalies", WINDOW).json()
    assert told["days_before"] == 3
    assert [(row["kind"], row["computingsite"], row["code"], row["count"], row["usual"]) for row in told["rows"]] == [
        ("site", "BROKE", None, 70, 2.0),
        ("error", None, 1099, 70, 2.0),
    ]


def test_what_broke_is_exported_as_csv(signed_in: Client) -> None:
    response = signed_in.get("/api/v1/anomalies", WINDOW | {"format": "csv"})
    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert response["Content-Type"].startswith("text/csv")
    assert [(row["kind"], row["computingsite"], row["code"], row["count"]) for row in rows] == [
        ("site", "BROKE", "", "70"),
        ("error", "", "1099", "70"),
    ]


def test_nothing_is_said_where_too_few_days_before_are_archived(signed_in: Client) -> None:
    earlier = {"date_from": "2019-03-09T12:00", "date_to": "2019-03-09T13:00"}
    told = signed_in.get("/api/v1/anomalies", earlier).json()
    assert (told["days_before"], told["rows"]) == (2, [])


def test_a_window_that_is_archived_lacks_nothing(signed_in: Client) -> None:
    told = signed_in.get("/api/v1/anomalies", WINDOW).json()
    assert (told["complete"], told["lacking"]) == (True, [])


def test_hours_that_are_not_counted_are_named(signed_in: Client) -> None:
    wider = {"date_from": "2019-03-10T11:00", "date_to": "2019-03-10T13:00"}
    told = signed_in.get("/api/v1/anomalies", wider).json()
    assert (told["complete"], told["lacking"]) == (False, ["2019-03-10T11:00Z/2019-03-10T12:00Z"])


def test_a_window_longer_than_a_day_is_refused(signed_in: Client) -> None:
    response = signed_in.get("/api/v1/anomalies", {"days": 2})
    assert (response.status_code, response.json()["parameter"]) == (400, "date_from")


def test_without_cassandra_there_is_nothing_to_compare_with(away: None, signed_in: Client) -> None:
    told = signed_in.get("/api/v1/anomalies", WINDOW).json()
    assert (told["days_before"], told["rows"], told["complete"]) == (0, [], False)
