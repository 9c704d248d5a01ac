"""Files of jobs are imported whole, in every usual form, or not at all with an error that says where."""
# ruff: noqa: E501 (the table of bad files)

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_models.job_record import Column
from stack import __main__ as stack_command
from stack import endpoints, panda_import
from stack.job_files.problem import PandaImportError
from stack.job_files.values import limit_of
from stack.panda_import import import_file
from stack.panda_schema import SCHEMAS, columns_of
from stack.simulate import simulate

HEADER = "PANDAID,ModificationTime,transexitcode,PILOTERRORCODE,computingsite\n"
GOOD = '1,2026-07-01 00:00:00,65,1305,"A\nB"\n'


def contents(panda, columns: str = "pandaid", table: str = "jobsarchived4") -> list[tuple]:
    return panda.ask(f"SELECT {columns} FROM {SCHEMAS[table]}.{table} ORDER BY pandaid, modificationtime")


# Forms


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pandaid": [6000000001, 6000000002, 6000000003],
            "MODIFICATIONTIME": pd.to_datetime(["2026-06-30 23:59:59", "2026-07-01 00:00:00", "2026-07-01 10:00:00"]),
            "transexitcode": [65.0, np.nan, 1.0],
            "piloterrorcode": [1305.0, np.nan, 0.0],
            "computingsite": pd.Categorical(["CERN", None, 'a "b"\nö']),
            "gco2_global": [1.25, np.nan, 0.0],
        },
        index=[7, 8, 9],
    )


FORMS = {
    "parquet": lambda path: frame().to_parquet(path),
    "jobs.csv": lambda path: frame().to_csv(path, index=False),
    "with_index.csv": lambda path: frame().to_csv(path),
    "packed.csv.gz": lambda path: frame().to_csv(path, index=False, compression="gzip"),
    "windows.csv": lambda path: frame().to_csv(path, index=False, lineterminator="\r\n", encoding="utf-8-sig"),
    "semicolons.csv": lambda path: frame().to_csv(path, index=False, sep=";"),
    "tabs.tsv": lambda path: frame().to_csv(path, index=False, sep="\t"),
    "epochs.jsonl": lambda path: frame().to_json(path, orient="records", lines=True),
    "iso.ndjson.gz": lambda path: frame().to_json(
        path, orient="records", lines=True, date_format="iso", compression="gzip"
    ),
    "array.json": lambda path: frame().to_json(path, orient="records"),
    "indented.json": lambda path: frame().to_json(path, orient="records", indent=1),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_that_pandas_writes_gives_the_same_rows(panda, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    FORMS[name](path)
    assert import_file(panda.uri, path, "jobsarchived4") == 3
    rows = contents(panda, "pandaid, modificationtime::text, transexitcode, piloterrorcode, computingsite, gco2_global")
    exit_codes = ("65", "1") if name == "parquet" else ("65.0", "1.0")  # text keeps what the file says
    assert rows == [
        (6000000001, "2026-06-30 23:59:59", exit_codes[0], 1305, "CERN", Decimal("1.25")),
        (6000000002, "2026-07-01 00:00:00", None, 0, None, None),
        (6000000003, "2026-07-01 10:00:00", exit_codes[1], 0, 'a "b"\nö', Decimal("0.00")),
    ]


def test_csv_tells_null_from_empty_text(panda, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text(HEADER + '1,2026-07-01,,,""\n2,2026-07-01,\\N,"",\n3,2026-07-01,"\\N",0,\n')
    import_file(panda.uri, path)
    assert contents(panda, "transexitcode, computingsite, piloterrorcode") == [
        (None, "", 0),
        (None, None, 0),
        ("\\N", None, 0),
    ]


def test_json_numbers_stand_in_text_as_written_and_objects_may_differ(panda, tmp_path: Path) -> None:
    path = tmp_path / "jobs.json"
    path.write_text(
        '\ufeff{"pandaid": 1, "modificationtime": "2026-07-01T00:00:00Z", "transexitcode": 65}\n\n'
        '{"PandaID": "2", "transexitcode": 6.50, "modificationtime": "2026-07-01T02:00:00+02:00"}\n'
        '{"modificationtime": "2026-07-01 00:00:00.5", "piloterrorcode": NaN, "pandaid": 3.0}',
        encoding="utf-8",
    )
    assert import_file(panda.uri, path) == 3
    assert contents(panda, "transexitcode, modificationtime::text") == [
        ("65", "2026-07-01 00:00:00"),
        ("6.50", "2026-07-01 00:00:00"),
        (None, "2026-07-01 00:00:00.5"),
    ]


def test_missing_columns_get_the_tables_default_and_months_are_made(panda, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("pandaid,modificationtime\n1,2019-01-31 23:59:59\n2,2019-02-01 00:00:00\n3,2019-04-01\n")
    import_file(panda.uri, path)
    assert contents(panda, "jobstatus, prodsourcelabel, starttime::text")[0] == (
        "activated",
        "managed",
        "1970-01-01 00:00:00",
    )
    partitions = panda.ask("SELECT tableoid::regclass::text FROM doma_panda.jobsarchived4 ORDER BY pandaid")
    assert [name[-7:] for (name,) in partitions] == ["2019_01", "2019_02", "2019_04"]


@pytest.mark.parametrize("text", ["pandaid,modificationtime\n", "pandaid,modificationtime", "[]"])
def test_a_file_without_rows_is_imported_as_none(panda, tmp_path: Path, text: str) -> None:
    path = tmp_path / "jobs"
    path.write_text(text)
    assert import_file(panda.uri, path) == 0


# Round trip


def value_of(column: Column) -> st.SearchStrategy:
    """Any value that the column takes and PostgreSQL gives back unchanged."""
    match column.kind:
        case "integer":
            values: st.SearchStrategy = st.integers(-limit_of(column), limit_of(column))
        case "decimal":
            precision, scale = column.precision_scale
            largest = 10**precision - 1
            values = st.integers(-largest, largest).map(lambda units: Decimal(units).scaleb(-scale))
        case "time":
            values = st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))  # noqa: DTZ001
        case _:
            alphabet = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
            values = st.text(alphabet, max_size=min(column.max_chars or 500, 500))
            values = values.map(lambda text: text.rstrip(" ")) if column.padded else values
    return values | st.none() if column.nullable else values


def as_table(rows: list[dict]) -> pa.Table:
    columns = columns_of("jobsarchived")
    return pa.Table.from_pylist(rows, pa.schema([(column.name, column.arrow) for column in columns]))


def write_csv(table: pa.Table, path: Path) -> None:
    naive = [pa.field(f.name, pa.timestamp("us") if pa.types.is_timestamp(f.type) else f.type) for f in table.schema]
    arrow_csv.write_csv(table.cast(pa.schema(naive)), path)


def write_json(table: pa.Table, path: Path) -> None:
    def plain(value: Decimal | datetime) -> str:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    path.write_text("\n".join(json.dumps(row, default=plain) for row in table.to_pylist()))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.fixed_dictionaries({column.name: value_of(column) for column in columns_of("jobsarchived")}))
def test_every_column_comes_back_as_it_went_in(panda, tmp_path_factory: pytest.TempPathFactory, row: dict) -> None:
    path = tmp_path_factory.mktemp("round") / "file"
    row = {**row, "pandaid": 1}
    for write in (write_csv, write_json, pq.write_table):
        panda.ask("TRUNCATE doma_pandaarch.jobsarchived")
        write(as_table([row]), path)
        import_file(panda.uri, path, "jobsarchived")
        ((*values,),) = contents(panda, ", ".join(row), "jobsarchived")
        found = dict(zip(row, values, strict=True))
        for column in columns_of("jobsarchived"):
            value = found[column.name]
            if isinstance(value, datetime):
                found[column.name] = value.replace(tzinfo=UTC)
            elif column.padded and value:
                found[column.name] = value.rstrip(" ")
        assert found == row


# Errors


def bad_csv(rows: str, header: str = HEADER) -> bytes:
    return (header + GOOD + rows).encode()


BAD = {
    "not a number": (bad_csv("2,2026-07-01,65,abc,X\n"), "line 4, column piloterrorcode, value 'abc': expected a whole number"),
    "out of range": (bad_csv("2,2026-07-01,65,2147483648,X\n"), "line 4, column piloterrorcode, value '2147483648': expected"),
    "64 bits": (bad_csv("99999999999999999999,2026-07-01,65,1,X\n"), "line 4, column pandaid, value '99999999999999999999'"),
    "too long": (bad_csv(f"2,2026-07-01,65,1,{'x' * 129}\n"), "expected at most 128 characters, not 129"),
    "bad time": (bad_csv("2,2026-13-01,65,1,X\n"), "line 4, column modificationtime, value '2026-13-01': expected a time"),
    "nul": (bad_csv("2,2026-07-01,6\0,1,X\n"), r"line 4, column transexitcode, value '6\x00': expected text without NUL"),
    "not utf-8": (bad_csv("") + b"2,2026-07-01,\xff,1,X\n", r"line 4, column transexitcode, value b'\xff': expected UTF-8"),
    "null key": (bad_csv("2,,65,1,X\n"), "line 4, column modificationtime, value NULL: expected a value"),
    "null pandaid": (bad_csv(",2026-07-01,65,1,X\n"), "line 4, column pandaid, value NULL: expected a value"),
    "unknown column": (b"pandaid,modificationtimes\n", "line 1: the job tables have no column 'modificationtimes'; did you mean modificationtime?"),
    "column twice": (b"pandaid,modificationtime,PANDAID\n", "line 1: column pandaid is given twice"),
    "no key column": (b"pandaid\n1\n", "line 2: there is no column modificationtime, and every job needs it"),
    "few fields": (bad_csv("2,2026-07-01,65\n"), "line 4: 3 fields; expected 5 as in the header"),
    "many fields": (bad_csv("2,2026-07-01,65,1,X,Y,Z\n"), "line 4: 7 fields; expected 5 as in the header"),
    "same key": (bad_csv("2,2026-07-01,65,1,X\n1,2026-07-01T00:00:00Z,,,\n"), "line 5, column pandaid, value 1: expected a primary key of its own, but line 2 has it too"),
    "open quote": (bad_csv('2,2026-07-01,65,1,"X\n3,2026-07-01,65,1,Y\n'), "line 4: quotes do not match"),
    "empty": (b"", "the file is empty"),
    "utf-16": ("pandaid,modificationtime\n".encode("utf-16"), "line 1, value "),
    "cut gzip": (gzip.compress(bad_csv("2,2026-07-01,65,1,X\n"))[:-9], "cannot be unpacked"),
    "json syntax": (b'{"pandaid": 1,\n "modificationtime": "2026-07-01"}\n{"pandaid": 2\n "x": 1}\n', "line 4: no valid JSON"),
    "json cut": (b'[{"pandaid": 1, "modificationtime": "2026-07-01"},\n', "line 2: the file ends within the array"),
    "json after array": (b'[{"pandaid": 1, "modificationtime": "2026-07-01"}]\n{"pandaid": 2}', "line 2: expected nothing after"),
    "json nested": (b'{"pandaid": 1, "modificationtime": "2026-07-01", "jobmetrics": {"a": 1}}', "line 1, column jobmetrics, value {'a': '1'}: expected a text"),
    "json scalar": (b'[1, 2]', "line 1: expected objects"),
    "json nul": (b'{"pandaid": 1, "modificationtime": "2026-07-01", "jobname": "a\\u0000"}', "column jobname, value 'a\\x00': expected text without NUL"),
    "json surrogate": (b'{"pandaid": 1, "modificationtime": "2026-07-01", "jobname": "\\ud800"}', "column jobname, value '\\ud800': expected text that UTF-8"),
    "json not utf-8": (b'{"pandaid": 1, "modificationtime": "2026-07-01"}\n{"jobname": "\xff"}', "line 2, value b'\\xff': expected UTF-8"),
    "json unknown name": (b'{"pandaid": 1, "modificationtime": "2026-07-01"}\n{"pandaids": 2}', "line 2: the job tables have no column 'pandaids'; did you mean pandaid?"),
    "no parquet": (b"PAR1 but no more", "cannot be read as Parquet"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_loads_nothing_and_the_error_is_one_line_that_says_where(panda, tmp_path: Path, name: str) -> None:
    data, expected = BAD[name]
    path = tmp_path / "bad file"
    path.write_bytes(data)
    with pytest.raises(PandaImportError) as caught:
        import_file(panda.uri, path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert expected in message
    assert "\n" not in message
    assert contents(panda) == []


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("piloterrorcode", [1.0, 1.5], "row 2, column piloterrorcode, value 1.5: expected a whole number"),
        ("computingsite", ["a", "b" * 200], "row 2, column computingsite"),
        ("computingsite", [b"a", b"\xff"], r"row 2, column computingsite, value b'\xff': expected UTF-8 text"),
        ("jobmetrics", [[1], [2]], "row 1, column jobmetrics, value 'list<"),
        ("pandaid", [1, 1], "row 2, column pandaid, value 1: expected a primary key of its own, but row 1 has it too"),
        ("starttime", [date(2026, 1, 1), None], ""),
        ("starttime", [True, False], "row 1, column starttime, value True: expected a time"),
    ],
)
def test_parquet_errors_name_the_row(panda, tmp_path: Path, column: str, values: list, expected: str) -> None:
    day = datetime(2026, 7, 1, tzinfo=UTC)
    pq.write_table(pa.table({"pandaid": [1, 2], "modificationtime": [day, day]} | {column: values}), tmp_path / "p")
    if not expected:
        assert import_file(panda.uri, tmp_path / "p") == 2
        return
    with pytest.raises(PandaImportError) as caught:
        import_file(panda.uri, tmp_path / "p")
    assert expected in str(caught.value)
    assert contents(panda) == []


def test_a_key_that_the_table_has_is_named_and_the_table_stays(panda, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text(HEADER + GOOD)
    import_file(panda.uri, path)
    path.write_text(HEADER + "2,2026-07-01,,,\n" + GOOD)
    with pytest.raises(PandaImportError, match=r"line 3, column pandaid, value 1: .*jobsarchived4 has it already"):
        import_file(panda.uri, path)
    assert contents(panda) == [(1,)]


def test_an_error_late_in_a_large_file_undoes_all_and_gives_the_physical_line(panda, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = "".join(f'{number},2026-08-01,65,1,"a\nb"\n' for number in range(60_000))
    path.write_text(HEADER + rows + "70000,2026-08-01,65,one,X\n")
    with pytest.raises(PandaImportError, match="line 120002, column piloterrorcode, value 'one'"):
        import_file(panda.uri, path)
    assert contents(panda) == []
    assert panda.ask("SELECT to_regclass('doma_panda.jobsarchived4_p2026_08')") == [(None,)]


def test_a_server_that_is_away_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "f").write_text(HEADER + GOOD)
    with pytest.raises(endpoints.StackError, match=r"PostgreSQL: .*refused") as caught:
        import_file("postgresql://nobody@127.0.0.1:1/none", tmp_path / "f")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_line(panda, tmp_path: Path) -> None:
    with pytest.raises(PandaImportError, match="cannot be read: No such file"):
        import_file(panda.uri, tmp_path / "none.csv")


# Command


def test_the_command_says_what_it_loaded_or_what_is_wrong(panda, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(panda_import, "owner_uri", lambda: panda.uri)
    path = tmp_path / "jobs.csv"
    path.write_text(HEADER + GOOD + "2,2026-07-01 10:30:00,,,\n")
    assert stack_command.main(["import", str(path), "--table", "jobsarchived"]) == 0
    said = capsys.readouterr().out
    assert "imported 2 rows into doma_pandaarch.jobsarchived in " in said
    assert said.endswith("MODIFICATIONTIME 2026-07-01 00:00:00 to 2026-07-01 10:30:00 UTC\n")
    path.write_text(HEADER + "1,x,,,\n")
    assert stack_command.main(["import", str(path)]) == 1
    assert capsys.readouterr().err.startswith(f"stack: {path}, line 2, column modificationtime, value 'x'")


def test_a_simulated_day_comes_back_the_same_from_every_format(panda, tmp_path: Path) -> None:
    table = pa.Table.from_batches(simulate(date(2026, 7, 1), 500, 1, dirt=True))
    names = table.schema.names
    answers = []
    for write in (write_csv, write_json, pq.write_table):
        panda.ask("TRUNCATE doma_panda.jobsarchived4")
        write(table, tmp_path / "day")
        assert import_file(panda.uri, tmp_path / "day") == 500
        answers.append(contents(panda, ", ".join(names)))
    assert answers[0] == answers[1] == answers[2]
