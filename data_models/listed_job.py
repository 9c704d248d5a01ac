"""The columns of a job list: what a page of the list tables holds of each job, a user-defined type in CQL.

The time and the PANDAID come first, so that sorting such structs sorts a list.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_models.dimensions import MODIFICATIONTIME
from data_models.job_record import by_name
from data_models.readable_times import readable_time

TYPE_NAME = "listed_job"


@dataclass(frozen=True)
class Field:
    """A column of a job list; `expression` is Spark SQL over the rows of jobs (query_table.Rows.JOBS)."""

    name: str
    cql: str
    meaning: str
    expression: str


def of_record(name: str) -> Field:
    """A column as it stands in the job record."""
    column = by_name()[name]
    return Field(name, column.cql, column.meaning, readable_time(name) if column.kind == "time" else name)


def of_cube(name: str, cql: str, meaning: str) -> Field:
    """A column of the job cube."""
    return Field(name, cql, meaning, name)


FIELDS = (
    Field(MODIFICATIONTIME.name, MODIFICATIONTIME.cql, MODIFICATIONTIME.meaning, MODIFICATIONTIME.expression),
    of_cube("pandaid", "bigint", "PanDA's identifier of the job"),
    of_cube("jobstatus", "text", "final state"),
    of_cube("computingsite", "text", "PanDA queue; (unknown) where empty"),
    of_cube("produsername", "text", "user; (unknown) without one"),
    of_cube("jeditaskid", "bigint", "task; 0 without one"),
    of_cube("reqid", "bigint", "request; 0 without one"),
    of_record("jobsubstatus"),
    of_record("prodsourcelabel"),
    of_record("processingtype"),
    of_record("transformation"),
    of_record("attemptnr"),
    of_record("currentpriority"),
    of_record("creationtime"),
    of_record("starttime"),
    of_record("endtime"),
    of_cube("node", "text", "worker node; (unknown) where empty"),
    of_cube("cores", "bigint", "cores"),
    of_cube("walltime", "bigint", "wall time x cores (core-seconds)"),
    of_cube("label", "text", "the one label of a failed job; NULL without an error"),
    of_cube("category", "bigint", "number of its category; NULL without an error"),
)
# What the rows of jobs take from the staged record, beside the cube.
RECORD_COLUMNS = (
    "jobsubstatus",
    "prodsourcelabel",
    "processingtype",
    "transformation",
    "attemptnr",
    "currentpriority",
    "creationtime",
    "starttime",
    "endtime",
)


def cql_fields() -> dict[str, str]:
    """CQL types of the user-defined type by name."""
    return {field.name: field.cql for field in FIELDS}
