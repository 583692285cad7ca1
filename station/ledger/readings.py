"""How a name may be typed and where it stands in a list: pinyin, initials, sort key. Knows names, never people.

Surname first: the longest compound surname, then `surname_pinyin.csv`, then pypinyin for the rest (domain.md §8.3).
All readings of a given name are indexed, only the first decides the order; ü is found as v, u and yu.
"""

from __future__ import annotations

import csv
import functools
import itertools
from dataclasses import dataclass
from pathlib import Path

SURNAMES = Path(__file__).resolve().parents[2] / "resources" / "surname_pinyin.csv"
COMBINATIONS = 12
"""Ways of reading one name that are kept: enough for two characters with three readings each and a surname of two."""
LONG_NAME = 5
"""From this length on a name is a transcription (阿卜杜热西提): only its usual reading is typed."""


@dataclass(frozen=True, slots=True)
class Readings:
    """All full spellings and all initials, the usual one first, and the key to sort by."""

    full: tuple[str, ...]
    initials: tuple[str, ...]
    sort_key: str


NOTHING = Readings((), (), "\uffff")
"""No name is known: found by nothing, listed last."""


Said = tuple[str, str]
"""One way to say a part of a name, and the initials typed for it: ("ouyang", "oy")."""


def readings_of(name: str | None, typed: str | None = None, *, person: bool = True) -> Readings:
    """The readings of a name. `typed` is the spelling a clerk corrected by hand; it comes first.

    A company's name (`person=False`) has no surname to look up.
    """
    if not name:
        return NOTHING
    ways = list(itertools.islice(itertools.product(*_parts(name, person)), COMBINATIONS))
    full = ["".join(part[0] for part in way) for way in ways]
    usual = " ".join(part[0] for part in ways[0])
    if typed:
        usual = "".join(c for c in typed.lower() if c.isascii() and (c.isalpha() or c == " ")).strip()
        full.insert(0, usual.replace(" ", ""))
    return Readings(_once(full), _once(["".join(part[1] for part in way) for way in ways]), f"{usual} {name}")


def _once(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _parts(name: str, person: bool) -> list[list[Said]]:
    """For each part of the name the ways to say it, the usual one first."""
    surname, given = _split(name) if person else ("", name)
    parts = [[(said, _surname_initials(surname, said)) for said in _with_u(_surnames()[surname])]] if surname else []
    word = ""
    for char in given + " ":
        if char.isascii() and char.isalnum():
            word += char.lower()
            continue
        if word:
            parts.append([(word, word[0])])
            word = ""
        said_ways = _of_char(char)
        if said_ways:
            parts.append([(said, said[0]) for said in (said_ways[:1] if len(name) >= LONG_NAME else said_ways)])
    return parts or [[("", "")]]


def _split(name: str) -> tuple[str, str]:
    """(surname, given name); no surname for a single character, a transcription or a name in Latin letters."""
    if "·" not in name:
        for length in (2, 1):
            if len(name) > length and name[:length] in _surnames():
                return name[:length], name[length:]
    return "", name


def _surname_initials(surname: str, said: str) -> str:
    """欧阳 is typed "oy": the second initial begins the second character's part of the spelling."""
    if len(surname) == 1:
        return said[0]
    second = _of_char(surname[1])
    fitting = [one for one in second if said.endswith(one)] or list(second[:1])
    return said[0] + "".join(one[0] for one in fitting[:1])


def _with_u(said: tuple[str, ...]) -> tuple[str, ...]:
    more = list(said)
    for one in said:
        if "v" in one:
            more += [one.replace("v", "yu"), one.replace("v", "u")]
    return _once(more)


@functools.lru_cache(maxsize=30_000)
def _of_char(char: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin  # 0.2 s to import: only when a name is first read

    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore", strict=False)
    return _with_u(tuple(found[0])) if found else ()


@functools.cache
def _surnames() -> dict[str, tuple[str, ...]]:
    """Surname -> spellings. A compound surname is one part, spelled through; its initials are those of its parts."""
    with SURNAMES.open(encoding="utf-8-sig", newline="") as lines:
        return {
            row["surname"]: (row["pinyin"], *row["alternates_to_index"].split()) for row in csv.DictReader(lines)
        }
