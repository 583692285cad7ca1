"""Names of people: accepted characters and the middle dot (domain.md §8). NFC, never NFKC."""

from __future__ import annotations

import re
import unicodedata

from station.domain.errors import Refused

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
        raise Refused(f"姓名超过 {LONGEST} 个字，请核对原件。", "name_long")
    if name.startswith(DOT) or name.endswith(DOT) or DOT * 2 in name:
        raise Refused("姓名中的间隔号“·”不能在首尾，也不能连续出现。", "name_dot")
    return name


def _refuse_characters(name: str) -> None:
    private = [c for c in name if 0xE000 <= ord(c) <= 0xF8FF or ord(c) >= 0xF0000]
    if private:
        points = "、".join(f"U+{ord(c):04X}" for c in private)
        raise Refused(f"姓名含有自造字 {points}，请查明该字的国标编码后重新录入。", "name_private")
    for c in name:
        if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
            raise Refused(f"姓名含有不可见字符 U+{ord(c):04X}，请删除后重新录入。", "name_invisible")
        if not (c == DOT or re.match(rf"[{_HAN}]", c) or c.isalpha() or c in " '-" or c == "〇"):
            raise Refused(f"姓名含有不允许的字符“{c}”（U+{ord(c):04X}）。", "name_character")
