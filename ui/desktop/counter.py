"""What all screens of one counter share: the open desk, who acts, the devices. No widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from station.domain.authority import Actor
from station.domain.errors import Refused
from station.services.done import Topic
from station.settings import Settings
from ui.desktop import text
from ui.desktop.operations import Lane, Operations, Trouble


@dataclass(frozen=True, slots=True)
class Wish:
    """Which paper Ctrl+P offers first, about whom, and who collected where it is a hand-over sheet."""

    kind: str
    subjects: tuple[str, ...]
    collector: str = ""


PLACES = (Lane.DEVICE, Lane.SECOND)
"""The lane of each printing place."""
SWEEP_STEP = 50
NOBODY = Actor("", ())
"""Before somebody has signed on: may do nothing."""


class Counter(QObject):
    """The counter of one station.

    Signals:
        opened: the desk is there.
        failed: it could not be opened; carries the Trouble.
        picked: another worker is in hand; carries the subject.
        manned: another person stands at the window; carries who.
        rewired: another device stands somewhere, or it behaves otherwise now.
        status: (name, state, words) for the strip.
        leaving: the window closes; whoever prints ends after the card in hand.
    """

    opened = Signal()
    failed = Signal(object)
    picked = Signal(str)
    manned = Signal(str)
    rewired = Signal()
    status = Signal(str, str, str)
    leaving = Signal()

    def __init__(self, operations: Operations, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.operations = operations
        self.home = home
        self.desk: Any = None
        self.bench: Any = None
        self.second_bench: Any = None
        self.clerk = self.supervisor = NOBODY
        self._stop_sync = threading.Event()
        self.subject = ""
        self.suggested = ""  # the act that usually comes next for the worker in hand
        self.list = ""  # which list the 审核台 is to show first
        self.paper = Wish("application", ())  # what Ctrl+P prints
        self.stickers = False  # the label printer stands in for the card printer
        self.faults: dict[str, str] = {}  # in a rehearsal: slot -> the misfortune its device meets next
        self.recording = False  # whether the conversation with the printer is written down
        self.trace: Path | None = None  # where, once it is open
        self.kept: date | None = None  # the day whose timers have run

    @property
    def fault(self) -> str:
        """What the printer of a rehearsal meets next."""
        return self.faults.get("printer", "")

    @fault.setter
    def fault(self, planned: str) -> None:
        self.faults["printer"] = planned

    def open(self) -> None:
        """Open or found the station off the GUI thread; the window is already there."""

        def work() -> Any:
            from station.bootstrap import SETTINGS, data_home, found_rehearsal, open_desk, remember_home
            from station.services.staff import found_rehearsal_staff
            from ui.desktop.screens.places import load_behind

            load_behind()
            # Without a name: this user's own rehearsal; that of the demo is never opened by surprise.
            home = self.home or data_home() / "desktop-rehearsal"
            desk = open_desk(home) if (home / SETTINGS).exists() else found_rehearsal(home)
            remember_home(home)
            if desk.settings.rehearsal:
                found_rehearsal_staff(desk)
                if desk.ledger.roll.count() == 0 and desk.copies is None:
                    _seed(desk)
            return desk

        self.operations.run(Lane.LEDGER, work, self._have, self.failed.emit)

    def _have(self, desk: Any) -> None:
        self.desk = desk
        city = desk.settings.city.code
        if desk.settings.rehearsal:
            self.clerk = Actor("clerk-01", ("CLERK", "BATCH_OPERATOR"), city)
            self.supervisor = Actor("supervisor-01", ("SUPERVISOR",), city)
        self.opened.emit()
        self.status.emit("clock", "good", desk.clock.today().isoformat())
        self.sync(lambda _: self.keep_day(), lambda _: self.keep_day())  # after what the others said
        self.probe()

    def keep_day(self) -> None:
        """The timers of a civil day (A6, A12, A13, A18, C2): after opening, and when midnight has passed."""
        from station.services.night import keep_day

        desk, operations = self.desk, self.operations

        def step(done: int, total: int) -> None:
            if operations.closed:
                raise Refused(text.SWEEP_STOPPED, "stopped")

        self.kept = self.today()
        operations.run(Lane.LONG, lambda: keep_day(desk, step), lambda _: None, self._not_kept, quiet=True)

    def _not_kept(self, trouble: Trouble) -> None:
        """The next beat tries again."""
        self.kept = None

    def sweep(
        self, then: Callable[[Any], None], otherwise: Callable[[Trouble], None],
        tell: Callable[[int, int], None] = lambda done, total: None, *, only_if_due: bool = False,
    ) -> None:  # fmt: skip
        """Look at all codes (domain.md §14) while everything else goes on; closing the window ends it without a trace.

        Answers what was found, or None where `only_if_due` and the week is not over.
        """
        from station.services import health

        desk, operations = self.desk, self.operations

        def step(done: int, total: int) -> None:
            if operations.closed:
                raise Refused(text.SWEEP_STOPPED, "stopped")
            if done % SWEEP_STEP == 0:
                operations.post(lambda: tell(done, total))

        def work() -> Any:
            return health.sweep(desk, step) if not only_if_due or health.due(desk) else None

        operations.run(Lane.LONG, work, then, otherwise, quiet=only_if_due)

    def today(self) -> date:
        """The civil day; only asked once the station is open."""
        day: date = self.desk.clock.today()
        return day

    def take_over(self, actor: Actor) -> None:
        """This person stands at the window from now on."""
        self.clerk = actor
        self.manned.emit(actor.person)

    def pick(self, subject: str, act: str = "") -> None:
        """This worker is in hand now; `act` is what usually comes next for them."""
        self.subject, self.suggested = subject, act
        self.paper = Wish("application", (subject,))
        self.picked.emit(subject)

    def sync(
        self,
        then: Callable[[Any], None] | None = None,
        otherwise: Callable[[Trouble], None] | None = None,
        *,
        progress: Callable[[str, int, int], None] | None = None,
        quiet: bool = False,
    ) -> None:
        """One exchange; the strip says how it went. A quiet one does not show that it is under way.

        Closing the window or `stop_sync` ends it between two batches.
        """
        if not quiet:
            self.status.emit("sync", "wait", "")
        operations = self.operations

        def work() -> Any:
            self._stop_sync.clear()
            return self.desk.sync(progress, lambda: operations.closed or self._stop_sync.is_set())

        def done(result: Any) -> None:
            # Facts told while it ran, or a stop, are no fault: the next exchange goes on.
            state = "good" if result.ok else "bad" if result.alarms else "warn"
            self.status.emit("sync", state, result.sentence)
            if result.pulled or result.pushed:
                self.operations.touched.emit(frozenset({Topic.SYNC}))
            if then is not None:
                then(result)

        def failed(trouble: Trouble) -> None:
            self.status.emit("sync", "bad", trouble.text)
            if otherwise is not None:
                otherwise(trouble)

        operations.run(Lane.CENTRAL, work, done, failed, quiet=quiet)

    def stop_sync(self) -> None:
        """End the exchange that is under way between two batches; what was done stays done."""
        self._stop_sync.set()

    def open_devices(self) -> Any:
        """The bench, opened on first use; only called on the device lane."""
        if self.bench is None:
            from station.bootstrap import open_bench
            from station.paper import open_sticker_bench
            from station.services.printing import load_rehearsal_blanks

            settings = self._recorded(self.settings_now())
            bench = open_sticker_bench(settings) if self.stickers else open_bench(settings)
            if self.desk.settings.rehearsal:
                load_rehearsal_blanks(self.desk, bench, actor=self.clerk)
            self.bench = bench
        return self.bench

    @property
    def places(self) -> int:
        """How many printing places this station has; each is worked on its own lane of PLACES."""
        from station.bootstrap import places

        return places(self.desk.settings)

    def bench_at(self, place: int) -> Any:
        """The bench of that place, opened on first use; only called on the lane of the place."""
        if place == 0:
            return self.open_devices()
        if self.second_bench is None:
            from station.bootstrap import open_place

            self.second_bench = open_place(self.desk.settings, place)
        return self.second_bench

    def settings_now(self) -> Settings:
        """The settings, with what is being practised at each device."""
        from devices.practice import with_fault, with_option

        settings: Settings = self.desk.settings
        known = settings.devices
        changed = {
            slot: with_option(with_fault(getattr(known, slot), ""), "fault", fault)
            for slot, fault in self.faults.items()
            if fault and getattr(known, slot)
        }
        return replace(settings, devices=replace(known, **changed))

    def _recorded(self, settings: Settings) -> Settings:
        """The settings, with a recorder at the printer where one is wanted and possible."""
        from devices.catalogue import can_record
        from devices.practice import with_option
        from ui.support import next_trace

        url = settings.devices.printer
        self.trace = None
        if not self.recording or not can_record(url):
            return settings
        self.trace = next_trace(settings.home)
        url = with_option(url, "trace", self.trace.as_posix())
        return replace(settings, devices=replace(settings.devices, printer=url))

    def mend(self, act: str) -> None:
        """In a rehearsal: the operator's hands at the emulated printer; only called on the device lane."""
        from devices.practice import with_option
        from station.bootstrap import open_bench

        self.drop_devices()
        settings: Settings = self.desk.settings
        url = with_option(settings.devices.printer, "operator", act)
        _close(open_bench(replace(settings, devices=replace(settings.devices, printer=url))))

    def drop_devices(self) -> None:
        """Give the devices of the first place back; only called on the device lane."""
        bench, self.bench = self.bench, None
        _close(bench)

    def probe(self) -> None:
        """Ask printer and camera how they are; the strip shows it."""
        self.status.emit("printer", "wait", "")
        self.status.emit("camera", "wait", "")

        def work() -> Any:
            bench = self.open_devices()
            return bench.printer.state(), bench.camera is not None

        def then(found: Any) -> None:
            state, camera = found
            left = "" if state.ribbon_left is None else text.RIBBON_LEFT.format(count=state.ribbon_left)
            self.status.emit("printer", "good" if state.ready else "bad", left if state.ready else text.NOT_READY)
            self.status.emit("camera", "good" if camera else "warn", "" if camera else text.NOT_SET)

        def otherwise(trouble: Trouble) -> None:
            self.status.emit("printer", "bad", trouble.text)
            self.status.emit("camera", "warn", "")

        self.operations.run(Lane.DEVICE, work, then, otherwise)

    def close(self) -> None:
        """Finish what runs, give devices and ledger back."""
        self.leaving.emit()
        self.operations.close()
        self.drop_devices()
        _close(self.second_bench)
        if self.desk is not None:
            self.desk.ledger.close()
            if self.desk.copies is not None:
                self.desk.copies.close()


def _close(bench: Any) -> None:
    if bench is not None:
        bench.printer.close()
        if bench.camera is not None:
            bench.camera.close()


def _seed(desk: Any) -> None:
    """A rehearsal opens with a few people in it, so that every screen has something to show."""
    from station.cards.portraits import rehearsal_portrait
    from station.services.rehearsal import seed, seed_stages

    for _ in seed(desk, 6, rehearsal_portrait):
        pass
    seed_stages(desk, rehearsal_portrait)
    desk.sync()
