"""Days of hand-made hours: loads of random rows of the hour tables, and what DuckDB makes of a day of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args
from one_row import as_rows, as_stored

from data_models.ledger import Ledger, microseconds
from data_models.query_table import Figure, QueryTable, Value
from data_models.roll_up import day_window, hour_tables
from data_models.tables import daily_tables, query_table, query_tables
from data_models.window import hours
from spark_jobs.hour_load import HourLoad, LoadIdentity, listed_in_ledger

SNAPSHOT = microseconds(datetime(2026, 11, 1, tzinfo=UTC))
MODEL = "1"
VALUES = {
    "computingsite": ["SITE_A", "größer 🚧", "(unknown)"],
    "produsername": ["anna", "bob", "(unknown)"],
    "jeditaskid": [0, 7, 2**40],
    "reqid": [0, 9],
    "component": ["pilot", "transform"],
    "code": [65, 1305],
    "message_group": ["00ff", "ff00"],
    "label": ["pilot:1305", "transform:65"],
    "jobstatus": ["failed", "finished"],
    "kind": ["site", "task"],
    "entity": ["7", "SITE_A"],
}
ERRORS = """
    sum(n_errors)::BIGINT AS n_errors, sum(walltime_loss)::BIGINT AS walltime_loss, sum(cpu_loss)::BIGINT AS cpu_loss,
    sum(hs06_loss)::BIGINT AS hs06_loss, sum(co2_loss)::BIGINT AS co2_loss,
    flatten(list(samples ORDER BY hour DESC))[1:3] AS samples
"""
OUTCOMES = ", ".join(
    f"sum({name})::BIGINT AS {name}"
    for name in (
        "jobs",
        "failed_with_code",
        "failed_without_code",
        "walltime",
        "cputime",
        "cores",
        "hs06sec",
        "co2",
        "walltime_flagged",
    )
)
LABELS = """
    sum(jobs)::BIGINT AS jobs, (list(category ORDER BY hour DESC))[1] AS category,
    (list(dictionary ORDER BY hour DESC))[1] AS dictionary, sum(walltime_loss_of_jobs)::BIGINT AS walltime_loss_of_jobs,
    sum(cpu_loss_of_jobs)::BIGINT AS cpu_loss_of_jobs, sum(hs06_loss_of_jobs)::BIGINT AS hs06_loss_of_jobs,
    sum(co2_loss_of_jobs)::BIGINT AS co2_loss_of_jobs
"""
MESSAGES, HISTORY = (
    ERRORS + "".join(f", (list({name} ORDER BY hour DESC))[1] AS {name}" for name in names)
    for names in (("template", "sample"), ("template", "sample", "component", "code"))
)
DAY = "hour::DATE AS day"
QUARTER = f"make_date(year(hour), (month(hour) - 1) // 3 * 3 + 1, 1) AS quarter, {DAY}"
MONTH = f"make_date(year(hour), month(hour), 1) AS month, {DAY}"
YEAR = f"year(hour)::BIGINT AS year, {DAY}"
# The daily tables by name: the table of hours, the key, the figures.
EXPECTED = {
    "errors_by_day": ("errors_by_hour", f"{QUARTER}, component, code", ERRORS),
    "errors_by_code_daily": ("errors_by_hour", f"{YEAR}, component, code", ERRORS),
    "errors_by_site_day": ("errors_by_site", f"{QUARTER}, computingsite, component, code", ERRORS),
    "errors_by_user_day": ("errors_by_user", f"{QUARTER}, produsername, component, code", ERRORS),
    "errors_by_task_day": ("errors_by_task", f"{QUARTER}, jeditaskid, component, code", ERRORS),
    "errors_by_request_day": ("errors_by_request", f"{QUARTER}, reqid, component, code", ERRORS),
    "outcomes_daily": ("outcomes_by_hour", f"{QUARTER}, jobstatus", OUTCOMES),
    "outcomes_by_site_daily": ("outcomes_by_site", f"{QUARTER}, computingsite, jobstatus", OUTCOMES),
    "outcomes_by_user_daily": ("outcomes_by_user", f"{QUARTER}, produsername, jobstatus", OUTCOMES),
    "labels_by_day": ("labels_by_hour", f"{MONTH}, label", LABELS),
    "labels_by_site_day": ("labels_by_site", f"{QUARTER}, computingsite, label", LABELS),
    "sites_by_error_day": ("sites_by_error", f"{QUARTER}, component, code, computingsite", ERRORS),
    "users_by_error_day": ("users_by_error", f"{MONTH}, component, code, produsername", ERRORS),
    "tasks_by_error_day": ("tasks_by_error", f"{DAY}, component, code, jeditaskid", ERRORS),
    "messages_by_error_daily": ("messages_by_error", f"{DAY}, component, code, message_group", MESSAGES),
    "messages_by_site_daily": ("messages_by_site", f"{DAY}, computingsite, component, code, message_group", MESSAGES),
    "messages_by_task_daily": ("messages_by_task", f"{DAY}, jeditaskid, component, code, message_group", MESSAGES),
    "tasks_by_user_daily": ("tasks_by_user", f"{DAY}, produsername, jeditaskid, jobstatus", OUTCOMES),
    "outcomes_by_request_daily": ("outcomes_by_request", f"{DAY}, reqid, jeditaskid, jobstatus", OUTCOMES),
    "message_history_daily": ("message_history", f"{YEAR}, message_group", HISTORY),
    "entity_counts_by_day": (
        "entity_counts_by_hour",
        f"{DAY}, kind, entity",
        "sum(jobs)::BIGINT AS jobs, sum(failed)::BIGINT AS failed",
    ),
}


def load_hour(session: Session, hour: datetime, t: int, seed: int | None) -> None:
    """Carry a load of an hour, of snapshot `t`, through to the end; `seed` None: an hour without jobs."""
    rows = {table: list(made_rows(seed, table, hour)) if seed is not None else [] for table in hour_tables()}
    load = HourLoad(Ledger(session), LoadIdentity(f"load{t}", SNAPSHOT + t, MODEL), hour, f"content {seed}")
    load.begin(
        {
            table.name: {tuple(map(json_form, (row[name] for name in table.partition_names))) for row in rows[table]}
            if table in rows
            else []
            for table in query_tables()
            if listed_in_ledger(table)
        }
    )
    for table, made in rows.items():
        write(session, table, made, load.w)
    counts = {table.name: len(rows.get(table, [])) for table in query_tables()}
    load.finish(counts)
    load.verified(counts, "{}")


def load_day(session: Session, start: datetime, filled: dict[int, int], t: int = 50) -> None:
    """Load the 24 hours of a day; those of `filled` with rows by a seed, the others empty."""
    for number, hour in enumerate(hours(day_window(start))):
        load_hour(session, hour, t, filled.get(number))


def made_rows(seed: int, table: QueryTable, hour: datetime) -> Iterator[dict[str, Any]]:
    """Random rows of a table in an hour: half of all keys, each with values or without.

    Tables of the same keys in other partitions (errors by site, sites by error) have the same rows, as loads make them.
    """
    times = {"hour": hour, "day": hour.date(), "year": hour.year}
    names = sorted(name for name in table.key_names if name not in times)
    chosen = random.Random(f"{seed} {names}")
    for values in itertools.product(*(VALUES[name] for name in names)):
        if chosen.random() < 0.5:
            continue
        key = dict(zip(names, values, strict=True)) | {name: times[name] for name in table.key_names if name in times}
        made = {value.name: made_value(chosen, value) for value in table.values if value.name not in key}
        yield key | {name: value for name, value in made.items() if value is not None}


def made_value(chosen: random.Random, value: Figure | Value) -> object:
    """A value of a column; a text of messages may be missing."""
    if value.cql == "bigint":
        return chosen.randrange(2**40)
    if value.cql.startswith("frozen<list"):
        return sorted(chosen.sample(range(1000), chosen.randint(1, 3)), reverse=True)
    return chosen.choice(["text", "größer 🚧", "dictionary" if value.name == "dictionary" else None])


def json_form(value: object) -> object:
    """A key's value as the ledger writes it."""
    return value.isoformat() if isinstance(value, datetime | date) else value


def write(session: Session, table: QueryTable, rows: list[dict[str, Any]], w: int) -> None:
    """Write rows of a table with write time `w`; a value that is missing is not written."""
    rows = as_stored(table, rows)
    for names in {tuple(row) for row in rows}:
        marks = ", ".join("?" for _ in names)
        statement = session.prepare(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}) USING TIMESTAMP ?")
        alike = [(*row.values(), w) for row in rows if tuple(row) == names]
        execute_concurrent_with_args(session, statement, alike)


def hours_held(session: Session, table: QueryTable, start: datetime) -> pa.Table:
    """All rows that a table of hours holds of a day, found by a scan."""
    statement = f"SELECT * FROM {table.name} WHERE hour >= %s AND hour < %s ALLOW FILTERING"
    found = as_rows(table, (row._asdict() for row in session.execute(statement, (start, start + timedelta(days=1)))))
    types = {"text": pa.string(), "bigint": pa.int64(), "int": pa.int64(), "timestamp": pa.timestamp("us")}
    schema = pa.schema(
        [(name, types.get(cql, pa.list_(pa.int64()))) for name, cql in table.types.items() if cql != "date"]
    )
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in found], schema)


def expected(session: Session, name: str, start: datetime) -> list[dict[str, Any]]:
    """The rows that a daily table must hold of a day."""
    hour_table, key, figures = EXPECTED[name]
    with duckdb.connect() as connection:
        connection.register("hours", hours_held(session, query_table(hour_table), start))
        found = connection.execute(f"SELECT {key}, {figures} FROM hours GROUP BY ALL")
        names = [column[0] for column in found.description]
        return in_order([dict(zip(names, row, strict=True)) for row in found.fetchall()])


def held(session: Session, name: str, start: datetime) -> list[dict[str, Any]]:
    """The rows that a daily table holds of a day, wherever they lie."""
    found = session.execute(f"SELECT * FROM {name} WHERE day = %s ALLOW FILTERING", (start.date(),))
    rows = as_rows(query_table(name), (row._asdict() for row in found))
    return in_order([{column: plain(value) for column, value in row.items()} for row in rows])


def plain(value: object) -> object:
    """A value of the driver's as DuckDB gives it."""
    return value.date() if type(value).__name__ == "Date" else value


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with their columns and themselves in one order, without what is NULL."""
    known = [dict(sorted((name, value) for name, value in row.items() if value is not None)) for row in rows]
    return sorted(known, key=str)


def assert_of_its_hours(session: Session, start: datetime) -> None:
    """Every daily table holds of a day what its hours add up to, and nothing else."""
    for table in daily_tables():
        assert held(session, table.name, start) == expected(session, table.name, start), table.name
