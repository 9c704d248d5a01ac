"""A pid file leads to the process it was written for, and to no other."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack import postgres, process, servers
from stack.errors import StackError
from stack.home import Home

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
IGNORES_TERM = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]


@pytest.fixture
def stranger() -> Iterator[psutil.Process]:
    with subprocess.Popen(SLEEP) as child:
        yield psutil.Process(child.pid)
        child.kill()


def launched(command: list[str], folder: Path) -> process.Record:
    return process.launch(command, folder / "server.pid", 1, folder / "server.log", folder)


def test_finds_what_it_launched_until_it_ends(tmp_path: Path) -> None:
    record = launched(SLEEP, tmp_path)
    assert process.read(tmp_path / "server.pid") == record
    running = record.find()
    assert running is not None
    process.end(running, [(signal.SIGKILL, 10)])
    assert record.find() is None


def test_an_interruption_waits_until_the_server_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupts = ["sh", "-c", "kill -INT $PPID; exec sleep 60"]
    started = process._started
    monkeypatch.setattr(process, "_started", lambda one: time.sleep(0.5) or started(one))
    with pytest.raises(KeyboardInterrupt):
        launched(interrupts, tmp_path)
        time.sleep(10)
    running = process.read(tmp_path / "server.pid").find()
    assert running.name() == "sleep"
    process.end(running, [(signal.SIGKILL, 10)])


def test_ends_with_the_next_signal_what_ignores_the_first(tmp_path: Path) -> None:
    record = launched(IGNORES_TERM, tmp_path)
    time.sleep(0.5)
    process.end(record.find(), [(signal.SIGTERM, 0.3), (signal.SIGKILL, 10)])
    assert record.find() is None


def test_a_process_that_got_the_pid_later_is_not_touched(tmp_path: Path, stranger: psutil.Process) -> None:
    home = Home(tmp_path)
    home.make()
    started = stranger.create_time() - psutil.boot_time() - 60
    stale = process.Record(stranger.pid, started, 1)
    for server in servers.SERVERS:
        server.pid_file(home).write_text(json.dumps(dataclasses.asdict(stale)))
    assert [server.state for server in servers.status(tmp_path)] == ["died", "died"]
    servers.down(tmp_path)
    assert stranger.is_running()
    assert [server.state for server in servers.status(tmp_path)] == ["down", "down"]


@pytest.mark.parametrize("content", ["", "17", '{"pid": 1}', "\x00\x00"])
def test_a_damaged_pid_file_counts_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "server.pid"
    file.write_text(content)
    assert process.read(file) is None


def test_an_unrecorded_process_of_the_home_is_named_and_left_alone(tmp_path: Path) -> None:
    mark = Home(tmp_path).mark
    record = launched([*SLEEP, mark], tmp_path)
    name = record.find().name()
    with pytest.raises(StackError, match=rf"process {record.pid} \({name}, {mark}\) runs, but no pid file"):
        process.end_strays(mark, name, ours=False)
    assert record.find() is not None
    process.end_strays(mark, name, ours=True)
    assert record.find() is None


def test_a_server_that_ends_while_starting_gives_its_last_error(tmp_path: Path) -> None:
    record = launched([sys.executable, "-c", "print('fine'); raise OSError('no room'); print('bye')"], tmp_path)
    with pytest.raises(StackError, match=r"Thing ended while starting: OSError: no room \(log: .*server.log\)"):
        process.wait_until(lambda: False, record, "Thing", tmp_path / "server.log", patience=20)


def test_a_postmaster_file_with_a_strangers_pid_does_not_stop_postgres(
    tmp_path: Path, stranger: psutil.Process
) -> None:
    home = Home(tmp_path)
    home.make()
    passwords = postgres.new_passwords()
    record = postgres.start(home, passwords)
    postgres.wait(home, record, passwords)
    os.kill(record.pid, signal.SIGKILL)
    (postgres.data_folder(home) / "postmaster.pid").write_text(f"{stranger.pid}\n")
    record = postgres.start(home, passwords)
    postgres.wait(home, record, passwords)
    servers.down(tmp_path)
    assert stranger.is_running()
    assert record.find() is None
