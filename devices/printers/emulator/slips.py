"""The far ends of receipt and label printers: they print into PNG files and answer status, kindly or not.

Real-time status is answered wherever its bytes stand, also inside a picture, as a real ESC/POS printer does. A ZPL
printer in trouble is silent. Faults: `NAME@SLIP`, or `NAME@next` for the first slip after the opening; a condition
holds until the printer is opened by a new program.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from devices.contracts import FaultCode, Picture
from devices.errors import BadReply, BadUrl, Broken, NotReached
from devices.languages.escpos import BITS, CUT
from devices.languages.slip import SlipLanguage
from devices.languages.zpl import STATUS

CONDITIONS: dict[str, FaultCode] = {
    "paper_end": FaultCode.FEEDER_EMPTY,
    "paper_low": FaultCode.FEEDER_LOW,
    "cover_open": FaultCode.COVER_OPEN,
    "jam": FaultCode.CARD_JAM,
    "ribbon_end": FaultCode.RIBBON_END,
    "head_hot": FaultCode.HEAD_HOT,
    "paused": FaultCode.LOCKED,
}
LINK = frozenset({"mute", "unplug", "gone"})
NAMES = frozenset(CONDITIONS) | LINK | {"paper_end_inside"}
_REMAINS = {"slow": 3, "stuck": 1_000_000_000}
"""Answers after the label which still say that one remains."""
NAMES_OF = {"escpos": NAMES, "zpl": NAMES | _REMAINS.keys()}
"""Only a label printer tells that labels remain."""
_SHAPE = re.compile(r"([a-z_]+)@(\d{1,6}|next)")
_ASKED = re.compile(rb"\x10\x04([\x01-\x04])")
_ENDS = {"escpos": CUT, "zpl": b"^XZ"}


class SlipMachine:
    """One emulated printer as a transport. `slips` are the pictures it printed. Implements Transport."""

    answers = True

    def __init__(self, language: SlipLanguage, speaks: str, tray: Path | None = None, fault: str = "") -> None:
        self.slips: list[Picture] = []
        self._language, self._speaks, self._tray = language, speaks, tray
        self._held = bytearray()
        self._said = bytearray()
        self._standing: set[str] = set()
        self._cut_off = False
        self._begin = len(list(tray.glob("slip_*.png"))) if tray is not None and tray.is_dir() else 0
        self._planned = _parse(fault, self._begin + 1, NAMES_OF[speaks])
        self._remains = 0  # answers that still say that a label remains
        self._answer: Callable[[bytes], bytes] = {"escpos": self._realtime, "zpl": self._host_status}[speaks]

    def open(self) -> None:
        """Put the cable in."""
        self._arm()
        if "gone" in self._standing:
            raise NotReached("模拟单据打印机没有接上。", "gone")
        self._held.clear()
        self._said.clear()
        self._cut_off = False

    def write(self, data: bytes, timeout: float) -> int:
        """Take it all; answer what it asks; print what it ends."""
        self._arm()
        if self._cut_off or ("unplug" in self._standing and len(data) > len(STATUS)):
            self._cut_off = True
            self._standing.discard("unplug")
            raise Broken("模拟单据打印机的连接断了。", len(data) // 2, "unplugged")
        if "mute" not in self._standing:
            self._said += self._answer(data)
        if len(data) > len(STATUS):
            self._held += data
            self._print()
        return len(data)

    def read(self, size: int, timeout: float) -> bytes:
        """What it said."""
        said = bytes(self._said[:size])
        del self._said[:size]
        return said

    def close(self) -> None:
        """Leave it."""

    def _arm(self) -> None:
        number = self._begin + len(self.slips) + 1
        self._standing |= {name for name, at in self._planned if at == number}
        self._planned = {(name, at) for name, at in self._planned if at != number}

    def _print(self) -> None:
        if not self._held.rstrip(b"\n").endswith(_ENDS[self._speaks]):
            return
        try:
            picture = self._language.decode(bytes(self._held))
        except BadReply:
            self._held.clear()  # as a printer does: it prints nothing that it does not understand
            return
        self._held.clear()
        if "paper_end_inside" in self._standing:
            self._standing.discard("paper_end_inside")
            self._standing.add("paper_end")
            picture = picture[: len(picture) // 2]
        self._remains = next((count for name, count in _REMAINS.items() if name in self._standing), 0)
        self._standing -= _REMAINS.keys()
        self.slips.append(picture)
        if self._tray is not None:
            self._tray.mkdir(parents=True, exist_ok=True)
            _, png = cv2.imencode(".png", np.ascontiguousarray(picture))
            (self._tray / f"slip_{self._begin + len(self.slips):04d}.png").write_bytes(bytes(png))

    def _codes(self) -> set[FaultCode]:
        return {CONDITIONS[name] for name in self._standing if name in CONDITIONS}

    def _realtime(self, data: bytes) -> bytes:
        codes = self._codes()
        if codes - {FaultCode.FEEDER_LOW}:
            codes.add(FaultCode.OFFLINE)
        said = bytearray()
        for match in _ASKED.finditer(data):
            byte = 0x12
            for mask, code in BITS[match[1][0]]:
                byte |= mask if code in codes else 0
            said.append(byte)
        return bytes(said)

    def _host_status(self, data: bytes) -> bytes:
        codes = self._codes()
        if data != STATUS or codes & {FaultCode.HEAD_HOT}:
            return b""  # newer firmware is silent when it is too hot
        paper, pause = int(FaultCode.FEEDER_EMPTY in codes), int(FaultCode.LOCKED in codes)
        head, ribbon = int(FaultCode.COVER_OPEN in codes), int(FaultCode.RIBBON_END in codes)
        first = f"030,{paper},{pause},0400,000,0,0,0,000,0,0,0"
        left = int(self._remains > 0)
        self._remains = max(0, self._remains - 1)
        lines = (first, f"000,0,{head},{ribbon},0,2,4,0,{left:08},1,000", "1234,0")
        return b"".join(b"\x02" + line.encode("ascii") + b"\x03\r\n" for line in lines)


def _parse(text: str, upcoming: int, names: frozenset[str]) -> set[tuple[str, int]]:
    found = set()
    for part in filter(None, text.split(",")):
        match = _SHAPE.fullmatch(part)
        if match is None or match[1] not in names:
            raise BadUrl(f"模拟单据打印机没有名为“{part}”的故障。名称有：{'、'.join(sorted(names))}。", "fault")
        found.add((match[1], upcoming if match[2] == "next" else int(match[2])))
    return found
