"""Which characters the font chain can really draw: asked of the laid-out text, before a card is spent.

Glyph index 0 in a laid-out run is tofu, whatever a font says it supports (desktop.md §2.1).
"""

from __future__ import annotations

import functools
import unicodedata

from PySide6.QtGui import QTextLayout

from station.cards.fonts import ensure_gui, font
from station.domain.errors import Refused


@functools.lru_cache(maxsize=4096)
def undrawable(text: str) -> tuple[str, ...]:
    """The characters of `text` that would come out as an empty box, in order, each once."""
    ensure_gui()
    if _complete(text) and not any(_private(c) for c in text):
        return ()
    return tuple(dict.fromkeys(c for c in text if not c.isspace() and (_private(c) or not _complete(c))))


def _private(character: str) -> bool:
    """A private-use character may look like anything on another machine, even where a font draws it."""
    return unicodedata.category(character) == "Co"


def _complete(text: str) -> bool:
    layout = QTextLayout(text, font(32))
    layout.beginLayout()
    line = layout.createLine()
    while line.isValid():
        line = layout.createLine()
    layout.endLayout()
    return all(0 not in run.glyphIndexes() for run in layout.glyphRuns())


def refuse_undrawable(**fields: str) -> None:
    """Raises Refused naming the characters, by field, and the remedy (D-14)."""
    for text in fields.values():
        lacking = undrawable(text)
        if lacking:
            points = "、".join(f"{c}(U+{ord(c):04X})" for c in lacking)
            raise Refused(
                f"生僻字缺字形:{points}。请安装含该字的字体,或由主管批准使用字形图片。", "glyph_missing"
            )
