"""SM2-SM3 signature checking through an installed C library; never signs (trust.md §4.4).

The library is not among our dependencies: without it every SM2 code is answered `unsupported_algorithm`. Signing
belongs in a certified cipher machine, because a guessable nonce gives the key away.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from station.trust.algorithms import SIGNATURE_BYTES, Algorithm, AlgorithmNumber, Context, Ed25519, VerifyingKey

LIBRARY = "gmssl_pyx"
SIGNER_ID = b"1234567812345678"  # the default identity of GM/T 0009-2012 §10
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93


class _Sm2Key:
    def __init__(self, library: ModuleType, public_key: bytes) -> None:
        x, y = int.from_bytes(public_key[:32], "big"), int.from_bytes(public_key[32:], "big")
        on_curve = x < _P and y < _P and (y * y - x * x * x + 3 * x - _B) % _P == 0
        if len(public_key) != 64 or not on_curve:
            raise ValueError("not a point of the SM2 curve")
        self._library = library
        self._public_key = public_key

    def verify(self, signature: bytes, context: Context, message: bytes) -> bool:
        if len(signature) != SIGNATURE_BYTES:
            return False
        # Raw r||s on the card, DER at the library's door: DER varies between 69 and 72 bytes and has no place in a QR.
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        der = encode_dss_signature(r, s)
        try:
            return bool(self._library.sm2_verify(self._public_key, context.value + message, der, SIGNER_ID))
        except self._library.GmsslInnerError:
            return False


class Sm2:
    """GM/T 0003 with SM3; public keys as 64 bytes x||y."""

    def __init__(self, library: ModuleType) -> None:
        self._library = library

    def load(self, public_key: bytes) -> VerifyingKey:
        return _Sm2Key(self._library, public_key)


def installed_algorithms() -> dict[int, Algorithm]:
    """What this machine can check: always Ed25519, and SM2 when the library for it is here."""
    try:
        library = importlib.import_module(LIBRARY)
    except ImportError:
        return {AlgorithmNumber.ED25519: Ed25519()}
    return {AlgorithmNumber.ED25519: Ed25519(), AlgorithmNumber.SM2_SM3: Sm2(library)}
