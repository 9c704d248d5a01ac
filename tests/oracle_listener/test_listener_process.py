"""The listener as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import oracledb
import pytest

from data_models import settings

from .conftest import rows


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_answers_and_ends_when_told(stack: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.oracle_listener"]
    environment = os.environ | {"HMSF_ORACLE_USER": "reader", "HMSF_ORACLE_PASSWORD": "only in the environment"}
    with subprocess.Popen(command, cwd=settings.ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        assert "no Oracle" in line
        assert "only in the environment" not in line
        dsn = line.split(": ")[1].split()[0]
        with oracledb.connect(user="reader", password="only in the environment", dsn=dsn) as connection:
            assert rows(connection, "SELECT COUNT(*) FROM dual") == [(1,)]
        process.send_signal(number)
        assert process.wait(20) == 0
