"""One client from its first packet to its last: connect, log in, then call after call."""

from __future__ import annotations

import traceback

from .calls import Calls
from .faults import Fail, Step
from .server import Server
from .session import Session
from .striking import strike
from .wire import negotiation, replies
from .wire.errors import OraError, ora
from .wire.login import Client, SessionFacts, log_in
from .wire.packets import Closed, Interrupted, Wire
from .wire.requests import read_request
from .wire.scalars import ProtocolError

# After these the session is gone.
DEADLY = frozenset({28, 600, 1012, 1033, 1034, 1089, 3113, 3114, 3135})


class Conversation:
    """One connection."""

    def __init__(self, server: Server, wire: Wire, number: int) -> None:
        self._server = server
        self._wire = wire
        self._number = number
        self._session: Session | None = None
        self._calls: Calls | None = None

    def run(self) -> None:
        """Talk until the client has gone. What the client says and the listener does not understand is noted."""
        try:
            self._begin()
            calls = self._calls = Calls(self._server, self._wire, self._session)
            while True:
                self._serve(calls)
        except Closed:
            pass
        except OraError:
            pass  # not let in; it has been told
        except Exception as problem:  # the client must not be left waiting, whatever is wrong
            self._server.counts.problems.append(f"connection {self._number}: {type(problem).__name__}: {problem}")
            if not isinstance(problem, ProtocolError):
                traceback.print_exc()
            self._give_up(problem)
        finally:
            if self._calls:
                self._calls.close()
            self._wire.close()

    def _begin(self) -> None:
        connect = negotiation.read_connect(self._wire)
        for fault in self._server.faults.at(Step.CONNECT):
            if isinstance(fault.effect, Fail):
                negotiation.refuse(self._wire, fault.effect.code)
                raise Closed("refused")
            strike(self._wire, fault)
        if connect.service != self._server.service:
            negotiation.refuse(self._wire, 12514)
            raise Closed("unknown service")
        negotiation.accept(self._wire, connect.sdu)
        negotiation.negotiate(self._wire)
        facts = SessionFacts(self._number, 1, self._server.service)
        log_in(self._wire, facts, self._server.accounts.password_of, self._admit)

    def _admit(self, client: Client) -> None:
        for fault in self._server.faults.at(Step.LOG_IN):
            strike(self._wire, fault)
        account = self._server.accounts.admit(client)
        self._session = Session(self._number, client, account, client.user, self._server.service)
        # Before the client is told, so that who looks finds it.
        self._server.counts.sessions.append(self._session)

    def _serve(self, calls: Calls) -> None:
        """One request and its reply."""
        try:
            request = read_request(self._wire.request(), calls.cursors.binds_of)
            try:
                calls.take(request)
            except OraError as failure:
                # The client forgets a cursor that is named here; of a new one it does not know.
                self._wire.reply(replies.error(failure, cursor=request.call.cursor))
                if failure.code in DEADLY:
                    self._wire.cut()
        except Interrupted:
            self._wire.acknowledge_break()
            self._wire.reply(replies.error(ora(1013)))

    def _give_up(self, problem: Exception) -> None:
        """An error that cannot be missed, instead of silence; then the end."""
        try:
            self._wire.reply(replies.error(ora(600, str(problem))))
            self._wire.cut()
        except Closed:
            return
