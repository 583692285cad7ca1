"""One printing place of a run on the screen: which printer it is, what it does, what it waits for. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.printing.cost import Forecast
from station.printing.journal import OPEN_AT_PRINTER
from station.printing.press import Printed
from station.services.batches import Step
from ui.desktop import text, text_batch

PAUSED = "batch_phase"  # the code of a turn that stopped because somebody paused or ended the run


@dataclass(frozen=True, slots=True)
class Ready:
    """A printer before it prints: which it is, whether a camera looks at it, and whether its supplies will do."""

    serial: str
    blind: bool
    forecast: Forecast


@dataclass(slots=True)
class Printer:
    """One printing place of the run."""

    place: int
    ready: Ready | None = None
    working: bool = False
    doing: str = ""  # which card, and how far; or what the last answer came to
    task: str = ""  # what a person must do there before it goes on
    doubt: bool = False  # a card may have come out: somebody must look

    @property
    def serial(self) -> str:
        """Empty until it has answered."""
        return self.ready.serial if self.ready is not None else ""

    @property
    def waits(self) -> bool:
        """For a person."""
        return bool(self.task) and not self.working

    @property
    def sentence(self) -> str:
        """What it does, or what it needs."""
        place = self.place + 1
        named = text_batch.PRINTER_NAMED.format(place=place, serial=self.serial)
        called = named if self.serial else text_batch.PRINTER.format(place=place)
        return text_batch.TASK.format(printer=called, task=self.task or self.doing or self._forecast())

    @property
    def state(self) -> str:
        """How its line is shown: plain, good, warn, bad."""
        if self.task:
            return "bad"
        if self.working or self.ready is None:
            return "plain"
        return "warn" if self.ready.forecast.sentences else "good"

    def _forecast(self) -> str:
        if self.ready is None:
            return text_batch.ASKING
        seen = self.ready.forecast
        if not seen.cards:
            return text_batch.WAITS
        left = text_batch.RIBBON_UNKNOWN if seen.ribbon is None else text_batch.RIBBON.format(count=seen.ribbon)
        said = text_batch.SHARE.format(cards=seen.cards, blanks=seen.blanks, ribbon=left)
        return said + ("".join(seen.sentences) or text_batch.ENOUGH)

    def begins(self) -> None:
        """It goes on; what it waited for is seen to."""
        self.working, self.task, self.doubt, self.doing = True, "", False, text_batch.ASKING

    def makes(self, card: str, stage: str) -> None:
        """How far the card in it is."""
        self.doing = text_batch.DOING.format(number=card, stage=text.STAGES[stage])

    def stops(self, step: Step) -> None:
        """It waits for a person; being paused is not waiting."""
        printed = step.turn.printed
        self.doubt = printed is not None and printed.card.state in OPEN_AT_PRINTER
        self.task = "" if step.turn.code == PAUSED else step.turn.sentence

    def stands(self, trouble: str) -> None:
        """It has no more to do, was stopped, or `trouble` keeps it."""
        self.working, self.doing = False, ""
        self.task = trouble or self.task

    def holds(self, sentence: str) -> None:
        """A card of an earlier sitting is still open there; "" when there is none any more."""
        if self.working or (self.doubt and sentence):
            return
        if sentence or self.doubt:
            self.doubt, self.task = bool(sentence), sentence

    def answered(self, answers: Sequence[Printed]) -> None:
        """What a person said there was written down, or was not enough."""
        left = [one for one in answers if one.card.state in OPEN_AT_PRINTER]
        self.doubt = bool(left)
        self.task = left[0].ruling.sentence if left else ""
        self.doing = "" if left or not answers else answers[-1].ruling.sentence or text_batch.SETTLED_ACTIVE
