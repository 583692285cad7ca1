"""Which signature algorithms this program can check and what each signature is for; knows no token and no key.

Every signature is made over a context string and a message, so a signature made for one purpose can never be
presented for another (trust.md §4.1). Raw 64-byte signatures only, for Ed25519 and for SM2 (r||s).
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE_BYTES = 64


class Context(bytes, Enum):
    """What a signature was made for. Each ends in NUL and none is the beginning of another."""

    CARD = b"anxin.card.1\x00"
    PHONE = b"anxin.phone-code.1\x00"
    TEST = b"anxin.test.1\x00"
    FACT = b"anxin.fact.1\x00"
    REGISTER = b"anxin.key-register.1\x00"
    BITMAP = b"anxin.status-bitmap.1\x00"


class AlgorithmNumber(IntEnum):
    """The two-bit algorithm field of the token; values are on cards and never change."""

    ED25519 = 0
    SM2_SM3 = 1


class VerifyingKey(Protocol):
    """A public key ready to check signatures."""

    def verify(self, signature: bytes, context: Context, message: bytes) -> bool:
        """Whether this is this key's signature for this purpose; never raises."""
        ...


class Algorithm(Protocol):
    """One row of the table of algorithms."""

    def load(self, public_key: bytes) -> VerifyingKey:
        """Raises ValueError when the bytes are not a public key of this algorithm."""
        ...


class _Ed25519Key:
    def __init__(self, public_key: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(public_key)

    def verify(self, signature: bytes, context: Context, message: bytes) -> bool:
        try:
            self._key.verify(signature, context.value + message)
        except InvalidSignature:
            return False
        return True


class Ed25519:
    """RFC 8032 as OpenSSL checks it: a signature with s >= L is refused, so signatures are not malleable."""

    def load(self, public_key: bytes) -> VerifyingKey:
        return _Ed25519Key(public_key)
