"""The key register as the offline root signs it: its fields, its canonical bytes, its file; trusts nothing itself.

The file is two lines of ASCII: the canonical JSON that was signed, and the root's signature in hexadecimal. What is
verified is the first line exactly as it stands, so there is only one form of a register (trust.md §4.5).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.domain.errors import Fault, Refused
from station.trust.algorithms import SIGNATURE_BYTES, Context, Ed25519

FILE_FORMAT = 1
SIGNING_WINDOW_DAYS = 31 * 13
SIZE_LIMIT = 4_000_000


class Purpose(StrEnum):
    """Whether a register is for real. Test tokens count only under a rehearsal register, and this is signed."""

    PRODUCTION = "production"
    REHEARSAL = "rehearsal"


class KeyState(StrEnum):
    """ACTIVE signs and verifies; RETIRED only verifies; WITHDRAWN counts for nothing, whatever it signed."""

    ACTIVE = "active"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Key:
    """One signing key: who may be signed for with it and when. All days inclusive."""

    number: int
    algorithm: int
    public_key: bytes
    areas: tuple[str, ...]
    sign_from: date
    sign_until: date
    verify_until: date
    state: KeyState = KeyState.ACTIVE

    def __post_init__(self) -> None:
        areas_plain = all(len(a) == 6 and a.isascii() and a.isdigit() and a.startswith("33") for a in self.areas)
        if not (1 <= self.number <= 0xFFFF and 0 <= self.algorithm <= 3 and self.areas and areas_plain):
            raise Refused("密钥的编号、算法或地区不正确。", "key_fields")
        window = (self.sign_until - self.sign_from).days
        if not 0 <= window <= SIGNING_WINDOW_DAYS or self.verify_until < self.sign_until:
            raise Refused("密钥的签发期不得超过 13 个月，验证期不得早于签发期结束。", "key_window")

    def covers(self, permit_number: str) -> bool:
        """The number's division lies in one of the areas: the province, a whole city, or that very county."""
        division = permit_number[:6]
        return any(area in (division, division[:4] + "00", division[:2] + "0000") for area in self.areas)

    def signs_on(self, day: date) -> bool:
        """The day lies in the signing window."""
        return self.sign_from <= day <= self.sign_until


@dataclass(frozen=True, slots=True)
class Register:
    """All keys at one moment. `version` only ever rises; a change of any key is a new version."""

    version: int
    made_on: date
    purpose: Purpose
    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        numbers = [key.number for key in self.keys]
        if self.version < 1 or numbers != sorted(set(numbers)):
            raise Refused("密钥登记册的版本须为正数，密钥编号须递增且不重复。", "register_fields")

    def canonical(self) -> bytes:
        """The one line of ASCII that is signed."""
        plain = {
            "format": FILE_FORMAT,
            "keys": [_plain(key) for key in self.keys],
            "made_on": self.made_on.isoformat(),
            "purpose": self.purpose.value,
            "version": self.version,
        }
        return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode("ascii")

    def signed_by(self, root: Ed25519PrivateKey) -> bytes:
        """The register's file; done where the root is, never on a station."""
        line = self.canonical()
        return line + b"\n" + root.sign(Context.REGISTER.value + line).hex().encode("ascii") + b"\n"


def read_register(data: bytes, root_public_key: bytes) -> Register:
    """The register in a file, signature checked before anything in it is read. `Fault` for anything else."""
    lines = data.split(b"\n")
    if len(data) > SIZE_LIMIT or len(lines) != 3 or lines[2] or len(lines[1]) != 2 * SIGNATURE_BYTES:
        raise _damaged()
    try:
        signature = bytes.fromhex(lines[1].decode("ascii"))
    except ValueError as error:
        raise _damaged() from error
    if not Ed25519().load(root_public_key).verify(signature, Context.REGISTER, lines[0]):
        raise Fault(
            "密钥登记册的签名不是省级根密钥所签，已拒绝。", "请向省平台重新获取登记册。", code="register_forged"
        )
    try:
        register = _register(json.loads(lines[0]))
    except (ValueError, TypeError, KeyError, Refused) as error:
        raise _damaged() from error
    if register.canonical() != lines[0]:
        raise _damaged()
    return register


def _damaged() -> Fault:
    return Fault("密钥登记册无法读取或版本不符。", "请向省平台重新获取登记册。", code="register_damaged")


def _plain(key: Key) -> dict[str, Any]:
    return {
        "algorithm": key.algorithm,
        "areas": list(key.areas),
        "number": key.number,
        "public_key": key.public_key.hex(),
        "sign_from": key.sign_from.isoformat(),
        "sign_until": key.sign_until.isoformat(),
        "state": key.state.value,
        "verify_until": key.verify_until.isoformat(),
    }


def _register(plain: dict[str, Any]) -> Register:
    keys = tuple(
        Key(
            number=one["number"],
            algorithm=one["algorithm"],
            public_key=bytes.fromhex(one["public_key"]),
            areas=tuple(one["areas"]),
            sign_from=date.fromisoformat(one["sign_from"]),
            sign_until=date.fromisoformat(one["sign_until"]),
            verify_until=date.fromisoformat(one["verify_until"]),
            state=KeyState(one["state"]),
        )
        for one in plain["keys"]
    )
    return Register(plain["version"], date.fromisoformat(plain["made_on"]), Purpose(plain["purpose"]), keys)
