"""What may leave the house when somebody asks for help: a zip of findings, settings and print attempts, nobody's data.

Two nets. What is written is picked field by field, so that a name has no place to stand in; and every text passes
`scrub`, which takes out what looks like a person all the same: known names, long numbers, addresses of this computer.
"""

from __future__ import annotations

import dataclasses
import io
import json
import platform
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from devices.contracts import FoundDevice, PrinterState
from station import __version__
from station.domain import card, parts
from station.services.desk import Desk
from station.services.staff import Staff
from station.settings import RESOURCES, Devices, Settings
from station.surroundings import Finding

NEWEST = 50
"""Print attempts whose steps are told, the newest first."""
PAGE = 500
PRINTED = frozenset(card.State) - {card.State.ASKED}

HIDDEN = "[…]"
_NUMBER = re.compile(r"(?:\d[ -]?){10,}[\dXx]")  # identity cards, phones, permits, tokens; not a date or a counter
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_HOMES = re.compile(r"(?:/home|/Users|[A-Za-z]:[\\/]+Users)[\\/]+[^\s\"'&?]+")
_CODE = re.compile(r"[A-Za-z0-9_]{0,40}")
_PLACE = re.compile(r"/?(?:dev/[\w/.-]+|COM\d{1,3})")
_OPTIONS = frozenset(
    {
        "profile", "baud", "parity", "flow", "trigger", "view", "seed", "side", "sides", "loop", "width", "height",
        "fps", "cards", "ribbon", "clock", "policy", "serial", "id", "fault", "operator",
    }
)  # fmt: skip
_LIBRARIES = (
    "PySide6", "numpy", "opencv-python-headless", "pillow", "zxing-cpp", "pyusb", "libusb-package", "pyserial",
    "SQLAlchemy", "cryptography", "sqlcipher3-wheels",
)  # fmt: skip

READ_ME = """安心码发证站的支持包，供排查设备和程序问题。
里面没有姓名、证件号码、电话、照片、卡上的码，也没有密钥和口令。
about.json    程序和系统版本
doctor.json   体检结果
settings.json 站点设置（不含密钥、口令、本机路径）
devices.json  已接的设备
printers.json 打印机此刻的应答
jobs.json     最近的印制经过：每一步的时间、结果、故障，不含是谁的卡
profiles/     所用打印机型号的资料
traces/       打印机通信记录：卡面数据只有长度和摘要
"""


def scrub(text: str, names: Iterable[str] = ()) -> str:
    """The text without what looks like a person: names given here, long numbers, mail, logins, homes of users."""
    text = _HOMES.sub(HIDDEN, _LOGIN.sub("", text))
    text = _MAIL.sub(HIDDEN, _NUMBER.sub(HIDDEN, text))
    for name in names:
        if name in text:
            text = text.replace(name, HIDDEN)
    return text


def harmless(data: bytes, names: Iterable[str] = ()) -> bool:
    """Whether bytes that a device said or was told may be shown: plain ASCII in which nothing looks like a person."""
    return data.isascii() and scrub(text := data.decode("ascii"), names) == text


def known_names(desk: Desk) -> list[str]:
    """Everybody whose name this station can read: the people of the roll and its own staff; the longest first."""
    people = {person for one in Staff(desk).people() for person in (one.person, one.login)}
    names = set(_names_of_the_roll(desk)) | people
    return sorted((name for name in names if len(name) >= (4 if name.isascii() else 2)), key=len, reverse=True)


def _names_of_the_roll(desk: Desk) -> Iterator[str]:
    rows = desk.ledger.roll.page(limit=PAGE)
    while rows:
        yield from (row.name for row in rows if row.name)
        rows = desk.ledger.roll.page(limit=PAGE, after=rows[-1])


@dataclasses.dataclass(frozen=True, slots=True)
class Gathered:
    """What the caller, who alone may open devices, brings along. `traces` are already shareable (transports.trace)."""

    findings: Sequence[Finding] = ()
    found: Sequence[FoundDevice] = ()
    printers: Mapping[str, PrinterState | str] = dataclasses.field(default_factory=dict)
    traces: Mapping[str, str] = dataclasses.field(default_factory=dict)


def bundle(gathered: Gathered, desk: Desk | None, names: Sequence[str]) -> bytes:
    """The zip. Without a desk (a station that does not open, or none yet) it holds what there is."""
    members = {"README.txt": READ_ME, "about.json": _json(_about()), "doctor.json": _json(gathered.findings)}
    members["devices.json"] = _json(gathered.found)
    members["printers.json"] = _json(gathered.printers)
    if desk is not None:
        members["settings.json"] = _json(settings_told(desk.settings))
        members["jobs.json"] = _json(timelines(desk))
        members |= _profiles(desk.settings.devices)
    clean = {name: scrub(text, names) for name, text in members.items()}
    clean |= {f"traces/{scrub(name, names)}": text for name, text in gathered.traces.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in clean.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def settings_told(settings: Settings) -> dict[str, Any]:
    """The settings without secrets and without a place of this computer."""
    return {
        "station": settings.station,
        "city": settings.city.code,
        "rehearsal": settings.rehearsal,
        "central": urlsplit(settings.central).scheme if settings.central else "embedded",
        "devices": {one.name: told_url(getattr(settings.devices, one.name)) for one in dataclasses.fields(Devices)},
        "limits": settings.limits,
    }


def told_url(url: str) -> str:
    """A device address with its options; a folder of this computer becomes a sign."""
    try:
        parts_of = urlsplit(url)
        pairs = parse_qsl(parts_of.query, keep_blank_values=True)
    except ValueError:
        return HIDDEN
    host = parts_of.netloc.rpartition("@")[2]
    place = parts_of.path if not parts_of.path or _PLACE.fullmatch(parts_of.path) else "/…"
    options = "&".join(f"{key}={quote(value) if key in _OPTIONS else '…'}" for key, value in pairs)
    return f"{parts_of.scheme}://{host}{place}{options and '?' + options}" if url else ""


def timelines(desk: Desk, newest: int = NEWEST) -> list[dict[str, Any]]:
    """The newest print attempts of this station, step by step, without whose card it is."""
    rows = [row for row in desk.ledger.jobs.in_states([state.value for state in PRINTED])
            if row.station == desk.settings.station]  # fmt: skip
    rows = sorted(rows, key=lambda row: row.since_ms, reverse=True)[:newest]
    found = [desk.worker(row.subject).cards.get((row.number, row.issue_number)) for row in rows]
    return [_timeline(place, piece) for place, piece in enumerate(found, start=1) if piece is not None]


def _timeline(place: int, piece: parts.Card) -> dict[str, Any]:
    return {
        "job": place,
        "attempt": piece.issue_number,
        "state": piece.state,
        "outcome": _code(piece.outcome),
        "fault": _code(piece.fault),
        "doubt": _code(piece.doubt),
        "in_a_batch": bool(piece.batch),
        "printer": piece.printer.rpartition("@")[2],
        "cards": [piece.cards_before, piece.cards_after],
        "panels": [piece.panels_before, piece.panels_of_job],
        "steps": [{"act": step.act, "at": _moment(step.at_ms), "reason": _code(step.reason)} for step in piece.steps],
    }


def _code(word: str) -> str:
    """A word of ours stays; what a person wrote does not."""
    return word if _CODE.fullmatch(word) and word.isascii() else HIDDEN


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def _about() -> dict[str, Any]:
    libraries = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            libraries[name] = ""
    system = {"system": platform.system(), "release": platform.release(), "machine": platform.machine()}
    return {"version": __version__, "python": platform.python_version(), **system, "libraries": libraries}


def _profiles(devices: Devices) -> dict[str, str]:
    """The profile files of the printers that are set, as they lie in resources."""
    found: dict[str, str] = {}
    for url, folder in ((devices.printer, "printers"), (devices.second_printer, "printers"), (devices.slip, "slips")):
        named = dict(parse_qsl(urlsplit(url).query)).get("profile", "")
        for path in sorted((RESOURCES / folder).glob("*.toml")):
            if named == path.stem or named.rpartition("-")[0] == path.stem:
                found[f"profiles/{path.name}"] = path.read_text(encoding="utf-8")
    return found


def _json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, indent=1)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Path) else value
