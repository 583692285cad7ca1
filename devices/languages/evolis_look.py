"""What an Evolis printer tells of itself when it is asked: counters, ribbon, sensors, position; a talk without I/O.

Which questions a model knows stands in its profile (hardware.md §1.5). What only informs – capacity, cleaning, a feeder
that is nearly empty – stays unknown where the model answers that it has no such question.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from devices.contracts import CardPosition, Cleaning, FaultCode, PrinterFault, PrinterState
from devices.languages import evolis_replies as replies
from devices.languages.evolis_commands import frame
from devices.languages.faults import blocking, fault, runs_low
from devices.languages.language import Question, Talk

CLOSED_VOLTS = 2.5
"""Sensor voltages stand at 0 or 5; what they mean is in hardware.md §1.5."""

NEAR_EMPTY_VOLTS = 1.0

QUESTIONS = frozenset(
    {"Rtp", "Rsn", "Rco;c", "Rco;p", "Rco;l", "Rrt;count", "Rcr", "Rlr;p", "Rlr;h", "Rlr;c", "Rse;f", "Rse;o"}
    | {"Rr", "Rrt;qty", "Rse;n", "Rco;n", "Rco;a", "Rco;m", "Rco;r"}
)
"""Every question that `look` can ask; a profile lists those its model answers."""


def look(ribbon: str, asks: frozenset[str], answer: float) -> Talk[PrinterState]:
    """The state now of a printer that should have that ribbon; what the model cannot tell stays None."""
    return _Look(ribbon, asks, answer).talk()


@dataclass(frozen=True, slots=True)
class _Look:
    ribbon: str
    asks: frozenset[str]
    answer: float

    def talk(self) -> Talk[PrinterState]:
        """Every question of the model, once."""
        model = yield from self._text("Rtp")
        serial = yield from self._text("Rsn")
        cards = yield from self._count("Rco;c")
        panels = yield from self._count("Rco;p")
        faults: list[PrinterFault] = []
        kind = yield from self._kind(faults)
        full = yield from self._figure("Rrt;qty")
        left = yield from self._ribbon(faults)
        faults += runs_low(left, full)
        yield from self._sensors(faults)
        where = CardPosition.UNKNOWN
        if "Rlr;p" in self.asks:
            where = replies.position((yield self._ask("Rlr;p")))
        if where is CardPosition.INSIDE:
            faults.append(fault(FaultCode.CARD_IN_PATH))
        cleaning = yield from self._cleaning()
        return PrinterState(
            model=model,
            serial=serial,
            ready=blocking(faults) is None,
            cards=cards,
            panels=panels,
            ribbon=kind,
            ribbon_left=left,
            ribbon_full=full,
            card_position=where,
            faults=tuple(faults),
            cleaning=cleaning,
        )

    def _ask(self, name: str, *parameters: str) -> Question:
        return Question(frame(name, *parameters), self.answer)

    def _text(self, question: str) -> Generator[Question, str, str]:
        if question not in self.asks:
            return ""
        reply = yield self._ask(question)
        return reply if replies.knows(reply) else ""

    def _count(self, question: str) -> Generator[Question, str, int | None]:
        if question not in self.asks:
            return None
        return replies.number((yield self._ask(question)))

    def _figure(self, question: str) -> Generator[Question, str, int | None]:
        """A number that only informs."""
        reply = yield from self._text(question)
        return replies.number(reply) if reply else None

    def _kind(self, faults: list[PrinterFault]) -> Generator[Question, str, str]:
        """The kind of ribbon. Another host may have set another one: it is set as the job will, and asked again.

        A printer that still names another has seen it (newer models read the ribbon's chip).
        """
        told = replies.ribbon((yield from self._text("Rr")))
        wanted = replies.ribbon(self.ribbon)
        if told in ("", wanted):
            return told
        yield self._ask("Pr", self.ribbon)
        reply = yield self._ask("Rr")
        told = replies.ribbon(reply)
        if told not in ("", wanted):
            faults.append(fault(FaultCode.RIBBON_WRONG, reply))
        return told

    def _ribbon(self, faults: list[PrinterFault]) -> Generator[Question, str, int | None]:
        left = yield from self._count("Rco;l")
        if "Rrt;count" in self.asks:
            reply = yield self._ask("Rrt;count")
            if reply == "OK":  # a stray one was seen: ask again (hardware.md §1.5)
                reply = yield self._ask("Rrt;count")
            missing = replies.trouble(reply)
            if missing is not None and missing.code is FaultCode.RIBBON_MISSING:
                faults.append(missing)
            else:
                left = replies.number(reply)
        if "Rcr" in self.asks:
            reply = yield self._ask("Rcr")
            if reply != "OK":
                faults.append(fault(FaultCode.RIBBON_END, reply))
        elif left == 0:
            faults.append(fault(FaultCode.RIBBON_END))
        return left

    def _sensors(self, faults: list[PrinterFault]) -> Generator[Question, str, None]:
        if "Rse;o" in self.asks and replies.volts((yield self._ask("Rse;o"))) < CLOSED_VOLTS:
            faults.append(fault(FaultCode.COVER_OPEN))
        empty = "Rse;f" in self.asks and replies.volts((yield self._ask("Rse;f"))) < CLOSED_VOLTS
        if empty:
            faults.append(fault(FaultCode.FEEDER_EMPTY))
        few = yield from self._text("Rse;n")
        if few and not empty and replies.volts(few) > NEAR_EMPTY_VOLTS:
            faults.append(fault(FaultCode.FEEDER_LOW))
        if "Rlr;h" in self.asks and replies.position((yield self._ask("Rlr;h"))) is CardPosition.INSIDE:
            faults.append(fault(FaultCode.REJECT_FULL))
        if "Rlr;c" in self.asks:
            due = replies.trouble((yield self._ask("Rlr;c")))
            if due is not None and due.code in (FaultCode.CLEAN_DUE, FaultCode.CLEAN_MUST):
                faults.append(due)

    def _cleaning(self) -> Generator[Question, str, Cleaning]:
        done = yield from self._figure("Rco;n")
        average = yield from self._figure("Rco;a")
        longest = yield from self._figure("Rco;m")
        left = yield from self._figure("Rco;r")
        return Cleaning(done, average, longest, left)
