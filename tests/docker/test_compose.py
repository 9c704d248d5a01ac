"""What docker/ says, read by Docker's own compose and by linters; no engine is asked, no image built or run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environment
import pytest
import yaml

from data_models.settings import BY_NAME, ROOT, SETTINGS

DOCKER = ROOT / "docker"
BIN = Path(sys.executable).parent
COMPOSE = DOCKER / "compose.yaml"
# Services that do one thing and end.
ENDS = {"init", "oracle-jobs"}
# Health checks that ask for no more than a sign of life, and so for no password.
NO_LOG_IN = ("healthcheck.sh", "nodetool statusbinary", "pg_isready ", "python -c import urllib.request as u; ")
VARIABLE = re.compile(r"\$\{(\w+)(:\?|:-)?")


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """docker/.env as docker/environment.py writes it, elsewhere."""
    file = tmp_path_factory.mktemp("docker") / ".env"
    environment.write(file)
    return file


def compose(env_file: Path, *words: str, file: Path = COMPOSE) -> subprocess.CompletedProcess:
    """Run docker-compose on the file, with nothing in the environment."""
    return subprocess.run(
        [BIN / "docker-compose", "--env-file", env_file, "--file", file, *words],
        env={"PATH": os.defpath, "HOME": str(env_file.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


@cache
def services(env_file: Path, file: Path = COMPOSE) -> dict[str, Any]:
    """All services as compose understands them."""
    done = compose(env_file, "--profile", "oracle", "config", "--format", "json", file=file)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


@pytest.mark.parametrize("profile", [(), ("--profile", "oracle")], ids=["site", "oracle"])
def test_compose_takes_the_file(env_file: Path, profile: tuple[str, ...]) -> None:
    done = compose(env_file, *profile, "config", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_site_with_an_oracle_of_its_own_gets_none(env_file: Path) -> None:
    named = set(compose(env_file, "config", "--services").stdout.split())
    assert services(env_file).keys() - named == {"oracle", "oracle-jobs"}


def test_without_the_environment_compose_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / ".env").touch()
    done = compose(tmp_path / ".env", "config", "--quiet")
    assert done.returncode != 0
    assert "run docker/environment.py" in done.stderr


def test_the_linters_have_nothing_to_say() -> None:
    for words in (
        [BIN / "hadolint", "--config", ".hadolint.yaml", "Dockerfile", "cassandra.Dockerfile"],
        [BIN / "yamllint", "--strict", "--config-file", ROOT / ".yamllint", ".", ROOT / ".github"],
    ):
        done = subprocess.run(words, cwd=DOCKER, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


def test_every_server_tells_its_health_and_comes_back(env_file: Path) -> None:
    for name, service in services(env_file).items():
        if name in ENDS:
            assert service["restart"] == "no", name
        else:
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_a_health_check_that_logs_in_finds_its_password_by_the_entrypoint(env_file: Path) -> None:
    assert "/usr/local/bin/hmsf-entrypoint\n" in (DOCKER / "Dockerfile").read_text()
    checks = {
        name: service["healthcheck"]["test"][1:] for name, service in services(env_file).items() if name not in ENDS
    }
    log_in = {name: words for name, words in checks.items() if not " ".join(words).startswith(NO_LOG_IN)}
    assert {"airflow-dag-processor", "airflow-triggerer"} <= log_in.keys()
    assert {words[0] for words in log_in.values()} == {"hmsf-entrypoint"}


def test_commands_for_operators_go_through_the_entrypoint() -> None:
    commands = re.findall(r"compose\.yaml exec \S+ (\S+)", (ROOT / "docs" / "deploy.md").read_text())
    assert commands
    assert set(commands) == {"hmsf-entrypoint"}


def test_the_monitor_answers_its_health_check_by_whatever_name_it_is_called(env_file: Path, tmp_path: Path) -> None:
    own = tmp_path / ".env"
    own.write_text(f"{env_file.read_text()}MONITOR_HOSTS=panda-history.example.org\n")
    monitor = services(own)["monitor"]
    asked = re.search(r"http://([\w.]+)", " ".join(monitor["healthcheck"]["test"]))[1]
    assert {asked, "panda-history.example.org"} <= set(monitor["environment"]["HMSF_MONITOR_HOSTS"].split(","))


def test_services_wait_for_those_they_need_to_be_healthy(env_file: Path) -> None:
    found = services(env_file)
    for name, service in found.items():
        for needed, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if needed in ENDS else "service_healthy"
            assert how["condition"] == wanted, f"{name} and {needed}"
    assert {"airflow-db", "cassandra"} == set(found["init"]["depends_on"])


def test_spark_is_a_master_and_two_workers_that_share_the_staging_with_the_drivers(env_file: Path) -> None:
    found = services(env_file)
    assert found["spark-worker"]["deploy"]["replicas"] == 2
    places = {
        volume["target"]
        for name in ("spark-worker", "airflow-scheduler")
        for volume in found[name]["volumes"]
        if volume["source"] == "staging"
    }
    assert places == {"/var/lib/hmsf/staging"}


def test_settings_and_files_of_a_site_reach_all_who_open_sessions_with_oracle(env_file: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "settings.env").write_text(
        "HMSF_ORACLE_SCHEMA=PANDA\nHMSF_ORACLE_WALLET_PASSWORD='a $(b) #c'\n"
    )
    found = services(env_file, shutil.copy(COMPOSE, tmp_path))
    for name in ("airflow-scheduler", "spark-worker", "monitor"):
        environment = found[name]["environment"]
        assert environment["HMSF_ORACLE_SCHEMA"] == "PANDA", name
        # As compose prints it: a dollar sign would begin a variable.
        assert environment["HMSF_ORACLE_WALLET_PASSWORD"] == "a $$(b) #c", name
        (mount,) = (volume for volume in found[name]["volumes"] if volume["target"] == "/etc/hmsf/site")
        assert (mount["source"], mount["read_only"]) == (str(tmp_path / "site"), True), name


def test_what_a_site_puts_there_stays_out_of_git_and_images() -> None:
    for name in ("site/settings.env", "site/wallet/ewallet.pem", ".env"):
        assert subprocess.run(["git", "check-ignore", "-q", DOCKER / name], cwd=ROOT, check=False).returncode == 0, name
    assert {"docker/site", "**/.env"} <= set((DOCKER / "Dockerfile.dockerignore").read_text().splitlines())


def test_data_outlives_its_container(env_file: Path) -> None:
    found = services(env_file)
    for name in ("airflow-db", "cassandra", "monitor-db", "oracle"):
        assert [volume["type"] for volume in found[name]["volumes"]] == ["volume"], name


def test_nothing_is_published_beyond_this_machine(env_file: Path) -> None:
    ports = [port for service in services(env_file).values() for port in service.get("ports", ())]
    assert len(ports) == 4
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}


def test_no_password_is_in_a_service_but_as_a_secret(env_file: Path) -> None:
    secret = {name for name, setting in BY_NAME.items() if setting.secret}
    values = dict(line.split("=", 1) for line in env_file.read_text().splitlines())
    hidden = {value for name, value in values.items() if re.search(r"PASSWORD|SECRET|KEY", name)}
    for name, service in services(env_file).items():
        environment = service.get("environment", {})
        # An address, secret where it holds a password.
        assert secret & environment.keys() <= {"HMSF_MONITOR_DATABASE"}, name
        assert urlsplit(environment.get("HMSF_MONITOR_DATABASE", "")).password is None, name
        assert not any(value in json.dumps(service) for value in hidden), name
        for variable, value in environment.items():
            assert "PASSWORD" not in variable or variable.endswith("_FILE"), f"{name}: {variable}={value}"


def test_every_secret_is_one_that_the_environment_has_and_somebody_needs(env_file: Path) -> None:
    values = dict(line.split("=", 1) for line in env_file.read_text().splitlines())
    file = yaml.safe_load(COMPOSE.read_text())
    used = {
        secret["source"] if isinstance(secret, dict) else secret
        for service in file["services"].values()
        for secret in service.get("secrets", ())
    }
    assert used == set(file["secrets"])
    assert all(len(values[secret["environment"]]) >= 32 for secret in file["secrets"].values())


def test_versions_come_from_the_environment_only(env_file: Path) -> None:
    known = {line.split("=", 1)[0] for line in env_file.read_text().splitlines()}
    text = COMPOSE.read_text()
    for variable, how in VARIABLE.findall(text):
        # What has a default is a size, a port or a day of the user's.
        assert (how == ":?") == (variable in known), variable
    images = re.findall(r"^ +image: \S+?:(.*)$", text, re.MULTILINE)
    assert images
    assert all(re.fullmatch(r"\$\{\w+_VERSION:\?.*\}", tag) for tag in images), images
    for name in ("Dockerfile", "cassandra.Dockerfile"):
        text = (DOCKER / name).read_text()
        bases = [base for base in re.findall(r"^FROM (\S+)", text, re.MULTILINE) if base != "base"]
        assert bases
        for base in bases:
            assert not re.search(r"\d", base.replace("${", "").split(":")[1]), base
            assert "ARG" in text.split("FROM")[0]


def test_each_image_is_built_by_one_service_and_the_others_ask_no_registry_for_it(env_file: Path) -> None:
    found = services(env_file)
    builders = {service["image"]: name for name, service in found.items() if "build" in service}
    assert len(builders) == sum("build" in service for service in found.values())
    for name, service in found.items():
        if service["image"].startswith("hmsf-") and "build" not in service:
            assert service["pull_policy"] == "never", name
            assert service["image"] in builders, name


def test_files_of_the_checkout_are_readable_in_images_whatever_its_owner_s_umask() -> None:
    for name in ("Dockerfile", "cassandra.Dockerfile"):
        copied = re.findall(r"^COPY (.*?)docker/\S+", (DOCKER / name).read_text(), re.MULTILINE)
        assert copied
        assert all("--chmod=" in options for options in copied), name


def test_every_folder_of_a_volume_and_of_work_belongs_to_the_user_of_the_images(env_file: Path) -> None:
    text = (DOCKER / "Dockerfile").read_text()
    owned = set(" ".join(re.findall(r"install -d -o hmsf -g hmsf (.*)", text)).split())
    mounted = {
        volume["target"]
        for service in services(env_file).values()
        for volume in service.get("volumes", ())
        if service["image"].startswith(("hmsf-airflow", "hmsf-spark", "hmsf-monitor")) and volume["type"] == "volume"
    }
    assert mounted
    assert mounted | set(re.findall(r"^WORKDIR (/var/\S+)", text, re.MULTILINE)) <= owned


def test_arguments_of_a_build_are_given_and_none_is_hidden_by_a_variable_of_the_python_image(env_file: Path) -> None:
    arguments = set(re.findall(r"^ARG (\w+)", (DOCKER / "Dockerfile").read_text(), re.MULTILINE))
    assert not arguments & {"GPG_KEY", "LANG", "PATH", "PYTHON_SHA256", "PYTHON_VERSION"}
    found = services(env_file)
    assert all(set(found[name]["build"]["args"]) == arguments for name in ("init", "spark-master", "monitor"))


def test_services_are_given_settings_that_there_are(env_file: Path) -> None:
    known = {setting.name for setting in SETTINGS}
    given = {
        name
        for service in services(env_file).values()
        for name in service.get("environment", {})
        if name.startswith("HMSF_")
    }
    assert given
    assert given <= known
