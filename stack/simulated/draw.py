"""The dice of a simulated day: for each job its queue, task, times and how it ended, as parallel numpy arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from stack.simulated.outcomes import Outcome, by_state
from stack.simulated.world import Queues, Tasks, zipf

DAY = 86_400
HOUR = 3_600
MAX_JOBS = 2_000_000
SEEDS = 4
FIRST_PANDAID = 6_000_000_000
EPOCH = date(2026, 7, 1)
FIRST_DAY = date(2024, 7, 1)
NEVER = -1
# Shares of the states in an archive; failed jobs are 10 to 12 % of all.
FAILED_SHARE = 0.11
OTHER_SHARES = {"cancelled": 0.025, "closed": 0.033, "merging": 0.0003}


@dataclass(frozen=True)
class Draw:
    """A day's jobs in the order of MODIFICATIONTIME; times in seconds since 1970, NEVER for one that did not start."""

    pandaid: np.ndarray
    queue: np.ndarray
    task: np.ndarray
    outcome: np.ndarray  # position in `all_outcomes`
    created: np.ndarray
    started: np.ndarray
    ended: np.ndarray
    modified: np.ndarray
    state_changed: np.ndarray
    late: np.ndarray  # whether the submitter's error came after archiving


def all_outcomes() -> list[tuple[str, Outcome]]:
    """Every way to end with its state, in a fixed order."""
    return [(state, outcome) for state, outcomes in by_state().items() for outcome in outcomes]


def first_pandaid(day: date, seed: int) -> int:
    """The lowest PANDAID of a day and seed; 2,000,000 are its own, but a seed shares them with seed + 4."""
    return FIRST_PANDAID + ((day - EPOCH).days * SEEDS + seed % SEEDS) * MAX_JOBS


def draw(day: date, jobs: int, seed: int, queues: Queues, tasks: Tasks) -> Draw:
    """Draw a day's jobs; the same arguments give the same jobs."""
    rng = np.random.default_rng([seed, day.toordinal(), 2])
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    second = _seconds_of_day(jobs, rng)
    task = rng.choice(len(tasks.shares), jobs, p=tasks.shares)
    queue = _queues_of(task, len(queues.shares), rng)

    # One broken queue swallows jobs and fails nearly all of them for some hours; one broken task fails for half a day.
    broken_queue = rng.integers(5, 15)
    begin = rng.integers(2, 20) * HOUR
    queue_is_broken = (second >= begin) & (second < begin + 3 * HOUR)
    queue[queue_is_broken & (rng.random(jobs) < 0.12)] = broken_queue
    at_broken_queue = queue_is_broken & (queue == broken_queue) & (rng.random(jobs) < 0.92)
    broken_task = np.argsort(-tasks.shares)[rng.integers(4, 10)]
    begin = rng.integers(0, 12) * HOUR
    task_is_broken = (task == broken_task) & (second >= begin) & (second < begin + 12 * HOUR)
    of_broken_task = task_is_broken & ~at_broken_queue & (rng.random(jobs) < 0.9)

    burst = at_broken_queue | of_broken_task
    factor = queues.failure_factor[queue] * tasks.failure_factor[task]
    base = max(FAILED_SHARE - burst.mean(), 0.02) / factor.mean()
    failed = burst | (rng.random(jobs) < np.minimum(base * factor, 0.95))
    outcome = _outcomes(failed, queue, task, rng)
    _set_burst(outcome, at_broken_queue, 1099)
    _set_burst(outcome, of_broken_task, 65)

    modified = midnight + second
    started, ended, created = _times(modified, outcome, tasks, task, rng)
    late = failed & (rng.random(jobs) < 0.03)
    state_changed = modified + np.where(late, rng.integers(60, 3 * DAY, jobs), 0)

    rank = np.empty(jobs, np.int64)
    rank[np.argsort(created, kind="stable")] = np.arange(jobs)
    spacing = min(3, MAX_JOBS // jobs)
    pandaid = first_pandaid(day, seed) + rank * spacing + rng.integers(0, spacing, jobs)
    return Draw(pandaid, queue, task, outcome, created, started, ended, modified, state_changed, late)


def _seconds_of_day(jobs: int, rng: np.random.Generator) -> np.ndarray:
    """Sorted seconds with a daily rhythm; some on full hours: midnight, and all others if there are jobs enough."""
    minutes = np.arange(DAY // 60)
    rhythm = 1 + 0.25 * np.sin((minutes - 540) / 1_440 * 2 * np.pi) + 0.05 * rng.standard_normal(len(minutes))
    seconds = rng.choice(len(minutes), jobs, p=rhythm / rhythm.sum()) * 60 + rng.integers(0, 60, jobs)
    full = rng.random(jobs) < 0.002
    seconds[full] -= seconds[full] % HOUR
    hours = min(24, jobs)
    seconds[:hours] = np.arange(hours) * HOUR
    return np.sort(seconds)


def _queues_of(task: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Half of a task's jobs go anywhere by the queues' shares, half to queues that the task prefers."""
    jobs = len(task)
    anywhere = rng.choice(count, jobs, p=zipf(count))
    preferred = (task * 37 + rng.choice(40, jobs, p=zipf(40)) * 11) % count
    return np.where(rng.random(jobs) < 0.5, anywhere, preferred)


def _outcomes(failed: np.ndarray, queue: np.ndarray, task: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How each job ends. A quarter of the failures of a queue, and of a task, are the one it is prone to."""
    jobs = len(failed)
    states = np.full(jobs, "finished", dtype=object)
    other = rng.random(jobs)
    edge = 0.0
    for state, share in OTHER_SHARES.items():
        share_of_rest = share / (1 - FAILED_SHARE)
        states[(other >= edge) & (other < edge + share_of_rest)] = state
        edge += share_of_rest
    states[failed] = "failed"

    positions = all_outcomes()
    outcome = np.empty(jobs, np.int64)
    for state in by_state():
        rows = np.flatnonzero(states == state)
        outcome[rows] = _weighted(positions, state, "", len(rows), rng)
    for scope, owner in (("site", queue), ("task", task)):
        prone = _weighted(positions, "failed", scope, owner.max() + 1, rng)
        sticks = failed & (rng.random(jobs) < 0.25)
        outcome[sticks] = prone[owner[sticks]]
    return outcome


def _weighted(
    positions: list[tuple[str, Outcome]], state: str, scope: str, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Positions of outcomes of a state (and scope, unless empty), drawn by weight."""
    weights = np.array([o.weight if s == state and scope in ("", o.scope) else 0.0 for s, o in positions])
    return rng.choice(len(positions), count, p=weights / weights.sum())


def _set_burst(outcome: np.ndarray, rows: np.ndarray, code: int) -> None:
    outcome[rows] = next(
        number
        for number, (state, how) in enumerate(all_outcomes())
        if state == "failed" and code in (how.codes.get("piloterrorcode"), how.codes.get("exeerrorcode"))
    )


def _times(
    modified: np.ndarray, outcome: np.ndarray, tasks: Tasks, task: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Start, end, creation. Output transfer lies between the end and archiving; a lost heartbeat ends hours before."""
    jobs = len(modified)
    moment = np.array([how.moment for _, how in all_outcomes()])[outcome]
    full = np.clip(tasks.wall_median[task] * rng.lognormal(0, 0.6, jobs), 30, 12 * HOUR)
    part = np.minimum(full, rng.lognormal(np.log(1_320), 1.0, jobs))
    wall = np.select(
        [moment == "never", moment == "early", moment == "full"], [0, rng.integers(16, 300, jobs), full], part
    )
    after = np.select(
        [moment == "never", moment == "silent"],
        [0, rng.lognormal(np.log(6 * HOUR), 0.3, jobs)],
        np.clip(rng.lognormal(np.log(240), 1.2, jobs), 5, 2 * DAY),
    )
    wait = np.clip(tasks.wait_median[task] * rng.lognormal(0, 1.0, jobs), 20, 3 * DAY)
    ended = modified - after.astype(np.int64)
    begin = ended - wall.astype(np.int64)
    return np.where(moment == "never", NEVER, begin), ended, begin - wait.astype(np.int64)
