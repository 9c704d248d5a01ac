"""O5LOGON, against a client written down separately from the protocol's description."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .authentication import VERIFIER_12C, Challenge, padded, unpadded


def cipher(key: bytes) -> Cipher:
    """AES as the protocol uses it."""
    return Cipher(algorithms.AES(key), modes.CBC(bytes(16)))


def stretched(secret: bytes, salt: bytes, rounds: int, length: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", secret, salt, rounds, length)


def client_answer(pairs: list[tuple[str, str, int]], password: str) -> tuple[dict[str, str], bytes]:
    """What a client with a password sends second, and its session key."""
    given = {key: value for key, value, _ in pairs}
    salt = bytes.fromhex(given["AUTH_VFR_DATA"])
    k1 = stretched(password.encode(), salt + b"AUTH_PBKDF2_SPEEDY_KEY", int(given["AUTH_PBKDF2_VGEN_COUNT"]), 64)
    verifier = hashlib.sha512(k1 + salt).digest()[:32]
    server_part = cipher(verifier).decryptor().update(bytes.fromhex(given["AUTH_SESSKEY"]))
    client_part = bytes(range(32))
    mixed = (client_part + server_part).hex().upper().encode()
    session = stretched(mixed, bytes.fromhex(given["AUTH_PBKDF2_CSK_SALT"]), int(given["AUTH_PBKDF2_SDER_COUNT"]), 32)
    pad = padding.PKCS7(128).padder()
    text = pad.update(bytes(16) + password.encode()) + pad.finalize()
    sent = {
        "AUTH_SESSKEY": cipher(verifier).encryptor().update(client_part).hex().upper(),
        "AUTH_PASSWORD": cipher(session).encryptor().update(text).hex().upper(),
    }
    return sent, session


@pytest.mark.parametrize("password", ["geheim", "", "größer 🚧", "x" * 30, "y" * 16])
def test_the_right_password_is_taken_and_the_server_proves_itself(password: str) -> None:
    challenge = Challenge()
    sent, session = client_answer(challenge.pairs(password), password)
    proof = challenge.proof(password, sent)
    assert proof is not None
    assert cipher(session).decryptor().update(bytes.fromhex(proof))[16:32] == b"SERVER_TO_CLIENT"


@pytest.mark.parametrize("typed", ["Geheim", "geheim ", "", "another"])
def test_another_password_is_refused(typed: str) -> None:
    challenge = Challenge()
    sent, _ = client_answer(challenge.pairs("geheim"), typed)
    assert challenge.proof("geheim", sent) is None


@pytest.mark.parametrize("broken", [{}, {"AUTH_PASSWORD": "zz"}, {"AUTH_PASSWORD": "00"}, {"AUTH_PASSWORD": ""}])
def test_a_broken_answer_is_a_wrong_password(broken: dict[str, str]) -> None:
    challenge = Challenge()
    sent, _ = client_answer(challenge.pairs("geheim"), "geheim")
    assert challenge.proof("geheim", sent | broken if broken else {}) is None


def test_the_flags_of_the_verifier_say_that_it_is_of_12c() -> None:
    flags = {key: flag for key, _, flag in Challenge().pairs("x")}
    assert flags.pop("AUTH_VFR_DATA") == VERIFIER_12C
    assert set(flags.values()) == {0}


def test_every_challenge_is_new() -> None:
    assert Challenge().pairs("x") != Challenge().pairs("x")


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17])
def test_padding_comes_off_again(length: int) -> None:
    assert unpadded(padded(b"x" * length)) == b"x" * length
