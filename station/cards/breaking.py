"""Where a line of Chinese or Latin may end: never inside a Latin word, no punctuation at a line's start. Pure."""

from __future__ import annotations

from collections.abc import Callable

SEPARATORS = "·、，；。 "
NOT_FIRST = SEPARATORS + "：！？）》”’-/.,;:!?)"
NOT_LAST = "（《“‘("

WORDS = (
    "有限责任公司", "有限公司", "分公司", "公司", "家政", "家庭", "服务", "中心", "护理", "行业", "协会", "养老",
    "母婴",
)  # fmt: skip
"""Words of company names that stay whole."""

Width = Callable[[str], float]


def places(text: str) -> list[int]:
    """Every index where a new line may begin."""
    found = set()
    for cut in range(1, len(text)):
        left, right = text[cut - 1], text[cut]
        if not (right in NOT_FIRST or left in NOT_LAST or (_latin(left) and _latin(right))):
            found.add(cut)
    for word in WORDS:
        start = text.find(word)
        while start >= 0:
            found -= set(range(start + 1, start + len(word)))
            start = text.find(word, start + 1)
    return sorted(found)


def _latin(sign: str) -> bool:
    """Letters and digits that belong to one word; a hanzi stands for itself."""
    return (sign.isalnum() and ord(sign) < 0x2E80) or sign in "-./'@" or "\u0300" <= sign <= "\u036f"


def broken(text: str, lines: int, width: Width, limit: float, balanced: bool) -> tuple[list[str] | None, float]:
    """The text on exactly `lines` lines (fewer when filled lines leave some over) within `limit`, or None.

    Beside it the width that was too much: the whole text's share per line, or that of the longest piece.
    """
    if lines == 1:
        wide = width(text)
        return ([text] if wide <= limit else None), wide
    share = width(text) / lines
    if share > limit:
        return None, share
    found = _balanced(text, width, limit) if balanced and lines == 2 else _filled(text, lines, width, limit)
    return found, share


def _balanced(text: str, width: Width, limit: float) -> list[str] | None:
    """Two lines of like length; a break after a separator is worth more than balance."""
    best: tuple[bool, float, list[str]] | None = None
    for cut in places(text):
        pair = [text[:cut].rstrip(), text[cut:].strip()]
        widest = max(width(part) for part in pair)
        if widest > limit:
            continue
        rank = (text[cut - 1] not in SEPARATORS, widest, pair)
        if best is None or rank[:2] < best[:2]:
            best = rank
    return best[2] if best else None


def _filled(text: str, lines: int, width: Width, limit: float) -> list[str] | None:
    """Each line as full as it may be."""
    made: list[str] = []
    start = 0
    cuts = [*places(text), len(text)]
    while start < len(text):
        if len(made) == lines:
            return None
        fits = [cut for cut in cuts if cut > start and width(text[start:cut].rstrip()) <= limit]
        if not fits:
            return None
        made.append(text[start : fits[-1]].strip())
        start = fits[-1]
    return made
