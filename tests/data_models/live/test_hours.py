"""Live hours are read once for all who ask, fail once for all who wait, and take no more memory than some questions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pyarrow as pa
import pytest
from world import World

from data_models.live.hours import KEPT_QUESTIONS, LiveHours
from data_models.panda_sql.errors import SourceBusy, SourceError
from data_models.window import HOUR, hour_of

WAITERS = 6


class Hanging:
    """A database that answers nobody, and says so after a while."""

    def __init__(self) -> None:
        self.asked, self.begun, self.gives_up = 0, Event(), Event()

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict]:
        """See JobsArchived."""
        self.asked += 1
        self.begun.set()
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
        assert source.begun.wait(10)
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
        assert source.begun.wait(10)
        with pytest.raises(SourceBusy, match=r"hours that others ask for are read .* over 0\.1 s"):
            live.hours([hour - HOUR])
        source.gives_up.set()
        with pytest.raises(SourceError):
            first.result(10)
    assert source.asked == 1


class Told(World):
    """A world that says for which hours it was asked, and gives no more than it is asked for, as databases do."""

    def read_hours(self, wanted: list[datetime], most_rows: int) -> tuple[datetime, dict[datetime, pa.Table]]:
        """See JobsArchived."""
        self.asked = wanted
        as_of, found = super().read_hours(wanted, most_rows)
        within, left = {}, most_rows
        for hour, rows in found.items():
            left -= len(rows)
            if left < 0:
                break
            within[hour] = rows
        return as_of, within


JOBS = 10


def world(n_hours: int, most_rows: int) -> tuple[Told, LiveHours, list[datetime]]:
    """Hours up to now with JOBS jobs each, newest first."""
    newest = hour_of(datetime.now(UTC))
    hours = [newest - number * HOUR for number in range(n_hours)]
    jobs = [
        (hour + timedelta(minutes=1), JOBS * place + number, 1305)
        for place, hour in enumerate(hours)
        for number in range(1, JOBS + 1)
    ]
    source = Told(None, hours[-1], jobs)
    return source, LiveHours(source, reach=timedelta(days=2), most_rows=most_rows, seconds=60), hours


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    source, live, hours = world(KEPT_QUESTIONS + 1, JOBS)
    first, second, *others = hours
    for hour in (second, first, *others[:-1]):
        assert len(live.hours([hour])[hour].jobs) == JOBS
    live.hours([second])
    live.hours(others[-1:])
    for hour, asked in ((second, []), (others[-1], []), (first, [first])):
        source.asked = []
        assert live.hours([hour])
        assert source.asked == asked


def test_hours_beyond_the_bound_are_not_read_for_every_question() -> None:
    source, live, hours = world(8, 3 * JOBS + 5)
    for asked in (hours, [], [], []):
        source.asked = []
        assert list(live.hours(hours)) == hours[:3]
        assert source.asked == asked
    # Which are older than that is no matter where they alone are asked for.
    assert list(live.hours(hours[3:6])) == hours[3:6]


def test_what_is_kept_is_answered_while_others_read() -> None:
    source, live, hours = world(2, 100)
    live.hours(hours[:1])
    begun, go_on = Event(), Event()

    def slow(_: World) -> None:
        begun.set()
        assert go_on.wait(10)

    source.moves = [slow]
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(live.hours, hours)
        assert begun.wait(10)
        assert list(live.hours(hours[:1])) == hours[:1]
        go_on.set()
        assert list(other.result(10)) == hours
