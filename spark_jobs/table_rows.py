"""The rows of every query table, made from the staged jobs by what the table's file says.

The job cube was made when the jobs were read; the error cube is the job cube with a row an error. Aggregates fold a
cube, record tables pick columns of the jobs.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from data_models.query_table import LOAD_COLUMN, SAMPLES, Figure, Fold, QueryTable, Rows
from data_models.staged_record import CUBE_COLUMN


def job_cube_of(jobs: DataFrame) -> DataFrame:
    """The job cube of staged jobs, one row a job."""
    return jobs.select(f"{CUBE_COLUMN}.*")


def error_cube_of(cube: DataFrame) -> DataFrame:
    """One row an error of a failed job: the job's row with component, code and n_errors = 1."""
    return (
        cube.withColumn("error", F.explode("errors"))
        .drop("errors")
        .select("*", "error.component", "error.code", F.lit(1).cast("bigint").alias("n_errors"))
        .drop("error")
    )


def table_rows(table: QueryTable, rows: dict[Rows, DataFrame]) -> DataFrame:
    """The rows of a table, with all its columns but the load's write time, which is not known before publishing."""
    source = rows[table.rows]
    keys = [F.expr(key.expression).alias(key.name) for key in table.columns if key.name in key_names(table)]
    if table.figures:
        return source.groupBy(*keys).agg(*(folded(figure) for figure in table.figures))
    values = [F.expr(value.expression).alias(value.name) for value in table.values]
    return source.select(*keys, *values)


def key_names(table: QueryTable) -> tuple[str, ...]:
    """The key columns that a row has before it is published."""
    return tuple(name for name in table.key_names if name != LOAD_COLUMN)


def staged_names(table: QueryTable) -> tuple[str, ...]:
    """The columns that a row has before it is published."""
    return tuple(name for name in table.column_names if name != LOAD_COLUMN)


def folded(figure: Figure) -> Column:
    """A figure over the rows of a group."""
    if figure.fold is Fold.SUM:
        return F.sum(figure.source).alias(figure.name)
    newest = F.sort_array(F.collect_list(F.struct("modificationtime", "pandaid")), asc=False)
    return F.slice(newest, 1, SAMPLES)["pandaid"].alias(figure.name)


def checksum(table: QueryTable) -> Column:
    """An order-independent checksum over all columns of a frame that has a table's rows."""
    return F.sum(F.xxhash64(*staged_names(table)).cast("decimal(38,0)")).alias("checksum")
