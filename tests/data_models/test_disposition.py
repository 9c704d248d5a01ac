"""What becomes of a source row: kept, excluded or quarantined; the gravest reason is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models.disposition import dispositions
from data_models.job_record import by_name
from data_models.window import parse

WINDOW = parse("2026-07-01T10")
INSIDE = WINDOW.start + timedelta(minutes=30)
SCHEMA = pa.schema([(name, by_name()[name].arrow) for name in ("pandaid", "modificationtime", "jobstatus")])
STATES = ["finished", "failed", "cancelled", "closed", "merging", "unknown", "FAILED", " failed", "", None]
MOMENTS = [INSIDE, WINDOW.start, WINDOW.end, WINDOW.end - timedelta(microseconds=1), datetime(1970, 1, 1, tzinfo=UTC)]
ROWS = st.tuples(st.sampled_from([1, 2**62, 0, -1, None]), st.sampled_from([*MOMENTS, None]), st.sampled_from(STATES))


def judged(*rows: tuple) -> list[tuple[str, str | None]]:
    """The disposition and reason of each row."""
    records = pa.RecordBatch.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA)
    kinds, reasons = dispositions(records, WINDOW)
    return list(zip(kinds.to_pylist(), reasons.to_pylist(), strict=True))


def by_hand(pandaid: int | None, moment: datetime | None, state: str | None) -> tuple[str, str | None]:
    """The rule for one row."""
    if pandaid is None or pandaid <= 0:
        return "quarantined", "PANDAID is not positive"
    if moment is None or moment not in WINDOW:
        return "quarantined", "MODIFICATIONTIME lies outside the window"
    if state == "merging":
        return "excluded", "JOBSTATUS is merging: not completed"
    if state in ("finished", "failed", "cancelled", "closed"):
        return "kept", None
    return "quarantined", "JOBSTATUS is no final state"


@given(st.lists(ROWS, max_size=20))
def test_every_row_is_judged_by_the_rule(rows: list[tuple]) -> None:
    assert judged(*rows) == [by_hand(*row) for row in rows]


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled", "closed"])
def test_completed_jobs_are_kept(state: str) -> None:
    assert judged((1, INSIDE, state)) == [("kept", None)]


def test_merging_is_excluded_and_other_states_are_quarantined() -> None:
    assert [kind for kind, _ in judged((1, INSIDE, "merging"), (1, INSIDE, "unknown"), (1, INSIDE, None))] == [
        "excluded",
        "quarantined",
        "quarantined",
    ]


def test_a_bad_merging_row_is_a_bad_row() -> None:
    assert judged((0, INSIDE, "merging")) == [("quarantined", "PANDAID is not positive")]
