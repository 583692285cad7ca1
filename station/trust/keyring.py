"""Which public keys count at this station, and how old that knowledge is; judges no token itself.

A keyring only ever moves to a higher register version. Its age is counted from the last day the centre confirmed that
this version is the newest, because the root signs rarely while a withdrawal must travel fast (trust.md §4.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from station.domain.errors import Fault
from station.trust.algorithms import Algorithm, VerifyingKey
from station.trust.register import Key, Purpose, Register, read_register
from station.trust.sm2 import installed_algorithms

AMBER_AFTER_DAYS = 7
STALE_AFTER_DAYS = 30


class Freshness(StrEnum):
    """FRESH; AMBER: show the age; STALE: nothing may be called valid offline."""

    FRESH = "fresh"
    AMBER = "amber"
    STALE = "stale"


class Keyring:
    """A verified register with its keys ready to check signatures. Immutable; `taking` gives the next one."""

    def __init__(
        self,
        register: Register,
        root_public_key: bytes,
        confirmed_on: date,
        algorithms: Mapping[int, Algorithm] | None = None,
    ) -> None:
        self._register = register
        self._root = root_public_key
        self._algorithms = installed_algorithms() if algorithms is None else algorithms
        self.confirmed_on = max(confirmed_on, register.made_on)
        self._keys = {key.number: key for key in register.keys}
        self._ready = {key.number: self._load(key) for key in register.keys if key.algorithm in self._algorithms}

    @classmethod
    def load(
        cls,
        data: bytes,
        root_public_key: bytes,
        confirmed_on: date,
        *,
        lowest_version: int = 1,
        algorithms: Mapping[int, Algorithm] | None = None,
    ) -> Keyring:
        """The keyring in a register file. `Fault` when forged, damaged, or below a version already seen here."""
        register = read_register(data, root_public_key)
        if register.version < lowest_version:
            raise _older(register.version, lowest_version)
        return cls(register, root_public_key, confirmed_on, algorithms)

    def taking(self, data: bytes, confirmed_on: date) -> Keyring:
        """The keyring after the centre has sent its newest register: a higher version, or this one confirmed again.

        A lower version, or another register under the same version, is a `Fault`; this keyring stays as it is.
        """
        register = read_register(data, self._root)
        if register.version < self.version:
            raise _older(register.version, self.version)
        if register.version == self.version and register != self._register:
            raise Fault("同一版本的密钥登记册出现两种内容，已拒绝。", "请立即联系省平台。", code="register_fork")
        return Keyring(register, self._root, max(confirmed_on, self.confirmed_on), self._algorithms)

    @property
    def version(self) -> int:
        return self._register.version

    @property
    def keys(self) -> tuple[Key, ...]:
        return self._register.keys

    @property
    def rehearsal(self) -> bool:
        """Test tokens count under this register. The root signed that; no local setting can."""
        return self._register.purpose is Purpose.REHEARSAL

    def key(self, number: int) -> Key | None:
        """The register's row for a key number."""
        return self._keys.get(number)

    def verifier(self, number: int) -> VerifyingKey | None:
        """The key ready to check signatures, or nothing when this machine lacks its algorithm."""
        return self._ready.get(number)

    def age_days(self, today: date) -> int:
        """Whole days since the centre last confirmed this register; shown to people."""
        return (today - self.confirmed_on).days

    def freshness(self, today: date) -> Freshness:
        """AMBER from 7 days on, STALE from 30. A day before the confirmation is a wrong clock: STALE."""
        age = self.age_days(today)
        if age < 0 or age >= STALE_AFTER_DAYS:
            return Freshness.STALE
        return Freshness.AMBER if age >= AMBER_AFTER_DAYS else Freshness.FRESH

    def _load(self, key: Key) -> VerifyingKey:
        try:
            return self._algorithms[key.algorithm].load(key.public_key)
        except ValueError as error:
            raise Fault(
                f"密钥登记册中第 {key.number} 号密钥无法读取。",
                "请向省平台重新获取登记册。",
                code="register_key_damaged",
            ) from error


def _older(found: int, known: int) -> Fault:
    return Fault(
        f"收到的密钥登记册（第 {found} 版）比已知的第 {known} 版旧，已拒绝。",
        "请向省平台获取最新登记册。",
        code="register_older",
    )
