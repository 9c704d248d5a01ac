"""The images' start script: secrets become variables, files for those who read files, and nothing empty passes."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from data_models.settings import ROOT


@dataclass(frozen=True)
class Container:
    """A folder of secrets, and where Spark and Airflow look for their files."""

    folder: Path

    def secret(self, name: str, value: str) -> None:
        """Mount a secret."""
        (self.folder / "secrets" / name).write_text(value)

    def run(self, *command: str) -> subprocess.CompletedProcess:
        """Run a command by the script."""
        given = {
            "PATH": os.defpath,
            "SECRETS": str(self.folder / "secrets"),
            "SPARK_CONF_DIR": str(self.folder),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.folder / "passwords.json"),
        }
        script = ROOT / "docker" / "entrypoint.sh"
        return subprocess.run([script, *command], env=given, capture_output=True, text=True, check=False)


@pytest.fixture
def container(tmp_path: Path) -> Container:
    (tmp_path / "secrets").mkdir()
    return Container(tmp_path)


def test_a_secret_is_a_variable_of_the_command_with_all_its_characters(container: Container) -> None:
    container.secret("PGPASSWORD", "a $(b) 'c' \"d\" \\e")
    done = container.run("sh", "-c", 'printf %s "$PGPASSWORD"')
    assert done.stdout == "a $(b) 'c' \"d\" \\e"


def test_an_empty_secret_stops_the_container_with_its_name_and_the_remedy(container: Container) -> None:
    container.secret("PGPASSWORD", "")
    done = container.run("echo", "started")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "secret PGPASSWORD is empty: run docker/environment.py\n"


def test_spark_gets_its_secret_in_a_file_and_not_in_its_environment(container: Container) -> None:
    container.secret("SPARK_SECRET", "of-the-cluster")
    done = container.run("env")
    assert "of-the-cluster" not in done.stdout
    file = container.folder / "spark-defaults.conf"
    lines = dict(line.split(" ", 1) for line in file.read_text().splitlines())
    assert lines["spark.authenticate.secret"] == "of-the-cluster"
    assert lines["spark.authenticate"] == lines["spark.network.crypto.enabled"] == "true"
    assert file.stat().st_mode & 0o077 == 0


def test_workers_take_away_what_ended_applications_left(container: Container) -> None:
    container.secret("SPARK_SECRET", "of-the-cluster")
    container.run("true")
    assert "spark.worker.cleanup.enabled true\n" in (container.folder / "spark-defaults.conf").read_text()


def test_airflow_gets_the_password_of_its_user(container: Container) -> None:
    container.secret("AIRFLOW_ADMIN_PASSWORD", 'with "quotes"\\')
    assert "quotes" not in container.run("env").stdout
    file = container.folder / "passwords.json"
    assert json.loads(file.read_text()) == {"admin": 'with "quotes"\\'}
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("secret", "name"), [("SPARK_SECRET", "spark-defaults.conf"), ("AIRFLOW_ADMIN_PASSWORD", "passwords.json")]
)
def test_a_file_that_is_being_read_is_replaced_in_one_piece(container: Container, secret: str, name: str) -> None:
    container.secret(secret, "the first")
    container.run("true")
    with (container.folder / name).open() as being_read:
        container.secret(secret, "the second")
        container.run("true")
        assert "the first" in being_read.read()
    assert "the second" in (container.folder / name).read_text()


def test_the_command_without_secrets_is_the_process_itself(container: Container) -> None:
    done = container.run("sh", "-c", "exit 7")
    assert (done.returncode, done.stderr) == (7, "")
    assert not (container.folder / "spark-defaults.conf").exists()
