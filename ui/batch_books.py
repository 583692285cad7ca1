"""The two workbooks of a run as xlsx: the report card by card, and the hand-over sheet for the company."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from station.services.batch_report import HandOver, Report
from ui import text_batch as text
from ui.books import save_book
from ui.words import word

_SHEET_WIDTHS = (8, 18, 22, 8, 20, 14)
_REPORT_WIDTHS = (8, 22, 8, 14, 16, 22, 18, 8)


def save_sheet(paper: HandOver, path: Path) -> None:
    """The hand-over sheet."""
    rows: list[tuple[Any, ...]] = [
        (text.HAND_OVER_TITLE.format(association=paper.association),),
        (text.COMPANY.format(company=paper.company), None, text.BATCH.format(batch=paper.batch), None,
         text.DAY.format(day=paper.on.isoformat())),
        text.HAND_OVER_COLUMNS,
    ]  # fmt: skip
    rows += [(one.place_in_run, one.name, one.number, one.issue_number, "", "") for one in paper.cards]
    rows.append((text.HAND_OVER_COUNT.format(count=len(paper.cards), left=paper.not_made),))
    rows.append((text.GIVEN_BY, None, text.TAKEN_BY))
    save_book(path, text.HAND_OVER, rows, _SHEET_WIDTHS)


def save_report(made: Report, path: Path) -> None:
    """Every attempt of every order, and the figures. Nobody's name stands in it."""
    rows: list[tuple[Any, ...]] = [(text.REPORT_TITLE.format(batch=made.name),)]
    rows += [(line,) for line in figures(made)]
    rows.append(text.REPORT_COLUMNS)
    rows += attempts(made)
    save_book(path, text.REPORT, rows, _REPORT_WIDTHS)


def figures(made: Report) -> Iterator[str]:
    """The run in sentences."""
    yield text.FIGURES.format(
        total=made.total, active=made.active, waiting=made.waiting, at_printer=made.at_printer,
        cards_used=made.cards_used,
    )  # fmt: skip
    if made.seconds_per_card is not None:
        yield text.PACE.format(seconds=made.seconds_per_card)
    for reason, count in made.lost.items():
        yield text.LOST.format(count=count, reason=word("spoil", reason))
    for printer, count in made.by_printer.items():
        yield text.BY_PRINTER.format(printer=printer, count=count)


def attempts(made: Report) -> Iterator[tuple[str, ...]]:
    """One line for each attempt, in printing order, under REPORT_COLUMNS."""
    for line in made.lines:
        for one in line.attempts:
            yield (
                str(line.place_in_run), line.number, str(one.issue_number), word("card", one.state),
                word("spoil", one.reason) if one.reason else "", one.blank, one.printer,
                "" if one.seconds is None else f"{one.seconds:.1f}",
            )  # fmt: skip
