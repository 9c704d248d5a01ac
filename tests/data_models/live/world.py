"""A small world of jobs that move from PanDA's database to the archive: real Cassandra, JOBSARCHIVED4 in memory.

Rows of the archive are made by plain Python from the jobs, not by the code that counts live hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

import pyarrow as pa
from cassandra.cluster import Session
from made_archive import enter, insert

from data_models.listed_job import cql_fields
from data_models.live.hour import SCHEMA
from data_models.window import HOUR

_numbers = count(1)
Job = tuple[datetime, int, int]


@dataclass
class World:
    """Failed jobs (MODIFICATIONTIME, PANDAID, pilot's code) of one site in a few hours, on one side or on both.

    `moves`: what happens while JOBSARCHIVED4 is read, one at each reading.
    """

    session: Session
    start: datetime
    jobs: list[Job]
    site: str = field(default_factory=lambda: f"SITE{next(_numbers)}")
    gone: set[datetime] = field(default_factory=set)
    write_time: int = 0
    moves: list[Callable[[World], None]] = field(default_factory=list)

    def of_hour(self, hour: datetime) -> list[Job]:
        """The jobs of an hour, newest first."""
        return sorted((job for job in self.jobs if hour <= job[0] < hour + HOUR), reverse=True)

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict[datetime, pa.Table]]:
        """JOBSARCHIVED4 as readers ask it."""
        if self.moves:
            self.moves.pop(0)(self)
        found = {hour: self._records([] if hour in self.gone else self.of_hour(hour)) for hour in wanted}
        return datetime.now(UTC), found

    def archive(self, hour: datetime, *, drop: bool) -> None:
        """Load an hour into Cassandra; `drop`: then it goes from JOBSARCHIVED4."""
        self.write_time += 1
        w = int(self.start.timestamp() * 1_000_000) + self.write_time
        by_code: dict[int, list[Job]] = defaultdict(list)
        for job in self.of_hour(hour):
            by_code[job[2]].append(job)
        rows = [
            {
                "computingsite": self.site,
                "day": hour.date(),
                "hour": hour,
                "component": "pilot",
                "code": code,
                "n_errors": len(jobs),
                "walltime_loss": 0,
                "cpu_loss": 0,
                "hs06_loss": 0,
                "co2_loss": 0,
                "samples": [pandaid for _, pandaid, _ in jobs[:3]],
            }
            for code, jobs in by_code.items()
        ]
        listed = [self._listed(job) for job in self.of_hour(hour)]
        pages = [
            {"computingsite": self.site, "hour": hour, "part": 0, "page": 0, "n_jobs": len(listed), "jobs": listed}
        ]
        if rows:
            insert(self.session, "errors_by_site", rows, w)
            insert(self.session, "jobs_by_site", pages, w)
        enter(self.session, [hour], w)
        if drop:
            self.gone.add(hour)

    def errors(self, hours: list[datetime]) -> dict[int, tuple[int, list[int]]]:
        """What SQL alone would say of the site: errors by code, with the three newest jobs."""
        jobs = sorted((job for hour in hours for job in self.of_hour(hour)), reverse=True)
        counts = Counter(code for _, _, code in jobs)
        return {code: (n, [job[1] for job in jobs if job[2] == code][:3]) for code, n in counts.items()}

    def _records(self, jobs: list[Job]) -> pa.Table:
        none = dict.fromkeys(SCHEMA.names)
        ours = {"jobstatus": "failed", "computingsite": self.site, "cpuconsumptiontime": 0}
        rows = [
            {**none, **ours, "modificationtime": at, "pandaid": pandaid, "piloterrorcode": code}
            for at, pandaid, code in jobs
        ]
        return pa.Table.from_pylist(rows, SCHEMA)

    def _listed(self, job: Job) -> SimpleNamespace:
        ours = {"modificationtime": job[0], "pandaid": job[1], "jobstatus": "failed", "computingsite": self.site}
        return SimpleNamespace(**{**dict.fromkeys(cql_fields()), **ours})


def hours_of(world: World, n_hours: int) -> list[datetime]:
    """The first hours of a world."""
    return [world.start + number * timedelta(hours=1) for number in range(n_hours)]
