"""Which hours lack a table, by what the ledger says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from data_models.ledger_state import INSERTED, PUBLISHING, VERIFIED, Transition, verified_entry
from data_models.tables import query_table
from data_models.window import HOUR
from spark_jobs.rebuild_plan import plan_of

TEN = datetime(2026, 7, 1, 10, tzinfo=UTC)
SITES, USERS = query_table("errors_by_site"), query_table("errors_by_user")


def entries(hour: datetime, *states: str, w: int = 5, tables: tuple[str, ...] = ("job", "errors_by_site")) -> list:
    """The entries of a load of an hour, a second apart."""
    return [
        Transition(hour, TEN + number * timedelta(seconds=1), "load", state, w, w, tables=dict.fromkeys(tables, number))
        for number, state in enumerate(states)
    ]


def test_hours_are_told_apart() -> None:
    through = (PUBLISHING, INSERTED, VERIFIED)
    told = {
        TEN: entries(TEN, *through),
        TEN + HOUR: entries(TEN + HOUR, *through, tables=("job", "errors_by_site", "errors_by_user")),
        TEN + 2 * HOUR: [*entries(TEN + 2 * HOUR, *through), *entries(TEN + 2 * HOUR, PUBLISHING, w=6)],
        TEN + 3 * HOUR: [Transition(TEN + 3 * HOUR, TEN, "load", "rejected")],
    }
    plan = plan_of(told, [TEN + number * HOUR for number in range(5)], [SITES, USERS])
    assert plan.lacking == {TEN: verified_entry(told[TEN])}
    assert plan.lacking_table(USERS) == plan.lacking
    assert plan.lacking_table(SITES) == {}
    assert plan.whole == [TEN + HOUR]
    assert plan.being_loaded == [TEN + 2 * HOUR]
    assert plan.not_archived == [TEN + 3 * HOUR, TEN + 4 * HOUR]


def test_what_is_verified_of_an_older_version_is_lacking_of_a_newer_one() -> None:
    told = {TEN: entries(TEN, PUBLISHING, INSERTED, VERIFIED)}
    newer = replace(SITES, version=2)
    assert list(plan_of(told, [TEN], [newer]).lacking) == [TEN]
    told[TEN] += entries(TEN, VERIFIED, tables=("errors_by_site@2",))
    assert plan_of(told, [TEN], [newer]).whole == [TEN]
    assert plan_of(told, [TEN], [SITES]).whole == [TEN]


def test_an_hour_is_verified_for_all_tables_that_were_entered_one_after_the_other() -> None:
    told = entries(TEN, PUBLISHING, INSERTED, VERIFIED) + entries(TEN, VERIFIED, VERIFIED, tables=("errors_by_user",))
    found = verified_entry(reversed(told))
    assert found.tables == {"job": 2, "errors_by_site": 2, "errors_by_user": 1}
    assert verified_entry(told[:2]) is None
