"""The only threads of the desktop: one per lane, order kept within a lane, answers on the GUI thread.

Second of the two doors that catch everything: a failure becomes a sentence for the screen that asked, a bug is
reported with its place and nothing personal. Work must not touch a widget, nor import a module that makes Qt classes.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from devices.errors import DeviceError
from station.domain.errors import Fault, Refused
from station.services.done import Done, Topic
from ui.desktop import text
from ui.desktop.garbage import Garbage


class Lane(Enum):
    """What may wait for what: the ledger never waits for a printer or the network."""

    LEDGER = "ledger"
    CENTRAL = "central"
    DEVICE = "device"
    SECOND = "second"  # the second printing place: neither printer waits for the other
    CAMERA = "camera"  # the live picture: printing never waits for it
    LONG = "long"  # looks at everybody: nothing waits for it
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something did not happen: a sentence, what to do next, and whether it was a rule, the world, or us."""

    sentence: str
    remedy: str = ""
    kind: str = "fault"
    code: str = ""
    missing: tuple[Any, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.sentence}{self.remedy and ' ' + self.remedy}"


Then = Callable[[Any], None]
Otherwise = Callable[[Trouble], None]


class Operations(QObject):
    """Runs work off the GUI thread.

    Signals:
        touched: the set of topics an act touched; screens refresh themselves.
        busy: how many operations are under way.
    """

    touched = Signal(object)
    busy = Signal(int)
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {lane: ThreadPoolExecutor(1, f"lane-{lane.value}") for lane in Lane}
        self._running = 0
        self._closed = False
        self._garbage = Garbage(self)
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(
        self, lane: Lane, work: Callable[[], Any], then: Then, otherwise: Otherwise, *, quiet: bool = False
    ) -> None:
        """Do `work` on the lane; then `then(value)` or `otherwise(trouble)` on the GUI thread.

        `quiet` work (one frame of a live picture) is not shown as something under way.
        """
        if self._closed:
            return
        if not quiet:
            self._running += 1
            self.busy.emit(self._running)
        self._lanes[lane].submit(self._work, work, then, otherwise, quiet)

    @property
    def closed(self) -> bool:
        """Whether the window is going away; long work looks at this between two steps and stops."""
        return self._closed

    def post(self, act: Callable[[], None]) -> None:
        """From inside work: let the GUI thread do this soon (progress)."""
        self._answered.emit(act)

    def close(self) -> None:
        """Let what runs finish and start nothing new."""
        self._closed = True
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
        self._garbage.stop()

    def _work(self, work: Callable[[], Any], then: Then, otherwise: Otherwise, quiet: bool) -> None:
        done = _at_once if quiet else self._done
        try:
            value = work()
        except Refused as no:
            trouble = Trouble(no.sentence, "", "refused", no.code, tuple(getattr(no, "missing", ())))
            self._answered.emit(lambda: done(lambda: otherwise(trouble)))
        except Fault as fault:
            told = Trouble(fault.sentence, fault.remedy, "fault", fault.code)
            self._answered.emit(lambda: done(lambda: otherwise(told)))
        except DeviceError as fault:
            device = Trouble(fault.sentence, "", "fault", fault.code)
            self._answered.emit(lambda: done(lambda: otherwise(device)))
        except Exception as bug:  # noqa: BLE001 – the door of the desktop
            report = _report(bug)
            self._answered.emit(lambda: done(lambda: otherwise(report)))
        else:
            self._answered.emit(lambda: done(lambda: self._value(value, then)))

    def _value(self, value: Any, then: Then) -> None:
        if isinstance(value, Done):
            then(value.value)
            if value.touched:
                self.touched.emit(value.touched)
        else:
            then(value)

    def _done(self, act: Callable[[], None]) -> None:
        self._running -= 1
        self.busy.emit(self._running)
        act()

    def _answer(self, act: Callable[[], None]) -> None:
        if not self._closed:
            act()


def _at_once(act: Callable[[], None]) -> None:
    act()


def _report(bug: BaseException) -> Trouble:
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    sys.stderr.write(f"{type(bug).__name__} at {place} in {frame.name}\n")
    return Trouble(text.BUG.format(kind=type(bug).__name__, place=place), text.BUG_REMEDY, "bug", "bug")


__all__ = ["Lane", "Operations", "Topic", "Trouble"]
