"""Peak memory of a process and what it has started, and of servers beside it, told apart by what they are."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

import psutil

MEGABYTE = 1024 * 1024
ALL = "all of it at once"


class PeakMemory:
    """Samples process trees once a second until it is left; `peaks` are megabytes by kind (JVM, Python, each of the
    `servers`, given by the numbers of their processes), and of all at one moment.

    Pages that processes share are counted once (proportional set size).
    """

    def __init__(self, pid: int, servers: Mapping[str, int]) -> None:
        self.root = psutil.Process(pid)
        self.servers = {name: psutil.Process(number) for name, number in servers.items()}
        self.peaks: Counter[str] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(1):
            now: Counter[str] = Counter()
            try:
                for process in tree(self.root):
                    kind = "JVM (driver and executors)" if "java" in process.name() else "Python (driver and workers)"
                    now[kind] += megabytes(process)
                for name, server in self.servers.items():
                    now[name] = sum(map(megabytes, tree(server)))
            except psutil.NoSuchProcess:
                continue
            now[ALL] = sum(now.values())
            self.peaks |= now


def tree(root: psutil.Process) -> list[psutil.Process]:
    """A process and all that it has started."""
    return [root, *root.children(recursive=True)]


def megabytes(process: psutil.Process) -> int:
    """Memory of a process."""
    return process.memory_full_info().pss // MEGABYTE
