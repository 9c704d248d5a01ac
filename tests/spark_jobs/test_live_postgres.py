"""What readers ask PostgreSQL while a part of the table is held up."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import psycopg2
import pytest
from panda_rows import insert, job

from data_models.live import postgres
from data_models.live.postgres import LivePostgres
from data_models.panda_sql.errors import SourceUnavailable
from data_models.window import HOUR
from stack.endpoints import owner_uri

FIRST = 7_780_000
APRIL = datetime(2027, 4, 1, tzinfo=UTC)
MARCH = APRIL - HOUR


@pytest.mark.usefixtures("stack")
def test_an_hour_that_cannot_be_read_in_time_leaves_newer_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    insert([job(FIRST + number, moment) for number, moment in enumerate((APRIL, MARCH))])
    monkeypatch.setattr(postgres, "STATEMENT_SECONDS", 1)
    with closing(psycopg2.connect(owner_uri())) as holder, holder.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass FROM doma_panda.jobsarchived4 WHERE pandaid = %s", (FIRST + 1,))
        [[march]] = cursor.fetchall()
        cursor.execute(f"LOCK TABLE {march} IN ACCESS EXCLUSIVE MODE")
        _, found = LivePostgres.from_settings().read_hours([APRIL, MARCH], 100)
        assert {hour: rows["pandaid"].to_pylist() for hour, rows in found.items()} == {APRIL: [FIRST]}
        with pytest.raises(SourceUnavailable, match="jobsarchived4"):
            LivePostgres.from_settings().read_hours([MARCH], 100)
