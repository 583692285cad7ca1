"""Names of people: accepted characters, the middle dot, comparison, and keys for search and order (domain.md §8).

NFC, never NFKC. Readings come in as a function, because a pinyin library has no place in the domain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from station.domain.errors import Refused
from station.domain.identity import surname_of

LONGEST = 50
DOT = "\u00b7"
_DOTS = "\u2022\u2027\u2219\u22c5\u30fb\uff65\u0387\u16eb\u25cf\u318d\uff0e"
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

PRIVATE_TO_UNICODE = {
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE864: 0x9FBB, 0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F,
    0xE855: 0x241FE,
}  # fmt: skip
"""Characters that Python's gb18030 codec still maps to the private area (§8.1)."""

Readings = Callable[[str], Sequence[str]]
"""The readings of one character without tones, likeliest first; empty for what is no hanzi."""


def check_name(text: str) -> str:
    """The name as it is stored. Raises Refused with the offending characters by code point."""
    name = unicodedata.normalize("NFC", "".join(chr(PRIVATE_TO_UNICODE.get(ord(c), ord(c))) for c in text.strip()))
    name = re.sub(f"[{_DOTS}]", DOT, name)
    name = re.sub(rf"(?<=[{_HAN}])\.(?=[{_HAN}])", DOT, name)
    name = re.sub(rf"\s*{DOT}\s*", DOT, name)
    name = re.sub(r"[ \u3000]+", " ", name)
    if re.search(rf"[{_HAN}]", name):
        name = name.replace(" ", "")
    _refuse_characters(name)
    if not name:
        raise Refused("请填写姓名。", "name_empty")
    if len(name) > LONGEST:
        raise Refused(f"姓名超过 {LONGEST} 个字,请核对原件。", "name_long")
    if name.startswith(DOT) or name.endswith(DOT) or DOT * 2 in name:
        raise Refused("姓名中的间隔号“·”不能在首尾,也不能连续出现。", "name_dot")
    return name


def _refuse_characters(name: str) -> None:
    private = [c for c in name if 0xE000 <= ord(c) <= 0xF8FF or ord(c) >= 0xF0000]
    if private:
        points = "、".join(f"U+{ord(c):04X}" for c in private)
        raise Refused(f"姓名含有自造字 {points},请查明该字的国标编码后重新录入。", "name_private")
    for c in name:
        if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
            raise Refused(f"姓名含有不可见字符 U+{ord(c):04X},请删除后重新录入。", "name_invisible")
        if not (c == DOT or re.match(rf"[{_HAN}]", c) or c.isalpha() or c in " '-" or c == "〇"):
            raise Refused(f"姓名含有不允许的字符“{c}”(U+{ord(c):04X})。", "name_character")


def same_name(one: str, other: str) -> bool:
    """Equality by NFC and dot folding only."""

    def key(text: str) -> str:
        return re.sub(f"[{_DOTS}.]", DOT, unicodedata.normalize("NFC", text.strip()))

    return key(one) == key(other)


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """What a search may type: full pinyin (with alternates), initials, and the key lists are ordered by."""

    full: tuple[str, ...]
    initials: tuple[str, ...]
    sort: str


def search_keys(name: str, readings: Readings, surnames: Mapping[str, Sequence[str]]) -> SearchKeys:
    """Keys of a name. `surnames` maps a surname to its readings, the right one first, then those to index (§8.3)."""
    head = surname_of(name)
    given = [c for c in name[len(head) :] if c not in f"{DOT} '-"]
    heads = list(surnames.get(head, ())) or [" ".join((list(readings(c)) or [c.lower()])[0] for c in head)]
    full: dict[str, None] = {}
    initials: dict[str, None] = {}
    options = [list(readings(c)) or [c.lower()] for c in given]
    for first in heads:
        for tail in _combined(options):
            syllables = [*first.split(), *tail]
            for spelled in _spellings("".join(syllables)):
                full[spelled] = None
            initials["".join(s[0] for s in syllables)] = None
    sort = " ".join([*heads[0].split(), *(o[0] for o in options)]) + "\u0000" + name
    return SearchKeys(tuple(full), tuple(initials), sort)


def _combined(options: list[list[str]], limit: int = 16) -> list[list[str]]:
    """All readings of the given name, at most `limit` of them."""
    ways: list[list[str]] = [[]]
    for choice in options:
        ways = [[*way, one] for way in ways for one in choice][:limit]
    return ways


def _spellings(pinyin: str) -> tuple[str, ...]:
    """ü as v, and as u and yu, which passports use."""
    plain = pinyin.replace("ü", "v")
    return (plain,) if "v" not in plain else (plain, plain.replace("v", "u"), plain.replace("v", "yu"))
