"""ESC/POS slips: the whole slip as raster bands, a cut, and the real-time status byte; no I/O (hardware.md §5.1).

Text is drawn, never sent: a printer that is not in Chinese mode would print something else. The status is asked with
DLE EOT, which a printer answers even in the middle of a picture, and also when a picture happens to contain it: what
does not look like a status byte is dropped, and every question begins on an empty line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from devices.contracts import FaultCode, Picture, PrinterFault, Severity
from devices.errors import BadReply
from devices.languages.faults import fault
from devices.languages.language import Question, Talk
from devices.languages.slip import MOST_LINES, Ink, ink, picture

INIT, FEED, CUT = b"\x1b@", b"\x1bd\x06", b"\x1dV\x00"
BAND = 256
"""Lines of one raster command: cheap printers have a small buffer."""

_ANSWER = 2.0
_BAND = re.compile(rb"\x1dv0\x00(..)(..)", re.DOTALL)
_FIXED, _PATTERN = 0b10010011, 0b00010010  # bits that every status byte has: 0xx1xx10

BITS: dict[int, tuple[tuple[int, FaultCode], ...]] = {
    1: ((0x08, FaultCode.OFFLINE),),
    2: ((0x04, FaultCode.COVER_OPEN), (0x20, FaultCode.FEEDER_EMPTY)),
    3: ((0x04, FaultCode.CARD_JAM), (0x08, FaultCode.CARD_JAM), (0x20, FaultCode.UNKNOWN), (0x40, FaultCode.HEAD_HOT)),
    4: ((0x60, FaultCode.FEEDER_EMPTY), (0x0C, FaultCode.FEEDER_LOW)),
}
"""Question -> the bits of its answer; all bits of an entry must be set."""


def status(number: int) -> bytes:
    """The question DLE EOT n."""
    return bytes([0x10, 0x04, number])


@dataclass(frozen=True, slots=True)
class EscPos:
    """One width of paper: 576 or 512 dots on 80 mm, 384 on 58 mm. Implements SlipLanguage."""

    width: int = 576

    def __post_init__(self) -> None:
        if self.width % 8 or not 0 < self.width <= 4096:
            raise ValueError("the width is a multiple of eight dots")

    def encode(self, picture: Picture) -> bytes:
        """Start, bands, feed, cut. Raises BadReply."""
        rows = np.packbits(ink(picture, self.width), axis=1)
        job = [INIT]
        for top in range(0, len(rows), BAND):
            band = rows[top : top + BAND]
            job.append(b"\x1dv0\x00" + (self.width // 8).to_bytes(2, "little") + len(band).to_bytes(2, "little"))
            job.append(band.tobytes())
        return b"".join([*job, FEED, CUT])

    def decode(self, job: bytes) -> Picture:
        """The picture of one slip. Raises BadReply."""
        place, bands = len(INIT), [np.zeros((0, self.width), np.bool_)]
        while match := _BAND.match(job, place):
            dots, place = band(job, match, place)
            bands.append(dots)
        whole = np.concatenate([one for one in bands if one.shape[1] == self.width])
        wrong = sum(map(len, bands)) != len(whole) or not 0 < len(whole) <= MOST_LINES
        if wrong or not job.startswith(INIT) or job[place:] != FEED + CUT:
            raise BadReply("打印数据不是一张完整的单据。", "escpos_syntax")
        return picture(whole)

    def cut(self, held: bytearray) -> str | None:
        """One status byte as two digits."""
        while held:
            byte = held.pop(0)
            if byte & _FIXED == _PATTERN:
                return f"{byte:02x}"
        return None

    def look(self) -> Talk[tuple[PrinterFault, ...]]:
        """Ask the four questions. The cover and the paper make it offline: then only they are told."""
        found: list[PrinterFault] = []
        for number, bits in BITS.items():
            said = int((yield Question(status(number), _ANSWER)), 16)
            for mask, code in bits:
                if said & mask == mask and code not in [one.code for one in found]:
                    when = Severity.INFO if code is FaultCode.FEEDER_LOW else Severity.PRE
                    found.append(fault(code, f"{number}:{said:02x}", when))
        codes = {one.code for one in found} - {FaultCode.FEEDER_LOW}
        low = FaultCode.FEEDER_LOW if FaultCode.FEEDER_EMPTY in codes else None
        hidden = {FaultCode.OFFLINE if len(codes) > 1 else None, low}
        return tuple(one for one in found if one.code not in hidden)


def band(job: bytes, match: re.Match[bytes], place: int) -> tuple[Ink, int]:
    """The dots of one raster command, and where the next one begins. Raises BadReply when it is cut."""
    across, down = (int.from_bytes(part, "little") for part in match.groups())
    begin, end = match.end(), match.end() + across * down
    if not across or not down or end > len(job):
        raise BadReply("单据的图像不完整。", "escpos_syntax")
    rows = np.frombuffer(job[begin:end], np.uint8).reshape(down, across)
    return np.unpackbits(rows, axis=1).astype(np.bool_), end
