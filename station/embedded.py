"""The keys of a centre: register, root and signing keys, sealed. Founded once, renewed with every year.

They lie in the folder of a rehearsal or a single office, where nobody confirms the register but itself; or in the
folder of the province's clerk. With PostgreSQL no station has them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from station.domain.errors import Fault, Refused
from station.ledger.vault import Vault
from station.trust.founding import found, reopened, with_year
from station.trust.keyring import Keyring
from station.trust.register import Purpose, read_register
from station.trust.sealing import Sealed, read_sealed, seal_with_raw_key, unseal, write_sealed
from station.trust.signer import Signer, signer_for
from station.trust.token import Token

SEALING_KEY = "signing"
NEXT_YEAR_AHEAD = timedelta(days=31)
"""The key of a year is made a month before it, so nobody waits for one on the first of January."""
PhoneSign = Callable[[str, int, int], Token]
"""Permit number, now in ms, print check -> a dynamic code. It can sign nothing else."""


class EmbeddedKeys:
    """Register, root and signing keys in one folder. `signers` grows in place when a year is added.

    `numbers` are the permits that exist already: a key counts those of its own year as signed.
    """

    def __init__(self, home: Path, cities: Sequence[str], vault: Vault) -> None:
        self._register = home / "keys" / "register.json"
        self._root = home / "keys" / "root.pub"
        self._sealed = home / "central"
        self._cities = tuple(cities)
        self._vault = vault
        self.signers: list[Signer] = []

    def found(self, purpose: Purpose, today: date) -> None:
        """A new authority with the key of this year."""
        founding = found(self._cities, [today.year], purpose, today)
        raw = self._vault.key(SEALING_KEY)
        for signer in founding.signers():
            self._seal(signer.to_seal(), raw)
        write_sealed(self._sealed / "root.sealed", seal_with_raw_key(founding.root_to_seal(), raw))
        self._register.write_bytes(founding.register_file())
        self._root.write_bytes(founding.root_public_key)

    def register(self) -> bytes:
        """The signed register as it travels. Raises Fault when it is missing."""
        return self._files_of_register()[0]

    def root_public_key(self) -> bytes:
        """What every station is given once, by hand."""
        return self._files_of_register()[1]

    def _files_of_register(self) -> tuple[bytes, bytes]:
        try:
            return self._register.read_bytes(), self._root.read_bytes()
        except OSError:
            raise Fault("密钥登记册缺失。", "请从备份恢复 keys 文件夹，或向省平台重新领取。", "no_register") from None

    def keyring(self, today: date) -> Keyring:
        """The register as confirmed today. Raises Fault when a file is missing or damaged."""
        data, root = self._files_of_register()
        return Keyring.load(data, root, today)

    def open_signers(self, numbers: Callable[[], Iterable[str]], today: date) -> list[Signer]:
        """The signing keys that are here."""
        raw, keyring = self._vault.key(SEALING_KEY), self.keyring(today)
        purpose = Purpose.REHEARSAL if keyring.rehearsal else Purpose.PRODUCTION
        given = list(numbers())
        self.signers.clear()
        for path in self._files():
            content = unseal(read_sealed(path), raw_key=raw)
            key = keyring.key(content.number)
            if key is not None:
                year = str(key.sign_from.year)
                signed = {number for number in given if key.covers(number) and number[6:10] == year}
                self.signers.append(Signer.from_sealed(content, key, purpose, signed))
        return self.signers

    def phone_sign(self, city: str, today: Callable[[], date]) -> PhoneSign:
        """Signs dynamic codes of that city's permits and nothing else: all that a page process is given of the keys.

        Raises Refused for another city's number. The keys are looked at again each day, so the key of a new year is
        found; a card's limit of permits per key does not bind a code that is gone in two minutes.
        """
        keys_of = functools.lru_cache(maxsize=1)(lambda day: tuple(self.open_signers(tuple, day)))

        def sign(number: str, now_ms: int, check: int) -> Token:
            if number[:4] != city[:4]:
                raise Refused("这个编号属于其他城市，不能在此生成动态码。", "other_city")
            day = today()
            return signer_for(keys_of(day), number, day).sign_phone_code(number, now_ms, check)

        return sign

    def renewed(self, numbers: Callable[[], Iterable[str]], today: date) -> Keyring:
        """The keyring of today; a key for this year, and in December for the next, is made when it is not there."""
        keyring = self.keyring(today)
        years = {today.year, (today + NEXT_YEAR_AHEAD).year}
        for year in sorted(years - {key.sign_from.year for key in keyring.keys}):
            self._grow(year, today)
            self.open_signers(numbers, today)
            keyring = self.keyring(today)
        return keyring

    def _grow(self, year: int, today: date) -> None:
        raw = self._vault.key(SEALING_KEY)
        register = read_register(self._register.read_bytes(), self._root.read_bytes())
        root = unseal(read_sealed(self._sealed / "root.sealed"), raw_key=raw)
        founding = reopened(register, root, [unseal(read_sealed(path), raw_key=raw) for path in self._files()])
        grown = with_year(founding, self._cities, year, today)
        known = {key.number for key in register.keys}
        for signer in grown.signers():
            if signer.key.number not in known:
                self._seal(signer.to_seal(), raw)
        fresh = self._register.with_name("register.new")
        fresh.write_bytes(grown.register_file())
        fresh.replace(self._register)

    def _seal(self, content: Sealed, raw: bytes) -> None:
        write_sealed(self._sealed / f"key-{content.number}.sealed", seal_with_raw_key(content, raw))

    def _files(self) -> Iterable[Path]:
        return sorted(self._sealed.glob("key-*.sealed"))
