"""A card printer: one language, one transport, one profile. It sends a job once and says honestly what is known.

It sends nothing twice that could print: not a job, not a panel. It knows no permit.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from devices.contracts import (
    CardFaces,
    CardPosition,
    FaultCode,
    FlushingTransport,
    Outcome,
    PrinterFault,
    PrinterState,
    PrintReport,
    Severity,
    Transport,
)
from devices.errors import BadReply, Broken, DeviceError, NotReached, TimedOut
from devices.languages.faults import blocking, fault, sentence
from devices.languages.language import Plan, Question, Talk, Terms
from devices.printers.evidence import Evidence, conclude, doubt, struck
from devices.printers.profile import Profile

T = TypeVar("T")
_DRAIN_SECONDS = 0.05
_READ = 4096


@dataclass(slots=True)
class _Run:
    """How far a job got."""

    sent: int = 0  # bytes that certainly left
    left: bool = False  # some left, or may have left
    said: PrinterFault | None = None
    may_finish: bool = False  # the end command may have left and no error came back for it
    in_step: bool = True  # questions and answers still match
    words: str = ""

    def lost(self, error: DeviceError, code: FaultCode) -> None:
        """The link or its meaning was lost, not the card."""
        self.said, self.words, self.in_step = fault(code, severity=Severity.MID), error.sentence, False


class Printer:
    """Implements CardPrinter; `eject` and `reject` are for settling a card that stayed inside."""

    def __init__(self, url: str, profile: Profile, transport: Transport) -> None:
        self.profile = profile
        self.transport = transport
        self._url = url
        self._language = profile.language
        self._held = bytearray()
        self._terms: Terms | None = None
        self._opened = False

    @property
    def url(self) -> str:
        """The URL it was opened by."""
        return self._url

    @property
    def answers(self) -> bool:
        """True if there is a back channel."""
        return self.transport.answers

    def state(self) -> PrinterState:
        """Ask the printer now. Raises NotReached, TimedOut, BadReply; asking again is always safe."""
        if not self.answers:
            self._open()
            return PrinterState(self.profile.title, "", ready=True)
        try:
            return self._linked(lambda _: self._language.look())
        except Broken as error:  # only a question was lost
            raise NotReached(error.sentence, error.code) from error

    def encode(self, faces: CardFaces, name: str) -> bytes:
        """The exact job bytes for these faces. Pure; this language has no place for `name`."""
        return self._language.encode(faces)

    def panels(self, job: bytes) -> int | None:
        """Ribbon panels of this job; one that is not whole has none. Pure."""
        try:
            return self._language.plan(job).panels
        except BadReply:
            return None

    def print_card(self, job: bytes, name: str) -> PrintReport:
        """Send one job, once, and gather evidence. Never raises for a printer fault."""
        digest = hashlib.sha256(job).hexdigest()
        try:
            plan = self._language.plan(job)
        except BadReply as error:
            return _refused(digest, None, fault(FaultCode.SYNTAX, severity=Severity.PRE), error.sentence)
        if not self.answers:
            return self._deliver(job, digest)
        try:
            terms, before = self._before()
        except DeviceError as error:
            return _refused(digest, None, fault(FaultCode.OFFLINE, severity=Severity.PRE), error.sentence)
        found = blocking(before.faults)
        if found is not None:
            return _refused(digest, before, found, sentence(found))
        return self._send(plan, digest, before, terms)

    def eject(self) -> PrinterState:
        """Bring the card inside out into the tray and look again. Raises DeviceError."""
        return self._move(False)

    def reject(self) -> PrinterState:
        """Bring the card inside out into the reject box (the tray where there is none) and look again."""
        return self._move(True)

    def close(self) -> None:
        """Give the printer back as it was found. Safe to call twice."""
        if self._opened and self._terms is not None:
            with contextlib.suppress(DeviceError):  # it is gone; power-on brings its own value back anyway
                self._talk(self._language.end(self._terms))
        self._terms = None
        self._drop()

    # --- one card

    def _before(self) -> tuple[Terms, PrinterState]:
        """The state right before a job, with the terms proved again: somebody may have switched it off between."""
        terms = self._linked(self._language.recheck)
        return terms, self._linked(lambda _: self._language.look())

    def _send(self, plan: Plan, digest: str, before: PrinterState, terms: Terms) -> PrintReport:
        run = self._run(plan)
        after, terms = self._afterwards(before, terms, run)
        agreed = run.said is None
        evidence = Evidence(before, after, run.left, plan.panels, agreed, run.may_finish, terms.safe, terms.blind)
        outcome, final = conclude(evidence), struck(run.said, evidence)
        words = [run.words or ("" if final is None else sentence(final))]
        if outcome is Outcome.UNKNOWN:
            words.append(doubt(evidence))
        return PrintReport(outcome, run.sent, digest, before, after, final, "".join(words))

    def _run(self, plan: Plan) -> _Run:
        """Step by step, each answered before the next leaves; the first trouble ends it."""
        run = _Run()
        for step in plan.steps:
            question = step.question
            try:
                self.transport.write(question.data, question.timeout)
                run.sent += len(question.data)
                run.left = True
                if question.answered:
                    run.said = self._language.trouble(self._reply(question.timeout))
                else:
                    run.may_finish = run.may_finish or step.ends
            except NotReached as error:
                run.lost(error, FaultCode.OFFLINE)
            except Broken as error:
                run.sent += error.sent
                run.left, run.may_finish = True, run.may_finish or step.ends
                run.lost(error, FaultCode.OFFLINE)
            except DeviceError as error:
                run.may_finish = run.may_finish or step.ends
                run.lost(error, FaultCode.OFFLINE if isinstance(error, TimedOut) else FaultCode.UNKNOWN)
            if run.said is not None:
                break
        return run

    def _deliver(self, job: bytes, digest: str) -> PrintReport:
        try:
            self._open()
            sent = self.transport.write(job, self.profile.patience)
        except Broken as error:
            lost = fault(FaultCode.OFFLINE, severity=Severity.MID)
            return PrintReport(Outcome.UNKNOWN, error.sent, digest, None, None, lost, error.sentence)
        except DeviceError as error:
            return _refused(digest, None, fault(FaultCode.OFFLINE, severity=Severity.PRE), error.sentence)
        return PrintReport(Outcome.ACCEPTED, sent, digest, None, None)

    def _afterwards(self, before: PrinterState, terms: Terms, run: _Run) -> tuple[PrinterState | None, Terms]:
        """The state after a job, and how the printer kept its terms.

        A link that is lost or out of step is opened anew, once: asking is harmless, sending would not be.
        """
        if run.in_step:
            with contextlib.suppress(DeviceError):  # then it is asked again over a new link
                return self._gather(before, terms, run)
        self._drop()
        try:
            return self._gather(before, terms, run)
        except DeviceError:
            self._drop()
            return None, replace(terms, safe=False)

    def _gather(self, before: PrinterState, terms: Terms, run: _Run) -> tuple[PrinterState, Terms]:
        again = partial(self._language.recheck, terms)
        terms = self._first(again) if self._open() else self._talk(again())
        if run.may_finish:
            run.said = self._talk(self._language.finish(before)) or run.said
        after = self._talk(self._language.look())
        untouched = before.cards == after.cards and after.card_position is CardPosition.NONE
        if run.said is not None and run.left and untouched:
            self._talk(self._language.forget())
            after = self._talk(self._language.look())
        return after, terms

    # --- the link

    def _linked(self, talk: Callable[[Terms], Talk[T]]) -> T:
        """Hold a talk on an open link with the terms set; a broken link is dropped and the error passed on."""
        try:
            opened = self._open()
            if self._terms is None:
                self._terms = self._first(self._language.begin)
            elif opened:
                self._first(partial(self._language.recheck, self._terms))
            return self._talk(talk(self._terms))
        except DeviceError:
            self._drop()
            raise

    def _move(self, reject: bool) -> PrinterState:
        now = self.state()
        if now.card_position is CardPosition.NONE:
            return now  # an end command would feed a blank
        found = self._linked(lambda _: self._language.move(reject))
        if found is not None:
            raise BadReply(sentence(found), "not_moved")
        return self.state()

    def _open(self) -> bool:
        """Take the device if it is not ours yet; True when it just became so."""
        if self._opened:
            return False
        self.transport.open()
        self._opened = True
        self._held.clear()
        while self.transport.answers and self.transport.read(_READ, _DRAIN_SECONDS):
            pass  # answers to an earlier session
        return True

    def _drop(self) -> None:
        self.transport.close()
        self._opened = False

    def _talk(self, talk: Talk[T]) -> T:
        try:
            question = next(talk)
            while True:
                try:
                    reply = self._ask(question)
                except DeviceError as error:
                    question = talk.throw(error)
                else:
                    question = talk.send(reply)
        except StopIteration as done:
            result: T = done.value
            return result

    def _first(self, talk: Callable[[], Talk[T]]) -> T:
        """The first questions over a new link.

        A silent printer may wait for the rest of a command that was cut: it is told to drop it, and asked once more.
        """
        try:
            return self._talk(talk())
        except TimedOut:
            if not (isinstance(self.transport, FlushingTransport) and self.transport.flush()):
                raise
        self._held.clear()
        return self._talk(talk())

    def _ask(self, question: Question) -> str:
        if question.data:
            self.transport.write(question.data, question.timeout)
        if not question.answered:
            return ""
        try:
            return self._reply(question.timeout)
        except TimedOut:
            if question.data:
                raise
            return ""

    def _reply(self, timeout: float) -> str:
        while (reply := self._language.cut(self._held)) is None:
            said = self.transport.read(_READ, timeout)
            if not said:
                raise TimedOut("打印机没有在规定时间内回答。", "no_answer")
            self._held += said
        return reply


def _refused(digest: str, before: PrinterState | None, found: PrinterFault, words: str) -> PrintReport:
    return PrintReport(Outcome.REJECTED, 0, digest, before, before, found, words)
