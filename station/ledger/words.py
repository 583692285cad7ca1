"""What was typed into a search, word by word: stretches of search keys, and the same as a condition on a row.

No character of a query is ever a pattern. What each kind of search key stands for is told by `rows.terms_of_worker`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_

from station.ledger.schema import roll_companies, roll_workers

DOCUMENTS = ("ID_CARD", "HMT_PERMIT", "FOREIGN_PERMANENT")
TAILS = frozenset("dfec")
"""Kinds of search key that say beside the number whose it is."""


@dataclass(frozen=True, slots=True)
class Told:
    """A condition on what a tail's term says (`rows.said_of`): one of the patterns, or one of the companies."""

    patterns: tuple[str, ...]
    companies: Select[Any] | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: the stretches of terms that answer it, the same as a condition on a row, and the few
    companies it may mean besides. `told` is the condition on what a tail's term says; None where that cannot tell.
    `wider`: it means so many companies that the stretches do not lead to everybody it stands for.
    """

    stretches: tuple[tuple[str, str], ...]
    condition: ColumnElement[bool]
    told: Told | None = None
    firms: tuple[str, ...] = ()
    wider: bool = False

    @property
    def number(self) -> bool:
        """Whether it is the end or the beginning of a number."""
        return bool(self.stretches) and self.stretches[0][0] in TAILS

    def or_at(self, companies: Select[Any], firms: tuple[str, ...]) -> Word:
        """The same word, answered by everybody of these companies, too; `firms` are their codes if they are few."""
        told = self.told
        if told is not None:
            few = Told((*told.patterns, *(f"%|{_plain(uscc)}" for uscc in firms)))
            told = few if firms else Told(told.patterns, companies)
        condition = or_(self.condition, roll_workers.c.company.in_(companies))
        return replace(self, condition=condition, told=told, firms=firms, wider=not firms)


def words_of(query: str) -> list[str]:
    """At most four words, NFC."""
    return unicodedata.normalize("NFC", query).split()[:4]


def spelled_apart(words: list[str]) -> str:
    """`wang li` as it is found: one spelling; nothing where the words are not several of letters alone."""
    letters = len(words) > 1 and all(word.isascii() and word.isalpha() for word in words)
    return "".join(words).lower() if letters else ""


def of_worker(word: str, subject_of: Callable[[str, str], str]) -> Word:
    """A word as the keys of a worker. `subject_of` turns (kind of document, whole number) into a subject."""
    c = roll_workers.c
    upper, lower = word.upper(), word.lower()
    digits = upper.isascii() and upper[:-1].isdigit() and (upper[-1].isdigit() or upper[-1] == "X")
    if upper.isascii() and len(upper) in (15, 18) and upper[-3:-1].isdigit():
        return Word((), c.subject.in_([subject_of(kind, upper) for kind in DOCUMENTS]))
    if digits or word.isdigit():
        back = upper[::-1]
        ends = [column.endswith(upper, autoescape=True) for column in (c.id_tail, c.phone_tail, c.permit_number)]
        starts = c.permit_number.startswith(upper, autoescape=True)
        return Word((("d", back), ("f", back), ("e", back), ("c", upper)), or_(*ends, starts))
    named, typed = func.lower(c.name).contains(lower, autoescape=True), _letters(lower) if word.isascii() else ""
    stretches = (*_spelled(typed, "pi"), ("m", lower), ("n", lower))
    return Word(stretches, or_(named, *_says(typed, c)), _name_told(lower, typed))


def of_spelling(letters: str) -> Word:
    """Who is spelled that way from the start."""
    return Word((("p", letters),), or_(*_says(letters, roll_workers.c)))


def at_company(uscc: str) -> Word:
    """Whoever belongs to that company."""
    return Word((), roll_workers.c.company == uscc, Told((f"%|{_plain(uscc)}",)), (uscc,))


def of_company(word: str) -> Word:
    """A word as the keys of a company."""
    c, lower = roll_companies.c, word.lower()
    if word.isascii():
        typed = _letters(lower)
        number = c.uscc.startswith(word.upper(), autoescape=True)
        return Word((("U", word.upper()), *_spelled(typed, "PI")), or_(number, *_says(typed, c)))
    named = [func.lower(column).contains(lower, autoescape=True) for column in (c.name, c.short_name)]
    return Word((("M", lower), ("N", lower)), or_(*named))


def _letters(lower: str) -> str:
    """What may begin a spelling or initials; punctuation alone is neither."""
    return "".join(char for char in lower if char.isalnum())


def _spelled(typed: str, kinds: str) -> list[tuple[str, str]]:
    return [(kind, typed) for kind in kinds] if typed else []


def _says(typed: str, c: Any) -> list[ColumnElement[bool]]:
    """A spelling, or initials, of a row begin with this."""
    if not typed:
        return []
    return [(literal(" ") + column).contains(f" {typed}", autoescape=True) for column in (c.readings, c.initials)]


def _name_told(lower: str, typed: str) -> Told:
    """The name holds the word (only after the name comes a bar with a space), or a spelling or initials begin so."""
    named = f"%{_plain(lower)}%| %"
    return Told((named, f"% {_plain(typed)}%")) if typed else Told((named,))


def _plain(typed: str) -> str:
    """Text in a pattern that stands for itself; the escape is `/`."""
    return "".join(f"/{char}" if char in "/%_" else char for char in typed)
