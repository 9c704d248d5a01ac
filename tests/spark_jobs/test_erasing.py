"""Which roll-ups an erasure has to leave without the name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data_models.window import Window
from spark_jobs.erasing import roll_up_must_be_free

DAY = datetime(2025, 4, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "waiting", "free"),
    [
        (None, [], True),
        ((0, 24), [], True),
        ((-24, 48), [], True),
        ((0, 6), [], False),
        ((6, 24), [], False),
        (None, ["2025-04-07T03:00Z"], False),
        ((0, 24), ["2025-04-07 (its roll-up)"], False),
        ((0, 24), ["2025-04-08T03:00Z"], True),
    ],
)
def test_a_days_roll_up_roll_up_must_be_free_of_a_name_that_went_from_all_its_hours(
    hours: tuple[int, int] | None, waiting: list[str], free: bool
) -> None:
    period = hours and Window(*(DAY + timedelta(hours=hour) for hour in hours))
    assert roll_up_must_be_free(DAY, period, waiting) == free
