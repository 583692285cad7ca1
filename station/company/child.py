"""The child process that opens strangers' files: rows and photos out as JSON lines, never code, within limits.

`python -m station.company.child` reads one request a line and answers one line. What kills it kills nothing else.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from devices.pictures import MOST_PIXELS, BadPicture, upright
from station.company.columns import SAID_NO, SAID_YES
from station.company.guard import check_workbook, photo_names
from station.domain.errors import Refused

MEMORY = 512 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 200
HEADING_LINES = 10
FORMULA_SIGNS = ("=", "+", "-", "@")
LARGEST_PHOTO = 25 * 1024 * 1024
KEPT_PIXELS = 1600
_NO_PHOTO = "照片打不开，请换成 JPEG 或 PNG 照片。"


def rows(path: Path) -> list[list[tuple[str, str]]]:
    """The cells of the first visible sheet as (kind, text): s text, n number, d date, f formula, b yes/no, e error."""
    check_workbook(path)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False, rich_text=False)
        try:
            return list(_lines(book))
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError,
            AttributeError, IndexError, OverflowError, RecursionError, LookupError):  # fmt: skip
        raise Refused("这个文件不是可用的 xlsx 表格，请用 Excel 另存为 .xlsx 后重试。", "not_a_list") from None


def _lines(book: Any) -> Iterator[list[tuple[str, str]]]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise Refused("表格里没有可见的工作表，请取消隐藏后重试。", "hidden")
    for number, line in enumerate(sheets[0].iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS + HEADING_LINES:
            raise Refused(f"名单超过 {MOST_ROWS} 行，请拆分后重试。", "list_too_long")
        yield [_cell(cell.value, cell.data_type) for cell in line]


def _cell(value: object, kind: str) -> tuple[str, str]:
    if value is None:
        return "s", ""
    if kind == "f":
        return "f", ""
    if isinstance(value, bool):
        return "b", SAID_YES if value else SAID_NO
    if isinstance(value, int):
        return "n", str(value)[:LONGEST_CELL]
    if isinstance(value, float):
        return "n", str(int(value)) if value.is_integer() and abs(value) < 1e22 else repr(value)
    if isinstance(value, datetime | date):
        return "d", value.strftime("%Y-%m-%d")
    if kind == "e":
        return "e", ""
    text = str(value).strip()
    if text[:1] == "'" and text[1:2] in FORMULA_SIGNS:  # as we give such a cell back (books)
        text = text[1:]
    return "s", text[:LONGEST_CELL]


def photo(path: Path, name: str) -> bytes:
    """One picture of a folder or a zip, upright, at most 1600 px, as a fresh JPEG with nothing else of the old file."""
    data = _bytes(path, name)
    try:
        image = upright(io.BytesIO(data), ("JPEG", "PNG"))
    except BadPicture as bad:
        if bad.too_large:
            raise Refused("照片像素过大，请选择 2500 万像素以内的照片。", "photo_too_large") from None
        raise Refused(_NO_PHOTO, "photo_unreadable") from None
    image.thumbnail((KEPT_PIXELS, KEPT_PIXELS), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, subsampling=0)
    return out.getvalue()


def _bytes(path: Path, name: str) -> bytes:
    if path.is_dir():
        if "/" in name or "\\" in name or name in ("..", "."):
            raise Refused("照片一栏只写文件名，不要写文件夹。", "photo_name")
        if (path / name).stat().st_size > LARGEST_PHOTO:
            raise Refused("照片文件超过 25 MB，请压缩后重试。", "photo_too_large")
        return (path / name).read_bytes()
    with zipfile.ZipFile(path) as pack, pack.open(name) as stream:
        data = stream.read(LARGEST_PHOTO + 1)
    if len(data) > LARGEST_PHOTO:
        raise Refused("照片文件超过 25 MB，请压缩后重试。", "photo_too_large")
    return data


def answer(request: dict[str, str]) -> dict[str, Any]:
    """One request: rows, names or photo."""
    path = Path(request["path"])
    if request["do"] == "rows":
        return {"rows": rows(path)}
    if request["do"] == "names":
        return {"names": photo_names(path)}
    try:
        return {"photo": base64.b64encode(photo(path, request["name"])).decode()}
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError):
        raise Refused(_NO_PHOTO, "photo_unreadable") from None


def limit_memory() -> None:
    """No more than 512 MB of address space; where the system has no such limit the parent's clock still ends it."""
    try:
        import resource
    except ImportError:  # Windows: no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    """Answer requests until the parent closes the line."""
    limit_memory()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except Refused as no:
            said = {"refused": [no.sentence, no.code]}
        except MemoryError:
            said = {"refused": ["这个文件太大，超出内存限制，请拆分后重试。", "memory"]}
        sys.stdout.write(json.dumps(said, ensure_ascii=True) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
