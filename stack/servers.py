"""The two servers together: bring them up, take them down, tell how they are, delete their data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import psutil

from stack import cassandra, endpoints, panda_schema, ports, postgres, process
from stack.errors import StackError
from stack.home import Home

SERVERS = (postgres, cassandra)
# 460 MB were measured after a start (PostgreSQL, and Cassandra beside its heap); memtables outside the heap may grow to
# 512 MB, caches and PostgreSQL's buffers by some more.
MEGABYTES_BESIDE_HEAP = 1250
DISK_MEGABYTES = 2000


@dataclass(frozen=True)
class Status:
    """How a server is: `up`, `silent` (runs but does not answer), `died` (recorded, gone) or `down`."""

    name: str
    state: str
    pid: int | None = None
    port: int | None = None
    megabytes: int | None = None


def up(home: Path | None = None, say: Callable[[str], None] = print) -> None:
    """Bring up what is not up, and return when both servers answer. Raises StackError.

    Idempotent: also completes what a killed server or a killed command has left. If it fails, it stops the servers it
    started itself.
    """
    at = Home.of(home)
    at.make()
    with at.locked():
        running = {server: record for server in SERVERS if (record := _running(at, server))}
        if len(running) < len(SERVERS):
            _check_machine(at, need_memory=cassandra not in running)
        passwords = _passwords(at)
        started = []
        try:
            # The slow one first: it boots while PostgreSQL is made ready.
            if cassandra not in running:
                started.append(cassandra)
                running[cassandra] = cassandra.start(at)
            if postgres not in running:
                started.append(postgres)
                running[postgres] = postgres.start(at, passwords)
            postgres.wait(at, running[postgres], passwords)
            panda_schema.create(postgres.uri(running[postgres].port, postgres.OWNER, passwords, "panda"))
            say(f"{postgres.NAME} answers on {ports.LOOPBACK}:{running[postgres].port}")
            cassandra.wait(at, running[cassandra])
            say(f"{cassandra.NAME} answers on {ports.LOOPBACK}:{running[cassandra].port}")
        except BaseException:
            for server in started:
                stop(at, server)
            raise
        endpoints.write(at, running[postgres].port, running[cassandra].port, passwords)


def down(home: Path | None = None, say: Callable[[str], None] = print) -> None:
    """Stop what the stack started; data stays. Does nothing if nothing runs."""
    at = Home.of(home)
    if not at.run.exists():
        return
    with at.locked():
        _down(at, say)


def reset(home: Path | None = None, say: Callable[[str], None] = print) -> None:
    """Stop the servers and delete their data, logs and staged files; the jars stay."""
    at = Home.of(home)
    if not at.root.exists():
        return
    with at.locked():
        _down(at, say)
        at.delete()
    say(f"deleted the data in {at.root}")


def status(home: Path | None = None) -> list[Status]:
    """How each server is."""
    at = Home.of(home)
    found = []
    for server in SERVERS:
        record = process.read(server.pid_file(at))
        if record is None:
            found.append(Status(server.NAME, "down"))
            continue
        running = record.find()
        if running is None:
            found.append(Status(server.NAME, "died", record.pid, record.port))
            continue
        state = "up" if ports.answers(record.port) else "silent"
        found.append(Status(server.NAME, state, record.pid, record.port, _memory(running)))
    return found


def _running(home: Home, server: ModuleType) -> process.Record | None:
    record = process.read(server.pid_file(home))
    return record if record and record.find() else None


def _down(home: Home, say: Callable[[str], None]) -> None:
    home.endpoints.unlink(missing_ok=True)
    for server in SERVERS:
        if stop(home, server):
            say(f"{server.NAME} stopped")


def stop(home: Home, server: ModuleType) -> bool:
    """Stop a server if it runs, and forget it; whether it ran."""
    record = process.read(server.pid_file(home))
    running = record.find() if record else None
    if running:
        process.end(running, server.STOP_SIGNALS)
    if record:
        process.end_strays(home.mark, server.PROGRAM, ours=True)
    server.pid_file(home).unlink(missing_ok=True)
    return running is not None


def _memory(running: psutil.Process) -> int:
    """Resident megabytes of a server and its children, pages they share counted once."""
    total = 0
    for one in [running, *running.children(recursive=True)]:
        try:
            memory = one.memory_info()
        except psutil.NoSuchProcess:
            continue
        total += memory.rss - (memory.shared if one is not running else 0)
    return total // 2**20


def _check_machine(home: Home, need_memory: bool) -> None:
    free = shutil.disk_usage(home.root).free // 2**20
    if free < DISK_MEGABYTES:
        raise StackError(
            f"{home.root} has {free} MB of free disk, the stack needs {DISK_MEGABYTES}: make room, or name another "
            "folder in HMSF_HOME"
        )
    needed = cassandra.heap_megabytes() + MEGABYTES_BESIDE_HEAP
    available = psutil.virtual_memory().available // 2**20
    if need_memory and available < needed:
        raise StackError(
            f"{available} MB of memory are free, the stack needs {needed}: end other programs, or lower "
            f"{cassandra.HEAP} ({cassandra.heap_megabytes()} MB)"
        )


def _passwords(home: Home) -> dict[str, str]:
    """The generated passwords; they live as long as the data. A role that is new gets one."""
    file = home.data / "passwords.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    if missing := {role: word for role, word in postgres.new_passwords().items() if role not in known}:
        known |= missing
        endpoints.write_private(file, known)
    return known
