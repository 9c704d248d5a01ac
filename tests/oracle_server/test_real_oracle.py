"""What only a real Oracle can answer: rows and counts at an SCN, pruned plans, grants that suffice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from oracle_schemas import OracleSchemas

from data_models.job_record import columns
from data_models.panda_sql.oracle_errors import NotReadable
from data_models.window import Window, hour_window, hours
from spark_jobs.sources.oracle import Source
from spark_jobs.sources.oracle_snapshot import OracleSnapshot
from spark_jobs.sources.protocol import SourceConfigurationError, SourceUnavailable
from stack.panda_oracle import ARCHIVE, RECENT
from stack.simulate import simulate

DAY = Window(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC))
HOUR = hour_window(datetime(2026, 7, 2, 10, tzinfo=UTC))


def read(source: Source, snapshot: OracleSnapshot, window: Window) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and record of all rows of a window."""
    for part in source.slices(snapshot, window):
        for batch in source.read(snapshot, part):
            yield from ((part.segment, row) for row in batch.to_pylist())


@pytest.mark.parametrize("table", [RECENT, ARCHIVE])
def test_every_value_comes_back_as_it_was_loaded(server: OracleSchemas, source: Source, table: str) -> None:
    with source.snapshot(DAY) as snapshot:
        found = {row["pandaid"]: row for at, row in read(source, snapshot, DAY) if at == server.schemas.of(table)}
    loaded = {row["pandaid"]: row for row in server.loaded[table] if row["modificationtime"].day == 1}
    assert len(found) == 5000
    assert found.keys() == loaded.keys()
    for pandaid, row in loaded.items():
        for column in columns():
            value = found[pandaid][column.name]
            assert (value.replace(tzinfo=None) if column.kind == "time" and value else value) == row[column.name]


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


@pytest.mark.parametrize("text", ["GROUPING", "NTILE", "SELECT pandaid, jobdefinitionid"])
def test_plans_prune_partitions_and_do_not_wrap_the_column(server: OracleSchemas, source: Source, text: str) -> None:
    with source.snapshot(HOUR) as snapshot:
        source.control_totals(snapshot, HOUR)
        assert list(read(source, snapshot, HOUR))
    steps = server.plans(text)
    ranges = [options for operation, options, _ in steps if operation == "PARTITION RANGE"]
    assert ranges
    assert "ALL" not in ranges
    assert not [conditions for *_, conditions in steps if "INTERNAL_FUNCTION" in (conditions or "")]


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
