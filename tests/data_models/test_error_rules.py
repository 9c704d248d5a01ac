"""The counting rules of one job's errors: which there are, its one label, its one category."""

from __future__ import annotations

import pytest
import row_model
from hypothesis import given
from hypothesis import strategies as st
from job_strategies import codes, some_code

from data_models.error_components import NAMES
from data_models.error_dictionary import CATEGORIES, INTERNAL, UNCATEGORIZED, category_of, error_codes
from data_models.error_rules import (
    CAUSES,
    ECHOES,
    EXCLUDED_STATES,
    FAILED,
    FINAL_STATES,
    category_of_job,
    errors_of,
    label_of,
    telling_errors,
)

# What a job can carry: any code by component, in any order of components.
CARRIED = st.permutations(NAMES).flatmap(
    lambda names: st.tuples(*(codes(name) for name in names)).map(lambda given: dict(zip(names, given, strict=True)))
)
ERRORS = st.permutations(NAMES).flatmap(
    lambda names: st.lists(st.sampled_from(names), unique=True).flatmap(
        lambda chosen: st.tuples(*(st.tuples(st.just(name), some_code(name)) for name in chosen))
    )
)


@given(CARRIED)
def test_errors_are_the_positive_codes_in_component_order(carried: dict[str, int | None]) -> None:
    errors = errors_of(carried)
    assert dict(errors) == {name: code for name, code in carried.items() if code is not None and code > 0}
    assert [name for name, _ in errors] == [name for name in NAMES if name in dict(errors)]


def test_a_component_that_says_nothing_is_no_error() -> None:
    assert errors_of({}) == ()


@given(CARRIED)
def test_what_is_left_for_the_label_is_some_of_the_errors_and_never_nothing(carried: dict[str, int | None]) -> None:
    errors = errors_of(carried)
    left = telling_errors(errors)
    assert set(left) <= set(errors)
    assert bool(left) == bool(errors)
    assert list(left) == row_model.telling(list(errors))


@given(ERRORS, st.randoms())
def test_label_and_category_do_not_depend_on_the_order_of_the_errors(errors: tuple, chance) -> None:
    shuffled = tuple(chance.sample(errors, len(errors)))
    assert label_of(shuffled) == label_of(errors) == row_model.label(list(errors))
    assert category_of_job(shuffled) == category_of_job(errors) == row_model.category(list(errors))


@pytest.mark.parametrize("echo", ECHOES)
def test_an_echo_counts_only_when_it_is_alone(echo: tuple[str, int]) -> None:
    assert telling_errors((echo,)) == (echo,)
    assert telling_errors((echo, ("transform", 65))) == (("transform", 65),)


def test_of_echoes_alone_the_last_one_stays() -> None:
    assert label_of(ECHOES) == "supervisor:8970"
    assert label_of(ECHOES[:2]) == "dataservice:200"
    assert label_of((ECHOES[0], ECHOES[2])) == "supervisor:8970"


@given(ERRORS)
def test_a_payload_failure_is_the_label_whatever_else_there_is(errors: tuple) -> None:
    others = tuple(error for error in errors if error[0] != "pilot")
    assert label_of((*others, CAUSES[0])) == "pilot:1305"
    assert label_of((*others, CAUSES[1])) == "pilot:1235"


def test_a_label_is_sorted_as_text() -> None:
    assert label_of((("pilot", 1099), ("executor", 9), ("transform", 65))) == "executor:9,pilot:1099,transform:65"


def test_a_job_without_an_error_has_no_label_and_no_category() -> None:
    assert (telling_errors(()), label_of(()), category_of_job(())) == ((), None, None)


def of_category(category: int, component: str) -> tuple[str, int]:
    """A code of a component in a category that no rule singles out."""
    special = {*ECHOES, *CAUSES}
    return next(
        key for key, entry in error_codes().items() if entry.category == category and key[0] == component
        if key not in special
    )  # fmt: skip


UNKNOWN_CODE = ("jobdispatcher", 987_654)


@pytest.mark.parametrize(
    ("categories", "result"),
    [
        ((1, 1), 1),
        ((1, 2), UNCATEGORIZED),
        ((1, UNCATEGORIZED), 1),
        ((1, INTERNAL), 1),
        ((1, INTERNAL, UNCATEGORIZED), 1),
        ((INTERNAL, UNCATEGORIZED), INTERNAL),
        ((INTERNAL,), INTERNAL),
        ((UNCATEGORIZED,), UNCATEGORIZED),
        ((1, 2, INTERNAL), UNCATEGORIZED),
    ],
)
def test_specific_categories_win_and_two_of_them_cancel_out(categories: tuple[int, ...], result: int) -> None:
    components = iter(("pilot", "executor", "transform"))
    errors = tuple(
        UNKNOWN_CODE if category == UNCATEGORIZED else of_category(category, next(components))
        for category in categories
    )
    assert category_of_job(errors) == result


@given(ERRORS)
def test_a_category_is_one_of_the_monitor_and_of_the_errors(errors: tuple) -> None:
    category = category_of_job(errors)
    assert category in {None, UNCATEGORIZED, *(category_of(*error) for error in errors)} & {None, *CATEGORIES}


def test_completed_jobs_are_those_in_the_four_final_states() -> None:
    assert set(FINAL_STATES) == {"finished", "failed", "cancelled", "closed"}
    assert FAILED in FINAL_STATES
    assert not set(EXCLUDED_STATES) & set(FINAL_STATES)
