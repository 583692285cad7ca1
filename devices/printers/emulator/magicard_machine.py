"""The far end of the Magicard language: takes pages, prints them in its own time, counts; answers questions only.

A page is printed when its end mark is there; the front of a two-sided card is printed before the back has come, so a
cut between them leaves a card inside. An error stops it from taking bytes until the link is opened anew. Printing goes
on while it is asked: the counters move when the card is out. What is not documented is played unkindly.
"""

from __future__ import annotations

import re

from devices.errors import BadReply
from devices.languages.evolis import HOST_MANAGES
from devices.languages.magicard import inks
from devices.languages.magicard_frames import END, START, Frame, FrameReader
from devices.languages.magicard_talk import Magicard
from devices.printers.emulator.far_end import SLICE, FarEnd, LinkLost, Stalled
from devices.printers.emulator.mechanism import BACK, FRONT, Stopped
from devices.printers.emulator.memory import Memory
from devices.printers.emulator.plan import Misfortune
from devices.printers.emulator.tray import TRAY, Tray

_CLEAN_EVERY = 250
_COPIES = re.compile(r"ESS[1-9]")
_ORDER = "ymcko"


class MagicardMachine(FarEnd):
    """One emulated printer. Implements Machine."""

    def __init__(
        self,
        language: Magicard,
        memory: Memory,
        tray: Tray,
        planned: tuple[Misfortune, ...],
        cards: int,
        ribbon: int,
    ) -> None:
        super().__init__(language.form, memory, tray, planned, cards, ribbon)
        memory.pem = memory.kept = HOST_MANAGES  # nothing says that it prints a card again by itself
        self._form = language.form
        self._reader = FrameReader()
        self._begun = False  # the page in the reader has been seen
        self._passed = ""  # the plane whose middle has been seen
        self._stopped = ""  # the error it stands in
        self._shut = False  # it takes no bytes
        self._busy = 0.0  # seconds until what it prints is out
        self._shown = (0, 0)  # the counters as they stood before that

    @property
    def seconds(self) -> float:
        """Its own time: what it prints has begun, not ended."""
        return self._mechanism.seconds + self._waited - self._busy

    def reopen(self) -> None:
        """A new session: it takes bytes again, an error is not forgotten."""
        super().reopen()
        self._shut = False

    def unplug(self, name: str = "unplug") -> None:
        """The link goes; without power what it prints stops being a secret, too."""
        if name in ("reboot", "other_printer"):
            self._busy, self._stopped = 0.0, ""
        super().unplug(name)

    def feed(self, data: bytes) -> None:
        """Take bytes in. Raises LinkLost or Stalled with how many arrived."""
        if not self.linked:
            raise LinkLost(0)
        asked = self._reader.idle and not data.lstrip(b"\x05").startswith(b"\x01,")
        self._job_bytes = 0 if asked else self._job_bytes
        place = 0
        while place < len(data):
            if self._shut:
                raise Stalled(place)
            size = min(SLICE, len(data) - place) if asked else self._room(min(SLICE, len(data) - place))
            if size == 0:
                self._lose(str(self._job_bytes), self._mechanism.card, place)
            self._reader.feed(data[place : place + size])
            place += size
            self._job_bytes += 0 if asked else size
            self._obey(place)

    def _forget_input(self) -> None:
        self._reader.abandon()
        self._begun, self._passed = False, ""

    def _wait(self, seconds: float) -> None:
        passed = min(seconds, self._busy)
        self._busy -= passed
        super()._wait(seconds - passed)

    def _obey(self, accepted: int) -> None:
        while True:
            try:
                frame = self._reader.take()
            except BadReply:
                self._reader.resync()
                return
            self._watch(accepted)
            if frame is None:
                return
            if frame.is_page:
                self._page(frame, accepted)
            else:
                self._command(frame.text, accepted)
            self._keep()

    def _watch(self, accepted: int) -> None:
        """The points of a page at which something can go wrong before it is printed."""
        keys, card = self._reader.keys, self._mechanism.card
        if not any(key.startswith("PAG") for key in keys):
            return
        side = BACK if "PAG2" in keys else ""
        if not self._begun:
            self._begun = True
            self._strike("" if side else "start", card, accepted)
        receiving = self._reader.receiving
        if receiving is not None and receiving[1] >= 0.5 and self._passed != receiving[0]:
            self._passed = receiving[0]
            self._strike(side or receiving[0], card, accepted)
        if self._reader.wants_end and not self._first_of_two(keys):
            self._strike("end", card, accepted)

    def _strike(self, where: str, card: int, accepted: int) -> None:
        self._lose(where, card, accepted)
        self._spoil(where, card)

    def _page(self, frame: Frame, accepted: int) -> None:
        self._begun, self._passed = False, ""
        card, begun = self._mechanism.card, self._mechanism.seconds
        self._shown = self._counters()
        copies = next((int(key[3:]) for key in frame.keys if _COPIES.fullmatch(key)), 1)
        try:
            for _ in range(copies):
                self._print(frame)
        except Stopped as stopped:
            self._mechanism.sequence = None
            self._stopped, self._shut = stopped.says, True
        self._busy += self._mechanism.seconds - begun
        self._keep()
        if not self._first_of_two(frame.keys):
            self._strike("reply", card, accepted)

    def _print(self, frame: Frame) -> None:
        mechanism = self._mechanism
        side = BACK if "PAG2" in frame.keys else FRONT
        if side == FRONT:
            mechanism.start()
        mechanism.face(side)
        planes = inks(frame, self._form).planes
        sequence = mechanism.sequence
        for letter in _ORDER if sequence is not None else "":
            if letter in planes and sequence is not None:
                sequence.bitmaps[side][letter] = planes[letter]
                sequence.waiting = (side, letter)
                mechanism.print_waiting()
        if not self._first_of_two(frame.keys):
            self._after_card = mechanism.finish()

    def _command(self, text: str, accepted: int) -> None:
        if text.startswith("RST,"):
            self._mechanism.sequence, self._stopped = None, ""
        elif text.startswith("EJT,"):
            self._mechanism.sequence, self._stopped = None, ""
            self._mechanism.eject(TRAY)
        else:
            self._tell(text, accepted)

    def _tell(self, text: str, accepted: int) -> None:
        where = "between"
        if self._after_card and not self._busy:
            self._after_card, where = False, "status"
            self._lose(where, self.memory.fed, accepted)
        if not self._busy:  # what holds before the next card begins when this one is out
            self._mechanism.arm()
        said = self._sensor(text[3:-1]) if text.startswith("SNR") else self._value(text.removeprefix("REQ,STA,")[:-1])
        if said:  # a key that it does not have is not answered
            framed = bytes([START]) + said.encode("ascii") + b"," + bytes([END])
            self._answer(framed, bytes([END]), where, self.memory.fed)

    def _value(self, key: str) -> str:
        cards, panels = self._shown if self._busy else self._counters()
        known = {
            "MSR": self.memory.serial,
            "MDL": "0",
            "TCQ": str(cards),
            "TPQ": str(panels),
            "DFR": str(self.memory.ribbon * len(self._form.front + self._form.back)),
            "CCQ": str(_CLEAN_EVERY if self.memory.cleaning else 0),
            "CCP": str(_CLEAN_EVERY),
        }
        return f"STA,{key}{known[key]}" if key in known else ""

    def _sensor(self, place: str) -> str:
        memory = self.memory
        inside = memory.inside or self._busy > 0
        readings = {
            "LID": memory.cover_open,
            "FRONT": memory.feeder > 0,
            "REAR": inside,
            "DYE": self._stopped != "ERROR RIBBON" or memory.ribbon == 0,
            "TEMP": self._stopped == "ERROR HEAD",
        }
        number = int(place) if place.isdigit() else 0
        if not 1 <= number <= len(readings):
            return "END"
        name = list(readings)[number - 1]
        return f"{name}={int(readings[name])}"

    def _counters(self) -> tuple[int, int]:
        """A card counts when it is out."""
        return self.memory.cards - self.memory.inside, self.memory.panels

    @staticmethod
    def _first_of_two(keys: tuple[str, ...]) -> bool:
        return "DPXON" in keys and "PAG1" in keys
