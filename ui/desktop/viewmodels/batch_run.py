"""One run on the screen: its orders and printers, how far it is, what to do next, and what F9 does now. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from station.printing.press import Printed
from station.printing.progress import Progress
from station.printing.queue import Phase
from station.services import batch_report, batches
from station.services.batch_report import Report, Task
from station.services.batches import Step
from station.services.desk import Desk
from ui.desktop import text_batch as text
from ui.desktop.viewmodels.batch_orders import Orders
from ui.desktop.viewmodels.batch_printer import Printer, Ready
from ui.desktop.viewmodels.batches import title_of
from ui.words import word


class Does(Enum):
    """What F9 does now."""

    START = "start"
    LOOK = "look"  # scan to settle, then go on
    GO_ON = "go_on"  # the person has seen to what stopped the printer
    PAUSE = "pause"
    WAIT = "wait"  # a pause is on its way
    FINISH = "finish"
    TO_LIST = "to_list"


@dataclass(frozen=True, slots=True, repr=False)
class Loaded:
    """A run as the ledger has it now."""

    title: str
    report: Report
    names: dict[str, str]  # permit number -> name
    tasks: list[Task]
    pace: float | None


@dataclass(slots=True, repr=False)
class RunView:
    """The run in hand. Changed on one thread only."""

    loaded: Loaded
    printers: list[Printer]
    progress: Progress
    seconds_left: float | None = None
    orders: Orders = field(default_factory=Orders)
    elsewhere: list[Task] = field(default_factory=list)
    pausing: bool = False

    # --- what is so ----------------------------------------------------------------------------------------------

    @property
    def report(self) -> Report:
        return self.loaded.report

    @property
    def name(self) -> str:
        return self.loaded.report.name

    @property
    def ended(self) -> bool:
        return self.report.phase in (Phase.CANCELLED, Phase.CLOSED)

    @property
    def complete(self) -> bool:
        return self.progress.done == self.progress.total

    @property
    def working(self) -> bool:
        return any(one.working for one in self.printers)

    @property
    def waiting(self) -> list[Printer]:
        """Printers that wait for a person."""
        return [one for one in self.printers if one.waits]

    @property
    def doubtful(self) -> Printer | None:
        """The first printer whose card must be settled."""
        return next((one for one in self.printers if one.doubt and not one.working), None)

    @property
    def share(self) -> int:
        """How many of the cards that are left each printer will make."""
        return -(-(self.progress.total - self.progress.done) // max(len(self.printers), 1))

    @property
    def does(self) -> Does:
        """What F9 does."""
        if self.ended and not self.working:
            return Does.TO_LIST
        if self.pausing:
            return Does.WAIT
        if self.doubtful is not None:
            return Does.LOOK
        if self.waiting:
            return Does.GO_ON
        if self.working:
            return Does.PAUSE
        return Does.FINISH if self.complete else Does.START

    # --- in words ------------------------------------------------------------------------------------------------

    @property
    def action(self) -> str:
        """The words of F9."""
        begun = self.progress.done or self.report.cards_used
        return {
            Does.START: text.GO_ON if begun else text.START,
            Does.LOOK: text.LOOK,
            Does.GO_ON: text.MENDED,
            Does.PAUSE: text.PAUSE,
            Does.WAIT: text.PAUSING,
            Does.FINISH: text.FINISH,
            Does.TO_LIST: text.TO_LIST,
        }[self.does]

    @property
    def figures(self) -> str:
        """Seconds per card and time left, as far as they are known."""
        pace = self.progress.seconds_per_card
        if pace is None:
            return text.PACE_UNKNOWN if self.loaded.pace is None else ""
        said = text.PACE.format(seconds=pace)
        left = self.seconds_left
        return said if left is None or not self.working else f"{said} · {text.LEFT.format(time=time_of(left))}"

    @property
    def sentence(self) -> tuple[str, bool]:
        """What the person should know or do next; and whether it is trouble."""
        if self.waiting:
            return text.SEE_TO_IT, True  # what to do stands in the line of each printer
        if self.elsewhere:
            one = self.elsewhere[0]
            return text.ELSEWHERE.format(number=one.number, printer=one.printer), True
        refusals = text.REFUSED.format(count=len(self.orders.refused)) if self.orders.refused else ""
        if self.working:
            return text.GOING + refusals, False
        if any(one.doing for one in self.printers):
            return text.SETTLED, False
        if self.ended:
            return text.CLOSED.format(phase=word("phase", self.report.phase.value)), False
        if self.complete:
            return text.DONE_ALL.format(total=self.progress.total), False
        if refusals:
            return refusals, True
        if self.report.phase is Phase.PAUSED:
            return text.PAUSED.format(estimate=self.estimate), False
        start = text.GO_ON_WORD if self.progress.done else text.START_WORD
        return text.READY.format(start=start, estimate=self.estimate), False

    @property
    def estimate(self) -> str:
        """How long the rest will take; empty before any card of this station."""
        pace = self.progress.seconds_per_card or self.loaded.pace
        return "" if pace is None else text.ESTIMATE.format(time=time_of(pace * self.share), seconds=pace)

    # --- what happens --------------------------------------------------------------------------------------------

    def renew(self, loaded: Loaded) -> None:
        """The ledger was read again."""
        self.loaded = loaded
        self.progress = Progress(loaded.report.total, _done(loaded.report), 0, self.progress.seconds)
        self.orders.renew(loaded.report, loaded.names)
        self.pausing = self.pausing and self.working
        self._place_tasks()

    def found(self, place: int, ready: Ready) -> None:
        """A printer answered."""
        self.printers[place].ready = ready
        self._place_tasks()

    def began(self, place: int) -> None:
        """A printer goes on."""
        self.printers[place].begins()
        self.orders.refused.clear()
        self.pausing = False

    def stage(self, place: int, number: str, issue_number: int, stage: str) -> None:
        """How far the card in a printer is."""
        self.printers[place].makes(f"{number}-{issue_number}", stage)
        self.orders.makes(number, issue_number, self.printers[place].serial, stage)

    def stepped(self, place: int, step: Step) -> None:
        """One card is done, refused, or stopped its printer."""
        self.progress, self.seconds_left = step.progress, step.seconds_left
        printer = self.printers[place]
        if step.turn.stopped:
            printer.stops(step)
        self.orders.stepped(step, printer.serial, doubt=printer.doubt)

    def stood(self, place: int, trouble: str = "") -> None:
        """A printer stands: no more to do, stopped, or something went wrong."""
        self.printers[place].stands(trouble)

    def settled(self, place: int, answers: Sequence[Printed]) -> None:
        """What the person at that printer said was written down, or is not enough yet."""
        self.printers[place].answered(answers)

    def _place_tasks(self) -> None:
        """What the ledger still waits for belongs to the printer that has it."""
        for one in self.printers:
            if one.ready is not None:
                held = [task.sentence for task in self.loaded.tasks if task.printer == one.serial]
                one.holds(held[0] if held else "")
        here = {one.serial for one in self.printers}
        self.elsewhere = [task for task in self.loaded.tasks if "" not in here and task.printer not in here]


def load_run(desk: Desk, name: str) -> Loaded:
    """A run with the names of its people and what waits for a person."""
    made, names = batch_report.report(desk, name), {}
    for line in made.lines:
        row = desk.ledger.roll.worker(line.subject)
        names[line.number] = (row.name if row is not None else None) or ""
    title = title_of(desk, batches.find(desk, name))
    return Loaded(title, made, names, batch_report.tasks(desk, name), batches.pace(desk))


def run_view(loaded: Loaded, places: int) -> RunView:
    """A run in hand on so many printers, none of which has answered yet."""
    view = RunView(loaded, [Printer(at) for at in range(places)], Progress(loaded.report.total))
    view.renew(loaded)
    return view


def _done(made: Report) -> int:
    """Orders that had their card, whatever became of it later."""
    return made.total - made.waiting - made.at_printer


def time_of(seconds: float) -> str:
    """A length of time as people say it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return text.UNDER_A_MINUTE
    hours, rest = divmod(minutes, 60)
    return text.HOURS.format(hours=hours, minutes=rest) if hours else text.MINUTES.format(minutes=minutes)
