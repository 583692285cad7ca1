"""The order of steps for each job, in plain Python: the desktop, the CLI and the tests walk the same one. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from devices.contracts import Picture
from station.domain import application, card, permit
from station.domain.authority import Actor
from station.domain.eligibility import missing_to_generate
from station.domain.errors import Refused
from station.domain.identity import PermitNumber
from station.domain.worker import WorkerRecord
from station.printing.journal import Order
from station.printing.press import Printed, Stage
from station.printing.settle import Word
from station.services import batches, issuing, printing, stickers, supervising
from station.services.bench import Bench, Label
from station.services.desk import Desk
from ui.words import word, words


class IssueStep(Enum):
    """The one thing to do next for a card."""

    PAPERS = "papers"  # something is missing, or a decision is due elsewhere
    GENERATE = "generate"
    SYNC = "sync"  # the centre has not signed the code yet
    PRINT = "print"
    SETTLE = "settle"  # a doubt at the printer
    REDO = "redo"  # the last attempt gave no card
    DONE = "done"


_AT = {IssueStep.PAPERS: 0, IssueStep.GENERATE: 1, IssueStep.SYNC: 2, IssueStep.PRINT: 3, IssueStep.SETTLE: 4}


@dataclass(frozen=True, slots=True)
class IssueView:
    """Where one worker's card stands. `front` and `back` are the exact bitmaps that will be burned."""

    step: IssueStep
    name: str
    state: str
    at: int
    number: str = ""
    missing: list[str] = field(default_factory=list)
    task: str = ""
    front: Picture | None = None
    back: Picture | None = None


@dataclass(frozen=True, slots=True)
class PrintResult:
    """What became of one attempt, in words; `seen` is what the camera saw last."""

    active: bool
    sentence: str
    seen: Picture | None = None


def issue_view(desk: Desk, subject: str, label: Label | None = None) -> IssueView:
    """Look at the record and say what comes next. With a `label` what will be printed is a sticker."""
    record = desk.worker(subject)
    name = (record.person.name if record.person else None) or "—"
    right = record.permit
    if right is None or not right.live:
        return _before_permit(desk, record, name)
    if right.state is permit.State.GENERATED:
        return IssueView(IssueStep.GENERATE, name, word("permit", right.state.value), 1, right.number)
    state = f"{PermitNumber.parse(right.number).grouped} · {word('permit', right.state.value)}"
    if right.state is not permit.State.ISSUED:
        gap = word("flow", "permit_not_usable").format(state=word("permit", right.state.value))
        return IssueView(IssueStep.PAPERS, name, state, 0, right.number, [gap])
    pieces = record.cards_of(right.number)
    now = pieces[-1] if pieces else None
    if now is None:
        return IssueView(IssueStep.PAPERS, name, state, 0, right.number, [word("flow", "no_card_wanted")])
    state = f"{state} · {word('flow', 'issue').format(issue=now.issue_number)} {word('card', now.state.value)}"
    return _card_view(desk, record, name, state, now.issue_number, now.state, label)


def _card_view(
    desk: Desk, record: WorkerRecord, name: str, state: str, issue_number: int, at: card.State, label: Label | None
) -> IssueView:
    right = record.permit
    if right is None:
        raise Refused("没有码证。", "no_permit")
    order = Order(record.subject, right.number, issue_number)
    if at in (card.State.ASKED, card.State.RESERVED):
        if (right.number, issue_number) not in record.tokens:
            return IssueView(IssueStep.SYNC, name, state, _AT[IssueStep.SYNC], right.number)
        step, task = IssueStep.PRINT, ""
    elif at in card.UNBORN:
        step, task = IssueStep.SETTLE, word("flow", "to_settle")
    elif at in card.LIVE:
        step, task = IssueStep.DONE, ""
    elif record.cards[right.number, issue_number].activated_on is None and at in card.ENDED:
        return IssueView(
            IssueStep.REDO, name, state, _AT[IssueStep.PRINT], right.number, [], word("flow", "to_redo")
        )
    else:
        return IssueView(IssueStep.DONE, name, state, 0, right.number)
    if label is not None:  # what was printed before may have been a card: only the camera knows
        sticker = stickers.preview(desk, order, label) if step is IssueStep.PRINT else None
        return IssueView(step, name, state, _AT.get(step, 6), right.number, [], task, sticker)
    faces = printing.faces_of(desk, order)
    return IssueView(step, name, state, _AT.get(step, 6), right.number, [], task, faces.front, faces.back)


def _before_permit(desk: Desk, record: WorkerRecord, name: str) -> IssueView:
    papers = record.open_application
    if papers is None:
        return IssueView(IssueStep.PAPERS, name, word("flow", "no_application"), 0)
    state = word("flow", "application").format(state=word("application", papers.state.value))
    if papers.state is application.State.READY:
        return IssueView(IssueStep.GENERATE, name, state, 1)
    gaps = missing_to_generate(record, desk.clock.today(), in_business=desk.in_business(papers.company))
    return IssueView(IssueStep.PAPERS, name, state, 0, "", [words("missing")[gap.code] for gap in gaps])


def generate_and_release(desk: Desk, subject: str, supervisor: Actor, clerk: Actor) -> str:
    """A14 and A15, then one exchange, so that the code is signed. Answers the permit number."""
    record = desk.worker(subject)
    right = record.permit
    number = right.number if right is not None and right.live else ""
    if not number:
        papers = record.open_application
        if papers is None:
            raise Refused("没有在办的申领。", "no_application")
        number = issuing.generate(desk, subject, papers.id, actor=supervisor).value
    if desk.worker(subject).permits[number].state is permit.State.GENERATED:
        issuing.release(desk, subject, number, actor=clerk)
    desk.sync()
    return number


def reissue(desk: Desk, subject: str, supervisor: Actor, reason: str = "DAMAGED") -> str:
    """A new card for an issued permit, with a reason; signed tokens are fetched at once."""
    right = desk.worker(subject).permit
    if right is None:
        raise Refused("没有码证，不能补卡。", "no_permit")
    supervising.reissue(desk, subject, right.number, reason=reason, actor=supervisor)
    desk.sync()
    return right.number


def redo(desk: Desk, subject: str, clerk: Actor) -> str:
    """The next attempt of a card that was spoiled or voided before it ever counted."""
    right = desk.worker(subject).permit
    if right is None:
        raise Refused("没有码证，不能制卡。", "no_permit")
    printing.next_attempt(desk, subject, right.number, actor=clerk)
    desk.sync()
    return right.number


def print_card(
    desk: Desk, bench: Bench, subject: str, clerk: Actor, tell: Callable[[str], None]
) -> PrintResult:
    """Print the card that waits, read it back, activate it."""
    record = desk.worker(subject)
    right = record.permit
    order = printing.waiting(record, right.number) if right is not None else None
    if order is None:
        raise Refused("没有待制的卡。", "nothing_waiting")
    press = printing.press_of(desk, bench, actor=clerk, tell=lambda _, stage: tell(stage.value))
    return _result(bench, printing.print_card(press, order, actor=clerk).value)


def settle(
    desk: Desk, bench: Bench, subject: str, clerk: Actor, tell: Callable[[str], None], said: Word = Word.LOOK
) -> PrintResult:
    """Scan to settle: look at the card this worker has in doubt, with what the person there says."""
    press = printing.press_of(desk, bench, actor=clerk, tell=lambda _, stage: tell(stage.value))
    tell(Stage.LOOKING.value)
    settled = printing.settle_left(press, actor=clerk, word=said, subject=subject).value
    answers = [p for p in settled if p.order.subject == subject]
    if not answers:
        raise Refused("这台打印机上没有这位人员待核实的卡。", "nothing_left")
    return _result(bench, answers[-1])


def take_out(desk: Desk, bench: Bench, subject: str, clerk: Actor) -> PrintResult:
    """把卡退到废卡盒: the card inside the printer comes out by command and is then settled."""
    answers = [p for p in batches.take_out(desk, bench, actor=clerk).value if p.order.subject == subject]
    if not answers:
        raise Refused("这台打印机上没有这位人员待核实的卡。", "nothing_left")
    return _result(bench, answers[-1])


def settle_by_two(desk: Desk, bench: Bench, subject: str, clerk: Actor, other: Actor) -> PrintResult:
    """Where no camera can read: the supervisor and the clerk compared the card in their hands with the order."""
    done = batches.settle_by_two(desk, bench, actor=clerk, second=other).value
    answers = [p for p in done if p.order.subject == subject]
    if not answers:
        raise Refused("这台打印机上没有这位人员待核实的卡。", "nothing_left")
    return _result(bench, answers[-1])


def _result(bench: Bench, printed: Printed) -> PrintResult:
    frame = bench.camera.read(0.2) if bench.camera is not None else None
    sentence = word("flow", "active") if printed.active else printed.ruling.sentence
    return PrintResult(printed.active, sentence, frame.picture if frame is not None else None)


__all__ = [
    "IssueStep",
    "IssueView",
    "PrintResult",
    "generate_and_release",
    "issue_view",
    "print_card",
    "redo",
    "reissue",
    "settle",
    "settle_by_two",
    "take_out",
]
