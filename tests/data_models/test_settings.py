"""Settings: environment before the stack's file before the defaults; secrets are never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_models import settings


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, without a stack."""
    monkeypatch.setenv("HMSF_HOME", str(tmp_path))
    return tmp_path


def write_endpoints(home: Path, **values: str) -> None:
    """What the stack writes while it is up."""
    (home / "run").mkdir()
    (home / "run" / "endpoints.json").write_text(json.dumps(values))


def test_the_environment_wins_over_the_stack_and_the_stack_over_the_default(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.text("HMSF_CASSANDRA_PORT") == "9042"
    write_endpoints(own_home, HMSF_CASSANDRA_PORT="19042", STACK_PG_OWNER_URI="postgresql://owner:secret@")
    assert settings.text("HMSF_CASSANDRA_PORT") == "19042"
    monkeypatch.setenv("HMSF_CASSANDRA_PORT", "29042")
    assert settings.number("HMSF_CASSANDRA_PORT") == 29042
    monkeypatch.setenv("HMSF_CASSANDRA_PORT", "")
    assert settings.text("HMSF_CASSANDRA_PORT") == "19042"
    assert "STACK_PG_OWNER_URI" not in settings.in_force()


def test_staging_lies_in_the_home_unless_it_is_set(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.text("HMSF_STAGING") == f"{own_home}/staging"
    monkeypatch.setenv("HMSF_STAGING", "s3a://bucket/staging")
    assert settings.text("HMSF_STAGING") == "s3a://bucket/staging"


def test_secrets_are_hidden_and_everything_else_is_shown() -> None:
    lines = settings.shown({"HMSF_PG_PASSWORD": "tr0ub4dor", "HMSF_PG_HOST": "panda.example.org"})
    assert not [line for line in lines if "tr0ub4dor" in line]
    secrets = {line.split("=")[0]: line.split("  # ")[0].split("=")[1] for line in lines if "PASSWORD=" in line}
    assert secrets.pop("HMSF_PG_PASSWORD") == "(set)"
    assert set(secrets.values()) == {"(not set)"}
    assert "HMSF_PG_HOST=panda.example.org" in [line.split("  # ")[0] for line in lines]
    assert len(lines) == len(settings.SETTINGS)


def test_every_password_is_a_secret_and_every_setting_has_a_meaning() -> None:
    for setting in settings.SETTINGS:
        assert setting.name.startswith("HMSF_")
        assert setting.meaning
        # The address of the monitor's database has its password in it.
        hides = any(word in setting.name for word in ("PASSWORD", "SECRET", "MONITOR_DATABASE"))
        assert setting.secret == hides


@pytest.mark.parametrize("value", ["many", "-1", "1.5", "²", "٣", " 1"])
def test_a_number_that_is_none_is_refused_by_its_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_SOURCE_SESSIONS", value)
    with pytest.raises(settings.SettingsError, match=r"HMSF_SOURCE_SESSIONS=.*whole number"):
        settings.number("HMSF_SOURCE_SESSIONS")


def test_a_name_that_is_no_setting_is_an_error() -> None:
    with pytest.raises(KeyError):
        settings.text("HMSF_CASANDRA_PORT")
