"""The font chain of the card, and the one QGuiApplication that painting needs. Knows no card.

Qt is used as a raster engine: no widget, no event loop. Where a QApplication already runs (the desktop) it is used.
"""

from __future__ import annotations

import functools
import os

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from station.domain.errors import Fault

SANS = "Noto Sans CJK SC"
SERIF = "Noto Serif CJK SC"
RARE = ("HanaMinA", "HanaMinB", "BabelStone Han")
"""Fonts for characters the Noto face lacks, in the order they are asked (domain.md §8.2)."""

_app: QGuiApplication | None = None


def ensure_gui() -> None:
    """Make sure Qt may paint. Offscreen unless somebody chose a platform or a display is there."""
    global _app
    if QGuiApplication.instance() is None:
        if "QT_QPA_PLATFORM" not in os.environ:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        _app = QGuiApplication(["anxin-cards"])
    _check_fonts()


@functools.cache
def _check_fonts() -> None:
    if SANS not in QFontDatabase.families():
        raise Fault(
            f"系统缺少字体 {SANS},不能制卡。", "请安装 fonts-noto-cjk(或思源黑体 SC)后重新启动。", "font_missing"
        )


@functools.lru_cache(maxsize=256)
def font(pixels: int, *, bold: bool = False, serif: bool = False, crisp: bool = False) -> QFont:
    """A font of the chain at a pixel size. `crisp` draws whole dots only: pure black lands on the K panel."""
    families = [SERIF if serif and SERIF in QFontDatabase.families() else SANS, SANS, *RARE]
    made = QFont()
    made.setFamilies(families)
    made.setPixelSize(pixels)
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferFullHinting)
    made.setStyleStrategy(QFont.StyleStrategy.NoAntialias if crisp else QFont.StyleStrategy.PreferAntialias)
    return made
