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

from packaging.version import Version

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
# Such as netty-codec-4.1.137.Final.jar and netty-transport-native-epoll-4.1.137.Final-linux-x86_64.jar.
JAR = re.compile(r"^(.+?)-(\d+(?:\.\d+)+)(?:\.Final)?(?:-[a-z][\w-]*)?\.jar$")


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
        yield Pin("pypi", name.lower(), Version(version))
    for folder in ("monitor/frontend", "tests/monitor/browser"):
        lock = json.loads((root / folder / "package-lock.json").read_text(encoding="utf-8"))
        for place, package in lock["packages"].items():
            if place:
                yield Pin("npm", place.rpartition("node_modules/")[2], Version(package["version"]))
    jars = sorted((root / ".hmsf" / "jars").glob("*/*.jar"))
    if not jars:
        raise FileNotFoundError(f"no jars in {root / '.hmsf' / 'jars'}: run `make setup`")
    yield from jar_pins(jar.name for jar in jars)


def jar_pins(names: Iterable[str]) -> Iterator[Pin]:
    """The artifacts of jars by their file names, those that say their version."""
    for name in names:
        if found := JAR.match(name):
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


def main() -> int:
    """Tell what is weak; 1 when something is that accepted.json gives no reason for, or a reason is for nothing."""
    pinned = set(pins(ROOT))
    known = advisories(ROOT)
    found = findings(pinned, known)
    accepted = json.loads((ROOT / "audit" / "accepted.json").read_text(encoding="utf-8"))
    for pin, weak in sorted(found.items(), key=lambda item: item[0].name):
        told = f"accepted: {accepted[pin.name]}" if pin.name in accepted else "NOT ACCEPTED: take a newer version"
        print(f"{pin.name} {pin.version} ({pin.ecosystem}): {told}")
        for advisory in weak:
            bound = f"mended in {advisory.fixed}" if advisory.fixed else f"up to {advisory.last_affected}"
            print(f"  {', '.join(advisory.ids)}; {bound}: {advisory.what}")
    weak_names = {pin.name for pin in found}
    idle = sorted(set(accepted) - weak_names)
    for name in idle:
        print(f"{name}: accepted, but its pinned version has no known weakness: take it out of accepted.json")
    bad = sorted(weak_names - set(accepted))
    print(f"{len(pinned)} packages, {len(known)} advisories: {len(found)} weak, {len(bad)} of them not accepted")
    return 1 if bad or idle else 0


if __name__ == "__main__":
    sys.exit(main())
