"""Replies, by the bytes that the driver reads."""

from __future__ import annotations

from .column_types import DATE, number, timestamp, varchar2
from .errors import ora
from .replies import Column, describe, end_of_call, error, no_more_rows, return_parameters, row_header, status

# Four columns: ID NUMBER(10), V VARCHAR2(20), D DATE, T TIMESTAMP(6).
DESCRIBED = """
1000013c010400
02000a00011600000000000000010201020249440000010100
01000000011400000000020369010114010101010156000001 0200
0c0000000107000000000000000101010101440000010300
b4000006010b000000000000000101010101540000010400
000000000000
"""


def test_a_description_has_its_known_bytes() -> None:
    kinds = {"ID": number(10), "V": varchar2(20, bytes_only=True), "D": DATE, "T": timestamp()}
    columns = [Column(name, kind) for name, kind in kinds.items()]
    assert describe(columns).hex() == "".join(DESCRIBED.split())


def test_the_end_of_a_call_that_went_well_is_thirty_zeros() -> None:
    assert end_of_call() == b"\x04" + bytes(30)


def test_the_end_of_a_fetch_names_cursor_and_rows() -> None:
    assert end_of_call(2, 1)[:10] == bytes.fromhex("04000000000000010100")
    assert end_of_call(2, 1)[-2:] == b"\x01\x02"


def test_an_error_brings_number_place_and_text() -> None:
    message = error(ora(942, position=14))
    assert message[:10] == bytes.fromhex("0400000000000000010e")
    assert message.endswith(b"\x02\x03\xae\x00\x27ORA-00942: table or view does not exist")


def test_no_more_rows_is_error_1403() -> None:
    assert no_more_rows(3, 1).endswith(b"\x02\x05\x7b\x01\x03\x18ORA-01403: no data found")


def test_the_short_messages_have_their_known_bytes() -> None:
    assert status().hex() == "090000"
    assert return_parameters().hex() == "0800000000"
    assert row_header().hex() == "06000101000101000000"
