"""The worst hours of a day of two million jobs: what makes the largest partition of each table, and no more.

A partition does not grow by jobs that lie in others, so of the other two million none is made.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from staged_load import job_table

from data_models.error_components import COMPONENTS
from data_models.error_dictionary import error_codes

DAY = datetime(2026, 7, 1, tzinfo=UTC)
SECONDS = 86_400
BURST_HOUR = 10
# One site fails 50,000 jobs of one task in an hour with one code, each on a node of its own (as in clouds).
BURST, GROUPS = 50_000, 10_000
# The failures of a day of a site with a quarter of the jobs, of a user with 60 %, of a task of 150,000; codes by Zipf.
FAILED, FAILED_ELSEWHERE = 60_000, 180_000
# How many of them have two codes that do not belong together: as in simulated days.
ALONE = 0.02
# What else that site has in the hour of the burst, each job on a node of its own.
FINISHED = 21_000
# An hour in which all tasks, users and sites of a day have jobs, with one error; no task has a request, and one user
# has all tasks but one of each other user.
TASKS, USERS, SITES = 20_000, 3_000, 500
CODE_COLUMNS = {component.name: component.code_column for component in COMPONENTS}
CURRENT = [(entry.component, entry.code) for entry in error_codes().values() if entry.status == "current"]
TEXT = "abcdefghijklmnopqrstuvwxyz"
Columns = dict[str, Any]


def skewed_jobs() -> pa.Table:
    """The jobs in the pinned schema, all of DAY (UTC)."""
    chosen = np.random.default_rng(1)
    parts = [
        burst(chosen),
        of_the_biggest(chosen),
        finished_at_the_biggest(chosen),
        labelled_elsewhere(chosen),
        states(),
        everybody(chosen),
    ]
    first, tables = 5_000_000_000, []
    for columns in parts:
        number = len(columns["modificationtime"])
        tables.append(job_table(number, first, **(WHOLE | varied(chosen, number) | columns)))
        first += number
    return pa.concat_tables(tables)


# As long as in real records.
WHOLE: Columns = {
    "computingsite": "BIGGEST_SITE_MCORE",
    "produsername": "Production Service Account",
    "jeditaskid": 40_000_001,
    "reqid": 50_001,
    "prodsourcelabel": "managed",
    "piloterrorcode": 0,
    "exeerrorcode": 0,
    "transexitcode": None,
}


def varied(chosen: np.random.Generator, number: int) -> Columns:
    """What differs from job to job, so that it is on disk as long as in truth."""
    started = chosen.integers(-SECONDS, 0, number)
    return {
        "creationtime": times(started - chosen.integers(0, SECONDS, number)),
        "starttime": times(started),
        "endtime": times(started + chosen.integers(0, SECONDS, number)),
        "cpuconsumptiontime": [Decimal(seconds) for seconds in chosen.integers(0, SECONDS, number).tolist()],
        "hs06sec": chosen.integers(0, 10_000_000, number).tolist(),
        "gco2_global": [Decimal(hundredths).scaleb(-2) for hundredths in chosen.integers(0, 100_000, number).tolist()],
        "actualcorecount": chosen.choice([1, 8], number).tolist(),
        "attemptnr": chosen.integers(1, 6, number).tolist(),
        "currentpriority": chosen.integers(0, 1000, number).tolist(),
        "jobsubstatus": chosen.choice(["pilot_failed", "transform_failed", "closed_by_jedi"], number).tolist(),
        "processingtype": chosen.choice(["simul", "evgen", "panda-client-1.5.72-jedi-run"], number).tolist(),
        "transformation": chosen.choice(
            ["Sim_tf.py", "Gen_tf.py", "http://pandaserver/runGen-00-00-02"], number
        ).tolist(),
    }


def times(seconds: np.ndarray) -> list[datetime]:
    """Times of the day from its seconds."""
    return (np.datetime64(DAY.replace(tzinfo=None), "s") + seconds.astype("timedelta64[s]")).astype(object).tolist()


def words(chosen: np.random.Generator, number: int, length: int) -> list[str]:
    """Random words of letters: no mask takes them, and nothing compresses them."""
    letters = np.array(list(TEXT))[chosen.integers(0, len(TEXT), (number, length))]
    return ["".join(word) for word in letters]


def burst(chosen: np.random.Generator) -> Columns:
    """The 50,000 failures; every fifth message has one that is like it."""
    diags = [f"cannot open {word[:20]} {word[20:]}" for word in words(chosen, GROUPS, 450)]
    return {
        "modificationtime": times(BURST_HOUR * 3600 + np.sort(chosen.integers(0, 3600, BURST))),
        "modificationhost": [f"slot1@worker-{word}.cloud.example.org" for word in words(chosen, BURST, 8)],
        "piloterrorcode": 1099,
        "piloterrordiag": [diags[number % GROUPS] for number in range(BURST)],
    }


def of_the_biggest(chosen: np.random.Generator) -> Columns:
    """Failures of a day: each job has one of the current codes, and mostly the one that comes with it."""
    first, second = by_zipf(chosen, FAILED), by_zipf(chosen, FAILED)
    together = chosen.random(FAILED) >= ALONE
    second[together] = (first[together] + 200) % len(CURRENT)
    return codes(first, second) | {
        "modificationtime": times(np.sort(chosen.integers(0, SECONDS, FAILED))),
        "modificationhost": [f"slot1@node{number}.example.org" for number in chosen.integers(0, 2000, FAILED)],
    }


def finished_at_the_biggest(chosen: np.random.Generator) -> Columns:
    """The jobs of that site which do not fail, in the hour of the burst."""
    return {
        "modificationtime": times(BURST_HOUR * 3600 + np.sort(chosen.integers(0, 3600, FINISHED))),
        "modificationhost": [f"slot1@worker-{word}.cloud.example.org" for word in words(chosen, FINISHED, 8)],
        "jobstatus": "finished",
    }


def labelled_elsewhere(chosen: np.random.Generator) -> Columns:
    """Of the failures of all other sites those that make more labels: two codes that do not belong together."""
    number = int(FAILED_ELSEWHERE * ALONE)
    return codes(by_zipf(chosen, number), by_zipf(chosen, number)) | {
        "modificationtime": times(np.sort(chosen.integers(0, SECONDS, number))),
        "modificationhost": "slot1@node1.example.org",
        "computingsite": [f"SITE_{site}_MCORE" for site in chosen.integers(0, SITES, number)],
    }


def by_zipf(chosen: np.random.Generator, number: int) -> np.ndarray:
    """Places in CURRENT."""
    weights = 1 / np.arange(1, len(CURRENT) + 1)
    return chosen.choice(len(CURRENT), number, p=weights / weights.sum())


def codes(first: np.ndarray, second: np.ndarray) -> Columns:
    """The code columns of jobs with two codes; of two of one component the first stays."""
    columns: Columns = {column: [0] * len(first) for column in CODE_COLUMNS.values()}
    for row, both in enumerate(zip(second.tolist(), first.tolist(), strict=True)):
        for component, code in map(CURRENT.__getitem__, both):
            columns[CODE_COLUMNS[component]][row] = code
    return columns | {"transexitcode": [str(code) for code in columns["transexitcode"]]}


def states() -> Columns:
    """The other states, in every hour."""
    hours = np.repeat(np.arange(24), 3)
    return {"modificationtime": times(hours * 3600), "jobstatus": ["finished", "cancelled", "closed"] * 24}


def everybody(chosen: np.random.Generator) -> Columns:
    """Two jobs of each task, one of them failed."""
    number = np.arange(2 * TASKS)
    return {
        "modificationtime": times(BURST_HOUR * 3600 + np.sort(chosen.integers(0, 3600, 2 * TASKS))),
        "modificationhost": "slot1@node1.example.org",
        "jeditaskid": (41_000_000 + number // 2).tolist(),
        "reqid": None,
        "computingsite": [f"SITE_{site}_MCORE" for site in (number // 2 % SITES)],
        "produsername": [
            f"User Number {task}" if task < USERS else WHOLE["produsername"] for task in (number // 2).tolist()
        ],
        "jobstatus": ["failed", "finished"] * TASKS,
        "piloterrorcode": 1098,
        "piloterrordiag": "too little space left on local disk to run job: 1048576 B (need > 2147483648 B)",
    }
