"""Server processes that outlive the command that starts them, told apart from strangers that got their pid."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from stack.errors import StackError

# /proc gives the boot time in whole seconds, so a start counted from boot may differ by one between two readings.
SAME_START_SECONDS = 1.5


@dataclass(frozen=True)
class Record:
    """What a pid file holds. `started` is seconds after boot: unlike a date it does not move when the clock is set."""

    pid: int
    started: float
    port: int

    def find(self) -> psutil.Process | None:
        """The process, if it is still the one that was recorded and not a zombie."""
        try:
            process = psutil.Process(self.pid)
            same = abs(_started(process) - self.started) < SAME_START_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def read(pid_file: Path) -> Record | None:
    """The record in a pid file, None if there is none or it is damaged."""
    try:
        return Record(**json.loads(pid_file.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def launch(command: Sequence[str], pid_file: Path, port: int, log: Path, folder: Path) -> Record:
    """Start a server in `folder`, in a session of its own so that Ctrl-C at the terminal does not reach it.

    An interruption of this process waits until the server is recorded: what is not could not be stopped.
    """
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    with _interruptions_wait(), log.open("wb") as out:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, start_new_session=True
        )
        record = Record(child.pid, _started(psutil.Process(child.pid)), port)
        new = pid_file.with_suffix(".new")
        new.write_text(json.dumps(dataclasses.asdict(record)))
        new.replace(pid_file)
        # The server is meant to live on: no warning when the handle goes.
        child.returncode = 0
    return record


def wait_until(ready: Callable[[], bool], record: Record, name: str, log: Path, patience: float) -> None:
    """Wait until `ready()`. Raises StackError if the process ends before or `patience` seconds have passed."""
    deadline = time.monotonic() + patience
    while not ready():
        if record.find() is None:
            raise StackError(f"{name} ended while starting: {_complaint(log)} (log: {log})")
        if time.monotonic() > deadline:
            raise StackError(f"{name} does not answer on port {record.port} after {patience:.0f} s (log: {log})")
        time.sleep(0.2)


def end(process: psutil.Process, signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send the signals one after the other, each with its seconds of patience, until the process is gone."""
    record = Record(process.pid, _started(process), 0)
    for number, patience in signals:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            # Not process.wait(): in a container whose first process does not reap, it waits for a zombie.
            if record.find() is None:
                return
            time.sleep(0.05)
    raise StackError(f"process {process.pid} ({process.name()}) does not end")


def marked(mark: str, name: str) -> list[psutil.Process]:
    """Processes called `name` with `mark` in their command line, which unlike their folder or environment everyone may
    read: root without CAP_SYS_PTRACE (in a container) too."""
    found = []
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == name and any(mark in word for word in process.info["cmdline"] or ()):
            found.append(process)
    return found


def end_strays(mark: str, name: str, ours: bool) -> None:
    """See that no process of a server is left to use its data folder.

    `ours`: a pid file shows that the server was our own, so its left-over children are too and are ended. Otherwise
    they are left alone and StackError names one.
    """
    for process in marked(mark, name):
        if not ours:
            raise StackError(
                f"process {process.pid} ({name}, {mark}) runs, but no pid file of the stack names it: end it"
            )
        end(process, [(signal.SIGKILL, 10)])


@contextlib.contextmanager
def _interruptions_wait() -> Iterator[None]:
    """What ends this process comes when the block is done. By handlers, not a mask: a child would inherit that."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python handles signals in the main thread only
        return
    came: list[int] = []
    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            before[number] = signal.signal(number, lambda n, _: came.append(n))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(came):
            signal.raise_signal(number)


def _started(process: psutil.Process) -> float:
    return process.create_time() - psutil.boot_time()


def _complaint(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    errors = [line for line in lines if any(word in line for word in ("FATAL", "ERROR", "Exception", "Error:"))]
    return (errors or lines or ["it wrote no log"])[-1].strip()
