"""What a station may ask of the centre, whichever database stands behind it: the protocol and its values.

Everything that crosses is a set of facts with identities, so every call may be repeated and any answer may be lost.
The centre alone knows how far each station is known to it (trust.md §6.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from station.ledger.blobs import BlobBox
from station.ledger.encoding import RawFact
from station.ledger.privacy import PersonKey

PROTOCOL = 1
"""1 (2026-11): progress per epoch, push, pull by city counter, tally, number blocks, keys and blobs by name."""
OLDEST_PROTOCOL = 1
"""The oldest protocol this program still speaks."""
CENTRE = "centre"
PUSH_LIMIT = 1_000
"""Facts in one push: data.md §4 measured the counter as free from about 100 on; one refused push costs a second."""
AHEAD_MS = 5 * 60_000
"""A station whose clock runs further ahead than this is asked to set it right before its facts are taken."""


def centre_of(city: str) -> str:
    """The name under which the centre itself appends facts for a city: one chain per city, so that a station that
    sees only its own city sees that chain whole."""
    return f"{CENTRE}-{city}"


@dataclass(frozen=True, slots=True)
class Position:
    """How far one chain is known: the next expected number, the hash of the fact before it."""

    next_seq: int = 1
    head: str = ""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the centre says first. `epochs` is this station's progress; `epoch` the life it is enrolled for.

    `number` is the last number of its city where that costs nothing to say, so that a poll without news ends early.
    """

    generation: int
    protocol: int
    oldest_protocol: int
    epoch: int
    epochs: Mapping[int, Position]
    now_ms: int
    number: int = -1


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a station has read its city. Only good for the generation that gave it; `hash` proves the place."""

    generation: int = 0
    number: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """A push that is durable at the centre: what was new, what it had already, where the chain stands now."""

    accepted: int
    repeated: int
    position: Position


@dataclass(frozen=True, slots=True)
class Tally:
    """What the centre holds of a city: per (station, epoch) the count and the head of the chain, in one moment."""

    generation: int
    number: int
    chains: Mapping[tuple[str, int], Position]


@dataclass(frozen=True, slots=True)
class Page:
    """Facts after a cursor, in the centre's order; `cursor` is to be kept in the same transaction as the facts.

    `restarted` says that the cursor was of another generation and reading began again from the start. `tally` is what
    the centre held in the moment of this page, where it is the last one; None says that it has to be asked for.
    """

    facts: tuple[RawFact, ...]
    cursor: Cursor
    more: bool
    restarted: bool = False
    total: int = 0
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Permit numbers `first` to `last`, both included, that belong to one station in one of its lives."""

    division: str
    year: int
    first: int
    last: int
    epoch: int


@dataclass(frozen=True, slots=True)
class StationState:
    """A station as the centre knows it. `state` is active, frozen or revoked; `why` is for people."""

    station: str
    city: str
    epoch: int
    state: str
    why: str = ""
    public_key: bytes | None = field(default=None, repr=False)


class Central(Protocol):
    """The centre as one station sees it. Raises Fault when it cannot be reached and Refused when a rule says no."""

    def enrol(self, station: str, city: str, *, public_key: bytes | None = None) -> int:
        """Make a station known; again changes nothing but a missing key. The epoch it may write."""
        ...

    def renew(self, station: str) -> int:
        """Give a restored or frozen station its next life: the epoch it may write from now on. A supervisor's act.

        Facts of the old life are still taken if they fit its chain. A revoked station stays revoked.
        """
        ...

    def stations(self) -> list[StationState]:
        """Every station the centre knows, with its city and what it may still do."""
        ...

    def progress(self, station: str) -> Welcome:
        """Where to go on. The only truth about what was sent: a station never believes its own mark."""
        ...

    def push(self, station: str, batch: Sequence[RawFact]) -> Ack:
        """Facts of one station and epoch, in order. One transaction: all or none; again is harmless.

        Raises Refused: `gap`, `forked` (the station is then frozen), `frozen`, `revoked`, `other_city`, `epoch`,
        `stamp_ahead`; Fault `fact_malformed`.
        """
        ...

    def push_all(self, station: str, batches: Iterable[Sequence[RawFact]]) -> Iterator[Ack]:
        """One push after the other, each as `push` and answered in order; a refusal ends it, and nothing after the
        refused batch is sent.

        The next batch may be asked for, and be on its way, before the answer to the one before is given: `batches`
        must not wait for that. Whoever stops asking loses at most an answer, never a fact.
        """
        ...

    def give_back(self, station: str, batch: Sequence[RawFact]) -> int:
        """Facts the centre itself appended in an earlier generation and lost with a restore; how many were new.

        Only what follows from its own chains of earlier generations is taken.
        """
        ...

    def pull(self, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
        """Facts of the city after the cursor, without those of the station `skip`. Never misses a late commit."""
        ...

    def tally(self, city: str) -> Tally:
        """What is held now, to be compared with the station's own sums."""
        ...

    def lease_numbers(self, station: str, division: str, year: int, count: int) -> NumberBlock:
        """A block nobody else ever gets. Raises Refused (`numbers_exhausted`) when the division's year is used up."""
        ...

    def blocks_of(self, station: str, epoch: int) -> list[NumberBlock]:
        """All blocks leased in that life; a lease whose answer was lost is found again here."""
        ...

    def put_keys(self, station: str, keys: Sequence[PersonKey]) -> None:
        """Person keys for the other stations of the city; what is here already stays as it is."""
        ...

    def get_keys(self, city: str, key_ids: Sequence[str]) -> list[PersonKey]:
        """Those of the keys the centre has for that city."""
        ...

    def put_blob(self, station: str, box: BlobBox) -> None:
        """A sealed photo or scan; again is harmless."""
        ...

    def lacking_blobs(self, city: str, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of the (sha256, subject) the centre does not have and has not erased."""
        ...

    def get_blob(self, city: str, sha256: str, subject: str) -> BlobBox | None:
        """A sealed photo or scan, if it is there."""
        ...
