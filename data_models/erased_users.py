"""The list of users whose names were erased, in Cassandra: what extractions ask, so that no load brings a name back.

A name is in it as its digest alone. Who has a list of all users can tell from it which were erased, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime

from cassandra.cluster import Session

from data_models.ledger_tables import ERASED_USERS
from data_models.names import normal_name

KIND = "user"


def digest(name: str) -> str:
    """What stands for a name in the list: SHA-256 of it as it stands in keys."""
    return hashlib.sha256(normal_name(name).encode()).hexdigest()


class ErasedUsers:
    """Reads and writes the list through a session whose keyspace is the archive's."""

    def __init__(self, session: Session) -> None:
        """The table has to be there (`python -m data_models.cql --apply`)."""
        self._session = session
        self._insert = session.prepare(
            f"INSERT INTO {ERASED_USERS.name} (kind, digest, replacement, erased_at) VALUES (?, ?, ?, ?)"
        )
        self._select = session.prepare(f"SELECT digest, replacement FROM {ERASED_USERS.name} WHERE kind = ?")

    def replacements(self) -> dict[str, str]:
        """What stands for each erased name, by digest."""
        return {row.digest: row.replacement for row in self._session.execute(self._select, (KIND,))}

    def enter(self, name: str, replacement: str | None = None) -> str:
        """Enter a name and return what is to stand for it: what is given, else what the list has, else a new pseudonym.

        What stood for others and is erased now is replaced for them too.
        """
        known = self.replacements()
        chosen = replacement or known.get(digest(name)) or f"erased-{secrets.token_hex(6)}"
        for listed in {digest(name), *(other for other, stands in known.items() if stands == name)}:
            self._session.execute(self._insert, (KIND, listed, chosen, datetime.now(UTC)))
        return chosen


def state_of(replacements: dict[str, str]) -> str:
    """A checksum of the list, which tells whether it has changed."""
    return hashlib.sha256(json.dumps(sorted(replacements.items())).encode()).hexdigest()[:16]
