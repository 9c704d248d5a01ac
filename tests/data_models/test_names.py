"""Names in keys: one rule for loaders (Arrow) and readers (Python), and a stand-in that no real name can be."""

from __future__ import annotations

import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.names import UNKNOWN, UNKNOWN_TASK, normal_name, normal_names, normal_tasks, worker_nodes

# Arrow holds UTF-8, which has no surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PARENTHESES = st.builds("{}{}{}".format, st.text("("), st.sampled_from(["unknown", "Unknown", ""]), st.text(")"))
NAMES = st.one_of(st.none(), TEXTS, PARENTHESES, st.builds("{}(unknown){}".format, TEXTS, TEXTS))


def loaded(*candidates: str | None) -> str:
    """A name as a loader writes it."""
    return normal_names(*(pa.array([name], pa.string()) for name in candidates))[0].as_py()


@given(NAMES)
def test_loaders_and_readers_write_a_name_alike(name: str | None) -> None:
    assert loaded(name) == normal_name(name)


def test_loaders_and_readers_take_the_same_characters_for_blanks() -> None:
    names = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    assert normal_names(pa.array(names)).to_pylist() == [normal_name(name) for name in names]


@given(NAMES, NAMES)
def test_two_names_that_differ_stay_apart(one: str | None, other: str | None) -> None:
    same = (one or "").strip() == (other or "").strip()
    assert (normal_name(one) == normal_name(other)) == same


@given(NAMES)
def test_only_nothing_is_written_as_the_stand_in(name: str | None) -> None:
    assert (normal_name(name) == UNKNOWN) == (not (name or "").strip())
    assert normal_name(name)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (None, "(unknown)"),
        ("", "(unknown)"),
        ("\t \u00a0\n", "(unknown)"),
        (" CERN-PROD ", "CERN-PROD"),
        ("a b", "a b"),
        ("(unknown)", "((unknown))"),
        ("((unknown))", "(((unknown)))"),
        ("unknown", "unknown"),
        ("(Unknown)", "(Unknown)"),
    ],
)
def test_names_are_written_so(name: str | None, written: str) -> None:
    assert loaded(name) == normal_name(name) == written


def test_the_first_candidate_that_is_not_blank_is_taken() -> None:
    assert loaded(" ", "/DC=ch/CN=anna") == "/DC=ch/CN=anna"
    assert loaded("anna", "/DC=ch/CN=anna") == "anna"
    assert loaded(None, "(unknown)") == "((unknown))"
    assert loaded(None, "") == UNKNOWN


def test_a_task_is_jeditaskid_else_taskid_else_zero() -> None:
    jedi, task = pa.array([7, None, None], pa.int64()), pa.array([8, 8, None], pa.int64())
    assert normal_tasks(jedi, task).to_pylist() == [7, 8, UNKNOWN_TASK]


def test_a_worker_node_is_what_follows_the_first_at() -> None:
    hosts = ["slot1@node.example.org", "node.example.org", "a@b@c", "@", "slot@ ", "", None]
    assert worker_nodes(pa.array(hosts)).to_pylist() == [
        "node.example.org",
        "node.example.org",
        "b@c",
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
    ]
