"""The same answers wherever they come from: PanDA's database alone, both sides, or the archive alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from urllib.parse import quote

import psycopg2
import pytest
from anew import start_anew
from archived_hours import archive_hour
from cassandra.cluster import Session
from django.test import Client

from data_models.live.hours import LiveHours
from data_models.window import HOUR, hour_of
from monitor.api import active
from monitor.store import STORE
from stack.endpoints import owner_uri
from stack.simulate import load_day

pytestmark = pytest.mark.usefixtures("simulated")
JOBS = 1500
# A window in the past, so that no job comes while the tests run.
END = hour_of(datetime.now(UTC)) - 2 * HOUR
START = END - 20 * HOUR
WINDOW = f"date_from={START:%Y-%m-%dT%H:%M}&date_to={END:%Y-%m-%dT%H:%M}"
HOURS = [START + number * HOUR for number in range(20)]
_w = count(int(datetime.now(UTC).timestamp() * 1_000_000))


@pytest.fixture(scope="module")
def simulated(archive: Session) -> Iterator[LiveHours]:
    """Two simulated days around the window in JOBSARCHIVED4; nothing of them is archived."""
    for day in {START.date(), END.date()}:
        load_day(owner_uri(), day, JOBS, seed=11)
    start_anew()
    yield STORE.live
    start_anew()


def answer(client: Client, address: str) -> dict:
    """A JSON answer over the window."""
    response = client.get(f"/api/v1/{address}{'&' if '?' in address else '?'}{WINDOW}")
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture(scope="module")
def addresses(simulated: LiveHours) -> list[str]:
    """Every kind of question, about what the window holds most of."""
    first = Client()
    # The site with most of the code's errors: the biggest may have none in a window this small.
    by_site = answer(first, "errors?piloterrorcode=1305&by=computingsite")["rows"]
    site = max(by_site, key=lambda row: row["n_errors"])["computingsite"]
    node = quote(answer(first, f"errors?computingsite={site}&by=node&piloterrorcode=1305")["rows"][0]["node"])
    user = answer(first, "entities/user")["rows"][0]["entity"]
    task = answer(first, "entities/task")["rows"][0]["entity"]
    request = answer(first, "jobs?piloterrorcode=1305")["rows"][0]["reqid"]
    task_of_error = answer(first, "errors?piloterrorcode=1305&by=jeditaskid")["rows"][0]["jeditaskid"]
    user_of_task = answer(first, f"jobs?jeditaskid={task}")["rows"][0]["produsername"]
    group = answer(first, "messages?piloterrorcode=1305")["rows"][0]["message_group"]
    return [
        "errors",
        "errors?by=hour,component,code",
        "errors?by=day&fields=day,n_errors",
        "errors?piloterrorcode=1305",
        "errors?piloterrorcode=1305&by=computingsite",
        "errors?piloterrorcode=1305&by=produsername",
        "errors?piloterrorcode=1305&by=jeditaskid,hour",
        f"errors?computingsite={site}",
        f"errors?computingsite={site}&by=node,component,code",
        f"errors?computingsite={site}&node={node}",
        f"errors?computingsite={site}&node={node}&by=hour&piloterrorcode=1305",
        f"errors?computingsite={site}&by=day&piloterrorcode=1305",
        f"errors?produsername={user}",
        f"errors?jeditaskid={task}",
        f"errors?reqid={request}&by=day,component,code",
        "errors?errorcategory=1",
        "labels",
        "labels?by=category",
        f"labels?computingsite={site}&by=label&errorcategory=2",
        "outcomes",
        "outcomes?by=hour&jobstatus=failed",
        f"outcomes?computingsite={site}&by=hour,jobstatus",
        f"outcomes?computingsite={site}&by=node,jobstatus",
        f"outcomes?computingsite={site}&node={node}",
        f"outcomes?produsername={user}",
        f"outcomes?produsername={user}&by=jeditaskid,jobstatus",
        f"outcomes?jeditaskid={task}",
        "outcomes?reqid=0&by=jeditaskid,jobstatus",
        "messages?piloterrorcode=1305",
        f"messages?computingsite={site}",
        f"messages?computingsite={site}&piloterrorcode=1305&by=hour,message_group",
        f"messages?jeditaskid={task_of_error}",
        f"messages?jeditaskid={task_of_error}&piloterrorcode=1305",
        f"messages/{group}",
        "entities/site",
        "entities/site?by=hour,entity",
        f"entities/task?beginning={task[:2]}",
        "jobs?piloterrorcode=1305&limit=30",
        f"jobs?computingsite={site}&limit=30&jobstatus=failed",
        f"jobs?computingsite={site}&node={node}",
        f"jobs?jeditaskid={task}&limit=30",
        f"jobs?produsername={user}&computingsite={site}",
        f"jobs?jeditaskid={task}&produsername={user_of_task}",
        f"jobs?reqid={request}&limit=30&jobstatus=failed",
        f"jobs?piloterrorcode=1305&reqid={request}",
    ]


def all_rows(client: Client, address: str) -> list[dict]:
    """The rows of all pages."""
    told = answer(client, address)
    rows = told["rows"]
    while told["next"]:
        told = client.get(told["next"]).json()
        rows += told["rows"]
    return rows


def states(told: dict) -> set[str]:
    """Where the parts of an answer come from."""
    return {part["state"] for part in told["parts"]}


def test_answers_do_not_depend_on_where_they_come_from(
    archive: Session, simulated: LiveHours, addresses: list[str], client: Client
) -> None:
    live = {address: all_rows(client, address) for address in addresses}
    assert all(live.values()), [address for address, rows in live.items() if not rows]
    counted = simulated.hours(HOURS)
    for hour in (*HOURS[:7], *HOURS[9:15]):
        archive_hour(archive, counted[hour], next(_w))
    start_anew()
    for address, rows in live.items():
        assert states(answer(client, address)) == {"live", "verified"}, address
        assert all_rows(client, address) == rows, address
    for hour in (*HOURS[7:9], *HOURS[15:]):
        archive_hour(archive, counted[hour], next(_w))
    start_anew()
    for address, rows in live.items():
        told = answer(client, address)
        assert (states(told), told["complete"]) == ({"verified"}, True), address
        assert all_rows(client, address) == rows, address
    verified_answers_have_etags(archive, client, counted[HOURS[3]])
    either_database_may_be_away(client, live)


def verified_answers_have_etags(archive: Session, client: Client, loaded_again: object) -> None:
    """An answer is not sent twice, until one of its hours is loaded again."""
    first = client.get(f"/api/v1/errors?{WINDOW}")
    etag = first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(f"/api/v1/errors?{WINDOW}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    # Another process answers the same.
    start_anew()
    assert client.get(f"/api/v1/errors?{WINDOW}", headers={"If-None-Match": etag}).status_code == 304
    archive_hour(archive, loaded_again, next(_w))
    STORE.archive().ledger.forget()
    changed = client.get(f"/api/v1/errors?{WINDOW}", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag
    assert changed.json()["rows"] == first.json()["rows"]
    site = quote(answer(client, "errors?piloterrorcode=1305&by=computingsite")["rows"][0]["computingsite"])
    shown, hidden = (
        client.get(f"/api/v1/errors?{WINDOW}&computingsite={site}&piloterrorcode=1305&by={by}")
        for by in ("day,component,code", "day")
    )
    assert shown["ETag"] != hidden["ETag"]
    assert shown.json()["rows"][0].keys() - hidden.json()["rows"][0].keys() >= {"component", "code"}


def either_database_may_be_away(client: Client, live: dict[str, list[dict]]) -> None:
    """What one side can answer is answered, and the answer says what is missing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_CASSANDRA_PORT", "1")
        start_anew()
        for address, rows in live.items():
            told = answer(client, address)
            assert states(told) == {"live"}, address
            assert "the archive does not answer" in told["notes"][0]
            assert all_rows(client, address) == rows, address
        old = client.get("/api/v1/errors?date_from=2026-01-01&date_to=2026-01-02").json()
        assert [part["state"] for part in old["parts"]] == ["away"]
        assert client.get("/api/v1/coverage").status_code == 503
        assert client.get("/health/ready/").json()["status"] == "degraded"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_PG_PORT", "1")
        start_anew()
        told = answer(client, "errors")
        assert (states(told), told["notes"]) == ({"verified"}, [])
        recent = client.get("/api/v1/errors?hours=1").json()
        assert [part["state"] for part in recent["parts"]] == ["away"]
        assert "PanDA's database does not answer" in recent["notes"][0]
        assert client.get("/api/v1/active").status_code == 503
    start_anew()


def test_one_job_is_found_on_either_side(client: Client) -> None:
    row = answer(client, "jobs?piloterrorcode=1305&limit=1")["rows"][0]
    told = client.get(f"/api/v1/jobs/{row['pandaid']}").json()
    assert (told["source"], told["state"]) == ("panda", "live")
    [record], [counted] = told["records"], told["counted"]
    assert (record["piloterrorcode"], record["jobstatus"]) == (1305, "failed")
    assert len(told["columns"]) == len(record) == 125
    assert counted["label"] == row["label"]
    assert "pilot" in [error["component"] for error in counted["errors"]]


def test_errors_of_one_node_are_the_rows_that_all_nodes_have_of_it(client: Client) -> None:
    site = answer(client, "errors?piloterrorcode=1305&by=computingsite")["rows"][0]["computingsite"]
    of_site = f"errors?computingsite={quote(site)}"
    nodes = all_rows(client, f"{of_site}&by=node,component,code")
    node = nodes[0]["node"]
    own = [{name: value for name, value in row.items() if name != "node"} for row in nodes if row["node"] == node]
    assert answer(client, f"{of_site}&node={quote(node)}")["rows"] == own


def test_a_job_that_is_not_there_is_not_found(client: Client) -> None:
    response = client.get("/api/v1/jobs/9999999999")
    assert response.status_code == 404
    assert response.json()["parameter"] == "pandaid"


def test_parts_touch_and_cover_the_window(client: Client) -> None:
    told = client.get("/api/v1/errors?days=9").json()
    edges = [told["window"]["start"], *(part["end"] for part in told["parts"])]
    assert edges[-1] == told["window"]["end"]
    assert [part["start"] for part in told["parts"]] == edges[:-1]
    assert told["parts"][0]["state"] == "not archived"
    assert told["complete"] is False


def test_the_calendar_shows_what_is_archived(archive: Session, simulated: LiveHours, client: Client) -> None:
    archive_hour(archive, simulated.hours(HOURS)[HOURS[0]], next(_w))
    start_anew()
    told = client.get(f"/api/v1/coverage?{WINDOW}").json()
    first = next(day for day in told["days"] if day["day"] == f"{START:%Y-%m-%d}")
    assert first["hours"][START.hour] == "verified"
    assert first["verified"] >= 1
    hours = csv.DictReader(StringIO(client.get(f"/api/v1/coverage?{WINDOW}&format=csv").content.decode()))
    states = {row["hour"]: row["state"] for row in hours}
    assert list(states.values()) == [state for day in told["days"] for state in day["hours"]]
    assert states[f"{START:%Y-%m-%dT%H:%M}Z"] == "verified"
    ledger = client.get(f"/api/v1/coverage/{START:%Y-%m-%d}").json()
    entries = csv.DictReader(StringIO(client.get(f"/api/v1/coverage/{START:%Y-%m-%d}?format=csv").content.decode()))
    assert [(row["of"], row["at"], json.loads(row["details"])) for row in entries] == [
        (of, entry["at"], entry["details"])
        for of, entries in (("hour", ledger["hours"]), ("roll-up", ledger["roll_ups"]))
        for entry in entries
    ]
    assert [entry["state"] for entry in ledger["hours"] if entry["window"] == f"{START:%Y-%m-%dT%H:%M}Z"][
        -1
    ] == "verified"


def test_csv_has_the_same_rows(client: Client) -> None:
    rows = answer(client, "outcomes")["rows"]
    response = client.get(f"/api/v1/outcomes?{WINDOW}&format=csv")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0] == ",".join(rows[0])
    assert lines[1:] == [",".join(map(str, row.values())) for row in rows]


def test_operational_jobs_are_counted_by_state(client: Client) -> None:
    told = client.get("/api/v1/active").json()
    assert client.get("/api/v1/active?format=csv").content.decode().splitlines() == [
        "state,jobs,as_of",
        *(f"{state},{jobs},{told['as_of']}" for state, jobs in told["states"].items()),
    ]
    assert told["total"] == sum(told["states"].values())
    assert datetime.now(UTC) - datetime.fromisoformat(told["as_of"]) < timedelta(minutes=1)


@pytest.mark.parametrize("parameter", ["reqid", "jeditaskid"])
def test_a_number_that_nobody_has_counts_no_operational_job(client: Client, parameter: str) -> None:
    for number in (2**31, 2**63 - 1):
        assert client.get("/api/v1/active", {parameter: number}).json()["total"] == 0
    assert client.get("/api/v1/active").status_code == 200


def test_jobs_that_do_not_say_are_counted_under_what_stands_for_them(client: Client) -> None:
    with psycopg2.connect(owner_uri()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO doma_panda.jobsactive4 (pandaid, jobstatus, modificationtime) VALUES (1, 'running', now())"
        )
    active.forget()
    try:
        for asked in ({"reqid": 0}, {"jeditaskid": 0}, {"computingsite": "(unknown)"}):
            assert client.get("/api/v1/active", asked).json()["states"].get("running") == 1
    finally:
        with psycopg2.connect(owner_uri()) as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM doma_panda.jobsactive4 WHERE pandaid = 1")
        active.forget()


HOSTILE = [
    "' OR '1'='1",
    "x'; DROP TABLE doma_panda.jobsarchived4; --",
    "<script>alert(1)</script>",
    "%_*",
    "\\",
    "${7*7}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_name_that_nobody_has(client: Client, name: str) -> None:
    for address in ("errors", "outcomes", "labels", "jobs", "messages"):
        told = client.get(f"/api/v1/{address}", {"computingsite": name, "hours": 30}).json()
        assert (told["rows"], told["complete"]) == ([], client.get("/api/v1/errors?hours=30").json()["complete"])
    for address in ("errors", "outcomes", "jobs"):
        at_node = {"computingsite": "CERN", "node": name, "hours": 30}
        assert client.get(f"/api/v1/{address}", at_node).json()["rows"] == []
    assert client.get("/api/v1/active", {"produsername": name}).json()["total"] == 0
    assert client.get("/api/v1/messages", {"piloterrorcode": 1305, "errormessage": name}).status_code == 200
    assert answer(client, "outcomes")["totals"]["jobs"] > 0


def test_what_users_wrote_is_sent_as_json_that_no_browser_takes_for_a_page(client: Client) -> None:
    response = client.get(f"/api/v1/messages?piloterrorcode=1305&{WINDOW}")
    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", ["days=3660&by=hour", "date_from=2016-11-27&by=node,component,code&computingsite=X"])
def test_a_window_that_would_read_too_much_is_refused_with_what_to_ask(client: Client, query: str) -> None:
    response = client.get(f"/api/v1/errors?{query}")
    if response.status_code == 200:
        # Nothing is archived in it, so nothing is read.
        assert response.json()["complete"] is False
    else:
        assert (response.status_code, "shorter" in response.json()["remedy"]) == (400, True)


def test_a_page_far_behind_the_last_is_empty(client: Client) -> None:
    told = answer(client, "errors?offset=1000000")
    assert (told["rows"], told["next"]) == ([], None)
    assert told["total"] > 0


def test_an_unknown_cursor_is_refused(client: Client) -> None:
    for after in ("2026-07-01T10:00Z+1", "9999-01-01T00:00Z+999999999999999999", "2026-07-01T10:30Z+1", "+-"):
        response = client.get(f"/api/v1/jobs?piloterrorcode=1305&{WINDOW}&after={quote(after)}")
        assert response.status_code == 400, after
        assert response.json()["parameter"] == "after", response.content


@pytest.mark.parametrize("address", ["errors?by=site", "outcomes?by=node", "labels?by=node", "outcomes?by=code"])
def test_a_column_that_rows_are_not_grouped_by_is_refused_with_those_that_are(client: Client, address: str) -> None:
    response = client.get(f"/api/v1/{address}&{WINDOW}")
    assert (response.status_code, response.json()["parameter"]) == (400, "by")
    assert "give" in response.json()["remedy"]
