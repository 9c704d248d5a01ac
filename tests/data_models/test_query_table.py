"""What a query table may be, and what each of the table files has to say."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from data_models import cql, listed_job, tables
from data_models.cube import ERROR, SCHEMA
from data_models.dimensions import CODE, COMPONENT, COMPUTINGSITE, DAY, HOUR, MODIFICATIONTIME
from data_models.job_record import by_name
from data_models.query_table import Figure, Fold, Key, QueryTable, Rows
from data_models.settings import ROOT
from data_models.tables import all_tables, query_table

TEN = datetime(2026, 7, 1, 10, tzinfo=UTC)
# Partition keys in their JSON form.
KEYS = {"hour": TEN.isoformat(), "day": "2026-07-01", "computingsite": "CERN"}
N_ERRORS = Figure("n", "n_errors", Fold.SUM, "errors", "errors", True)
JOBS = {*SCHEMA.names, "listed", "IS", "NOT", "NULL", "true"}
# What Spark's rows of each kind have.
COLUMNS = {
    Rows.RECORDS: {"true"},
    Rows.JOBS: JOBS,
    Rows.ERRORS: {*JOBS, *ERROR.names, "n_errors"},
    Rows.ENTITIES: {*JOBS, "kind", "entity"},
}
FOLDED = {
    Fold.SUM: ["bigint"],
    Fold.SAMPLES: ["frozen<list<bigint>>"],
    Fold.IDS: ["frozen<list<bigint>>"],
    Fold.LISTING: ["frozen<list<frozen<listed_job>>>"],
    Fold.LATEST: ["text", "bigint"],
    Fold.SAME: ["text", "bigint"],
}
ALL = pytest.mark.parametrize("table", all_tables(), ids=lambda table: table.name)


def table(partition: tuple[Key, ...], clustering: tuple[Key, ...]) -> QueryTable:
    """A table of errors with some key."""
    return QueryTable("t", "Which?", Rows.ERRORS, partition, clustering, (N_ERRORS,), "1 row: 1 kB")


@pytest.mark.parametrize(
    ("partition", "clustering"),
    [
        ((DAY,), (COMPONENT, HOUR)),
        ((COMPUTINGSITE,), (CODE,)),
        ((DAY,), (COMPONENT, MODIFICATIONTIME)),
        ((COMPUTINGSITE,), ()),
    ],
)
def test_a_key_without_its_window_in_one_range_is_refused(
    partition: tuple[Key, ...], clustering: tuple[Key, ...]
) -> None:
    with pytest.raises(ValueError, match="put hour in the partition key"):
        table(partition, clustering)


@pytest.mark.parametrize(
    ("clustering", "values"),
    [
        ((MODIFICATIONTIME, CODE), (N_ERRORS,)),
        ((HOUR, CODE), (Figure("message", "message", Fold.LATEST, "", "of the newest job", False),)),
    ],
)
def test_one_row_a_window_needs_the_window_in_its_key_and_values_that_are_never_null(
    clustering: tuple[Key, ...], values: tuple[Figure, ...]
) -> None:
    with pytest.raises(ValueError, match="one row a window needs hour in its key, and values never NULL"):
        QueryTable("t", "Which?", Rows.ERRORS, (DAY,), clustering, values, "1 row: 1 kB", one_row=True)


@pytest.mark.parametrize(
    ("partition", "clustering", "key"),
    [((HOUR,), (CODE,), (("hour",), ())), ((DAY,), (HOUR, CODE), (("day",), ("hour",)))],
)
def test_one_row_a_window_has_lists_of_what_is_no_partition_and_no_window(
    partition: tuple[Key, ...], clustering: tuple[Key, ...], key: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    stored = replace(table(partition, clustering), one_row=True).stored
    assert (stored.partition_names, stored.clustering_names) == key
    assert {name for name, cql_type in stored.types.items() if cql_type == "frozen<list<bigint>>"} == {"code", "n"}


def test_one_row_a_window_is_ordered_upwards() -> None:
    with pytest.raises(ValueError, match="leave descending out"):
        replace(table((HOUR,), (CODE,)), one_row=True, descending=frozenset({"code"}))


@pytest.mark.parametrize(
    ("partition", "clustering", "where"),
    [
        ((HOUR,), (COMPONENT,), "hour IN ?"),
        ((DAY,), (HOUR, COMPONENT), "day IN ? AND hour = ?"),
        ((COMPUTINGSITE, DAY), (HOUR, COMPONENT), "computingsite IN ? AND day = ? AND hour = ?"),
        (
            (COMPUTINGSITE,),
            (MODIFICATIONTIME, CODE),
            "computingsite IN ? AND modificationtime >= ? AND modificationtime < ?",
        ),
    ],
)
def test_a_windows_part_of_a_partition_is_one_range(
    partition: tuple[Key, ...], clustering: tuple[Key, ...], where: str
) -> None:
    made = table(partition, clustering)
    key = tuple(KEYS[name] for name in made.partition_names)
    lists = {5: [key], 6: [key]}
    varied = cql.most_varied(made, lists)
    statement = cql.window_delete(made, varied)
    assert statement == f"DELETE FROM t USING TIMESTAMP ? WHERE {where}"
    [values] = cql.window_delete_values(made, varied, lists, TEN, below=9)
    first, *more = cql.key_values(made, key)
    assert (len(values), values[: len(key) + 1]) == (statement.count("?"), (8, [first], *more))


def test_partitions_are_emptied_some_at_a_time_and_each_once() -> None:
    by_node = query_table("errors_by_node")
    hours = {TEN: range(100), TEN + timedelta(hours=1): range(3)}
    keys = [(f"SITE{n}", hour.isoformat()) for hour, sites in hours.items() for n in sites]
    lists = {1: keys, 2: keys[:50]}
    assert cql.most_varied(by_node, lists) == "computingsite"
    binds = list(cql.window_delete_values(by_node, "computingsite", lists, TEN, below=9))
    emptied = [(site, hour.isoformat()) for _, sites, hour, *_ in binds for site in sites]
    assert sorted(emptied) == sorted(keys)
    assert len(binds) == 5


@pytest.mark.parametrize("varied", ["component", "code", "hour"])
def test_whichever_column_varies_the_same_partitions_are_emptied(varied: str) -> None:
    sites = query_table("sites_by_error")
    keys = [(component, code, TEN.isoformat()) for component in ("pilot", "ddm") for code in range(3)]
    found = set()
    for _, *binds in cql.window_delete_values(sites, varied, {1: keys}, TEN, below=9):
        found |= set(itertools.product(*(bind if isinstance(bind, list) else [bind] for bind in binds[:3])))
    assert found == {(component, code, TEN) for component, code, _ in keys}


def test_the_list_of_a_load_is_deleted_by_its_write_time() -> None:
    ids = query_table("job_ids_by_hour")
    assert cql.window_delete(ids, "bucket").endswith("WHERE hour = ? AND bucket IN ? AND w = ?")
    key = (TEN.isoformat(), 3)
    found = list(cql.window_delete_values(ids, "bucket", {7: [key], 8: [key]}, TEN, below=9))
    assert found == [(8, TEN, [3], 7), (8, TEN, [3], 8)]


def test_keys_are_read_from_their_json_form_as_values_that_bind() -> None:
    by_site = query_table("errors_by_site")
    assert cql.key_values(by_site, ("CERN", "2026-07-01")) == ("CERN", TEN.date())
    assert cql.key_values(query_table("job_ids_by_hour"), (TEN.isoformat(), 3)) == (TEN, 3)


@ALL
def test_a_table_file_says_what_the_table_answers_and_how_large_it_gets(table: QueryTable) -> None:
    assert table.question.endswith("?")
    assert re.search(r"\d.*(B|bytes)", table.largest_partition)
    assert re.fullmatch(r"[a-z][a-z_]+", table.name)
    for column in table.columns:
        assert column.meaning.strip(), column.name


@ALL
def test_a_table_file_is_named_after_its_table(table: QueryTable) -> None:
    assert import_module(f"data_models.tables.{table.name}").TABLE is table


@ALL
def test_columns_are_distinct_and_descending_ones_are_clustering_columns(table: QueryTable) -> None:
    assert len(set(table.column_names)) == len(table.column_names)
    assert table.descending <= set(table.clustering_names)
    assert table.registry is None or query_table(table.registry).keyed_by_load


@ALL
def test_figures_and_conditions_are_made_from_columns_that_are_there(table: QueryTable) -> None:
    assert bool(table.figures) == (table.rows is not Rows.RECORDS)
    columns = {*table.rolls_up.column_names, "true"} if table.rolls_up else COLUMNS[table.rows]
    for sql in (table.where, *(figure.source for figure in table.figures)):
        words = re.findall(r"[a-z]\w*", re.sub("'[^']*'", "", sql))
        assert set(words) <= columns, sql


@ALL
def test_a_figure_has_the_type_that_its_fold_gives_and_what_is_summed_has_a_unit(table: QueryTable) -> None:
    for figure in table.figures:
        assert figure.cql in FOLDED[figure.fold]
        assert figure.unit or figure.fold is not Fold.SUM


@ALL
def test_only_sums_are_additive_and_losses_by_code_are_not(table: QueryTable) -> None:
    for figure in table.figures:
        overlaps = (table.rolls_up or table).rows is Rows.ERRORS and figure.name.endswith("_loss")
        assert figure.additive == (figure.fold is Fold.SUM and not overlaps), figure.name
        assert overlaps == ("overlaps" in figure.meaning)


def test_the_fields_of_a_listed_job_are_distinct_and_sort_it_by_time_and_pandaid() -> None:
    names = list(listed_job.cql_fields())
    assert len(names) == len(listed_job.FIELDS)
    assert names[:2] == ["modificationtime", "pandaid"]
    assert all(field.meaning for field in listed_job.FIELDS)
    assert set(listed_job.RECORD_COLUMNS) == set(names) - set(SCHEMA.names)


def test_every_module_of_the_package_is_a_table_and_lists_come_before_what_they_list() -> None:
    modules = {file.stem for file in Path(tables.__file__).parent.glob("*.py")} - {"__init__"}
    names = [table.name for table in all_tables()]
    assert set(names) == modules
    for table in all_tables():
        if table.registry:
            assert names.index(table.registry) < names.index(table.name)


def test_tables_that_were_replaced_are_gone_and_told_to_operators() -> None:
    assert not tables.REPLACED & {table.name for table in all_tables()}
    told = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+)`", told)) >= tables.REPLACED


def test_an_unknown_table_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(KeyError, match=r"no query table 'jobs'.*errors_by_hour"):
        query_table("jobs")


def test_table_job_keeps_every_column_of_the_record_typed_or_packed() -> None:
    job = import_module("data_models.tables.job")
    kept = [*job.TABLE.key_names, *job.TYPED, *job.PACKED]
    assert sorted(kept) == sorted(by_name())
    assert [value.cql for value in job.TABLE.values] == [*(by_name()[name].cql for name in job.TYPED), "text"]
