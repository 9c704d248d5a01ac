"""Which pinned packages have a known weakness: the lock files and jars of this project held against advisories.json.

    python -m audit.known_weaknesses

It works without a network. What advisories.json lists was read on one day (docs/audit.md); .github/workflows/audit.yml
asks the services that know of newer ones.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
# Such as netty-codec-4.1.137.Final.jar, zstd-jni-1.5.7-2.jar, posix-2.24ea4.jar: numbers are enough to compare by.
JAR = re.compile(r"^(.+?)-(\d+(?:\.\d+)*)[\w.-]*\.jar$")


@dataclass(frozen=True)
class Pin:
    """A package in the version that this project installs. Maven's are named by their artifact alone, as jars are."""

    ecosystem: str
    name: str
    version: Version


@dataclass(frozen=True)
class Advisory:
    """A published weakness of a package: mended in version `fixed`, or present up to `last_affected`."""

    ecosystem: str
    name: str
    ids: tuple[str, ...]
    fixed: Version | None
    last_affected: Version | None
    what: str

    def is_of(self, pin: Pin) -> bool:
        """Whether the version that is pinned has it."""
        if (self.ecosystem, self.name) != (pin.ecosystem, pin.name):
            return False
        return pin.version < self.fixed if self.fixed else pin.version <= self.last_affected


def pins(root: Path) -> Iterator[Pin]:
    """What is pinned for Python and Node, and the jars that Maven brought. Raises FileNotFoundError."""
    for name, version in PINNED.findall((root / "requirements.txt").read_text(encoding="utf-8")):
        yield Pin("pypi", canonicalize_name(name), Version(version))
    for folder in ("monitor/frontend", "tests/monitor/browser"):
        lock = json.loads((root / folder / "package-lock.json").read_text(encoding="utf-8"))
        for place, package in lock["packages"].items():
            if place:
                # Of 1.0.0-beta.2 the numbers, as the words after them are no Python's.
                number = package["version"].partition("-")[0]
                yield Pin("npm", place.rpartition("node_modules/")[2], Version(number))
    jars = sorted((root / ".hmsf" / "jars").glob("*/*.jar"))
    if not jars:
        raise FileNotFoundError(f"no jars in {root / '.hmsf' / 'jars'}: run `make setup`")
    yield from jar_pins(jar.name for jar in jars)


def jar_pins(names: Iterable[str]) -> Iterator[Pin]:
    """The artifacts of jars by their file names. Raises ValueError for one that does not say its version."""
    for name in names:
        found = JAR.match(name)
        if not found:
            raise ValueError(f"jar {name} does not say its version: tell audit.known_weaknesses how to read it")
        yield Pin("maven", found[1], Version(found[2]))


def advisories(root: Path) -> list[Advisory]:
    """What advisories.json lists."""
    listed = json.loads((root / "audit" / "advisories.json").read_text(encoding="utf-8"))
    return [advisory_of(facts) for facts in listed]


def advisory_of(facts: Mapping[str, Any]) -> Advisory:
    """An advisory from its JSON form. Raises ValueError unless it has exactly one of both bounds."""
    if ("fixed" in facts) == ("last_affected" in facts):
        raise ValueError(f"advisory {facts['ids']}: give either fixed or last_affected")
    bounds = {name: Version(facts[name]) if name in facts else None for name in ("fixed", "last_affected")}
    name = facts["package"].rpartition(":")[2]
    return Advisory(facts["ecosystem"], name, tuple(facts["ids"]), what=facts["what"], **bounds)


def findings(pinned: Iterable[Pin], known: Iterable[Advisory]) -> dict[Pin, list[Advisory]]:
    """The pins that have a weakness, with all of theirs."""
    listed = list(known)
    found = {pin: [advisory for advisory in listed if advisory.is_of(pin)] for pin in pinned}
    return {pin: weak for pin, weak in found.items() if weak}


def accepted(root: Path) -> dict[str, str]:
    """What accepted.json gives as the reason, by the first id of an advisory."""
    listed = json.loads((root / "audit" / "accepted.json").read_text(encoding="utf-8"))
    return {name: entry["why"] for entry in listed for name in entry["ids"]}


def main() -> int:
    """Tell what is weak; 1 when something is that accepted.json gives no reason for, or a reason is for nothing."""
    pinned, known, reasons = set(pins(ROOT)), advisories(ROOT), accepted(ROOT)
    found = findings(pinned, known)
    bad, needed = 0, set()
    for pin, weak in sorted(found.items(), key=lambda item: item[0].name):
        print(f"{pin.name} {pin.version} ({pin.ecosystem})")
        for advisory in weak:
            bound = f"mended in {advisory.fixed}" if advisory.fixed else f"up to {advisory.last_affected}"
            print(f"  {', '.join(advisory.ids)}; {bound}: {advisory.what}")
            reason = reasons.get(advisory.ids[0])
            print(f"    accepted: {reason}" if reason else "    NOT ACCEPTED: take a newer version")
            bad += reason is None
            needed.add(advisory.ids[0])
    idle = sorted(set(reasons) - needed)
    for name in idle:
        print(f"{name} is accepted, but nothing that is pinned has it: take it out of accepted.json")
    weak = sum(map(len, found.values()))
    print(f"{len(pinned)} packages, {len(known)} advisories: {weak} apply, {bad} of them not accepted")
    return 1 if bad or idle else 0


if __name__ == "__main__":
    sys.exit(main())
