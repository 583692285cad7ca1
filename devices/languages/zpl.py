"""ZPL labels: one graphic field a label, and the ~HS status; no I/O (hardware.md §5.2).

A printer without media, without ribbon, with an open head or too hot may not answer ~HS at all: silence is a fault,
not an unplugged cable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from devices.contracts import FaultCode, Picture, PrinterFault, Severity
from devices.errors import BadReply
from devices.languages.faults import fault
from devices.languages.language import Question, Talk
from devices.languages.slip import MOST_LINES, ink, picture

STATUS = b"~HS"
_ANSWER = 3.0
_LONGEST = 400
_LABEL = re.compile(
    rb"\^XA\^PW(\d{1,5})\^LL(\d{1,5})\^FO0,0\^GFA,(\d{1,7}),(\d{1,7}),(\d{1,4}),([0-9A-F]*)\^FS\^PQ1\^XZ\n?", re.DOTALL
)
_LINE = re.compile(rb"\x02([0-9A-Za-z,.]{1,80})\x03")
_FLAGS = (
    (0, 1, FaultCode.FEEDER_EMPTY),
    (0, 2, FaultCode.LOCKED),
    (0, 10, FaultCode.HEAD_HOT),  # under temperature: it waits
    (0, 11, FaultCode.HEAD_HOT),
    (1, 2, FaultCode.COVER_OPEN),
    (1, 3, FaultCode.RIBBON_END),
)
"""Line of the answer, field of the line, what 1 means."""

_WAITING = ((0, 4), (1, 8))
"""Formats in its memory that wait, and labels of the batch that remain: what was sent is not out while one is left."""

_FIELDS = (12, 11, 2)


@dataclass(frozen=True, slots=True)
class Zpl:
    """One width of label. Implements SlipLanguage."""

    width: int = 832  # 104 mm at 203 dpi

    def __post_init__(self) -> None:
        if self.width % 8 or not 0 < self.width <= 4096:
            raise ValueError("the width is a multiple of eight dots")

    def encode(self, picture: Picture) -> bytes:
        """One label with one graphic. Raises BadReply."""
        rows = np.packbits(ink(picture, self.width), axis=1)
        size = f"^GFA,{rows.size},{rows.size},{self.width // 8},"
        head = f"^XA^PW{self.width}^LL{len(rows)}^FO0,0{size}"
        return (head + rows.tobytes().hex().upper() + "^FS^PQ1^XZ\n").encode("ascii")

    def decode(self, job: bytes) -> Picture:
        """The picture of one label. Raises BadReply."""
        match = _LABEL.fullmatch(job)
        if match is None:
            raise _not_one_label()
        width, height, total, also, across = (int(match[place]) for place in range(1, 6))
        shape_is_right = width == self.width == across * 8 and total == also == across * height
        if not shape_is_right or not 0 < height <= MOST_LINES or len(match[6]) != 2 * total:
            raise _not_one_label()
        rows = np.frombuffer(bytes.fromhex(match[6].decode("ascii")), np.uint8).reshape(height, across)
        return picture(np.unpackbits(rows, axis=1).astype(np.bool_))

    def cut(self, held: bytearray) -> str | None:
        """The three lines of ~HS as one text, separated by `;`."""
        lines = list(_LINE.finditer(bytes(held)))
        if len(lines) < len(_FIELDS):
            if len(held) > _LONGEST:
                held.clear()
            return None
        del held[: lines[len(_FIELDS) - 1].end()]
        return ";".join(line[1].decode("ascii") for line in lines[: len(_FIELDS)])

    def look(self) -> Talk[tuple[PrinterFault, ...]]:
        """Ask ~HS; what the flags mean. Raises BadReply for an answer of another form."""
        said = yield Question(STATUS, _ANSWER)
        lines = [line.split(",") for line in said.split(";")]
        if tuple(map(len, lines)) != _FIELDS:
            raise BadReply("标签打印机的状态回答无法理解：请核对型号设置。", "zpl_status")
        found = [fault(code, "~HS", Severity.PRE) for line, place, code in _FLAGS if lines[line][place] == "1"]
        if any(_number(lines[line][place]) for line, place in _WAITING):
            found.append(fault(FaultCode.BUSY, "~HS", Severity.PRE))
        return tuple(found)


def _number(field: str) -> int:
    if not field.isdecimal():
        raise BadReply("标签打印机的状态回答无法理解：请核对型号设置。", "zpl_status")
    return int(field)


def _not_one_label() -> BadReply:
    return BadReply("打印数据不是一张完整的标签。", "zpl_syntax")
