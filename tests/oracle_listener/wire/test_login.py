"""The two calls of a log-in, with a client of the tests' own on the other side."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .errors import OraError, ora
from .login import VERSION, Client, SessionFacts, log_in
from .o5logon_client import cipher, client_answer
from .scalars import ProtocolError, Reader, Writer

FACTS = SessionFacts(7, 11, "panda")


def phase(function: int, user: str, pairs: dict[str, str]) -> bytes:
    """A call of a log-in as a client sends it."""
    call = Writer().u8(3, function, 1, 1).ub(len(user), 0x101).u8(1).ub(len(pairs)).u8(1, 1).clr(user.encode())
    for key, value in pairs.items():
        call.dalc(key.encode()).dalc(value.encode()).ub(0)
    return bytes(call)


def reader_of(data: bytes) -> Reader:
    """A reader of these bytes and no more."""
    pieces = iter([data])
    return Reader(lambda: next(pieces))


def pairs_of(reply: bytes) -> list[tuple[str, str, int]]:
    """The pairs of a server's answer."""
    reader = reader_of(reply)
    assert reader.u8() == 8
    return [(reader.dalc().decode(), reader.dalc().decode(), reader.ub()) for _ in range(reader.ub())]


class ClientWire:
    """A connection whose client logs in with a name and a password; keeps what it is told."""

    def __init__(self, user: str, password: str, **more: str) -> None:
        """`more`: what the client sends beside the password."""
        self.user, self.password, self.more = user, password, more
        self.replies: list[bytes] = []
        self.session = b""

    def request(self) -> Reader:
        """The call that is due."""
        if not self.replies:
            return reader_of(phase(118, self.user, {"AUTH_PROGRAM_NM": "python\0"}))
        sent, self.session = client_answer(pairs_of(self.replies[0]), self.password)
        return reader_of(phase(115, self.user, sent | self.more))

    def reply(self, message: bytes) -> None:
        """Keep an answer."""
        self.replies.append(message)


def logged_in(wire: ClientWire, admit: Callable[[Client], None] = lambda client: None) -> Client:
    """Log in at a server that knows PANDA, whose password is geheim."""
    return log_in(wire, FACTS, {"PANDA": "geheim"}.get, admit)


def test_who_has_the_password_is_let_in_and_told_of_the_session() -> None:
    wire = ClientWire("panda", "geheim")
    client = logged_in(wire)
    assert (client.user, client.through) == ("PANDA", "PANDA")
    assert client.pairs["AUTH_PROGRAM_NM"] == "python"
    facts = {key: value for key, value, _ in pairs_of(wire.replies[1])}
    assert (facts["AUTH_SESSION_ID"], facts["AUTH_SERIAL_NUM"], facts["AUTH_SC_SERVICE_NAME"]) == ("7", "11", "panda")
    assert facts["AUTH_VERSION_NO"] == str(VERSION) == "202375680"
    proof = cipher(wire.session).decryptor().update(bytes.fromhex(facts["AUTH_SVR_RESPONSE"]))
    assert proof[16:32] == b"SERVER_TO_CLIENT"


def test_a_proxy_is_the_one_who_connected_and_the_user_is_the_other() -> None:
    client = logged_in(ClientWire("panda", "geheim", PROXY_CLIENT_NAME='"reader"'))
    assert (client.user, client.through) == ("READER", "PANDA")


@pytest.mark.parametrize(("user", "password"), [("panda", "Geheim"), ("stranger", "geheim"), ("panda", "")])
def test_a_wrong_password_and_a_stranger_get_the_same_answers(user: str, password: str) -> None:
    wire = ClientWire(user, password)
    with pytest.raises(OraError, match="ORA-01017"):
        logged_in(wire)
    challenge, refusal = wire.replies
    assert [key for key, _, _ in pairs_of(challenge)][:2] == ["AUTH_SESSKEY", "AUTH_VFR_DATA"]
    assert refusal.endswith(b"ORA-01017: invalid username/password; logon denied")


def test_who_is_not_admitted_is_told_why() -> None:
    def locked(client: Client) -> None:
        raise ora(28000)

    wire = ClientWire("panda", "geheim")
    with pytest.raises(OraError, match="ORA-28000"):
        logged_in(wire, locked)
    assert wire.replies[-1].endswith(b"ORA-28000: The account is locked.")


def test_another_call_is_no_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = ClientWire("panda", "geheim")
    monkeypatch.setattr(wire, "request", lambda: reader_of(phase(94, "panda", {})))
    with pytest.raises(ProtocolError, match="something else where function 118 belongs"):
        logged_in(wire)
    assert wire.replies == []


def test_secrets_are_not_shown() -> None:
    assert "AUTH_PASSWORD" not in repr(logged_in(ClientWire("panda", "geheim")))
