"""Airflow on the embedded stack: its environment, its metadata database, its pools.

Everything is given in environment variables, so no airflow.cfg has to be edited and no password is in one.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from dags.pools import POOLS
from data_models import settings
from stack import endpoints, ports
from stack.errors import StackError
from stack.home import Home

# The only user of Airflow's simple auth manager, unless others are configured.
ADMIN = "admin"


def environment(home: Path | None = None) -> dict[str, str]:
    """The environment of every Airflow process on this stack. Raises StackError if the stack is not up."""
    at = Home.of(home)
    spark = {"conn_type": "spark", "host": settings.text("HMSF_SPARK_MASTER")}
    return os.environ | {
        "HMSF_HOME": str(at.root),
        "AIRFLOW_HOME": str(airflow_home(at)),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # Each running task may be a Spark application of HMSF_SPARK_DRIVER_MEMORY.
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": endpoints.airflow_uri(at.root),
        # No asynchronous driver (asyncpg): only teams and the REST call that waits for a run need one.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": "",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(at.logs / "airflow"),
        "AIRFLOW_CONN_HMSF_SPARK": json.dumps(spark),
        # Spark's own ports, too, are for this machine only.
        "SPARK_LOCAL_IP": ports.LOOPBACK,
        # spark-submit and airflow are those of this environment.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def served(port: int) -> tuple[str, dict[str, str]]:
    """The address of Airflow's server on a port of this machine, and what its processes need to know of it."""
    address = f"http://{ports.LOOPBACK}:{port}"
    return address, {
        "AIRFLOW__API__HOST": ports.LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
    }


def passwords_file(home: Home) -> Path:
    """Where Airflow's server writes the password that it makes for ADMIN when it first starts."""
    return airflow_home(home) / "simple_auth_manager_passwords.json.generated"


def airflow_home(home: Home) -> Path:
    """AIRFLOW_HOME: beside the databases, since it holds keys and goes when the data goes."""
    return home.data / "airflow"


def prepare(home: Path | None = None) -> dict[str, str]:
    """Bring the metadata database and the pools up to date, unless that was done; returns the environment.

    Raises StackError.
    """
    at, variables = Home.of(home), environment(home)
    folder = airflow_home(at)
    stamp, wanted = folder / "prepared", _state()
    with at.locked():
        if stamp.exists() and stamp.read_text() == wanted:
            return variables
        print("preparing Airflow's metadata database (once)", flush=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        pools = folder / "pools.json"
        pools.write_text(json.dumps(POOLS))
        _airflow([["db", "migrate"], ["pools", "import", str(pools)]], variables)
        stamp.write_text(wanted)
    return variables


def _state() -> str:
    return hashlib.sha256(json.dumps([version("apache-airflow"), POOLS]).encode()).hexdigest()


def _airflow(commands: list[list[str]], variables: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stack.airflow_commands", json.dumps(commands)],
        env=variables,
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        told = " && ".join(f"airflow {' '.join(words)}" for words in commands)
        raise StackError(f"`{told}` failed: {last}")
