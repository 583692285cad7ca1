"""The Evolis language as the printer drives it: session terms, what it tells of itself, settling; talks without I/O.

Error management is set to the host (Pem;2) and read back before anything is printed: with the printer's own (Pem;0)
it restarts a card by itself after an error (hardware.md §1.7). Which questions a model knows stands in its profile.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from devices.contracts import CardFaces, PrinterFault, PrinterState
from devices.errors import BadReply
from devices.languages import evolis_replies as replies
from devices.languages.evolis import HOST_MANAGES, Form, decode, encode, plan
from devices.languages.evolis_commands import frame
from devices.languages.evolis_look import QUESTIONS, look
from devices.languages.language import Plan, Question, Talk, Terms


@dataclass(frozen=True, slots=True)
class Evolis:
    """One form of the language and the questions its model answers. Implements CardLanguage."""

    form: Form
    asks: frozenset[str]
    clears: str = "Srs"  # drops an unfinished sequence; "" where the model has no soft reset
    rejects: str = "Ser"  # brings a card to the reject box: Ser, Seb, or Se where there is none

    def __post_init__(self) -> None:
        if not self.asks <= QUESTIONS or self.clears not in ("", "Srs") or self.rejects not in ("Ser", "Seb", "Se"):
            raise ValueError("a profile names a question or a command that this language does not have")

    def encode(self, faces: CardFaces) -> bytes:
        """The job for one card (evolis.encode)."""
        return encode(faces, self.form)

    def decode(self, job: bytes) -> CardFaces:
        """The faces of a job (evolis.decode)."""
        return decode(job, self.form)

    def plan(self, job: bytes) -> Plan:
        """The job in answered pieces (evolis.plan)."""
        return plan(job, self.form)

    def cut(self, held: bytearray) -> str | None:
        """One NUL-terminated answer (evolis_replies.cut)."""
        return replies.cut(held)

    def trouble(self, reply: str) -> PrinterFault | None:
        """None for exactly OK (evolis_replies.trouble)."""
        return replies.trouble(reply)

    def begin(self) -> Talk[Terms]:
        """Pem;2, proved by Rem. Raises BadReply when the printer stays in another mode."""
        was, kept = replies.mode((yield self._ask("Rem")))
        yield from self._host_manages()
        return Terms(was, kept)

    def recheck(self, terms: Terms) -> Talk[Terms]:
        """Rem must still say 2; when it does not, the printer was switched off between, and `safe` is False.

        A printer that keeps 2 over power-off cannot be caught this way: then it says that it is `blind`.
        """
        now, kept = replies.mode((yield self._ask("Rem")))
        if now != HOST_MANAGES:
            yield from self._host_manages()
        return Terms(terms.was, kept, now == HOST_MANAGES, kept == HOST_MANAGES)

    def look(self) -> Talk[PrinterState]:
        """What the printer tells of itself now (evolis_look.look)."""
        return look(self.form.ribbon, self.asks, self.form.answer)

    def finish(self, before: PrinterState) -> Talk[PrinterFault | None]:
        """The answer to Se came after the card, or did not come: there is nothing to wait for."""
        yield from ()
        return None

    def forget(self) -> Talk[bool]:
        """Soft reset. It may bring the printer's own error management back, so the terms are set again after it."""
        if not self.clears:
            return False
        yield self._ask(self.clears)
        yield from self._host_manages()
        return True

    def move(self, reject: bool) -> Talk[PrinterFault | None]:
        """Ser (or Seb) to the reject box, Se to the tray."""
        reply = yield Question(frame(self.rejects if reject else "Se"), self.form.finish)
        return replies.trouble(reply)

    def end(self, terms: Terms) -> Talk[None]:
        """The error management that was found at the start."""
        if terms.was is not None and terms.was != HOST_MANAGES:
            yield self._ask("Pem", terms.was)

    def _ask(self, name: str, *parameters: int) -> Question:
        return Question(frame(name, *parameters), self.form.answer)

    def _host_manages(self) -> Generator[Question, str, None]:
        yield self._ask("Pem", HOST_MANAGES)
        now, _ = replies.mode((yield self._ask("Rem")))
        if now != HOST_MANAGES:
            raise BadReply("打印机不接受由电脑管理错误（Pem;2），会自行重打，不能用来制卡。", "repeats")
