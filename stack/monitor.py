"""`python -m stack monitor`: the monitor on the running stack, served by gunicorn on 127.0.0.1, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

from data_models import settings
from stack import airflow, endpoints, ports
from stack.errors import StackError
from stack.home import Home
from stack.session import ended_with_us, interrupted_by_signals

MANAGE = settings.ROOT / "monitor" / "manage.py"
ADMIN = "admin"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m stack monitor`."""
    parser.add_argument("--port", type=int, help="port on 127.0.0.1 (default: a free one)")


def run(args: argparse.Namespace) -> int:
    """Run until interrupted. Raises StackError if the stack is not up, or the monitor ends by itself."""
    at = Home.of(None)
    port = args.port or ports.free()
    variables = prepare(at)
    with interrupted_by_signals(), (at.logs / "monitor.log").open("ab") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:monitor.gunicorn", "monitor.wsgi"],
            env=variables | {"GUNICORN_CMD_ARGS": f"--bind {ports.LOOPBACK}:{port}"},
            cwd=settings.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        with ended_with_us(child):
            print(f"monitor: http://{ports.LOOPBACK}:{port}/, user {ADMIN}, password in {secrets_file(at)}", flush=True)
            print(f"log: {at.logs}/monitor.log; Ctrl-C ends it", flush=True)
            child.wait()
    raise StackError(f"the monitor ended: see the end of {at.logs}/monitor.log")


def prepare(at: Home) -> dict[str, str]:
    """Bring the monitor's database, static files and administrator up to date; returns its environment.

    Raises StackError.
    """
    # Also says that the stack has to be up.
    endpoints.owner_uri(at.root)
    words = own_secrets(at)
    variables = os.environ | {
        "DJANGO_SETTINGS_MODULE": "monitor.settings",
        "HMSF_HOME": str(at.root),
        "HMSF_MONITOR_SECRET_KEY": words["key"],
        "HMSF_MONITOR_HTTPS": "0",
        **airflow_log_in(at),
    }
    _manage(["migrate", "--verbosity", "0"], variables)
    _manage(["collectstatic", "--noinput", "--verbosity", "0"], variables)
    made = variables | {"DJANGO_SUPERUSER_PASSWORD": words["password"]}
    _manage(["ensure_admin", ADMIN], made)
    return variables


def own_secrets(at: Home) -> dict[str, str]:
    """The generated key and the administrator's password; they live as long as the data."""
    file = secrets_file(at)
    if not file.exists():
        endpoints.write_private(file, {"key": secrets.token_urlsafe(64), "password": secrets.token_urlsafe(16)})
    return json.loads(file.read_text())


def secrets_file(at: Home) -> Path:
    """Where they are."""
    return at.data / "monitor.json"


def airflow_log_in(at: Home) -> dict[str, str]:
    """The log-in of the Airflow of this stack, for whoever names its address in HMSF_AIRFLOW_URL."""
    file = airflow.airflow_home(at) / "simple_auth_manager_passwords.json.generated"
    if not file.exists():
        return {}
    return {"HMSF_AIRFLOW_USER": ADMIN, "HMSF_AIRFLOW_PASSWORD": json.loads(file.read_text()).get(ADMIN, "")}


def _manage(words: list[str], variables: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, str(MANAGE), *words], env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise StackError(f"`monitor/manage.py {' '.join(words)}` failed: {last}")
