"""Reads a company's list of workers for a run of cards: one row a worker. Checks its shape, knows no ledger.

The sheet is somebody else's: it is opened by the child process of station.company, within its limits. What is wrong
with a row is a sentence with its line number, never a guess.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from station.company.opener import Cells, Opener
from station.domain.errors import Refused
from station.domain.people import CATEGORIES

MOST_ROWS = 5_000
_HEADING_LINES = 10
_EXACT_DIGITS = 15  # of a number cell; the rest is lost before anybody reads it

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


def run_name(path: Path) -> str:
    """The name of the run of this list: the same list is the same run, whoever opens it. Raises Refused for no file."""
    try:
        return f"L{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
    except OSError:
        raise Refused("名单文件打不开，请核对文件名。", "no_list") from None


def read_list(path: Path, opener: Opener) -> tuple[Row, ...]:
    """The rows of the first visible sheet, in order. Raises Refused for what is no such list."""
    lines = opener.rows(path)
    at, columns = _heading(lines)
    rows = tuple(
        _row(number, cells, columns)
        for number, cells in enumerate(lines[at:], start=at + 1)
        if any(text for _, text in cells)
    )
    if not rows:
        raise Refused("名单里没有人员，请核对后重新选择。", "empty_list")
    if len(rows) > MOST_ROWS:
        raise Refused(f"名单超过 {MOST_ROWS} 行，请拆分后重试。", "list_too_long")
    return rows


def _heading(lines: Sequence[Cells]) -> tuple[int, dict[str, int]]:
    """Where the rows begin, and which column holds what."""
    for at, cells in enumerate(lines[:_HEADING_LINES]):
        found: dict[str, int] = {}
        for column, (_, text) in enumerate(cells):
            plain = re.sub(r"[\s*（(].*$", "", text)
            kind = next((kind for kind, names in HEADINGS.items() if plain in names), None)
            if kind is not None:
                found.setdefault(kind, column)
        if "document" in found or "permit" in found:
            return at + 1, found
    raise Refused("没有找到表头。名单须有“姓名”，以及“证件号码”或“码证编号”一列，请补上后重试。", "no_heading")


def _row(line: int, cells: Cells, columns: dict[str, int]) -> Row:
    ours = {kind: cells[column] for kind, column in columns.items() if column < len(cells)}

    def cell(kind: str) -> str:
        return ours[kind][1].strip() if kind in ours else ""

    codes = {word: code for code, word in CATEGORIES.items()}
    typed = [part for part in re.split(r"[、,，;；/\s]+", cell("categories")) if part]
    strange = next((part for part in typed if part not in codes), "")
    problem = f"服务类别“{strange}”不在目录中，请改用目录里的名称。" if strange else ""
    if not cell("document") and not cell("permit"):
        problem = "没有证件号码也没有码证编号，请补填。"
    if any(kind in ("f", "e") for kind, _ in ours.values()):
        problem = "这一行里有公式或出错的单元格，请改成文字。"
    numbers = [ours[kind] for kind in ("document", "permit") if kind in ours]
    if any(kind == "n" and len(text) > _EXACT_DIGITS for kind, text in numbers):
        problem = "号码被表格改成了数字，末位已丢失，请把该列设为文本后重填。"
    known = tuple(dict.fromkeys(codes[part] for part in typed if part in codes))
    photo = cell("photo")
    return Row(line, cell("name"), cell("document"), cell("permit"), photo, cell("phone"), known, problem)
