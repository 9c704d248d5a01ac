"""The rows of every query table, made from the staged jobs by what the table's file says.

The job cube was made when the jobs were read; the error cube is the job cube with a row an error. Aggregates fold a
cube, record tables pick columns of the jobs.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from data_models.listed_job import FIELDS, RECORD_COLUMNS
from data_models.query_table import LOAD_COLUMN, PAGE_COLUMN, PAGE_JOBS, SAMPLES, Figure, Fold, QueryTable, Rows
from data_models.staged_record import CUBE_COLUMN

LOWER_HALF = (1 << 32) - 1


def job_cube_of(jobs: DataFrame) -> DataFrame:
    """The job cube of staged jobs, one row a job, with what a job list takes from the record itself."""
    rows = jobs.select(f"{CUBE_COLUMN}.*", *RECORD_COLUMNS)
    return rows.select("*", F.struct(*(F.expr(field.expression).alias(field.name) for field in FIELDS)).alias("listed"))


def error_cube_of(cube: DataFrame) -> DataFrame:
    """One row an error of a failed job: the job's row with component, code, message and n_errors = 1."""
    exploded = cube.withColumn("error", F.explode("errors")).drop("errors")
    return exploded.select("*", "error.*", F.lit(1).cast("bigint").alias("n_errors")).drop("error")


def entity_rows_of(cube: DataFrame) -> DataFrame:
    """One row a job and entity that it belongs to, with kind and entity."""
    named = {"site": "computingsite", "user": "produsername", "task": "cast(jeditaskid AS string)"}
    entities = ", ".join(f"named_struct('kind', '{kind}', 'entity', {column})" for kind, column in named.items())
    return cube.withColumn("belongs", F.explode(F.expr(f"array({entities})"))).select("*", "belongs.*").drop("belongs")


def rows_of(jobs: DataFrame) -> dict[Rows, DataFrame]:
    """What tables are made from, by kind of rows; `jobs` are staged jobs."""
    cube = job_cube_of(jobs)
    return {
        Rows.RECORDS: jobs,
        Rows.JOBS: cube,
        Rows.ERRORS: error_cube_of(cube),
        Rows.ENTITIES: entity_rows_of(cube),
    }


def table_rows(table: QueryTable, rows: Mapping[Rows, DataFrame]) -> DataFrame:
    """The rows of a table, with all its columns but the load's write time, which is not known before publishing."""
    source = rows[table.rows].where(table.where)
    keys = {key.name: F.expr(key.expression) for key in table.columns if key.name in key_names(table)}
    if table.paged:
        source = source.withColumn(PAGE_COLUMN, page_number(table))
    named = [expression.alias(name) for name, expression in keys.items()]
    if table.figures:
        return source.groupBy(*named).agg(*(folded(figure).alias(figure.name) for figure in table.figures))
    values = [F.expr(value.expression).alias(value.name) for value in table.values]
    return source.select(*named, *values)


def page_number(table: QueryTable) -> Column:
    """The page of a job in the list that it belongs to, in the order that jobs have within a page: newest first."""
    lists = [F.expr(key.expression) for key in table.partition if PAGE_COLUMN not in key.expression]
    place = F.row_number().over(
        Window.partitionBy(*lists).orderBy(F.desc("listed.modificationtime"), F.desc("listed.pandaid"))
    )
    return F.floor((place - 1) / PAGE_JOBS)


def key_names(table: QueryTable) -> tuple[str, ...]:
    """The key columns that a row has before it is published."""
    return tuple(name for name in table.key_names if name != LOAD_COLUMN)


def staged_names(table: QueryTable) -> tuple[str, ...]:
    """The columns that a row has before it is published."""
    return tuple(name for name in table.column_names if name != LOAD_COLUMN)


def folded(figure: Figure) -> Column:
    """A figure over the rows of a key."""
    source = F.expr(figure.source)
    match figure.fold:
        case Fold.SUM:
            return F.sum(source)
        case Fold.SAMPLES:
            newest = F.sort_array(F.collect_list(F.struct("modificationtime", "pandaid")), asc=False)
            return F.slice(newest, 1, SAMPLES)["pandaid"]
        case Fold.LATEST:
            return F.max_by(source, F.struct("modificationtime", "pandaid"))
        case Fold.SAME:
            return F.min(source)
        case Fold.IDS:
            return F.sort_array(F.collect_list(source))
        case Fold.LISTING:
            return F.sort_array(F.collect_list(source), asc=False)


def row_hash(table: QueryTable) -> Column:
    """A number (64 bits) over all columns of a row; their sum over rows is a checksum that no order changes."""
    return F.xxhash64(*staged_names(table)).alias("hash")


def hash_sums() -> tuple[Column, Column]:
    """The sums of a group's hashes, their upper and lower halves apart: none is too large for 2^31 rows, and to add up
    decimals, which hold the whole sum, takes many times as long."""
    return F.sum(F.shiftright("hash", 32)).alias("upper"), F.sum(F.col("hash").bitwiseAND(LOWER_HALF)).alias("lower")


def checksum_of(row: Row) -> int:
    """The checksum of a group from its `hash_sums`."""
    return (row.upper << 32) + row.lower
