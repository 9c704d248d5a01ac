"""scripts/setup.sh says in one line what a machine lacks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from data_models.settings import ROOT

TOOLS = ("bash", "sed", "dirname")
GOOD = {
    "python3.11": 'case "$2" in *version*) echo 3.11.9;; esac',
    "java": """[[ $1 == --list-modules ]] && echo jdk.compiler@17.0.15 || echo 'openjdk version "17.0.15"' >&2""",
    "mvn": "",
    "make": "",
}
JAVA_8 = """echo 'openjdk version "1.8.0_452"' >&2"""
JRE = """echo 'openjdk version "17.0.15" 2025-04-15' >&2"""
JAVA_21 = """echo 'openjdk version "21.0.7" 2025-04-15 LTS' >&2"""


def check(
    folder: Path, programs: dict[str, str], option: str = "--check", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the check where PATH has these programs only."""
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    for name, script in programs.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!{shutil.which('bash')}\n{script}\n")
        file.chmod(0o755)
    return subprocess.run(
        [ROOT / "scripts" / "setup.sh", option],
        env={"PATH": str(folder), "HOME": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_says_nothing_when_all_is_there(tmp_path: Path) -> None:
    result = check(tmp_path, GOOD)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


PYTHON_39 = {"python3.11": None, "python3": "echo 3.9.2"}
NO_VENV = {"python3.11": 'case "$2" in *version*) echo 3.11.9;; *) exit 1;; esac'}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"java": None}, "Java 17 is missing (no java in PATH): apt-get install openjdk-17-jdk-headless"),
        ({"java": JAVA_8}, "Java must be 17, for Cassandra 5.0 and Spark 3.5 (found: 1.8.0_452 in PATH): apt-get"),
        ({"java": JAVA_21}, "(found: 21.0.7 in PATH): apt-get install openjdk-17-jdk-headless"),
        ({"java": JRE}, "Java 17 without a compiler is a JRE, the JDK is needed (java in PATH): apt-get install"),
        ({"java": "exit 1"}, "(found: none that runs in PATH): apt-get install openjdk-17-jdk-headless"),
        ({"mvn": None}, "mvn is missing: apt-get install maven"),
        ({"make": None}, "make is missing: apt-get install make"),
        (PYTHON_39, "Python 3.11 is missing (found: 3.9.2 as python3): apt-get install python3.11 python3.11-venv"),
        ({"python3.11": None}, "Python 3.11 is missing (found: none): apt-get install python3.11"),
        (NO_VENV, "Python 3.11 cannot make virtual environments: apt-get install python3.11-venv"),
    ],
)
def test_one_line_for_what_is_wrong(tmp_path: Path, changes: dict[str, str | None], message: str) -> None:
    programs = {name: script for name, script in (GOOD | changes).items() if script is not None}
    result = check(tmp_path, programs)
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("setup: ")
    assert message in line


def test_what_java_says_of_its_options_is_not_its_version(tmp_path: Path) -> None:
    picked_up = """echo 'Picked up JAVA_TOOL_OPTIONS: -Dof="version 8"' >&2\n"""
    assert check(tmp_path, GOOD | {"java": picked_up + GOOD["java"]}).returncode == 0


def test_java_home_goes_before_path(tmp_path: Path) -> None:
    programs = GOOD | {"java": JAVA_8, "jdk/bin/java": GOOD["java"]}
    assert check(tmp_path, programs, JAVA_HOME=str(tmp_path / "jdk")).returncode == 0


def test_python3_will_do_if_it_is_311(tmp_path: Path) -> None:
    programs = {name: script for name, script in GOOD.items() if name != "python3.11"}
    assert check(tmp_path, programs | {"python3": GOOD["python3.11"]}).returncode == 0
