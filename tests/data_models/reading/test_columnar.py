"""Columns of pages hold what rows of tuples hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from cassandra.cluster import Session
from cassandra.util import Date

from data_models.reading.archive import FETCH_ROWS, Archive
from data_models.reading.columnar import Column, columnar_session

TYPES = {
    "big": "bigint",
    "small": "int",
    "name": "text",
    "at": "timestamp",
    "day": "date",
    "many": "frozen<list<bigint>>",
    "lists": "frozen<list<frozen<list<bigint>>>>",
}
MOON = datetime(1969, 7, 20, 20, 17, tzinfo=UTC)
LISTS = ([2**63 - 1, 0], [[1, -2], [], [3]])
FULL = (-(2**63), -(2**31), "Zürich 🐼", MOON, date(2026, 7, 1), *LISTS)
SELECT = f"SELECT n, {', '.join(TYPES)} FROM columns_of_all_types WHERE part = ?"


@pytest.fixture(scope="module")
def reader(archive: Session) -> Iterator[Archive]:
    """An archive with a table of all types, of which part 1 has a full row, empty ones and one of NULLs."""
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    archive.execute(f"CREATE TABLE columns_of_all_types (part int, n int, {columns}, PRIMARY KEY (part, n))")
    insert = archive.prepare(
        f"INSERT INTO columns_of_all_types (part, n, {', '.join(TYPES)}) VALUES (?, ?{', ?' * len(TYPES)})"
    )
    archive.execute(insert, (1, 1, *FULL))
    archive.execute(insert, (1, 2, 0, 0, "", datetime(1970, 1, 1, tzinfo=UTC), date(1970, 1, 1), [], []))
    archive.execute(insert, (1, 3, *(None for _ in TYPES)))
    archive.execute(insert, (2, 1, *FULL))
    yield Archive(archive)
    archive.execute("DROP TABLE columns_of_all_types")


def values_of(column: Column | np.ndarray | pa.Array) -> list:
    """A column as the driver gives it otherwise, None for NULL."""
    if isinstance(column, pa.Array):
        return column.to_pylist()
    if not isinstance(column, Column):
        return column.tolist()
    pairs = zip(column.values.tolist(), column.nulls.tolist(), strict=True)
    return [None if null else value for value, null in pairs]


def rows_of_pages(reader: Archive, parts: list[int]) -> list[tuple]:
    """Pages as the tuples that they stand for."""
    read = reader.pages(SELECT, [(part,) for part in parts])
    return [row for pages in read for page in pages for row in zip(*map(values_of, page.values()), strict=True)]


def test_every_type_and_null_is_as_in_rows(reader: Archive) -> None:
    [rows] = reader.rows(SELECT, [(1,)])
    assert rows[0] == (1, *FULL[:3], MOON.replace(tzinfo=None), Date(FULL[4]), *LISTS)
    assert rows_of_pages(reader, [1]) == rows
    [[page]] = reader.pages(SELECT, [(1,)])
    kinds = {name: type(column) for name, column in page.items()}
    numbers, lists = ("n", "big", "small"), ("many", "lists")
    wanted = dict.fromkeys(numbers, Column) | dict.fromkeys(lists, pa.ListArray)
    assert kinds == wanted | dict.fromkeys(("name", "at", "day"), np.ndarray)


def test_partitions_come_in_the_order_of_their_binds(reader: Archive) -> None:
    assert [row[0] for row in rows_of_pages(reader, [2, 1, 7, 2])] == [1, 1, 2, 3, 1]


def test_no_more_is_asked_for_than_may_be_held(reader: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    session, asked = columnar_session(reader.session), []
    whole = session.execute_async
    monkeypatch.setattr(session, "execute_async", lambda *all_of, **named: asked.append(1) or whole(*all_of, **named))
    pages = reader.pages(SELECT, [(1,)] * 9, at_once=3)
    assert len(asked) == 3
    for taken, [page] in enumerate(pages, 1):
        assert values_of(page["n"]) == [1, 2, 3]
        assert len(asked) == min(9, 3 + taken)
    assert taken == 9


def test_a_partition_without_rows_has_none(reader: Archive) -> None:
    assert rows_of_pages(reader, [7]) == []


def test_a_partition_of_many_pages_is_whole(archive: Session, reader: Archive) -> None:
    insert = archive.prepare("INSERT INTO columns_of_all_types (part, n, big) VALUES (3, ?, ?)")
    numbers = range(FETCH_ROWS + 2)
    for future in [archive.execute_async(insert, (number, number**2)) for number in numbers]:
        future.result()
    [pages] = reader.pages("SELECT n, big FROM columns_of_all_types WHERE part = ?", [(3,)])
    assert [len(page["n"].values) for page in pages] == [FETCH_ROWS, 2]
    assert [value for page in pages for value in values_of(page["big"])] == [number**2 for number in numbers]


def test_columns_that_a_table_is_given_later_are_read_by_either_session(archive: Session) -> None:
    archive.execute("CREATE TABLE columns_that_grow (part int PRIMARY KEY, many frozen<list<bigint>>)")
    try:
        reader, statement = Archive(archive), "SELECT * FROM columns_that_grow WHERE part = ?"
        archive.execute("INSERT INTO columns_that_grow (part, many) VALUES (1, [5, -6])")
        [[page]] = reader.pages(statement, [(1,)])
        assert {name: values_of(column) for name, column in page.items()} == {"part": [1], "many": [[5, -6]]}
        archive.execute("ALTER TABLE columns_that_grow ADD more frozen<list<bigint>>")
        archive.execute("INSERT INTO columns_that_grow (part, more) VALUES (1, [7])")
        for _ in range(2):
            [[page]] = reader.pages(statement, [(1,)])
            assert values_of(page["more"]) == [[7]]
            assert list(reader.rows(statement, [(1,)])) == [[(1, [5, -6], [7])]]
        # What the statement keeps when it is prepared anew is the same for both.
        types = {name: kind.typename for *_, name, kind in reader.prepared(statement).result_metadata}
        assert types == {"part": "int", "many": "list", "more": "list"}
    finally:
        archive.execute("DROP TABLE columns_that_grow")


def test_readers_of_a_session_share_one(archive: Session) -> None:
    assert columnar_session(archive) is columnar_session(archive)
    assert columnar_session(archive) is not archive
