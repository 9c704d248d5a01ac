"""The tests' Oracle listener as a process beside the embedded stack, for the demo where no Oracle is at hand.

It is a test double that answers from the embedded PostgreSQL (tests/oracle_listener/README.md), so it is there in a
checkout only.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from data_models import settings
from stack.errors import StackError

MODULE = "tests.oracle_listener"
USER = "hmsf"
READY = "oracle test listener"
SECONDS_TO_END = 10


@contextmanager
def oracle_listening() -> Iterator[str]:
    """Run the listener; the settings of this process, and of those it starts, lead to it. Gives its DSN.

    Raises StackError if it is not there or does not start.
    """
    if not (settings.ROOT / "tests" / "oracle_listener").is_dir():
        raise StackError("the test listener for Oracle is in the repository's tests folder: run it from a checkout")
    given = {"HMSF_ORACLE_USER": USER, "HMSF_ORACLE_PASSWORD": secrets.token_urlsafe(12)}
    # In a session of its own, so that Ctrl-C reaches what reads from it first.
    with subprocess.Popen(
        [sys.executable, "-m", MODULE],
        cwd=settings.ROOT,
        env=os.environ | given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            line = child.stdout.readline() if child.stdout else ""
            if not line.startswith(READY):
                raise StackError("the test listener for Oracle did not start; what it says is above")
            dsn = line.split(": ")[1].split()[0]
            with _environment({"HMSF_SOURCE": "oracle", "HMSF_ORACLE_DSN": dsn, **given}):
                yield dsn
        finally:
            child.terminate()
            try:
                child.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                child.kill()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
