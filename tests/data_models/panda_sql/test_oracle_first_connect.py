"""The first connect of a process may meet a silent server: that must not hold back the ones that follow."""

from __future__ import annotations

import os
import subprocess
import sys

from oracle_listener.accounts import Account
from oracle_listener.canned import CannedAnswers
from oracle_listener.faults import Fault, Silence, Step
from oracle_listener.listener import Listener
from oracle_listener.on_stack import source_settings

from data_models import settings

# In a process of its own: the driver decides once a process, at its first connect.
TWICE = """
from data_models.panda_sql.oracle_database import MAIN, Database
for _ in range(2):
    try:
        with Database.from_settings(MAIN).session("test", "none"):
            print("connected")
    except Exception as error:
        print(type(error).__name__)
"""


def test_a_silent_server_does_not_hold_back_the_next_connect() -> None:
    with Listener(CannedAnswers(), [Account("reader", "secret")]) as listener:
        listener.faults.add(Fault(Silence(), step=Step.CONNECT))
        environment = os.environ | source_settings(listener) | {"HMSF_ORACLE_CONNECT_SECONDS": "2"}
        done = subprocess.run(
            [sys.executable, "-c", TWICE],
            cwd=settings.ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stdout.split() == ["SourceUnavailable", "connected"], done.stderr
