"""Oracle's errors, in its words."""

from __future__ import annotations

import pytest

from .errors import TEXTS, ora


@pytest.mark.parametrize(
    ("code", "detail", "text"),
    [
        (942, "", "ORA-00942: table or view does not exist"),
        (28000, "", "ORA-28000: The account is locked."),
        (904, '"NO_SUCH"', 'ORA-00904: "NO_SUCH": invalid identifier'),
        (20001, "of an application", "ORA-20001: of an application"),
        (4031, "", "ORA-04031: error raised by the test listener"),
    ],
)
def test_an_error_has_its_number_in_five_digits_and_oracles_words(code: int, detail: str, text: str) -> None:
    raised = ora(code, detail)
    assert (raised.code, raised.text, str(raised)) == (code, text, text)


def test_the_place_in_the_statement_is_its_begin_unless_it_is_told() -> None:
    assert (ora(942).position, ora(942, position=14).position) == (0, 14)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_no_text_keeps_an_open_gap(code: int) -> None:
    text = ora(code, "detail").text
    assert "{" not in text
    assert ("detail" in text) == ("{}" in TEXTS[code])
