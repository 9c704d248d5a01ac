"""The run report of a load: one HTML page for an operator, without network or scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from data_models.disposition import DISPOSITIONS, QUARANTINED
from spark_jobs.gate_result import CRITICAL, REJECTED, WARNED, WARNING, Check, GateResult
from spark_jobs.report_html import Text, Value, bullets, facts, page, section, table

HOUR_COLUMNS = ("hour (UTC)", "source rows", *DISPOSITIONS, "balance")
CHECK_COLUMNS = ("check", "column", "severity", "result", "observed", "expected", "note")
PUBLICATION_COLUMNS = ("table", "rows", "verified")
FAILED_CLASS = {CRITICAL: "bad", WARNING: "warn"}


def render(
    load_facts: Mapping[str, Any],
    extraction: Mapping[str, Any],
    gates: Sequence[GateResult],
    publication: Mapping[str, Any] | None,
    timings: Mapping[str, float],
) -> str:
    """The page as text.

    `load_facts`: load, window, quarantine (address) and whatever else names the load; `extraction`: the summary of the
    extract step; `publication`: {"tables": {name: rows}, "verified": {name: bool}, "w": {hour: W}, "state": text} or
    None before publishing; `timings`: seconds by step.
    """
    title = f"Load {load_facts['load']}, window {load_facts['window']}"
    parts = [
        headline(title, gates, publication),
        section("Load", facts(identity(load_facts, extraction))),
        section("Counts in and out", hour_table(extraction)),
        *(gate_section(gate) for gate in gates),
        publication_section(publication),
        section("Timings", table(("step", "seconds"), [(step, round(took, 1)) for step, took in timings.items()])),
    ]
    return page(title, parts)


def headline(title: str, gates: Sequence[GateResult], publication: Mapping[str, Any] | None) -> str:
    """The verdict in a word or two, and what failed."""
    verdict, kind = overall(gates, publication)
    failed = [
        Text(f"{gate.gate}: {check}", FAILED_CLASS[severity])
        for severity in (CRITICAL, WARNING)
        for gate in gates
        for check in gate.failed(severity)
    ]
    return f'<header class="{kind}">\n<h1>{escape(verdict)}</h1>\n<p>{escape(title)}</p>{bullets(failed)}\n</header>'


def overall(gates: Sequence[GateResult], publication: Mapping[str, Any] | None) -> tuple[str, str]:
    """The verdict on the load so far, and its class."""
    verdicts = {gate.verdict for gate in gates}
    if publication is None:
        if REJECTED in verdicts:
            return "Rejected", "bad"
        named = ", ".join(f"gate {gate.gate}" for gate in gates)
        if not gates:
            return "Extracted, not checked yet", "warn"
        return (f"Passed with warnings: {named}", "warn") if WARNED in verdicts else (f"Passed: {named}", "good")
    accepted = ", a rejection was accepted" if REJECTED in verdicts else ""
    warned = ", with warnings" if WARNED in verdicts else ""
    if not all(publication["verified"].values()):
        return "Published, but not equal to what was read back", "bad"
    return f"{publication['state'].capitalize()}{accepted}{warned}", "warn" if accepted or warned else "good"


def identity(load_facts: Mapping[str, Any], extraction: Mapping[str, Any]) -> dict[str, Value]:
    """What the load is, where it comes from, and where its bad rows lie."""
    quarantined = sum(hour[f"staged_{QUARANTINED}"] for hour in extraction["hours"].values())
    told = {name: str(value) for name, value in load_facts.items() if name not in ("quarantine", "source", "t")}
    return {
        **told,
        "source": extraction["source"],
        "snapshot T": f"{instant(extraction['t'])} ({extraction['t']} µs)",
        "quarantine": f"{quarantined:,} rows; {load_facts['quarantine']}",
        "snapshot": extraction["snapshot"],
        "source's warnings": "; ".join(extraction["warnings"]) or "none",
        "source's notes": "; ".join(extraction["notes"]) or "none",
    }


def instant(microseconds: int) -> str:
    """Microseconds since 1970 as UTC text."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return f"{moment:%Y-%m-%d %H:%M:%S.%f} UTC"


def hour_table(extraction: Mapping[str, Any]) -> str:
    """Source rows of every hour beside what became of them."""
    counts = {
        name: (hour["source_rows"], *(hour[f"staged_{kind}"] for kind in DISPOSITIONS))
        for name, hour in extraction["hours"].items()
    }
    total = tuple(sum(column) for column in zip(*counts.values(), strict=True))
    rows = [(name, *row, balance(row)) for name, row in counts.items()]
    return table(HOUR_COLUMNS, rows, ("all", *total, balance(total)))


def balance(counts: Sequence[int]) -> Text:
    """Whether source rows (the first count) are the sum of the others."""
    off = sum(counts[1:]) - counts[0]
    return Text(f"off by {off:+,}", "bad") if off else Text("equal", "good")


def gate_section(gate: GateResult) -> str:
    """Every check of a gate."""
    rows = [
        (
            check.name,
            check.column or "",
            check.severity,
            check_result(check),
            check.observed,
            check.expected,
            check.note,
        )
        for check in gate.checks
    ]
    title = f"Gate {gate.gate}: {gate.verdict}, {len(rows)} checks in {gate.seconds:.1f} s"
    return section(title, table(CHECK_COLUMNS, rows, cards=True))


def check_result(check: Check) -> Text:
    """Passed or failed, in the colour of the severity."""
    return Text("passed", "good") if check.success else Text("failed", FAILED_CLASS.get(check.severity, "soft"))


def publication_section(publication: Mapping[str, Any] | None) -> str:
    """What stands in Cassandra."""
    if publication is None:
        return section("Publication", '<p class="soft">Nothing is published by this load.</p>')
    rows = [
        (name, count, verified_text(publication["verified"].get(name))) for name, count in publication["tables"].items()
    ]
    times = Counter(publication["w"].values())
    written = {f"write time {w}": f"{instant(w)}, {hours} hours" for w, hours in sorted(times.items())}
    if superseded := publication.get("superseded"):
        written["superseded by a later load"] = ", ".join(superseded)
    return section(f"Publication: {publication['state']}", table(PUBLICATION_COLUMNS, rows), facts(written))


def verified_text(verified: bool | None) -> Text:
    """Whether a table was read back and equal."""
    if verified is None:
        return Text("not yet", "soft")
    return Text("yes", "good") if verified else Text("no", "bad")
