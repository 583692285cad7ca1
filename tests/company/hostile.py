"""Files nobody should hand in, made here: each has a name that says what is wrong with it. Nothing is downloaded."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from PIL import Image

from station.company.columns import COLUMNS
from tests.company.lists import good_row, write_list

Parts = dict[str, bytes]
Make = Callable[[Path], None]
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def parts_of_a_good_list(folder: Path) -> Parts:
    """A good list, part by part."""
    path = write_list(folder / "good.xlsx", [good_row(0)])
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def zipped(path: Path, parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", method) as book:
        for name, data in parts.items():
            book.writestr(name, data)


def changed(**change: bytes | None) -> Make:
    """A good list with parts replaced, added or (None) left out; `__` in a name is a slash, `_dot_` a dot."""

    def make(path: Path) -> None:
        parts = parts_of_a_good_list(path.parent)
        for name, data in change.items():
            real = name.replace("__", "/").replace("_dot_", ".")
            parts.pop(real, None)
            if data is not None:
                parts[real] = data
        zipped(path, parts)

    return make


def raw(data: bytes) -> Make:
    return lambda path: void(path.write_bytes(data))


def void(_: object) -> None:
    """Forget an answer."""


def named(name: str) -> Make:
    """A good list with one more part of that name."""

    def make(path: Path) -> None:
        zipped(path, {**parts_of_a_good_list(path.parent), name: b"x"})

    return make


def cut(share: float) -> Make:
    """A good list that ends early."""

    def make(path: Path) -> None:
        good = write_list(path.parent / "whole.xlsx", [good_row(n) for n in range(3)]).read_bytes()
        path.write_bytes(good[: int(len(good) * share)])

    return make


def flipped(offset: float) -> Make:
    """A good list with 64 bytes overwritten."""

    def make(path: Path) -> None:
        good = bytearray(write_list(path.parent / "whole.xlsx", [good_row(n) for n in range(3)]).read_bytes())
        at = int(len(good) * offset)
        good[at : at + 64] = b"\xff" * 64
        path.write_bytes(bytes(good))

    return make


def sheet_xml(data: str) -> bytes:
    head = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{head}{data}</worksheet>".encode()


def with_cells(rows: str) -> Make:
    """A good list whose sheet holds these rows."""
    return changed(xl__worksheets__sheet1_dot_xml=sheet_xml(f"<sheetData>{rows}</sheetData>"))


def book_of(fill: Callable[[Workbook], None]) -> Make:
    def make(path: Path) -> None:
        book = Workbook()
        fill(book)
        book.save(path)

    return make


def _rows(count: int) -> Make:
    def make(path: Path) -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append([column.heading for column in COLUMNS])
        for _ in range(count):
            sheet.append(["x"])
        book.save(path)

    return make


def _hide(book: Workbook) -> None:
    other = book.create_sheet("b")
    book.worksheets[0].sheet_state = "hidden"
    other.sheet_state = "visible"
    book.active = 1


def _lying(path: Path) -> None:
    """Declares a small size and inflates to a large one."""
    zipped(path, {**parts_of_a_good_list(path.parent), "xl/media/a.bin": b"\0" * 120_000_000})
    data = bytearray(path.read_bytes())
    big = struct.pack("<L", 120_000_000)
    while (at := data.find(big)) >= 0:
        data[at : at + 4] = struct.pack("<L", 10)
    path.write_bytes(bytes(data))


def _encrypted(path: Path) -> None:
    zipped(path, parts_of_a_good_list(path.parent))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    path.write_bytes(bytes(data))


def _method(path: Path) -> None:
    zipped(path, parts_of_a_good_list(path.parent))
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 10 : at + 12] = struct.pack("<H", 99)
    path.write_bytes(bytes(data))


def _twice(path: Path) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        zipped(path, parts_of_a_good_list(path.parent))
        with zipfile.ZipFile(path, "a") as book:
            book.writestr(SHEET, b"<x/>")


def _many(path: Path) -> None:
    zipped(path, {**parts_of_a_good_list(path.parent), **{f"xl/x{n}": b"" for n in range(2_001)}})


def _matryoshka(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("a", b"\0" * 90_000_000)
    zipped(path, {**parts_of_a_good_list(path.parent), "xl/a.zip": inner.getvalue()})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/b", b"\0" * 50_000_000)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000
DEEP = sheet_xml("<sheetData>" + "<a>" * 100_000 + "</a>" * 100_000 + "</sheetData>")
SHEETS: dict[str, Make] = {
    "empty": raw(b""),
    "one byte": raw(b"P"),
    "random": raw(bytes(range(256)) * 40),
    "csv": raw("姓名,证件号码\n王秀英,330102197001010021\n".encode("gb18030")),
    "html": raw(b"<html><table><tr><td>a</td></tr></table></html>"),
    "picture": raw(b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "pdf": raw(b"%PDF-1.7\n%%EOF"),
    "old xls": raw(OLE),
    "locked": raw(OLE + "EncryptedPackage".encode("utf-16-le")),
    "rar": raw(b"Rar!\x1a\x07\x00" + b"\0" * 100),
    "zip head only": raw(b"PK\x03\x04"),
    "empty zip": raw(b"PK\x05\x06" + b"\0" * 18),
    "other zip": lambda path: zipped(path, {"letter.txt": b"hello"}),
    **{f"cut at {share}": cut(share) for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)},
    **{f"overwritten at {at}": flipped(at) for at in (0.05, 0.2, 0.4, 0.6, 0.8)},
    "slip up": named("../../etc/passwd"),
    "slip absolute": named("/etc/cron.d/x"),
    "slip backslash": named("..\\..\\windows\\x"),
    "slip drive": named("C:/windows/x"),
    "macros": named("xl/vbaProject.bin"),
    "external link": named("xl/externalLinks/externalLink1.xml"),
    "embedded": named("xl/embeddings/oleObject1.bin"),
    "activex": named("xl/activeX/activeX1.xml"),
    "entities in the sheet": changed(xl__worksheets__sheet1_dot_xml=BOMB + sheet_xml("<sheetData/>")),
    "entities in strings": changed(xl__sharedStrings_dot_xml=BOMB + b"<sst/>"),
    "entities in styles": changed(xl__styles_dot_xml=BOMB + b"<styleSheet/>"),
    "entities far down": changed(xl__theme__theme1_dot_xml=b" " * 65_530 + BOMB),
    "outside entity": changed(docProps__app_dot_xml=b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x"><x/>'),
    "bomb of zeros": changed(xl__a_dot_bin=b"\0" * 60_000_000),
    "bomb in the sheet": changed(xl__worksheets__sheet1_dot_xml=sheet_xml(" " * 90_000_000)),
    "matryoshka": _matryoshka,
    "lying sizes": _lying,
    "encrypted parts": _encrypted,
    "unknown packing": _method,
    "parts twice": _twice,
    "too many parts": _many,
    "too large": raw(b"PK\x03\x04" + zlib.compress(b"x")[:2] * 6_000_000),
    "no content types": changed(**{"[Content_Types]_dot_xml": None}),
    "no workbook": changed(xl__workbook_dot_xml=None),
    "no sheet part": changed(xl__worksheets__sheet1_dot_xml=None),
    "sheet is no xml": changed(xl__worksheets__sheet1_dot_xml=b"\xff\xfe\x00garbage"),
    "sheet ends early": changed(xl__worksheets__sheet1_dot_xml=sheet_xml("<sheetData><row><c>")[:-12]),
    "deep xml": changed(xl__worksheets__sheet1_dot_xml=DEEP),
    "workbook is no xml": changed(xl__workbook_dot_xml=b"hello"),
    "relations are no xml": changed(xl___rels__workbook_dot_xml_dot_rels=b"<"),
    "styles are no xml": changed(xl__styles_dot_xml=b"<styleSheet"),
    "strings out of range": with_cells('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
    "row beyond the end": with_cells('<row r="99999999999"><c r="A1"><v>1</v></c></row>'),
    "column beyond the end": with_cells('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'),
    "no rows": book_of(lambda book: void(book.worksheets[0].append([c.heading for c in COLUMNS]))),
    "no heading": book_of(lambda book: void(book.worksheets[0].append(["a", "b"]))),
    "nothing": book_of(lambda book: None),
    "first sheet hidden": book_of(_hide),
    "columns missing": book_of(lambda book: void(book.worksheets[0].append(["姓名", "证件号码"]))),
    "too many rows": _rows(20_020),
    "only a formula": book_of(lambda book: void(book.worksheets[0].append(["=CMD()"]))),
}  # fmt: skip


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is that large and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _encoded(kind: str, size: tuple[int, int] = (400, 500)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


PHOTOS: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": _encoded("GIF"),
    "tiff": _encoded("TIFF"),
    "webp": _encoded("WEBP"),
    "bmp": _encoded("BMP"),
    "pdf": b"%PDF-1.7",
    "half a jpeg": _encoded("JPEG")[:500],
    "jpeg head": b"\xff\xd8\xff\xe0",
    "png head": b"\x89PNG\r\n\x1a\n",
    "huge png": png_of(60_000, 60_000),
    "wide png": png_of(2_000_000, 20),
    "endless png": png_of(2**31 - 1, 2**31 - 1),
    "broken png": png_of(400, 500),
    "zip called jpg": b"PK\x03\x04" + b"\0" * 50,
    "too large": b"\xff\xd8\xff" + b"\0" * (25 * 1024 * 1024 + 1),
}
