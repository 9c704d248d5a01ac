"""What the ledger says of an hour to readers of one table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from data_models.ledger_state import CLOSED, INSERTED, PUBLISHING, SUPERSEDED, VERIFIED
from data_models.reading.known_hours import HourWord, hour_words

HOUR = datetime(2026, 7, 1, 10)  # noqa: DTZ001 (as the driver gives it)
ROWS, NO_TABLE = 5, None
Entry = tuple[str, int | None, int | None]


def word(*entries: Entry) -> HourWord | None:
    """The word on an hour with entries of (state, W, rows of the table)."""
    rows = [(HOUR, f"load-{w}", w, state, n_rows) for state, w, n_rows in entries]
    return hour_words(rows).get(HOUR.replace(tzinfo=UTC))


FIRST = ((PUBLISHING, 1, NO_TABLE), (INSERTED, 1, ROWS), (VERIFIED, 1, ROWS))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (FIRST, HourWord(1, verified=True)),
        (FIRST[:2], HourWord(1, verified=False)),
        (FIRST[:1], None),
        ((("checked", None, NO_TABLE), *FIRST), HourWord(1, verified=True)),
        ((*FIRST, (PUBLISHING, 2, NO_TABLE)), HourWord(1, verified=False)),
        ((*FIRST, (PUBLISHING, 2, NO_TABLE), (INSERTED, 2, 0)), HourWord(2, verified=False)),
        ((*FIRST, (PUBLISHING, 2, NO_TABLE), (INSERTED, 2, 0), (VERIFIED, 2, 0)), HourWord(2, verified=True)),
        ((*FIRST, (PUBLISHING, 2, NO_TABLE), (CLOSED, 2, NO_TABLE)), HourWord(1, verified=False)),
        (((PUBLISHING, 0, NO_TABLE), (SUPERSEDED, 0, NO_TABLE), *FIRST), HourWord(1, verified=True)),
        (((PUBLISHING, 1, NO_TABLE), (INSERTED, 1, NO_TABLE), (VERIFIED, 1, NO_TABLE)), None),
    ],
    ids=[
        "verified",
        "inserted",
        "first load under way",
        "entries without a write time",
        "loaded again",
        "loaded again, all rows in",
        "loaded again and verified, without rows",
        "a later load died",
        "an earlier load was overtaken",
        "loaded before the table was made",
    ],
)
def test_an_hour_is_taken_when_all_rows_of_a_load_are_in(entries: tuple[Entry, ...], said: HourWord | None) -> None:
    assert word(*entries) == said
