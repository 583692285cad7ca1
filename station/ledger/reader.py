"""Reads facts back quickly: a fact never changes, so one that was read is remembered. Knows when a key has gone.

A clerk opens the same worker many times a day and each append folds that worker again; reading a fact costs 5 us,
and more where it is sealed, remembering it 0.3. What is remembered may be personal, so an erasure empties the memory.
"""

from __future__ import annotations

from typing import Any

from station.domain.facts import Fact
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.ledger.privacy import KeyDesk

REMEMBERED = 20_000
"""About 30 MB: the facts of the thousand workers a station has in hand."""


class Reader:
    """Facts by their hash. May be shared between threads: two that miss at once both read."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Fact, str | None, bool]] = {}

    def fact(self, row: Any, desk: KeyDesk) -> Fact:
        """The fact of a row (hash, body, signature). Personal fields are None while their key is absent."""
        known = self._known.get(row[0])
        if known is not None and (known[1] is None or desk.opens(known[0].subject, known[1]) == known[2]):
            return known[0]
        return self.remember(encoding.trusted(row[1], row[2]), desk)

    def remember(self, raw: RawFact, desk: KeyDesk) -> Fact:
        """The fact in a text that was read just now, so that it is not read from the table a moment later."""
        fact, key = encoding.fact_of(raw, desk), raw.key
        if len(self._known) >= REMEMBERED:
            self._known = {}
        self._known[raw.hash] = (fact, key, key is not None and desk.opens(raw.subject, key))
        return fact

    def forget(self) -> None:
        """Remember nothing."""
        self._known = {}
