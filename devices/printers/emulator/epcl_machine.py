"""The far end of the EPCL language: one colour buffer, a print pass for each panel, ACK or NACK. EXPERIMENTAL."""

from __future__ import annotations

from collections.abc import Callable

from devices.errors import BadReply
from devices.languages.epcl import CLEAR, EJECT, LOAD, Command, CommandReader, ink_of, lay, varnish
from devices.languages.epcl_talk import ACK, AGAIN, EOT, NACK, Epcl
from devices.languages.evolis import HOST_MANAGES
from devices.languages.raster import Plane
from devices.printers.emulator.far_end import SLICE, FarEnd, LinkLost
from devices.printers.emulator.mechanism import FRONT, Stopped
from devices.printers.emulator.memory import Memory
from devices.printers.emulator.plan import Misfortune
from devices.printers.emulator.tray import TRAY, Tray

_CODES = {
    "ERROR RIBBON": b"01",
    "ERROR HEAD": b"02",
    "CARD JAM": b"03",
    "COVER OPEN": b"03",
    "ERROR HOPPER": b"03",
    "FEEDER EMPTY": b"04",
}
_OK, _WRONG = bytes([ACK]), b"10"


class EpclMachine(FarEnd):
    """One emulated printer. Implements Machine."""

    def __init__(
        self, language: Epcl, memory: Memory, tray: Tray, planned: tuple[Misfortune, ...], cards: int, ribbon: int
    ) -> None:
        super().__init__(language.form, memory, tray, planned, cards, ribbon)
        memory.pem = memory.kept = HOST_MANAGES  # nothing says that it prints a card again by itself
        self._reader = CommandReader()
        self._passed = False
        self._last = _OK
        self._buffers: dict[str, Plane] = {}

    def feed(self, data: bytes) -> None:
        """Take bytes in. Raises LinkLost with how many arrived when the link dies on the way."""
        if not self.linked:
            raise LinkLost(0)
        asked = data in (b"\x1bE\r", b"\x1b.\r")
        self._job_bytes = 0 if asked else self._job_bytes
        place = 0
        while place < len(data):
            size = len(data) if asked else self._room(min(SLICE, len(data) - place))
            if size == 0:
                self._lose(str(self._job_bytes), self._mechanism.card, place)
            self._reader.feed(data[place : place + size])
            place, self._job_bytes = place + size, self._job_bytes + (0 if asked else size)
            self._watch(place)
            self._obey(place)

    def _forget_input(self) -> None:
        self._reader.abandon()
        self._passed = False

    def _watch(self, accepted: int) -> None:
        receiving = self._reader.receiving
        if receiving is not None and receiving[1] >= 0.5 and not self._passed:
            self._passed = True
            self._lose(receiving[0], self._mechanism.card, accepted)

    def _obey(self, accepted: int) -> None:
        while True:
            try:
                command = self._reader.take()
            except BadReply:
                self._reader.resync()
                self._say(self._nack(_WRONG))
                continue
            if command is None:
                return
            self._one(command, accepted)

    def _one(self, command: Command, accepted: int) -> None:
        where = {LOAD: "start", EJECT: "end"}.get(command.text, ink_of(command) if command.data else "between")
        if command.text == AGAIN and self._after_card:
            self._after_card, where = False, "status"
        card = self.memory.fed if where == "status" else self._mechanism.card
        self._passed = False
        if where in ("start", "end", "status"):
            self._lose(where, card, accepted)
        if command.text != AGAIN:
            self._last = self._do(command)
        self._keep()
        if where == "end":
            where = "reply"
            self._lose(where, card, accepted)
        self._answer(self._last, bytes([EOT]), where, card)

    def _do(self, command: Command) -> bytes:
        text, mechanism = command.text, self._mechanism
        if command.data:
            self._buffers[ink_of(command)] = lay(command)
            return _OK
        if text in ("F", CLEAR):
            self._buffers.clear()
            return _OK
        if text == LOAD:
            return self._try(self._load)
        if text == EJECT:
            return self._try(self._eject)
        ink = ink_of(command)
        if not ink or mechanism.sequence is None:
            return self._nack(_WRONG)
        return self._try(lambda: self._burn(ink))

    def _load(self) -> None:
        self._mechanism.arm()
        self._mechanism.start()
        self._mechanism.face(FRONT)

    def _burn(self, ink: str) -> None:
        sequence = self._mechanism.sequence
        plane = varnish() if ink == "o" else self._buffers.get(ink)
        if sequence is None or plane is None:
            raise Stopped("ERROR PARAMETRES")
        sequence.bitmaps[FRONT][ink] = plane
        sequence.waiting = (FRONT, ink)
        self._mechanism.print_waiting()

    def _eject(self) -> None:
        if self._mechanism.sequence is None:
            self._mechanism.eject(TRAY)
        else:
            self._after_card = self._mechanism.finish()

    def _try(self, act: Callable[[], None]) -> bytes:
        try:
            act()
        except Stopped as stopped:
            self._mechanism.sequence = None
            return self._nack(_CODES.get(stopped.says, _WRONG))
        return _OK

    @staticmethod
    def _nack(code: bytes) -> bytes:
        return bytes([NACK]) + code + bytes([EOT])
