"""The orders of a run as lines of a table, in printing order: read from the report, changed card by card. No Qt."""

from __future__ import annotations

from collections.abc import Mapping

from station.printing.queue import Place
from station.services.batch_report import Line, Report
from station.services.batches import Step
from ui.desktop import text, text_batch
from ui.desktop.viewmodels.lines import TableLine
from ui.words import word


class Orders:
    """Lines by permit number; refusals of this sitting stay beside their orders until it prints again."""

    def __init__(self) -> None:
        self._lines: dict[str, TableLine] = {}
        self._done: set[str] = set()
        self.refused: dict[str, str] = {}
        self.latest = ""  # the order something happened to last

    def renew(self, made: Report, names: Mapping[str, str]) -> None:
        """The ledger was read again."""
        self._lines = {one.number: self._line(one, names.get(one.number, "")) for one in made.lines}
        self._done = {one.number for one in made.lines if one.place == Place.DONE.value}

    @property
    def lines(self) -> list[TableLine]:
        """In printing order."""
        return list(self._lines.values())

    def done(self, number: str) -> bool:
        """Whether that order has its card."""
        return number in self._done

    def name_of(self, number: str) -> str:
        """Whose it is."""
        return self._lines[number].cells[2]

    def makes(self, number: str, issue_number: int, serial: str, stage: str) -> None:
        """A printer has it."""
        self._show(number, issue_number, serial, text.STAGES[stage], "plain")

    def stepped(self, step: Step, serial: str, *, doubt: bool) -> None:
        """It is done, refused, or stopped its printer."""
        turn = step.turn
        issue = turn.printed.order.issue_number if turn.printed is not None else 0
        if turn.stopped:
            place = Place.AT_PRINTER if doubt else Place.WAITING
            self._show(turn.number, issue, serial, text_batch.AT[place.value], "bad" if doubt else "plain")
        elif turn.printed is None:
            self.refused[turn.number] = turn.sentence
            said = text_batch.AT["refused"].format(sentence=turn.sentence)
            self._show(turn.number, issue, "", said, "bad")
        else:
            self._done.add(turn.number)
            self._show(turn.number, issue, serial, text_batch.AT[Place.DONE.value], "good")

    def _line(self, line: Line, name: str) -> TableLine:
        newest = line.attempts[-1] if line.attempts else None
        state, said = "plain", text_batch.AT[line.place]
        if line.place == Place.DONE.value:
            state = "good"
        elif line.place == Place.AT_PRINTER.value:
            state = "bad"
        elif newest is not None and newest.reason:
            state, said = "warn", text_batch.AT["again"].format(reason=word("spoil", newest.reason))
        if line.number in self.refused:
            state, said = "bad", text_batch.AT["refused"].format(sentence=self.refused[line.number])
        issue, printer = (str(newest.issue_number), newest.printer) if newest is not None else ("", "")
        return TableLine(line.number, (str(line.place_in_run), line.number, name, issue, printer, said), state)

    def _show(self, number: str, issue: int, serial: str, said: str, state: str) -> None:
        old = self._lines.get(number)
        if old is not None:
            self.latest = number
            cells = (*old.cells[:3], str(issue) if issue else old.cells[3], serial or old.cells[4], said)
            self._lines[number] = TableLine(number, cells, state)
