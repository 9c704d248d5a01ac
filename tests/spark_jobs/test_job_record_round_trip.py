"""Every column of a job comes back from table `job` as PostgreSQL has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from archived_day import BEGIN, END, ArchivedDay, archived_day
from cassandra.cluster import Session
from pyspark.sql import SparkSession

from data_models.job_record import by_name, columns
from data_models.packed_columns import unpack
from data_models.tables.job import PACKED, PACKED_COLUMN, TYPED

Record = dict[str, Any]
Key = tuple[int, datetime]
STATES = ("finished", "failed", "cancelled", "closed")


def to_millisecond(moment: datetime | None) -> datetime | None:
    """A time as CQL's timestamp keeps it."""
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def as_archived(row: Record) -> Record:
    """A row of PostgreSQL as the archive should give it: UTC, typed times in milliseconds, CHAR without its padding."""
    record = {}
    for name, value in row.items():
        column = by_name()[name]
        if column.kind == "time" and value is not None:
            record[name] = value.replace(tzinfo=UTC)
            if name not in PACKED and value.year > 1582:
                record[name] = to_millisecond(record[name])
        else:
            record[name] = value.rstrip(" ") if column.padded and value is not None else value
    return record


@pytest.fixture(scope="module")
def day(spark: SparkSession, archive: Session) -> ArchivedDay:
    """The day, archived."""
    return archived_day()


@pytest.fixture(scope="module")
def records(day: ArchivedDay) -> dict[Key, Record]:
    """What should be archived: of a PANDAID in both tables the latest in its hour."""
    latest: dict[tuple[int, datetime], tuple[tuple, Record]] = {}
    for row in day.rows.select(["rank", *by_name()]).to_pylist():
        rank, moment = row.pop("rank"), row["modificationtime"]
        if row["jobstatus"] not in STATES:
            continue
        # datetime.min stands for NULL, which is earlier than any time.
        order = (moment, row["statechangetime"] or datetime.min, -rank)  # noqa: DTZ901
        hour = (row["pandaid"], moment.replace(minute=0, second=0, microsecond=0))
        if hour not in latest or order > latest[hour][0]:
            latest[hour] = (order, as_archived(row))
    return {(record["pandaid"], record["modificationtime"]): record for _, record in latest.values()}


@pytest.fixture(scope="module")
def held(day: ArchivedDay, archive: Session) -> dict[Key, Record]:
    """What table `job` holds of the day, unpacked."""
    rows = archive.execute(
        "SELECT * FROM job WHERE modificationtime >= %s AND modificationtime < %s ALLOW FILTERING", (BEGIN, END)
    )
    jobs = {}
    for row in rows:
        typed = row._asdict()
        packed = unpack(typed.pop(PACKED_COLUMN))
        record = {
            name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for name, value in typed.items()
        } | packed
        jobs[record["pandaid"], record["modificationtime"]] = record
    return jobs


def differing(record: Record, other: Record) -> dict[str, tuple[Any, Any]]:
    """Columns of two records that differ in value or type."""
    return {
        name: (record[name], other.get(name))
        for name in record
        if record[name] != other.get(name) or type(record[name]) is not type(other.get(name))
    }


def test_every_column_of_every_job_comes_back(records: dict[Key, Record], held: dict[Key, Record]) -> None:
    assert len(records) > 4000
    assert held.keys() == records.keys()
    assert all(set(record) == {column.name for column in columns()} for record in held.values())
    differences = {key: found for key, record in records.items() if (found := differing(record, held[key]))}
    assert dict(list(differences.items())[:3]) == {}


def column_values(records: dict[Key, Record], names: tuple[str, ...]) -> dict[str, list[Any]]:
    """All values of some columns."""
    return {name: [record[name] for record in records.values()] for name in names}


@pytest.mark.parametrize("names", [TYPED, PACKED], ids=["typed", "packed"])
def test_the_values_that_are_easily_lost_are_among_them(records: dict[Key, Record], names: tuple[str, ...]) -> None:
    for name, values in column_values(records, names).items():
        column = by_name()[name]
        if column.nullable:
            assert None in values, name
        if column.kind == "text" and name != "jobstatus":
            assert "" in values, name
            assert column.max_chars in (*range(1, 6), None) or any("🚧\n" in (text or "") for text in values), name
        if column.pg_type == "bigint":
            assert {2**63 - 1, -(2**63)} <= set(values), name
        if column.kind == "decimal":
            digits, scale = column.precision_scale
            longest = [value for value in values if value is not None and len(value.as_tuple().digits) == digits]
            assert longest, name
            assert {value.as_tuple().exponent for value in longest} == {-scale}, name
        if column.kind == "time" and name in PACKED:
            assert any(value and value.microsecond % 1000 for value in values), name


def test_null_is_not_the_empty_text(held: dict[Key, Record]) -> None:
    texts = [name for name, column in by_name().items() if column.kind == "text" and name != "jobstatus"]
    assert any(all(record[name] == "" for name in texts) for record in held.values())
    assert any(all(record[name] is None for name in texts if by_name()[name].nullable) for record in held.values())
