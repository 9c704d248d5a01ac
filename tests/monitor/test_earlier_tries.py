"""The tries of a job before it, in PanDA's database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg2
import pytest
from anew import start_anew
from django.test import Client

from monitor.api import earlier_tries
from stack.endpoints import owner_uri
from stack.simulate import load_day
from stack.simulated.draw import MAX_JOBS, first_pandaid

DAY, SEED = date(2026, 2, 3), 37
FIRST = first_pandaid(DAY, SEED)
UNKNOWN = 9_999_999_998
# By place: a chain of three; one whose parent is not there; two that name each other; one that names itself.
NO_JOB = -1
PARENTS = (None, 0, 1, NO_JOB, 5, 4, 6)
pytestmark = pytest.mark.usefixtures("archive")


@pytest.fixture(scope="module")
def job_ids(stack: object) -> Iterator[list[int]]:
    """PANDAIDs of simulated jobs, whose parents are those of PARENTS."""
    load_day(owner_uri(), DAY, 100, SEED)
    start_anew()
    with psycopg2.connect(owner_uri()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pandaid FROM doma_panda.jobsarchived4 WHERE pandaid >= %s AND pandaid < %s ORDER BY 1 LIMIT %s",
            (FIRST, FIRST + MAX_JOBS, len(PARENTS)),
        )
        found = [pandaid for (pandaid,) in cursor.fetchall()]
        numbers = {None: None, NO_JOB: UNKNOWN, **dict(enumerate(found))}
        for place, parent in enumerate(PARENTS):
            statement = "UPDATE doma_panda.jobsarchived4 SET parentid = %s, attemptnr = %s WHERE pandaid = %s"
            cursor.execute(statement, (numbers[parent], place, found[place]))
    yield found
    start_anew()


def told(client: Client, pandaid: int) -> tuple[list[int], int | None]:
    """The earlier tries of a job, and the one that is not at hand."""
    answer = client.get(f"/api/v1/jobs/{pandaid}/earlier").json()
    assert answer["pandaid"] == pandaid
    return [one["pandaid"] for one in answer["earlier"]], answer["further"]


def test_tries_are_followed_back_to_the_first(client: Client, job_ids: list[int]) -> None:
    first, second, third = job_ids[:3]
    assert told(client, third) == ([second, first], None)
    assert told(client, first) == ([], None)


def test_a_try_is_told_with_its_attempt_and_errors(client: Client, job_ids: list[int]) -> None:
    [one] = client.get(f"/api/v1/jobs/{job_ids[1]}/earlier").json()["earlier"]
    [record] = client.get(f"/api/v1/jobs/{job_ids[0]}").json()["records"]
    [counted] = client.get(f"/api/v1/jobs/{job_ids[0]}").json()["counted"]
    assert (one["attemptnr"], one["jobstatus"]) == (0, record["jobstatus"])
    assert one["computingsite"] == counted["computingsite"]
    codes = [{"component": error["component"], "code": error["code"]} for error in counted["errors"]]
    assert one["errors"] == codes


def test_tries_are_exported_as_csv(client: Client, job_ids: list[int]) -> None:
    rows = client.get(f"/api/v1/jobs/{job_ids[2]}/earlier").json()["earlier"]
    lines = client.get(f"/api/v1/jobs/{job_ids[2]}/earlier?format=csv").content.decode().splitlines()
    assert lines[0] == ",".join(rows[0])
    assert [line.split(",")[0] for line in lines[1:]] == [str(row["pandaid"]) for row in rows]


def test_a_try_that_is_not_at_hand_is_named(client: Client, job_ids: list[int]) -> None:
    assert told(client, job_ids[3]) == ([], UNKNOWN)


def test_jobs_that_name_each_other_or_themselves_end(client: Client, job_ids: list[int]) -> None:
    assert told(client, job_ids[4]) == ([job_ids[5]], None)
    assert told(client, job_ids[6]) == ([], None)


def test_so_many_tries_are_told_at_most(client: Client, job_ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier_tries, "MOST_TRIES", 1)
    assert told(client, job_ids[2]) == ([job_ids[1]], job_ids[0])


def test_a_job_that_is_not_there_has_no_tries(client: Client) -> None:
    assert client.get(f"/api/v1/jobs/{UNKNOWN}/earlier").status_code == 404
