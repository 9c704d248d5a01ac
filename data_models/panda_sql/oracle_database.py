"""One Oracle database as the settings describe it, and read-only sessions on it.

A DBA sees in V$SESSION who asks: program and module `hmsf`, the action, and the window as client identifier.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import oracledb

from data_models import settings
from data_models.panda_sql.errors import SourceConfigurationError, SourceUnavailable
from data_models.panda_sql.oracle_errors import explained
from data_models.panda_sql.oracle_session import Session

MAIN, YEARS = "main", "years"
PREFIXES = {MAIN: "HMSF_ORACLE", YEARS: "HMSF_ORACLE_YEARS"}
# A password in the connect string would end up in error messages and process lists. It may hold any character; only in
# a descriptor, which begins with "(KEY=", are a slash and an @ no user and password.
CREDENTIALS_IN_DSN = re.compile(r"^(?!\s*\(\s*\w+\s*=).*/.*@|PASSWORD\s*=", re.IGNORECASE | re.DOTALL)
PROGRAM = "hmsf"


@dataclass(frozen=True)
class Database:
    """How to reach and log in to one database; passwords are kept out of every text that this class makes.

    `user`: `reader`, or `reader[owner]` to act for another user. `client`: folder of Oracle's client libraries for
    thick mode, empty for thin mode. `fetch_rows`: rows a round trip. Times in seconds; a call time of 0 has no limit.
    """

    name: str
    dsn: str
    user: str
    password: str = field(repr=False)
    config: str = ""
    wallet: str = ""
    wallet_password: str = field(default="", repr=False)
    client: str = ""
    fetch_rows: int = 2000
    call_seconds: int = 600
    connect_seconds: int = 20

    @classmethod
    def from_settings(cls, name: str) -> Database:
        """By HMSF_ORACLE_* or, for the years put away, HMSF_ORACLE_YEARS_*. Raises SourceConfigurationError."""
        own = {key: settings.text(f"{PREFIXES[name]}_{key}") for key in ("DSN", "USER", "PASSWORD")}
        if name == YEARS:
            own = {key: value or settings.text(f"HMSF_ORACLE_{key}") for key, value in own.items()}
        for key in ("DSN", "USER"):
            if not own[key]:
                raise SourceConfigurationError(
                    f"{PREFIXES[name]}_{key} is not set: {settings.BY_NAME[f'HMSF_ORACLE_{key}'].meaning}"
                )
        if CREDENTIALS_IN_DSN.search(own["DSN"]):
            raise SourceConfigurationError(
                f"{PREFIXES[name]}_DSN holds credentials: put them into {PREFIXES[name]}_USER and _PASSWORD"
            )
        shared = (settings.text(f"HMSF_ORACLE_{key}") for key in ("CONFIG", "WALLET", "WALLET_PASSWORD", "CLIENT"))
        if not settings.number("HMSF_ORACLE_FETCH_ROWS"):
            raise SourceConfigurationError("HMSF_ORACLE_FETCH_ROWS=0: give the rows of a round trip, 2000 for example")
        limits = (settings.number(f"HMSF_ORACLE_{key}") for key in ("FETCH_ROWS", "CALL_SECONDS", "CONNECT_SECONDS"))
        return cls(name, own["DSN"], own["USER"], own["PASSWORD"], *shared, *limits)

    @property
    def where(self) -> str:
        """The database in words, for messages."""
        return f"Oracle {self.user}@{self.dsn}"

    @contextmanager
    def session(self, action: str, window: str) -> Iterator[Session]:
        """A read-only session for one purpose. Raises SourceError, from inside the block too."""
        connection = self._connect()
        try:
            connection.call_timeout = 1000 * self.call_seconds
            connection.module, connection.action, connection.client_identifier = PROGRAM, action, f"hmsf {window}"
            session = Session(connection, self.fetch_rows, self._explained)
            session.begin()
            yield session
        finally:
            with suppress(oracledb.Error):  # a lost session cannot be closed; what lost it has been raised already
                connection.close()

    def _connect(self) -> oracledb.Connection:
        """Connect within connect_seconds: the driver's own limit does not cover a server that accepts and is silent."""
        outcome: list[oracledb.Connection | Exception] = []
        lock, abandoned = threading.Lock(), threading.Event()

        def connect() -> None:
            try:
                connection: oracledb.Connection | Exception = self._open()
            except Exception as error:
                connection = error
            with lock:
                if not abandoned.is_set():
                    outcome.append(connection)
                    return
            if isinstance(connection, oracledb.Connection):
                connection.close()

        thread = threading.Thread(target=connect, daemon=True, name="hmsf-oracle-connect")
        thread.start()
        thread.join(self.connect_seconds or None)
        with lock:
            abandoned.set()
        if not outcome:
            raise SourceUnavailable(
                f"{self.where}: no answer within {self.connect_seconds} s of connecting; see that the listener at "
                f"{PREFIXES[self.name]}_DSN is Oracle's and up, or raise HMSF_ORACLE_CONNECT_SECONDS"
            )
        if isinstance(outcome[0], oracledb.Error):
            # Without the driver's error as its cause: that may repeat the connect string.
            raise self._explained(outcome[0]) from None
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]

    def _open(self) -> oracledb.Connection:
        if self.client:
            # The libraries read tnsnames.ora themselves, once a process: connect's config_dir means nothing to them.
            oracledb.init_oracle_client(lib_dir=self.client, config_dir=self.config or None)
        else:
            # Undecided, the driver holds back all connects of a process until its first one has succeeded: one silent
            # server would block the others.
            oracledb.enable_thin_mode()
        optional = {
            "config_dir": self.config,
            "wallet_location": self.wallet,
            "wallet_password": self.wallet_password,
            "tcp_connect_timeout": self.connect_seconds,
        }
        given = {name: value for name, value in optional.items() if value}
        return oracledb.connect(dsn=self.dsn, user=self.user, password=self.password, program=PROGRAM, **given)

    def _explained(self, error: oracledb.Error, what: str = "") -> Exception:
        where = f"{self.where}, {what}" if what else self.where
        return explained(error, where, PREFIXES[self.name], (self.password, self.wallet_password))
