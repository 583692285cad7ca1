"""One sheet as an xlsx file: every text stays a text, and it is written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from station.domain.errors import Fault


def save_book(path: Path, title: str, rows: Sequence[tuple[Any, ...]], widths: Sequence[int]) -> None:
    """Write the rows. No cell can become a formula, whatever a name begins with. Raises Fault."""
    book = Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for column, width in zip("ABCDEFGH", widths, strict=False):
        page.column_dimensions[column].width = width
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            book.save(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError:
        raise Fault("表格没有写成。", "请检查文件夹是否可写、文件是否正被打开。", "no_book") from None
