"""Ending a child process with all its descendants: Airflow's tasks, spark-submit, the JVM, Python workers."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import psutil

PATIENCE = 5.0


@contextmanager
def ended_with_us(child: subprocess.Popen) -> Iterator[None]:
    """At the end nothing of the child's session is left, nor of sessions below it, however it comes.

    The child must have been started with start_new_session=True. Spark's workers leave their process group, and are
    orphans once their parent is gone, but they stay in the session.
    """
    try:
        yield
    finally:
        end_child(child)


def end_child(child: subprocess.Popen) -> None:
    """End all of a child's session, and of sessions below it."""
    # A second Ctrl-C, of an impatient user, must not cut this off.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_sessions({child.pid} | _sessions_below(child.pid))
    child.wait()
    signal.signal(signal.SIGINT, before)


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """While in here SIGTERM and SIGHUP act like Ctrl-C, so that what is to be ended is ended."""
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_sessions(sessions: set[int]) -> None:
    """Ask all processes of some sessions to end, and kill those that do not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + PATIENCE
        while (members := _members(sessions)) and time.monotonic() < deadline:
            for member in members:
                with suppress(ProcessLookupError):
                    os.kill(member, number)
            time.sleep(0.2)


def _sessions_below(pid: int) -> set[int]:
    found = set()
    with suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(ProcessLookupError):
                found.add(os.getsid(process.pid))
    return found


def _members(sessions: set[int]) -> list[int]:
    found = []
    for process in psutil.process_iter(["status"]):
        with suppress(ProcessLookupError):
            if os.getsid(process.pid) in sessions and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
