"""The audit of what is pinned."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from packaging.version import Version

from audit import known_weaknesses
from audit.known_weaknesses import ROOT, Pin, advisories, advisory_of, findings, jar_pins, pins

FIXED = {"ecosystem": "pypi", "package": "lamp", "ids": ["CVE-1"], "fixed": "2.10", "what": "burns"}
LAST = {"ecosystem": "maven", "package": "org.house:lamp", "ids": ["CVE-2"], "last_affected": "2.10", "what": "burns"}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all that the audit reads."""
    files = ["requirements.txt", "audit/advisories.json", "audit/accepted.json"]
    files += ["monitor/frontend/package-lock.json", "tests/monitor/browser/package-lock.json"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".hmsf").symlink_to(ROOT / ".hmsf")
    monkeypatch.setattr(known_weaknesses, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("version", "weak"), [("2.9", True), ("2.10rc1", True), ("2.10", False), ("2.10.1", False)])
def test_a_version_before_the_mended_one_is_weak(version: str, weak: bool) -> None:
    assert bool(findings([Pin("pypi", "lamp", Version(version))], [advisory_of(FIXED)])) is weak


@pytest.mark.parametrize(("version", "weak"), [("2.9", True), ("2.10", True), ("2.10.1", False)])
def test_a_version_up_to_the_last_affected_one_is_weak(version: str, weak: bool) -> None:
    assert bool(findings([Pin("maven", "lamp", Version(version))], [advisory_of(LAST)])) is weak


def test_packages_of_one_name_in_two_ecosystems_are_two() -> None:
    assert not findings([Pin("npm", "lamp", Version("1"))], [advisory_of(FIXED), advisory_of(LAST)])


@pytest.mark.parametrize(
    "facts", [FIXED | {"last_affected": "1"}, {key: FIXED[key] for key in FIXED if key != "fixed"}]
)
def test_an_advisory_with_both_bounds_or_none_is_refused(facts: dict) -> None:
    with pytest.raises(ValueError, match="CVE-1"):
        advisory_of(facts)


def test_jars_are_known_by_their_names() -> None:
    jars = ["netty-codec-4.1.137.Final.jar", "netty-tcnative-boringssl-static-2.0.81.Final-linux-x86_64.jar"]
    jars += ["spark-cassandra-connector_2.12-3.5.1.jar", "zstd-jni-1.5.7-2.jar", "posix-2.24ea4.jar"]
    jars += ["javax.inject-1.jar", "java-driver-shaded-guava-25.1-jre-graal-sub-1.jar"]
    assert [(pin.name, str(pin.version)) for pin in jar_pins(jars)] == [
        ("netty-codec", "4.1.137"),
        ("netty-tcnative-boringssl-static", "2.0.81"),
        ("spark-cassandra-connector_2.12", "3.5.1"),
        ("zstd-jni", "1.5.7"),
        ("posix", "2.24"),
        ("javax.inject", "1"),
        ("java-driver-shaded-guava", "25.1"),
    ]
    with pytest.raises(ValueError, match=r"unnamed\.jar"):
        list(jar_pins(["unnamed.jar"]))


def test_what_is_pinned_has_no_known_weakness_but_the_accepted_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert known_weaknesses.main() == 0, capsys.readouterr().out


def test_every_advisory_is_of_a_package_that_is_pinned() -> None:
    names = {(pin.ecosystem, pin.name) for pin in pins(ROOT)}
    assert {(advisory.ecosystem, advisory.name) for advisory in advisories(ROOT)} <= names


@pytest.mark.parametrize(
    ("name", "now", "then", "told"),
    [
        ("requirements.txt", "\nstarlette==", "\nstarlette==0.1 \\\n#", "starlette 0.1 (pypi)"),
        ("monitor/frontend/package-lock.json", '"version": "6.1.0"', '"version": "5.0.0"', "echarts 5.0.0 (npm)"),
    ],
)
def test_an_old_version_is_told_and_fails(
    tree: Path, capsys: pytest.CaptureFixture[str], name: str, now: str, then: str, told: str
) -> None:
    text = (tree / name).read_text()
    assert now in text
    (tree / name).write_text(text.replace(now, then))
    assert known_weaknesses.main() == 1
    said = capsys.readouterr().out
    assert told in said
    assert "NOT ACCEPTED" in said


def test_another_advisory_of_an_accepted_package_fails(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads((tree / "audit/advisories.json").read_text())
    other = {"ecosystem": "pypi", "package": "pyspark", "ids": ["CVE-1"], "fixed": "99", "what": "burns"}
    (tree / "audit/advisories.json").write_text(json.dumps([*listed, other]))
    assert known_weaknesses.main() == 1
    assert "CVE-1; mended in 99: burns\n    NOT ACCEPTED" in capsys.readouterr().out


def test_a_reason_that_nothing_needs_fails(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads((tree / "audit/accepted.json").read_text())
    idle = {"ids": ["CVE-1"], "package": "django", "why": "for nothing"}
    (tree / "audit/accepted.json").write_text(json.dumps([*listed, idle]))
    assert known_weaknesses.main() == 1
    assert "CVE-1 is accepted, but nothing that is pinned has it" in capsys.readouterr().out


def test_without_jars_it_says_what_to_run(tmp_path: Path, tree: Path) -> None:
    (tree / ".hmsf").unlink()
    with pytest.raises(FileNotFoundError, match="make setup"):
        known_weaknesses.main()
