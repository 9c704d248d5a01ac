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

import psycopg2
import pytest
from anew import start_anew
from archived_hours import archive_hour
from browser_parts import SCRIPTS, browser_environment, chromium, node_program
from cassandra.cluster import Session
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
    folder = Path(os.environ.get("HMSF_TEST_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    with served_monitor() as address:
        done = subprocess.run(
            [node_program(), SCRIPTS / "drill_down.js", address, WINDOW, chromium(), folder],
            env=browser_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
    on_jobs("DELETE FROM doma_panda.jobsarchived4", days)
    start_anew()
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def spoil(days: set[date]) -> None:
    """Every fifth simulated job fails, with hostile names and words."""
    on_jobs(
        "UPDATE doma_panda.jobsarchived4 SET piloterrorcode = 1099, piloterrordiag = %s, jobstatus = 'failed',"
        " computingsite = %s, produsername = %s",
        days,
        "pandaid % 5 = 0",
        (HOSTILE, SITE, USER),
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


def test_axe_finds_nothing_serious(seen: dict) -> None:
    assert {name: found for name, found in seen["axe"].items() if found} == {}


def test_a_narrow_screen_is_not_wider_than_it_is(seen: dict) -> None:
    assert seen["steps"]["narrow"] <= 390
