"""One TOML file per station -> frozen settings; and the profile of its city. Each setting is explained once, here.

Nothing is read from the environment except by the caller; no file of a station holds a secret.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from station.domain.errors import Fault, Refused

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CityProfile:
    """What differs from city to city (D-1): names, contacts, the host in the code, the card layout."""

    code: str  # six digits, e.g. 330100
    name: str  # 杭州市
    association: str  # who issues: printed on the card
    authority: str  # whose business it is: 商务局, in Wenzhou 人社局
    code_name: str  # 安心码; in Wenzhou 家政服务码
    permit_title: str  # the title on the card
    hotline: str  # 咨询 and 维权
    complaint_phone: str
    return_address: str  # where a found card goes
    url_prefix: str  # https prefix in front of the 191 digits
    notice_version: str  # of the privacy notice that is handed out and signed now (PIPL 17); a new text, a new version
    layout: str = "zj-2020"  # resources/cards/<layout>.toml
    card_years: int = 3  # how long a card's token may verify (trust.md §4.5)
    pause_for_evidence: bool = False  # D-18: the clock does not stop by default


@dataclass(frozen=True, slots=True)
class Devices:
    """Where printers, cameras and readers are, as URLs (architecture.md §2.5)."""

    printer: str = ""
    camera: str = ""
    second_printer: str = ""  # a second printing place: runs of cards go to both at once
    second_camera: str = ""
    portrait: str = ""  # the camera that faces the worker; "" = the same as `camera`
    scanner: str = ""
    idcard: str = ""
    slip: str = ""  # receipts and hand-over slips (resources/slips)
    label: str = ""  # envelope labels, and stickers while no card printer works


@dataclass(frozen=True, slots=True)
class Limits:
    """Policy numbers; verification never freezes."""

    stale_hours: int = 24  # D-22: older data never shows green
    unknown_hours: int = 72  # T12: offline longer than this shows 无法确认
    tokens_ahead: int = 3
    read_back_seconds: float = 2.0
    entry_nonce_minutes: int = 10
    merge_entries_minutes: int = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a station must be told. `rehearsal` means emulated devices, test keys and 演练 on every card."""

    station: str
    city: CityProfile
    rehearsal: bool
    home: Path
    central: str = ""  # "" = embedded centre in `home`; else a PostgreSQL URL
    devices: Devices = field(default_factory=Devices)
    limits: Limits = field(default_factory=Limits)


def load_city(code: str, resources: Path = RESOURCES) -> CityProfile:
    """The profile of a city from resources/cities. Raises Refused for a city we have no profile of."""
    path = resources / "cities" / f"{code}.toml"
    if not path.is_file():
        raise Refused(f"没有城市 {code} 的配置文件，请从 resources/cities 中选择一个城市代码。", "unknown_city")
    return _typed(CityProfile, _read(path), path)


def load_settings(home: Path) -> Settings:
    """The settings of the station in `home`. Raises Fault when the file is missing, damaged or wrong."""
    path = home / "station.toml"
    found = _read(path)
    devices = _typed(Devices, found.pop("devices", {}), path)
    limits = _typed(Limits, found.pop("limits", {}), path)
    wrong = set(found) - {"station", "city", "rehearsal", "central"}
    if wrong or "station" not in found or "city" not in found:
        raise Fault(
            f"配置文件 {path.name} 不完整或有不认识的设置：{'、'.join(sorted(wrong)) or 'station, city'}。",
            "请对照 resources/docs/operating.md 的设置表修改。",
            "settings",
        )
    return Settings(
        str(found["station"]),
        load_city(str(found["city"])),
        bool(found.get("rehearsal", False)),
        home,
        str(found.get("central", "")),
        devices,
        limits,
    )


def save_settings(settings: Settings) -> None:
    """Write the settings a station was founded with."""
    lines = [
        f"station = {_quoted(settings.station)}",
        f"city = {_quoted(settings.city.code)}",
        f"rehearsal = {str(settings.rehearsal).lower()}",
        f"central = {_quoted(settings.central)}",
        "",
        "[devices]",
        *(f"{item.name} = {_quoted(getattr(settings.devices, item.name))}" for item in fields(Devices)),
    ]
    settings.home.mkdir(parents=True, exist_ok=True)
    _replace(settings.home / "station.toml", "\n".join(lines) + "\n")


def put_device(home: Path, slot: str, url: str) -> Settings:
    """Change one device of the station in `home`; every other line and comment stays as it is.

    The file is replaced in one step and only when it then says what was asked. Raises Fault when it cannot be.
    """
    path = home / "station.toml"
    before = load_settings(home)
    if slot not in {item.name for item in fields(Devices)}:
        raise Refused("没有这一种设备，请从列表中选择。", "device_slot")
    text = _with_line(path.read_text(encoding="utf-8"), slot, _quoted(url))
    wanted = replace(before, devices=replace(before.devices, **{slot: url}))
    try:
        agrees = tomllib.loads(text).get("devices", {}).get(slot) == url
    except tomllib.TOMLDecodeError:
        agrees = False
    if not agrees:
        words = f"请在 {path.name} 的 [devices] 下手工写上 {slot}，再重新打开。"
        raise Fault("设置文件的写法比较特别，程序没有改动它。", words, "settings")
    try:
        _replace(path, text)
    except OSError as why:
        raise Fault("设置没有保存。", "请检查站点文件夹的权限和磁盘空间。", "settings") from why
    return wanted


def _with_line(text: str, slot: str, value: str) -> str:
    """The text with `slot = value` under [devices]; what stands behind the old value is kept."""
    lines = text.splitlines()
    begin = next((place for place, line in enumerate(lines) if _TABLE.fullmatch(line)), None)
    if begin is None:
        return "\n".join([*lines, "", "[devices]", f"{slot} = {value}"]) + "\n"
    end = next((place for place in range(begin + 1, len(lines)) if lines[place].lstrip().startswith("[")), len(lines))
    for place in range(begin + 1, end):
        known = _SETTING.fullmatch(lines[place])
        if known is not None and known["name"] == slot:
            lines[place] = f"{slot} = {value}{known['rest']}"
            return "\n".join(lines) + "\n"
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], f"{slot} = {value}", *lines[end:]]) + "\n"


def _replace(path: Path, text: str) -> None:
    """The file is the old one or the new one, also after a power cut."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON escapes the same way."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_TABLE = re.compile(r"\s*\[\s*devices\s*\]\s*(?:#.*)?")
_SETTING = re.compile(r"""\s*(?P<name>[A-Za-z0-9_-]+)\s*=\s*(?:"(?:[^"\\]|\\.)*"|'[^']*')(?P<rest>\s*(?:#.*)?)""")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Fault(
            f"找不到配置文件 {path.name}。", "请先运行 main.py demo 或按部署说明建立站点。", "no_station"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Fault(f"配置文件 {path.name} 无法读取。", "请用备份恢复，或按部署说明重写。", "settings") from wrong


def _typed(kind: type[T], found: dict[str, Any], path: Path) -> T:
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    wrong = sorted(set(found) - set(known))
    if wrong:
        raise Fault(f"配置文件 {path.name} 中有不认识的设置：{'、'.join(wrong)}。", "请删除或改正。", "settings")
    try:
        return kind(**found)
    except TypeError as missing:
        raise Fault(f"配置文件 {path.name} 缺少必要的设置。", "请对照示例补全。", "settings") from missing
