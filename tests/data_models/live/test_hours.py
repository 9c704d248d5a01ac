"""Live hours are read once for all who ask, fail once for all who wait, and take no more memory than some questions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pyarrow as pa
import pytest
from world import World

from data_models.live.hours import KEPT_QUESTIONS, LiveHours
from data_models.panda_sql.errors import SourceError, SourceUnavailable
from data_models.window import HOUR, hour_of

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


def test_a_question_does_not_wait_long_for_what_others_ask() -> None:
    source = Hanging()
    live = LiveHours(source, reach=timedelta(days=2), most_rows=10, seconds=5, wait=0.1)
    hour = hour_of(datetime.now(UTC))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(live.hours, [hour])
        while not source.asked:
            pass
        with pytest.raises(SourceUnavailable, match=r"was busy for 0\.1 s with hours that others ask for"):
            live.hours([hour - HOUR])
        source.gives_up.set()
        with pytest.raises(SourceError):
            first.result(10)
    assert source.asked == 1


class Told(World):
    """A world that says for which hours it was asked."""

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict[datetime, pa.Table]]:
        """See JobsArchived."""
        self.asked = wanted
        return super().read_hours(wanted, most_rows)


def test_no_more_jobs_are_kept_than_some_questions_have() -> None:
    most, newest = 10, hour_of(datetime.now(UTC))
    hours = [newest - number * HOUR for number in range(KEPT_QUESTIONS + 1)]
    jobs = [
        (hour + timedelta(minutes=1), most * place + number, 1305)
        for place, hour in enumerate(hours)
        for number in range(1, most + 1)
    ]
    source = Told(None, hours[-1], jobs)
    live = LiveHours(source, reach=timedelta(days=2), most_rows=most, seconds=60)
    for hour in hours:
        assert len(live.hours([hour])[hour].jobs) == most
    first, *others = hours
    source.asked = []
    for hour in others:
        assert live.hours([hour])
    assert source.asked == []
    assert live.hours([first])
    assert source.asked == [first]
