"""The far end of the Evolis language: takes job bytes, answers, counts, and loses its link on request.

It is deterministic: time is counted in its own seconds, never waited for, and nothing is random. What the guide leaves
open it plays unkindly (a soft reset brings Pem back to its kept value), so that the driver may not rely on it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from devices.errors import BadReply
from devices.languages.evolis_commands import Command, CommandReader
from devices.languages.evolis_panels import lay
from devices.languages.evolis_talk import Evolis
from devices.printers.emulator.mechanism import BACK, FRONT, Mechanism, Stopped
from devices.printers.emulator.memory import Memory, Operator
from devices.printers.emulator.plan import ANSWER, LINK, Misfortune, Misfortunes
from devices.printers.emulator.tray import REJECTED, Tray

SLICE = 4096
"""Bytes that are taken in at once; a fault inside a download strikes at one of these borders."""

_SLOW_SECONDS = 900.0
_SETTINGS = frozenset(
    ["Pr", "Pmi", "Pc", "Pl", "Ps", "Px", "Py", "Pbm", "Pmk", "Pwb", "Pwr", "Pdt", "Ppws", "Mr", "Pneab", "Wcb"]
)
_MODES = frozenset(["0", "1", "2", "3", "4", "5", "16", "18"])
_GIBBERISH = b"\xf3?#\x07RR\0"


class LinkLost(Exception):
    """The cable or the power went: `accepted` bytes of the last write had arrived."""

    def __init__(self, accepted: int) -> None:
        super().__init__(accepted)
        self.accepted = accepted


class EvolisMachine:
    """One emulated printer. Not safe for two threads at once, like a printer."""

    def __init__(
        self,
        title: str,
        language: Evolis,
        memory: Memory,
        tray: Tray,
        planned: tuple[Misfortune, ...],
        cards: int,
        ribbon: int,
    ) -> None:
        self._title = title
        self._asks = language.asks
        self.memory = memory
        self.tray = tray
        self.operator = Operator(memory, cards, ribbon)
        self.linked = False
        self.away = False  # unplugged for good
        self._waited = 0.0
        self._misfortunes = Misfortunes(planned, memory.struck)
        self._mechanism = Mechanism(language.form, memory, tray, self._misfortunes, self.operator)
        self._reader = CommandReader()
        self._replies: deque[tuple[float, bytes]] = deque()
        self._begun = False  # the download in the reader has been seen
        self._failed = ""  # what that download will be answered
        self._silent = False
        self._stray = True  # the next Rrt;count is answered OK first
        self._after_card = False
        self._job_bytes = 0
        self._kept: dict[str, Any] = {}

    @property
    def seconds(self) -> float:
        """The printer's own time."""
        return self._mechanism.seconds + self._waited

    def plug(self) -> None:
        """The link is there again; a command cut in two is forgotten."""
        self._reader.abandon()
        self._begun, self._failed = False, ""
        self._silent, self._stray = False, True
        self._job_bytes = 0
        self._mechanism.recall()
        self.linked = True

    def unplug(self, name: str = "unplug") -> None:
        """The link goes, and what is lost with it."""
        self.linked = False
        self._replies.clear()
        self._reader.abandon()
        if name in ("reboot", "other_printer"):
            self._mechanism.sequence = None
            self.memory.pem = self.memory.kept
        if name == "other_printer":
            self.memory.serial += "-B"
            self.memory.cards, self.memory.panels = 40, 200
        self.away = name == "gone"
        self._keep()

    def feed(self, data: bytes) -> None:
        """Take bytes in. Raises LinkLost with how many arrived when the link dies on the way."""
        if not self.linked:
            raise LinkLost(0)
        asked = self._reader.idle and data.startswith(b"\x1bR")
        self._job_bytes = 0 if asked else self._job_bytes
        place = 0
        while place < len(data):
            size = min(SLICE, len(data) - place) if asked else self._room(min(SLICE, len(data) - place))
            if size == 0:
                self._lose(str(self._job_bytes), self._mechanism.card, place)
            self._reader.feed(data[place : place + size])
            place += size
            self._job_bytes += 0 if asked else size
            self._watch_download(place)
            self._obey(place)

    def answer(self, size: int, timeout: float) -> bytes:
        """Up to `size` bytes that were said by now, or within `timeout` printer seconds. Raises LinkLost."""
        if not self.linked:
            raise LinkLost(0)
        if not self._replies or self._replies[0][0] > self.seconds + timeout:
            self._waited += timeout
            return b""
        due, said = self._replies.popleft()
        self._waited += max(0.0, due - self.seconds)
        if len(said) > size:
            self._replies.appendleft((due, said[size:]))
        return said[:size]

    def settle(self) -> None:
        """The operator is done: what was mended is kept, and a card taken out by hand lies in the reject box."""
        self._mechanism.settle()

    def _room(self, size: int) -> int:
        cut = self._misfortunes.byte(self._mechanism.card)
        return size if cut is None or cut < self._job_bytes else min(size, cut - self._job_bytes)

    def _lose(self, where: str, card: int, accepted: int) -> None:
        hit = self._misfortunes.strike(LINK, where, card)
        if hit:
            self.unplug(hit)
            raise LinkLost(accepted)

    def _watch_download(self, accepted: int) -> None:
        receiving = self._reader.receiving
        if receiving is None:
            return
        if not self._begun:
            self._begun = True
            self._failed = self._attempt(self._mechanism.print_waiting)
        if receiving[1] >= 0.5:
            self._lose(self._side() or receiving[0], self._mechanism.card, accepted)

    def _obey(self, accepted: int) -> None:
        while True:
            try:
                command = self._reader.take()
            except BadReply:
                self._reader.resync()
                self._say("ERROR PARAMETRES")
                continue
            if command is None:
                return
            self._obey_one(command, accepted)

    def _obey_one(self, command: Command, accepted: int) -> None:
        where = self._place_of(command)
        card = self.memory.fed if where == "status" else self._mechanism.card
        if where in ("start", "end", "status"):
            self._lose(where, card, accepted)
        says = self._do(command)
        self._keep()
        if where == "end":
            where = "reply"
            self._lose(where, card, accepted)
        hit = self._misfortunes.strike(ANSWER, where, card)
        self._silent = self._silent or hit == "mute"
        if hit == "wrong_answer":
            self._replies.append((self.seconds, _GIBBERISH))
        else:
            self._say(says, _SLOW_SECONDS if hit == "slow" else 0.0)

    def _do(self, command: Command) -> str:
        if command.name.startswith("Db"):
            return self._download(command)
        if command.name.startswith("R"):
            return self._tell(command)
        if command.name.startswith("S"):
            return self._attempt(lambda: self._act(command.name)) or "OK"
        return self._set(command)

    def _side(self) -> str:
        """The word for the back while the back is being downloaded, else nothing."""
        sequence = self._mechanism.sequence
        return BACK if sequence is not None and sequence.side == BACK else ""

    def _place_of(self, command: Command) -> str:
        if command.name == "Ss":
            return "start"
        if command.name == "Se":
            return "end" if self._mechanism.sequence is not None else "move"
        if command.name.startswith("Db"):
            return self._side() or command.parameters[0]
        if command.name.startswith("R") and self._after_card:
            self._after_card = False
            return "status"
        return "between"

    def _say(self, text: str, later: float = 0.0) -> None:
        if not self._silent:
            self._replies.append((self.seconds + later, text.encode("ascii") + b"\0"))

    def _set(self, command: Command) -> str:
        if command.name != "Pem":
            return "OK" if command.name in _SETTINGS else "ERROR CDE"
        value, *more = command.parameters or ("",)
        if value not in _MODES:
            return "ERROR PARAMETRES"
        self.memory.pem = int(value)
        if more == ["s"]:
            self.memory.kept = int(value)
        return "OK"

    def _tell(self, command: Command) -> str:
        question = ";".join((command.name, *command.parameters))
        memory = self.memory
        if question == "Rem":
            return f"{memory.pem},{memory.kept}"
        if question not in self._asks:
            return "ERROR CDE"
        self._mechanism.arm()
        if question == "Rrt;count" and self._stray:
            self._stray = False
            return "OK"
        newer = "Rse;f" in self._asks
        inside, empty = ("CARD", "OK") if newer else ("ERR CARD", "NO CARD")
        return {
            "Rtp": self._title,
            "Rsn": memory.serial,
            "Rco;c": str(memory.cards),
            "Rco;p": str(memory.panels),
            "Rco;l": str(memory.ribbon),
            "Rrt;count": str(memory.ribbon),
            "Rcr": "OK" if memory.ribbon else "ERROR RIBBON",
            "Rlr;p": inside if memory.inside else empty,
            "Rlr;h": "CARD" if memory.reject_full else "NO CARD",
            "Rlr;c": memory.cleaning or "OK",
            "Rse;f": "5,00 Volts" if memory.feeder else "0,00 Volts",
            "Rse;o": "0,00 Volts" if memory.cover_open else "5,00 Volts",
        }[question]

    def _download(self, command: Command) -> str:
        failed, self._begun, self._failed = self._failed, False, ""
        sequence = self._mechanism.sequence
        if failed or sequence is None or not sequence.side:
            return failed or "ERROR PARAMETRES"
        try:
            lay(command, sequence.bitmaps[sequence.side])
        except BadReply:
            return "ERROR CHECKSUM"
        sequence.waiting = (sequence.side, command.parameters[0])
        return "OK"

    def _act(self, name: str) -> None:
        mechanism = self._mechanism
        if name == "Ss":
            mechanism.start()
        elif name in ("Sr", "Sv"):
            mechanism.face(FRONT if name == "Sr" else BACK)
        elif name == "Se":
            self._after_card = mechanism.finish()
        elif name in ("Ser", "Seb"):
            mechanism.sequence = None
            mechanism.eject(REJECTED)
        elif name == "Srs":
            mechanism.sequence = None
            self.memory.pem = self.memory.kept
        else:
            raise Stopped("ERROR CDE")

    def _attempt(self, act: Callable[[], None]) -> str:
        """What an act ended with: "" or the words of the error; an error drops the sequence."""
        try:
            act()
        except Stopped as stopped:
            self._mechanism.sequence = None
            return stopped.says
        return ""

    def _keep(self) -> None:
        table = self.memory.as_table()
        if table != self._kept:
            self.tray.keep(table)
            self._kept = table
