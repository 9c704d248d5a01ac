"""Labels of a real archive: categories by today's dictionary, sums over whatever is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cassandra.cluster import Session
from made_archive import HOUR, enter, insert

from data_models import questions
from data_models.reading.archive import Archive
from data_models.reading.refusals import NotGroupable, QuestionRefused

DAY = datetime(2031, 9, 1, tzinfo=UTC)
END = DAY + 24 * HOUR
# Two of category 2, one of 1, one that no dictionary knows; what was stored as category is of an old one.
JOBS = {"pilot:1305": 5, "executor:66,pilot:1235": 3, "pilot:1099": 7, "transform:199": 2}


def label_row(hour: int, label: str, jobs: int) -> dict[str, Any]:
    """A row of labels_by_site."""
    losses = {f"{name}_loss_of_jobs": jobs * 10 for name in ("walltime", "cpu", "hs06", "co2")}
    key = {"computingsite": "LABELS", "day": DAY.date(), "hour": DAY + hour * HOUR, "label": label}
    return {**key, "jobs": jobs, "category": 99, "dictionary": "old", **losses}


@pytest.fixture(scope="module")
def labelled(archive: Session) -> Archive:
    """A site with four labels in three hours each."""
    rows = [label_row(hour, label, jobs) for label, jobs in JOBS.items() for hour in (1, 2, 3)]
    insert(archive, "labels_by_site", rows, 1_000)
    enter(archive, (DAY + number * HOUR for number in range(24)), 1_000)
    return Archive(archive)


def sums(labelled: Archive, *by: str) -> dict[tuple, int]:
    """Jobs by some columns."""
    rows = questions.labels_by_site(labelled, "LABELS", DAY, END, by=by).rows.to_pylist()
    return {tuple(row[name] for name in by): row["jobs"] for row in rows}


def test_categories_are_those_of_the_dictionary_now(labelled: Archive) -> None:
    found = questions.labels_by_site(labelled, "LABELS", DAY, END).rows.to_pylist()
    assert {row["label"]: (row["jobs"], row["category"]) for row in found} == {
        "pilot:1305": (15, 2),
        "executor:66,pilot:1235": (9, 2),
        "pilot:1099": (21, 1),
        "transform:199": (6, 0),
    }


def test_labels_add_up_to_categories_and_to_all_jobs(labelled: Archive) -> None:
    assert sums(labelled, "category") == {(2,): 24, (1,): 21, (0,): 6}
    assert sums(labelled) == {(): 51}
    assert sums(labelled, "hour", "category")[DAY + HOUR, 2] == 8
    answer = questions.labels_by_site(labelled, "LABELS", DAY, END, by=("category",), figures=("cpu_loss_of_jobs",))
    assert answer.rows.to_pylist()[0] == {"category": 2, "cpu_loss_of_jobs": 240}


def test_what_was_stored_as_category_is_no_figure(labelled: Archive) -> None:
    with pytest.raises(QuestionRefused, match="figures of labels_by_site are jobs, walltime_loss_of_jobs"):
        questions.labels_by_site(labelled, "LABELS", DAY, END, figures=("category",))


@pytest.mark.parametrize("by", [("label", "label"), ("category", "category")])
def test_a_column_given_twice_is_refused(labelled: Archive, by: tuple[str, ...]) -> None:
    with pytest.raises(NotGroupable, match="give each column once"):
        sums(labelled, *by)
