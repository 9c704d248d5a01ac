"""Control totals: one statement for every engine, and its rows as totals by hour."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from spark_jobs.sources import control_totals

TEN = datetime(2025, 5, 1, 10, tzinfo=UTC)
CODES = ("brokerage", "ddm", "exe", "jobdispatcher", "pilot", "taskbuffer", "sup")


def test_rows_become_totals_and_what_is_no_code_is_left_out() -> None:
    totals = control_totals.totals(
        [
            ("rows", TEN.replace(tzinfo=None), None, 5, 4),
            ("state", TEN, "failed", 4, 0),
            ("state", TEN, None, 1, 0),
            ("pilot", TEN, "1305", 2, 0),
            ("pilot", TEN, "0", 3, 0),
            ("transform", TEN, None, 1, 0),
            ("transform", TEN, "", 1, 0),
            ("transform", TEN, " 65 ", 1, 0),
        ]
    )
    assert list(totals) == [TEN]
    assert (totals[TEN].rows, totals[TEN].distinct_jobs) == (5, 4)
    assert totals[TEN].states == {"failed": 4, "": 1}
    assert totals[TEN].codes == {("pilot", "1305"): 2, ("transform", " 65 "): 1}


def test_the_statement_counts_rows_jobs_states_and_codes_by_hour_on_another_engine_too() -> None:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        codes = ", ".join(f"0 AS {name}errorcode" for name in CODES if name != "pilot")
        connection.execute(
            f"CREATE TABLE jobs AS SELECT TIMESTAMP '2025-05-01 10:59:59.999999' + INTERVAL (i) MINUTE AS "
            f"modificationtime, i // 2 AS pandaid, 'failed' AS jobstatus, i % 2 AS piloterrorcode, {codes}, "
            "CASE i WHEN 0 THEN NULL WHEN 1 THEN '' ELSE '65' END AS transexitcode FROM range(4) AS r(i)"
        )
        totals = control_totals.totals(connection.execute(control_totals.statement("jobs")).fetchall())
    first, second = totals[TEN], totals[TEN.replace(hour=11)]
    assert (first.rows, first.distinct_jobs, second.rows, second.distinct_jobs) == (1, 1, 3, 2)
    assert (first.states, second.states) == ({"failed": 1}, {"failed": 3})
    assert first.codes == {}
    assert second.codes == {("pilot", "1"): 2, ("transform", "65"): 2}
