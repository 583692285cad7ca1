"""Feeder, ribbon, head and slot of an emulated Evolis printer: bitmaps in, cards in the tray out, misfortunes between.

A panel is printed when the next download or the end command begins (A5013 §21); a card is fed for the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from devices.contracts import Picture
from devices.languages.evolis import HOST_MANAGES
from devices.languages.raster import LINES, Inks, Plane, compose
from devices.printers.emulator.memory import Memory, Operator
from devices.printers.emulator.plan import CARD, MEDIA, STANDING, Misfortunes
from devices.printers.emulator.tray import LATE, REJECTED, TRAY, Landed, Tray

_SECONDS = {"y": 4.0, "m": 4.0, "c": 4.0, "k": 3.0, "o": 3.5}
_FEED_SECONDS, _EJECT_SECONDS = 3.0, 2.0
_SAYS = {
    "jam": "CARD JAM",
    "ribbon_end": "ERROR RIBBON",
    "ribbon_broken": "ERROR RIBBON",
    "cover_open": "COVER OPEN",
    "head_hot": "ERROR HEAD",
    "feed_fail": "ERROR HOPPER",
}
_CLEANING = {"clean_due": "NEED CLEANING", "clean_must": "ERR NEED CLEANING"}
_UNVARNISHED = frozenset({"no_varnish"})
FRONT, BACK = "front", "back"


class Recipe(Protocol):
    """How a card is printed here: panels of the front in their order, panels of the back, which way the back lies."""

    @property
    def front(self) -> str: ...

    @property
    def back(self) -> str: ...

    @property
    def back_turned(self) -> bool: ...


class Stopped(Exception):
    """A mechanical or media error; `says` is the answer."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(slots=True)
class Sequence:
    """What the printer holds between Ss and Se; lost with the power."""

    side: str = ""
    bitmaps: dict[str, dict[str, Plane]] = field(default_factory=lambda: {FRONT: {}, BACK: {}})
    waiting: tuple[str, str] | None = None  # the panel that the next command will print
    done: list[tuple[str, str]] = field(default_factory=list)


class Mechanism:
    """Moves and prints. Every act may raise Stopped; the open sequence is then lost."""

    def __init__(self, form: Recipe, memory: Memory, tray: Tray, misfortunes: Misfortunes, hands: Operator) -> None:
        self.sequence: Sequence | None = None
        self.seconds = 0.0
        self._form = form
        self._memory = memory
        self._tray = tray
        self._misfortunes = misfortunes
        self._hands = hands
        self._inks: dict[str, Mapping[str, Plane]] = {}
        self.recall()
        self.settle()

    @property
    def card(self) -> int:
        """The number of the card inside, or of the one that would be fed next."""
        return self._memory.fed + (not self._memory.inside)

    def recall(self) -> None:
        """Take up what the tray keeps: another process may have used this printer since."""
        if self._memory.adopt(self._tray.recall()) or not self._inks:
            self._inks = {side: self._tray.inks(side) for side in (FRONT, BACK)}

    def arm(self) -> None:
        """Let the conditions that hold before the next card begin."""
        memory = self._memory
        if memory.inside or self.sequence is not None:
            return
        while name := self._misfortunes.strike(STANDING, "start", self.card):
            memory.feeder = 0 if name == "feeder_empty" else memory.feeder
            memory.ribbon = 0 if name == "ribbon_end" else memory.ribbon
            memory.cover_open = memory.cover_open or name == "cover_open"
            memory.reject_full = memory.reject_full or name == "reject_full"
            memory.ribbon_seen = "kw" if name == "wrong_ribbon" else memory.ribbon_seen
            memory.cleaning = _CLEANING.get(name, memory.cleaning)

    def start(self) -> None:
        """Ss: a new sequence; an unfinished one without a card is forgotten."""
        self.sequence = None
        self.arm()
        if self._memory.inside:
            raise Stopped("ERR CARD")
        if self._memory.cover_open:
            raise Stopped("COVER OPEN")
        hit = self._misfortunes.strike(MEDIA - STANDING, "start", self.card)
        if hit:
            raise Stopped(_SAYS[hit])
        self.sequence = Sequence()

    def face(self, side: str) -> None:
        """Sr or Sv: what is downloaded from here belongs to that side."""
        if self.sequence is None:
            raise Stopped("ERROR PARAMETRES")
        self.print_waiting()
        self.sequence.side = side

    def print_waiting(self) -> None:
        """Print the panel that was downloaded last, feeding a card for the first one."""
        sequence = self.sequence
        if sequence is None or sequence.waiting is None:
            return
        (side, letter), sequence.waiting = sequence.waiting, None
        if not self._memory.inside:
            self._feed()
        hit = self._misfortunes.strike(MEDIA, BACK if side == BACK else letter, self._memory.fed)
        if not hit and (side == BACK or letter == self._form.front[-1]):
            hit = self._misfortunes.missed(MEDIA, self._memory.fed)
        if hit:
            self._break(hit, sequence)
        if letter == "o" and self._misfortunes.strike(_UNVARNISHED, "start", self._memory.fed):
            return
        self._burn(side, letter, sequence.bitmaps[side][letter])
        sequence.done.append((side, letter))

    def finish(self) -> bool:
        """Se: print the last panel and eject; without a sequence only eject. True when a card was finished."""
        self.print_waiting()
        sequence, self.sequence = self.sequence, None
        if sequence is None:
            self.eject(TRAY)
            return False
        if not self._memory.inside:
            self._feed()
        card = self._memory.fed
        at_the_end = sorted(CARD - _UNVARNISHED)
        hits = {name for name in at_the_end if self._misfortunes.strike(frozenset({name}), "start", card)}
        self.eject(LATE if "late_card" in hits else TRAY, "half_card" in hits)
        if "two_cards" in hits:
            self._feed()
            for side, letter in sequence.done:
                self._burn(side, letter, sequence.bitmaps[side][letter])
            self.eject(TRAY)
        if "counter_reset" in hits:
            self._memory.cards, self._memory.panels = 0, 0
        return True

    def eject(self, where: str, half: bool = False) -> None:
        """The card inside comes out as it is."""
        memory = self._memory
        if not memory.inside:
            return
        memory.inside = False
        memory.landed += where != LATE
        memory.rejected += where == REJECTED
        number = memory.fed if where == LATE else memory.landed  # a late card gets its place when it falls
        memory.landing.append([number, where, half])
        self.seconds += _EJECT_SECONDS
        self.settle()

    def settle(self) -> None:
        """Lay down what was on its way out when the memory was kept; done twice it lays the same card again."""
        self._tray.keep(self._memory.as_table())
        for number, where, half in self._memory.landing:
            back = self._seen(BACK, half) if self._form.back else None
            self._tray.lay(Landed(number, self._seen(FRONT, half), back, where))
        self._memory.landing.clear()
        self._tray.keep(self._memory.as_table())

    def _feed(self) -> None:
        memory = self._memory
        memory.landed += self._tray.release_late(memory.landed + 1)
        if memory.feeder == 0:
            raise Stopped("FEEDER EMPTY")
        if memory.ribbon == 0:
            raise Stopped("ERROR RIBBON")
        hit = self._misfortunes.strike(MEDIA, "feed", self.card)
        if hit:
            raise Stopped(_SAYS[hit])
        memory.feeder -= 1
        memory.ribbon -= 1
        memory.cards += 1
        memory.since_cleaning += 1
        memory.fed += 1
        memory.inside = True
        self._inks = {FRONT: {}, BACK: {}}
        self._tray.begin()
        self.seconds += _FEED_SECONDS

    def _burn(self, side: str, letter: str, plane: Plane) -> None:
        self._inks[side] = {**self._inks[side], letter: plane}
        self._tray.keep_ink(side, letter, plane)
        self._memory.panels += 1
        self.seconds += _SECONDS[letter]

    def _break(self, name: str, sequence: Sequence) -> None:
        """An error under the head. With Pem;0 the printer restarts the card by itself, once (A5013 p. 44)."""
        memory = self._memory
        memory.cover_open = name == "cover_open"
        memory.ribbon = 0 if name == "ribbon_end" else memory.ribbon
        if memory.pem == HOST_MANAGES:
            raise Stopped(_SAYS[name])
        if name == "ribbon_end":
            self._hands.mend_ribbon()  # BUSY was held until somebody changed it
        memory.cover_open = False
        self.eject(TRAY)
        self._feed()
        for side, letter in sequence.done:
            self._burn(side, letter, sequence.bitmaps[side][letter])

    def _seen(self, side: str, half: bool) -> Picture:
        planes = dict(self._inks[side])
        for letter in planes if half else ():
            planes[letter] = planes[letter].copy()
            planes[letter][LINES // 2 :] = 0
        picture = compose(Inks(planes))
        turned = side == BACK and self._form.back_turned
        return np.ascontiguousarray(np.rot90(picture, 2)) if turned else picture
