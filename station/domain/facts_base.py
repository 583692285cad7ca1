"""What a fact is: identity, order, and the registry of kinds. The kinds themselves stand in `facts`.

A fact says what happened; `record.fold` alone knows what facts mean together. A kind never changes meaning:
a new shape gets a new version and an upcast. Fields made with `personal()` are encrypted under the person's own
key before they enter the ledger, and read back as None where the key is absent (another city, or erased).
Dates are civil dates in Asia/Shanghai; instants are UTC milliseconds.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeVar


def personal(default: Any = None) -> Any:
    """A field that is encrypted at rest under the subject's own key."""
    return dataclasses.field(default=default, metadata={"personal": True})


class FactId(NamedTuple):
    """Identity of a fact, made before it is stored: which station, which life of that station, which number."""

    station: str
    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.station}.{self.epoch}.{self.seq}"


@dataclass(frozen=True, slots=True)
class Payload:
    """Base of every payload. `kind` is the name in the ledger and on the wire."""

    kind: ClassVar[str] = ""


KINDS: dict[str, type[Payload]] = {}

P = TypeVar("P", bound=type[Payload])


def kind(name: str) -> Any:
    """Register a payload class under the name it has in the ledger."""

    def register(cls: P) -> P:
        if name in KINDS:
            raise ValueError(f"fact kind {name} is registered twice")
        cls.kind = name
        KINDS[name] = cls
        return cls

    return register


@dataclass(frozen=True, slots=True)
class UnknownPayload(Payload):
    """A kind this version does not know yet: kept, passed on, folded after the upgrade."""

    name: str = ""


class Fact(NamedTuple):
    """One thing that happened. `recorded_at` is a hybrid logical clock value: (milliseconds << 16) | counter.

    A tuple, as its identity is: a station that catches up makes them by the hundred thousand.
    """

    id: FactId
    subject: str
    city: str
    actor: str
    recorded_at: int
    payload: Payload

    @property
    def order(self) -> tuple[int, str, int, int]:
        """The agreed order of facts, the same on every machine."""
        return (self.recorded_at, self.id.station, self.id.epoch, self.id.seq)

    @property
    def at_ms(self) -> int:
        """UTC milliseconds of the hybrid clock."""
        return self.recorded_at >> 16
