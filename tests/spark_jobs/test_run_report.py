"""The run report tells the verdict, the balance and every check, and needs nothing but itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from staged_load import WINDOW, extraction

from spark_jobs.gate_result import Check, GateResult, verdict_of
from spark_jobs.run_report import instant, render

FACTS = {"load": "load", "window": str(WINDOW), "quarantine": "/staging/load/1/quarantine"}
GOOD = Check("PANDAID is positive", "pandaid", "critical", True, "so in all 9 rows", "at least 1")
WARNING = Check("few jobs have no site", "unknown_site_share", "warning", False, "2 %", "at most 1 %")
CRITICAL = Check("every hour balances", "unbalanced_hours", "critical", False, "1", "0", "T10:00Z: source 9, staged 8")
INFO = Check("ATTEMPTNR is not negative", "attemptnr", "info", False, "otherwise in 1 of 9 rows: -1", "at least 0")
PUBLICATION = {
    "tables": {"job": 19_940, "errors_by_hour": 77},
    "verified": {"job": True, "errors_by_hour": True},
    "w": {"2026-07-01T10:00Z": 1_782_900_000_123_456, "2026-07-01T11:00Z": 1_782_900_000_123_456},
    "state": "verified",
}


def gate(*checks: Check) -> GateResult:
    """A result of gate "jobs" by its checks."""
    return GateResult("jobs", str(WINDOW), "load", verdict_of(checks), checks, 3.2)


def report(*checks: Check, publication: dict[str, Any] | None = None, **changes: Any) -> str:
    """A report on a load of two hours."""
    summary = extraction([{"kept": 1200, "excluded": 30, "quarantined": 4, "duplicate": 5}, {"kept": 2}], **changes)
    return render(FACTS, summary, [gate(*checks)] if checks else [], publication, {"extract": 12.34})


class Page(HTMLParser):
    """Reads a page: rows of cells, the title, and whether every tag is closed by its own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "meta":
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data
        elif self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def test_the_page_is_whole_and_needs_no_network_and_no_scripts() -> None:
    text = report(GOOD, WARNING, publication=PUBLICATION)
    assert Page(text).open == []
    assert not re.search(r"<script|<link|<img|https?:|url\(|@import", text)


def test_counts_of_every_hour_and_of_all_balance() -> None:
    rows = Page(report(GOOD)).rows
    assert ["2026-07-01T10:00Z", "1,239", "1,200", "30", "4", "5", "equal"] in rows
    assert ["all", "1,241", "1,202", "30", "4", "5", "equal"] in rows


def test_an_hour_that_does_not_balance_is_shown() -> None:
    summary = extraction([{"source": 9, "kept": 8}, {"source": 7, "kept": 8}])
    rows = Page(render(FACTS, summary, [], None, {})).rows
    assert ["2026-07-01T10:00Z", "9", "8", "0", "0", "0", "off by -1"] in rows
    assert ["all", "16", "16", "0", "0", "0", "equal"] in rows


def test_every_check_is_told_with_what_was_found_and_expected() -> None:
    rows = Page(report(GOOD, CRITICAL)).rows
    assert [GOOD.name, "pandaid", "critical", "passed", "so in all 9 rows", "at least 1", ""] in rows
    assert [CRITICAL.name, "unbalanced_hours", "critical", "failed", "1", "0", CRITICAL.note] in rows


@pytest.mark.parametrize(
    ("checks", "publication", "headline"),
    [
        ((), None, "Extracted, not checked yet"),
        ((GOOD, INFO), None, "Passed: gate jobs"),
        ((WARNING,), None, "Passed with warnings: gate jobs"),
        ((WARNING, CRITICAL), None, "Rejected"),
        ((GOOD,), PUBLICATION, "Verified"),
        ((WARNING,), PUBLICATION, "Verified, with warnings"),
        ((CRITICAL,), PUBLICATION, "Verified, a rejection was accepted"),
        ((GOOD,), PUBLICATION | {"verified": {}, "state": "published"}, "Published"),
        ((GOOD,), PUBLICATION | {"verified": {"job": False}}, "Published, but not equal to what was read back"),
    ],
)
def test_the_headline_is_the_verdict(
    checks: tuple[Check, ...], publication: dict[str, Any] | None, headline: str
) -> None:
    assert Page(report(*checks, publication=publication)).texts["h1"] == headline


def test_failures_stand_at_the_top_the_gravest_first() -> None:
    top = report(WARNING, CRITICAL, INFO).split("</header>", maxsplit=1)[0].split("<body>")[1]
    assert top.index(str(CRITICAL)) < top.index(str(WARNING))
    assert INFO.name not in top


def test_the_load_is_told_with_its_snapshot_its_source_and_its_quarantine() -> None:
    text = report(GOOD, warnings=["new column gpu"])
    assert "2026-07-01 10:00:00.123456 UTC" in text
    for word in (str(WINDOW), "PostgreSQL panda@localhost:5432/panda", "4 rows; /staging/load/1/quarantine", "gpu"):
        assert word in text
    assert instant(0) == "1970-01-01 00:00:00.000000 UTC"


def test_publication_is_told_by_table_and_write_time() -> None:
    text = report(GOOD, publication=PUBLICATION | {"verified": {"job": True}, "superseded": ["2026-07-01T11:00Z"]})
    rows = Page(text).rows
    assert ["job", "19,940", "yes"] in rows
    assert ["errors_by_hour", "77", "not yet"] in rows
    assert "write time 1782900000123456</dt><dd>2026-07-01 10:00:00.123456 UTC, 2 hours" in text
    assert "superseded by a later load</dt><dd>2026-07-01T11:00Z" in text
    assert ["extract", "12.3"] in rows
    assert "Nothing is published" in report(GOOD)


def test_values_are_escaped() -> None:
    hostile = "<script>alert('x')</script>&\"é"
    check = Check(hostile, hostile, "critical", False, hostile, hostile, hostile)
    text = render(FACTS | {"load": hostile}, extraction([{}, {}], source=hostile), [gate(check)], None, {hostile: 1.0})
    assert "<script" not in text
    assert [hostile, hostile, "critical", "failed", hostile, hostile, hostile] in Page(text).rows


def test_a_gate_result_survives_json_and_gives_its_reason_in_a_line() -> None:
    result = gate(GOOD, WARNING, CRITICAL)
    assert GateResult.from_json(result.to_json()) == result
    assert str(CRITICAL) in result.reason()
    assert WARNING.name not in result.reason()
    assert WARNING.name in gate(GOOD, WARNING).reason()
    assert gate(GOOD, INFO).reason() == f"gate jobs passed window {WINDOW}, load load"
