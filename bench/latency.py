"""How long an answer takes: median and 95th percentile of repetitions, warm, by the clock of the asking process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
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
    answer, first = timed(ask)
    if first > seconds * 1000:
        return answer, Latency((first,))
    return answer, in_turn((ask,), most, seconds)[0]


def in_turn(asks: Sequence[Callable[[], object]], most: int, seconds: float) -> list[Latency]:
    """The latency of each of some answers, asked one after the other again and again, so that a machine that is slower
    for a while is so for all: up to `most` rounds, or some seconds for each."""
    rounds: list[list[float]] = []
    begun = time.perf_counter()
    while not rounds or (len(rounds) < most and time.perf_counter() - begun < seconds * len(asks)):
        rounds.append([timed(ask)[1] for ask in asks])
    return [Latency(times) for times in zip(*rounds, strict=True)]


def timed(ask: Callable[[], Result]) -> tuple[Result, float]:
    """An answer, and its milliseconds."""
    begun = time.perf_counter()
    answer = ask()
    return answer, (time.perf_counter() - begun) * 1000
