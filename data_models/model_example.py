"""An example of each query table: a CQL query for one partition, and what the example days answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from cassandra.cluster import Session
from cassandra.util import Date

from data_models import questions
from data_models.example_days import FIRST
from data_models.query_table import LOAD_COLUMN, QueryTable
from data_models.questions import Archive, QuestionRefused
from data_models.reading.partitions import BUCKETS
from data_models.tables.job_ids_by_hour import BUCKETS as ID_BUCKETS
from data_models.window import DAY, HOUR, hour_of

ROWS = 3
# Characters of a line, and of a value where a row is written as a line a column.
LINE, VALUE = 150, 110


def example_keys(archive: Archive) -> dict[str, Any]:
    """Values for every partition key: those of one failed job, the newest with the commonest error of the first day.

    Raises QuestionRefused where the example days are not archived.
    """
    errors = questions.errors_by_hour(archive, FIRST, FIRST + DAY).rows
    if not len(errors):
        raise QuestionRefused("the example days are not archived: run python -m stack example-days")
    most = errors.slice(0, 1).to_pylist()[0]
    pandaid = most["samples"][0]
    [job] = questions.job(archive, pandaid).rows.select(JOB_COLUMNS).to_pylist()
    hour = hour_of(job["modificationtime"].astimezone(UTC))
    code = (most["component"], most["code"])
    messages = questions.messages_by_error(archive, *code, hour, hour + HOUR).rows.to_pylist()
    [group] = [row["message_group"] for row in messages if pandaid in row["samples"]]
    return {
        **{name: bucket(hour) for name, bucket in BUCKETS.items()},
        **{name: job[name] for name in ("pandaid", "computingsite", "produsername", "jeditaskid", "reqid")},
        "component": most["component"],
        "code": most["code"],
        "message_group": group,
        "kind": "site",
        "part": 0,
        "bucket": pandaid % ID_BUCKETS,
    }


JOB_COLUMNS = ["pandaid", "modificationtime", "computingsite", "produsername", "jeditaskid", "reqid"]


def example_query(table: QueryTable, keys: Mapping[str, Any]) -> str:
    """A SELECT of the first rows of a partition, with literals."""
    conditions = [f"{name} = {literal(keys[name])}" for name in table.partition_names]
    return f"SELECT * FROM {table.name}\n WHERE {' AND '.join(conditions)}\n LIMIT {ROWS}"


def literal(value: object) -> str:
    """A value as CQL has it."""
    match value:
        case datetime():
            return f"'{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}+0000'"
        case date():
            return f"'{value}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
    return str(value)


def example_answer(session: Session, query: str) -> str:
    """What a query is answered with, in columns; the first row as a line a column where that would be too wide."""
    found = [row._asdict() for row in session.execute(query)]
    rows = [{name: shown(name, value) for name, value in row.items()} for row in found]
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    if sum(widths.values()) + 2 * len(widths) > LINE:
        width = max(map(len, widths))
        return "\n".join(f"{name:<{width}}  {clipped(text)}" for name, text in rows[0].items() if text)
    lines = [widths.keys(), *(row.values() for row in rows)]
    return "\n".join(
        "  ".join(f"{text:<{width}}" for text, width in zip(line, widths.values(), strict=True)).rstrip()
        for line in lines
    )


def shown(name: str, value: object) -> str:
    """A value as text, empty for NULL."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case Date():
            return str(value)
        case list() | tuple() if hasattr(next(iter(value), None), "_asdict"):
            return listed_jobs(value)
    # When a load wrote is the only thing that differs from one archiving of the same jobs to the next.
    return "(write time of the load)" if name == LOAD_COLUMN else " ".join(str(value).split())


def listed_jobs(jobs: list[Any]) -> str:
    """The first job of a page, and how many more there are."""
    first = {name: value for name, value in jobs[0]._asdict().items() if value is not None}
    told = ", ".join(f"{name}: {shown(name, value)}" for name, value in first.items())
    return f"{len(jobs)} jobs, the first: {{{told}}}"


def clipped(text: str) -> str:
    """A text that fits."""
    return text if len(text) <= VALUE else f"{text[:VALUE]} ..."
