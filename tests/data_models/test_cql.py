"""CQL on a real Cassandra: a keyspace is brought up to date, and never at the cost of data."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from itertools import count

import pytest
from cassandra.cluster import Session
from cassandra.metadata import TableMetadata

from data_models import cql, listed_job
from data_models.cassandra_session import cassandra_session
from data_models.tables import all_tables, query_table

NUMBERS = count()
LEDGER = {f"ledger_{of}{name}" for of in ("", "day_") for name in ("reservation", "transition", "partition")} | {
    "ledger_day",
    "ledger_erased_user",
}
OPTIONS = (cql.DEFAULT_REPLICATION, cql.DEFAULT_COMPACTION)


@pytest.fixture(scope="module")
def server(stack: object) -> Iterator[Session]:
    """A session without a keyspace."""
    with cassandra_session() as session:
        yield session


@pytest.fixture
def keyspace(server: Session) -> Iterator[str]:
    """The name of a keyspace that is not there yet; it is dropped afterwards."""
    name = f"cql_tests_{next(NUMBERS)}"
    yield name
    server.execute(f"DROP KEYSPACE IF EXISTS {name}")


def tables(session: Session, keyspace: str) -> dict[str, TableMetadata]:
    """The tables of a keyspace as the server describes them."""
    return session.cluster.metadata.keyspaces[keyspace].tables


def make(session: Session, keyspace: str, ddl: str) -> None:
    """A keyspace with one table, made by other means."""
    session.execute(cql.create_keyspace(keyspace))
    session.set_keyspace(keyspace)
    session.execute(ddl)


def test_apply_makes_every_table_and_has_nothing_to_do_the_second_time(server: Session, keyspace: str) -> None:
    assert cql.apply(server, keyspace, *OPTIONS) == cql.statements(keyspace)
    made = tables(server, keyspace)
    assert set(made) == LEDGER | {table.name for table in all_tables()}
    for table in all_tables():
        present = made[table.name]
        lists = {column.name for column in (*table.clustering, *table.values) if table.one_row} - {table.grain.value}
        assert [column.name for column in present.primary_key] == [n for n in table.key_names if n not in lists]
        assert {name: column.cql_type for name, column in present.columns.items()} == {
            column.name: f"frozen<list<{column.cql}>>" if column.name in lists else column.cql
            for column in table.columns
        }
        assert {column.name for column in present.clustering_key if column.is_reversed} == table.descending
        assert present.options["comment"] == table.question
    assert cql.apply(server, keyspace, *OPTIONS) == []


def test_a_column_that_is_missing_is_added_and_what_is_there_stays(server: Session, keyspace: str) -> None:
    table = query_table("outcomes_by_site")
    make(
        server, keyspace, cql.create_table(table.stored).replace("    co2 bigint,\n", "").replace("cores bigint,\n", "")
    )
    server.execute(
        "INSERT INTO outcomes_by_site (computingsite, day, hour, jobstatus, jobs) "
        "VALUES ('CERN', '2026-07-01', '2026-07-01T10:00Z', 'failed', 7)"
    )
    done = cql.apply(server, keyspace, *OPTIONS)
    assert [statement for statement in done if statement.startswith("ALTER")] == [
        "ALTER TABLE outcomes_by_site ADD cores bigint",
        "ALTER TABLE outcomes_by_site ADD co2 bigint",
    ]
    row = server.execute("SELECT jobs, co2, cores FROM outcomes_by_site").one()
    assert (row.jobs, row.co2, row.cores) == (7, None, None)
    assert cql.apply(server, keyspace, *OPTIONS) == []


@pytest.mark.parametrize(
    ("given", "changed", "says"),
    [
        ("((day), hour, component, code)", "((day), component, hour, code)", "its key is"),
        ("((day), hour, component, code)", "((day, hour), component, code)", "its key is"),
        ("component ASC", "component DESC", "clustering order"),
        ("n_errors bigint", "n_errors int", "column n_errors is int, its file says bigint"),
        ("code bigint", "code int", "column code is int, its file says bigint"),
        ("n_errors bigint", "n_errors bigint, mine text", "column mine holds data but is not in its file"),
    ],
)
def test_what_would_lose_data_is_refused_with_the_remedy_and_nothing_is_changed(
    server: Session, keyspace: str, given: str, changed: str, says: str
) -> None:
    ddl = cql.create_table(query_table("errors_by_hour").stored)
    assert given in ddl
    if "(day, hour)" in changed:
        ddl = ddl.replace("hour ASC, ", "")
    elif "component, hour" in changed:
        ddl = ddl.replace("hour ASC, component ASC", "component ASC, hour ASC")
    make(server, keyspace, ddl.replace(given, changed))
    with pytest.raises(cql.SchemaError, match=r"table errors_by_hour: .*new table name") as refused:
        cql.apply(server, keyspace, *OPTIONS)
    assert says in str(refused.value)
    server.cluster.refresh_keyspace_metadata(keyspace)
    assert set(tables(server, keyspace)) == {"errors_by_hour"}


FIELDS = cql.TYPES[listed_job.TYPE_NAME]


def test_a_field_that_is_missing_in_a_type_is_added_and_old_lists_stay(server: Session, keyspace: str) -> None:
    *older, (added, cql_type) = FIELDS.items()
    make(server, keyspace, cql.create_type(listed_job.TYPE_NAME, dict(older)))
    server.execute(cql.create_table(query_table("jobs_by_task").stored))
    server.execute(
        "INSERT INTO jobs_by_task (jeditaskid, hour, part, page, jobs) "
        "VALUES (7, '2026-07-01T10:00Z', 0, 0, [{pandaid: 1, jobstatus: 'failed'}])"
    )
    done = cql.apply(server, keyspace, *OPTIONS)
    assert done[0] == f"ALTER TYPE listed_job ADD {added} {cql_type}"
    [job] = server.execute("SELECT jobs FROM jobs_by_task").one().jobs
    assert (job.pandaid, job.jobstatus, getattr(job, added)) == (1, "failed", None)
    assert cql.apply(server, keyspace, *OPTIONS) == []


@pytest.mark.parametrize(
    "fields",
    [FIELDS | {"pandaid": "int"}, dict(reversed(FIELDS.items())), {"gone": "text"} | FIELDS, FIELDS | {"more": "text"}],
    ids=["changed type", "other order", "a field that went", "a field too much"],
)
def test_a_type_that_would_have_to_change_is_refused_and_nothing_is_changed(
    server: Session, keyspace: str, fields: dict[str, str]
) -> None:
    make(server, keyspace, cql.create_type(listed_job.TYPE_NAME, fields))
    with pytest.raises(cql.SchemaError, match=r"type listed_job: .*new type name"):
        cql.apply(server, keyspace, *OPTIONS)
    server.cluster.refresh_keyspace_metadata(keyspace)
    assert tables(server, keyspace) == {}


@pytest.mark.parametrize("name", ["Panda", "1panda", "panda-archive", "panda; DROP KEYSPACE x", "", "p" * 49])
def test_a_keyspace_name_that_is_no_plain_identifier_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cql.main(["--keyspace", name]) == 1
    assert "HMSF_KEYSPACE" in capsys.readouterr().err


def test_the_command_prints_the_ddl_with_the_settings_of_production(capsys: pytest.CaptureFixture[str]) -> None:
    replication = "{'class': 'NetworkTopologyStrategy', 'CERN': 3}"
    compaction = "{'class': 'LeveledCompactionStrategy'}"
    assert cql.main(["--keyspace", "k", "--replication", replication, "--compaction", compaction]) == 0
    printed = capsys.readouterr().out.rstrip().removesuffix(";").split(";\n\n")
    assert printed == cql.statements("k", replication, compaction)
    assert printed[0] == f"CREATE KEYSPACE IF NOT EXISTS k WITH replication = {replication}"
    for table in all_tables():
        made = [statement for statement in printed if statement.startswith(f"CREATE TABLE IF NOT EXISTS {table.name} ")]
        assert [compaction in statement for statement in made] == [True]


def test_the_command_applies_and_says_what_it_did(
    server: Session, keyspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cql.main(["--apply", "--keyspace", keyspace]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "CREATE TABLE IF NOT EXISTS errors_by_hour" in lines
    assert json.loads(lines[-1]) == {
        "step": "cql",
        "keyspace": keyspace,
        "statements": 1 + len(cql.TYPES) + len(LEDGER) + len(all_tables()),
    }


def test_a_server_that_is_away_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        monkeypatch.setenv("HMSF_CASSANDRA_HOST", "127.0.0.1")
        monkeypatch.setenv("HMSF_CASSANDRA_PORT", str(taken.getsockname()[1]))
        assert cql.main(["--apply"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("cql: Cassandra does not answer at 127.0.0.1 port ")
    assert "start it and run the step again" in errors
    assert len(errors.splitlines()) == 1
