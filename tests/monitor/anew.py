"""The monitor of this process as if it had just been started. Django has to be set up, which conftest does."""

from __future__ import annotations

from monitor.api import active, anomalies, answers
from monitor.store import STORE


def start_anew() -> None:
    """Forget connections, settings and answers."""
    STORE.close()
    answers.forget()
    active.forget()
    anomalies.forget()
