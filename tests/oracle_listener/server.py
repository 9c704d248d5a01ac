"""What all conversations of a listener share."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import Accounts
from .faults import Faults
from .session import Answers, Counts


@dataclass(frozen=True)
class Server:
    """One listener: its service, its users, who answers, what goes wrong, what was seen."""

    service: str
    accounts: Accounts
    answers: Answers
    faults: Faults
    counts: Counts
