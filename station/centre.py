"""The folder of the province's centre: where its database is, its sealed keys, and the clerk that works with them.

The only place where the parts of a centre on PostgreSQL meet, as `bootstrap` is for a station. Addresses stand in
centre.toml without passwords; every secret is in one vault file, which may lie on another disk.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.clock import Clock
from station.domain.divisions import PROVINCE
from station.domain.errors import Fault, Refused
from station.embedded import EmbeddedKeys, PhoneSign
from station.ledger.vault import FileVault
from station.packet import Packet
from station.services.clerk import signing_clerk
from station.services.province import provincial_clerk
from station.settings import RESOURCES
from station.sync import returned, undecided, withdrawn
from station.sync.administration import CLERK_LOGIN, Administration, province
from station.sync.clerk import attend
from station.sync.high_water import HighWater
from station.sync.papers import REGISTER, Paper, publish
from station.sync.postgres import full_address, with_login
from station.sync.sql import SqlCentral
from station.trust.register import Purpose
from station.trust.stationkey import FactSigner, fact_signature_holds

SETTINGS = "centre.toml"


@dataclass(frozen=True, slots=True)
class CentreSettings:
    """`address` is what stations and the clerk connect to; `admin` what the administrator does."""

    address: str
    admin: str
    rehearsal: bool
    secrets: str


@dataclass(frozen=True, slots=True)
class Attended:
    """One round of the clerk: facts it told, facts taken back after a restore, lists published anew.

    `undecided` is what waits for somebody by now, of this round or an earlier one.
    """

    told: int
    taken_back: int
    published: int
    undecided: int = 0


def cities() -> list[str]:
    """Every city with a profile that issues; the province's own stations only read."""
    return sorted({path.stem for path in (RESOURCES / "cities").glob("*.toml")} - {PROVINCE})


class Centre:
    """One province: settings, keys, the clerk. Opening it connects to nothing.

    Raises Fault (`no_secrets`) where the file of its keys is gone, and makes none in its place.
    """

    def __init__(self, home: Path, clock: Clock) -> None:
        self.home = home
        self.settings = _load(home)
        if not Path(self.settings.secrets).exists():
            # The vault would make new keys: another city key, and every person is somebody else from then on.
            raise Fault(
                f"省级平台的密钥文件 {Path(self.settings.secrets).name} 不在原处。",
                "请先挂上存放密钥的加密盘，或从另存的一份恢复；不要新建。", code="no_secrets",
            )  # fmt: skip
        self._clock = clock
        self._high_water = HighWater(home / "high-water.json")
        self._vault = FileVault(Path(self.settings.secrets))
        self._keys = EmbeddedKeys(home, cities(), self._vault)

    @classmethod
    def found(
        cls, home: Path, admin: str, clock: Clock, *, address: str = "", rehearsal: bool = False, secrets: str = ""
    ) -> Centre:
        """A new centre: its folder and keys, then its database. Repeated, it brings the database to this version."""
        full_address(admin)
        if not (home / SETTINGS).exists():
            home.mkdir(parents=True, exist_ok=True)
            (home / "keys").mkdir(exist_ok=True)
            (home / "central").mkdir(exist_ok=True)
            secrets = secrets or str((home / "keys" / "secrets.json").resolve())
            purpose = Purpose.REHEARSAL if rehearsal else Purpose.PRODUCTION
            EmbeddedKeys(home, cities(), FileVault(Path(secrets))).found(purpose, clock.today())
            _save(home, CentreSettings(address or without_login(admin), admin, rehearsal, secrets))
        centre = cls(home, clock)
        centre.administration(lambda one: one.found(centre._vault.key("clerk-login").hex()))
        with _Closing(centre.province()) as open_:
            centre._publish_register(open_)
        return centre

    def administration(self, act: Callable[[Administration], object]) -> None:
        """One act of the administrator, with the administrator's own login."""
        admin = Administration(self.settings.admin)
        try:
            act(admin)
        finally:
            admin.close()

    def packet(self, station: str, city: str, *, new_computer: bool = False) -> Packet:
        """Make a station known and put together what it is given by hand: its login, the city's keys, the root.

        With `new_computer` one that is known already, which then begins a new life elsewhere.
        """
        if city not in (PROVINCE, *cities()):
            raise Refused(f"没有城市 {city} 的配置。请从 resources/cities 中选择。", code="unknown_city")
        password = self._vault.key(f"login-{station}").hex()
        epoch: list[int] = []
        self.administration(
            lambda one: epoch.append(one.add_station(station, city, password, new_computer=new_computer))
        )
        return Packet(
            station, city, self.settings.address, self.settings.rehearsal, password,
            self._vault.key(f"city-{city}"), self._vault.key(f"lookup-{city}"), self._keys.root_public_key(),
            epoch[0],
        )  # fmt: skip

    def phone_sign(self, city: str, root: bytes) -> PhoneSign:
        """What a household page at the centre signs one city's dynamic codes with; it can sign nothing else.

        `root` is the one the page's station was given. Raises Fault where that station belongs to another centre:
        nobody could verify its codes.
        """
        if self._keys.root_public_key() != root:
            raise Fault(
                "站点不属于这个省级平台，不能为它签动态码。", "请核对 --central-home 和 --home。", "other_centre"
            )
        return self._keys.phone_sign(city, self._clock.today)

    def province(self) -> SqlCentral:
        """The whole centre, by the clerk's login."""
        password = self._vault.key("clerk-login").hex()
        return province(with_login(self.settings.address, CLERK_LOGIN, password, self.home), self._clock)

    def restored(self) -> int:
        """After the database came back from a backup, before stations may connect; the new generation."""
        with _Closing(self.province()) as open_:
            generation = open_.restored(self._high_water.mark().generation)
            self._high_water.rise(open_.mark())
            return generation

    def clerk_round(self, open_: SqlCentral) -> Attended:
        """Everything that waits for the centre, once. May be killed anywhere and run twice at once.

        Trouble with one subject or one city is counted in the answer and stops nothing else. Raises Fault
        (`centre_is_older`) where the database is older than what this folder has seen.
        """
        self._high_water.check(open_.mark())
        fact_signer = self._fact_signer()
        given = returned.settle(
            open_, lambda raw: raw.signature is not None
            and fact_signature_holds(fact_signer.public_key, raw.hash, raw.signature),
        )  # fmt: skip
        self._keys.renewed(lambda: all_numbers(open_), self._clock.today())
        self._publish_register(open_)
        signers = self._keys.signers or self._keys.open_signers(lambda: all_numbers(open_), self._clock.today())
        signing = signing_clerk(signers, self._clock)
        clerk = provincial_clerk(signing, self._clock, self._vault.key("blind"), self.city_key)
        told = attend(open_, clerk, self.city_key, signer=fact_signer)
        published = withdrawn.publish_lists(open_, signers, self._clock)
        self._high_water.rise(open_.mark())
        with open_.transactions.reading() as conn:
            return Attended(told, given, published, undecided.count(conn))

    def city_key(self, city: str) -> bytes:
        """The key under which a city's person keys travel."""
        return self._vault.key(f"city-{city}")

    def _fact_signer(self) -> FactSigner:
        return FactSigner(Ed25519PrivateKey.from_private_bytes(self._vault.key("centre-facts")))

    def _publish_register(self, open_: SqlCentral) -> bool:
        data, now = self._keys.register(), self._clock.now_ms()
        version = self._keys.keyring(self._clock.today()).version
        with open_.transactions.writing() as conn:
            return publish(conn, Paper(REGISTER, version, data, now))


def all_numbers(open_: SqlCentral) -> list[str]:
    """Every permit number that was ever given."""
    return withdrawn.numbers(open_)


def without_login(address: str) -> str:
    """The address without user and password."""
    head, _, tail = address.partition("://")
    return f"{head}://{tail.rpartition('@')[2]}"


class _Closing:
    """Closes a centre when the block ends."""

    def __init__(self, open_: SqlCentral) -> None:
        self._open = open_

    def __enter__(self) -> SqlCentral:
        return self._open

    def __exit__(self, *_: object) -> None:
        self._open.close()


def _save(home: Path, settings: CentreSettings) -> None:
    lines = [
        f'address = "{settings.address}"',
        f'admin = "{settings.admin}"',
        f"rehearsal = {str(settings.rehearsal).lower()}",
        f'secrets = "{Path(settings.secrets).as_posix()}"',
    ]
    (home / SETTINGS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _load(home: Path) -> CentreSettings:
    try:
        return CentreSettings(**tomllib.loads((home / SETTINGS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise Fault(
            "这个文件夹里没有省级平台的设置，或已损坏。", "请先运行 main.py central init，见部署说明。", "no_centre"
        ) from None
