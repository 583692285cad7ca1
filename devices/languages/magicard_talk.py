"""The Magicard language as the printer drives it: state questions, the wait for the card, settling; no I/O.

A job is not answered. Whether a card came out is told by the counter of cards alone, so it is asked until it moves.
How a model words its sensors is not public: a profile maps each word it knows to a fault, an unknown word says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass

from devices.contracts import CardFaces, CardPosition, Cleaning, FaultCode, PrinterFault, PrinterState, Severity
from devices.errors import BadReply, TimedOut
from devices.languages.faults import blocking, fault, runs_low
from devices.languages.language import Plan, Question, Talk, Terms
from devices.languages.magicard import Form, decode, encode, plan
from devices.languages.magicard_frames import command, cut, question

KEYS = frozenset({"MSR", "MDL", "TCQ", "TPQ", "DFR", "CCQ", "CCP"})
"""Every value that `look` can ask for; a profile lists those its model tells."""

_MOST_SENSORS = 24
_MOST_STRAYS = 4
_WORD = re.compile(r"([A-Z][A-Z0-9]*)\s*[=:, ]\s*([A-Za-z0-9.]+)")
_NUMBER = re.compile(r"\s*(\d{1,9})\s*", re.ASCII)
_ECHO = 7  # characters of a reply before its value: STA,KEY


@dataclass(frozen=True, slots=True)
class Magicard:
    """One form of the language and what its model tells. Implements CardLanguage."""

    title: str
    form: Form
    asks: frozenset[str]
    sensors: Mapping[str, FaultCode | None]  # "LID=1" -> what it means, None for "all is well"

    def __post_init__(self) -> None:
        if not self.asks <= KEYS or not all("=" in word for word in self.sensors):
            raise ValueError("a profile names a question or a sensor that this language does not have")

    def encode(self, faces: CardFaces) -> bytes:
        """The job for one card (magicard.encode)."""
        return encode(faces, self.form)

    def decode(self, job: bytes) -> CardFaces:
        """The faces of a job (magicard.decode)."""
        return decode(job, self.form)

    def plan(self, job: bytes) -> Plan:
        """The job plane by plane (magicard.plan)."""
        return plan(job, self.form)

    def cut(self, held: bytearray) -> str | None:
        """One reply (magicard_frames.cut)."""
        return cut(held)

    def trouble(self, reply: str) -> PrinterFault | None:
        """No step of a job is answered, so an answer to one is out of place."""
        return fault(FaultCode.UNKNOWN, reply)

    def begin(self) -> Talk[Terms]:
        """Nothing to switch off: repeats are a key of each job (ESS1), and `plan` refuses any other."""
        yield from ()
        return Terms()

    def recheck(self, terms: Terms) -> Talk[Terms]:
        """Power loss takes the job with it and leaves the counters: they prove what happened."""
        yield from ()
        return terms

    def look(self) -> Talk[PrinterState]:
        """Counters, ribbon and sensors now; what the model cannot tell stays None."""
        serial = (yield from self._value("MSR")) or ""
        cards, panels = (yield from self._count("TCQ")), (yield from self._count("TPQ"))
        since, due = (yield from self._count("CCQ")), (yield from self._count("CCP"))
        left = yield from self._count("DFR")
        cards_left = None if left is None else left // len(self.form.front + self.form.back)
        faults, where = yield from self._sense()
        if left == 0 and not any(found.code is FaultCode.RIBBON_END for found in faults):
            faults.append(fault(FaultCode.RIBBON_END))
        if since is not None and due and since >= due:
            faults.append(fault(FaultCode.CLEAN_DUE))
        return PrinterState(
            model=self.title,
            serial=serial,
            ready=blocking(faults) is None,
            cards=cards,
            panels=panels,
            ribbon_left=cards_left,
            card_position=where,
            faults=(*faults, *runs_low(cards_left)),
            cleaning=Cleaning(left=None if since is None or not due else max(0, due - since)),
        )

    def finish(self, before: PrinterState) -> Talk[PrinterFault | None]:
        """Ask until the counter of cards moves. A fault that a sensor shows ends the wait; so does the time.

        The card may come out between the question for the counter and that for the sensors: it is asked once more.
        """
        if before.cards is None:
            return None
        spent = 0.0
        while spent < self.form.finish:
            spent += self.form.poll
            yield from self._pause()
            try:
                if (yield from self._count("TCQ")) != before.cards:
                    return None
                faults, where = yield from self._sense()
                if found := _against(faults, where):
                    return None if (yield from self._count("TCQ")) != before.cards else found[0]
            except TimedOut:  # it may not answer while it prints
                spent += self.form.answer
        return fault(FaultCode.OFFLINE, severity=Severity.MID)

    def forget(self) -> Talk[bool]:
        """Reset: a job that it still holds is dropped."""
        yield Question(command("RST,"), self.form.answer, answered=False)
        return True

    def move(self, reject: bool) -> Talk[PrinterFault | None]:
        """Eject; there is no reject box that a command would reach."""
        yield Question(command("EJT,"), self.form.answer, answered=False)
        for _ in range(int(self.form.page // self.form.poll)):
            _, where = yield from self._sense()
            if where is not CardPosition.INSIDE:
                return None
            yield from self._pause()
        return fault(FaultCode.CARD_JAM)

    def end(self, terms: Terms) -> Talk[None]:
        """It is as it was found."""
        yield from ()

    def _pause(self) -> Generator[Question, str, None]:
        yield Question(b"", self.form.poll)

    def _value(self, key: str) -> Generator[Question, str, str | None]:
        """The value of a key, None where the model has no such key. A late answer to another one is passed over."""
        if key not in self.asks:
            return None
        ask = question(key)
        for _ in range(_MOST_STRAYS):
            reply = yield Question(ask, self.form.answer)
            if key in reply[:_ECHO]:
                return reply[_ECHO:].lstrip(",").strip()
            ask = b""
        raise BadReply(f"打印机没有回答所问的 {key}：请核对打印机型号设置。", "reply_key")

    def _count(self, key: str) -> Generator[Question, str, int | None]:
        value = yield from self._value(key)
        if value is None:
            return None
        match = _NUMBER.fullmatch(value)
        if match is None:
            raise BadReply(f"打印机的计数器回答无法理解：{value[:40]}", "reply_number")
        return int(match[1])

    def _sense(self) -> Generator[Question, str, tuple[list[PrinterFault], CardPosition]]:
        """What the sensors show. Without a word for the card path its place stays unknown."""
        faults: list[PrinterFault] = []
        where = CardPosition.UNKNOWN
        paths = {word.partition("=")[0] for word, code in self.sensors.items() if code is FaultCode.CARD_IN_PATH}
        for place in range(1, _MOST_SENSORS + 1 if self.sensors else 1):
            reply = yield Question(command(f"SNR{place},"), self.form.answer)
            if reply.startswith("END"):
                break
            for name, value in _WORD.findall(reply):
                code = self.sensors.get(f"{name}={value}")
                if code is not None:
                    faults.append(fault(code, reply))
                if name in paths and f"{name}={value}" in self.sensors:
                    where = CardPosition.NONE if code is None else CardPosition.INSIDE
        return faults, where


def _against(faults: list[PrinterFault], where: CardPosition) -> list[PrinterFault]:
    """Those that keep the card from coming out. The last blank of a feeder leaves it empty while it is printed."""
    harmless = {FaultCode.CARD_IN_PATH} | ({FaultCode.FEEDER_EMPTY} if where is CardPosition.INSIDE else set())
    return [one for one in faults if one.code not in harmless]
