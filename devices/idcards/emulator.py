"""An emulated identity card reader as a transport: a card is put on it, read once, and lifted; nobody real is in it."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from devices.contracts import IdCard
from devices.errors import BadUrl, Broken, Missing, NotReached
from devices.idcards import text
from devices.idcards.frames import (
    FIND,
    FOUND,
    NO_CARD,
    NOT_READ,
    NOT_SELECTED,
    OK,
    PREAMBLE,
    READ,
    SELECT,
    STATUS,
    framed,
    reply,
)

FAULTS = ("no_card", "select_fail", "read_fail", "damaged", "foreign", "noise", "mute", "unplug", "gone", "module")
_PHOTO = bytes(range(256)) * 4  # 1024 bytes that nobody may keep

SAMPLE = IdCard(
    name="演练人员",
    number="330102198501010022",
    sex="2",
    ethnicity="汉",
    birth=date(1985, 1, 1),
    address="浙江省杭州市演练路1号",
    issuer="演练公安局",
    valid_from=date(2020, 1, 1),
    valid_to=None,
)
"""Nobody: the serial number of a day and place, chosen by us."""


class SamMachine:
    """Implements Transport. `put` and `lift` are the hands of the person at the counter."""

    answers = True

    def __init__(self, card: IdCard | None = SAMPLE, fault: str = "") -> None:
        if fault and fault not in FAULTS:
            raise BadUrl(f"模拟读卡器没有名为“{fault}”的故障。名称有：{'、'.join(FAULTS)}。", "fault")
        self._fault = fault
        self._card: IdCard | None = None
        self._selected = False
        self._read = False
        self._said = bytearray()
        self._seconds = 0.0
        if card is not None and fault != "no_card":
            self.put(card)

    def clock(self) -> float:
        """Its own time, which passes only while somebody waits."""
        return self._seconds

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds

    def put(self, card: IdCard) -> None:
        """Lay a card on it."""
        self._card, self._selected, self._read = card, False, False

    def lift(self) -> None:
        """Take it away."""
        self._card = None

    def open(self) -> None:
        """Put the cable in."""
        if self._fault == "gone":
            raise NotReached("模拟读卡器没有接上。", "gone")
        self._said.clear()

    def write(self, data: bytes, timeout: float) -> int:
        """Obey one command, as a reader does: one frame, one answer."""
        command = data[len(PREAMBLE) + 2 : -1]
        if self._fault == "unplug" and command == READ:
            raise Broken("模拟读卡器的连接断了。", 0, "unplugged")
        said = self._obey(command) if data == framed(command) else reply(0x10)
        if self._fault != "mute":
            self._said += b"\x00\xaa\xaa" + said if self._fault == "noise" else said
        return len(data)

    def read(self, size: int, timeout: float) -> bytes:
        """What it said, in the pieces of a serial line."""
        said = bytes(self._said[: min(size, 64)])
        del self._said[: len(said)]
        return said

    def close(self) -> None:
        """Leave it."""

    def _obey(self, command: bytes) -> bytes:
        if command == STATUS:
            return reply(0x60 if self._fault == "module" else OK)
        if command == FIND:
            there = self._card is not None and not self._read
            return reply(FOUND, bytes(4)) if there else reply(NO_CARD)
        if command == SELECT:
            self._selected = self._card is not None and self._fault != "select_fail"
            return reply(OK, bytes(8)) if self._selected else reply(NOT_SELECTED)
        if command != READ:
            return reply(0x21)
        if self._card is None or not self._selected or self._fault == "read_fail":
            return reply(NOT_READ)
        self._read, self._selected = True, False
        block = text.write(self._card)
        if self._fault == "foreign":
            block = block[:-36] + "I".ljust(18).encode("utf-16-le")
        whole = reply(OK, text.LENGTH.to_bytes(2, "big") + len(_PHOTO).to_bytes(2, "big") + block + _PHOTO)
        return whole[:200] + bytes([whole[200] ^ 1]) + whole[201:] if self._fault == "damaged" else whole


def card_from(path: Path) -> IdCard:
    """A card from a TOML file with the names of IdCard. Raises Missing."""
    try:
        return IdCard(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Missing("模拟身份证的文件读不出来，请检查路径和内容。", "id_card_file") from error
