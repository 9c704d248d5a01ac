"""Spark's standalone master with two workers, as processes of their own on loopback, and Pythons to run on them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sysconfig
import time
import urllib.request
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyspark

from data_models import settings
from stack import ports
from stack.session import ended_with_us

SPARK = Path(pyspark.__file__).parent / "bin"
# As in the images of docker/: it writes Spark's configuration from the cluster's secret.
ENTRYPOINT = settings.ROOT / "docker" / "entrypoint.sh"
START_SECONDS = 60
RUN_SECONDS = 300
SMALL_JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
# As steps of few jobs are started by the DAGs: the second compiler costs drivers and executors more than it gains them
# (test_standalone_cluster, in turn: 93 and 89 s of CPU with it, 77 and 78 without).
FIRST_COMPILER = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"


@dataclass(frozen=True)
class Cluster:
    """A running master: its address, the workers' folders, and what the environment of an application must hold."""

    master: str
    worker_folders: tuple[Path, ...]
    environment: Mapping[str, str]


def python_without_project(folder: Path) -> Path:
    """A Python with every package of this one but not the project: its editable install is a .pth file, and those of
    a folder that is itself listed in a .pth file are not read. Gives the interpreter."""
    venv.create(folder, symlinks=True)
    (site_packages(folder) / "shared.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


def site_packages(folder: Path) -> Path:
    """Where a virtual environment keeps its packages."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))


@contextmanager
def standalone_cluster(folder: Path) -> Iterator[Cluster]:
    """A master and two workers of one core, that know each other and their applications by a shared secret."""
    kept = folder / "secrets"
    kept.mkdir()
    (kept / "SPARK_SECRET").write_text(secrets.token_hex())
    port, web_port = ports.free(), ports.free()
    master = f"spark://{ports.LOOPBACK}:{port}"
    given = {
        "SECRETS": str(kept),
        "SPARK_EXECUTOR_MEMORY": "640m",
        "SPARK_LOCAL_IP": ports.LOOPBACK,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": SMALL_JVM,
        "JAVA_TOOL_OPTIONS": FIRST_COMPILER,
    }
    with ExitStack() as ending:

        def start(name: str, server: str, *words: object) -> Path:
            at = folder / name
            at.mkdir()
            out = ending.enter_context((at / "log").open("wb"))
            child = subprocess.Popen(
                [ENTRYPOINT, SPARK / "spark-class", f"org.apache.spark.deploy.{server}", *map(str, words)],
                env=clean_environment() | given | {"SPARK_CONF_DIR": str(at)},
                cwd=at,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
            ending.enter_context(ended_with_us(child))
            return at

        start("master", "master.Master", "--host", ports.LOOPBACK, "--port", port, "--webui-port", web_port)
        wait_for_workers(web_port, 0)
        at_any_port = ("--host", ports.LOOPBACK, "--port", 0, "--webui-port", 0)
        worker = ("worker.Worker", *at_any_port, "--cores", 1, "--memory", "1g", "--work-dir", "work", master)
        workers = [start(f"worker-{number}", *worker) for number in (1, 2)]
        wait_for_workers(web_port, len(workers))
        yield Cluster(master, tuple(workers), given)


def clean_environment() -> dict[str, str]:
    """This process's environment without what leads Python to packages or Spark to settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SPARK", "PYSPARK"))}


def wait_for_workers(web_port: int, number: int) -> None:
    """Wait until the master answers and has so many workers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://{ports.LOOPBACK}:{web_port}/json/", timeout=5) as answer:
                if json.load(answer)["aliveworkers"] == number:
                    return
        except OSError:
            pass
        assert time.monotonic() < deadline, f"no master with {number} workers after {START_SECONDS} s"
        time.sleep(0.2)


@dataclass(frozen=True)
class Run:
    """How an application ended: exit code, output, and the command lines that were seen meanwhile on this machine."""

    code: int
    out: str
    commands: frozenset[str]


def run_on(cluster: Cluster, command: Sequence[str | Path], folder: Path, **more: str) -> Run:
    """Run an application on the cluster from `folder`; `more`: variables of its environment."""
    seen: set[str] = set()
    with (folder / "out").open("w+") as out:
        child = subprocess.Popen(
            [ENTRYPOINT, *command],
            env=clean_environment() | cluster.environment | {"SPARK_CONF_DIR": str(folder)} | more,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        deadline = time.monotonic() + RUN_SECONDS
        with ended_with_us(child):
            while child.poll() is None and time.monotonic() < deadline:
                seen |= {" ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])}
                time.sleep(0.5)
            code = child.poll()
        out.seek(0)
        return Run(-1 if code is None else code, out.read(), frozenset(seen))
