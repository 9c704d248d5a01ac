"""The users of the listener and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .wire.errors import ora
from .wire.login import Client


@dataclass(frozen=True)
class Account:
    """A user. `tables`: which it may read (None: all of PanDA's); `flashback`: at an SCN too; `scn`: V$DATABASE.

    `through`: the users that may connect for it (proxies).
    """

    name: str
    password: str = field(repr=False)
    locked: bool = False
    flashback: bool = True
    scn: bool = True
    tables: frozenset[str] | None = None
    through: frozenset[str] = frozenset()

    def may_read(self, table: str) -> bool:
        """Whether it may read a table, in capitals and without its schema."""
        return self.tables is None or table in self.tables


class Accounts:
    """All users by name."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._by_name = {account.name.upper(): account for account in accounts}

    def put(self, account: Account) -> None:
        """Add a user, or change it; sessions that are open keep what they had."""
        self._by_name[account.name.upper()] = account

    @property
    def first(self) -> Account:
        """The user that was given first."""
        return next(iter(self._by_name.values()))

    def password_of(self, user: str) -> str | None:
        """The password, None for a stranger."""
        account = self._by_name.get(user)
        return account.password if account else None

    def admit(self, client: Client) -> Account:
        """The account of the session's user. Raises OraError if it is locked or not open to the proxy."""
        account, real = self._by_name.get(client.user), self._by_name[client.through]
        if real.locked or (account and account.locked):
            raise ora(28000)
        if account is None or (real is not account and real.name.upper() not in account.through):
            raise ora(28150)
        return account
