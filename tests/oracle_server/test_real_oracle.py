"""What only a real Oracle can answer: rows and counts at an SCN, pruned plans, grants that suffice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from oracle_schemas import YEAR, YEAR_COLUMNS, OracleSchemas

from data_models.job_record import columns
from data_models.panda_sql.oracle_errors import NotReadable
from data_models.window import Window, hour_window, hours
from spark_jobs.sources.oracle import Source
from spark_jobs.sources.oracle_snapshot import OracleSnapshot
from spark_jobs.sources.oracle_tables import TIME_INDEX
from spark_jobs.sources.protocol import SourceConfigurationError, SourceUnavailable
from stack.panda_oracle import ARCHIVE, RECENT
from stack.simulate import simulate

DAY = Window(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC))
COPIED_HOUR = hour_window(datetime(2026, 7, 1, 10, tzinfo=UTC))
HOUR = hour_window(datetime(2026, 7, 2, 10, tzinfo=UTC))
EDGES = Window(datetime(2026, 7, 3, tzinfo=UTC), datetime(2026, 7, 4, tzinfo=UTC))
PUT_AWAY_HOUR = hour_window(datetime(2023, 7, 1, 10, tzinfo=UTC))


def read(source: Source, snapshot: OracleSnapshot, window: Window) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and record of all rows of a window."""
    for part in source.slices(snapshot, window):
        for batch in source.read(snapshot, part):
            yield from ((part.segment, row) for row in batch.to_pylist())


@pytest.mark.parametrize("table", [RECENT, ARCHIVE])
def test_every_value_comes_back_as_it_was_loaded(server: OracleSchemas, source: Source, table: str) -> None:
    with source.snapshot(DAY) as snapshot:
        found = {row["pandaid"]: row for at, row in read(source, snapshot, DAY) if at == server.schemas.of(table)}
    assert len(found) == 5000
    assert found == loaded(server, table, 1)


def test_the_largest_the_smallest_and_no_values_come_back(server: OracleSchemas, source: Source) -> None:
    with source.snapshot(EDGES) as snapshot:
        found = {row["pandaid"]: row for _, row in read(source, snapshot, EDGES)}
    assert len(found) == 3
    assert found == loaded(server, RECENT, 3)


def loaded(server: OracleSchemas, table: str, day: int) -> dict[int, dict[str, Any]]:
    """What was loaded of a day of July, by PANDAID, as the source gives it."""
    times = [column.name for column in columns() if column.kind == "time"]
    return {
        row["pandaid"]: row | {name: row[name] and row[name].replace(tzinfo=UTC) for name in times}
        for row in server.loaded[table]
        if row["modificationtime"].day == day
    }


def test_control_totals_are_those_of_the_rows(server: OracleSchemas, source: Source) -> None:
    with source.snapshot(DAY) as snapshot:
        totals = source.control_totals(snapshot, DAY)
    rows = [row for table in (RECENT, ARCHIVE) for row in server.loaded[table] if row["modificationtime"].day == 1]
    assert set(totals) <= set(hours(DAY))
    for hour, total in totals.items():
        mine = [row for row in rows if row["modificationtime"].hour == hour.hour]
        assert total.rows == len(mine)
        assert total.distinct_jobs == len({row["pandaid"] for row in mine})
        assert total.states == Counter(row["jobstatus"] for row in mine)
        pilot = Counter(("pilot", str(row["piloterrorcode"])) for row in mine if row["piloterrorcode"])
        assert {key: n for key, n in total.codes.items() if key[0] == "pilot"} == pilot


def test_nothing_that_came_after_the_scn_is_seen(server: OracleSchemas, source: Source) -> None:
    with source.snapshot(HOUR) as snapshot:
        before = source.control_totals(snapshot, HOUR)
        server.load(RECENT, simulate(date(2026, 7, 2), 500, seed=2))
        assert source.control_totals(snapshot, HOUR) == before
        assert len(list(read(source, snapshot, HOUR))) == before[HOUR.start].rows
    with source.snapshot(HOUR) as later:
        assert source.control_totals(later, HOUR)[HOUR.start].rows > before[HOUR.start].rows
    assert snapshot.t < later.t


def test_the_copy_log_says_from_which_tables_a_day_is_read(server: OracleSchemas, source: Source) -> None:
    recent, archive = server.schemas.of(RECENT), server.schemas.of(ARCHIVE)
    with source.snapshot(HOUR) as snapshot:
        assert {table for table, _ in read(source, snapshot, HOUR)} == {recent}
    assert snapshot.notes == ("PART_JOBSARCHIVED4_03072026: not copied to the archive yet",)
    with source.snapshot(COPIED_HOUR) as snapshot:
        assert {table for table, _ in read(source, snapshot, COPIED_HOUR)} == {recent, archive}
    assert snapshot.notes == ("PART_JOBSARCHIVED4_02072026: complete in the archive",)


def test_a_year_put_away_has_its_columns_and_nulls(server: OracleSchemas, source: Source) -> None:
    with_years = replace(source, years=replace(source.main, name="years"))
    with with_years.snapshot(PUT_AWAY_HOUR) as snapshot:
        rows = list(read(with_years, snapshot, PUT_AWAY_HOUR))
        totals = with_years.control_totals(snapshot, PUT_AWAY_HOUR)[PUT_AWAY_HOUR.start]
    assert {table for table, _ in rows} == {f"{server.schemas.archive}.{YEAR}"}
    day = loaded(server, ARCHIVE, 1)
    expected = {pandaid: row for pandaid, row in day.items() if row["modificationtime"].hour == 10}
    assert totals.rows == totals.distinct_jobs == len(rows) == len(expected)
    for _, row in rows:
        for name in row.keys() - {"modificationtime"}:
            assert row[name] == (expected[row["pandaid"]][name] if name in YEAR_COLUMNS else None)


@pytest.mark.parametrize("text", ["GROUPING", "NTILE", "SELECT pandaid, jobdefinitionid", "< :next_pandaid"])
def test_plans_prune_partitions_and_do_not_wrap_the_column(server: OracleSchemas, source: Source, text: str) -> None:
    with source.snapshot(COPIED_HOUR) as snapshot:
        source.control_totals(snapshot, COPIED_HOUR)
        assert list(read(source, snapshot, COPIED_HOUR))
    steps = server.plans(text)
    ranges = [options for operation, options, *_ in steps if operation == "PARTITION RANGE"]
    assert ranges
    assert "ALL" not in ranges
    assert not [conditions for *_, conditions in steps if "INTERNAL_FUNCTION" in (conditions or "")]


def test_jobsarchived4_is_read_by_its_index(server: OracleSchemas, source: Source) -> None:
    with source.snapshot(HOUR) as snapshot:
        assert list(read(source, snapshot, HOUR))
    steps = server.plans(f"outputfiletype\n  FROM {server.schemas.of(RECENT)}")
    assert TIME_INDEX in {name for operation, _, name, _ in steps if operation == "INDEX"}


def test_a_reader_may_be_reached_through_another_user(server: OracleSchemas, source: Source) -> None:
    through = f"{server.reader}_BY"
    server.run(f'CREATE USER {through} IDENTIFIED BY "{server.password}"')
    try:
        server.run(f"GRANT CREATE SESSION TO {through}")
        server.run(f"ALTER USER {server.reader} GRANT CONNECT THROUGH {through}")
        proxied = replace(source, main=replace(source.main, user=f"{through}[{server.reader}]"))
        with proxied.snapshot(HOUR) as snapshot:
            assert snapshot.consistent
    finally:
        server.run(f"DROP USER {through}")


def test_without_flashback_a_load_is_unsnapshotted(server: OracleSchemas, source: Source) -> None:
    table, role = server.schemas.of(ARCHIVE), f"{server.reader}_ROLE"
    server.run(f"REVOKE FLASHBACK ON {table} FROM {role}")
    try:
        with source.snapshot(HOUR) as snapshot:
            assert not snapshot.consistent
            assert len(list(read(source, snapshot, HOUR))) == source.control_totals(snapshot, HOUR)[HOUR.start].rows
    finally:
        server.run(f"GRANT FLASHBACK ON {table} TO {role}")


def test_without_the_right_to_read_the_table_is_named(server: OracleSchemas, source: Source) -> None:
    table, role = server.schemas.of(ARCHIVE), f"{server.reader}_ROLE"
    server.run(f"REVOKE READ ON {table} FROM {role}")
    try:
        with pytest.raises(NotReadable, match=table), source.snapshot(HOUR):
            pass
    finally:
        server.run(f"GRANT READ ON {table} TO {role}")


def test_wrong_password_and_unknown_service_are_told_apart(source: Source) -> None:
    def with_main(**changed: str) -> Source:
        return replace(source, main=replace(source.main, **changed))

    with pytest.raises(SourceConfigurationError, match="ORA-01017"), with_main(password="wrong").snapshot(HOUR):
        pass
    elsewhere = source.main.dsn.rsplit("/", 1)[0] + "/hmsf_nowhere"
    with pytest.raises(SourceUnavailable, match="does not know the service"), with_main(dsn=elsewhere).snapshot(HOUR):
        pass
