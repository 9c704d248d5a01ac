"""The error dictionary holds all 688 codes with words and a category, and shows unknown ones bare."""

from __future__ import annotations

from collections import Counter

from data_models.error_components import CODE_COLUMNS, COMPONENTS, NAMES
from data_models.error_dictionary import CATEGORIES, UNCATEGORIZED, category_of, describe, error_codes
from data_models.job_record import by_name

# Counts of PanDA's own lists of codes.
CODES = {
    "pilot": 209,
    "executor": 186,
    "transform": 145,
    "supervisor": 105,
    "taskbuffer": 28,
    "dataservice": 8,
    "jobdispatcher": 6,
    "brokerage": 1,
}


def test_every_code_is_there_once_under_its_component() -> None:
    assert Counter(component for component, _ in error_codes()) == CODES
    assert sum(CODES.values()) == 688
    assert Counter(entry.status for entry in error_codes().values()) == {"current": 434, "legacy": 254}


def test_every_entry_has_words_and_a_category_of_the_monitor() -> None:
    for key, entry in error_codes().items():
        assert key == (entry.component, entry.code)
        assert entry.description.strip(), key
        assert entry.category in CATEGORIES, key
    assert sorted(CATEGORIES) == list(range(7))


def test_a_code_is_described_by_the_dictionary_else_shown_bare() -> None:
    assert describe("pilot", 1305) == error_codes()["pilot", 1305].description != "pilot:1305"
    assert describe("pilot", 999_999) == "pilot:999999"
    assert describe("transform", 999_999) == "Unknown transformation exit code 999999"
    assert category_of("pilot", 1305) == error_codes()["pilot", 1305].category
    assert category_of("pilot", 999_999) == UNCATEGORIZED


def test_the_eight_components_come_in_the_monitors_order_and_read_columns_of_the_job_record() -> None:
    assert NAMES == (
        "brokerage", "dataservice", "executor", "jobdispatcher", "pilot", "taskbuffer", "transform", "supervisor"
    )  # fmt: skip
    kinds = {component.name: by_name()[component.code_column].kind for component in COMPONENTS}
    assert kinds == {name: "text" if name == "transform" else "integer" for name in NAMES}
    diags = [component.diag_column for component in COMPONENTS if component.diag_column]
    assert all(by_name()[diag].kind == "text" for diag in diags)
    assert len(set(CODE_COLUMNS)) == len(NAMES)
    assert len(set(diags)) == len(NAMES) - 1
