"""The only place where concrete parts meet: a folder with settings becomes a desk, real or rehearsal.

A rehearsal differs by settings only: test keys, emulated devices, 演练 on every card and screen (architecture.md §2.5).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, quote, urlsplit

import platformdirs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices import catalogue
from devices.contracts import Camera, CodeScanner, IdCard
from devices.errors import DeviceError
from station.centre import Centre
from station.clock import Clock, ClockGuard, SystemClock
from station.domain.divisions import PROVINCE
from station.domain.errors import Fault, Refused
from station.domain.identity import check_station_id
from station.embedded import EmbeddedKeys
from station.ledger.ledger import Ledger
from station.ledger.vault import FileVault, KeyringVault, Vault
from station.packet import Packet
from station.reference import load_calendar, load_divisions
from station.remote import Published, RemoteWay, central_of, join
from station.services.bench import Bench
from station.services.clerk import signing_clerk
from station.services.desk import Desk
from station.services.outbox import kept
from station.services.phone import PhoneCode, code_maker
from station.services.viewseal import ViewSeal, views_key
from station.settings import Devices, Settings, load_city, load_settings, save_settings
from station.sync import marks, undecided
from station.sync.central import centre_of
from station.sync.clerk import attend
from station.sync.copies import Copies
from station.sync.exchange import exchange, never
from station.sync.exchanged import Exchanged
from station.sync.half import Cancelled, Progress
from station.sync.numbers import Numbers
from station.sync.sql import SqlCentral
from station.trust.register import Purpose
from station.trust.stationkey import FactSigner

APP = "anxin-station"
BUILD_DAY = date(2026, 11, 1)
"""No honest clock is behind the day this version was made."""
REHEARSAL_STATION = "rehearsal-01"
SETTINGS = "station.toml"


class Closing(Protocol):
    """Anything that was opened."""

    def close(self) -> None:
        """Give it back."""
        ...


def data_home() -> Path:
    """Where this user's stations live unless another folder is named."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def models_home() -> Path:
    """Where model files for faces and codes may be dropped in (resources/docs/faces.md); need not exist."""
    return data_home() / "models"


def last_home() -> Path | None:
    """The station used last on this machine, or None."""
    try:
        return Path(json.loads((data_home() / "last.json").read_text(encoding="utf-8"))["home"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never used, or unreadable: the caller says what to do


def remember_home(home: Path) -> None:
    """Make this the station that commands without --home work on."""
    data_home().mkdir(parents=True, exist_ok=True)
    (data_home() / "last.json").write_text(json.dumps({"home": str(home.resolve())}), encoding="utf-8")


def found_rehearsal(home: Path, *, city: str = "330100", clock: Clock | None = None) -> Desk:
    """A rehearsal station in `home`: its own keys, an embedded centre, emulated printer and camera."""
    home = home.resolve()
    if (home / SETTINGS).exists():
        raise Refused("这个文件夹里已有站点，请换一个空文件夹。", "home_taken")
    tray = home / "tray"
    devices = Devices(
        printer=f"emulator://evolis?profile=evolis-primacy&ribbon=100000&cards=100000&tray={tray.as_posix()}",
        camera=f"tray://{tray.as_posix()}?view=desk",
        idcard="emulator://sam",
        slip=f"emulator://escpos?profile=escpos-80&tray={(home / 'slips').as_posix()}",
        label=f"emulator://zpl?profile=zpl-203&tray={(home / 'labels').as_posix()}",
    )
    settings = Settings(check_station_id(REHEARSAL_STATION), load_city(city), True, home, "", devices)
    found_station(settings, clock or SystemClock())
    return open_desk(home, clock)


def found_station(settings: Settings, clock: Clock) -> None:
    """Keys and folders of a station whose centre is embedded: a rehearsal, or a single office."""
    home = settings.home
    (home / "keys").mkdir(parents=True, exist_ok=True)
    (home / "central").mkdir(exist_ok=True)
    (home / "tray").mkdir(exist_ok=True)
    purpose = Purpose.REHEARSAL if settings.rehearsal else Purpose.PRODUCTION
    EmbeddedKeys(settings.home, [settings.city.code], vault_of(settings)).found(purpose, clock.today())
    save_settings(settings)


def open_desk(home: Path, clock: Clock | None = None) -> Desk:
    """The desk of the station in `home`. Raises Fault with a sentence for anything that is missing or damaged."""
    settings = load_settings(home)
    vault = vault_of(settings)
    base = clock or SystemClock()
    fact_signer = _fact_signer(vault, "facts")
    guard = ClockGuard(base, build_day=min(BUILD_DAY, base.today()) if clock else BUILD_DAY)
    ledger = _open_ledger(settings, vault, guard)
    guard.saw_fact(ledger.newest_ms << 16)
    guard.saw_server_time(marks.level_ms(ledger))
    if settings.central:
        return _open_remote(settings, vault, guard, ledger, fact_signer.public_key)
    central = SqlCentral.embedded(home / "central" / "central.sqlite", guard)
    central.enrol(settings.station, settings.city.code, public_key=fact_signer.public_key)
    keys = EmbeddedKeys(home, [settings.city.code], vault)
    numbers = _numbers_in(ledger)
    clerk = signing_clerk(
        keys.open_signers(numbers, base.today()), guard, ahead=settings.limits.tokens_ahead,
        card_years=settings.city.card_years,
    )  # fmt: skip

    def let_centre_work() -> int:
        return attend(central, clerk, lambda city: vault.key("city"), signer=_fact_signer(vault, "centre-facts"))

    def sync(progress: Progress | None = None, cancelled: Cancelled = never) -> Exchanged:
        desk.keyring = keys.renewed(numbers, guard.today())
        act = functools.partial(
            exchange, ledger, central, attend=let_centre_work, progress=progress, cancelled=cancelled
        )
        done = kept(ledger, guard.now_ms, act)
        with central.transactions.reading() as conn:
            done.alarms += [one.sentence for one in undecided.waiting(conn)]
        guard.saw_server_time(done.as_of_ms)
        return done

    desk = Desk(
        settings, guard, ledger, keys.renewed(numbers, base.today()), load_calendar(), load_divisions(), central,
        Numbers(ledger, central), sync, guard.now_ms,  # the centre is this machine: the ledger is the newest there is
    )  # fmt: skip
    return desk


def join_province(home: Path, packet: Packet) -> Settings:
    """A new station of the province from the packet its administrator made; an emulated bench in a rehearsal."""
    home = home.resolve()
    tray = home / "tray"
    rehearsed = Devices(
        printer=f"emulator://evolis?profile=evolis-primacy&ribbon=100000&cards=100000&tray={tray.as_posix()}",
        camera=f"tray://{tray.as_posix()}?view=desk",
    )
    vault: Vault = FileVault(home / "keys" / "vault.json") if packet.rehearsal else KeyringVault(packet.station)
    settings = join(home, packet, vault, rehearsed if packet.rehearsal else Devices())
    tray.mkdir(exist_ok=True)
    ledger = _open_ledger(settings, vault, SystemClock())
    if packet.epoch > ledger.epoch:
        ledger.begin_epoch(packet.epoch)
    ledger.close()
    return settings


def _open_ledger(settings: Settings, vault: Vault, clock: Clock) -> Ledger:
    return Ledger.open(
        settings.home / "ledger.sqlite", station=settings.station, city=settings.city.code, clock=clock, vault=vault,
        signer=_fact_signer(vault, "facts"),
    )  # fmt: skip


def _copies(settings: Settings, vault: Vault, clock: Clock) -> Copies:
    def opened(path: Path, city: str) -> Ledger:
        return Ledger.open(path, station=settings.station, city=city, clock=clock, vault=vault)

    return Copies(settings.home / "cities", opened)


def _open_remote(settings: Settings, vault: Vault, guard: ClockGuard, ledger: Ledger, public_key: bytes) -> Desk:
    """The desk of a station of the province. Opens without a network; before the first exchange it knows no key."""
    central, published = central_of(settings, vault, guard), Published(settings.home)
    copies = _copies(settings, vault, guard) if settings.city.code == PROVINCE else None
    way = RemoteWay(settings, ledger, central, guard, public_key, published, copies=copies)
    level = marks.level_ms(ledger)
    keyring = published.keyring(level)
    if keyring is None:
        published.take(central.papers({}), guard.now_ms())
        keyring = published.keyring(guard.now_ms())
    if keyring is None:
        raise Fault("省级平台还没有公布密钥登记册。", "请联系省级平台管理员运行 main.py central init。", "no_register")

    def sync(progress: Progress | None = None, cancelled: Cancelled = never) -> Exchanged:
        return kept(ledger, guard.now_ms, lambda: way.exchange(desk, progress, cancelled))

    desk = Desk(
        settings, guard, ledger, keyring, load_calendar(), load_divisions(), central, Numbers(ledger, central), sync,
        lambda: marks.level_ms(ledger), lambda number: published.listed(number, desk.keyring, guard.now_ms()),
        lambda number: central.standing_of(settings.station, number), copies,
    )  # fmt: skip
    return desk


def _numbers_in(ledger: Ledger) -> Callable[[], list[str]]:
    return lambda: [row.number for row in ledger.roll.permits()]


def open_bench(settings: Settings, *, printer: str = "", camera: str = "") -> Bench:
    """Printer, camera and reader by URL; those of the settings where none is named. No camera URL: no camera.

    An emulated printer named alone is seen by a camera over its own tray, which lies in the station when none is named.
    """
    printer_url = printer or settings.devices.printer
    if not printer_url:
        raise Refused("还没有设置打印机，请在设备页选择或用 --printer 指定。", "no_printer")
    printer_url, watching = watched_by(printer_url, settings.home / "tray")
    camera_url = camera or (watching if printer else "") or settings.devices.camera
    return Bench(
        catalogue.open_printer(printer_url),
        catalogue.open_reader(models_home()),
        catalogue.open_camera(camera_url) if camera_url else None,
    )


def places(settings: Settings) -> int:
    """How many printing places the settings name: one, or two."""
    return 2 if settings.devices.second_printer else 1


def open_place(settings: Settings, place: int) -> Bench:
    """The printing place of that number, 0 or 1. The second never looks through the camera of the first.

    Raises Refused where the settings name none.
    """
    if place == 0:
        return open_bench(settings)
    devices = settings.devices
    if not devices.second_printer:
        raise Refused("还没有设置第二台打印机，请在 station.toml 里填写 second_printer。", "no_printer")
    printer, watching = watched_by(devices.second_printer, settings.home / "tray-2")
    camera = devices.second_camera or watching
    return Bench(
        catalogue.open_printer(printer),
        catalogue.open_reader(models_home()),
        catalogue.open_camera(camera) if camera else None,
    )


def open_portrait_camera(settings: Settings) -> Camera:
    """The camera that faces the worker. In a rehearsal a drawn person sits there unless a camera is named.

    Raises Refused where none is set, Missing where it is not plugged in.
    """
    url = settings.devices.portrait
    if not url and settings.rehearsal:
        folder = settings.home / "sitting"
        if not folder.is_dir():
            _draw_sitting(folder)
        url = f"stills:///{quote(folder.resolve().as_posix().lstrip('/'))}"
    url = url or settings.devices.camera
    if not url:
        raise Refused("还没有设置摄像头，请导入照片，或在 station.toml 里填写 portrait。", "no_camera")
    return catalogue.open_camera(url)


def _draw_sitting(folder: Path) -> None:
    """The frames of a drawn person, once for each rehearsal station."""
    from PIL import Image

    from station.cards.sitting import sitting

    folder.mkdir(parents=True)
    for number, frame in enumerate(sitting(1), start=1):
        Image.fromarray(frame).save(folder / f"{number}.png")


def open_hand_scanner(settings: Settings) -> CodeScanner:
    """The serial scanner of the settings, not opened yet. Raises Fault for an address that names none."""
    try:
        return catalogue.open_scanner(settings.devices.scanner)
    except DeviceError as why:
        raise Fault(why.sentence, "请改正 station.toml 的 [devices] 里的 scanner。", why.code) from why


def check_device(slot: str, url: str) -> None:
    """Raises Refused when that address names no device for that place. Cameras are not opened: one may be unplugged."""
    openers: dict[str, Callable[[str], Closing]] = {
        "printer": catalogue.open_printer, "second_printer": catalogue.open_printer,
        "scanner": catalogue.open_scanner, "idcard": catalogue.open_id_reader,
        "slip": catalogue.open_slip_printer, "label": catalogue.open_slip_printer,
    }  # fmt: skip
    if slot not in openers:
        return
    try:
        openers[slot](url).close()
    except DeviceError as wrong:
        raise Refused(wrong.sentence, wrong.code) from wrong


def read_id_card(settings: Settings, patience: float = 5.0) -> IdCard:
    """The identity card on the reader of the settings. Raises Refused when there is neither, Fault for the device.

    Only what is printed on the card comes back; the photo inside is never looked at.
    """
    if not settings.devices.idcard:
        raise Refused("还没有设置身份证阅读器，请照原件录入，或在 station.toml 里填写 idcard。", "no_id_reader")
    try:
        reader = catalogue.open_id_reader(settings.devices.idcard)
        try:
            card = reader.read(patience)
        finally:
            reader.close()
    except DeviceError as why:
        raise Fault(why.sentence, "请重新放卡，或照原件录入。", why.code) from why
    if card is None:
        raise Refused("读卡器上没有身份证，请放好后再按一次。", "no_id_card")
    return card


def watched_by(printer: str, tray: Path, more: str = "") -> tuple[str, str]:
    """The URL of an emulated printer with its tray, and of a camera over it; any other URL as it is, and "". """
    if not printer.startswith("emulator://"):
        return printer, ""
    place = parse_qs(urlsplit(printer).query).get("tray", [""])[0]
    if not place:
        place = tray.resolve().as_posix()
        printer += f"{'&' if '?' in printer else '?'}tray={quote(place)}"
    return printer, f"tray:///{quote(Path(place).resolve().as_posix().lstrip('/'))}?view=desk{more}"


def view_seal(desk: Desk) -> ViewSeal:
    """Makes and checks what household pages hand out. Its key follows from the key of the city, so a link made at any
    station of the city opens on every page of that city."""
    return ViewSeal(views_key(vault_of(desk.settings).key("city")))


def phone_codes(desk: Desk, centre: Path | None = None) -> PhoneCode | None:
    """Makes dynamic codes where the keys are on this machine: in the station itself, or beside the province's database
    in the folder `centre` of its administrator. None where they are elsewhere."""
    settings = desk.settings
    if settings.central:
        if centre is None:
            return None
        root = Published(settings.home).root_public_key()
        return code_maker(desk, Centre(centre, desk.clock).phone_sign(settings.city.code, root))
    keys = EmbeddedKeys(settings.home, [settings.city.code], vault_of(settings))
    return code_maker(desk, keys.phone_sign(settings.city.code, desk.clock.today))


def fact_keys(desk: Desk) -> dict[str, bytes]:
    """The public keys whose signatures an audit of this ledger can judge, by station name."""
    vault = vault_of(desk.settings)
    own = {desk.settings.station: _fact_signer(vault, "facts").public_key}
    if desk.settings.central:
        return own  # the centre's key is at the province
    return {**own, centre_of(desk.settings.city.code): _fact_signer(vault, "centre-facts").public_key}


def _fact_signer(vault: Vault, name: str) -> FactSigner:
    return FactSigner(Ed25519PrivateKey.from_private_bytes(vault.key(name)))


def vault_of(settings: Settings) -> Vault:
    """Where the station's own keys lie: a file in rehearsal, the key ring of the system in earnest."""
    if settings.rehearsal:
        return FileVault(settings.home / "keys" / "vault.json")
    return KeyringVault(settings.station)
