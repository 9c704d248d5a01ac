"""Tables of days follow from tables of hours."""

from __future__ import annotations

import pytest

from data_models.daily import daily
from data_models.dimensions import CODE, COMPONENT, COMPUTINGSITE, DAY, HOUR, QUARTER, YEAR
from data_models.grain import Grain
from data_models.query_table import QueryTable, Rows
from data_models.tables import all_tables, daily_tables, query_table, query_tables

ALL = pytest.mark.parametrize("table", daily_tables(), ids=lambda table: table.name)
TIMES = {"hour", "day", "month", "quarter", "year"}


def test_a_load_writes_tables_of_hours_and_a_roll_up_those_of_days() -> None:
    assert {table.grain for table in query_tables()} == {Grain.HOUR}
    assert {table.grain for table in daily_tables()} == {Grain.DAY}
    assert set(all_tables()) == {*query_tables(), *daily_tables()}
    assert {table.rolls_up for table in daily_tables()} < set(query_tables())


@ALL
def test_a_daily_table_has_the_keys_and_figures_of_its_hours_and_days_for_hours(table: QueryTable) -> None:
    hours = table.rolls_up
    assert set(table.key_names) - TIMES == set(hours.key_names) - TIMES
    assert [figure.name for figure in table.figures] == [figure.name for figure in hours.figures]
    assert "hour" not in table.column_names
    for figure, of_hour in zip(table.figures, hours.figures, strict=True):
        assert (figure.cql, figure.unit, figure.additive) == (of_hour.cql, of_hour.unit, of_hour.additive)
        assert figure.source == of_hour.name


@ALL
def test_a_daily_table_asks_for_days(table: QueryTable) -> None:
    assert "day" in table.question
    assert "hour" not in table.question


def test_partitions_are_of_the_same_entities_by_quarter_unless_said_otherwise() -> None:
    by_site = query_table("errors_by_site")
    made = daily(by_site, largest_partition="1 row: 1 kB")
    assert (made.name, made.question) == ("errors_by_site_daily", "What goes wrong at a site, day by day?")
    assert (made.partition, made.clustering) == ((COMPUTINGSITE, QUARTER), (DAY, COMPONENT, CODE))
    whole_days = daily(by_site, largest_partition="1 row: 1 kB", bucket=DAY, name="whole_days")
    assert (whole_days.partition, whole_days.clustering) == ((COMPUTINGSITE, DAY), (COMPONENT, CODE))
    by_code = daily(by_site, largest_partition="1 row: 1 kB", bucket=YEAR, by=(COMPONENT, CODE), question="Where?")
    assert (by_code.partition, by_code.clustering) == ((COMPONENT, CODE, YEAR), (DAY, COMPUTINGSITE))
    assert by_code.question == "Where?"


@pytest.mark.parametrize("name", ["job", "job_ids_by_hour", "jobs_by_site"])
def test_lists_and_records_of_jobs_have_no_roll_up(name: str) -> None:
    with pytest.raises(ValueError, match=f"table {name} has no daily roll-up"):
        daily(query_table(name), largest_partition="1 row: 1 kB")


def test_a_daily_table_whose_key_lacks_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match="put day in the partition key, or day first among the clustering columns"):
        QueryTable(
            "t",
            "Which?",
            Rows.HOURS,
            (COMPUTINGSITE,),
            (HOUR, DAY),
            (),
            "1 row: 1 kB",
            rolls_up=query_table("errors_by_site"),
        )
