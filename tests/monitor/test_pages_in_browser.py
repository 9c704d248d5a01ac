"""The drill-down in a real browser, over jobs of both sides whose diags, users and sites are hostile markup.

Runs where scripts/setup.sh --tests has built the pages and fetched a browser; HMSF_TEST_CHROMIUM names another.
HMSF_TEST_SCREENSHOTS names a folder to keep the screenshots in.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import psycopg2
import pytest
import requests
from airflow_double import PASSWORD, airflow_double
from anew import start_anew
from archived_hours import archive_hour
from browser_parts import SCRIPTS, browser_environment, chromium, node_program
from cassandra.cluster import Session
from oidc_provider_mock import run_server_in_thread
from served_monitor import served_monitor

from data_models.window import HOUR, hour_of
from monitor.store import STORE
from stack.endpoints import owner_uri
from stack.simulate import load_day
from stack.simulated.draw import MAX_JOBS, first_pandaid

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs a browser and built pages: scripts/setup.sh --tests")
# Within reach of live hours, away from hours that other tests archive.
END = hour_of(datetime.now(UTC)) - 40 * HOUR
START = END - 10 * HOUR
SEED = 23
WINDOW = f"date_from={START:%Y-%m-%dT%H:%M}&date_to={END:%Y-%m-%dT%H:%M}"
# It would open a dialog, load an image or run a script if it ever became markup.
HOSTILE = """'"><img src=x onerror=alert(1)><script>alert(2)</script><a href="javascript:alert(3)">{{7*7}}</a>"""
SITE = "<b onmouseover=alert(4)>A/B&c</b>"
USER = "<svg onload=alert(5)>"
OPENID = {
    "OIDC_CLIENT_ID": "hmsf",
    "OIDC_CLIENT_SECRET": "a secret",
    "OIDC_ROLES_CLAIM": "cern_roles",
    "OIDC_STAFF_ROLE": "operator",
    "AIRFLOW_USER": "operator",
    "AIRFLOW_PASSWORD": PASSWORD,
}


@pytest.fixture(scope="module")
def seen(archive: Session, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the browser saw: half of the hours in the archive, half in PanDA's database."""
    days = {START.date(), END.date()}
    for day in days:
        load_day(owner_uri(), day, 1500, SEED)
    spoil(days)
    start_anew()
    hours = [START + number * HOUR for number in range(5)]
    for number, live in enumerate(STORE.live.hours(hours).values()):
        archive_hour(archive, live, int(datetime.now(UTC).timestamp() * 1_000_000) + number)
    start_anew()
    with served_monitor() as address:
        told = told_by("drill_down.js", address, WINDOW, tmp_path_factory)
    with (
        pytest.MonkeyPatch.context() as patch,
        run_server_in_thread() as provider,
        airflow_double() as (airflow, _),
    ):
        # Nobody listens on the port of TCP's multiplexer.
        patch.setenv("HMSF_CASSANDRA_PORT", "1")
        patch.setenv("HMSF_MONITOR_ANONYMOUS", "0")
        issuer = f"http://localhost:{provider.server_port}"
        for name, value in (OPENID | {"OIDC_ISSUER": issuer, "AIRFLOW_URL": airflow}).items():
            patch.setenv(f"HMSF_{name}", value)
        requests.put(f"{issuer}/users/anna", json={"cern_roles": ["operator"]}, timeout=10).raise_for_status()
        start_anew()
        with served_monitor() as address:
            told["trouble"] = told_by("in_trouble.js", address, WINDOW, tmp_path_factory, "anna")
    on_jobs("DELETE FROM doma_panda.jobsarchived4", days)
    start_anew()
    return told


def told_by(script: str, address: str, window: str, folders: pytest.TempPathFactory, *more: str) -> dict:
    """What a script saw in a browser."""
    folder = Path(os.environ.get("HMSF_TEST_SCREENSHOTS") or folders.mktemp("screenshots"))
    done = subprocess.run(
        [node_program(), SCRIPTS / script, address, window, chromium(), folder, *more],
        env=browser_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def spoil(days: set[date]) -> None:
    """Every fifth simulated job fails, with hostile names and words, as a retry of the first one."""
    lowest = min(first_pandaid(day, SEED) for day in days)
    on_jobs(
        "UPDATE doma_panda.jobsarchived4 SET piloterrorcode = 1099, piloterrordiag = %s, jobstatus = 'failed',"
        " computingsite = %s, produsername = %s,"
        " parentid = (SELECT min(pandaid) FROM doma_panda.jobsarchived4 WHERE pandaid >= %s)",
        days,
        "pandaid % 5 = 0",
        (HOSTILE, SITE, USER, lowest),
    )


def on_jobs(statement: str, days: set[date], which: str = "true", values: tuple[str, ...] = ()) -> None:
    """Run a statement on the jobs that were simulated here."""
    with psycopg2.connect(owner_uri()) as connection, connection.cursor() as cursor:
        for first in (first_pandaid(day, SEED) for day in days):
            where = f" WHERE {which} AND pandaid >= {first} AND pandaid < {first + MAX_JOBS}"
            cursor.execute(statement + (where.replace("%", "%%") if values else where), values or None)


def test_the_drill_down_keeps_window_and_filters(seen: dict) -> None:
    steps = seen["steps"]
    assert steps["overview"]["failed"] == steps["site"]["failed"] == steps["error"]["failed"] == []
    assert steps["firstSite"] == steps["site"]["address"]["computingsite"] == SITE
    edges = {"date_from": f"{START:%Y-%m-%dT%H:%MZ}", "date_to": f"{END:%Y-%m-%dT%H:%MZ}"}
    for step in ("site", "error", "job"):
        assert edges.items() <= steps[step]["address"].items()
    assert steps["error"]["address"]["piloterrorcode"] == steps["job"]["address"]["piloterrorcode"] == "1099"
    assert re.match(r"[1-9]\d* errors", steps["error"]["since"])
    assert steps["error"]["messages"]
    assert steps["job"]["columns"] == 125
    assert [len(link) > 0 for link in steps["job"]["tries"]] == [True]


def test_a_site_says_which_messages_and_which_nodes_it_is(seen: dict) -> None:
    site = seen["steps"]["site"]
    assert site["messages"]
    assert site["nodes"]


@pytest.mark.parametrize("page", ["user", "request"])
def test_users_and_requests_have_tasks_errors_and_failed_jobs(seen: dict, page: str) -> None:
    told = seen["steps"][page]
    assert told["tasks"]
    assert "pilot:1099" in told["errors"]
    assert told["jobs"]
    assert (told["failed"], told["wide"]) == ([], [])


def test_panels_of_errors_stay_narrowed_by_the_error_at_a_site_and_at_its_node(seen: dict) -> None:
    site, node = seen["steps"]["siteOfError"], seen["steps"]["node"]
    assert site == {"wide": [], "codes": ["pilot:1099"]}
    assert node["address"]["piloterrorcode"] == "1099"
    assert (node["wide"], node["failed"]) == ([], [])
    assert node["figures"]


def test_a_failed_job_is_reached_from_its_worker_node(seen: dict) -> None:
    assert seen["steps"]["node"]["jobs"]


def test_a_chart_without_all_rows_of_its_question_says_so(seen: dict) -> None:
    [told] = seen["steps"]["cut"]
    assert re.fullmatch(r"Cut at \d+ of 24,312 rows: narrow the window", told)


def test_the_calendar_and_other_pages_keep_their_windows_apart(seen: dict) -> None:
    day = seen["steps"]["day"]
    assert list(day["address"]) == ["day"]
    assert set(day["menu"]) == {""}
    assert seen["steps"]["sixHours"] == {"calendar": [""], "errors": ["?hours=6"]}


def test_the_page_says_where_its_figures_come_from(seen: dict) -> None:
    assert seen["steps"]["overview"]["origins"] == ["verified 5 hours", "live 5 hours"]


def test_what_users_wrote_is_shown_as_it_is_and_never_runs(seen: dict) -> None:
    assert seen["dialogs"] == []
    assert HOSTILE in seen["steps"]["job"]["diags"]
    assert seen["steps"]["job"]["images"] == 0
    assert seen["steps"]["site"]["heading"] == f"Site {SITE}"


def test_nothing_is_refused_by_the_policy_and_nothing_comes_from_elsewhere(seen: dict) -> None:
    assert seen["console"] == []
    assert seen["elsewhere"] == []


def test_a_link_shows_the_same_sorting_to_others(seen: dict) -> None:
    assert seen["steps"]["shared"]["sorted"] == seen["steps"]["shared"]["again"] != []


def test_marking_a_stretch_narrows_the_window(seen: dict) -> None:
    zoom = seen["steps"]["zoom"]
    assert zoom["before"] != zoom["after"]
    assert len(zoom["after"]) == 1


def test_what_a_panel_shows_can_be_taken_along(seen: dict) -> None:
    # These show in other words what the next panel exports: the states of jobs, the record of a job.
    with_the_next = {"tiles", "facts", "job-errors", "losses"}
    assert {"overview", "site", "error", "job", "node", "user", "request", "day", "dictionary"} < seen["kept"].keys()
    assert {name: left for name, panels in seen["kept"].items() if (left := set(panels) - with_the_next)} == {}


def test_axe_finds_nothing_serious(seen: dict) -> None:
    every = seen["axe"] | seen["trouble"]["axe"]
    assert {"overview", "site", "error", "message", "job", "account", "staff", "login"} <= set(every)
    assert {name: found for name, found in every.items() if found} == {}


def test_a_narrow_screen_is_not_wider_than_it_is(seen: dict) -> None:
    assert seen["steps"]["narrow"] <= 390


def test_signing_in_at_the_provider_leads_back_to_the_view(seen: dict) -> None:
    trouble = seen["trouble"]
    assert (trouble["refused"], trouble["signedOut"]) == ("/login/", "/login/")
    assert dict(parse_qsl(WINDOW)).items() <= dict(parse_qsl(trouble["search"].lstrip("?"))).items()
    assert trouble["account"] == ["anna@localhost"]


def test_without_cassandra_the_page_says_so_and_counts_live_hours(seen: dict) -> None:
    trouble = seen["trouble"]
    assert trouble["origins"] == ["live 10 hours"]
    assert trouble["notes"] == ["the archive does not answer: only recent hours are counted, from PanDA's database"]
    assert trouble["failed"] == []
    assert trouble["tiles"] == seen["steps"]["overview"]["figures"]
    assert trouble["history"] == ["away 1 day"]


def test_staff_see_what_a_backfill_would_load_and_confirm_it(seen: dict) -> None:
    staff = seen["trouble"]["staff"]
    assert "2 runs" in staff["proposed"]
    assert staff["started"].startswith("Started: backfill 7 of Airflow.")
    assert [row[3:] for row in staff["log"][:2]] == [
        ["backfill", "2026-06-01 to 2026-06-02", "history of June", "started: 7"],
        ["backfill", "2026-06-01 to 2026-06-02", "history of June", "asked for: 2 runs"],
    ]


def test_a_token_is_made_on_the_accounts_page_reads_and_is_deleted_there(seen: dict) -> None:
    tokens = seen["trouble"]["tokens"]
    assert (tokens["listed"], tokens["read"]) == (["<b>nightly</b> plots"], 200)
    assert (tokens["left"], tokens["readAfter"]) == ([], 401)


def test_who_signs_in_through_openid_is_offered_no_password(seen: dict) -> None:
    assert seen["trouble"]["tokens"]["password"] == []
