"""What a request may ask for; what is wrong is answered with the parameter and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from monitor.api.parameters import Period

NOW = datetime(2026, 7, 2, 13, 40, tzinfo=UTC)


def window(**given_: object) -> tuple[str, str]:
    found = Period(**given_).window(NOW)
    return found.start.strftime("%m-%dT%H:%M"), found.end.strftime("%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ("07-02T02:00", "07-02T14:00")),
        ({"hours": 1}, ("07-02T13:00", "07-02T14:00")),
        ({"days": 1}, ("07-01T14:00", "07-02T14:00")),
        ({"date_from": "2026-07-01"}, ("07-01T00:00", "07-02T14:00")),
        ({"date_from": "2026-07-01T10:20", "date_to": "2026-07-01T11:20"}, ("07-01T10:00", "07-01T12:00")),
        ({"date_from": "2026-07-01T10:00+02:00", "date_to": "2026-07-01T10:00Z"}, ("07-01T08:00", "07-01T10:00")),
        ({"hours": 2, "date_to": "2026-07-01"}, ("06-30T22:00", "07-01T00:00")),
        ({"date_from": "2026-07-01", "date_to": "2027-01-01"}, ("07-01T00:00", "07-02T14:00")),
    ],
)
def test_window(asked: dict[str, object], expected: tuple[str, str]) -> None:
    assert window(**asked) == expected


@given(st.integers(1, 1000), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_window_holds_the_hours_that_are_asked_for(n_hours: int, before: timedelta) -> None:
    now = NOW - before
    found = Period(hours=n_hours).window(now)
    assert found.end - found.start == timedelta(hours=n_hours)
    assert timedelta(0) <= found.end - now < timedelta(hours=1)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("hours=0", "hours"),
        ("hours=x", "hours"),
        ("hours=1e3", "hours"),
        ("hours=99999999999999999999", "hours"),
        ("days=4000", "days"),
        ("hours=1&days=1", "hours"),
        ("hours=1&date_from=2026-07-01", "date_from"),
        ("date_from=yesterday", "date_from"),
        ("date_from=2026-02-30", "date_from"),
        ("date_from=0001-01-01", "date_from"),
        ("date_from=2026-07-02&date_to=2026-07-01", "date_from"),
        ("date_from=2100-01-01", "date_from"),
        ("date_from=2001-01-01", "date_from"),
        ("date_to=2026-07-01T25:00", "date_to"),
        ("computingsite=A%00B", "computingsite"),
        ("computingsite=", "computingsite"),
        ("computingsite=" + "x" * 201, "computingsite"),
        ("jeditaskid=-1", "jeditaskid"),
        ("jeditaskid=9223372036854775808", "jeditaskid"),
        ("jeditaskid=1;DROP TABLE job", "jeditaskid"),
        ("piloterrorcode=0", "piloterrorcode"),
        ("piloterrorcode=1099&exeerrorcode=65", "piloterrorcode"),
        ("computingsite=A&jeditaskid=1", "jeditaskid"),
        ("reqid=1&jeditaskid=1", "reqid"),
        ("errorcategory=1&by=day", "errorcategory"),
        ("by=node", "by"),
        ("node=wn042", "node"),
        ("node=wn042&jeditaskid=1", "node"),
        ("by=day;drop", "by"),
        ("limit=0", "limit"),
        ("limit=10001", "limit"),
        ("offset=1000001", "offset"),
        ("sortby=n_errors desc", "sortby"),
        ("fields=*", "fields"),
        ("format=xml", "format"),
        ("hours=1&hours=2", "hours"),
        ("computngsite=A", "computngsite"),
        ("%3Cscript%3E=1", "<script>"),
    ],
)
def test_what_is_wrong_is_named(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"/api/v1/errors?{query}")
    assert response.status_code == 400
    problem = response.json()
    assert problem["parameter"] == parameter
    assert problem["error"]
    assert problem["remedy"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("jobs", "computingsite"),
        ("jobs?computingsite=A&sortby=pandaid", "sortby"),
        ("jobs?computingsite=A&limit=1001", "limit"),
        ("jobs?computingsite=A&after=x' OR 1=1", "after"),
        ("jobs?piloterrorcode=1099&jobstatus=finished", "jobstatus"),
        ("jobs?computingsite=A&jobstatus=running", "jobstatus"),
        ("jobs/0", "pandaid"),
        ("jobs/x", "pandaid"),
        ("jobs/1?fields=pandaid", "fields"),
        ("outcomes?reqid=1&computingsite=A", "reqid"),
        ("outcomes?node=wn042", "node"),
        ("outcomes?by=node&produsername=A", "by"),
        ("jobs?reqid=-1", "reqid"),
        ("messages?computingsite=A&by=day&errormessage=x", "errormessage"),
        ("messages?computingsite=A&by=message_group&errormessage=x", "errormessage"),
        ("messages?jeditaskid=1&computingsite=A", "jeditaskid"),
        ("jobs?node=wn042", "node"),
        ("messages", "piloterrorcode"),
        ("messages/not a group", "group"),
        ("entities/queue", "kind"),
        ("coverage?days=500", "date_from"),
        ("coverage/2026-02-30", "day"),
        ("coverage/0", "day"),
        ("active?node=wn042", "node"),
        ("dictionary?component=pilot", "component"),
    ],
)
def test_other_operations_refuse_too(client: Client, address: str, parameter: str) -> None:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 400, response.content
    assert response.json()["parameter"] == parameter


def test_an_address_that_is_none_is_not_found(client: Client) -> None:
    assert client.get("/api/v1/nothing").status_code == 404


def test_writing_to_an_operation_that_reads_is_refused(client: Client) -> None:
    assert client.post("/api/v1/errors").status_code == 405
