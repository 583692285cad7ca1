"""What a printer language must be able to do, without I/O; the printer drives it over any transport.

A talk is a generator: it yields questions, is sent the answers, and returns what it learned. When an answer does
not come or cannot be understood, the error is thrown into it, so it may go on without that answer.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from devices.contracts import CardFaces, PrinterFault, PrinterState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """Bytes that want one answer within `timeout` seconds; without bytes it only listens, and silence is ""."""

    data: bytes
    timeout: float
    answered: bool = True  # False: nothing comes back, and "" is sent into the talk at once


Talk = Generator[Question, str, T]


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of a job, answered or not. After a step that `ends` the card may come out at any time."""

    question: Question
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A job cut into steps, and how many ribbon panels it uses."""

    steps: tuple[Step, ...]
    panels: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds between us and the printer for one session."""

    was: int | None = None  # the error management found at the start, to be restored
    kept: int | None = None  # the value it returns to at power-on
    safe: bool = True  # automatic repeats are off, and no restart was seen since the last look
    blind: bool = False  # a restart cannot be seen: power-on brings the same value back


class CardLanguage(Protocol):
    """A card printer language: pictures to job bytes, job bytes to pictures, questions to answers."""

    def encode(self, faces: CardFaces) -> bytes:
        """The job for one card. Pure."""
        ...

    def decode(self, job: bytes) -> CardFaces:
        """The faces that the job prints. Raises BadReply."""
        ...

    def plan(self, job: bytes) -> Plan:
        """The job in answered pieces. Raises BadReply unless it is exactly one card that nothing repeats."""
        ...

    def cut(self, held: bytearray) -> str | None:
        """Take one whole answer off the front of what was read. Raises BadReply."""
        ...

    def trouble(self, reply: str) -> PrinterFault | None:
        """None when a step succeeded; otherwise what went wrong."""
        ...

    def begin(self) -> Talk[Terms]:
        """Switch automatic repeats off and prove it. Raises BadReply when the printer refuses."""
        ...

    def look(self) -> Talk[PrinterState]:
        """Counters, faults, ribbon and position now."""
        ...

    def recheck(self, terms: Terms) -> Talk[Terms]:
        """Whether the printer lost its terms (it was switched off between), and set them again."""
        ...

    def finish(self, before: PrinterState) -> Talk[PrinterFault | None]:
        """Wait for the card after a job whose end is not answered. None when it came, else what stopped it."""
        ...

    def forget(self) -> Talk[bool]:
        """Make the printer drop a job that it holds unfinished; False when the model has no such command."""
        ...

    def move(self, reject: bool) -> Talk[PrinterFault | None]:
        """Bring out the card inside, to the reject box or to the tray."""
        ...

    def end(self, terms: Terms) -> Talk[None]:
        """Give the printer back as it was found."""
        ...
