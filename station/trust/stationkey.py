"""A station's own key: signs the hashes of its facts, and nothing else; cannot make a code of any kind.

The context string keeps it apart: even the same private key would not give a valid card (trust.md §4.1, G9).
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.domain.errors import Refused
from station.trust.algorithms import Context, Ed25519
from station.trust.sealing import Sealed
from station.trust.signer import public_bytes

HASH_BYTES = 32
PURPOSE = "station-facts"


class FactSigner:
    """Signs fact hashes (32 bytes) with the station's private key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def from_sealed(cls, content: Sealed) -> FactSigner:
        """The signer in an unsealed file; `Refused` when the file holds a key for something else."""
        if content.purpose != PURPOSE or len(content.secret) != 32:
            raise Refused("这不是站点的记录签名密钥。", "sealed_purpose")
        return cls(Ed25519PrivateKey.from_private_bytes(content.secret))

    def to_seal(self) -> Sealed:
        """What to seal on disk."""
        return Sealed(PURPOSE, 0, self._private.private_bytes_raw())

    @property
    def public_key(self) -> bytes:
        """The 32 bytes the centre enrols."""
        return public_bytes(self._private)

    def sign(self, fact_hash: bytes) -> bytes:
        """64 bytes over the fact's hash; the hash already binds station, epoch, number and the fact before."""
        if len(fact_hash) != HASH_BYTES:
            raise Refused("待签名的记录摘要长度不正确。", "fact_hash_length")
        return self._private.sign(Context.FACT.value + fact_hash)


def fact_signature_holds(public_key: bytes, fact_hash: bytes, signature: bytes) -> bool:
    """Whether a station signed this fact hash; False for anything malformed as well, never raises."""
    if len(fact_hash) != HASH_BYTES:
        return False
    try:
        key = Ed25519().load(public_key)
    except ValueError:
        return False
    return key.verify(signature, Context.FACT, fact_hash)
