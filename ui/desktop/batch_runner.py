"""Works the run in hand: every printing place on its own lane, answers on the GUI thread, one view that changes.

No widget and no rule: services print and settle, the view says what is so, a screen shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from station.printing.journal import Order
from station.printing.press import Stage
from station.printing.queue import Phase
from station.printing.settle import Word
from station.services import batches
from station.services.batch_going import Going
from station.services.desk import Topic
from station.services.printing import load_rehearsal_blanks
from station.services.staff import Staff
from ui.desktop.counter import PLACES, Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.viewmodels.batch_printer import Ready
from ui.desktop.viewmodels.batch_run import Does, Loaded, RunView, load_run, run_view

Given = tuple[str, str]  # login and password


class BatchRunner(QObject):
    """One run of one counter. Whoever shows it calls `reload` when cards were touched.

    Signals:
        changed: the view is another one; show it.
        trouble: something was refused or failed; carries the words.
        calls: a printer waits for a person, or everything is done.
        leaves: the run is finished and nothing is left to do with it.
    """

    changed = Signal()
    trouble = Signal(str)
    calls = Signal()
    leaves = Signal()

    def __init__(self, counter: Counter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.counter = counter
        self.view: RunView | None = None
        self._going: Going | None = None
        self._settling = False
        counter.leaving.connect(self._leave)

    # --- the run in hand ---------------------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        """Whether any printer works on it; another run cannot be taken up meanwhile."""
        return self.view is not None and self.view.working

    def take_up(self, name: str) -> None:
        """This run is in hand from now on; every printer is asked what it has."""
        self.view = None
        self._load(name)

    def reload(self) -> None:
        """Read it again from the ledger."""
        if self.view is not None:
            self._load(self.view.name)

    def _load(self, name: str) -> None:
        desk = self.counter.desk
        self._run(Lane.LEDGER, lambda: load_run(desk, name), self._loaded)

    def _loaded(self, loaded: Loaded) -> None:
        if self.view is None or self.view.name != loaded.report.name:
            self.view = run_view(loaded, self.counter.places)
        else:
            self.view.renew(loaded)
        if not self.view.ended:
            for one in self.view.printers:
                if not one.working:
                    self._ask(one.place)
        self.changed.emit()

    def _ask(self, place: int) -> None:
        """What that printer has, against what it will need."""
        view, desk, counter, clerk = self._in_hand, self.counter.desk, self.counter, self.counter.clerk
        share = view.share

        def work() -> Ready:
            bench = counter.bench_at(place)
            if desk.settings.rehearsal:
                load_rehearsal_blanks(desk, bench, actor=clerk)
            return Ready(batches.machine_name(bench).serial, bench.camera is None, batches.foresee(desk, bench, share))

        def then(ready: Ready) -> None:
            view.found(place, ready)
            self.changed.emit()

        def otherwise(trouble: Trouble) -> None:
            view.stood(place, trouble.text)
            self.changed.emit()

        self._run(PLACES[place], work, then, otherwise)

    # --- printing ----------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """F9: whatever comes next."""
        does = self._in_hand.does
        if does is Does.PAUSE:
            self.pause()
        elif does is Does.FINISH:
            self._finish()
        elif does is Does.TO_LIST:
            self.leaves.emit()
        elif does is not Does.WAIT:
            self.start()

    def start(self, only: str = "") -> None:
        """Print what waits; printers that wait for a person come back while others go on. `only`: one permit."""
        view, desk, clerk = self._in_hand, self.counter.desk, self.counter.clerk
        if view.working and self._going is not None:
            for one in view.waiting:
                self._print(one.place, self._going, only)
            self.changed.emit()
            return
        paused = view.report.phase is Phase.PAUSED

        def work() -> Going:
            if paused:
                batches.resume(desk, view.name, actor=clerk)
            return batches.begin(desk, view.name)

        def then(going: Going) -> None:
            self._going = going
            for one in view.printers[:1] if only else view.printers:
                self._print(one.place, going, only)
            self.changed.emit()

        self._run(Lane.LEDGER, work, then)

    def _print(self, place: int, going: Going, only: str) -> None:
        view, desk, counter, clerk = self._in_hand, self.counter.desk, self.counter, self.counter.clerk
        post = counter.operations.post

        def tell(order: Order, stage: Stage) -> None:
            post(partial(self._show, partial(view.stage, place, order.number, order.issue_number, stage.value)))

        def work() -> None:
            bench = counter.bench_at(place)
            for step in batches.run(desk, [bench], view.name, actor=clerk, only=only, going=going, tell=tell):
                post(partial(self._show, partial(view.stepped, place, step)))

        view.began(place)
        self._run(PLACES[place], work, lambda _: self._stood(place), lambda why: self._stood(place, why.text))

    def _show(self, change: Callable[[], None]) -> None:
        change()
        self.changed.emit()

    def _stood(self, place: int, trouble: str = "") -> None:
        view = self._in_hand
        view.stood(place, trouble)
        if view.printers[place].waits or not view.working:
            self.calls.emit()
        self.changed.emit()
        self._wrote()

    def _wrote(self) -> None:
        """Cards and stock changed: screens look again, the one of this run too, and the centre hears of it."""
        self.counter.operations.touched.emit(frozenset({Topic.CARDS, Topic.STOCK}))
        self.counter.sync(quiet=True)

    # --- decisions ---------------------------------------------------------------------------------------------------

    def pause(self) -> None:
        """Every printer ends after the card it is making."""
        view, desk, clerk = self._in_hand, self.counter.desk, self.counter.clerk
        view.pausing = view.working
        self.changed.emit()

        def otherwise(trouble: Trouble) -> None:
            view.pausing = False
            self.changed.emit()
            self.trouble.emit(trouble.text)

        self._run(Lane.LEDGER, lambda: batches.pause(desk, view.name, actor=clerk), lambda _: None, otherwise)

    def cancel(self, reason: str, then: Callable[[], None], otherwise: Callable[[Trouble], None]) -> None:
        """End the run for good."""
        view, desk, clerk = self._in_hand, self.counter.desk, self.counter.clerk
        act = partial(batches.cancel, desk, view.name, reason=reason, actor=clerk)
        self._run(Lane.LEDGER, act, lambda _: then(), otherwise)

    def redo(
        self, number: str, reason: str, note: str, by: Given, then: Callable[[], None],
        otherwise: Callable[[Trouble], None],
    ) -> None:  # fmt: skip
        """Exactly this card once more, as this supervisor decides; it is printed at once."""
        view, desk, clerk = self._in_hand, self.counter.desk, self.counter.clerk

        def work() -> Any:
            actor = clerk if by[0] == clerk.person and not by[1] else Staff(desk).sign_in(*by)
            return batches.redo(desk, view.name, number, reason=reason, note=note, actor=actor)

        def done(_: Any) -> None:
            then()
            self.start(number)

        self._run(Lane.LEDGER, work, done, otherwise)

    def _finish(self) -> None:
        view, desk, clerk = self._in_hand, self.counter.desk, self.counter.clerk
        self._run(Lane.LEDGER, lambda: batches.close(desk, view.name, actor=clerk), lambda _: None)

    # --- after a doubt -----------------------------------------------------------------------------------------------

    def say(self, word: Word) -> None:
        """The person at the printer that waits says what came out."""
        desk, clerk = self.counter.desk, self.counter.clerk
        self._settle(lambda bench: batches.settle_at(desk, bench, word=word, actor=clerk))

    def take_out(self) -> None:
        """The card inside that printer comes out, and is settled."""
        desk, clerk = self.counter.desk, self.counter.clerk
        self._settle(lambda bench: batches.take_out(desk, bench, actor=clerk))

    def compared(self, second: Given) -> None:
        """Where no camera reads: this person and the one on duty compared the card with the order."""
        desk, clerk = self.counter.desk, self.counter.clerk
        self._settle(lambda bench: batches.settle_by_two(desk, bench, actor=clerk, second=Staff(desk).sign_in(*second)))

    def _settle(self, act: Callable[[Any], Any]) -> None:
        view, counter = self._in_hand, self.counter
        if view.doubtful is None or self._settling:
            return
        place, self._settling = view.doubtful.place, True

        def then(answers: Sequence[Any]) -> None:
            self._settling = False
            view.settled(place, answers)
            self.changed.emit()
            self._wrote()

        def otherwise(trouble: Trouble) -> None:
            self._settling = False
            self.trouble.emit(trouble.text)

        self._run(PLACES[place], lambda: act(counter.bench_at(place)), then, otherwise)

    # --- plumbing ----------------------------------------------------------------------------------------------------

    @property
    def _in_hand(self) -> RunView:
        if self.view is None:
            raise RuntimeError("no run is in hand")
        return self.view

    def _run(
        self, lane: Lane, work: Callable[[], Any], then: Callable[[Any], None],
        otherwise: Callable[[Trouble], None] | None = None,
    ) -> None:  # fmt: skip
        self.counter.operations.run(lane, work, then, otherwise or (lambda trouble: self.trouble.emit(trouble.text)))

    def _leave(self) -> None:
        if self._going is not None:
            self._going.claims.stop()
