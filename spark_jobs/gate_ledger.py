"""What the ledger says of the gates of a load: entering a verdict, requiring that a load may go on, accepting it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from data_models.disposition import KEPT
from data_models.ledger import Ledger
from data_models.ledger_state import ACCEPTED, CHECKED, EXTRACTED, REJECTED, Transition, gate_entry
from data_models.version import MODEL_VERSION
from data_models.window import Window, format_time, hours
from spark_jobs.gates import GateResult
from spark_jobs.staging import Staging
from spark_jobs.step import Rejected

GATES = ("jobs", "tables")


def enter_verdict(ledger: Ledger, window: Window, entry: Transition, gate: str, extraction: str) -> None:
    """Enter a gate's verdict for every hour of a window; `entry` gives load, state, note and run."""
    details = json.dumps({"gate": gate, "extraction": extraction})
    for hour in hours(window):
        ledger.append(
            Transition(
                hour=hour,
                at=datetime.now(UTC),
                load=entry.load,
                state=entry.state,
                t=entry.t,
                model=MODEL_VERSION,
                run_id=entry.run_id,
                note=entry.note,
                details=details,
            )
        )


def pass_gate(ledger: Ledger, staging: Staging, options: argparse.Namespace, result: GateResult, t: int) -> str:
    """Stage a gate's result, enter its verdict, and return the verdict: passed, warned or rejected."""
    staging.write_json(f"gate_{result.gate}.json", result.to_json())
    note = "" if result.verdict == "passed" else result.reason()
    print(f"  gate {result.gate}: {result.verdict} {note}", flush=True)
    entry = verdict_entry(staging.load, result.verdict != "rejected", note, t, options.run_id)
    enter_verdict(ledger, options.window, entry, result.gate, staging.extraction)
    return result.verdict


def verdict_entry(load: str, passed: bool, note: str, t: int | None, run_id: str) -> Transition:
    """The entry of a verdict, to be entered for the hours of a window."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return Transition(epoch, epoch, load, CHECKED if passed else REJECTED, t=t, run_id=run_id, note=note)


def extracted_entry(transitions: Iterable[Transition], load: str) -> Transition | None:
    """The newest entry of a load's extraction; None when the load has not been extracted."""
    entries = [entry for entry in transitions if entry.load == load and entry.state == EXTRACTED]
    return max(entries, key=lambda entry: entry.at, default=None)


def newest_extraction(transitions: Iterable[Transition], load: str) -> str | None:
    """The extraction of a load that was entered last; None when the load has not been extracted."""
    newest = extracted_entry(transitions, load)
    return json.loads(newest.details)["extraction"] if newest else None


def kept_jobs(ledger: Ledger, window: Window, load: str) -> int | None:
    """How many jobs a load is of, all that its extraction kept; None when it has not been extracted."""
    entries = [extracted_entry(ledger.transitions(hour), load) for hour in hours(window)]
    return sum(entry.tables[f"staged_{KEPT}"] for entry in entries) if all(entries) else None


def require_passed(ledger: Ledger, window: Window, load: str, gate: str) -> str:
    """The note of a gate that let a load pass, or that an operator accepted. Raises Rejected."""
    note = ""
    for hour in hours(window):
        transitions = ledger.transitions(hour)
        extraction = newest_extraction(transitions, load)
        entry = gate_entry(transitions, load, extraction, gate) if extraction else None
        if entry is None:
            raise Rejected(
                f"hour {format_time(hour)}, load {load}: gate {gate} has not run; run the step before it first"
            )
        if entry.state == REJECTED:
            raise Rejected(entry.note)
        note = entry.note
    return note


def accept(ledger: Ledger, window: Window, load: str, gate: str, who: str, why: str) -> None:
    """Let a rejected load pass a gate, by an operator's word. Raises Rejected when the gate did not reject it."""
    for hour in hours(window):
        transitions = ledger.transitions(hour)
        extraction = newest_extraction(transitions, load)
        entry = gate_entry(transitions, load, extraction, gate) if extraction else None
        if entry is None or entry.state != REJECTED:
            raise Rejected(
                f"hour {format_time(hour)}, load {load}: gate {gate} has not rejected it, there is nothing to accept"
            )
    accepted = Transition(entry.hour, entry.at, load, ACCEPTED, t=entry.t, note=f"accepted by {who}: {why}")
    enter_verdict(ledger, window, accepted, gate, extraction)
