"""A client's side of O5LOGON, written down separately from the listener's, from the protocol's description."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def cipher(key: bytes) -> Cipher:
    """AES as the protocol uses it."""
    return Cipher(algorithms.AES(key), modes.CBC(bytes(16)))


def stretched(secret: bytes, salt: bytes, rounds: int, length: int) -> bytes:
    """PBKDF2 as the protocol uses it."""
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
