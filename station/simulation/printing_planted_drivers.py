"""Bugs in the drivers of printers, planted on purpose: they are looked for over the shipped drivers only."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from devices.contracts import CardPosition, Outcome
from devices.errors import Broken, DeviceError
from devices.languages.evolis_talk import Evolis
from devices.printers import evidence as told
from devices.printers import printer as driver
from devices.printers.printer import Printer
from devices.printers.queue import QueuePrinter
from station.domain import parts
from station.printing import evidence, settle
from station.printing.evidence import Evidence, Panels
from station.printing.press import Press

_run, _queue_send, _evidence_now = Printer._run, QueuePrinter._send, settle.evidence_now
_conclude, _recheck = told.conclude, Evolis.recheck


def _retries(self: Printer, plan: Any) -> Any:
    """A job whose link broke is sent once more over a new link."""
    run = _run(self, plan)
    if not run.in_step:
        self._drop()
        try:
            self._open()
        except DeviceError:
            return run
        run = _run(self, plan)
    return run


def _resumes(self: Printer, plan: Any) -> Any:
    """Only the pieces from the one that broke on are sent again."""
    run = _run(self, plan)
    if run.in_step:
        return run
    gone, first = 0, 0
    while first < len(plan.steps) - 1 and gone + len(plan.steps[first].question.data) <= run.sent:
        gone, first = gone + len(plan.steps[first].question.data), first + 1
    self._drop()
    try:
        self._open()
    except DeviceError:
        return run
    return _run(self, replace(plan, steps=plan.steps[first:]))


def _early(self: Printer, before: Any, terms: Any, run: Any) -> Any:
    """The counters are read first, then the end of the job is waited for."""
    terms = self._talk(self._language.recheck(terms))
    self._open()
    after = self._talk(self._language.look())
    if run.may_finish:
        run.said = self._talk(self._language.finish(before)) or run.said
    return after, terms


def _rest_is_nothing(e: told.Evidence) -> Outcome:
    """Counters at rest prove that nothing was printed, whatever the end command may have done."""
    return _conclude(replace(e, may_finish=False, all_agreed=e.all_agreed and not e.may_finish))


def _one_panel(self: Printer, job: bytes) -> int:
    return 1


def _no_panels(moved: Any, of_job: Any) -> Panels:
    return Panels.UNKNOWN


def _stale(p: Press, piece: parts.Card, after: Any) -> Evidence:
    """Where no card stood before the job, none stands now."""
    return replace(_evidence_now(p, piece, after), position=CardPosition.NONE, was_inside=False)


def _not_managed(self: Evolis) -> Generator[Any, str, None]:
    yield from ()


def _always_safe(self: Evolis, terms: Any) -> Any:
    found = yield from _recheck(self, terms)
    return replace(found, safe=True, blind=False)


def _kept_waiting(self: QueuePrinter, ours: Any) -> tuple[str, ...]:
    return ()


def _sends_again(self: QueuePrinter, job: bytes, name: str, digest: str) -> int:
    try:
        return _queue_send(self, job, name, digest)
    except Broken:
        return _queue_send(self, job, name, digest)


def _undrained(self: Printer) -> bool:
    """What an earlier program asked is answered into this one."""
    if self._opened:
        return False
    self.transport.open()
    self._opened = True
    return True


TABLE: dict[str, Any] = {
    "driver_retries": (
        "a job whose link broke is sent again by the driver", lambda: [(Printer, "_run", _retries)], ""),
    "driver_resumes": (
        "the driver goes on with the piece at which the link broke", lambda: [(Printer, "_run", _resumes)], ""),
    "counted_too_early": (
        "the counter is read before the end of the job, and believed",
        lambda: [(Printer, "_gather", _early), (driver, "conclude", _rest_is_nothing)], ""),
    "panels_expected_wrong": (
        "every job is thought to use one panel", lambda: [(Printer, "panels", _one_panel)], ""),
    "panels_not_asked": (
        "the panels that a card used are not compared", lambda: [(evidence, "panels_used", _no_panels)], ""),
    "stale_position": (
        "what is settled rests on where the card was before", lambda: [(settle, "evidence_now", _stale)], ""),
    "queue_not_cleared": (
        "jobs that a dead program left in the queue stay there",
        lambda: [(QueuePrinter, "withdraw", _kept_waiting)],
        "a queue that holds a job is busy: no card is given to it until somebody has emptied it"),
    "queue_sends_again": (
        "a job whose link broke is given to the queue again", lambda: [(QueuePrinter, "_send", _sends_again)], ""),
    "repeats_left_on": (
        "an Evolis keeps its own error management and prints a card again by itself",
        lambda: [(Evolis, "_host_manages", _not_managed)],
        "the card that it made by itself is on its counter: an attempt that took two cards is void"),
    "restart_unseen": (
        "a restart of the printer in the middle of a job is not noticed",
        lambda: [(Evolis, "recheck", _always_safe)],
        "card and panel counters outlive a restart, and the table wants both to agree before it believes anything"),
    "old_answers": (
        "answers to an earlier session are taken for answers to this one",
        lambda: [(Printer, "_open", _undrained)], ""),
}
