"""The far end of the Evolis language: takes job bytes, prints cards into a tray, answers, counts, and fails on request.

It is deterministic: time is counted in its own seconds, never waited for, and nothing is random. What the guide leaves
open it plays unkindly (a soft reset brings Pem back to its kept value), so that the driver may not rely on it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from devices.errors import BadReply
from devices.languages.evolis import HOST_MANAGES
from devices.languages.evolis_commands import Command, CommandReader
from devices.languages.evolis_panels import lay
from devices.languages.raster import LINES, Inks, Plane, compose
from devices.printers.emulator.memory import Memory, Operator
from devices.printers.emulator.plan import ANSWER, CARD, LINK, MEDIA, STANDING, Misfortune, Misfortunes
from devices.printers.emulator.tray import LATE, REJECTED, TRAY, Landed, Tray
from devices.printers.profile import Profile

SLICE = 4096
"""Bytes that are taken in at once; a fault inside a download strikes at one of these borders."""

_SECONDS = {"y": 4.0, "m": 4.0, "c": 4.0, "k": 3.0, "o": 3.5}
_FEED_SECONDS, _EJECT_SECONDS, _SLOW_SECONDS = 3.0, 2.0, 900.0
_SAYS = {
    "jam": "CARD JAM",
    "ribbon_end": "ERROR RIBBON",
    "ribbon_broken": "ERROR RIBBON",
    "cover_open": "COVER OPEN",
    "head_hot": "ERROR HEAD",
    "feed_fail": "ERROR HOPPER",
}
_SETTINGS = frozenset(
    ["Pr", "Pmi", "Pc", "Pl", "Ps", "Px", "Py", "Pbm", "Pmk", "Pwb", "Pwr", "Pdt", "Ppws", "Mr", "Pneab", "Wcb"]
)
_CLEANING = {"clean_due": "NEED CLEANING", "clean_must": "ERR NEED CLEANING"}
_GIBBERISH = b"\xf3?#\x07RR"


class LinkLost(Exception):
    """The cable or the power went: `accepted` bytes of the last write had arrived."""

    def __init__(self, accepted: int) -> None:
        super().__init__(accepted)
        self.accepted = accepted


class Stopped(Exception):
    """A mechanical or media error; `says` is the answer."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(slots=True)
class Sequence:
    """What the printer holds between Ss and Se; lost with the power."""

    side: str = ""
    bitmaps: dict[str, dict[str, Plane]] = field(default_factory=lambda: {"front": {}, "back": {}})
    waiting: tuple[str, str] | None = None  # the panel that the next command will print
    done: list[tuple[str, str]] = field(default_factory=list)


class EvolisMachine:
    """One emulated printer. Not safe for two threads at once, like a printer."""

    def __init__(
        self,
        profile: Profile,
        memory: Memory,
        tray: Tray,
        planned: tuple[Misfortune, ...],
        cards: int,
        ribbon: int,
    ) -> None:
        self.profile = profile
        self.memory = memory
        self.tray = tray
        self.operator = Operator(memory, cards, ribbon)
        self.seconds = 0.0
        self.linked = False
        self.away = False  # unplugged for good
        self._misfortunes = Misfortunes(planned, memory.struck)
        self._reader = CommandReader()
        self._replies: deque[tuple[float, bytes]] = deque()
        self._sequence: Sequence | None = None
        self._inks: dict[str, dict[str, Plane]] = {side: tray.inks(side) for side in ("front", "back")}
        self._begun = False  # the download in the reader has been seen
        self._failed = ""  # what the download in the reader will be answered
        self._silent = False
        self._stray = True
        self._after_card = False
        self._job_bytes = 0
        self._settle()

    def plug(self) -> None:
        """The link is there again; a command cut in two is forgotten."""
        self._reader.abandon()
        self._begun, self._failed = False, ""
        self._silent, self._stray = False, True
        self._job_bytes = 0
        self.linked = True

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
                self._lose(self._misfortunes.strike(LINK, str(self._job_bytes), self._next), place)
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
            self.seconds += timeout
            return b""
        due, said = self._replies.popleft()
        self.seconds = max(self.seconds, due)
        if len(said) > size:
            self._replies.appendleft((due, said[size:]))
        return said[:size]

    def settle(self) -> None:
        """The operator is done: conditions are kept, and a card taken out by hand lies in the reject box."""
        self._settle()

    # --- the link

    @property
    def _next(self) -> int:
        return self.memory.fed + (0 if self.memory.inside else 1)

    def _room(self, size: int) -> int:
        cut = self._misfortunes.byte(self._next)
        return size if cut is None or cut < self._job_bytes else min(size, cut - self._job_bytes)

    def _lose(self, name: str, accepted: int) -> None:
        self.linked = False
        self._replies.clear()
        self._reader.abandon()
        if name in ("reboot", "other_printer"):
            self._sequence = None
            self.memory.pem = self.memory.kept
        if name == "other_printer":
            self.memory.serial += "-B"
            self.memory.cards, self.memory.panels = 40, 200
        self.away = name == "gone"
        self._keep()
        raise LinkLost(accepted)

    def _strike_link(self, where: str, card: int, accepted: int) -> None:
        hit = self._misfortunes.strike(LINK, where, card)
        if hit:
            self._lose(hit, accepted)

    def _watch_download(self, accepted: int) -> None:
        receiving = self._reader.receiving
        if receiving is None:
            return
        where = "back" if self._sequence is not None and self._sequence.side == "back" else receiving[0]
        if not self._begun:
            self._begun = True
            self._failed = self._attempt(self._print_waiting)
        if receiving[1] >= 0.5:
            self._strike_link(where, self._next, accepted)

    # --- commands

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
        card = self.memory.fed if where == "status" else self._next
        if where in ("start", "end", "status"):
            self._strike_link(where, card, accepted)
        if command.name.startswith("Db"):
            says = self._download(command)
        elif command.name.startswith("R"):
            says = self._tell(command)
        elif command.name.startswith("S"):
            says = self._attempt(lambda: self._act(command)) or "OK"
        else:
            says = self._set(command)
        self._keep()
        if where == "end":
            where = "reply"
            self._strike_link(where, card, accepted)
        self._answer_with(self._misfortunes.strike(ANSWER, where, card) if where else "", says)

    def _place_of(self, command: Command) -> str:
        if command.name == "Ss":
            return "start"
        if command.name == "Se" and self._sequence is not None:
            return "end"
        if command.name.startswith("Db"):
            return "back" if self._sequence is not None and self._sequence.side == "back" else command.parameters[0]
        if command.name.startswith("R") and self._after_card:
            self._after_card = False
            return "status"
        return ""

    def _answer_with(self, misfortune: str, says: str) -> None:
        if misfortune == "mute":
            self._silent = True
        elif misfortune == "slow":
            self._say(says, _SLOW_SECONDS)
        elif misfortune == "wrong_answer":
            self._replies.append((self.seconds, _GIBBERISH + b"\0"))
        else:
            self._say(says)

    def _say(self, text: str, later: float = 0.0) -> None:
        if not self._silent:
            self._replies.append((self.seconds + later, text.encode("ascii") + b"\0"))

    def _set(self, command: Command) -> str:
        if command.name == "Pem":
            value = command.parameters[0] if command.parameters else ""
            if value not in ("0", "1", "2", "3", "4", "5", "16", "18"):
                return "ERROR PARAMETRES"
            self.memory.pem = int(value)
            if command.parameters[1:] == ("s",):
                self.memory.kept = int(value)
            return "OK"
        return "OK" if command.name in _SETTINGS else "ERROR CDE"

    def _tell(self, command: Command) -> str:
        question = ";".join((command.name, *command.parameters))
        if question == "Rem":
            return f"{self.memory.pem},{self.memory.kept}"
        if question not in self.profile.language.asks:
            return "ERROR CDE"
        self._arm()
        if question == "Rrt;count" and self._stray:
            self._stray = False
            return "OK"
        memory = self.memory
        newer = "Rse;f" in self.profile.language.asks
        return {
            "Rtp": self.profile.title,
            "Rsn": memory.serial,
            "Rco;c": str(memory.cards),
            "Rco;p": str(memory.panels),
            "Rco;l": str(memory.ribbon),
            "Rrt;count": str(memory.ribbon),
            "Rcr": "OK" if memory.ribbon else "ERROR RIBBON",
            "Rlr;p": ("CARD" if newer else "ERR CARD") if memory.inside else ("OK" if newer else "NO CARD"),
            "Rlr;h": "CARD" if memory.reject_full else "NO CARD",
            "Rlr;c": memory.cleaning or "OK",
            "Rse;f": "5,00 Volts" if memory.feeder else "0,00 Volts",
            "Rse;o": "0,00 Volts" if memory.cover_open else "5,00 Volts",
        }[question]

    def _download(self, command: Command) -> str:
        failed, self._begun, self._failed = self._failed, False, ""
        sequence = self._sequence
        if sequence is None or not sequence.side:
            return failed or "ERROR PARAMETRES"
        if failed:
            return failed
        try:
            lay(command, sequence.bitmaps[sequence.side])
        except BadReply:
            return "ERROR CHECKSUM"
        sequence.waiting = (sequence.side, command.parameters[0])
        return "OK"

    def _act(self, command: Command) -> None:
        if command.name == "Ss":
            self._start()
        elif command.name in ("Sr", "Sv"):
            self._face(command.name)
        elif command.name == "Se":
            self._finish()
        elif command.name in ("Ser", "Seb"):
            self._sequence = None
            self._eject(REJECTED)
        elif command.name == "Srs":
            self._sequence = None
            self.memory.pem = self.memory.kept
        else:
            raise Stopped("ERROR CDE")

    # --- the mechanism

    def _attempt(self, act: object) -> str:
        """What an act ended with: "" or the words of the error; an error drops the sequence."""
        try:
            act()  # type: ignore[operator]
        except Stopped as stopped:
            self._sequence = None
            return stopped.says
        return ""

    def _arm(self) -> None:
        if self.memory.inside or self._sequence is not None:
            return
        memory = self.memory
        while name := self._misfortunes.strike(STANDING, "start", self._next):
            memory.feeder = 0 if name == "feeder_empty" else memory.feeder
            memory.ribbon = 0 if name == "ribbon_end" else memory.ribbon
            memory.cover_open = memory.cover_open or name == "cover_open"
            memory.reject_full = memory.reject_full or name == "reject_full"
            memory.cleaning = _CLEANING.get(name, memory.cleaning)

    def _start(self) -> None:
        self._arm()
        if self.memory.inside:
            raise Stopped("ERR CARD")
        if self.memory.cover_open:
            raise Stopped("COVER OPEN")
        hit = self._misfortunes.strike(MEDIA - STANDING, "start", self._next)
        if hit:
            raise Stopped(_SAYS[hit])
        self._sequence = Sequence()

    def _face(self, name: str) -> None:
        if self._sequence is None:
            raise Stopped("ERROR PARAMETRES")
        self._print_waiting()
        self._sequence.side = "front" if name == "Sr" else "back"

    def _print_waiting(self) -> None:
        sequence = self._sequence
        if sequence is None or sequence.waiting is None:
            return
        (side, letter), sequence.waiting = sequence.waiting, None
        where = "back" if side == "back" else letter
        if not self.memory.inside:
            self._insert()
        hit = self._misfortunes.strike(MEDIA, where, self.memory.fed)
        if not hit and self._last(side, letter):
            hit = self._misfortunes.missed(MEDIA, self.memory.fed)
        if hit:
            self._break(hit)
        self._burn(side, letter, sequence.bitmaps[side][letter])
        sequence.done.append((side, letter))

    def _last(self, side: str, letter: str) -> bool:
        form = self.profile.language.form
        return letter == form.front[-1] if side == "front" else True

    def _break(self, name: str) -> None:
        """An error under the head. With Pem;0 the printer restarts the card by itself, once (A5013 p. 44)."""
        memory = self.memory
        memory.cover_open = name == "cover_open"
        memory.ribbon = 0 if name == "ribbon_end" else memory.ribbon
        if memory.pem == HOST_MANAGES:
            raise Stopped(_SAYS[name])
        if name == "ribbon_end":
            self.operator.mend_ribbon()  # BUSY was held until somebody changed it
        memory.cover_open = False
        self._eject(TRAY)
        self._insert()
        sequence = self._sequence
        for side, letter in sequence.done if sequence is not None else ():
            self._burn(side, letter, sequence.bitmaps[side][letter])  # type: ignore[union-attr]

    def _insert(self) -> None:
        memory = self.memory
        late = self.tray.release_late(memory.landed + 1)
        memory.landed += late
        if memory.feeder == 0:
            raise Stopped("FEEDER EMPTY")
        if memory.ribbon == 0:
            raise Stopped("ERROR RIBBON")
        hit = self._misfortunes.strike(MEDIA, "feed", self._next)
        if hit:
            raise Stopped(_SAYS[hit])
        memory.feeder -= 1
        memory.ribbon -= 1
        memory.cards += 1
        memory.fed += 1
        memory.inside = True
        self._inks = {"front": {}, "back": {}}
        self.seconds += _FEED_SECONDS

    def _burn(self, side: str, letter: str, plane: Plane) -> None:
        self._inks[side][letter] = plane
        self.tray.keep_ink(side, letter, plane)
        self.memory.panels += 1
        self.seconds += _SECONDS[letter]

    def _finish(self) -> None:
        if self._sequence is None:
            self._eject(TRAY)
            return
        self._print_waiting()
        sequence, self._sequence = self._sequence, None
        if not self.memory.inside:
            self._insert()
        card = self.memory.fed
        hits = {name for name in CARD if self._misfortunes.strike(frozenset({name}), "start", card)}
        self._eject(LATE if "late_card" in hits else TRAY, "half_card" in hits)
        if "two_cards" in hits:
            inks = self._inks
            self._insert()
            for side, letter in sequence.done:
                self._burn(side, letter, inks[side][letter])
            self._eject(TRAY)
        if "counter_reset" in hits:
            self.memory.cards, self.memory.panels = 0, 0
        self._after_card = True

    def _eject(self, where: str, half: bool = False) -> None:
        memory = self.memory
        if not memory.inside:
            return
        memory.inside = False
        memory.landed += where != LATE
        memory.rejected += where == REJECTED
        memory.landing.append([memory.landed, where, half])
        self.seconds += _EJECT_SECONDS
        self._settle()

    def _settle(self) -> None:
        """Finish what was on its way out when the memory was kept, then keep it without."""
        self._keep()
        for number, where, half in self.memory.landing:
            front, back = (self._seen(side, half) for side in ("front", "back"))
            self.tray.lay(Landed(number, front, back if "back" in self._sides() else None, where))
        self.memory.landing.clear()
        self._keep()

    def _sides(self) -> tuple[str, ...]:
        return ("front", "back") if self.profile.language.form.back else ("front",)

    def _seen(self, side: str, half: bool) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        planes = self._inks[side]
        if half:
            planes = {letter: _cut_off(plane) for letter, plane in planes.items()}
        picture = compose(Inks(planes))
        if side == "back" and self.profile.language.form.back_turned:
            picture = np.ascontiguousarray(np.rot90(picture, 2))
        return picture

    def _keep(self) -> None:
        self.tray.keep(self.memory.as_table())


def _cut_off(plane: Plane) -> Plane:
    half = plane.copy()
    half[LINES // 2 :] = 0
    return half
