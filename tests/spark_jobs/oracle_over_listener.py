"""What the reader of the test listener may do, and the Oracle source's settings that lead there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from oracle_listener.accounts import Account
from oracle_listener.listener import Listener
from oracle_listener.on_stack import source_settings
from oracle_listener.session import Role


def allow(listener: Listener, **rights: object) -> None:
    """Change what the reader may do."""
    listener.accounts.put(replace(listener.accounts.first, **rights))


def reset(listener: Listener) -> None:
    """No faults, a primary, and the reader as at first."""
    listener.faults.clear()
    listener.answers.role = Role()
    listener.accounts.put(Account(listener.accounts.first.name, listener.accounts.first.password))


def lead_to(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings lead to the listener, and the archive be read in two slices."""
    monkeypatch.setenv("HMSF_ORACLE_SLICES", "2")
    for name, value in source_settings(listener).items():
        monkeypatch.setenv(name, value)
