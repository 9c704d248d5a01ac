"""A simulated day has the shape of a real one, and is the same whenever it is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_models.error_dictionary import error_codes
from data_models.job_record import arrow_schema, columns
from stack import __main__ as stack_command
from stack import simulate as simulate_command
from stack.errors import StackError
from stack.job_files.values import limit_of
from stack.simulate import load_day, simulate
from stack.simulated.dirt import PATCHES
from stack.simulated.draw import MAX_JOBS, first_pandaid

DAY = date(2026, 7, 1)
JOBS = 60_000
CODES = {
    "pilot": "piloterrorcode",
    "executor": "exeerrorcode",
    "supervisor": "superrorcode",
    "dataservice": "ddmerrorcode",
    "jobdispatcher": "jobdispatchererrorcode",
    "taskbuffer": "taskbuffererrorcode",
    "brokerage": "brokerageerrorcode",
    "transform": "TRY_CAST(transexitcode AS INT)",
}
days_and_seeds = st.tuples(st.dates(date(2024, 7, 1), date(2040, 1, 1)), st.integers(0, 3))


def day_of(*args, **kwargs) -> pa.Table:
    return pa.Table.from_batches(simulate(*args, **kwargs))


@pytest.fixture(scope="module")
def jobs() -> pa.Table:
    return day_of(DAY, JOBS, 1)


def ask(jobs: pa.Table, question: str) -> list[tuple]:
    """DuckDB's answer to a question on the table `jobs`."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.register("jobs", jobs).execute(question).fetchall()


def share(jobs: pa.Table, condition: str, among: str = "true") -> float:
    return ask(jobs, f"SELECT count(*) FILTER ({condition}) / count(*) FROM jobs WHERE {among}")[0][0]


# The contract


def test_rows_fit_the_job_record(jobs: pa.Table) -> None:
    assert jobs.schema == arrow_schema()
    assert jobs.num_rows == JOBS
    for column in columns():
        values = jobs[column.name]
        if not column.nullable:
            assert values.null_count == 0, column.name
        if column.max_chars:
            longest = ask(jobs, f"SELECT max(length({column.name})) FROM jobs")[0][0] or 0
            assert longest <= column.max_chars, column.name
        if column.kind == "integer":
            assert (ask(jobs, f"SELECT max(abs({column.name})) FROM jobs")[0][0] or 0) <= limit_of(column), column.name


def test_texts_are_cut_where_the_server_cuts_them(jobs: pa.Table) -> None:
    for name, cut in (
        ("piloterrordiag", 500),
        ("exeerrordiag", 500),
        ("superrordiag", 250),
        ("taskbuffererrordiag", 300),
    ):
        assert ask(jobs, f"SELECT max(length({name})) <= {cut} FROM jobs") == [(True,)]
    assert ask(jobs, "SELECT max(length(exeerrordiag)) FROM jobs") == [(500,)]


# Who and how often


def test_states_are_mixed_as_in_an_archive(jobs: pa.Table) -> None:
    assert 0.80 < share(jobs, "jobstatus = 'finished'") < 0.87
    assert 0.09 < share(jobs, "jobstatus = 'failed'") < 0.13
    for state in ("cancelled", "closed"):
        assert 0.01 < share(jobs, f"jobstatus = '{state}'") < 0.05
    assert 0 < share(jobs, "jobstatus = 'merging'") < 0.001
    assert ask(jobs, "SELECT count(DISTINCT jobstatus) FROM jobs") == [(5,)]


@pytest.mark.parametrize(
    ("entity", "at_least", "top_ten"),
    [("computingsite", 250, (0.2, 0.6)), ("jeditaskid", 1_000, (0.3, 0.7)), ("produsername", 100, (0.5, 0.98))],
)
def test_sites_tasks_and_users_are_heavy_tailed(jobs: pa.Table, entity: str, at_least: int, top_ten: tuple) -> None:
    counts = [n for (n,) in ask(jobs, f"SELECT count(*) AS n FROM jobs GROUP BY {entity} ORDER BY n DESC")]
    assert len(counts) >= at_least
    assert top_ten[0] < sum(counts[:10]) / JOBS < top_ten[1]
    assert counts[-1] < counts[0] / 50


def test_a_dozen_codes_make_up_nearly_all_errors_and_nearly_all_are_known(jobs: pa.Table) -> None:
    union = " UNION ALL ".join(
        f"SELECT '{name}' AS component, {code} AS code FROM jobs WHERE jobstatus = 'failed' AND {code} > 0"
        for name, code in CODES.items()
    )
    counts = ask(jobs, f"SELECT component, code, count(*) AS n FROM ({union}) GROUP BY ALL ORDER BY n DESC")
    total = sum(n for *_, n in counts)
    assert sum(n for *_, n in counts[:15]) / total > 0.6
    assert len(counts) > 80
    assert [pair[:2] for pair in counts if pair[:2] not in error_codes()] == []


def test_a_payload_failure_gives_three_codes(jobs: pa.Table) -> None:
    payload = "jobstatus = 'failed' AND piloterrorcode = 1305"
    assert share(jobs, payload, "jobstatus = 'failed'") > 0.25
    assert share(jobs, "transexitcode = exeerrorcode::text AND exeerrorcode > 0 AND exeerrordiag != ''", payload) > 0.9


def test_worker_errors_come_in_pairs_and_final_states_have_their_taskbuffer_codes(jobs: pa.Table) -> None:
    assert share(jobs, "superrorcode > 1000 AND superrordiag != ''", "taskbuffererrorcode = 300") == 1
    assert share(jobs, "taskbuffererrorcode BETWEEN 100 AND 130", "jobstatus IN ('closed', 'cancelled')") == 1
    assert 0 < share(jobs, "piloterrorcode > 0 OR superrorcode > 0", "jobstatus = 'finished'") < 0.03
    assert (
        0 < share(jobs, "jobdispatchererrorcode = 0 AND jobdispatchererrordiag != ''", "jobstatus = 'finished'") < 0.03
    )


def test_one_site_and_one_task_are_broken_for_hours(jobs: pa.Table) -> None:
    sites = ask(
        jobs,
        "SELECT count(*) FILTER (jobstatus = 'failed') / count(*), max(n) / sum(n) FROM (SELECT *, count(*) FILTER "
        "(jobstatus = 'failed') OVER (PARTITION BY hour(modificationtime), computingsite) AS n FROM jobs) "
        "GROUP BY hour(modificationtime), computingsite HAVING count(*) FILTER (jobstatus = 'failed') > 150",
    )
    assert sites and all(rate > 0.8 for rate, _ in sites)
    tasks = ask(
        jobs,
        "SELECT count(*) FILTER (jobstatus = 'failed') / count(*) AS rate FROM jobs "
        "GROUP BY jeditaskid, hour(modificationtime) // 6 HAVING count(*) > 100 ORDER BY rate DESC",
    )
    assert tasks[0][0] > 0.8


# When


def test_jobs_lie_within_the_day_on_whole_seconds_and_on_every_full_hour(jobs: pa.Table) -> None:
    first, last = ask(jobs, "SELECT min(modificationtime), max(modificationtime) FROM jobs")[0]
    assert first == datetime(2026, 7, 1, tzinfo=UTC)
    assert last < datetime(2026, 7, 2, tzinfo=UTC)
    on_the_hour = "minute(modificationtime) = 0 AND second(modificationtime) = 0"
    assert ask(jobs, f"SELECT count(DISTINCT hour(modificationtime)) FROM jobs WHERE {on_the_hour}") == [(24,)]
    assert ask(jobs, "SELECT count(*) FROM jobs WHERE epoch_us(modificationtime) % 1000000 != 0") == [(0,)]
    by_hour = ask(jobs, "SELECT count(*) AS n FROM jobs GROUP BY hour(modificationtime) ORDER BY n")
    assert 1.2 < by_hour[-1][0] / by_hour[0][0] < 3


def test_times_of_a_job_are_in_order(jobs: pa.Table) -> None:
    assert share(jobs, "creationtime <= starttime AND starttime <= endtime", "starttime IS NOT NULL") == 1
    assert share(jobs, "endtime <= modificationtime AND modificationtime <= statechangetime") == 1
    assert 0 < share(jobs, "statechangetime > modificationtime") < 0.01
    assert (
        share(jobs, "modificationtime - endtime > INTERVAL 2 HOUR", "jobdispatchererrordiag LIKE 'lost heartbeat%'")
        > 0.9
    )
    wall = ask(jobs, "SELECT median(epoch(endtime - starttime)) FROM jobs WHERE jobstatus = 'finished'")[0][0]
    assert 360 < wall < 9_400


def test_jobs_that_did_not_run_used_nothing(jobs: pa.Table) -> None:
    idle = "starttime IS NULL"
    assert share(jobs, idle, "jobstatus = 'closed'") > 0.5
    assert (
        share(
            jobs,
            "coalesce(hs06sec, actualcorecount, maxrss, cpuconsumptiontime) = 0 AND modificationhost IS NULL",
            idle,
        )
        == 1
    )
    assert share(jobs, "modificationhost ~ '^slot1_\\d+@node\\d{4}\\..*\\.example\\.org$'", f"NOT {idle}") == 1


# Again and again


def test_the_same_arguments_give_the_same_jobs() -> None:
    assert day_of(DAY, 2_000, 5).equals(day_of(DAY, 2_000, 5))
    assert not day_of(DAY, 2_000, 5).equals(day_of(DAY, 2_000, 6))


def test_tasks_go_on_from_day_to_day() -> None:
    days = [set(day_of(date(2026, 7, day), 5_000, 1)["jeditaskid"].to_pylist()) for day in (1, 2)]
    assert len(days[0] & days[1]) > 50


@settings(deadline=None, max_examples=50)
@given(days_and_seeds, days_and_seeds)
def test_days_and_seeds_have_pandaids_of_their_own(one: tuple[date, int], other: tuple[date, int]) -> None:
    assert one == other or abs(first_pandaid(*one) - first_pandaid(*other)) >= MAX_JOBS
    assert 0 < first_pandaid(*one) < 10**11 - MAX_JOBS


@pytest.mark.parametrize("count", [1, 2, 30, 997])
def test_any_number_of_jobs_has_distinct_pandaids_and_begins_at_midnight(count: int) -> None:
    jobs = day_of(DAY, count, 0, dirt=True)
    assert len(set(jobs["pandaid"].to_pylist())) == jobs.num_rows == count
    assert min(jobs["pandaid"].to_pylist()) >= first_pandaid(DAY, 0)
    assert jobs["modificationtime"][0].as_py() == datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "count", "seed"), [(DAY, 0, 1), (DAY, MAX_JOBS + 1, 1), (date(2020, 1, 1), 5, 1), (DAY, 5, -1)]
)
def test_what_cannot_be_simulated_is_refused(day: date, count: int, seed: int) -> None:
    with pytest.raises(StackError, match="give"):
        simulate(day, count, seed)


# Dirt


def test_dirt_is_within_the_number_of_jobs_and_leaves_the_others_as_they_are() -> None:
    clean, dirty = day_of(DAY, 1_000, 1), day_of(DAY, 1_000, 1, dirt=True)
    changed = [a != b for a, b in zip(clean.to_pylist(), dirty.to_pylist(), strict=True)]
    assert len(PATCHES) - 3 <= sum(changed) <= len(PATCHES)
    exits = {code for (code,) in ask(dirty, "SELECT transexitcode FROM jobs")}
    assert {"abc", "65.0", " 65 ", "-1", ""} <= exits
    states = {state for (state,) in ask(dirty, "SELECT jobstatus FROM jobs")}
    assert {"unknown", "activated"} <= states
    ((longest,),) = ask(dirty, "SELECT ddmerrordiag FROM jobs WHERE length(ddmerrordiag) = 700")
    assert "\n" in longest and '"' in longest and "🙈" in longest


# Loading


def counts(panda) -> tuple[int, int]:
    question = (
        "SELECT (SELECT count(*) FROM doma_panda.jobsarchived4), (SELECT count(*) FROM doma_pandaarch.jobsarchived)"
    )
    return panda.ask(question)[0]


def test_a_day_is_loaded_once_and_replaced_on_request(panda) -> None:
    load_day(panda.uri, DAY, 300, 1)
    load_day(panda.uri, DAY, 200, 2)
    assert counts(panda) == (500, 0)
    with pytest.raises(StackError, match="has jobs of 2026-07-01 and seed 1: give --replace, or another day or seed"):
        load_day(panda.uri, DAY, 300, 1)
    load_day(panda.uri, date(2026, 7, 2), 50, 1)
    load_day(panda.uri, DAY, 100, 1, replace=True)
    assert counts(panda) == (150, 0)


def test_a_loaded_day_is_the_simulated_one(panda) -> None:
    load_day(panda.uri, DAY, 300, 1, dirt=True)
    names = arrow_schema().names
    found = panda.ask(f"SELECT {', '.join(names)} FROM doma_panda.jobsarchived4 ORDER BY modificationtime, pandaid")
    wanted = sorted(
        day_of(DAY, 300, 1, dirt=True).to_pylist(), key=lambda row: (row["modificationtime"], row["pandaid"])
    )
    for got, row in zip(found, wanted, strict=True):
        aware = [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in got]
        padded = {"maxdiskunit": "MB  ", "ipconnectivity": "yes  "}
        assert dict(zip(names, aware, strict=True)) == row | padded


def test_dirt_puts_copies_of_some_jobs_into_the_archive(panda) -> None:
    load_day(panda.uri, DAY, 300, 1, dirt=True)
    recent, archived = counts(panda)
    both = panda.ask("SELECT count(*) FROM doma_panda.jobsarchived4 JOIN doma_pandaarch.jobsarchived USING (pandaid)")
    assert recent == 300
    assert 10 < archived <= 30
    assert both == [(archived,)]


def test_the_command_says_what_it_did(panda, monkeypatch, capsys) -> None:
    monkeypatch.setattr(simulate_command, "owner_uri", lambda: panda.uri)
    words = ["simulate", "--day", "2026-07-03", "--jobs", "40", "--seed", "9"]
    assert stack_command.main(words) == 0
    assert capsys.readouterr().out.startswith("simulated 40 jobs of 2026-07-03 in ")
    assert stack_command.main(words) == 1
    assert "give --replace" in capsys.readouterr().err
    assert stack_command.main([*words, "--replace", "--dirt"]) == 0
    assert counts(panda)[0] == 40
