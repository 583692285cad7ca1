"""The EPCL language as the printer drives it: answers and errors; no I/O. EXPERIMENTAL (see epcl).

There are no counters: a card whose job was answered throughout is only accepted, and any other is in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.contracts import CardFaces, FaultCode, PrinterFault, PrinterState, Severity
from devices.errors import BadReply
from devices.languages.epcl import CLEAR, EJECT, Form, decode, encode, frame, plan
from devices.languages.faults import blocking, fault
from devices.languages.language import Plan, Question, Talk, Terms

ACK, NACK, EOT = 0x06, 0x15, 0x04
AGAIN = "E"
"""The printer says its last answer once more: a question that changes nothing."""

CODES: dict[str, FaultCode] = {
    "01": FaultCode.RIBBON_BROKEN,
    "02": FaultCode.HEAD_HOT,
    "03": FaultCode.CARD_JAM,
    "04": FaultCode.FEEDER_EMPTY,
    "05": FaultCode.CARD_IN_PATH,
    "06": FaultCode.ENCODER,
    "-1": FaultCode.CARD_JAM,
}
"""Error codes of the manual; 10 to 30 are mistakes in the command."""


@dataclass(frozen=True, slots=True)
class Epcl:
    """One ribbon. Implements CardLanguage."""

    title: str
    form: Form

    def encode(self, faces: CardFaces) -> bytes:
        """The job for one card (epcl.encode)."""
        return encode(faces, self.form)

    def decode(self, job: bytes) -> CardFaces:
        """The face of a job (epcl.decode)."""
        return decode(job)

    def plan(self, job: bytes) -> Plan:
        """The job in answered pieces (epcl.plan)."""
        return plan(job, self.form)

    def cut(self, held: bytearray) -> str | None:
        """`ACK`, or `NACK` and a code. Raises BadReply."""
        if not held:
            return None
        if held[0] == ACK:
            del held[:1]
            return "ACK"
        end = held.find(EOT)
        if held[0] != NACK or end > 3 or (end < 0 and len(held) > 3):
            raise BadReply("打印机的回答无法理解：请核对打印机型号设置。", "reply_text")
        if end < 0:
            return None
        code = bytes(held[1:end]).decode("latin-1")
        del held[: end + 1]
        return f"NACK {code}"

    def trouble(self, reply: str) -> PrinterFault | None:
        """None for ACK."""
        if reply == "ACK":
            return None
        code = reply.removeprefix("NACK ")
        syntax = code.isdecimal() and 10 <= int(code) <= 30
        return fault(CODES.get(code, FaultCode.SYNTAX if syntax else FaultCode.UNKNOWN), reply)

    def begin(self) -> Talk[Terms]:
        """Clear what an earlier session left."""
        yield self._ask(CLEAR)
        return Terms()

    def recheck(self, terms: Terms) -> Talk[Terms]:
        """Nothing is set that power loss could take."""
        yield from ()
        return terms

    def look(self) -> Talk[PrinterState]:
        """Its last answer; there is nothing else to ask."""
        found = self.trouble((yield self._ask(AGAIN)))
        faults = () if found is None else (PrinterFault(found.code, Severity.PRE, found.said),)
        return PrinterState(self.title, "", blocking(faults) is None, faults=faults)

    def finish(self, before: PrinterState) -> Talk[PrinterFault | None]:
        """The answer to MO comes after the card."""
        yield from ()
        return None

    def forget(self) -> Talk[bool]:
        """There is no command that drops a card half printed; its buffers are cleared by the next job."""
        yield from ()
        return False

    def move(self, reject: bool) -> Talk[PrinterFault | None]:
        """Clear the error and eject; there is no reject box."""
        yield self._ask(CLEAR)
        return self.trouble((yield Question(frame(EJECT), self.form.panel)))

    def end(self, terms: Terms) -> Talk[None]:
        """It is as it was found."""
        yield from ()

    def _ask(self, text: str) -> Question:
        return Question(frame(text), self.form.answer)
