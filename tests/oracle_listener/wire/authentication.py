"""O5LOGON with the 12c verifier: how client and server prove to each other that they know the password.

AES is CBC with a zero IV; PBKDF2 is HMAC-SHA512; "hex" is upper-case ASCII.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

VERIFIER_12C = 0x4815
VGEN_COUNT, SDER_COUNT = 4096, 3
KEY = 32
BLOCK = 16
SPEEDY_KEY = b"AUTH_PBKDF2_SPEEDY_KEY"
PROOF = b"SERVER_TO_CLIENT"


@dataclass(frozen=True)
class Challenge:
    """What the server draws at random for one log-in."""

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(BLOCK))
    session_salt: bytes = field(default_factory=lambda: secrets.token_bytes(BLOCK))
    server_part: bytes = field(default_factory=lambda: secrets.token_bytes(KEY))

    def pairs(self, password: str) -> list[tuple[str, str, int]]:
        """The first answer: key, value and flags. The flags of AUTH_VFR_DATA name the kind of verifier."""
        encrypted = aes_encrypt(verifier_key(password, self.salt), self.server_part)
        return [
            ("AUTH_SESSKEY", hex_text(encrypted), 0),
            ("AUTH_VFR_DATA", hex_text(self.salt), VERIFIER_12C),
            ("AUTH_PBKDF2_CSK_SALT", hex_text(self.session_salt), 0),
            ("AUTH_PBKDF2_VGEN_COUNT", str(VGEN_COUNT), 0),
            ("AUTH_PBKDF2_SDER_COUNT", str(SDER_COUNT), 0),
        ]

    def proof(self, password: str, client: dict[str, str]) -> str | None:
        """AUTH_SVR_RESPONSE if the client's second pairs show that it has the password, else None."""
        try:
            encrypted = bytes.fromhex(client["AUTH_SESSKEY"])[:KEY]
            sent = bytes.fromhex(client["AUTH_PASSWORD"])
            session = self._session_key(aes_decrypt(verifier_key(password, self.salt), encrypted))
            matches = secrets.compare_digest(unpadded(aes_decrypt(session, sent))[BLOCK:], password.encode())
        except (KeyError, ValueError):
            # What a wrong password decrypts to is garbage: it may have no padding, or no full block.
            return None
        return hex_text(aes_encrypt(session, padded(secrets.token_bytes(BLOCK) + PROOF))) if matches else None

    def _session_key(self, client_part: bytes) -> bytes:
        """The client's part comes first, and what is stretched is the hex text."""
        return pbkdf2(hex_text(client_part + self.server_part).encode(), self.session_salt, SDER_COUNT, KEY)


def verifier_key(password: str, salt: bytes) -> bytes:
    """The key that stands for the password, as the server stores it."""
    stretched = pbkdf2(password.encode(), salt + SPEEDY_KEY, VGEN_COUNT, 64)
    return hashlib.sha512(stretched + salt).digest()[:KEY]


def pbkdf2(secret: bytes, salt: bytes, rounds: int, length: int) -> bytes:
    """PBKDF2 with HMAC-SHA512."""
    return hashlib.pbkdf2_hmac("sha512", secret, salt, rounds, length)


def aes_encrypt(key: bytes, data: bytes) -> bytes:
    """AES in CBC mode with a zero IV; whole blocks only."""
    work = Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK))).encryptor()
    return work.update(data) + work.finalize()


def aes_decrypt(key: bytes, data: bytes) -> bytes:
    """The inverse. Raises ValueError for a broken block."""
    work = Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK))).decryptor()
    return work.update(data) + work.finalize()


def padded(data: bytes) -> bytes:
    """With PKCS#7 padding."""
    size = BLOCK - len(data) % BLOCK
    return data + bytes((size,)) * size


def unpadded(data: bytes) -> bytes:
    """Without it. Raises ValueError if it is not there."""
    size = data[-1] if data else 0
    if not 1 <= size <= BLOCK or data[-size:] != bytes((size,)) * size:
        raise ValueError("no PKCS#7 padding")
    return data[:-size]


def hex_text(data: bytes) -> str:
    """Upper-case hex."""
    return data.hex().upper()
