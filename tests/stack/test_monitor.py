"""`python -m stack monitor`: the monitor on the servers of the test run, by gunicorn, and nothing of it is left."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from cassandra.cluster import Session

from data_models import settings
from stack import monitor, ports
from stack.home import Home

SECONDS = 90


@pytest.fixture(scope="module")
def served(stack: Path, archive: Session) -> Iterator[tuple[str, subprocess.Popen]]:
    """The address of a monitor, and the command that serves it."""
    port = ports.free()
    # Of a command that ran in this home before its servers were up.
    (stack / "monitor.sqlite3").unlink(missing_ok=True)
    command = [sys.executable, "-m", "stack", "monitor", "--port", str(port)]
    with subprocess.Popen(command, cwd=settings.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        address = f"http://127.0.0.1:{port}"
        try:
            wait(address, child)
            yield address, child
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(30)


def wait(address: str, child: subprocess.Popen) -> None:
    """Until the monitor answers."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and child.poll() is None:
        try:
            httpx.get(f"{address}/health/").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.3)
    pytest.fail(f"the monitor did not come up: {child.stdout.read() if child.poll() is not None else 'no answer'}")


def test_it_answers_and_is_ready(served: tuple[str, subprocess.Popen]) -> None:
    address, _ = served
    ready = httpx.get(f"{address}/health/ready/", timeout=60)
    assert ready.json() == {"status": "up", "accounts": "up", "cassandra": "up", "panda": "up"}


def test_its_administrator_signs_in_with_the_password_in_the_file(served: tuple[str, subprocess.Popen]) -> None:
    address, _ = served
    file = monitor.secrets_file(Home.of(None))
    assert file.stat().st_mode & 0o777 == 0o600
    with httpx.Client(base_url=address, follow_redirects=True) as browser:
        browser.get("/login/")
        form = {"username": "admin", "password": json.loads(file.read_text())["password"]}
        token = browser.cookies["csrftoken"]
        browser.post("/login/", data=form | {"csrfmiddlewaretoken": token}, headers={"Referer": f"{address}/login/"})
        told = browser.get("/api/v1/account").json()
    assert (told["user"], told["staff"]) == ("admin", True)


def test_accounts_are_in_the_stack_s_postgresql(served: tuple[str, subprocess.Popen], stack: Path) -> None:
    assert settings.text("HMSF_MONITOR_DATABASE").startswith("postgresql://monitor:")
    assert not (stack / "monitor.sqlite3").exists()


def test_it_ends_with_the_command_and_leaves_nothing(served: tuple[str, subprocess.Popen]) -> None:
    address, child = served
    family = psutil.Process(child.pid).children(recursive=True)
    assert any("gunicorn" in " ".join(one.cmdline()) for one in family)
    child.send_signal(signal.SIGINT)
    child.wait(30)
    _, alive = psutil.wait_procs(family, 10)
    assert alive == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/health/")
