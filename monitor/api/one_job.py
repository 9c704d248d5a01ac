"""One job: from the archive, else from PanDA's database, completed or on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from data_models import questions
from data_models.cube import job_cube
from data_models.ledger import from_microseconds
from data_models.panda_sql.errors import SourceError
from data_models.reading.archive import Archive
from data_models.reading.known_hours import KnownHours
from data_models.reading.refusals import NothingArchived
from data_models.tables import job as job_table
from data_models.window import HOUR, Window, format_time, hour_of
from monitor.api.problems import Refused
from monitor.store import AWAY, STORE, AwayArchive


@dataclass(frozen=True)
class FoundJob:
    """A job's records, newest first, and what each is counted for; `as_of`: the snapshot's instant as text."""

    source: str
    state: str
    as_of: str | None
    records: pa.Table

    @property
    def counted(self) -> pa.Table:
        """The job cube of the records."""
        batches = self.records.combine_chunks().to_batches()
        return pa.Table.from_batches([job_cube(batch) for batch in batches])


def found_job(pandaid: int) -> FoundJob:
    """The job. From the archive where its hour is verified; else PanDA's own database is asked, then the archive's
    record taken as it is. Raises Refused (404) where neither has it, (503) where that cannot be told."""
    archived, away = archived_job(pandaid)
    if archived and archived.state == "verified":
        return archived
    try:
        panda = job_of_panda(pandaid)
    except SourceError as error:
        if archived is None:
            raise Refused("PanDA's database does not answer", "try again in a minute", status=503) from error
        return archived
    if found := panda or archived:
        return found
    if away:
        raise Refused(
            "the archive does not answer, and PanDA's database has no such job", "try again in a minute", None, 503
        )
    raise Refused(
        f"no job {pandaid} is archived, nor in PanDA's database",
        "look at the number; if its day was not archived, an operator can load it",
        "pandaid",
        404,
    )


def archived_job(pandaid: int) -> tuple[FoundJob | None, bool]:
    """What the archive has of a job, and whether the archive is away."""
    archive = STORE.archive()
    if isinstance(archive, AwayArchive):
        return None, True
    try:
        return job_of_archive(archive, pandaid), False
    except NothingArchived:
        return None, False
    except AWAY as error:
        STORE.cassandra_failed(error)
        return None, True


def job_of_archive(archive: Archive, pandaid: int) -> FoundJob:
    """What an archive has of a job. Raises NothingArchived, and the errors of AWAY."""
    answer = questions.job(archive, pandaid)
    hour = hour_of(answer.rows["modificationtime"][0].as_py())
    known: KnownHours = archive.ledger.known(job_table.TABLE, None, Window(hour, hour + HOUR))
    state = "verified" if answer.coverage.complete else "refreshing"
    w = known.hours.get(hour)
    return FoundJob("cassandra", state, format_time(from_microseconds(w)) if w else None, answer.rows)


def job_of_panda(pandaid: int) -> FoundJob | None:
    """What PanDA's database has of a job. Raises SourceError."""
    with STORE.asking_panda() as panda:
        found = panda.job(pandaid)
    if found is None:
        return None
    records, completed = found
    now = format_time(datetime.now(UTC))
    ordered = records.sort_by([("modificationtime", "descending")])
    return FoundJob("panda", "live" if completed else "operational", now, ordered)
