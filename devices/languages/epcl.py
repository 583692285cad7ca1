"""EPCL, the language of older Zebra/Eltron card printers: card faces to a job and back, without I/O. EXPERIMENTAL.

Framing, panels and errors are from public pages of the programmer's manual (hardware.md §2.1); the pages on loading and
ejecting a card (MI, MO) were never seen, so this has a far end to talk to and no promise for any printer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from devices.contracts import CardFaces
from devices.errors import BadReply
from devices.languages.language import Plan, Question, Step
from devices.languages.raster import COLOURS, DOTS, LINES, Inks, Plane, compose, pack, resin, separate, unpack

ESC, CR = 0x1B, 0x0D
WIDE, HIGH = 1008, 624  # the standard image area
DYE_BYTES = WIDE * HIGH * 5 // 8
RESIN_BYTES = WIDE * HIGH // 8
LONGEST_TEXT = 255
MOST_COMMANDS = 60

LOAD, EJECT, CLEAR = "MI", "MO", "."
_PANELS = dict(enumerate(COLOURS))
_LEVELS = 32  # GS documents 32 as "uncompressed"; PS is taken to mean the same
_CROP_LINES, _CROP_DOTS = (LINES - WIDE) // 2, (DOTS - HIGH) // 2
_DYE = re.compile(rb"PS ([0-2]) 32 ")
_FIELD = re.compile(rb"G 0 0 0 78 1008 1 ")
_VARNISH = np.full((LINES, DOTS), 255, np.uint8)
_LONGEST_HEAD = 24


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it stood on the wire."""

    text: str  # with its parameters, without data
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """How one ribbon prints a card."""

    ribbon: str
    front: str
    back: str = ""
    back_turned: bool = False
    answer: float = 5.0
    panel: float = 60.0

    def __post_init__(self) -> None:
        if self.front not in ("ymcko", "ymck", "k") or self.back:
            raise ValueError(f"no recipe prints {self.front!r} and {self.back!r}")


def frame(text: str, data: bytes = b"") -> bytes:
    """The bytes of one command; data stands behind a space."""
    return bytes([ESC]) + text.encode("ascii") + (b" " + data if data else b"") + bytes([CR])


def refused(why: str) -> BadReply:
    """One way to say that bytes are not this language."""
    return BadReply(f"打印数据不是完整正确的 EPCL 指令：{why}。", "epcl_syntax")


def encode(faces: CardFaces, form: Form) -> bytes:
    """The exact bytes that print the front once."""
    colour = set(COLOURS) <= set(form.front)
    planes = dict(separate(faces.front).planes) if colour else {"k": resin(faces.front)}
    job = [frame("F"), frame(LOAD)]
    if colour:
        for number, ink in _PANELS.items():
            job += [frame(f"PS {number} {_LEVELS}", pack(_cut(planes[ink]), 5)), frame(f"IS {number}")]
    job += [frame("G 0 0 0 78 1008 1", pack(_cut(planes["k"]), 1)), frame("I")]
    if "o" in form.front:
        job.append(frame("IV"))
    return b"".join([*job, frame(EJECT)])


def decode(job: bytes) -> CardFaces:
    """The face that a job prints. Raises BadReply unless it is exactly one card."""
    planes: dict[str, Plane] = {}
    for command, _ in _one_card(job):
        ink = ink_of(command)
        if ink and command.data:
            planes[ink] = lay(command)
    return CardFaces(compose(Inks(planes)))


def plan(job: bytes, form: Form) -> Plan:
    """The job command by command. Raises BadReply unless it is exactly one card."""
    steps, panels = [], 0
    for command, raw in _one_card(job):
        printing = command.text.startswith("I") or command.text in (LOAD, EJECT)
        panels += command.text.startswith("I")
        steps.append(Step(Question(raw, form.panel if printing else form.answer), command.text == EJECT))
    return Plan(tuple(steps), panels)


def ink_of(command: Command) -> str:
    """The ink that a download fills or a print command lays on the card, "" for any other command."""
    name, *rest = command.text.split(" ")
    if name in ("PS", "IS") and rest and rest[0] in "012":
        return _PANELS[int(rest[0])]
    return {"G": "k", "I": "k", "IV": "o"}.get(name, "")


def lay(command: Command) -> Plane:
    """The plane of a download; what is outside of the image area has no ink."""
    dots = unpack(command.data, 5 if command.text.startswith("PS") else 1).reshape(WIDE, HIGH)
    plane = np.zeros((LINES, DOTS), np.uint8)
    plane[_CROP_LINES : _CROP_LINES + WIDE, _CROP_DOTS : _CROP_DOTS + HIGH] = dots[::-1, ::-1]
    return plane


def varnish() -> Plane:
    """The overlay, which has no download."""
    return _VARNISH


class CommandReader:
    """Takes bytes in any pieces and gives whole commands. After a BadReply, `resync`."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.taken = 0

    @property
    def idle(self) -> bool:
        """Nothing has come since the last CR but line feeds."""
        return not self._held.lstrip(b"\n")

    @property
    def receiving(self) -> tuple[str, float] | None:
        """The ink that is coming in, and the share of it that is here."""
        begun = self._begun()
        if begun is None:
            return None
        text, offset, size = begun
        return ink_of(Command(text)), min(1.0, (len(self._held) - offset) / size)

    def feed(self, data: bytes) -> None:
        """Add bytes. Nothing is parsed yet."""
        self._held += data

    def take(self) -> Command | None:
        """The next whole command, or None when more bytes are needed. Raises BadReply for anything else."""
        while self._held.startswith(b"\n"):
            self._drop(1)
        if not self._held:
            return None
        if self._held[0] != ESC:
            raise refused("没有 ESC")
        begun = self._begun()
        if begun is not None:
            return self._take_download(*begun)
        end = self._held.find(CR)
        if max(end, len(self._held) if end < 0 else 0) > LONGEST_TEXT:
            raise refused(f"指令超过 {LONGEST_TEXT} 字节")
        if end < 0:
            return None
        text = bytes(self._held[1:end])
        if not text or any(byte < 0x20 or byte > 0x7E for byte in text):
            raise refused("指令中有不可打印的字符")
        self._drop(end + 1)
        return Command(text.decode("ascii"))

    def resync(self) -> None:
        """Drop everything up to the next CR."""
        end = self._held.find(CR)
        self._drop(end + 1 if end >= 0 else len(self._held))

    def abandon(self) -> None:
        """Forget a command that will not be finished."""
        self._drop(len(self._held))

    def _begun(self) -> tuple[str, int, int] | None:
        head = bytes(self._held[1:_LONGEST_HEAD])
        match = _DYE.match(head) or _FIELD.match(head)
        if match is None:
            return None
        size = DYE_BYTES if head.startswith(b"PS") else RESIN_BYTES
        return match[0][:-1].decode("ascii"), 1 + match.end(), size

    def _take_download(self, text: str, offset: int, size: int) -> Command | None:
        end = offset + size
        if len(self._held) <= end:
            return None
        if self._held[end] != CR:
            raise refused("图像数据的长度不符")
        data = bytes(self._held[offset:end])
        self._drop(end + 1)
        return Command(text, data)

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self.taken += count


def _cut(plane: Plane) -> Plane:
    """The image area, mirrored on both axes as the buffer fills (hardware.md §2.1)."""
    area = plane[_CROP_LINES : _CROP_LINES + WIDE, _CROP_DOTS : _CROP_DOTS + HIGH]
    return np.ascontiguousarray(area[::-1, ::-1])


def _one_card(job: bytes) -> Iterator[tuple[Command, bytes]]:
    reader = CommandReader()
    reader.feed(job)
    found: list[tuple[Command, bytes]] = []
    begin = 0
    while (command := reader.take()) is not None:
        found.append((command, job[begin : reader.taken]))
        begin = reader.taken
        if len(found) > MOST_COMMANDS:
            raise refused(f"超过 {MOST_COMMANDS} 条指令")
    if not reader.idle:
        raise refused("最后一条指令不完整")
    names = [command.text for command, _ in found]
    printed = [name for name in names if name.startswith("I")]
    whole = names.count(LOAD) == names.count(EJECT) == 1 and names[-1] == EJECT
    if not whole or not printed or len(set(printed)) != len(printed) or names.index(LOAD) > names.index(printed[0]):
        raise refused("不是一张卡")
    yield from found
