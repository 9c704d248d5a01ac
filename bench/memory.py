"""Peak resident memory of a process and what it has started, told apart by what they are."""

from __future__ import annotations

import threading
from collections import Counter

import psutil

MEGABYTE = 1024 * 1024


class PeakMemory:
    """Samples a process tree once a second until it is left; `peaks` are megabytes by kind (JVM, Python)."""

    def __init__(self, pid: int) -> None:
        self.root = psutil.Process(pid)
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
                for process in [self.root, *self.root.children(recursive=True)]:
                    kind = "JVM (driver and executors)" if "java" in process.name() else "Python (driver and workers)"
                    now[kind] += process.memory_info().rss // MEGABYTE
            except psutil.NoSuchProcess:
                continue
            self.peaks |= now
