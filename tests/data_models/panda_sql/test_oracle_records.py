"""Batches of the driver in the pinned schema: absent columns, blanks of CHAR, texts cut inside a character."""

from __future__ import annotations

import pyarrow as pa

from data_models.job_record import arrow_schema, columns
from data_models.panda_sql.oracle_records import pinned, requested_schema, valid_text


def test_the_driver_is_asked_for_the_pinned_types_of_what_a_table_has() -> None:
    everything = requested_schema([column.name for column in columns()])
    assert everything.equals(arrow_schema(), check_metadata=False)
    assert requested_schema({"memory_leak_x2", "pandaid"}) == pa.schema(
        [("pandaid", pa.int64()), ("memory_leak_x2", pa.decimal128(14, 3))]
    )


def test_columns_that_a_table_lacks_are_null() -> None:
    batch = pinned(pa.RecordBatch.from_pydict({"pandaid": [1, 2]}))
    assert batch.schema == arrow_schema()
    assert batch["pandaid"].to_pylist() == [1, 2]
    assert batch["nucleus"].null_count == batch["gco2_global"].null_count == 2


def test_char_loses_its_blanks_and_other_text_keeps_them() -> None:
    batch = pinned(
        pa.RecordBatch.from_pydict(
            {"maxdiskunit": ["MB  ", "    ", None, " kB "], "transexitcode": [" 65 ", " ", "", None]}
        )
    )
    assert batch["maxdiskunit"].to_pylist() == ["MB", None, None, " kB"]
    assert batch["transexitcode"].to_pylist() == [" 65 ", " ", "", None]


def test_a_text_cut_inside_a_character_stays_readable() -> None:
    cut = "Übertragung läuft für".encode()[:-2]
    raw = pa.array([b"fine", cut, None], pa.binary()).view(pa.string())
    assert valid_text(raw).to_pylist() == ["fine", "Übertragung läuft f\ufffd", None]


def test_text_that_is_valid_is_passed_on_as_it_is() -> None:
    array = pa.array(["é", None])
    assert valid_text(array) is array
