"""Names taken out of job records: what is replaced, what is not, and that it is found where it is left."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.erased_users import digest, state_of
from data_models.erasure import NO_ERASURE, Erasure, Search
from data_models.job_record import arrow_schema
from data_models.staged_record import ARCHIVED_COLUMNS, archived_records, staged_records

NAME, PSEUDONYM = "Erika Muster", "erased-1"
KNOWN = Erasure({digest(NAME): PSEUDONYM}, {NAME: PSEUDONYM})
LISTED = Erasure({digest(NAME): PSEUDONYM}, {})
SEARCH = Search(frozenset({NAME}))


def records(*jobs: dict[str, Any]) -> pa.RecordBatch:
    """Job records with these columns; the others are NULL."""
    return pa.RecordBatch.from_pylist([{"pandaid": 1} | job for job in jobs], arrow_schema())


def erased(erasure: Erasure, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
    """The same without names, and without columns that are NULL."""
    rows = erasure.erased(records(*jobs)).to_pylist()
    return [{name: value for name, value in row.items() if value is not None and name != "pandaid"} for row in rows]


@pytest.mark.parametrize("erasure", [KNOWN, LISTED])
def test_the_users_own_jobs_lose_name_certificate_and_mentions(erasure: Erasure) -> None:
    own = {"produsername": f" {NAME}", "produserid": "mail@x", "jobname": f"user.{NAME}.1", "jobstatus": "failed"}
    [found] = erased(erasure, own)
    assert found == {
        "produsername": PSEUDONYM,
        "produserid": PSEUDONYM,
        "jobname": f"user.{PSEUDONYM}.1",
        "jobstatus": "failed",
    }


def test_a_user_without_a_name_is_known_by_the_certificate() -> None:
    erasure = Erasure({digest("/CN=E"): PSEUDONYM}, {})
    assert erased(erasure, {"produsername": " ", "produserid": "/CN=E"}) == [
        {"produsername": PSEUDONYM, "produserid": PSEUDONYM}
    ]


def test_other_users_keep_their_names_and_lose_mentions() -> None:
    other = {"produsername": f"{NAME} II", "piloterrordiag": f"killed by {NAME}", "exeerrordiag": f"x{NAME}y"}
    assert erased(KNOWN, other) == [other | {"piloterrordiag": f"killed by {PSEUDONYM}"}]


def test_words_of_panda_are_not_replaced() -> None:
    job = {"jobstatus": "failed", "computingsite": "failed", "piloterrordiag": "failed"}
    assert erased(Erasure({}, {"failed": "x"}), job) == [job | {"piloterrordiag": "x"}]


def test_records_without_the_name_are_the_same_batch() -> None:
    batch = records({"produsername": "bob"})
    assert NO_ERASURE.erased(batch) is batch
    assert LISTED.erased(batch) is batch


@given(st.sampled_from([NAME, "größer 🚧 (x)", 'a"b\\c', "C++ /DC=ch"]), st.text(), st.text())
def test_what_is_erased_is_not_found_any_more_in_the_archived_form(name: str, before: str, after: str) -> None:
    batch = records({"produsername": name, "produserid": name, "jobname": f"{before}{name}{after}"})
    erasure, search = Erasure({digest(name): "gone"}, {name: "gone"}), Search(frozenset({name}))
    [row] = staged_records(erasure.erased(batch)).select(list(ARCHIVED_COLUMNS)).to_pylist()
    assert not search.in_row(row)
    assert json.loads(row["packed"])["produserid"] == "gone"


def test_archived_records_are_the_records_again() -> None:
    batch = records({"produsername": NAME, "jobname": 'ä"\n', "hs06sec": 7, "attemptnr": 1}, {})
    staged = staged_records(batch)
    assert archived_records(staged.select(list(ARCHIVED_COLUMNS))).equals(batch)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"produsername": NAME}, True),
        ({"produsername": f"{NAME} II"}, False),
        ({"jobs": [{"produsername": "bob"}, {"produsername": NAME}]}, True),
        ({"packed": json.dumps({"jobname": f"\n{NAME}"})}, True),
        ({"template": f"killed by {NAME}", "samples": [1]}, True),
        ({"kind": "user", "entity": NAME}, True),
        ({"kind": "site", "entity": NAME}, False),
        ({"computingsite": NAME, "n": 1, "x": None}, False),
    ],
)
def test_a_name_is_found_in_any_cell(row: dict[str, Any], found: bool) -> None:
    assert SEARCH.in_row(row) is found


def test_texts_are_searched_whatever_times_a_record_has() -> None:
    far = pa.array([2**61, 0], pa.timestamp("us", tz="UTC"))
    batch = pa.RecordBatch.from_pydict({"starttime": far, "jobname": pa.array([NAME, None])})
    assert SEARCH.in_texts(batch).to_pylist() == [True, False]


def test_a_digest_is_of_the_name_in_keys_and_the_list_has_a_state() -> None:
    assert digest(f" {NAME} ") == digest(NAME) != digest(NAME.lower())
    assert state_of({"a": "1", "b": "2"}) == state_of({"b": "2", "a": "1"}) != state_of({"a": "1"})
