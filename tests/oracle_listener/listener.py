"""The listener: a socket on the loopback interface, and a thread for each client."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from types import TracebackType

from .accounts import Account, Accounts
from .conversation import Conversation
from .faults import Faults
from .server import Server
from .session import Answers, Counts
from .wire.packets import Wire

LOOPBACK = "127.0.0.1"
PATIENCE = 10


class Listener:
    """An Oracle server to python-oracledb. Use it in a `with` block, or call start and stop."""

    def __init__(self, answers: Answers, accounts: Iterable[Account], service: str = "PANDA", port: int = 0) -> None:
        self.answers = answers
        self.accounts = Accounts(accounts)
        self.faults = Faults()
        self.counts = Counts()
        self._stopped = threading.Event()
        self._server = Server(service.upper(), self.accounts, answers, self.faults, self.counts)
        self._port = port
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, Wire] = {}

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return self._port

    @property
    def dsn(self) -> str:
        """How clients name it: host, port and service."""
        return f"{LOOPBACK}:{self._port}/{self._server.service}"

    @property
    def open_connections(self) -> int:
        """How many clients are connected."""
        with self._lock:
            return len(self._open)

    def start(self) -> Listener:
        """Listen. Raises OSError if the port is taken."""
        self._socket = socket.create_server((LOOPBACK, self._port), backlog=64)
        self._port = self._socket.getsockname()[1]
        threading.Thread(target=self._take, name="oracle listener", daemon=True).start()
        return self

    def stop(self) -> None:
        """End all conversations and give the port back."""
        self._stopped.set()
        if self._socket:
            # Closing alone does not wake who waits in accept.
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            finally:
                self._socket.close()
        with self._lock:
            running = dict(self._open)
        for wire in running.values():
            wire.shut()
        for thread in running:
            thread.join(PATIENCE)

    def __enter__(self) -> Listener:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return  # stopped
            with self._lock:
                self.counts.connections += 1
                wire = Wire(connection)
                conversation = Conversation(self._server, wire, self.counts.connections)
                thread = threading.Thread(target=self._talk, args=(conversation,), daemon=True)
                self._open[thread] = wire
            thread.start()

    def _talk(self, conversation: Conversation) -> None:
        try:
            conversation.run()
        finally:
            with self._lock:
                self._open.pop(threading.current_thread(), None)
