"""Bugs in printing, planted on purpose: each must be caught; the first is the policy everybody else ships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from devices.contracts import Outcome
from station.domain import card, fold_permits, parts
from station.domain.worker import WorkerRecord
from station.printing import batch, endings, evidence, press, ready, settle, supplies
from station.printing.evidence import Blanks, Evidence, Ruling, Seen
from station.printing.journal import Journal, Order
from station.printing.machine import Machine
from station.printing.press import Press, Printed
from station.printing.settle import Word
from station.simulation.printing_shift import Shift
from station.simulation.printing_sight import Eyes

_conclude, _look, _blanks, _after_print = evidence.conclude, press.look, evidence.blanks, press._after_print
_send, _print_one, _press, _said = Journal.send, press.print_one, Shift.press, settle.said


def _retry(p: Press, order: Order, token: str, before: Any, report: Any) -> Printed:
    """Send it again until the printer says yes; then it counts as made."""
    for _ in range(3):
        if report.outcome is Outcome.CONFIRMED:
            break
        report = p.printer.print_card(p.printer.encode(p.compose(order, token), order.name), order.name)
    e, marks = Evidence(outcome=Outcome.CONFIRMED), endings.Marks(report.after, report.fault)
    p.journal.note(order, card.Act.SENT)
    return press._ended(p, order, Ruling.VERIFY, e, marks, report)


def _everywhere(conclusion: Callable[[Evidence], Ruling]) -> list[Any]:
    return [(press, "conclude", conclusion), (settle, "conclude", conclusion)]


def _printer_believed(e: Evidence) -> Ruling:
    return Ruling.VERIFY if e.outcome is Outcome.CONFIRMED else _conclude(e)


def _no_counter(e: Evidence) -> Ruling:
    return _conclude(replace(e, cards=None, panels=evidence.Panels.UNKNOWN))


def _counter_enough(e: Evidence) -> Ruling:
    return Ruling.VERIFY if e.cards == 1 and e.seen is not Seen.THIS else _conclude(e)


def _silence_is_nothing(e: Evidence) -> Ruling:
    return Ruling.NOTHING_CAME_OUT if e.outcome is Outcome.UNKNOWN and e.seen is not Seen.THIS else _conclude(e)


def _rejected_believed(e: Evidence) -> Ruling:
    return Ruling.NOTHING_CAME_OUT if e.outcome is Outcome.REJECTED else _conclude(e)


def _any_card(e: Evidence) -> Ruling:
    return Ruling.VERIFY if e.seen in (Seen.THIS, Seen.OTHER, Seen.UNREADABLE) else _conclude(e)


def _word_over_eye(e: Evidence, word: Word) -> Evidence:
    return replace(e, seen=Seen.THIS, cards_seen=1, confirmed=True) if word is Word.THIS_IS_IT else _said(e, word)


def _all_used(ruling: Ruling, e: Evidence) -> Blanks:
    return Blanks(used=1)


def _all_back(ruling: Ruling, e: Evidence) -> Blanks:
    return _blanks(ruling, e) if ruling is Ruling.VERIFY else Blanks(back=1)


def _drop_unbooked(journal: Journal, order: Order, reason: str, reached: Any) -> parts.Card:
    return journal.drop(order, reason)


def _any_code(self: Shift, *arguments: Any, **named: Any) -> Press:
    return replace(_press(self, *arguments, **named), same_token=lambda text, token: text.startswith("T"))


def _untouched(record: WorkerRecord) -> None:
    """Settles nothing."""


def _sent_later(self: Journal, order: Order, machine: Any, job: str, before: Any) -> parts.Card:
    return self.card(order)


def _reported_later(p: Press, order: Order, token: str, before: Any, report: Any) -> Printed:
    machine = ready.machine_of(p.printer, before)
    _send(p.journal, order, machine, report.job_sha256, before)
    return _after_print(p, order, token, before, report)


def _steps_back() -> dict[card.State, dict[card.Act, card.State]]:
    steps = {state: dict(acts) for state, acts in card.STEPS.items()}
    steps[card.State.VOIDED][card.Act.RESERVE] = card.State.RESERVED
    steps[card.State.SPOILED][card.Act.RESERVE] = card.State.RESERVED
    return steps


def _same_order(journal: Journal, item: Any, name: str) -> Order:
    if item.card is not None:
        return Order(item.subject, item.number, item.card.issue_number)
    return journal.ask(item.subject, item.number, reason="FIRST_ISSUE", batch=name)


def _same_serial_only(self: Machine, other: Machine) -> bool:
    return self.same(other)


def _camera_unchecked(*arguments: Any) -> None:
    """Looks at nothing."""


def _blind(self: Eyes, picture: Any, accept: Any = None) -> Any:
    return ()


TABLE: dict[str, Any] = {
    "retry_on_error": (
        "the usual policy: send again until the printer says yes",
        lambda: [(press, "_after_print", _retry)], ""),
    "printer_believed": (
        "a confirmed print counts without a look", lambda: _everywhere(_printer_believed), ""),
    "no_counter": ("the card counter is not asked", lambda: _everywhere(_no_counter), ""),
    "counter_enough": ("a counter that moved by one is enough", lambda: _everywhere(_counter_enough), ""),
    "silence_is_nothing": ("no answer means nothing came out", lambda: _everywhere(_silence_is_nothing), ""),
    "rejected_believed": (
        "a printer that says no is believed against its own counter", lambda: _everywhere(_rejected_believed),
        "the attempt is void, so the card is worthless, and whoever finds it books it"),
    "any_card": ("any card before the camera is the card", lambda: _everywhere(_any_card), ""),
    "any_code": ("any of our codes is the code", lambda: [(Shift, "press", _any_code)], ""),
    "word_over_eye": (
        "a person's word outweighs what the camera reads", lambda: [(settle, "said", _word_over_eye)], ""),
    "all_used": ("every blank is booked as a card", lambda: [(endings, "blanks", _all_used)], ""),
    "all_back": ("every lost blank is booked back into the feeder", lambda: [(endings, "blanks", _all_back)], ""),
    "drop_unbooked": ("a dropped card forgets its blank", lambda: [(endings, "drop", _drop_unbooked)], ""),
    "two_cards": (
        "a new active card does not end the one before",
        lambda: [(fold_permits, "settle_cards", _untouched)],
        "a run never prints a second card beside a living one; the province's simulation catches this one"),
    "doubts_forgotten": (
        "a restart looks at nothing and prints on",
        lambda: [(Journal, "left_at", lambda self, machine: [])], ""),
    "written_after": (
        "SEND is written after the bytes are gone",
        lambda: [(Journal, "send", _sent_later), (press, "_after_print", _reported_later)], ""),
    "number_used_again": (
        "the next attempt has the issue number of the one before",
        lambda: [
            (batch, "_order", _same_order), (card, "STEPS", _steps_back()),
            (Journal, "_printable", lambda self, record, piece: None),
        ], ""),
    "token_check_gone": (
        "the journal does not ask whether a token was sent",
        lambda: [(Journal, "_printable", lambda self, record, piece: None)],
        "the table of steps has no way back either; `number_used_again` takes both away"),
    "other_serial_only": (
        "a doubt is looked for at the same serial number, not at the same port",
        lambda: [(Machine, "touches", _same_serial_only)], ""),
    "camera_unchecked": (
        "nobody looks whether the preview on the screen is in view",
        lambda: [(ready, "check_camera", _camera_unchecked)], ""),
    "day_not_asked": (
        "a day that was not balanced stops nothing", lambda: [(supplies, "why_blocked", lambda b, today: "")], ""),
    "blind": (
        "the reader reads nothing", lambda: [(Eyes, "read", _blind)], ""),
}
