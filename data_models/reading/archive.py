"""The archive as readers have it: a session whose statements are prepared once, and partitions read side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from cassandra.cluster import EXEC_PROFILE_DEFAULT, ResponseFuture, ResultSet, Session
from cassandra.query import PreparedStatement, tuple_factory

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.live.hours import LiveHours
from data_models.reading.columnar import Page, columnar_session
from data_models.reading.known_hours import LedgerWords
from data_models.reading.refusals import PeriodTooLong

# Of a question. 41 days of a table with a partition an hour, close to three years of one with a partition a day.
MOST_PARTITIONS = 1000
# Partitions read at once: more wait for each other in the driver, which decodes rows on one thread.
AT_ONCE = 32
# Of windows that are one row each: a statement may give a dozen of some MB, which no page parts.
FEW_AT_ONCE = 4
FETCH_ROWS = 5000
LEDGER_SECONDS = 30


class Archive:
    """Reads query tables and ledger through a session whose keyspace is the archive's; to be kept, not made anew.

    `most_partitions`: how many one question may read. `ledger_seconds`: how old what is known of the ledger may be. An
    answer is not out of date for that: rows of a load that the ledger was not known to have lead to reading it again.
    `live`: where hours are counted that are not verified; None: they are not in answers. Threads may share it.
    """

    def __init__(
        self,
        session: Session,
        *,
        most_partitions: int = MOST_PARTITIONS,
        ledger_seconds: float = LEDGER_SECONDS,
        live: LiveHours | None = None,
    ) -> None:
        """Ask nothing yet."""
        self.session = session
        self.live = live
        self.most_partitions = most_partitions
        # Tuples are decoded three times as fast as named tuples.
        self._tuples = session.execution_profile_clone_update(EXEC_PROFILE_DEFAULT, row_factory=tuple_factory)
        self._prepared: dict[str, PreparedStatement] = {}
        self.ledger = LedgerWords(self, ledger_seconds)

    def prepared(self, statement: str) -> PreparedStatement:
        """A statement prepared once."""
        if statement not in self._prepared:
            self._prepared[statement] = self.session.prepare(statement)
            self._prepared[statement].fetch_size = FETCH_ROWS
        return self._prepared[statement]

    def rows(self, statement: str, binds: Sequence[tuple]) -> Iterator[list[tuple]]:
        """The rows of each of the binds, in their order, read side by side and page by page."""
        return (result.all() for result in self._results(self.session, statement, binds))

    def pages(self, statement: str, binds: Sequence[tuple], at_once: int = AT_ONCE) -> Iterator[list[Page]]:
        """The same rows as pages of columns, to be preferred for many numbers. `at_once`: of how many binds the rows
        may be held before they are taken."""
        return (result.all() for result in self._results(columnar_session(self.session), statement, binds, at_once))

    def _results(
        self, session: Session, statement: str, binds: Sequence[tuple], at_once: int = AT_ONCE
    ) -> Iterator[ResultSet]:
        prepared, left = self.prepared(statement), iter(binds)

        def asked(most: int) -> list[ResponseFuture]:
            some = islice(left, most)
            return [session.execute_async(prepared, bind, execution_profile=self._tuples) for bind in some]

        # The first are on their way before their rows are wanted; then one is asked for each that is taken.
        return _taken(deque(asked(at_once)), asked)

    def require_few(self, n_partitions: int, what: str, remedy: str) -> None:
        """Raises PeriodTooLong where a question would read more partitions than it may."""
        if n_partitions > self.most_partitions:
            raise PeriodTooLong(
                f"{what} would read {n_partitions:,} partitions, {self.most_partitions:,} are allowed: {remedy}"
            )


def _taken(waiting: deque[ResponseFuture], asked: Callable[[int], list[ResponseFuture]]) -> Iterator[ResultSet]:
    """The results in their order."""
    while waiting:
        result = waiting.popleft().result()
        waiting.extend(asked(1))
        yield result


@contextmanager
def open_archive() -> Iterator[Archive]:
    """The archive of the settings, closed at the end. Raises CassandraUnavailable and CassandraRefused."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        yield Archive(session)
