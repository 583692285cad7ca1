"""What is really there at a simulated printing counter: plastic, which bytes left for whom, what was ever read.

It survives every death of the program, and no program can ask it. How a card comes about is the matter of the printers
that stand in it: a model (`printing_model`), or the shipped drivers over emulated machines (`printing_devices`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.contracts import CardFaces, CardPrinter
from station.printing.journal import Order

BLANKS = 300
"""A pack: so many lie in the feeder of each printer in the morning."""

Reached = Callable[[str], None]


class Death(Exception):
    """The program is gone."""


@dataclass
class Plastic:
    """One physical card that left the feeder. `good`: whole, varnished, and it reads as its token."""

    token: str
    good: bool = True
    where: str = "tray"  # tray, slot (late), bag; the model also has inside
    reads: bool | None = None  # where that is not the same: without varnish it reads well

    @property
    def legible(self) -> bool:
        """Whether its code can be read."""
        return self.good if self.reads is None else self.reads


class World(ABC):
    """One printer and what lies around it."""

    def __init__(self, url: str, counts: bool) -> None:
        self.url = url
        self.counts = counts
        """Whether the printer has a counter of cards: without one a copy that nobody saw cannot be known."""
        self.plastics: list[Plastic] = []
        self.sent: Counter[str] = Counter()
        """How often a token was given to the printer to print."""
        self.pieces: Counter[tuple[str, int]] = Counter()
        """How often each piece of the job of a token left for the printer."""
        self.read: set[str] = set()
        """Tokens that ever stood before the camera."""
        self.started = 0
        """Cards begun in this life of the program."""
        self.previewed = ""
        """The token whose card is on the screen."""
        self.overtaken = 0
        """Jobs of ours that still waited in the queue when another one was sent."""

    @property
    @abstractmethod
    def serial(self) -> str:
        """The serial number of what is plugged in now, "" where it has none."""

    @property
    @abstractmethod
    def feeder(self) -> int:
        """Blanks in the feeder."""

    @abstractmethod
    def open(self, script: Sequence[str], reached: Reached) -> CardPrinter:
        """The printer as a new program opens it; `script` is what goes wrong with its next cards, in order."""

    @abstractmethod
    def compose(self, order: Order, token: str) -> CardFaces:
        """A card that is its token and nothing else."""

    @abstractmethod
    def mend(self, again: bool) -> None:
        """The person at the printer does what it asks for; nothing more goes wrong by itself.

        `again`: a queue that stands is started again, and what waits in it comes out.
        """

    @property
    @abstractmethod
    def inside(self) -> bool:
        """Whether a card stands in the printer."""

    @abstractmethod
    def take_inside(self) -> None:
        """The person opens the cover and throws the card that stands there into the bag."""

    def begins(self, name: str) -> str:
        """A print of the attempt of that name begins; its token."""
        number, _, issue = name.rpartition("-")
        token = token_of(number, int(issue))
        self.sent[token] += 1
        self.started += 1
        return token

    @property
    def tray(self) -> list[Plastic]:
        """Cards in the tray, the newest last."""
        return [p for p in self.plastics if p.where == "tray"]

    def fall(self) -> int:
        """Cards that hung in the slot come out; how many there were."""
        late = [p for p in self.plastics if p.where == "slot"]
        for p in late:
            p.where = "tray"
        return len(late)

    def take(self) -> None:
        """Everything in the tray goes into the bag."""
        for p in self.tray:
            p.where = "bag"


def prove(faces: CardFaces, token: str) -> None:
    """The faces are the token."""


def same_token(text: str, token: str) -> bool:
    """Whether a text read is that token."""
    return text == token


def is_code(text: str) -> bool:
    """Whether a text is one of our codes."""
    return text.startswith("T")


def token_of(number: str, issue: int) -> str:
    """The token signed for one attempt."""
    return f"T{number}.{issue}"
