"""The way to both databases: a reader of the archive that counts live hours itself, kept for the life of the process.

Nothing is connected before the first question. What does not answer is left alone for some seconds, and questions are
answered from the other side as far as it goes.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cached_property
from threading import Lock
from time import monotonic

import pyarrow as pa
from cassandra import DriverException, OperationTimedOut, RequestExecutionException
from cassandra.cluster import NoHostAvailable

from data_models import settings
from data_models.cassandra_session import CassandraRefused, CassandraUnavailable, cassandra_session
from data_models.live.hours import LiveHours, live_hours
from data_models.live.oracle import LiveOracle
from data_models.live.postgres import LivePostgres
from data_models.live.sources import open_live
from data_models.panda_sql.errors import SourceError, SourceUnavailable
from data_models.query_table import QueryTable
from data_models.reading.archive import MOST_PARTITIONS, Archive
from data_models.reading.known_hours import KnownHours
from data_models.window import Window

LEFT_ALONE_SECONDS = 10.0
# So old may be what is known of the ledger when an answer is given.
LEDGER_SECONDS = 5.0
AWAY = (
    CassandraUnavailable,
    CassandraRefused,
    NoHostAvailable,
    OperationTimedOut,
    RequestExecutionException,
    DriverException,
)
log = logging.getLogger(__name__)


class NothingKnown:
    """The ledger while Cassandra is away: it says nothing of any hour."""

    def known(self, table: QueryTable, daily: QueryTable | None, period: Window) -> KnownHours:
        """No hour."""
        return KnownHours(period, {}, {}, {})

    def forget(self) -> None:
        """There is nothing to forget."""


class AwayArchive(Archive):
    """The archive while Cassandra is away: only live hours are answered."""

    def __init__(self, live: LiveHours | None, cause: str) -> None:
        """`cause`: why it is away."""
        # No partition is read, but lists go on where so many hours are looked through, live ones too.
        self.live, self.cause, self.most_partitions = live, cause, MOST_PARTITIONS
        self.ledger = NothingKnown()

    def rows(self, statement: str, binds: Sequence[tuple]) -> Iterator[list[tuple]]:
        """Raises CassandraUnavailable."""
        raise CassandraUnavailable(self.cause)


class Store:
    """What all requests of a process share."""

    def __init__(self) -> None:
        """Connect nothing yet."""
        self._lock = Lock()
        self._open = ExitStack()
        self._archive: Archive | None = None
        self._cassandra_until, self._panda_until, self._cause = 0.0, 0.0, ""

    @cached_property
    def panda(self) -> LivePostgres | LiveOracle:
        """PanDA's database, of the kind that HMSF_SOURCE names."""
        return open_live()

    @cached_property
    def live(self) -> LiveHours:
        """Its hours."""
        return live_hours(self)

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict[datetime, pa.Table]]:
        """See `data_models.live.hours.JobsArchived`; wrong settings of PanDA's database are told only here."""
        return self.panda.read_hours(wanted, most_rows)

    def archive(self) -> Archive:
        """The archive, or what stands in for it while Cassandra is away; `live` is None while PanDA's database is."""
        live = None if self.panda_left_alone else self.live
        with self._lock:
            cassandra_away = monotonic() <= self._cassandra_until
            if self._archive is None and not cassandra_away:
                self._connect()
            if self._archive is None or cassandra_away:
                return AwayArchive(live, self._cause)
            reader = copy.copy(self._archive)
            reader.live = live
            return reader

    @contextmanager
    def asking_panda(self) -> Iterator[LivePostgres | LiveOracle]:
        """PanDA's database for one question, left alone from then on where it fails.

        Raises SourceError, at once while it is left alone.
        """
        if self.panda_left_alone:
            raise SourceUnavailable("PanDA's database did not answer some seconds ago: it is left alone for some more")
        try:
            yield self.panda
        except SourceError as error:
            self.panda_failed(error)
            raise

    @property
    def panda_left_alone(self) -> bool:
        """Whether PanDA's database failed in the last seconds."""
        return monotonic() <= self._panda_until

    def cassandra_failed(self, error: Exception) -> None:
        """Leave Cassandra alone for some seconds."""
        self._cassandra_until, self._cause = monotonic() + LEFT_ALONE_SECONDS, str(error)
        log.warning("Cassandra: %s", error)

    def panda_failed(self, error: Exception) -> None:
        """Leave PanDA's database alone for some seconds."""
        self._panda_until = monotonic() + LEFT_ALONE_SECONDS
        log.warning("%s", error)

    def close(self) -> None:
        """Close the session, and read the settings anew for the next question."""
        with self._lock:
            self._open.close()
        self.__dict__.clear()
        self.__init__()

    def _connect(self) -> None:
        try:
            session = self._open.enter_context(cassandra_session(settings.text("HMSF_KEYSPACE")))
            self._archive = Archive(session, ledger_seconds=LEDGER_SECONDS)
        except AWAY as error:
            self.cassandra_failed(error)


STORE = Store()
