"""What every emulated printer is, whatever it speaks: a link that dies on request, answers in its own time, a memory.

It is deterministic: time is counted in its own seconds, never waited for, and nothing is random. It knows no language.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from typing import Any, Protocol

from devices.printers.emulator.mechanism import Mechanism, Recipe
from devices.printers.emulator.memory import Memory, Operator
from devices.printers.emulator.plan import ANSWER, LINK, Misfortune, Misfortunes
from devices.printers.emulator.tray import Tray

SLICE = 4096
"""Bytes that are taken in at once; a fault inside a download strikes at one of these borders."""

_SLOW_SECONDS = 900.0
GIBBERISH = b"\xf3?#\x07RR"


class LinkLost(Exception):
    """The cable or the power went: `accepted` bytes of the last write had arrived."""

    def __init__(self, accepted: int) -> None:
        super().__init__(accepted)
        self.accepted = accepted


class Stalled(Exception):
    """The printer stands in an error and takes nothing more: `accepted` bytes of the last write had arrived."""

    def __init__(self, accepted: int) -> None:
        super().__init__(accepted)
        self.accepted = accepted


class Machine(Protocol):
    """One emulated printer as a wire or a bus sees it. Not safe for two threads at once, like a printer."""

    memory: Memory
    tray: Tray
    operator: Operator
    linked: bool
    away: bool

    @property
    def seconds(self) -> float:
        """The printer's own time."""
        ...

    def plug(self) -> None:
        """The link is there again; what was cut in two is forgotten."""
        ...

    def reopen(self) -> None:
        """Another program takes the link, which was never cut: what came in half is still waited for."""
        ...

    def unplug(self, name: str = "unplug") -> None:
        """The link goes, and what is lost with it."""
        ...

    def feed(self, data: bytes) -> None:
        """Take bytes in. Raises LinkLost or Stalled with how many arrived."""
        ...

    def answer(self, size: int, timeout: float) -> bytes:
        """Up to `size` bytes that were said by now, or within `timeout` printer seconds. Raises LinkLost."""
        ...

    def settle(self) -> None:
        """The operator is done: what was mended is kept, and a card taken out by hand lies in the reject box."""
        ...

    def befall(self, planned: tuple[Misfortune, ...]) -> None:
        """From here on these misfortunes are planned, and none of those before."""
        ...


class FarEnd(ABC):
    """The part of a Machine that its language does not change; a language adds `feed` and says what it forgets."""

    def __init__(
        self, form: Recipe, memory: Memory, tray: Tray, planned: tuple[Misfortune, ...], cards: int, ribbon: int
    ) -> None:
        self.memory = memory
        self.tray = tray
        self.operator = Operator(memory, cards, ribbon)
        self.linked = False
        self.away = False  # unplugged for good
        self._waited = 0.0
        self._misfortunes = Misfortunes(planned, memory.struck)
        self._mechanism = Mechanism(form, memory, tray, self._misfortunes, self.operator)
        self._replies: deque[tuple[float, bytes]] = deque()
        self._silent = False
        self._spoilt = ""  # what will be wrong with the next answer
        self._after_card = False
        self._job_bytes = 0
        self._kept: dict[str, Any] = {}

    @property
    def seconds(self) -> float:
        """The printer's own time."""
        return self._mechanism.seconds + self._waited

    def plug(self) -> None:
        """The link is there again; what was cut in two is forgotten."""
        self._forget_input()
        self.reopen()

    def reopen(self) -> None:
        """Another program takes the link, which was never cut: what came in half is still waited for."""
        self._silent, self._spoilt = False, ""
        self._job_bytes = 0
        self._mechanism.recall()
        self.linked = True

    def unplug(self, name: str = "unplug") -> None:
        """The link goes, and what is lost with it."""
        self.linked = False
        self._replies.clear()
        self._forget_input()
        if name in ("reboot", "other_printer"):
            self._mechanism.sequence = None
            self.memory.pem = self.memory.kept
        if name == "other_printer":
            self.memory.serial += "-B"
            self.memory.cards, self.memory.panels = 40, 200
        self.away = name == "gone"
        self._keep()

    def answer(self, size: int, timeout: float) -> bytes:
        """Up to `size` bytes that were said by now, or within `timeout` printer seconds. Raises LinkLost."""
        if not self.linked:
            raise LinkLost(0)
        if not self._replies or self._replies[0][0] > self.seconds + timeout:
            self._wait(timeout)
            return b""
        due, said = self._replies.popleft()
        self._wait(max(0.0, due - self.seconds))
        if len(said) > size:
            self._replies.appendleft((due, said[size:]))
        return said[:size]

    def settle(self) -> None:
        """The operator is done: what was mended is kept, and a card taken out by hand lies in the reject box."""
        self._mechanism.settle()

    def befall(self, planned: tuple[Misfortune, ...]) -> None:
        """From here on these misfortunes are planned, and none of those before."""
        self._misfortunes.replace(planned)

    @abstractmethod
    def _forget_input(self) -> None:
        """Drop what was half received."""

    def _wait(self, seconds: float) -> None:
        self._waited += seconds

    def _room(self, size: int) -> int:
        cut = self._misfortunes.byte(self._mechanism.card)
        return size if cut is None or cut < self._job_bytes else min(size, cut - self._job_bytes)

    def _lose(self, where: str, card: int, accepted: int) -> None:
        hit = self._misfortunes.strike(LINK, where, card)
        if hit:
            self.unplug(hit)
            raise LinkLost(accepted)

    def _spoil(self, where: str, card: int) -> None:
        """From here on nothing is answered, or the next answer is nonsense or much too late, if that is planned."""
        hit = self._misfortunes.strike(ANSWER, where, card)
        self._silent = self._silent or hit == "mute"
        self._spoilt = hit or self._spoilt
        if hit:
            self._keep()  # it strikes once, also for a program that opens this printer anew

    def _answer(self, said: bytes, end: bytes, where: str, card: int) -> None:
        """Say this, unless an answer goes wrong here."""
        self._spoil(where, card)
        hit, self._spoilt = self._spoilt, ""
        self._say(GIBBERISH + end if hit == "wrong_answer" else said, _SLOW_SECONDS if hit == "slow" else 0.0)

    def _say(self, said: bytes, later: float = 0.0) -> None:
        if not self._silent:
            self._replies.append((self.seconds + later, said))

    def _keep(self) -> None:
        table = self.memory.as_table()
        if table != self._kept:
            self.tray.keep(table)
            self._kept = table
