"""What can be asked of a query table."""

from __future__ import annotations

import pytest

from data_models.reading.asked import Asked
from data_models.tables import daily_tables, query_table


def test_names_are_looked_up_by_their_beginning_where_a_window_is_one_row() -> None:
    beginning = {"entity": "CE"}
    assert Asked(query_table("entity_counts_by_hour"), {"kind": "site"}, ("entity",), None, beginning)
    with pytest.raises(ValueError, match="table sites_by_error: names are looked up where a window is one row"):
        Asked(query_table("sites_by_error"), {"component": "pilot", "code": 1}, (), None, {"computingsite": "CE"})


@pytest.mark.parametrize(
    ("fixed", "roll_up"),
    [
        ({}, "errors_by_day"),
        ({"component": "pilot", "code": 1}, "errors_by_code_daily"),
        ({"component": "pilot"}, None),
    ],
)
def test_a_roll_up_is_read_where_what_is_fixed_is_its_partitions(fixed: dict, roll_up: str | None) -> None:
    found = Asked(query_table("errors_by_hour"), fixed, ()).roll_up
    assert (found.name if found else None) == roll_up


@pytest.mark.parametrize("name", ["entity_counts_by_hour", "tasks_by_user"])
def test_the_roll_up_of_one_row_a_window_is_one_row_too(name: str) -> None:
    [roll_up] = [table for table in daily_tables() if table.rolls_up is query_table(name)]
    assert roll_up.one_row
