"""Rows between Spark and Cassandra: every type a query table has, both ways, checked with the Python driver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from cassandra.cluster import Session
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from data_models import settings
from data_models.query_table import Figure, Fold, Key, QueryTable, Rows, Value
from spark_jobs import step
from spark_jobs.connector import FIRST_HOUR, LAST_HOUR, WRITE_TIME, read_partitions, write_rows

W = 1_700_000_000_000_000
# Spark and the driver have times of UTC without saying so.
EPOCH = datetime.fromisoformat("1970-01-01")
LIST, LISTS, PAIRS = "frozen<list<bigint>>", "frozen<list<frozen<list<text>>>>", "frozen<list<frozen<pair>>>"
TYPES = {
    "hour": "timestamp",
    "part": "bigint",
    "place": "int",
    "told": "text",
    "day": "date",
    "many": LIST,
    "lists": LISTS,
    "pairs": PAIRS,
}
SPARK = (
    "hour timestamp, part bigint, place int, told string, day date, many array<bigint>, lists array<array<string>>, "
    "pairs array<struct<one: string, two: timestamp>>"
)
KEYS = tuple(Key(name, TYPES[name], "a key", name) for name in ("hour", "part", "place"))
TABLE = QueryTable(
    name="every_type",
    question="What is written?",
    rows=Rows.RECORDS,
    partition=KEYS[:2],
    clustering=KEYS[2:],
    values=tuple(Value(name, TYPES[name], "a value", name) for name in ("told", "day", "many", "lists", "pairs")),
    largest_partition="a test's",
)
times = st.datetimes(EPOCH - timedelta(days=25_000), EPOCH + timedelta(days=80_000)).map(
    lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
)
longs = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
cells = st.fixed_dictionaries(
    {
        "told": st.none() | texts,
        "day": st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)),
        "many": st.none() | st.lists(longs, min_size=1),
        "lists": st.none() | st.lists(st.lists(texts, min_size=1), min_size=1, max_size=3),
        "pairs": st.none() | st.lists(st.tuples(st.none() | texts, st.none() | times), min_size=1, max_size=3),
    }
)
rows = st.dictionaries(st.tuples(times, longs, st.integers(-(2**31), 2**31 - 1)), cells, min_size=1, max_size=8)


@pytest.fixture(scope="module")
def table(archive: Session, spark: SparkSession) -> Iterator[QueryTable]:
    """A table of every type, in the archive's keyspace for as long as these tests run."""
    columns = ", ".join(f"{name} {cql}" for name, cql in TYPES.items())
    archive.execute("CREATE TYPE pair (one text, two timestamp)")
    archive.execute(f"CREATE TABLE {TABLE.name} ({columns}, PRIMARY KEY ((hour, part), place))")
    yield TABLE
    archive.execute(f"DROP TABLE {TABLE.name}")
    archive.execute("DROP TYPE pair")


def frame(spark: SparkSession, found: list[tuple], types: str = SPARK, w: int = W) -> DataFrame:
    """Rows to be written."""
    return spark.createDataFrame(found, types).withColumn(WRITE_TIME, F.lit(w))


@effort(max_examples=8, deadline=None)
@given(rows)
def test_every_type_is_written_and_read_as_it_was(
    archive: Session, spark: SparkSession, table: QueryTable, made: dict[tuple, dict]
) -> None:
    # Of two values under one write time Cassandra keeps the larger: nothing may be left of other examples.
    archive.execute(f"TRUNCATE {table.name}")
    whole = {key: (*key, *(values[value.name] for value in table.values)) for key, values in made.items()}
    write_rows(frame(spark, list(whole.values())), table)
    partitions = sorted({key[:2] for key in whole})
    asked = f"SELECT * FROM {table.name} WHERE hour = %s AND part = %s"
    held = [as_python(row) for partition in partitions for row in archive.execute(asked, partition)]
    assert {row[:3]: row for row in held} == whole
    keys = spark.createDataFrame(partitions, "hour timestamp, part bigint")
    back = read_partitions(spark, table, keys).collect()
    assert {row[:3]: (*row[:7], pairs(row.pairs)) for row in back} == whole
    assert len(back) == len(whole)


def as_python(row: tuple) -> tuple:
    """A row of the driver in the order of TYPES, its own types as Python's."""
    return (
        row.hour,
        row.part,
        row.place,
        row.told,
        row.day and row.day.date(),
        row.many,
        row.lists,
        pairs(row.pairs),
    )


def pairs(found: list | None) -> list[tuple] | None:
    """User-defined values as tuples."""
    return found and [(one, two) for one, two in found]


def test_a_null_leaves_no_tombstone_and_what_an_earlier_load_wrote(
    archive: Session, spark: SparkSession, table: QueryTable
) -> None:
    key = (EPOCH, 1, 1)
    write_rows(frame(spark, [(*key, "first", None, None, None, None)]), table)
    write_rows(frame(spark, [(*key, None, date(2024, 1, 1), None, None, None)], w=W + 1), table)
    columns = "told, day, writetime(told) AS w, writetime(day) AS later"
    asked = f"SELECT {columns} FROM {table.name} WHERE hour = %s AND part = 1"
    row = archive.execute(asked, [EPOCH]).one()
    assert (row.told, row.day.date(), row.w, row.later) == ("first", date(2024, 1, 1), W, W + 1)


def test_times_are_cut_to_milliseconds_towards_the_past(
    archive: Session, spark: SparkSession, table: QueryTable
) -> None:
    before = EPOCH - timedelta(microseconds=1)
    write_rows(frame(spark, [(EPOCH, 2, 1, None, None, None, None, [("x", before)])]), table)
    found = archive.execute(f"SELECT pairs FROM {table.name} WHERE hour = %s AND part = 2", [EPOCH]).one()
    assert found.pairs[0].two == EPOCH - timedelta(milliseconds=1)


def test_many_rows_and_partitions_are_all_written_and_read_page_by_page(
    archive: Session, spark: SparkSession, table: QueryTable
) -> None:
    made = spark.range(9_000).selectExpr(
        "timestamp'2024-11-20' AS hour", "id % 3 AS part", "cast(id AS int) AS place", "repeat('x', 50) AS told"
    )
    write_rows(made.withColumn(WRITE_TIME, F.lit(W)), table)
    keys = made.select("hour", "part").distinct()
    back = read_partitions(spark, table, keys)
    assert {
        row.part: (row.n, row.last)
        for row in back.groupBy("part").agg(F.count("*").alias("n"), F.max("place").alias("last")).collect()
    } == {0: (3000, 8997), 1: (3000, 8998), 2: (3000, 8999)}


def test_the_first_clustering_columns_of_a_key_narrow_what_is_read(spark: SparkSession, table: QueryTable) -> None:
    write_rows(frame(spark, [(EPOCH, 3, place, "x", None, None, None, None) for place in range(5)]), table)
    keys = spark.createDataFrame([(EPOCH, 3, 3), (EPOCH, 4, 3)], "hour timestamp, part bigint, place int")
    assert [row.place for row in read_partitions(spark, table, keys).collect()] == [3]


@pytest.mark.parametrize(
    ("types", "value", "told"),
    [
        ("told double", 1.0, "column told: DOUBLE of Spark is not written as text"),
        ("many array<bigint>", [1, None], "column many: a list of CQL has no NULL"),
        ("pairs array<struct<one: string, three: timestamp>>", [("x", None)], "are not those of type pair"),
        ("place bigint", 2**31, "column place: 2147483648 is no int of CQL"),
        ("pairs array<struct<one: string, two: timestamp, three: int>>", [("x", None, 1)], "not those of type pair"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_column(
    spark: SparkSession, table: QueryTable, types: str, value: object, told: str
) -> None:
    keys = f"hour timestamp, part bigint{'' if types.startswith('place') else ', place int'}"
    row = (EPOCH, 1, value) if types.startswith("place") else (EPOCH, 1, 1, value)
    with pytest.raises(Py4JJavaError) as refused:
        write_rows(frame(spark, [row], f"{keys}, {types}"), table)
    assert told in step.root_cause(str(refused.value))


def test_what_cassandra_refuses_among_other_rows_is_told(spark: SparkSession, table: QueryTable) -> None:
    rows = [(EPOCH, part, None if part == 7 else 1, "x", None, None, None, None) for part in range(20)]
    with pytest.raises(Py4JJavaError) as refused:
        write_rows(frame(spark, rows), table)
    told = step.root_cause(str(refused.value))
    assert "place" in told
    assert "not written: INSERT INTO" in str(refused.value)


def test_rows_that_are_larger_than_a_batch_may_be_are_written_among_others(
    archive: Session, spark: SparkSession, table: QueryTable
) -> None:
    sizes = {part: 800_000 if part % 3 == 0 else 10 for part in range(9)}
    rows = [(EPOCH, 100 + part, 1, "x" * size, None, None, None, None) for part, size in sizes.items()]
    write_rows(frame(spark, rows).coalesce(1), table)
    asked = f"SELECT told FROM {table.name} WHERE hour = %s AND part = %s"
    assert {part: len(archive.execute(asked, [EPOCH, 100 + part]).one().told) for part in sizes} == sizes


def test_a_column_that_the_table_has_not_is_named(spark: SparkSession, table: QueryTable) -> None:
    rows = frame(spark, [(EPOCH, 1, 1, "x")], "hour timestamp, part bigint, place int, unheard_of string")
    with pytest.raises(Py4JJavaError, match="unheard_of"):
        write_rows(rows, table)


def test_a_row_without_a_write_time_is_refused(spark: SparkSession, table: QueryTable) -> None:
    types = f"hour timestamp, part bigint, place int, told string, {WRITE_TIME} bigint"
    rows = spark.createDataFrame([(EPOCH, 1, 1, "x", None)], types)
    with pytest.raises(Py4JJavaError) as refused:
        write_rows(rows, table)
    assert "a row has no write time" in step.root_cause(str(refused.value))


def test_a_key_without_a_value_is_refused(spark: SparkSession, table: QueryTable) -> None:
    keys = spark.createDataFrame([(EPOCH, None)], "hour timestamp, part bigint")
    with pytest.raises(Py4JJavaError) as refused:
        read_partitions(spark, table, keys).collect()
    assert "has no part" in step.root_cause(str(refused.value))


def test_a_table_that_is_not_there_is_named(spark: SparkSession, table: QueryTable) -> None:
    missing = QueryTable(**{**vars(table), "name": "not_there"})
    with pytest.raises(Py4JJavaError, match="not_there"):
        write_rows(frame(spark, [(EPOCH, 1, 1, "x", None, None, None, None)]), missing)
    keys = spark.createDataFrame([(EPOCH, 1)], "hour timestamp, part bigint")
    with pytest.raises(Py4JJavaError, match="not_there"):
        read_partitions(spark, missing, keys)


def test_the_first_and_last_hour_bound_what_is_read(archive: Session, spark: SparkSession) -> None:
    hour, told = KEYS[0], Value("told", "text", "a value", "told")
    table = QueryTable("spans", "When?", Rows.RECORDS, KEYS[1:2], (hour,), (told,), "a test's")
    archive.execute(f"CREATE TABLE {table.name} (part bigint, hour timestamp, told text, PRIMARY KEY (part, hour))")
    try:
        hours = [EPOCH + timedelta(hours=hour) for hour in range(6)]
        made = [(part, hour, "x") for part in (1, 2) for hour in hours]
        write_rows(frame(spark, made, "part bigint, hour timestamp, told string"), table)
        types = f"part bigint, {FIRST_HOUR} timestamp, {LAST_HOUR} timestamp"
        keys = spark.createDataFrame([(1, hours[1], hours[3]), (2, hours[5], hours[5])], types)
        back = sorted((row.part, row.hour) for row in read_partitions(spark, table, keys).collect())
        assert back == [(1, hours[1]), (1, hours[2]), (1, hours[3]), (2, hours[5])]
    finally:
        archive.execute(f"DROP TABLE {table.name}")


def test_lists_side_by_side_are_rows_again(archive: Session, spark: SparkSession) -> None:
    values = (Figure("jobs", "jobs", Fold.SUM, "jobs", "jobs", additive=True),)
    name = Key("name", "text", "a name", "name")
    table = QueryTable("side_by_side", "Who?", Rows.JOBS, KEYS[:1], (name,), values, "a test's", one_row=True)
    archive.execute(
        f"CREATE TABLE {table.name} (hour timestamp PRIMARY KEY, name frozen<list<text>>, jobs frozen<list<bigint>>)"
    )
    try:
        made = [(EPOCH, "b", 2), (EPOCH, "a", 1), (EPOCH + timedelta(hours=1), "c", 3)]
        write_rows(frame(spark, made, "hour timestamp, name string, jobs bigint"), table)
        first = archive.execute(f"SELECT * FROM {table.name} WHERE hour = %s", [EPOCH]).one()
        assert (first.name, first.jobs) == (["a", "b"], [1, 2])
        keys = spark.createDataFrame([(row[0],) for row in made[1:]], "hour timestamp")
        assert sorted(map(tuple, read_partitions(spark, table, keys).collect())) == sorted(made)
    finally:
        archive.execute(f"DROP TABLE {table.name}")


def test_it_is_compiled_against_the_spark_that_runs_it(spark: SparkSession) -> None:
    pom = ElementTree.parse(settings.ROOT / "pom.xml").getroot()
    assert pom.findtext("{*}properties/{*}spark.version") == spark.version
