"""How long an answer takes: median and 95th percentile of repetitions, warm, by the clock of the asking process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Latency:
    """Milliseconds of some repetitions."""

    milliseconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Half of them took less."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """95 of 100 took less, by linear interpolation; of few the longest."""
        if len(self.milliseconds) < 20:
            return max(self.milliseconds)
        return statistics.quantiles(self.milliseconds, n=20, method="inclusive")[-1]


def measured(ask: Callable[[], Result], most: int, seconds: float) -> tuple[Result, Latency]:
    """An answer, and the latency of up to `most` repetitions within some seconds. The first is not counted but where
    it alone takes longer than that."""
    begun = time.perf_counter()
    answer = ask()
    first = time.perf_counter() - begun
    if first > seconds:
        return answer, Latency((first * 1000,))
    times: list[float] = []
    begun = time.perf_counter()
    while not times or (len(times) < most and time.perf_counter() - begun < seconds):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return answer, Latency(tuple(times))
