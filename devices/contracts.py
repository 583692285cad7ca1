"""What the station may know about hardware: pictures, frames, outcomes, states. No permit, no rule, no I/O.

Pictures are numpy arrays, uint8, shape (height, width, 3), RGB. The master picture of a card face is
1016 × 648 px landscape at 300 dpi (hardware.md §0.1); every language crops or rotates it for its printer.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Accept = Callable[[str], bool]

MASTER_WIDTH = 1016
MASTER_HEIGHT = 648
MASTER_DPI = 300


@dataclass(frozen=True, eq=False)
class CardFaces:
    """One card: the two master bitmaps. `back` is None where the printer prints one side only."""

    front: Picture
    back: Picture | None = None

    def __post_init__(self) -> None:
        for face in (self.front, self.back):
            if face is None:
                continue
            if face.shape != (MASTER_HEIGHT, MASTER_WIDTH, 3) or face.dtype != np.uint8:
                wanted = f"{MASTER_WIDTH}x{MASTER_HEIGHT} RGB uint8"
                raise ValueError(f"a card face is {wanted}, not {face.shape} {face.dtype}")


@dataclass(frozen=True, eq=False)
class Frame:
    """One camera picture. `at` is seconds on the camera's own monotonic clock; `source` names it without a path."""

    picture: Picture
    at: float
    source: str = ""


class Outcome(enum.Enum):
    """What is known after bytes went to a printer. Doubt is a value."""

    CONFIRMED = "confirmed"  # the printer said so and its counters agree
    ACCEPTED = "accepted"  # bytes taken, no answer possible (folder, queue)
    REJECTED = "rejected"  # nothing was printed; the printer said so and its counters agree
    UNKNOWN = "unknown"  # it may have printed; a person must look


class Severity(enum.Enum):
    """When a fault struck (hardware.md §11)."""

    PRE = "pre"  # before a card was fed: no card harmed
    MID = "mid"  # during a cycle: the card is suspect
    POST = "post"  # the card exists
    INFO = "info"


class FaultCode(enum.Enum):
    """One fault vocabulary for every language (hardware.md §11)."""

    OFFLINE = "offline"
    COVER_OPEN = "cover_open"
    FEEDER_EMPTY = "feeder_empty"
    FEED_FAIL = "feed_fail"
    CARD_JAM = "card_jam"
    RIBBON_MISSING = "ribbon_missing"
    RIBBON_WRONG = "ribbon_wrong"
    RIBBON_END = "ribbon_end"
    RIBBON_BROKEN = "ribbon_broken"
    HEAD_HOT = "head_hot"
    OUTPUT_FULL = "output_full"
    REJECT_FULL = "reject_full"
    CARD_IN_PATH = "card_in_path"
    CLEAN_DUE = "clean_due"
    CLEAN_MUST = "clean_must"
    RIBBON_LOW = "ribbon_low"
    FEEDER_LOW = "feeder_low"
    LAMINATE = "laminate"
    ENCODER = "encoder"
    LOCKED = "locked"
    BUSY = "busy"
    REBOOTED = "rebooted"
    SYNTAX = "syntax"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrinterFault:
    """A fault as the printer reported it: our code, when it struck, and the printer's own words."""

    code: FaultCode
    severity: Severity
    said: str = ""


class CardPosition(enum.Enum):
    """Where the printer says a card is."""

    NONE = "none"
    INSIDE = "inside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How a printer has been cleaned, counted in cards. None: it cannot say."""

    done: int | None = None  # cleanings ever
    average: int | None = None  # cards between two of them
    longest: int | None = None  # most cards between two of them
    left: int | None = None  # cards until the next one


@dataclass(frozen=True)
class PrinterState:
    """A snapshot of a printer. Counters are lifetime values; None means the printer cannot say."""

    model: str
    serial: str
    ready: bool
    cards: int | None = None  # cards ever inserted
    panels: int | None = None  # ribbon panels ever printed
    ribbon: str = ""  # the kind it says it has; "" where it was not asked or cannot say
    ribbon_left: int | None = None  # cards left on the ribbon
    card_position: CardPosition = CardPosition.UNKNOWN
    faults: tuple[PrinterFault, ...] = ()
    ribbon_full: int | None = None  # cards of that ribbon when it was new
    cleaning: Cleaning = Cleaning()


@dataclass(frozen=True)
class PrintReport:
    """What one `print_card` did. `before` and `after` are evidence for the journal; `after` is None if unreachable."""

    outcome: Outcome
    bytes_sent: int
    job_sha256: str
    before: PrinterState | None
    after: PrinterState | None
    fault: PrinterFault | None = None
    said: str = ""


class CardPrinter(Protocol):
    """A printer that takes one card at a time. It never repeats a card by itself."""

    @property
    def url(self) -> str:
        """The URL it was opened by, without secrets."""
        ...

    @property
    def answers(self) -> bool:
        """True if the printer has a back channel (counters, faults); False for folder and queue."""
        ...

    def state(self) -> PrinterState:
        """Ask the printer now. Raises NotReached, TimedOut, BadReply."""
        ...

    def encode(self, faces: CardFaces, name: str) -> bytes:
        """The exact job bytes that `print_card` would send for these faces. Pure."""
        ...

    def panels(self, job: bytes) -> int | None:
        """Ribbon panels that exactly this job uses, None where nobody can tell (queues). Pure."""
        ...

    def print_card(self, job: bytes, name: str) -> PrintReport:
        """Send one encoded job, once. Never raises for a printer fault: the report says what is known."""
        ...

    def close(self) -> None:
        """Give the device back. Safe to call twice."""
        ...


@runtime_checkable
class SettlingPrinter(CardPrinter, Protocol):
    """A printer that brings out the card inside when told to; both ask first and move nothing when it is empty."""

    def eject(self) -> PrinterState:
        """The card inside comes into the tray. Returns the state afterwards. Raises DeviceError."""
        ...

    def reject(self) -> PrinterState:
        """The card inside comes into the reject box, or the tray where there is none. Raises DeviceError."""
        ...


class PaperPrinter(Protocol):
    """A receipt or label printer: pictures in black and white. What it prints proves nothing (hardware.md §12.9)."""

    @property
    def width(self) -> int:
        """Dots across the paper."""
        ...

    @property
    def dpi(self) -> int: ...

    def print_slip(self, picture: Picture) -> PrintReport:
        """Print it once. Never raises for a fault of the printer. Raises BadReply for a picture that does not fit."""
        ...

    def close(self) -> None:
        """Give the device back. Safe to call twice."""
        ...


@runtime_checkable
class SpooledPrinter(CardPrinter, Protocol):
    """A printer behind a queue, which may still hold jobs of an earlier life of the program."""

    def withdraw(self, ours: Accept) -> tuple[str, ...]:
        """Cancel and purge every job that was sent under a name that `ours` accepts, and tell those names.

        No job of ours waits there afterwards: raises DeviceError when one does, or when the queue cannot be asked.
        """
        ...


class Camera(Protocol):
    """A source of frames."""

    def read(self, timeout: float) -> Frame | None:
        """The next frame within `timeout` seconds, or None when there is none yet. Raises Missing when it is gone."""
        ...

    def close(self) -> None:
        """Release the camera. Safe to call twice."""
        ...


@dataclass(frozen=True)
class Reading:
    """One QR symbol found in a picture."""

    text: str
    corners: tuple[tuple[int, int], ...] = ()  # clockwise from the symbol's own top left; empty if the engine is silent
    rung: str = ""  # which step of the ladder read it
    ms: float = 0.0
    px_per_module: float = 0.0  # sampling in the camera's picture; 0 = not known. Under 2.0 tell people "closer"
    spare: float = -1.0  # share of the error correction left unused, 1.0 = flawless symbol; -1 = not known
    contrast: float = -1.0  # of the symbol, bright minus dark as a share of its bright modules; -1 = not known
    copies: int = 1  # places of the picture in which this text was read at once; 2 = a card and its copy, or a screen


@dataclass(frozen=True, eq=False)
class FramesRead:
    """What a look of a few frames gave. `accepted` is the reading looked for, or None and then `reason` says why."""

    readings: tuple[Reading, ...]  # every distinct text of every frame tried
    accepted: Reading | None
    frames: int  # how many were tried
    seconds: float
    reason: str = ""  # "" when accepted; else no_frame, other_code, or what CodeReader.why_not says
    cards: int = 0  # most distinct accepted texts seen in one frame: 2 = two cards in view
    picture: Picture | None = None  # the frame that was read, else the last one tried


class CodeReader(Protocol):
    """Finds QR codes in one picture. One engine serves read-back, check desk and CLI."""

    def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        """Every distinct QR text found, empty when none. Never raises for a bad picture.

        Only a text that `accept` likes ends the search early, so that a foreign code in view cannot hide ours.
        """
        ...

    def why_not(self, picture: Picture) -> str:
        """A stable reason when nothing was read: too_dark, too_bright, too_blurred, too_far, no_code, part_covered."""
        ...


class Transport(Protocol):
    """Bytes to and from a device; knows nothing of their meaning."""

    @property
    def answers(self) -> bool:
        """True if `read` can ever return something."""
        ...

    def open(self) -> None:
        """Take the device exclusively. Raises NotReached or Missing with a sentence."""
        ...

    def write(self, data: bytes, timeout: float) -> int:
        """Send all of `data`, return its length. Raises NotReached (0 bytes left) or Broken (with how many)."""
        ...

    def read(self, size: int, timeout: float) -> bytes:
        """Up to `size` bytes; b"" after `timeout` seconds without any. Raises Broken when the link is gone."""
        ...

    def close(self) -> None:
        """Give the device back. Safe to call twice."""
        ...


@runtime_checkable
class FlushingTransport(Transport, Protocol):
    """A transport that can tell its device to drop a command of which only a part came."""

    def flush(self) -> bool:
        """Drop it. False when the device does not know how; what the printer was told before stays as it is."""
        ...


@dataclass(frozen=True, slots=True)
class IdCard:
    """What is printed on an identity card, without its photo. Personal: its text form shows nothing."""

    name: str
    number: str
    sex: str  # GB/T 2261.1
    ethnicity: str  # its name, "" when the code is not in GB/T 3304
    birth: date
    address: str
    issuer: str
    valid_from: date
    valid_to: date | None  # None: for ever

    def __repr__(self) -> str:
        return "IdCard(…)"


class IdCardReader(Protocol):
    """A reader for second-generation identity cards."""

    def read(self, patience: float) -> IdCard | None:
        """The card that lies on it within `patience` seconds, None when none does. Raises DeviceError.

        A card that was read must be lifted and put back before it is found again.
        """
        ...

    def close(self) -> None:
        """Give it back. Safe to call twice."""
        ...


class CodeScanner(Protocol):
    """A hand-held scanner that sends texts."""

    def read(self, timeout: float) -> tuple[str, ...]:
        """What was scanned since the last time, waiting up to `timeout`. Raises Missing while it is gone."""
        ...

    def close(self) -> None:
        """Give it back. Safe to call twice."""
        ...


@dataclass(frozen=True)
class FoundDevice:
    """One thing plugged in. `supported` is False for what we recognise but do not drive; `sentence` says why."""

    url: str
    kind: str  # printer | slip | camera | scanner | idcard | queue | port (serial: what is behind it is not known)
    name: str
    serial: str = ""
    supported: bool = True
    sentence: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
