"""Steps run in this process, and what the archive holds afterwards."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from cassandra.cluster import Session
from one_row import as_rows

from data_models.ledger import Ledger
from data_models.query_table import HOUR_COLUMN, LOAD_COLUMN, TIME_COLUMN
from data_models.tables import query_tables
from data_models.window import HOUR, Window, format_time


@dataclass(frozen=True)
class Outcome:
    """How a step ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> dict[str, Any]:
        """Its JSON line."""
        return json.loads(self.out.splitlines()[-1])

    @property
    def last_error(self) -> str:
        """The last line on stderr: the step's own, below Spark's log."""
        return self.err.splitlines()[-1]


def run(step: ModuleType, window: datetime | Window | str, load: str, *more: str) -> Outcome:
    """Run a step's command line for an hour, a window or whatever text."""
    text = f"{format_time(window)}/{format_time(window + HOUR)}" if isinstance(window, datetime) else str(window)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = step.main(["--window", text, "--load", load, *more])
        except SystemExit as stopped:
            code = stopped.code
    return Outcome(code, out.getvalue(), err.getvalue())


def states(session: Session, hour: datetime, load: str | None = None) -> list[str]:
    """The states that the ledger has of an hour (and load), oldest first."""
    return [entry.state for entry in Ledger(session).transitions(hour) if load in (None, entry.load)]


def content(session: Session, hour: datetime) -> dict[str, list[dict[str, Any]]]:
    """All rows that the query tables hold of an hour, wherever they lie, without cells that are NULL."""
    held = {}
    for table in query_tables():
        if HOUR_COLUMN in table.key_names:
            where, bounds = f"{HOUR_COLUMN} = %s", (hour,)
        else:
            where, bounds = f"{TIME_COLUMN} >= %s AND {TIME_COLUMN} < %s", (hour, hour + HOUR)
        # With a scan, so that rows under keys that should not be there are found too.
        rows = session.execute(f"SELECT * FROM {table.name} WHERE {where} ALLOW FILTERING", bounds)
        known = ({name: value for name, value in row._asdict().items() if value is not None} for row in rows)
        values = as_rows(table, known)
        held[table.name] = sorted(values, key=str)
    return held


def without_loads(session: Session, hour: datetime) -> dict[str, list[dict[str, Any]]]:
    """`content`, but for the names of loads."""
    return {
        table: [{name: value for name, value in row.items() if name != LOAD_COLUMN} for row in rows]
        for table, rows in content(session, hour).items()
    }


def jobs_of(session: Session, hour: datetime) -> dict[int, dict[str, Any]]:
    """The rows of table `job` of an hour by PANDAID."""
    return {row["pandaid"]: row for row in content(session, hour)["job"]}


def errors_of_sites(session: Session, hour: datetime) -> dict[tuple[str, str], int]:
    """The number of errors of an hour by site and component:code."""
    rows = content(session, hour)["errors_by_site"]
    return {(row["computingsite"], f"{row['component']}:{row['code']}"): row["n_errors"] for row in rows}


def utc(moment: datetime) -> datetime:
    """A time that the driver gave."""
    return moment.replace(tzinfo=UTC)


@contextlib.contextmanager
def closed_port() -> Any:
    """A port of this machine that is taken and that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


class Cable:
    """A port of this machine that leads to another one until it is cut."""

    def __init__(self, port: int) -> None:
        """Listen, and lead each connection to `port`."""
        self._to = port
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._cut = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections and take no more."""
        with self._lock:
            self._cut = True
            for one in (self._server, *self._open):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                with self._lock:
                    self._open += [near, far]
                    if self._cut:
                        near.close()
                        far.close()
                        return
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
