"""One client from its first packet to its last: connect, log in, then call after call."""

from __future__ import annotations

import threading
import traceback
from dataclasses import dataclass

from .accounts import Accounts
from .cursors import Cursor, Cursors
from .faults import Cut, CutInRows, Fail, Fault, Faults, Garble, Pause, Redescribe, Silence, Step, broken_off
from .session import Answers, Counts, Result, Session, Statement
from .wire import negotiation, replies
from .wire.errors import OraError, ora
from .wire.login import Client, SessionFacts, log_in
from .wire.packets import Closed, Interrupted, Wire
from .wire.replies import Column
from .wire.requests import Call, Function, Option, Request, read_request
from .wire.scalars import ProtocolError
from .wire.values import encoder

# After these the session is gone.
DEADLY = frozenset({28, 600, 1012, 1033, 1034, 1089, 3113, 3114, 3135})
STEPS = {
    Function.EXECUTE: Step.EXECUTE,
    Function.REEXECUTE: Step.EXECUTE,
    Function.REEXECUTE_AND_FETCH: Step.EXECUTE,
    Function.FETCH: Step.FETCH,
    Function.COMMIT: Step.COMMIT,
    Function.ROLLBACK: Step.ROLLBACK,
    Function.PING: Step.PING,
}


@dataclass(frozen=True)
class Server:
    """What all conversations share."""

    service: str
    accounts: Accounts
    answers: Answers
    faults: Faults
    counts: Counts
    stopped: threading.Event


class Conversation:
    """One connection."""

    def __init__(self, server: Server, wire: Wire, number: int) -> None:
        self._server = server
        self._wire = wire
        self._number = number
        self._cursors = Cursors()
        self._session: Session | None = None

    def run(self) -> None:
        """Talk until the client has gone. What the client says and the listener does not understand is noted."""
        try:
            self._begin()
            while True:
                self._serve()
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
            self._cursors.close_all()
            if self._session:
                self._server.answers.end_transaction(self._session)
            self._wire.close()

    def _begin(self) -> None:
        connect = negotiation.read_connect(self._wire)
        for fault in self._server.faults.at(Step.CONNECT):
            if isinstance(fault.effect, Fail):
                negotiation.refuse(self._wire, fault.effect.code)
                raise Closed("refused")
            self._strike(fault)
        if connect.service != self._server.service:
            negotiation.refuse(self._wire, 12514)
            raise Closed("unknown service")
        negotiation.accept(self._wire, connect.sdu)
        negotiation.negotiate(self._wire)
        facts = SessionFacts(self._number, 1, self._server.service)
        client = log_in(self._wire, facts, self._server.accounts.password_of, self._admit)
        account = self._server.accounts.admit(client)
        self._session = Session(self._number, client, account, client.user, self._server.service)
        self._server.counts.sessions.append(self._session)

    def _admit(self, client: Client) -> None:
        for fault in self._server.faults.at(Step.LOG_IN):
            self._strike(fault)
        self._server.accounts.admit(client)

    def _serve(self) -> None:
        """One request and its reply."""
        try:
            request = read_request(self._wire.request(), self._cursors.binds_of)
            self._take_piggybacks(request)
            try:
                self._answer(request.call)
            except OraError as failure:
                self._wire.reply(replies.error(failure, cursor=self._failed_cursor(request.call)))
                if failure.code in DEADLY:
                    self._wire.cut()
            except CutInRows as broken:
                self._strike(Fault(broken.effect))
                self._wire.cut(broken.effect.reset)
        except Interrupted:
            self._wire.acknowledge_break()
            self._wire.reply(replies.error(ora(1013)))

    def _take_piggybacks(self, request: Request) -> None:
        for number in request.closed_cursors:
            self._cursors.close(number)
        if request.schema:
            self._session.schema = request.schema.upper()
        self._session.traced |= request.traced

    def _failed_cursor(self, call: Call) -> int:
        """The client forgets a cursor that a failed call names; a new one was never told to it."""
        return call.cursor

    def _answer(self, call: Call) -> None:
        step = STEPS.get(call.function)
        calls = self._server.counts.calls
        calls[call.function.name] = calls.get(call.function.name, 0) + 1
        if step is None:
            self._wire.reply(replies.status())
        elif step == Step.EXECUTE:
            self._execute(call)
        elif step == Step.FETCH:
            self._fetch(self._cursors.get(call.cursor), call.rows)
        else:
            for fault in self._server.faults.at(step):
                self._strike(fault)
            if step != Step.PING:
                self._server.answers.end_transaction(self._session)
            self._wire.reply(replies.status())

    def _execute(self, call: Call) -> None:
        if call.defines:
            self._cursors.get(call.cursor).define(call.binds or ())
            self._wire.reply(replies.end_of_call(cursor=call.cursor))
            return
        cursor = self._cursors.get(call.cursor) if call.cursor else self._cursors.new(call.sql or "")
        try:
            self._run(cursor, call)
        except (OraError, Interrupted):
            self._cursors.close(cursor.number)
            raise

    def _run(self, cursor: Cursor, call: Call) -> None:
        cursor.sql = call.sql or cursor.sql
        cursor.binds = cursor.binds if call.binds is None else call.binds
        values = call.values[0] if call.values else ()
        self._server.counts.statements.append(Statement(self._number, cursor.sql, values))
        faults = self._server.faults.at(Step.EXECUTE, cursor.sql)
        for fault in faults:
            if fault.after_rows is None:
                self._strike(fault)
        result = self._server.answers.execute(self._session, cursor.sql, values)
        if not isinstance(result, Result):
            self._wire.reply(replies.return_parameters() + replies.end_of_call(result.rows, cursor.number))
            return
        for fault in faults:
            result = _bent(result, fault)
        others = cursor.open(result)
        for fault in faults:
            if isinstance(fault.effect, Garble):
                at = [column.name for column in cursor.columns].index(fault.effect.column.upper())
                cursor.cells[at] = encoder(fault.effect.column, fault.effect.type)
        if Option.PARSE in call.options or others:
            self._wire.reply(replies.describe(cursor.columns))
        if Option.FETCH not in call.options or cursor.has_lobs:
            self._wire.reply(replies.return_parameters() + replies.end_of_call(0, cursor.number))
            return
        self._send_rows(cursor, call.rows, replies.return_parameters())

    def _fetch(self, cursor: Cursor, wanted: int) -> None:
        for fault in self._server.faults.at(Step.FETCH, cursor.sql):
            self._strike(fault)
        self._send_rows(cursor, wanted)

    def _send_rows(self, cursor: Cursor, wanted: int, end: bytes = b"") -> None:
        before = cursor.sent
        message = replies.row_header()
        for rows in cursor.batches(wanted):
            self._wire.reply(message + rows)
            message = b""
        more = cursor.sent - before == wanted
        over = replies.end_of_call if more else replies.no_more_rows
        self._wire.reply(message + end + over(cursor.sent, cursor.number))

    def _strike(self, fault: Fault) -> None:
        """Let a fault happen now."""
        match fault.effect:
            case Fail():
                raise fault.effect.error
            case Cut(after_packets=0, reset=reset):
                self._wire.cut(reset)
            case Cut(after_packets=packets, reset=reset):
                self._wire.packets_left, self._wire.reset_when_cut = packets, reset
            case Pause(seconds=seconds):
                self._wire.wait(seconds)
            case Silence():
                self._server.stopped.wait()
                self._wire.cut()

    def _give_up(self, problem: Exception) -> None:
        """An error that cannot be missed, instead of silence; then the end."""
        try:
            self._wire.reply(replies.error(ora(600, str(problem))))
            self._wire.cut()
        except Closed:
            return


def _bent(result: Result, fault: Fault) -> Result:
    """The result as a fault makes it."""
    effect = fault.effect
    if isinstance(effect, Redescribe):
        columns = [Column(c.name, effect.type) if c.name == effect.column.upper() else c for c in result.columns]
        return Result(columns, result.rows)
    if isinstance(effect, (Fail, Cut)) and fault.after_rows is not None:
        return Result(result.columns, broken_off(result.rows, fault.after_rows, effect))
    return result
