"""The font chain of the card, and the one QGuiApplication that painting needs. Knows no card.

Qt is used as a raster engine: no window, no event loop. Where a QApplication already runs (the desktop) it is used.
"""

from __future__ import annotations

import functools

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from station.domain.errors import Fault

SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC")
"""One design under the names of its packagers; always SC, for JP draws 直 骨 角 门 otherwise (domain.md §8.2)."""
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC")
RARE = ("HanaMinA", "HanaMinB", "BabelStone Han")
"""Asked, in this order, for characters the first face lacks."""

_app: QGuiApplication | None = None


def ensure_gui() -> None:
    """Make sure Qt may paint. Raises Fault when the Chinese face is missing.

    Without an application an offscreen one is made, whatever the environment asks for: cards need no screen, and Qt
    ends the process where a screen was asked for and is not there.
    """
    global _app
    if QGuiApplication.instance() is None:
        _app = QGuiApplication(["anxin-cards", "-platform", "offscreen"])
    sans()


def face_among(names: tuple[str, ...], installed: frozenset[str]) -> str | None:
    """The first of these faces that is installed."""
    return next((name for name in names if name in installed), None)


@functools.cache
def sans() -> str:
    """The Chinese face of this machine. Raises Fault naming the package to install."""
    return required(face_among(SANS, frozenset(QFontDatabase.families())))


def required(face: str | None) -> str:
    """The face, or a Fault that says how to get it."""
    if face is None:
        raise Fault(
            f"系统缺少中文字体 {SANS[0]}，不能制卡。",
            "请安装 fonts-noto-cjk（或思源黑体 SC）后重新启动。",
            "font_missing",
        )
    return face


@functools.cache
def _serif() -> str:
    return face_among(SERIF, frozenset(QFontDatabase.families())) or sans()


@functools.lru_cache(maxsize=512)
def font(pixels: int, *, bold: bool = False, serif: bool = False, crisp: bool = False) -> QFont:
    """A font of the chain at a pixel size. `crisp` draws whole dots only: pure black lands on the resin panel."""
    made = QFont()
    made.setFamilies([_serif() if serif else sans(), sans(), *RARE])
    made.setPixelSize(pixels)
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferFullHinting)
    smooth = QFont.StyleStrategy.PreferAntialias | QFont.StyleStrategy.NoSubpixelAntialias
    made.setStyleStrategy(QFont.StyleStrategy.NoAntialias if crisp else smooth)
    return made
