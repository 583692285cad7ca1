"""What the program stands on: Python, shared libraries, fonts, ports; refuses to know what a station is.

Every probe is an argument with the real machine as its default, so a test can be any machine. A finding holds a
sentence and a remedy; nothing is printed and nothing repaired here.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from station import __version__
from station.settings import RESOURCES

COMMON_NAMES = "王秀英欧阳诸葛"
RARE_NAMES = "㛃𬱖𠮷喆龘䶮𣘗𫖯"
"""Characters of real names outside the first 20,902; Noto Sans CJK has all of them (desktop.md §2.1)."""
RAREST_NAMES = "\U0002e9f5"
"""Found in Hanazono only; whoever is called so waits for a card until a font that has it is installed."""

PORTS = {"ttyUSB*": "dialout", "ttyACM*": "dialout", "video*": "video", "usb/lp*": "lp"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when it is in order; `optional` ones stop no work."""

    area: str
    ok: bool
    sentence: str
    remedy: str = ""
    optional: bool = False


def program(version: tuple[int, int] = sys.version_info[:2]) -> Iterator[Finding]:
    """The Python this runs on, and whether the desktop was installed with it."""
    text = ".".join(map(str, version))
    if version >= (3, 11):
        yield Finding("program", True, f"程序 {__version__}，Python {text}。")
    else:
        remedy = "请安装 Python 3.11 后重新运行 make setup。"
        yield Finding("program", False, f"Python {text} 太旧，需要 3.11 以上。", remedy)
    if importlib.util.find_spec("PySide6") is None:
        sentence = "没有安装桌面组件，只能使用命令行和住户页面。"
        yield Finding("program", False, sentence, "请运行 make setup 安装桌面组件。", optional=True)


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library and the Debian package that brings it."""

    package: str
    soname: str


def known_libraries(path: Path = RESOURCES / "debian-packages.txt") -> list[Library]:
    """What resources/debian-packages.txt says the station needs; the same list `make setup` installs from."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Library(row[1], row[2]) for row in rows if row and row[0] == "station" and row[2] != "-"]


def load(name: str) -> str:
    """Load a shared library as Qt would; answers what the loader complains about, or nothing."""
    try:
        ctypes.CDLL(name)
    except OSError as wrong:
        return str(wrong)
    return ""


def libraries(
    known: Sequence[Library] | None = None,
    loader: Callable[[str], str] = load,
    plugin: Path | None = None,
    platform: str = sys.platform,
) -> Iterator[Finding]:
    """On Linux: each library by name, then Qt's own window plug-in, whose complaint names what is really missing.

    Elsewhere the wheels bring everything along. Qt itself blames xcb-cursor0 whatever is missing (desktop.md §1.3).
    """
    if platform != "linux":
        yield Finding("library", True, "本系统的库由安装包自带。")
        return
    known = known_libraries() if known is None else known
    lacking = [library for library in known if loader(library.soname)]
    for library in lacking:
        remedy = f"请运行 make setup，或由管理员安装软件包 {library.package}。"
        yield Finding("library", False, f"缺少系统库 {library.soname}。", remedy)
    plugin = plugin or _window_plugin()
    complaint = loader(str(plugin)) if plugin is not None else ""
    if complaint and not lacking:
        yield Finding("library", False, "窗口组件无法载入。", f"系统的说明：{complaint}", optional=True)
    elif not lacking:
        yield Finding("library", True, f"{len(known)} 个系统库齐全。")


def _window_plugin() -> Path | None:
    """Where pip put Qt's plug-in for X11, without importing Qt."""
    spec = importlib.util.find_spec("PySide6")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        plugin = Path(place) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.is_file():
            return plugin
    return None


def undrawable(text: str) -> str | None:
    """The characters of `text` that no installed font has; None where nobody can tell.

    fontconfig is asked first: unlike Qt it does not abort where a library of the window system is missing.
    """
    command = shutil.which("fc-list")
    if command is None:
        return _undrawable_by_qt(text)
    lacking = ""
    for sign in text:
        query = [command, f":charset={ord(sign):x}", "family"]
        answer = subprocess.run(query, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - own words
        lacking += "" if answer.stdout.strip() else sign
    return lacking


def _undrawable_by_qt(text: str) -> str | None:
    try:
        from station.cards import glyphs
    except ImportError:
        return None
    return "".join(glyphs.undrawable(text))


def fonts(lacking: Callable[[str], str | None] = undrawable) -> Iterator[Finding]:
    """Whether names can be drawn: common ones must, rare ones should; a card with a box on it is never printed."""
    remedy = "请运行 make setup，或安装字体 fonts-noto-cjk、fonts-hanazono、fonts-babelstone-han。"
    common = lacking(COMMON_NAMES)
    if common is None:
        yield Finding("fonts", True, "本系统无法列出字体，制证前会逐字检查。", optional=True)
        return
    if common:
        yield Finding("fonts", False, "没有中文字体，证件无法制作。", remedy)
        return
    rare = (lacking(RARE_NAMES + RAREST_NAMES)) or ""
    if rare:
        points = "、".join(f"U+{ord(sign):04X}" for sign in rare)
        yield Finding("fonts", False, f"部分生僻字缺少字形（{points}），遇到时会停止制证。", remedy, optional=True)
    else:
        yield Finding("fonts", True, "中文字体齐全，生僻字样本均可绘制。")


def permissions(
    folder: Path = Path("/dev"), usable: Callable[[Path], bool] = lambda path: os.access(path, os.R_OK | os.W_OK)
) -> Iterator[Finding]:
    """Ports that are there and may not be used: on Linux the commonest reason why a device seems dead."""
    for pattern, group in PORTS.items():
        for port in sorted(folder.glob(pattern)):
            if not usable(port):
                remedy = f"请由管理员把当前账户加入 {group} 组（usermod -aG {group} 账户名），重新登录后再试。"
                yield Finding("port", False, f"没有权限使用端口 {port.name}。", remedy, optional=True)
