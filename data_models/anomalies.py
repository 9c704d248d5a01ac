"""What stands out: sites or errors with far more failures than in the same hours of the days before.

The rule is robust (one bad day among those before does not hide the next) and takes small numbers for what they are:
a count has to exceed the median of the days before by five times their spread. The spread is that of counting (the
root of the median) or that of the days (their median absolute deviation, scaled to a standard deviation), whichever is
larger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

LEAST_DAYS = 3
LEAST_COUNT = 10
SPREADS = 5.0
# Turns a median absolute deviation into the standard deviation of a normal distribution.
SCALE = 1.4826
RULE = (
    f"at least {LEAST_COUNT}, and above the median of the same hours of the days before by more than {SPREADS:g} times "
    "their spread"
)


@dataclass(frozen=True)
class Anomaly:
    """Something that stands out. `usual`: the median of the days before; `spreads`: how far above it, in spreads."""

    name: str
    count: int
    usual: float
    spreads: float


def anomalies(counts: Mapping[str, int], before: Sequence[Mapping[str, int]]) -> list[Anomaly]:
    """Those of `counts` that stand out, the farthest above the usual first; a name that a day lacks had 0 then.

    Of fewer than LEAST_DAYS days before nothing can be said: the list is empty.
    """
    if len(before) < LEAST_DAYS:
        return []
    found = [judged(name, count, [day.get(name, 0) for day in before]) for name, count in counts.items()]
    return sorted((one for one in found if stands_out(one)), key=lambda one: (-one.spreads, one.name))


def judged(name: str, count: int, usual: Sequence[int]) -> Anomaly:
    """How far a count is above what was usual."""
    middle = median(usual)
    deviation = SCALE * median(abs(one - middle) for one in usual)
    return Anomaly(name, count, middle, (count - middle) / max(sqrt(middle), deviation, 1.0))


def stands_out(one: Anomaly) -> bool:
    """The rule."""
    return one.count >= LEAST_COUNT and one.spreads > SPREADS
