"""Rows of PanDA's job tables made by hand, on the real PostgreSQL of the test run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg2
import pyarrow as pa

from data_models.error_components import CODE_COLUMNS
from data_models.job_record import by_name
from stack.endpoints import owner_uri
from stack.panda_load import loading

RECENT, ARCHIVE = "doma_panda.jobsarchived4", "doma_pandaarch.jobsarchived"


def job(pandaid: int, modified: datetime, **columns: Any) -> dict[str, Any]:
    """A failed job as it should be; `columns` replace or add values, None is NULL."""
    return {
        "pandaid": pandaid,
        "modificationtime": modified,
        "statechangetime": modified,
        "starttime": modified - timedelta(minutes=30),
        "endtime": modified - timedelta(minutes=10),
        "creationtime": modified - timedelta(hours=2),
        "jobstatus": "failed",
        "computingsite": "CERN",
        "modificationhost": "slot1@node1.cern.ch",
        "produsername": "anna",
        "jeditaskid": 1000,
        "jobdefinitionid": 0,
        "assignedpriority": 900,
        "currentpriority": 900,
        "attemptnr": 1,
        "maxattempt": 3,
        "maxcpucount": 0,
        "maxdiskcount": 0,
        "minramcount": 0,
        "nevents": 10,
        "cpuconsumptiontime": Decimal(600),
        "actualcorecount": 8,
        **{column: 0 for column in CODE_COLUMNS if column != "transexitcode"},
        "piloterrorcode": 1305,
        "exeerrorcode": 65,
        "transexitcode": "65",
    } | columns


def insert(jobs: Sequence[Mapping[str, Any]], table: str = RECENT) -> None:
    """Add jobs to a job table; a column that only some of them give is NULL in the others."""
    names = list(dict.fromkeys(name for one in jobs for name in one))
    columns = {name: pa.array([one.get(name) for one in jobs], by_name()[name].arrow) for name in names}
    with loading(owner_uri()) as load:
        load.add(table.split(".")[1], pa.table(columns))


def ask(statement: str, *values: object) -> list[tuple]:
    """The rows of a statement of the tables' owner, which is committed."""
    with closing(psycopg2.connect(owner_uri())) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
