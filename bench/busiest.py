"""What the benchmark asks for: of a day the site, user, task, request, error and message that most jobs have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg2.extensions import connection as Connection

from bench import sql_questions as sql
from data_models import questions
from data_models.reading.archive import Archive

FAILED = "jobstatus = 'failed'"


def busiest(connection: Connection, archive: Archive, start: datetime, end: datetime) -> dict[str, Any]:
    """The names and numbers that questions are asked with, from PanDA's database; the message from the archive."""
    within = {"start": start.replace(tzinfo=None), "end": end.replace(tzinfo=None)}

    def first(statement: str) -> tuple:
        with connection.cursor() as cursor:
            cursor.execute(statement, within)
            return cursor.fetchone()

    def most(column: str) -> str | int:
        where = f"{sql.WITHIN} AND {FAILED} AND {column} IS NOT NULL"
        return first(f"SELECT {column} FROM {sql.JOBS} WHERE {where} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")[0]

    columns = {"site": "computingsite", "user": "produsername", "task": "jeditaskid", "request": "reqid"}
    found = {name: most(column) for name, column in columns.items()}
    component, code = first(f"{sql.errors('component, code')} ORDER BY count(*) DESC, component, code LIMIT 1")[-2:]
    [pandaid] = first(f"SELECT max(pandaid) FROM {sql.JOBS} WHERE {sql.WITHIN} AND {FAILED}")
    messages = questions.messages_by_error(archive, component, code, start, end).rows.to_pylist()
    # One that says the same word by word, where there is one: SQL can count it too.
    message = max(messages, key=lambda row: (row["template"] == row["sample"], row["n_errors"]))
    found |= {"component": component, "code": code, "pandaid": pandaid, "group": message["message_group"]}
    return found | {"diag": message["sample"]}
