"""What we know about one printer model and one ribbon: a TOML file of facts and the pages they come from.

It knows names and numbers; it opens no device. A model's file is `resources/printers/<model>.toml`; a profile name is
the model, or the model and one of its ribbons (`evolis-dualys-kb`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.contracts import FaultCode
from devices.errors import BadUrl, Missing
from devices.languages import epcl, magicard
from devices.languages.epcl_talk import Epcl
from devices.languages.evolis import Form
from devices.languages.evolis_talk import Evolis
from devices.languages.language import CardLanguage
from devices.languages.magicard_talk import Magicard

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "printers"


@dataclass(frozen=True, slots=True)
class Profile:
    """One model with one ribbon."""

    name: str
    title: str
    speaks: str  # the name of its language
    usb_vendor: int
    usb_name: str  # what the product string or the IEEE 1284 id contains
    language: CardLanguage
    ribbon: str
    panels: int  # ribbon panels of one card with everything it can print
    duplex: bool  # it prints the back; otherwise the blank's back is printed by its maker
    patience: float  # seconds that a whole job may take where nothing is answered
    ribbon_cards: int  # cards of a new ribbon
    sources: Mapping[str, str]  # what was learned -> where (manual and page)


def names(folder: Path = FOLDER) -> tuple[str, ...]:
    """Every profile name, models first with their usual ribbon, then each ribbon of each model."""
    found: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        found.append(path.stem)
        found += [f"{path.stem}-{ribbon}" for ribbon in _read(path)["ribbons"]]
    return tuple(found)


def models(folder: Path = FOLDER) -> tuple[Profile, ...]:
    """Every model with its usual ribbon."""
    return tuple(_profile(path.stem, path, None) for path in sorted(folder.glob("*.toml")))


def load(name: str, folder: Path = FOLDER) -> Profile:
    """The profile of that name. Raises BadUrl for an unknown name, Missing for a file that is broken."""
    model, _, ribbon = name.rpartition("-")
    for path in sorted(folder.glob("*.toml")):
        if path.stem == name:
            return _profile(name, path, None)
        if path.stem == model and ribbon in _read(path)["ribbons"]:
            return _profile(name, path, ribbon)
    raise BadUrl(f"没有名为“{name}”的打印机型号。可用的有：{'、'.join(names(folder))}。", "profile")


def _profile(name: str, path: Path, ribbon: str | None) -> Profile:
    table = _read(path)
    try:
        chosen = ribbon or table["ribbon"]
        film = table["ribbons"][chosen]
        return Profile(
            name=name,
            title=table["title"],
            speaks=table["language"],
            usb_vendor=table["usb_vendor"],
            usb_name=table["usb_name"],
            language=_LANGUAGES[table["language"]](table, chosen),
            ribbon=chosen,
            panels=film["panels"],
            duplex=bool(film["back"]),
            patience=float(table["form"]["finish_s"]),
            ribbon_cards=film["cards"],
            sources=dict(table["sources"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Missing(f"打印机型号文件 {path.name} 有错误：{error}。请重新安装程序。", "profile_broken") from error


def _evolis(table: dict[str, Any], ribbon: str) -> CardLanguage:
    film, form, talk = table["ribbons"][ribbon], table["form"], table["talk"]
    known = Form(
        ribbon=ribbon,
        front=film["front"],
        back=film["back"],
        levels=form["levels"],
        contrast=form["contrast"],
        squeeze=form["squeeze"],
        back_turned=form["back_turned"],
        answer=float(form["answer_s"]),
        panel=float(form["panel_s"]),
        finish=float(form["finish_s"]),
    )
    return Evolis(known, frozenset(talk["asks"]), talk["clears"], talk["rejects"])


def _magicard(table: dict[str, Any], ribbon: str) -> CardLanguage:
    film, form, talk = table["ribbons"][ribbon], table["form"], table["talk"]
    known = magicard.Form(
        ribbon=ribbon,
        front=film["front"],
        back=film["back"],
        clockwise=form["clockwise"],
        width_first=form["width_first"],
        back_turned=form["back_turned"],
        reject=form["reject"],
        answer=float(form["answer_s"]),
        page=float(form["page_s"]),
        finish=float(form["finish_s"]),
        poll=float(form["poll_s"]),
    )
    sensors = {word: FaultCode(code) if code else None for word, code in table["sensors"].items()}
    return Magicard(table["title"], known, frozenset(talk["asks"]), sensors)


def _epcl(table: dict[str, Any], ribbon: str) -> CardLanguage:
    film, form = table["ribbons"][ribbon], table["form"]
    known = epcl.Form(ribbon, film["front"], film["back"], False, float(form["answer_s"]), float(form["panel_s"]))
    return Epcl(table["title"], known)


_LANGUAGES: dict[str, Callable[[dict[str, Any], str], CardLanguage]] = {
    "evolis": _evolis,
    "magicard": _magicard,
    "epcl": _epcl,
}


def _read(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Missing(f"打印机型号文件 {path.name} 无法读取。请重新安装程序。", "profile_broken") from error
    if not isinstance(table.get("ribbons"), dict):
        raise Missing(f"打印机型号文件 {path.name} 没有色带。请重新安装程序。", "profile_broken")
    return table
