"""Which load's jobs an erasure starts from, after whatever came before it; and the hours that it has to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cassandra.cluster import Session
from made_archive import THROUGH, enter, insert

from data_models.ledger import Ledger
from data_models.ledger_state import FAILED, INSERTED, PUBLISHING, Transition
from data_models.window import Window
from spark_jobs.erased_hours import affected_days, source_entry

DAY = datetime(2025, 4, 9, tzinfo=UTC)
NAME, OTHER = "erika of the hours", "otto of the hours"
ERASURE = "load-9"


def entries(*told: tuple[int, str, str]) -> list[Transition]:
    """Entries of an hour from write time, load and state, in order of time."""
    return [
        Transition(DAY, DAY + timedelta(seconds=place), load, state, w, w)
        for place, (w, load, state) in enumerate(told)
    ]


def loaded(w: int, load: str, *states: str) -> list[tuple[int, str, str]]:
    """A load that came so far."""
    return [(w, load, state) for state in states or THROUGH]


@pytest.mark.parametrize(
    ("told", "source"),
    [
        (loaded(1, "load-1"), 1),
        (loaded(1, "load-1") + loaded(2, ERASURE), 2),
        # Cut off before its rows were all in: those of the load before count.
        (loaded(1, "load-1") + loaded(2, ERASURE, PUBLISHING), 1),
        (loaded(1, "load-1") + loaded(2, ERASURE, PUBLISHING, FAILED), 1),
        # Cut off after that: what was before may be deleted already.
        (loaded(1, "load-1") + loaded(2, ERASURE, PUBLISHING, INSERTED), 2),
        (loaded(1, "load-1") + loaded(2, ERASURE, PUBLISHING, INSERTED) + loaded(3, ERASURE, PUBLISHING), 2),
        # Somebody else's load is half-way, or none was ever through.
        (loaded(1, "load-1") + loaded(2, "load-2", PUBLISHING, INSERTED), None),
        (loaded(1, "load-1") + loaded(2, ERASURE, PUBLISHING) + loaded(3, "load-2", PUBLISHING), None),
        (loaded(1, "load-1", PUBLISHING), None),
        ([], None),
    ],
)
def test_an_erasure_that_was_cut_off_starts_from_the_rows_that_are_there(
    told: list[tuple[int, str, str]], source: int | None
) -> None:
    found = source_entry(entries(*told), ERASURE)
    assert (found and found.w) == source


def test_hours_are_those_with_the_name_and_those_where_its_erasure_was_cut_off(archive: Session) -> None:
    one, two, three, four = (DAY + timedelta(hours=number) for number in (1, 2, 3, 4))
    enter(archive, [one, two, three, four], 1)
    enter(archive, [three], 9, (PUBLISHING,))
    enter(archive, [four], 8, (PUBLISHING,))
    users = {NAME: one, OTHER: two}
    hours = [{"produsername": name, "day": date(2025, 4, 9), "hour": hour} for name, hour in users.items()]
    insert(archive, "outcomes_by_user", [row | {"jobstatus": "failed", "jobs": 1} for row in hours], 1)
    later = {"produsername": NAME, "quarter": date(2025, 4, 1), "day": DAY, "jobstatus": "failed", "jobs": 1}
    insert(archive, "outcomes_by_user_daily", [later], 1)
    ledger = Ledger(archive)

    found = affected_days(ledger, NAME, ERASURE, Window(DAY, DAY + timedelta(days=1)))
    assert found[DAY].hours == {one, three}
    assert found[DAY].rolled_up
    assert affected_days(ledger, NAME, ERASURE, Window(two, four))[DAY].hours == {three}
    assert affected_days(ledger, "nobody", "none", Window(DAY, DAY + timedelta(days=1))) == {}
