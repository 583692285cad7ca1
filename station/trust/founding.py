"""Makes keys and registers: for `central init`, for a rehearsal, for the yearly rotation; keeps and sends nothing.

One key per city and year (trust.md §4.5). Private halves leave here only as objects; sealing them is the caller's act.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.domain.errors import Refused
from station.trust.algorithms import AlgorithmNumber
from station.trust.keyring import Keyring
from station.trust.register import Key, KeyState, Purpose, Register
from station.trust.sealing import Sealed
from station.trust.signer import Signer, public_bytes

CARD_LIFE_YEARS = 3
ROOT_SEALED_AS = "register-root"


@dataclass(frozen=True, slots=True)
class Founding:
    """A root, a register and the private keys of its rows, by key number."""

    root: Ed25519PrivateKey = field(repr=False)
    register: Register
    private: dict[int, Ed25519PrivateKey] = field(repr=False)

    @property
    def root_public_key(self) -> bytes:
        """What every station is given once, by hand."""
        return public_bytes(self.root)

    def root_to_seal(self) -> Sealed:
        """What the two holders keep under seal, away from every network."""
        return Sealed(ROOT_SEALED_AS, 0, self.root.private_bytes_raw())

    def register_file(self) -> bytes:
        """The register signed by the root, as it travels."""
        return self.register.signed_by(self.root)

    def keyring(self, confirmed_on: date) -> Keyring:
        """The keyring a station has after loading this register."""
        return Keyring.load(self.register_file(), self.root_public_key, confirmed_on)

    def signers(self) -> list[Signer]:
        """A signer for every private key that is here and still active."""
        purpose = self.register.purpose
        active = [k for k in self.register.keys if k.state is KeyState.ACTIVE and k.number in self.private]
        return [Signer(self.private[key.number], key, purpose) for key in active]


def found(cities: Iterable[str], years: Iterable[int], purpose: Purpose, made_on: date) -> Founding:
    """A new authority: fresh root, one fresh key per city and year, register version 1."""
    register = Register(1, made_on, purpose, ())
    empty = Founding(Ed25519PrivateKey.generate(), register, {})
    return _grown(empty, cities, years, 1, made_on)


def reopened(register: Register, root: Sealed, keys: Iterable[Sealed]) -> Founding:
    """An authority put together again from its register and its unsealed files, as at a yearly rotation."""
    if root.purpose != ROOT_SEALED_AS:
        raise Refused("这不是登记册根密钥的文件。", "sealed_purpose")
    rows = {key.number: key for key in register.keys}
    private: dict[int, Ed25519PrivateKey] = {}
    for one in keys:
        if one.number not in rows:
            raise Refused(f"登记册中没有第 {one.number} 号密钥。", "sealed_purpose")
        Signer.from_sealed(one, rows[one.number], register.purpose)
        private[one.number] = Ed25519PrivateKey.from_private_bytes(one.secret)
    return Founding(Ed25519PrivateKey.from_private_bytes(root.secret), register, private)


def with_year(founding: Founding, cities: Iterable[str], year: int, made_on: date) -> Founding:
    """The next register version with keys for another year; older keys stay as they are."""
    return _grown(founding, cities, [year], founding.register.version + 1, made_on)


def with_state(founding: Founding, number: int, state: KeyState, made_on: date) -> Founding:
    """The next register version with one key retired or withdrawn; its private half is dropped from here.

    A key never comes back: RETIRED may only become WITHDRAWN, and WITHDRAWN is the end.
    """
    old = next((key for key in founding.register.keys if key.number == number), None)
    forward = list(KeyState)
    if old is None or forward.index(state) <= forward.index(old.state):
        raise Refused("密钥状态只能由启用改为停用，再改为作废。", "key_state_backwards")
    keys = tuple(replace(key, state=state) if key is old else key for key in founding.register.keys)
    register = Register(founding.register.version + 1, made_on, founding.register.purpose, keys)
    private = {n: key for n, key in founding.private.items() if n != number}
    return Founding(founding.root, register, private)


def _grown(founding: Founding, cities: Iterable[str], years: Iterable[int], version: int, made_on: date) -> Founding:
    keys, private = list(founding.register.keys), dict(founding.private)
    wanted = list(cities)
    for year in years:
        for city in wanted:
            number = keys[-1].number + 1 if keys else 1
            private[number] = Ed25519PrivateKey.generate()
            keys.append(_key(number, public_bytes(private[number]), city, year))
    register = Register(version, made_on, founding.register.purpose, tuple(keys))
    return Founding(founding.root, register, private)


def _key(number: int, public: bytes, city: str, year: int) -> Key:
    # Thirteen months: January of the next year overlaps, so the change of keys has no deadline at midnight.
    until = date(year + 1, 1, 31)
    verify_until = date(until.year + CARD_LIFE_YEARS, 1, 31)
    return Key(number, AlgorithmNumber.ED25519, public, (city,), date(year, 1, 1), until, verify_until)
