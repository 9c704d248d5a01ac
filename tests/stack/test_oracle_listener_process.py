"""The test listener beside the stack: the settings lead to it while it runs, and nothing of it is left."""

from __future__ import annotations

import os
from pathlib import Path

import oracledb
import psutil
import pytest

from data_models import settings
from stack import oracle_listener
from stack.errors import StackError
from stack.oracle_listener import oracle_listening


def listeners() -> list[psutil.Process]:
    """Children of this process that are listeners; one that has ended and waits to be reaped has no command line."""
    of = {child: child.as_dict(["cmdline"], ad_value=())["cmdline"] for child in psutil.Process().children()}
    return [child for child, words in of.items() if oracle_listener.MODULE in words]


def test_the_settings_lead_to_it_while_it_runs(stack: Path) -> None:
    before = dict(os.environ)
    with oracle_listening() as dsn:
        assert settings.text("HMSF_SOURCE") == "oracle"
        assert settings.text("HMSF_ORACLE_DSN") == dsn
        (process,) = listeners()
        assert settings.text("HMSF_ORACLE_PASSWORD") not in " ".join(process.cmdline())
        names = ("USER", "PASSWORD", "DSN")
        user, password, address = (settings.text(f"HMSF_ORACLE_{name}") for name in names)
        with oracledb.connect(user=user, password=password, dsn=address) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM atlas_panda.jobsarchived4 WHERE 1 = 0")
            assert cursor.fetchall() == [(0,)]
    assert listeners() == []
    assert dict(os.environ) == before


def test_one_that_does_not_start_is_told(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_listener, "MODULE", "tests.no_such_module")
    with pytest.raises(StackError, match="did not start"), oracle_listening():
        pass
    assert listeners() == []


def test_outside_a_checkout_it_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    with pytest.raises(StackError, match="from a checkout"), oracle_listening():
        pass
