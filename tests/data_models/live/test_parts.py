"""Both sides together: whatever is archived, and whatever moves meanwhile, the answer is that of SQL alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from cassandra.cluster import Session
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made_archive import enter
from world import World, hours_of

from data_models import questions
from data_models.live.hours import LiveHours
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.coverage import n_hours
from data_models.window import HOUR

N_HOURS = 5
_days = count()
PLACES = st.integers(0, N_HOURS - 1)
JOBS = st.lists(st.tuples(PLACES, st.integers(0, 3599), st.sampled_from([1099, 1137])), max_size=25)
# Which hour is loaded while SQL is read, and whether it has gone from JOBSARCHIVED4 by then.
MOVES = st.lists(st.tuples(PLACES, st.booleans()), max_size=3)


def made_world(session: Session, jobs: list[tuple[int, int, int]]) -> World:
    """A world on a day of its own."""
    start = datetime(2033, 1, 1, 21, tzinfo=UTC) + next(_days) * timedelta(days=2)
    made = [
        (start + place * HOUR + timedelta(seconds=second), 1000 + number, code)
        for number, (place, second, code) in enumerate(jobs)
    ]
    return World(session, start, made)


def reader(world: World) -> Archive:
    """A reader of both sides that shares nothing with others; the clock stands at the end of the last hour."""
    now = world.start + N_HOURS * HOUR - timedelta(seconds=1)
    live = LiveHours(world, reach=timedelta(days=2), most_rows=10**6, seconds=60, now=lambda: now)
    return Archive(world.session, live=live)


def asked(world: World, archive: Archive) -> Answer:
    """The errors of the world's site."""
    return questions.errors_by_site(archive, world.site, world.start, world.start + N_HOURS * HOUR)


def errors(answer: Answer) -> dict[int, tuple[int, list[int]]]:
    """What an answer says."""
    return {row["code"]: (row["n_errors"], row["samples"]) for row in answer.rows.to_pylist()}


@given(JOBS, st.sets(PLACES), MOVES, st.sets(PLACES))
@example([(0, 1, 1099), (1, 2, 1099)], set(), [(0, True), (1, True)], set())
@example([(0, 1, 1099), (4, 2, 1099)], {0, 4}, [], {0, 4})
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_answers_are_those_of_sql_alone(
    archive: Session,
    jobs: list[tuple[int, int, int]],
    archived: set[int],
    moves: list[tuple[int, bool]],
    dropped: set[int],
) -> None:
    world = made_world(archive, jobs)
    hours = hours_of(world, N_HOURS)
    for place in archived:
        world.archive(hours[place], drop=place in dropped)
    world.moves = [lambda it, place=place, drop=drop: it.archive(hours[place], drop=drop) for place, drop in moves]
    answer = asked(world, reader(world))
    assert answer.coverage.complete
    assert errors(answer) == world.errors(hours)
    coverage = answer.coverage
    assert n_hours(coverage.verified) + n_hours(coverage.live) == N_HOURS


@given(JOBS, st.sets(PLACES), st.integers(1, 7))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_job_is_listed_once(
    archive: Session, jobs: list[tuple[int, int, int]], archived: set[int], page: int
) -> None:
    world = made_world(archive, jobs)
    hours = hours_of(world, N_HOURS)
    for place in archived:
        world.archive(hours[place], drop=True)
    both, found, after = reader(world), [], None
    while True:
        end = world.start + N_HOURS * HOUR
        answer = questions.jobs_by_site(both, world.site, world.start, end, page=page, after=after)
        found += answer.rows["pandaid"].to_pylist()
        # The rest may move to the archive between two pages.
        for hour in hours[:2]:
            if hour not in world.gone:
                world.archive(hour, drop=True)
        if (after := answer.next) is None:
            break
    assert found == [pandaid for _, pandaid, _ in sorted(world.jobs, reverse=True)]


def test_jobs_that_come_between_two_pages_shift_no_job(archive: Session) -> None:
    world = made_world(archive, [(4, second, 1099) for second in (10, 20, 30, 40)])
    end = world.start + N_HOURS * HOUR
    first = questions.jobs_by_site(reader(world), world.site, world.start, end, page=2)
    world.jobs.append((world.start + 4 * HOUR + timedelta(seconds=50), 2000, 1099))
    second = questions.jobs_by_site(reader(world), world.site, world.start, end, page=10, after=first.next)
    listed = [*first.rows["pandaid"].to_pylist(), *second.rows["pandaid"].to_pylist()]
    assert listed == [1003, 1002, 1001, 1000]


def test_hours_that_are_being_loaded_again_are_live(archive: Session) -> None:
    world = made_world(archive, [(0, 1, 1099)])
    world.archive(world.start, drop=False)
    enter(archive, [world.start], world.write_time + 10**18, states=("publishing",))
    answer = asked(world, reader(world))
    assert answer.coverage.complete
    assert not answer.coverage.verified
    assert errors(answer) == {1099: (1, [1000])}


@pytest.mark.parametrize(("most_rows", "live_hours"), [(3, 5), (2, 4), (0, 2)])
def test_more_jobs_than_are_counted_are_left_out_by_hours_and_said_so(
    archive: Session, most_rows: int, live_hours: int
) -> None:
    world = made_world(archive, [(0, 1, 1099), (1, 1, 1099), (2, 1, 1099)])
    now = world.start + N_HOURS * HOUR - timedelta(seconds=1)
    live = LiveHours(world, reach=timedelta(days=2), most_rows=most_rows, seconds=60, now=lambda: now)
    answer = asked(world, Archive(archive, live=live))
    assert n_hours(answer.coverage.live) == live_hours
    assert n_hours(answer.coverage.missing) == N_HOURS - live_hours


def test_what_is_too_old_is_not_asked_of_sql(archive: Session) -> None:
    world = made_world(archive, [(0, 1, 1099), (4, 1, 1099)])
    now = world.start + N_HOURS * HOUR - timedelta(seconds=1)
    live = LiveHours(world, reach=timedelta(hours=2), most_rows=100, seconds=60, now=lambda: now)
    answer = asked(world, Archive(archive, live=live))
    assert errors(answer) == {1099: (1, [1001])}
    assert not answer.coverage.complete
