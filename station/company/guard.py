"""What is looked at before a stranger's file is opened: size, shape, what it unpacks to, what hides in it (T9).

Reads headers and counts while inflating; declared sizes are not believed. Runs in the child process.
"""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from station.domain.errors import Refused

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_PHOTOS = 2 * 1024 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_RATIO = 100
SMALL = 1024 * 1024  # a part below this may be squeezed as hard as it likes
MOST_PARTS = 2_000
MOST_PHOTOS = 20_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CHUNK = 1 << 16
_NOT_A_LIST = "这个文件不是可用的 xlsx 表格，请用 Excel 另存为 .xlsx 后重试。"


def check_workbook(path: Path) -> None:
    """Raises Refused with the sentence for what is wrong; nothing was parsed then."""
    _check_head(path)
    try:
        with zipfile.ZipFile(path) as book:
            _check_parts(book)
            _inflate(book)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError, RuntimeError):
        raise Refused(_NOT_A_LIST, "not_a_list") from None


def _check_head(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except OSError:
        raise Refused("找不到这个文件，请核对路径。", "no_file") from None
    if size > LARGEST_FILE:
        raise Refused("名单文件超过 10 MB，请只保留人员名单，或拆分后重试。", "list_too_large")
    if head == OLE:
        raise Refused("这是旧版 .xls 或加了密码的表格，请去掉密码并另存为 .xlsx。", "old_or_locked")
    if head[:4] != b"PK\x03\x04":
        raise Refused(_NOT_A_LIST, "not_a_list")


def _check_parts(book: zipfile.ZipFile) -> None:
    parts = book.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Refused("名单文件解开后过大，请只保留人员名单这一张表。", "list_too_large")
    if len(set(names)) != len(names):
        raise Refused(_NOT_A_LIST, "not_a_list")
    if any(_strays(name) for name in names):
        raise Refused("这个文件里有指向别处的路径，已拒绝打开。", "strays")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("这个表格加了密码，请去掉密码后重试。", "old_or_locked")
    low = [name.lower() for name in names]
    if any("vbaproject" in name or (name.endswith(".bin") and "macro" in name) for name in low):
        raise Refused("表格含有宏，请另存为不含宏的 .xlsx。", "macros")
    if any("externallink" in name for name in low):
        raise Refused("表格引用了其他文件，请断开外部链接后重试。", "external_links")
    if any("/embeddings/" in name or "/activex/" in name for name in low):
        raise Refused("表格里嵌入了其他文件，请只保留人员名单。", "embedded")
    if "[content_types].xml" not in low or not any(name.startswith("xl/workbook") for name in low):
        raise Refused(_NOT_A_LIST, "not_a_list")


def _inflate(book: zipfile.ZipFile) -> None:
    total = 0
    for part in book.infolist():
        size, tail = 0, b""
        with book.open(part) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > SMALL and size > LARGEST_RATIO * max(1, part.compress_size):
                    raise Refused("名单文件解开后过大，请只保留人员名单这一张表。", "list_too_large")
                if total + size > LARGEST_UNPACKED:
                    raise Refused("名单文件解开后过大，请只保留人员名单这一张表。", "list_too_large")
                seen = tail + chunk
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise Refused("表格里有不允许的内容（实体定义），已拒绝打开。", "entities")
                tail = seen[-16:]
        total += size


def photo_names(path: Path) -> list[str]:
    """The picture files of a folder or a zip, by name. A zip with paths that lead elsewhere is refused whole."""
    if path.is_dir():
        found = sorted(entry.name for entry in path.iterdir() if entry.is_file() and not entry.is_symlink())
        return [name for name in found if is_picture(name)][:MOST_PHOTOS]
    try:
        if path.stat().st_size > LARGEST_PHOTOS:
            raise Refused("照片压缩包超过 2 GB，请分批提交。", "photos_too_large")
        with zipfile.ZipFile(path) as pack:
            names = [part.filename for part in pack.infolist() if not part.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused("照片压缩包打不开，请重新压缩为 .zip 或改用文件夹。", "photos_broken") from None
    if any(_strays(name) for name in names):
        raise Refused("照片压缩包里有指向别处的路径，已拒绝。", "strays")
    if len(names) > MOST_PHOTOS:
        raise Refused(f"照片超过 {MOST_PHOTOS} 张，请分批提交。", "photos_too_many")
    return [name for name in names if is_picture(name)]


def is_picture(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in (".jpg", ".jpeg", ".png")


def _strays(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\x00" in name
