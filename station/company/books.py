"""Workbooks that leave the station: the empty template, and the bad rows given back with what is wrong in each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from station.company.columns import (
    CATEGORY_HELP,
    COLUMNS,
    CONSENTS,
    FIT,
    HELP,
    HELP_HEADINGS,
    PROBLEM,
    SAID_NO,
    SAID_YES,
    SHEET,
    UNFIT,
)
from station.company.findings import Checked
from station.domain.people import CATEGORIES, MEDICAL_TIER_WORDS

HEAD = PatternFill("solid", fgColor="0A4A6B")
WRONG = PatternFill("solid", fgColor="FFD9D6")
ROWS = 5_000


def template(path: Path) -> None:
    """The empty list: headings, notes, text format where digits would be lost, choices, one example to overwrite."""
    book = Workbook()
    sheet = _sheet(book)
    for column, one in enumerate(COLUMNS, start=1):
        letter = get_column_letter(column)
        for line in range(2, 400):
            sheet[f"{letter}{line}"].number_format = "@"
        if one.note:
            sheet.cell(1, column).comment = Comment(one.note, "")
    _choices(sheet, "fingerprint", (SAID_YES, SAID_NO))
    for key in CONSENTS:
        _choices(sheet, key, (SAID_YES, SAID_NO))
    _choices(sheet, "card", (SAID_YES, SAID_NO))
    _choices(sheet, "fit", (FIT, UNFIT))
    _choices(sheet, "tier", tuple(MEDICAL_TIER_WORDS.values()))
    notes = book.create_sheet(HELP)
    notes.append(HELP_HEADINGS)
    for one in COLUMNS:
        notes.append((one.heading, SAID_YES if one.required else "", one.example, one.note))
    notes.append((CATEGORY_HELP, "", "、".join(CATEGORIES.values()), ""))
    for letter, width in zip("ABCD", (22, 8, 44, 60), strict=True):
        notes.column_dimensions[letter].width = width
    book.save(path)


def given_back(path: Path, rows: Sequence[Checked]) -> None:
    """The rows that were not taken, as they were typed, wrong cells marked and named in the last column."""
    book = Workbook()
    sheet = _sheet(book, PROBLEM)
    for line, one in enumerate(rows, start=2):
        wrong = {found.column for found in one.findings}
        for column, known in enumerate(COLUMNS, start=1):
            cell = sheet.cell(line, column, _quoted(one.row.text(known.key)))
            cell.number_format = "@"
            if known.key in wrong:
                cell.fill = WRONG
        said = sheet.cell(line, len(COLUMNS) + 1, " ".join(found.sentence for found in one.findings))
        said.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions[get_column_letter(len(COLUMNS) + 1)].width = 80
    book.save(path)


def _sheet(book: Workbook, *more: str) -> Worksheet:
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        sheet = book.create_sheet()
    sheet.title = SHEET
    for column, said in enumerate([*(f"{c.heading}{'*' if c.required else ''}" for c in COLUMNS), *more], start=1):
        cell = sheet.cell(1, column, said)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
    for column, one in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = one.width
    sheet.freeze_panes = "C2"
    return sheet


def _choices(sheet: Worksheet, key: str, said: tuple[str, ...]) -> None:
    column = next(index for index, one in enumerate(COLUMNS, start=1) if one.key == key)
    letter = get_column_letter(column)
    rule = DataValidation(type="list", formula1=f'"{",".join(said)}"', allow_blank=True)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS}")


def _quoted(text: str) -> str:
    """A cell that a spreadsheet would calculate is given back as text (T9)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
