"""What a gate found: its checks and the verdict that follows from them. No Spark here, so reports can read it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

CRITICAL, WARNING, INFO = "critical", "warning", "info"
PASSED, WARNED, REJECTED = "passed", "warned", "rejected"
REMEDY = (
    "Nothing was published. See the run report and the staged data, mend the cause and load the window again, or "
    "accept it: python -m spark_jobs.accept --window {window} --load {load} --gate {gate} --by WHO --reason WHY"
)


@dataclass(frozen=True)
class Check:
    """One expectation and what was found, in words. `note`: an exception's text, or where and what the failures are."""

    name: str
    column: str | None
    severity: str
    success: bool
    observed: str
    expected: str
    note: str = ""

    def __str__(self) -> str:
        """The finding in one line."""
        note = f" ({self.note})" if self.note else ""
        return f"{self.name}: found {self.observed}, expected {self.expected}{note}"


@dataclass(frozen=True)
class GateResult:
    """The outcome of a gate for one load. Severities: critical rejects, warning warns, info passes."""

    gate: str
    window: str
    load: str
    verdict: str
    checks: tuple[Check, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """As it is kept beside the staged data."""
        return {**asdict(self), "checks": [asdict(check) for check in self.checks]}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> GateResult:
        """The result that `to_json` wrote."""
        return cls(**{**given, "checks": tuple(Check(**check) for check in given["checks"])})

    def failed(self, severity: str) -> list[Check]:
        """The failed checks of a severity."""
        return [check for check in self.checks if not check.success and check.severity == severity]

    def reason(self) -> str:
        """One line for the ledger and the operator: what failed, observed and expected, and the remedy."""
        where = f"gate {self.gate} {self.verdict} window {self.window}, load {self.load}"
        if self.verdict == REJECTED:
            remedy = REMEDY.format(window=self.window, load=self.load, gate=self.gate)
            return f"{where}: {'; '.join(map(str, self.failed(CRITICAL)))}. {remedy}"
        if self.verdict == WARNED:
            return f"{where}: {'; '.join(map(str, self.failed(WARNING)))}"
        return where


def verdict_of(checks: Sequence[Check]) -> str:
    """The verdict by the gravest failure, as Great Expectations' get_max_severity_failure ranks them."""
    failures = {check.severity for check in checks if not check.success}
    if CRITICAL in failures:
        return REJECTED
    return WARNED if WARNING in failures else PASSED
