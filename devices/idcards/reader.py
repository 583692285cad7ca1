"""An identity card reader: find, select, read, over any transport; it knows frames and text, and keeps no person."""

from __future__ import annotations

import time
from collections.abc import Callable

from devices.contracts import IdCard, Transport
from devices.errors import BadReply, TimedOut
from devices.idcards import text
from devices.idcards.frames import FIND, FOUND, OK, READ, SELECT, STATUS, Reply, cut, framed

BETWEEN = 0.05
"""Seconds between two commands: faster ones are lost (hardware.md §7.1)."""

_ANSWER = 2.0
_LOOK = 0.2  # between two questions whether there is a card
_READ_BYTES = 4096
_LENGTHS = 4  # bytes: two for the length of the text, two for that of the photo


class SamReader:
    """Implements IdCardReader. The transport is opened at the first question."""

    def __init__(
        self,
        transport: Transport,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.transport = transport
        self._clock, self._sleep = clock, sleep
        self._opened = False

    def read(self, patience: float) -> IdCard | None:
        """The card that lies on the reader within `patience` seconds, None when none does. Raises DeviceError."""
        if not self._opened:
            self.transport.open()
            self._opened = True
            if self._ask(STATUS).status != OK:
                raise BadReply("读卡器的安全模块没有就绪：请拔下再插上读卡器。", "id_module")
        until = self._clock() + patience
        while self._ask(FIND).status != FOUND:
            if self._clock() >= until:
                return None
            self._sleep(_LOOK)
        if self._ask(SELECT).status != OK:
            raise BadReply("读不到这张身份证：请拿起来重新放好。", "id_select")
        said = self._ask(READ)
        if said.status != OK:
            raise BadReply("身份证没有读完：请不要移动，拿起来重新放好。", "id_read")
        return self._card(said.data)

    def close(self) -> None:
        """Give it back. Safe to call twice."""
        self.transport.close()
        self._opened = False

    def _card(self, data: bytes) -> IdCard:
        size = int.from_bytes(data[:2], "big")
        block = data[_LENGTHS : _LENGTHS + size]
        if size != text.LENGTH or len(block) != size:
            raise BadReply("身份证里的文字读不出来：请重新放卡，或照原件录入。", "id_text")
        return text.parse(block)

    def _ask(self, command: bytes) -> Reply:
        self._sleep(BETWEEN)
        self.transport.write(framed(command), _ANSWER)
        held = bytearray()
        while (reply := cut(held)) is None:
            said = self.transport.read(_READ_BYTES, _ANSWER)
            if not said:
                raise TimedOut("读卡器没有回答：请检查连接，或拔下再插上。", "no_answer")
            held += said
        return reply
