"""The far end of the Evolis language: takes job bytes, answers, counts, and loses its link on request.

It is deterministic: time is counted in its own seconds, never waited for, and nothing is random. What the guide leaves
open it plays unkindly (a soft reset brings Pem back to its kept value), so that the driver may not rely on it.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.errors import BadReply
from devices.languages.evolis_commands import Command, CommandReader
from devices.languages.evolis_panels import lay
from devices.languages.evolis_talk import Evolis
from devices.printers.emulator.far_end import SLICE, FarEnd, LinkLost
from devices.printers.emulator.mechanism import BACK, FRONT, Stopped
from devices.printers.emulator.memory import Memory
from devices.printers.emulator.plan import Misfortune
from devices.printers.emulator.tray import REJECTED, Tray

_FEW_BLANKS, _CLEAN_EVERY = 10, 1000
_SETTINGS = frozenset(
    ["Pr", "Pmi", "Pc", "Pl", "Ps", "Px", "Py", "Pbm", "Pmk", "Pwb", "Pwr", "Pdt", "Ppws", "Mr", "Pneab", "Wcb"]
)
_MODES = frozenset(["0", "1", "2", "3", "4", "5", "16", "18"])


class EvolisMachine(FarEnd):
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
        super().__init__(language.form, memory, tray, planned, cards, ribbon)
        self._title = title
        self._asks = language.asks
        self._reader = CommandReader()
        self._begun = False  # the download in the reader has been seen
        self._failed = ""  # what that download will be answered
        self._stray = True  # the next Rrt;count is answered OK first

    def reopen(self) -> None:
        """A new session."""
        super().reopen()
        self._stray = True

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

    def _forget_input(self) -> None:
        self._reader.abandon()
        self._begun, self._failed = False, ""

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
                self._say(b"ERROR PARAMETRES\0")
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
        self._answer(says.encode("ascii") + b"\0", b"\0", where, card)

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

    def _set(self, command: Command) -> str:
        if command.name != "Pem":
            if command.name == "Pr" and command.parameters:
                self.memory.ribbon_set = command.parameters[0]
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
            "Rse;n": "4,80 Volts" if memory.feeder <= _FEW_BLANKS else "0,10 Volts",
            "Rr": memory.ribbon_seen or memory.ribbon_set,
            "Rrt;qty": str(self.operator.full_ribbon),
            "Rco;n": str(memory.cleanings),
            "Rco;a": str(memory.cards // max(1, memory.cleanings)),
            "Rco;m": str(memory.longest_run),
            "Rco;r": str(max(0, _CLEAN_EVERY - memory.since_cleaning)),
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
            if self.memory.ribbon_seen:
                raise Stopped("ERROR RIBBON")
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
