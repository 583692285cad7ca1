"""Scan to settle: what a restart and the person at the printer may conclude about a card that was left in doubt.

Nothing here sends anything. A card is settled by its counters and the camera, by the word of the person who looks, or,
where no camera can read, by two people. Until then its printer prints nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from enum import Enum

from devices.contracts import (
    CardPosition,
    FaultCode,
    Outcome,
    PrinterFault,
    PrinterState,
    SettlingPrinter,
    Severity,
)
from devices.errors import DeviceError
from station.domain import parts
from station.domain.card import UNBORN, State
from station.domain.errors import Fault, Refused
from station.printing import bag, endings, ready
from station.printing.endings import Marks
from station.printing.evidence import Before, Evidence, Ruling, Seen, conclude, of_printer, trusted_move
from station.printing.journal import OPEN_AT_PRINTER, Journal, Order, Pending
from station.printing.machine import Machine
from station.printing.press import Press, Printed, Stage, look


class Word(Enum):
    """What the person at the printer says beside what the camera sees."""

    LOOK = "look"  # nothing: only scan
    THIS_IS_IT = "this_is_it"  # 就是这张： this came out, and nothing else
    NOTHING = "nothing"  # 没有出卡


def restart(press: Press) -> list[Printed]:
    """Before a printer prints again: blanks that were only set aside go back, doubts are looked at once.

    What comes back unsettled (`ruling.settles` is False) waits for a person; all others have ended or are active.
    """
    ready.withdraw(press.printer)
    machine = ready.machine_of(press.printer, ready.ask(press.printer))
    answers = []
    for left in press.journal.left_at(machine):
        if left.card.state is State.RESERVED:
            endings.drop(press.journal, left.order, "restart", press.reached)
        else:
            answers.append(settle(press, left))
    return answers


def settle(press: Press, left: Pending, word: Word = Word.LOOK, *, was_inside: bool = False) -> Printed:
    """Look once more and write down what can be concluded. Never raises for printer or camera: they are evidence."""
    piece, e, marks = _open(press, left)
    if piece.state is State.VERIFIED:
        moved = trusted_move(e)
        ruling = Ruling.VERIFY if moved is None or moved < 2 else Ruling.COLLECT_COPIES
        return _write(press, left.order, ruling, e, marks)
    e = replace(e, was_inside=e.was_inside or was_inside)
    e, marks = look(press, left.order, press.journal.token(left.order), e, marks)
    e = said(e, word)
    return _write(press, left.order, conclude(e), e, marks)


def take_out(press: Press) -> list[Printed]:
    """Bring the card inside out into the reject box, look again, and settle what that printer left open.

    Raises Refused where no card is inside or the printer has no such command; Fault when the card stayed inside: then
    nothing is settled. A blank that was fed meanwhile is seen by its counter.
    """
    printer, state = press.printer, ready.ask(press.printer)
    if state.card_position is not CardPosition.INSIDE:
        raise Refused("打印机里没有卡，不用退卡。", "no_card_inside")
    if not isinstance(printer, SettlingPrinter):
        raise Refused("这种打印机不能用命令退卡，请打开盖板取出。", "no_reject")
    waiting = press.journal.unsettled(ready.machine_of(printer, state))
    for left in waiting:
        _open(press, left)  # that it stood inside is written down before it moves
    try:
        after = printer.reject()
    except DeviceError as why:
        raise Fault(why.sentence, "请打开盖板取出卡片，再核实。", why.code) from why
    if after.card_position is CardPosition.INSIDE:
        raise Fault("卡没有退出来，还在打印机里。", "请打开盖板取出卡片，再核实。", "card_stayed")
    return [settle(press, left, was_inside=True) for left in waiting]


def settle_by_two(press: Press, left: Pending, *, second: str) -> Printed:
    """Two people have compared the card in their hands with the order, because no camera can read it here.

    Raises Refused where a camera is connected, and for a second person who is the first.
    """
    if press.camera is not None:
        raise Refused("本机接有摄像头，请用镜头核实。", "camera_there")
    witness = second.strip()
    if not witness or witness == press.journal.actor:
        raise Refused("没有摄像头时须两人核对，请由另一人确认。", "second_person")
    piece, e, marks = _open(press, left)
    e = replace(e, seen=Seen.THIS, cards_seen=1, confirmed=True)
    ruling = Ruling.VERIFY if piece.state is State.VERIFIED else conclude(e)
    return _write(press, left.order, ruling, e, replace(marks, second_person=witness))


def scanned_ended(journal: Journal, order: Order) -> Ruling:
    """A card was scanned that is not active: collect it where its attempt had ended, and book it if nobody had.

    Raises Refused for a card that is still to be settled at its printer.
    """
    piece = journal.card(order)
    if piece.state in UNBORN:
        raise Refused("这张卡还没有核实，请先在打印机处扫描核实。", "card_unsettled")
    late = piece.activated_on is None
    ruling = conclude(Evidence(seen=Seen.THIS if late else Seen.OTHER, late=True))
    if late:
        bag.find_late(journal, order)
    return ruling


def said(e: Evidence, word: Word) -> Evidence:
    """The evidence with what the person says. What the camera reads outweighs “nothing came out”."""
    if word is Word.LOOK or (word is Word.NOTHING and e.seen is Seen.THIS):
        return e
    if word is Word.NOTHING:
        return replace(e, seen=Seen.NOTHING, cards_seen=0, confirmed=True)
    blind = e.seen is Seen.NOTHING
    return replace(e, seen=Seen.UNREADABLE if blind else e.seen, confirmed=True)


def _open(press: Press, left: Pending) -> tuple[parts.Card, Evidence, Marks]:
    """The card as it stands, DOUBTFUL at the latest now, and what its printer says today."""
    journal = press.journal
    piece = journal.card(left.order)
    if piece.state not in OPEN_AT_PRINTER:
        raise Refused("这张卡已经处理完，无须再核实。", "already_settled")
    with contextlib.suppress(Fault):  # then the next card is refused, or the card is void wherever it comes out
        ready.withdraw(press.printer)
    after = ready.ask_if_there(press.printer)
    e = evidence_now(press, piece, after)
    marks = Marks(after, _fault(piece))
    if piece.state in (State.SENDING, State.SENT):
        found = conclude(e)
        asked = Ruling.LOOK if found.settles else found
        piece = endings.doubt(journal, left.order, asked, e, replace(marks, said="restart"), press.reached)
    return piece, e, marks


def evidence_now(press: Press, piece: parts.Card, after: PrinterState | None) -> Evidence:
    """The machine's half of the evidence, from the journal's counters before and the printer's counters now.

    Nothing else was printed there in between: the printer is blocked while a card is unsettled.
    """
    serial = Machine.parse(piece.printer).serial
    before = Before(piece.cards_before, piece.panels_before, serial, piece.panels_of_job)
    outcome = Outcome(piece.outcome) if piece.outcome else None
    e = of_printer(before, after, outcome, _fault(piece))
    return replace(e, was_inside=piece.doubt == Ruling.TAKE_CARD_OUT.word)


def _fault(piece: parts.Card) -> PrinterFault | None:
    return PrinterFault(FaultCode(piece.fault), Severity.MID) if piece.fault else None


def _write(press: Press, order: Order, ruling: Ruling, e: Evidence, marks: Marks) -> Printed:
    if not ruling.settles:
        press.tell(order, Stage.DOUBTFUL)
        return Printed(order, press.journal.card(order), ruling, look=marks.look)
    piece = endings.end(press.journal, order, ruling, e, marks, press.reached)
    press.tell(order, Stage.ACTIVE if piece.state is State.ACTIVE else Stage.ENDED)
    return Printed(order, piece, ruling, look=marks.look)
