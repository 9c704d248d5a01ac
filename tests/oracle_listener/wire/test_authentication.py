"""O5LOGON, against a client of the tests' own."""

from __future__ import annotations

import pytest

from .authentication import VERIFIER_12C, Challenge, padded, unpadded
from .o5logon_client import cipher, client_answer


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
