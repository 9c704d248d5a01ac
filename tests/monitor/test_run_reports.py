"""Run reports come from the staging folder as they are, and cannot do anything in the browser."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from django.test import Client

REPORT = "<html><head><style>td { color: red }</style></head><body><script>alert(1)</script></body></html>"
ADDRESS = "/report/daily-2026-07-01/0123456789ab/"


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A staging folder with one report."""
    root = tmp_path / "staging"
    monkeypatch.setenv("HMSF_STAGING", str(root))
    folder = root / "daily-2026-07-01" / "0123456789ab"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(REPORT)
    (tmp_path / "report.html").write_text("secret")
    return root


@pytest.mark.usefixtures("staging")
def test_a_report_may_style_itself_and_nothing_else(client: Client) -> None:
    response = client.get(ADDRESS)
    assert (response.status_code, response.content.decode()) == (200, REPORT)
    style = base64.b64encode(hashlib.sha256(b"td { color: red }").digest()).decode()
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{style}';" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize(
    "address",
    [
        "/report/daily-2026-07-01/ffffffffffff/",
        "/report/none/0123456789ab/",
        "/report/../0123456789ab/",
        "/report/%2e%2e/0123456789ab/",
        "/report/daily-2026-07-01/..%2f..%2f..%2fsecret/",
        "/report/daily-2026-07-01/current/",
    ],
)
def test_what_is_no_report_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("staging")
def test_reports_are_for_readers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_MONITOR_ANONYMOUS", "0")
    assert client.get(ADDRESS)["Location"].startswith("/login/")


def test_staging_that_cannot_be_reached_is_told_as_not_found(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMSF_STAGING", "nosuch://host/folder")
    assert client.get(ADDRESS).status_code == 404
