"""Live hours are read once for all who ask, and fail once for all who wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from data_models.live.hours import LiveHours
from data_models.panda_sql.errors import SourceError
from data_models.window import hour_of

WAITERS = 6


class Hanging:
    """A database that answers nobody, and says so after a while."""

    def __init__(self) -> None:
        self.asked, self.gives_up = 0, Event()

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict]:
        """See JobsArchived."""
        self.asked += 1
        self.gives_up.wait(10)
        raise SourceError("PanDA's database does not answer")


def test_those_who_wait_for_one_that_fails_fail_with_it() -> None:
    source, together = Hanging(), Barrier(WAITERS + 1)
    live = LiveHours(source, reach=timedelta(days=2), most_rows=10, seconds=5)
    hour = hour_of(datetime.now(UTC))

    def ask() -> None:
        together.wait(10)
        live.hours([hour])

    with ThreadPoolExecutor(WAITERS) as pool:
        waiting = [pool.submit(ask) for _ in range(WAITERS)]
        together.wait(10)
        while not source.asked:
            pass
        # All stand at the lock, or come so soon that they find the failure of one they could have waited for.
        Event().wait(0.5)
        source.gives_up.set()
        for one in waiting:
            with pytest.raises(SourceError):
                one.result(10)
    assert source.asked == 1
    with pytest.raises(SourceError):
        live.hours([hour])
    assert source.asked == 2
