"""The two calls of a log-in: who comes, the challenge, the answer, and the session's first facts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from .authentication import Challenge
from .errors import OraError, ora
from .packets import Wire
from .replies import error, status
from .scalars import ProtocolError, Reader, Writer

FUNCTION_CALL = 3
PHASE_ONE, PHASE_TWO = 118, 115
PARAMETERS = 8
VERSION = 12 << 24 | 1 << 20 | 2 << 8  # 12.1.0.2.0


@dataclass(frozen=True)
class Client:
    """Who has logged in. `user` is the session's user, `through` who connected for it, or the user itself."""

    user: str
    through: str
    pairs: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class SessionFacts:
    """What the server tells of itself."""

    number: int
    serial: int
    service: str


def log_in(wire: Wire, facts: SessionFacts, password_of: Callable[[str], str | None], admit: Callable) -> Client:
    """Do both phases. `password_of`: a user's password, None for a stranger; `admit(client)` raises OraError.

    Raises OraError, after it has been sent, for who is not let in.
    """
    user, first = _read_phase(wire.request(), PHASE_ONE)
    known = password_of(user.upper())
    # A stranger gets a challenge too, so that nobody can ask which users there are.
    password = secrets.token_hex(16) if known is None else known
    challenge = Challenge()
    wire.reply(_pairs(challenge.pairs(password)))
    _, second = _read_phase(wire.request(), PHASE_TWO)
    proof = challenge.proof(password, second)
    client = Client((second.get("PROXY_CLIENT_NAME") or user).strip('"').upper(), user.upper(), first | second)
    try:
        if proof is None or known is None:
            raise ora(1017)
        admit(client)
    except OraError as refusal:
        wire.reply(error(refusal))
        raise
    wire.reply(_pairs(_facts(facts, proof)))
    return client


def _read_phase(request: Reader, function: int) -> tuple[str, dict[str, str]]:
    if (request.u8(), request.u8()) != (FUNCTION_CALL, function):
        raise ProtocolError(f"something else where function {function} belongs")
    request.u8()
    has_user = request.u8()
    request.ub()
    request.ub()
    request.u8()
    count = request.ub()
    request.u8()
    request.u8()
    user = (request.clr() or b"").decode() if has_user else ""
    pairs = {}
    for _ in range(count):
        key, value = request.dalc().decode(), request.dalc().decode()
        request.ub()
        pairs[key] = value.rstrip("\0")
    return user, pairs


def _pairs(pairs: list[tuple[str, str, int]]) -> bytes:
    message = Writer().u8(PARAMETERS).ub(len(pairs))
    for key, value, flags in pairs:
        message.dalc(key.encode()).dalc(value.encode()).ub(flags)
    return bytes(message.raw(status()))


def _facts(facts: SessionFacts, proof: str) -> list[tuple[str, str, int]]:
    values = {
        "AUTH_VERSION_NO": str(VERSION),
        "AUTH_SESSION_ID": str(facts.number),
        "AUTH_SERIAL_NUM": str(facts.serial),
        "AUTH_SVR_RESPONSE": proof,
        "AUTH_MAX_OPEN_CURSORS": "300",
        "AUTH_SC_SERVICE_NAME": facts.service,
        "AUTH_INSTANCENAME": facts.service,
        "AUTH_SC_DBUNIQUE_NAME": facts.service,
    }
    return [(key, value, 0) for key, value in values.items()]
