"""A child goes with all that it has started, also what has left its group or its session, or does not want to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from stack.session import ended_with_us, interrupted_by_signals

# A child whose descendants do what Spark's and Airflow's do; it says their pids.
FAMILY = """
import os, signal, subprocess, sys, time
sleep = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(99)"]
plain = subprocess.Popen(sleep)
group = subprocess.Popen(sleep, process_group=0)
session = subprocess.Popen(sleep, start_new_session=True)
print(os.getpid(), plain.pid, group.pid, session.pid, flush=True)
time.sleep(99)
"""


def start() -> tuple[subprocess.Popen, list[int]]:
    child = subprocess.Popen([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, text=True, start_new_session=True)
    return child, [int(word) for word in child.stdout.readline().split()]


def running(pids: list[int]) -> list[int]:
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def test_the_family_ends_with_us() -> None:
    child, pids = start()
    with child, pytest.raises(KeyError), ended_with_us(child):
        assert running(pids) == pids
        raise KeyError
    assert running(pids) == []


def test_orphans_of_the_session_end_too() -> None:
    child, pids = start()
    with child, ended_with_us(child):
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert running(pids[:3]) == []
    for orphan in running(pids[3:]):
        os.kill(orphan, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_act_like_ctrl_c_for_a_while(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), interrupted_by_signals():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
