"""The calls of a session that is logged in: execute, fetch, commit, rollback, ping, and what goes wrong on demand."""

from __future__ import annotations

from .cursors import Cursor, Cursors
from .faults import Fault, Garble, InRows, Redescribe, Step, broken_off
from .server import Server
from .session import Result, Session, Statement
from .striking import strike
from .wire import replies
from .wire.cells import encoder
from .wire.column_types import varchar2
from .wire.errors import OraError
from .wire.packets import Interrupted, Wire
from .wire.replies import Column
from .wire.requests import Call, Function, Option, Request

LONGEST = 4000
STEPS = {
    Function.EXECUTE: Step.EXECUTE,
    Function.REEXECUTE: Step.EXECUTE,
    Function.REEXECUTE_AND_FETCH: Step.EXECUTE,
    Function.FETCH: Step.FETCH,
    Function.COMMIT: Step.COMMIT,
    Function.ROLLBACK: Step.ROLLBACK,
    Function.PING: Step.PING,
}


class Calls:
    """The calls of one session."""

    def __init__(self, server: Server, wire: Wire, session: Session) -> None:
        self._server = server
        self._wire = wire
        self._session = session
        self.cursors = Cursors()

    def close(self) -> None:
        """The session is over."""
        self.cursors.close_all()
        self._server.answers.end_transaction(self._session)

    def take(self, request: Request) -> None:
        """What came with the call, and the call."""
        for number in request.closed_cursors:
            self.cursors.close(number)
        if request.schema:
            self._session.schema = request.schema.upper()
        self._session.traced |= request.traced
        self._server.counts.called(request.call.function.name)
        try:
            self._answer(request.call)
        except InRows as broken:
            strike(self._wire, Fault(broken.effect))

    def _answer(self, call: Call) -> None:
        step = STEPS.get(call.function)
        if step is None:
            self._wire.reply(replies.status())
        elif step == Step.EXECUTE:
            self._execute(call)
        elif step == Step.FETCH:
            self._fetch(self.cursors.get(call.cursor), call.rows)
        else:
            for fault in self._server.faults.at(step):
                strike(self._wire, fault)
            if step != Step.PING:
                self._server.answers.end_transaction(self._session)
            self._wire.reply(replies.status())

    def _execute(self, call: Call) -> None:
        if call.defines:
            self.cursors.get(call.cursor).define(call.binds or ())
            self._wire.reply(replies.end_of_call(cursor=call.cursor))
            return
        cursor = self.cursors.get(call.cursor) if call.cursor else self.cursors.new(call.sql or "")
        try:
            self._run(cursor, call)
        except (OraError, Interrupted):
            self.cursors.close(cursor.number)
            raise

    def _run(self, cursor: Cursor, call: Call) -> None:
        cursor.sql = call.sql or cursor.sql
        cursor.binds = cursor.binds if call.binds is None else call.binds
        values = call.values[0] if call.values else ()
        self._server.counts.statements.append(Statement(self._session.number, cursor.sql, values))
        faults = self._server.faults.at(Step.EXECUTE, cursor.sql)
        for fault in faults:
            if fault.after_rows is None:
                strike(self._wire, fault)
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
                cursor.cells[at] = encoder(fault.effect.column, varchar2(LONGEST))
        if Option.PARSE in call.options or others:
            self._wire.reply(replies.describe(cursor.columns))
        if Option.FETCH not in call.options or cursor.has_lobs:
            self._wire.reply(replies.return_parameters() + replies.end_of_call(0, cursor.number))
            return
        self._send_rows(cursor, call.rows, replies.return_parameters())

    def _fetch(self, cursor: Cursor, wanted: int) -> None:
        for fault in self._server.faults.at(Step.FETCH, cursor.sql):
            strike(self._wire, fault)
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


def _bent(result: Result, fault: Fault) -> Result:
    """The result as a fault makes it."""
    effect = fault.effect
    if isinstance(effect, Redescribe):
        columns = [Column(c.name, effect.type) if c.name == effect.column.upper() else c for c in result.columns]
        return Result(columns, result.rows)
    if fault.after_rows is not None:
        return Result(result.columns, broken_off(result.rows, fault))
    return result
