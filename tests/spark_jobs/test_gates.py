"""Every check of both gates fails for the reason it is there for, with its severity, and for no other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from staged_load import START, WINDOW, changed, extraction, job_table, stage

from data_models.error_rules import FINAL_STATES
from data_models.tables import query_tables
from data_models.window import HOUR
from spark_jobs.gates import GateResult, gate_jobs, gate_tables
from spark_jobs.validation import read_suite


def failures(result: GateResult) -> dict[str, str]:
    """The columns of failed checks and their severities (a column that fails twice: the graver one)."""
    severities = ("info", "warning", "critical")
    return {check.column: severity for severity in severities for check in result.failed(severity)}


def found(result: GateResult, column: str) -> str:
    """The lines of the failed checks of a column."""
    return "\n".join(str(check) for check in result.checks if not check.success and check.column == column)


def persisted(spark: SparkSession) -> int:
    """How many frames are kept in memory."""
    return spark.sparkContext._jsc.getPersistentRDDs().size()


@pytest.mark.parametrize("name", ["staged_jobs", "staged_totals", "table_totals"])
def test_every_expectation_of_a_suite_has_words_of_its_own_and_a_severity(name: str) -> None:
    expectations = read_suite(name)["expectations"]
    assert len({expectation["description"] for expectation in expectations}) == len(expectations)
    assert {expectation["severity"] for expectation in expectations} <= {"critical", "warning", "info"}


def test_a_good_load_passes_every_check_and_leaves_nothing_persisted(spark: SparkSession, tmp_path: Path) -> None:
    before = persisted(spark)
    jobs = job_table(100, jobstatus=[FINAL_STATES[number % 4] for number in range(100)])
    jobs = changed(jobs, 0, "modificationtime", WINDOW.start)
    jobs = changed(jobs, 1, "modificationtime", WINDOW.end - timedelta(microseconds=1))
    result = gate_jobs(
        spark, stage(spark, tmp_path, jobs), extraction([{"kept": 99}, {"kept": 1, "excluded": 7}]), [90]
    )
    assert (result.verdict, failures(result)) == ("passed", {})
    assert (result.gate, result.window, result.load) == ("jobs", str(WINDOW), "load")
    assert len(result.checks) == sum(len(read_suite(name)["expectations"]) for name in ("staged_jobs", "staged_totals"))
    assert GateResult.from_json(result.to_json()) == result
    assert persisted(spark) == before


def test_a_window_without_rows_passes(spark: SparkSession, tmp_path: Path) -> None:
    result = gate_jobs(spark, stage(spark, tmp_path, job_table(0)), extraction([{}, {}]), [])
    assert (result.verdict, failures(result)) == ("passed", {})


def test_rows_at_the_source_of_which_none_is_staged_reject(spark: SparkSession, tmp_path: Path) -> None:
    result = gate_jobs(spark, stage(spark, tmp_path, job_table(0)), extraction([{"source": 10}, {}]), [])
    assert result.verdict == "rejected"
    assert failures(result) == {None: "critical", "empty_hours": "critical", "unbalanced_hours": "critical"}
    reason = result.reason()
    assert "\n" not in reason
    assert "found 0, expected 10" in reason
    assert "2026-07-01T10:00Z: source 10, staged 0" in reason
    assert f"spark_jobs.accept --window {WINDOW} --load load --gate jobs" in reason


def test_a_pandaid_twice_in_an_hour_rejects(spark: SparkSession, tmp_path: Path) -> None:
    jobs = job_table(4, pandaid=[1, 1, 2, 2], modificationtime=[START, START, START, START + HOUR])
    result = gate_jobs(spark, stage(spark, tmp_path, jobs), extraction([{"kept": 3}, {"kept": 1}]), [])
    assert (result.verdict, failures(result)) == (
        "rejected",
        {"hour, pandaid": "critical", "jobs_in_several_hours": "warning"},
    )
    assert "otherwise in 2 of 4 rows: 2026-07-01T10:00:00 / 1" in found(result, "hour, pandaid")


def test_a_missing_column_rejects_whatever_its_check_was_worth(spark: SparkSession, tmp_path: Path) -> None:
    staging = stage(spark, tmp_path, job_table(10), without=("attemptnr", "starttime"))
    result = gate_jobs(spark, staging, extraction([{"kept": 10}, {}]), [])
    assert result.verdict == "rejected"
    shares = ("unknown_site", "unknown_user", "unknown_code", "unreadable_exit_code", "flagged_walltime")
    assert failures(result) == dict.fromkeys(["attemptnr", *(f"{name}_share" for name in shares)], "critical")
    assert 'found an exception, expected at least 0 (Error: The column "attemptnr"' in found(result, "attemptnr")


def test_values_that_no_job_may_have_reject(spark: SparkSession, tmp_path: Path) -> None:
    jobs = job_table(10)
    for row, (column, value) in enumerate(
        [
            ("pandaid", None),
            ("pandaid", 0),
            ("modificationtime", None),
            ("modificationtime", WINDOW.end),
            ("modificationtime", WINDOW.start - timedelta(seconds=1)),
            ("jobstatus", None),
            ("jobstatus", "merging"),
        ]
    ):
        jobs = changed(jobs, row, column, value)
    result = gate_jobs(spark, stage(spark, tmp_path, jobs), extraction([{"kept": 10}, {}]), [])
    assert result.verdict == "rejected"
    assert failures(result) == dict.fromkeys(("pandaid", "modificationtime", "jobstatus"), "critical")
    assert [check.observed for check in result.failed("critical")] == [
        "otherwise in 1 of 10 rows",
        "otherwise in 1 of 10 rows: 0",
        "otherwise in 1 of 10 rows",
        "otherwise in 2 of 10 rows: 2026-07-01T12:00:00, 2026-07-01T09:59:59",
        "otherwise in 1 of 10 rows",
        "otherwise in 1 of 10 rows: merging",
    ]


@pytest.mark.parametrize(
    ("left_out", "told"),
    [([], "found 7, expected 0 (PANDAIDs such as 1, 2, 3, 4, 5: see"), ([0, 1], "found 5, expected 0")],
)
def test_jobs_in_two_hours_of_a_window_are_told(
    spark: SparkSession, tmp_path: Path, left_out: list[int], told: str
) -> None:
    ids = [1, 2, 3, 4, 5, 6, 7]
    jobs = job_table(16, pandaid=[*ids, *ids, 8, 8], modificationtime=[*[START] * 7, *[START + HOUR] * 9])
    staging = stage(spark, tmp_path, jobs, duplicates=[*left_out, 15])
    n = len(left_out)
    summary = extraction([{"kept": 7 - n, "duplicate": n}, {"kept": 8, "duplicate": 1}])
    result = gate_jobs(spark, staging, summary, [])
    assert failures(result)["jobs_in_several_hours"] == "warning"
    assert told in found(result, "jobs_in_several_hours")


def test_habits_that_are_out_of_the_ordinary_warn(spark: SparkSession, tmp_path: Path) -> None:
    jobs = job_table(
        100,
        computingsite=["  ", None, *["CERN"] * 98],
        produsername=[None, "", *["anna"] * 98],
        endtime=[START - 2 * HOUR, START + timedelta(days=40), *[START] * 98],
        piloterrorcode=[-1305, *[1305] * 89, *[987654] * 10],
        transexitcode=["abc", *["65"] * 99],
        attemptnr=[-1, *[1] * 99],
    )
    differences = {"warnings": ["doma_panda.jobsarchived4: new column gpu is not archived"]}
    summary = extraction([{"kept": 100}, {}], **differences)
    result = gate_jobs(spark, stage(spark, tmp_path, jobs), summary, [900, 1100])
    warned = (
        "lowest_code",
        "source_warnings",
        "kept_rows",
        "unknown_site_share",
        "unknown_user_share",
        "unknown_code_share",
        "unreadable_exit_code_share",
        "flagged_walltime_share",
    )
    assert (result.verdict, failures(result)) == ("warned", {"attemptnr": "info"} | dict.fromkeys(warned, "warning"))
    assert "-1305" in found(result, "lowest_code")
    assert "new column gpu" in found(result, "source_warnings")
    assert "found 100, expected at least 323 and at most 3,010" in found(result, "kept_rows")
    assert "found 2 %, expected at most 1 %" in found(result, "unknown_site_share")
    # 99 positive pilot codes and one executor code that is not the exit code, since that was 'abc'.
    assert "found 10 %, expected at most 5 %" in found(result, "unknown_code_share")
    assert "new column gpu" in result.reason()


def test_what_is_ordinary_passes(spark: SparkSession, tmp_path: Path) -> None:
    jobs = job_table(
        100,
        computingsite=[None, *["CERN"] * 99],
        produsername=[" ", "", *["anna"] * 98],
        produserid=["/CN=bob", "/CN=eve", *[None] * 98],
        endtime=[START - 2 * HOUR, *[START] * 99],
        # Payloads exit as they like, and codes on jobs that did not fail are no errors.
        exeerrorcode=[4242] * 100,
        transexitcode=["4242"] * 100,
        jobstatus=[*["finished"] * 50, *["failed"] * 50],
        superrorcode=[*[987654] * 50, *[0] * 50],
    )
    result = gate_jobs(spark, stage(spark, tmp_path, jobs), extraction([{"kept": 100}, {}]), [150, 200])
    assert (result.verdict, failures(result)) == ("passed", {"flagged_walltime_share": "info"})


@pytest.mark.parametrize(
    ("rows", "verdict", "severity", "words"),
    [(100_000, "warned", "warning", "found 0.001 %, expected 0 %"), (100, "rejected", "critical", "at most 0.1 %")],
)
def test_one_quarantined_row_warns_among_many_and_rejects_among_few(
    spark: SparkSession, tmp_path: Path, rows: int, verdict: str, severity: str, words: str
) -> None:
    staging = stage(spark, tmp_path, job_table(rows - 1))
    result = gate_jobs(spark, staging, extraction([{"kept": rows - 1, "quarantined": 1}, {}]), [])
    assert (result.verdict, failures(result)) == (verdict, {"quarantined_share": severity})
    assert words in found(result, "quarantined_share")
    assert f"1 quarantined; their reasons: {staging.path('quarantine')}" in found(result, "quarantined_share")


def test_hours_and_codes_that_do_not_balance_reject_though_their_sum_does(spark: SparkSession, tmp_path: Path) -> None:
    differences = [
        {"hour": f"2026-07-01T10:0{number}Z", "what": "pilot:1099", "source": 2, "staged": 1} for number in range(7)
    ]
    summary = extraction([{"source": 6, "kept": 5}, {"source": 4, "kept": 5}], code_differences=differences)
    result = gate_jobs(spark, stage(spark, tmp_path, job_table(10)), summary, [])
    assert result.verdict == "rejected"
    assert failures(result) == {"unbalanced_hours": "critical", "code_differences": "critical"}
    assert "T10:00Z: source 6, staged 5; 2026-07-01T11:00Z: source 4, staged 5" in found(result, "unbalanced_hours")
    assert "2026-07-01T10:00Z pilot:1099: source 2, staged 1" in found(result, "code_differences")
    assert "and 2 more" in found(result, "code_differences")


def aggregation() -> dict[str, Any]:
    """Two hours of every table that add up."""
    hours = ("2026-07-01T10:00Z", "2026-07-01T11:00Z")
    return {
        "tables": {
            table.name: {
                hour: {"rows": 5, "distinct_keys": 5, "checksum": "1", "sums": {"jobs": 9, "walltime": 10**19}}
                for hour in hours
            }
            for table in query_tables()
        },
        "expected": {
            table.name: {hour: {"rows": None, "sums": {"jobs": 9, "walltime": 10**19}} for hour in hours}
            for table in query_tables()
        },
    }


@pytest.fixture
def extracted(spark: SparkSession, tmp_path: Path) -> Any:
    """A load of which only the extraction's summary is staged."""
    staging = stage(spark, tmp_path, job_table(0))
    staging.write_json("extraction.json", extraction([{}, {}]))
    return staging


def test_tables_that_add_up_pass(spark: SparkSession, extracted: Any) -> None:
    before = persisted(spark)
    result = gate_tables(extracted, aggregation())
    assert (result.gate, result.window, result.verdict) == ("tables", str(WINDOW), "passed")
    assert failures(result) == {}
    assert persisted(spark) == before


def test_tables_of_a_window_without_jobs_pass(spark: SparkSession, extracted: Any) -> None:
    empty = {table.name: {} for table in query_tables()}
    assert gate_tables(extracted, {"tables": empty, "expected": empty}).verdict == "passed"


def test_rows_of_equal_keys_reject(spark: SparkSession, extracted: Any) -> None:
    made = aggregation()
    made["tables"]["job"]["2026-07-01T11:00Z"]["distinct_keys"] = 4
    result = gate_tables(extracted, made)
    assert (result.verdict, failures(result)) == ("rejected", {"duplicate_keys": "critical"})
    assert "job 2026-07-01T11:00Z: 5 rows, 4 keys" in found(result, "duplicate_keys")


def test_totals_that_differ_reject_and_are_named(spark: SparkSession, extracted: Any) -> None:
    made = aggregation()
    made["tables"]["errors_by_site"]["2026-07-01T10:00Z"]["sums"]["jobs"] = 8
    made["expected"]["job"]["2026-07-01T11:00Z"]["rows"] = 6
    del made["expected"]["errors_by_hour"]["2026-07-01T10:00Z"]
    del made["tables"]["outcomes_by_site"]["2026-07-01T11:00Z"]
    result = gate_tables(extracted, made)
    assert (result.verdict, failures(result)) == ("rejected", {"unbalanced": "critical"})
    note = found(result, "unbalanced")
    assert "errors_by_site 2026-07-01T10:00Z jobs: found 8, expected 9" in note
    assert "job 2026-07-01T11:00Z rows: found 5, expected 6" in note
    assert "errors_by_hour 2026-07-01T10:00Z rows: found 5, expected 0" in note
    assert "outcomes_by_site 2026-07-01T11:00Z jobs: found 0, expected 9" in note


def test_a_table_that_is_missing_or_unknown_rejects(spark: SparkSession, extracted: Any) -> None:
    made = aggregation()
    made["tables"]["jobs"] = made["tables"].pop("job")
    made["expected"]["jobs"] = made["expected"].pop("job")
    result = gate_tables(extracted, made)
    assert (result.verdict, failures(result)) == ("rejected", {"table_name": "critical"})
    assert "missing: job; unexpected: jobs" in found(result, "table_name")
