"""The dictionary's words beside codes and labels: joined when an answer is read, so the dictionary can be replaced."""

from __future__ import annotations

import pyarrow as pa

from data_models.dimensions import CODE, COMPONENT, LABEL
from data_models.error_dictionary import category_of, describe
from data_models.error_rules import category_of_job

CATEGORY = pa.field("category", pa.int64(), metadata={"meaning": "number of the category in the dictionary"})
DESCRIPTION = pa.field("description", pa.string(), metadata={"meaning": "words of the dictionary for the code"})


def with_words(rows: pa.Table) -> pa.Table:
    """Rows of codes with `category` and `description`, others as they are."""
    if not {COMPONENT.name, CODE.name} <= set(rows.column_names):
        return rows
    errors = list(zip(rows[COMPONENT.name].to_pylist(), rows[CODE.name].to_pylist(), strict=True))
    rows = rows.append_column(CATEGORY, pa.array([category_of(*error) for error in errors], pa.int64()))
    return rows.append_column(DESCRIPTION, pa.array([describe(*error) for error in errors], pa.string()))


def with_category(rows: pa.Table) -> pa.Table:
    """Rows of labels with the category that today's dictionary gives them."""
    found = [category_of_job(errors_of_label(label)) for label in rows[LABEL.name].to_pylist()]
    return rows.append_column(CATEGORY, pa.array(found, pa.int64()))


def errors_of_label(label: str) -> tuple[tuple[str, int], ...]:
    """The errors (component, code) that a label names."""
    parts = (part.rpartition(":") for part in label.split(","))
    return tuple((component, int(code)) for component, _, code in parts)
