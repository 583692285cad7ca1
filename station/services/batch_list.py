"""Reads a company's list of workers for a run of cards: one row a worker. Checks its shape, knows no ledger.

The sheet is somebody else's: size, rows and unpacked size are limited before anything is read, formulas are not
calculated, and what is wrong with a row is a sentence with its line number, never a guess.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from station.domain.errors import Refused
from station.domain.people import CATEGORIES

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 5_000
_HEADING_LINES = 10
_LONGEST = 120

HEADINGS = {
    "name": ("姓名", "人员姓名"),
    "document": ("证件号码", "身份证号", "身份证号码", "身份证", "公民身份号码"),
    "permit": ("码证编号", "证号", "安心码编号", "证件编号", "服务证编号"),
    "photo": ("照片", "照片文件", "照片文件名"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "电话"),
    "categories": ("服务类别", "工种", "服务项目"),
}
"""What a column may be called. A list must name each worker by document or by permit number."""


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One worker of a list as it was typed. Its `repr` is its line: what it holds is personal."""

    line: int
    name: str = ""
    document: str = ""
    permit: str = ""
    photo: str = ""
    phone: str = ""
    categories: tuple[str, ...] = ()
    problem: str = ""  # a sentence: this row cannot be used as it is

    def __repr__(self) -> str:
        return f"Row({self.line})"


def read_list(data: bytes) -> tuple[Row, ...]:
    """The rows of the first sheet, in order. Raises Refused for what is no such list."""
    _check_size(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            lines = list(_lines(book))
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError):
        raise Refused("这个文件不是可用的 xlsx 表格，请用 Excel 另存为 .xlsx 后重试。", "not_a_list") from None
    at, columns = _heading(lines)
    rows = tuple(_row(number, cells, columns) for number, cells in lines[at:] if any(cells))
    if not rows:
        raise Refused("名单里没有人员，请核对后重新选择。", "empty_list")
    return rows


def _check_size(data: bytes) -> None:
    if len(data) > LARGEST_FILE:
        raise Refused("名单文件超过 5 MB,请拆分后重试。", "list_too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile:
        raise Refused("这个文件不是可用的 xlsx 表格，请用 Excel 另存为 .xlsx 后重试。", "not_a_list") from None
    if unpacked > LARGEST_UNPACKED:
        raise Refused("名单文件解开后过大，请只保留人员名单这一张表。", "list_too_large")


def _lines(book: openpyxl.Workbook) -> Iterator[tuple[int, list[str]]]:
    sheet = book.worksheets[0]
    for number, cells in enumerate(sheet.iter_rows(max_col=60, values_only=True), start=1):
        if number > MOST_ROWS + _HEADING_LINES:
            raise Refused(f"名单超过 {MOST_ROWS} 行，请拆分后重试。", "list_too_long")
        yield number, [_text(cell, number) for cell in cells]


def _text(cell: object, line: int) -> str:
    """A cell as text. A long number that the sheet keeps as a number has lost its last digits already."""
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        if abs(cell) >= 10**15:
            raise Refused(f"第 {line} 行的号码被表格改成了数字，末位已丢失。请把该列设为文本后重填。", "number_cell")
        return str(int(cell)) if cell == int(cell) else str(cell)
    return str(cell).strip()[:_LONGEST]


def _heading(lines: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    """Where the rows begin, and which column holds what."""
    for at, (_, cells) in enumerate(lines[:_HEADING_LINES]):
        found: dict[str, int] = {}
        for column, cell in enumerate(cells):
            plain = re.sub(r"[\s*（(].*$", "", cell)
            kind = next((kind for kind, names in HEADINGS.items() if plain in names), None)
            if kind is not None:
                found.setdefault(kind, column)
        if "document" in found or "permit" in found:
            return at + 1, found
    raise Refused("没有找到表头。名单须有“姓名”，以及“证件号码”或“码证编号”一列，请补上后重试。", "no_heading")


def _row(line: int, cells: Sequence[str], columns: dict[str, int]) -> Row:
    def cell(kind: str) -> str:
        column = columns.get(kind)
        return cells[column] if column is not None and column < len(cells) else ""

    codes = {word: code for code, word in CATEGORIES.items()}
    typed = [part for part in re.split(r"[、,，;；/\s]+", cell("categories")) if part]
    strange = next((part for part in typed if part not in codes), "")
    problem = f"服务类别“{strange}”不在目录中，请改用目录里的名称。" if strange else ""
    if not cell("document") and not cell("permit"):
        problem = "没有证件号码也没有码证编号，请补填。"
    known = tuple(dict.fromkeys(codes[part] for part in typed if part in codes))
    photo = cell("photo")
    return Row(line, cell("name"), cell("document"), cell("permit"), photo, cell("phone"), known, problem)
