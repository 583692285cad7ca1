"""A station whose centre is the province's PostgreSQL: joining with a packet, the register it was given, one exchange.

The counterpart of the embedded centre in `bootstrap`: no signing key, no clerk; what the province publishes is taken
after every exchange and kept, so that the station can judge codes for weeks without a network.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from station.clock import Clock, ClockGuard
from station.domain.days import day_of
from station.domain.errors import Fault, Refused
from station.ledger.ledger import Ledger
from station.ledger.vault import Vault
from station.packet import Packet
from station.services.desk import Desk, Elsewhere
from station.settings import Devices, Settings, load_city, save_settings
from station.sync import marks
from station.sync.administration import login_of
from station.sync.copies import Copies
from station.sync.exchange import exchange, never
from station.sync.exchanged import Exchanged
from station.sync.half import Cancelled, Progress
from station.sync.papers import REGISTER, Paper, status_of
from station.sync.postgres import with_login
from station.sync.refusals import refusal_of
from station.sync.remote import RemoteCentral
from station.sync.sending import STOPPED
from station.trust.keyring import Keyring
from station.trust.status_bitmap import StatusBitmap, read_bitmap

PASSWORD_KEY = "centre-login"


def join(home: Path, packet: Packet, vault: Vault, devices: Devices) -> Settings:
    """A new station in an empty folder: settings without secrets, secrets in the vault. Connects to nothing."""
    if (home / "station.toml").exists():
        raise Refused("这个文件夹里已有站点，请换一个空文件夹。", "home_taken")
    (home / "keys").mkdir(parents=True, exist_ok=True)
    vault.put("city", packet.city_key)
    vault.put("lookup", packet.lookup_key)
    vault.put(PASSWORD_KEY, bytes.fromhex(packet.password))
    (home / "keys" / "root.pub").write_bytes(packet.root)
    settings = Settings(
        packet.station, load_city(packet.city), packet.rehearsal, home, packet.address, devices=devices
    )
    save_settings(settings)
    return settings


def central_of(settings: Settings, vault: Vault, clock: Clock) -> RemoteCentral:
    """The way to the province under this station's own login. Nothing is connected yet."""
    password = vault.key(PASSWORD_KEY).hex()
    login = login_of(settings.station)
    return RemoteCentral.at(with_login(settings.central, login, password, settings.home), clock)


@dataclass
class Published:
    """What the province published, as kept in this station's folder."""

    home: Path
    versions: dict[str, int] = field(default_factory=dict)

    def keyring(self, confirmed_ms: int) -> Keyring | None:
        """The register as last confirmed; None before the first exchange."""
        data = self._read("register.json")
        if data is None:
            return None
        keyring = Keyring.load(data, self.root_public_key(), day_of(confirmed_ms))
        self.versions[REGISTER] = keyring.version
        return keyring

    def take(self, found: list[Paper], now_ms: int) -> Keyring | None:
        """Keep what is new and rightly signed; the keyring when there is a newer one."""
        fresh: Keyring | None = None
        for paper in sorted(found, key=lambda one: one.name != REGISTER):
            if paper.name == REGISTER:
                fresh = Keyring.load(
                    paper.data, self.root_public_key(), day_of(now_ms), lowest_version=self.versions.get(REGISTER, 1)
                )
                self._keep("register.json", paper.data)
            elif paper.name.startswith("status-") and not self._take_list(paper, fresh or self.keyring(now_ms), now_ms):
                continue
            self.versions[paper.name] = paper.version
        return fresh

    def _take_list(self, paper: Paper, keyring: Keyring | None, now_ms: int) -> bool:
        """Keep a city's list; not one that is forged, of another city than its name says, or older than what is here:
        it is asked for again at the next exchange, and the list that stands here goes on counting."""
        if keyring is None:
            return False
        try:
            found = read_bitmap(paper.data, keyring, day_of(now_ms))
        except Fault:
            return False
        if status_of(found.city) != paper.name or not found.replaces(self._held(found.city, keyring, now_ms)):
            return False
        self._keep(f"{paper.name}.bin", paper.data)
        return True

    def _held(self, city: str, keyring: Keyring, now_ms: int) -> StatusBitmap | None:
        try:
            return self.list_of(city, keyring, now_ms)
        except Fault:
            return None  # damaged, or its key was withdrawn: anything better takes its place

    def list_of(self, city: str, keyring: Keyring, now_ms: int) -> StatusBitmap | None:
        """Another city's list of withdrawn permits, its signature checked; None where we have none."""
        data = self._read(f"{status_of(city)}.bin")
        return None if data is None else read_bitmap(data, keyring, day_of(now_ms))

    def listed(self, number: str, keyring: Keyring, now_ms: int) -> Elsewhere | None:
        """What the list of that permit's city says, and as of when; None where there is no list worth believing."""
        found = self._held(f"{number[:4]}00", keyring, now_ms)
        return None if found is None else (found.listed(number), found.as_of_ms)

    def root_public_key(self) -> bytes:
        """The root this station was given by hand. Raises Fault when it is missing."""
        data = self._read("root.pub")
        if data is None:
            raise Fault("登记册根公钥缺失。", "请用省级平台的登记文件重新加入，见部署说明。", "no_root")
        return data

    def _read(self, name: str) -> bytes | None:
        path = self.home / "keys" / name
        return path.read_bytes() if path.is_file() else None

    def _keep(self, name: str, data: bytes) -> None:
        fresh = self.home / "keys" / f"{name}.new"
        with fresh.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self.home / "keys" / name)


@dataclass
class RemoteWay:
    """One station's exchanges with the province."""

    settings: Settings
    ledger: Ledger
    central: RemoteCentral
    guard: ClockGuard
    public_key: bytes
    published: Published
    introduced: bool = False
    copies: Copies | None = None

    def exchange(self, desk: Desk, progress: Progress | None = None, cancelled: Cancelled = never) -> Exchanged:
        """Introduce this station, exchange, take what was published, refill numbers.

        Told that it is not this station any more, it stops writing; the refusal is raised all the same.
        """
        try:
            return self._exchange(desk, progress, cancelled)
        except Refused as refused:
            if refused.code in STOPPED and self.ledger.frozen != refused.sentence:
                self.ledger.freeze(refused.sentence)
            raise

    def _exchange(self, desk: Desk, progress: Progress | None, cancelled: Cancelled) -> Exchanged:
        if not self.introduced:
            self._introduce()
        done = exchange(self.ledger, self.central, progress=progress, cancelled=cancelled)
        if self.copies is not None and not done.cancelled:
            self.copies.read(self.central, self.settings.station, done, progress or _nobody, cancelled)
        self.guard.saw_server_time(done.as_of_ms)
        fresh = self.published.take(self.central.papers(self.published.versions), done.as_of_ms)
        if fresh is not None:
            desk.keyring = fresh
        desk.keyring = self.published.keyring(marks.level_ms(self.ledger) or done.as_of_ms) or desk.keyring
        if self.ledger.frozen:
            self._introduce()  # before a new life begins here: whether another computer is this station by now
        elif not done.cancelled:
            desk.numbers.refill(desk.clock.today().year)
        return done

    def _introduce(self) -> None:
        """Say who we are. Where a new computer is expected, the place of the key is left to it.

        Raises Refused (`other_key`) where another computer is this station.
        """
        station = self.settings.station
        known = next((one for one in self.central.stations() if one.station == station), None)
        if known is not None and known.public_key is None and known.epoch > self.ledger.epoch:
            raise refusal_of("other_key", station)
        self.central.enrol(station, self.settings.city.code, public_key=self.public_key)
        self.introduced = True


def _nobody(step: str, done: int, total: int) -> None:
    """Nobody is told how far it is."""
