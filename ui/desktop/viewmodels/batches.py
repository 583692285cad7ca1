"""What the batch desk shows before a run: unfinished runs, companies whose people wait, who is in a new run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from station.company.opener import Opener
from station.domain.authority import Actor
from station.domain.errors import Refused
from station.printing.queue import Batch, Phase
from station.services import batch_report, batches
from station.services.batch_list import read_list, run_name
from station.services.batch_people import permits_of
from station.services.batch_waiting import CompanyQueue, waiting_for_cards
from station.services.desk import Desk
from ui.desktop import text_batch as text
from ui.desktop.viewmodels.lines import TableLine
from ui.words import word

RUN, COMPANY = "run:", "company:"
FINISHED_SHOWN = 20
TOLD_EVERY = 10


@dataclass(frozen=True, slots=True)
class PickView:
    """Lines to choose from – unfinished runs, companies, finished runs – and what to do first."""

    lines: list[TableLine]
    companies: dict[str, CompanyQueue]
    sentence: str


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """One person who may be in the new run."""

    subject: str
    number: str
    name: str
    line: str = ""  # of the company's list
    note: str = ""


@dataclass(slots=True, repr=False)
class NewRun:
    """A run that is not written down yet: its people in printing order, and who is left out this time."""

    title: str
    company: str
    people: list[Candidate]
    name: str = ""  # "" is a new one of today
    known: bool = False  # this list was begun before: go on with it
    problems: list[tuple[str, str]] = field(default_factory=list)  # line of the list and sentence
    left_out: set[str] = field(default_factory=set)

    @property
    def orders(self) -> list[tuple[str, str]]:
        """(subject, permit number) in printing order."""
        return [(one.subject, one.number) for one in self.people if one.number not in self.left_out]

    def toggle(self, number: str) -> None:
        """Leave this person out, or take them in again; a line that nobody can print stays what it is."""
        if any(one.number == number for one in self.people):
            self.left_out ^= {number}

    @property
    def sentence(self) -> str:
        said = text.NEW_COUNT.format(title=self.title, count=len(self.orders))
        return said + (text.NEW_PROBLEMS.format(count=len(self.problems)) if self.problems else "")

    def lines(self) -> list[TableLine]:
        """Everybody in order, then the rows of the list that cannot be printed."""
        made = []
        for one in self.people:
            out = one.number in self.left_out
            said = text.NEW_LEFT_OUT if out else one.note or text.NEW_FIRST
            made.append(TableLine(one.number, (one.number, one.name, one.line, said), "plain" if out else "good"))
        return made + [TableLine(f"row:{at}", ("", "", at, said), "bad") for at, said in self.problems]


def pick_view(desk: Desk) -> PickView:
    """What there is to do: unfinished runs first, then companies, then the newest finished runs."""
    open_now, companies = batches.still_open(desk), waiting_for_cards(desk)
    lines = [_open_line(desk, run) for run in open_now]
    for one in companies:
        cells = (one.company, "", text.COUNT.format(count=len(one.people)), text.TO_MAKE)
        lines.append(TableLine(f"{COMPANY}{one.uscc}", cells))
    going_on = {run.name for run in open_now}
    finished = [name for name in batches.names(desk) if name not in going_on]
    lines += [_finished_line(desk, batches.find(desk, name)) for name in finished[:FINISHED_SHOWN]]
    sentence = text.AGAIN.format(count=len(open_now)) if open_now else text.FRESH if companies else text.NOTHING
    return PickView(lines, {one.uscc: one for one in companies}, sentence)


def _open_line(desk: Desk, run: Batch) -> TableLine:
    made = batch_report.report(desk, run.name)
    said = word("phase", run.phase.value) if run.phase is Phase.PAUSED else text.GOING_ON
    figures = text.COUNT_OF.format(done=made.active, total=made.total)
    return TableLine(f"{RUN}{run.name}", (title_of(desk, run), run.opened_on.isoformat(), figures, said), "warn")


def _finished_line(desk: Desk, run: Batch) -> TableLine:
    figures = text.COUNT.format(count=len(run.orders))
    state = "good" if run.phase is Phase.CLOSED else "plain"
    cells = (title_of(desk, run), run.opened_on.isoformat(), figures, word("phase", run.phase.value))
    return TableLine(f"{RUN}{run.name}", cells, state)


def title_of(desk: Desk, run: Batch) -> str:
    """A run by its name and whose it is."""
    company = desk.ledger.roll.company(run.company) if run.company else None
    return text.RUN_LINE.format(name=run.name, company=company.name if company else text.FROM_LIST)


def from_company(queue: CompanyQueue) -> NewRun:
    """A new run of everybody of that company who waits."""
    people = [
        Candidate(one.subject, one.number, one.name, note=text.NEW_AGAIN if one.again else "") for one in queue.people
    ]
    return NewRun(queue.company, queue.uscc, people)


def from_list(desk: Desk, path: Path, tell: Callable[[int, int], None]) -> NewRun:
    """A new run of a company's list, in its order; everybody on it must have a released permit.

    Raises Refused for what is no such list. `tell` hears which row of how many; it may raise to stop.
    """
    name = run_name(path)
    made = NewRun(path.name, "", [], name)
    if name in batches.names(desk):
        made.known = True
        return made
    with Opener() as opener:
        rows = read_list(path, opener)
        for at, one in enumerate(permits_of(desk, rows, None), start=1):
            if one.good:
                person = desk.ledger.roll.worker(one.subject)
                called = (person.name if person else None) or ""
                made.people.append(Candidate(one.subject, one.number, called, str(one.line)))
            else:
                made.problems.append((str(one.line), one.sentence))
            if at % TOLD_EVERY == 0:
                tell(at, len(rows))
    made.company = _one_company(desk, made.people)
    return made


def write_down(desk: Desk, new: NewRun, actor: Actor) -> str:
    """Open the run; answers its name. Raises Refused when nobody is left in it."""
    if not new.orders:
        raise Refused(text.NOBODY, "nobody_listed")
    name = new.name or batches.new_name(desk)
    batches.open_run(desk, name, new.orders, company=new.company, actor=actor)
    return name


def _one_company(desk: Desk, people: list[Candidate]) -> str:
    """Whose list it is, when all of it is one company's."""
    permits = (desk.ledger.roll.permit(one.number) for one in people)
    found = {right.company for right in permits if right is not None}
    return found.pop() if len(found) == 1 else ""
