"""One view of Oracle for a load: an SCN a database, the tables that the window is read from, and what to say of them.

Where the account may not flash back (no FLASHBACK on a table, no right to see V$DATABASE) the load is unsnapshotted:
every statement sees its own instant, and extract compares control totals taken before and after.

A standby shows what it has applied, while its clock is of now: T is set back by what it may be behind. That is bounded
by Oracle itself, for physical standbys that apply while they are read (Active Data Guard); others are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from data_models.ledger import microseconds
from data_models.panda_sql.errors import SourceError
from data_models.panda_sql.oracle_errors import GRANTS, NotReadable
from data_models.panda_sql.oracle_session import Session
from data_models.window import Window
from spark_jobs.sources import oracle_statements as sql
from spark_jobs.sources.oracle_segments import Layout, Segment, day_partitions
from spark_jobs.sources.oracle_tables import present_columns, require_pruning
from spark_jobs.sources.protocol import Snapshot, SourceConfigurationError

PRIMARY = "PRIMARY"
STANDBY, APPLYING = "PHYSICAL STANDBY", "READ ONLY WITH APPLY"
# What a standby knows of its lag may be 30 seconds old (DATUM_TIME in Oracle Data Guard Concepts and Administration).
SET_BACK = timedelta(seconds=sql.MOST_BEHIND + 30)


@dataclass(frozen=True)
class Reading:
    """A table, the columns of the contract that it has, and the SCN at which it is read (None: the present)."""

    segment: Segment
    columns: frozenset[str]
    scn: int | None

    @property
    def as_of(self) -> str:
        """The clause that every statement on the table carries."""
        return sql.AS_OF if self.scn is not None else ""

    def values(self, window: Window) -> dict[str, int | datetime | None]:
        """The binds that every statement on the table has."""
        return {"scn": self.scn, "window_start": window.start, "window_end": window.end}


@dataclass(frozen=True)
class OracleSnapshot(Snapshot):
    """A snapshot with the readings of its window."""

    readings: tuple[Reading, ...] = ()

    def of(self, database: str) -> list[Reading]:
        """The readings of one database."""
        return [reading for reading in self.readings if reading.segment.database == database]

    def reading(self, table: str) -> Reading:
        """The reading of a table."""
        return next(reading for reading in self.readings if reading.segment.table == table)


@dataclass
class View:
    """What one database gives to a snapshot while it is being taken."""

    taken: datetime
    scn: int | None
    readings: list[Reading] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def view(session: Session, where: str, segments: list[Segment]) -> View:
    """Take the SCN and describe the tables at it. Raises SourceError for a table that cannot be read."""
    taken = _instant(session, where, segments[0])
    try:
        return _described(session, where, segments, taken)
    except NotReadable as error:
        if taken.scn is None:
            raise
        # Raises again if a table is missing altogether, and not only the right to flash back.
        found = _described(session, where, segments, replace(taken, scn=None))
        found.warnings.append(f"{where}: unsnapshotted, for FLASHBACK on a table is not granted: {error}")
        return found


def snapshot_of(views: list[View], layout: Layout, window: Window, session: Session) -> OracleSnapshot:
    """The snapshot of all databases; T is the earliest clock. `session`: on the database of the copy log."""
    main = views[0]
    readings = [reading for found in views for reading in found.readings]
    skipped, notes = copied(session, layout, window, main.scn)
    if skipped:
        readings = [reading for reading in readings if reading.segment != layout.archive]
    return OracleSnapshot(
        t=min(microseconds(found.taken) for found in views),
        token=" ".join(f"scn={found.scn}" if found.scn is not None else "unsnapshotted" for found in views),
        warnings=tuple(text for found in views for text in found.warnings),
        notes=(*(text for found in views for text in found.notes), *notes),
        consistent=all(found.scn is not None for found in views),
        readings=tuple(readings),
    )


def copied(session: Session, layout: Layout, window: Window, scn: int | None) -> tuple[bool, list[str]]:
    """Whether JOBSARCHIVED cannot have rows of the window yet, by the copy log, and what the log says of its days.

    A log that cannot be read, or does not know a day, skips nothing.
    """
    statement = sql.copy_log(layout.copy_log, sql.AS_OF if scn is not None else "")
    states = []
    for partition in day_partitions(window):
        values = {"scn": scn, "table_name": "JOBSARCHIVED4", "partition_name": partition}
        try:
            rows = session.rows(statement, values)
        except NotReadable:
            return False, [f"{layout.copy_log} cannot be read: JOBSARCHIVED is read for every window"]
        states.append((partition, copy_state(rows)))
    notes = [f"{partition}: {state}" for partition, state in states]
    return all(state == NOT_COPIED for _, state in states), notes


NOT_COPIED = "not copied to the archive yet"


def copy_state(rows: list[tuple]) -> str:
    """One day of the copy log in words; rows of (copied_to_arch, copying_done_on, deleted_on, data_verif_passed)."""
    if len(rows) != 1:
        return "unknown to the copy log"
    is_copied, _, deleted, verified = rows[0]
    if (is_copied or "").upper().startswith("N"):
        return NOT_COPIED
    if (verified or "").upper().startswith("N"):
        return "copied to the archive, but the verification of the copy failed"
    return "complete in the archive" if deleted or verified else "copied to the archive"


def _instant(session: Session, where: str, segment: Segment) -> View:
    try:
        ((scn, taken),) = session.rows(sql.SNAPSHOT, {})
        found = View(taken.replace(tzinfo=UTC), scn)
    except NotReadable as error:
        ((taken,),) = session.rows(sql.CLOCK, {})
        hidden = f"{where}: unsnapshotted, for the SCN is hidden: {error}"
        found = View(taken.replace(tzinfo=UTC), None, warnings=[hidden])
    try:
        ((role,),) = session.rows(sql.ROLE, {})
    except SourceError as error:
        # A session that is lost says so at the next statement.
        return replace(found, warnings=[*found.warnings, f"{where} is taken for a primary, it does not tell: {error}"])
    if role == PRIMARY:
        return found
    if found.scn is None:
        raise SourceConfigurationError(
            f"{where} is a {role}: without V$DATABASE nothing says how far it is behind; {GRANTS}"
        )
    return _on_standby(session, where, segment, found.taken, role)


def _on_standby(session: Session, where: str, segment: Segment, clock: datetime, role: str) -> View:
    """An SCN that holds all that the primary had at the returned time; `clock`: a time before this is called.

    The limit is tried first, the SCN taken after: what is applied only grows. Raises SourceUnavailable beyond it.
    """
    _require_apply(session, where, role)
    session.run(sql.STANDBY_LIMIT)
    owner, table = segment.owner_and_name
    session.rows(sql.TABLE_BLOCKS, {"owner": owner, "table_name": table})
    ((scn, _),) = session.rows(sql.SNAPSHOT, {})
    _require_apply(session, where, role)
    return View(clock - SET_BACK, scn, notes=[f"{where} is a standby, at most {sql.MOST_BEHIND} s behind its primary"])


def _require_apply(session: Session, where: str, role: str) -> None:
    ((mode,),) = session.rows(sql.OPEN_MODE, {})
    if (role, mode) != (STANDBY, APPLYING):
        raise SourceConfigurationError(
            f"{where} is a {role} that is open {mode}: how far it is behind cannot be bounded; read from the primary, "
            "or from a physical standby that is open read only with apply"
        )


def _described(session: Session, where: str, segments: list[Segment], taken: View) -> View:
    found = replace(taken, readings=[], warnings=list(taken.warnings), notes=list(taken.notes))
    for segment in segments:
        statement = sql.table_columns(segment.table, sql.AS_OF if taken.scn is not None else "")
        described = session.columns(statement, {"scn": taken.scn})
        present, warnings, notes = present_columns(where, segment, described)
        found.readings.append(Reading(segment, present, taken.scn))
        scans, unseen = require_pruning(where, segment, session)
        found.warnings += warnings + scans
        found.notes += notes + unseen
    return found
