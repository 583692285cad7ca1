"""Which characters the font chain can really draw: asked of the laid-out text, before a card is spent.

Glyph index 0 in a laid-out run is an empty box, whatever a font says it supports (desktop.md §2.1).
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable

from PySide6.QtGui import QTextLayout

from station.cards.fonts import ensure_gui, font
from station.domain.errors import Refused


@functools.lru_cache(maxsize=8192)
def undrawable(text: str) -> tuple[str, ...]:
    """The characters of `text` that would come out as an empty box, in order, each once.

    A private-use character is one of them even where a font draws it: on another machine it looks like anything.
    """
    ensure_gui()
    private = [c for c in text if unicodedata.category(c) == "Co"]
    if not private and 0 not in _glyphs(text):
        return ()
    return tuple(dict.fromkeys(c for c in text if c in private or 0 in _glyphs(c)))


def faces_of(text: str) -> frozenset[str]:
    """The font families that draw `text`."""
    ensure_gui()
    return frozenset(run.rawFont().familyName() for run in _laid_out(text).glyphRuns())


def _glyphs(text: str) -> list[int]:
    return [index for run in _laid_out(text).glyphRuns() for index in run.glyphIndexes()]


def _laid_out(text: str) -> QTextLayout:
    layout = QTextLayout(text, font(32))
    layout.beginLayout()
    line = layout.createLine()
    while line.isValid():
        line = layout.createLine()
    layout.endLayout()
    return layout


def refuse_undrawable(texts: Iterable[str]) -> None:
    """Raises Refused naming the characters and the remedy (D-14)."""
    lacking = tuple(dict.fromkeys(c for text in texts for c in undrawable(text)))
    if lacking:
        points = "、".join(f"{_shown(c)}（U+{ord(c):04X}）" for c in lacking)
        raise Refused(
            f"生僻字缺字形：{points}。请安装含该字的字体（fonts-hanazono、fonts-babelstone-han 或符合 GB 18030-2022 "
            "三级的字库）后重新启动，再制卡。",
            "glyph_missing",
        )


def _shown(character: str) -> str:
    return "自造字" if unicodedata.category(character) == "Co" else character
