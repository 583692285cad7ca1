"""The frames of the Evolis language: bytes to commands and back, without I/O; knows no meaning but a download's length.

`ESC CMD [;p1;p2…] [data] CR` (hardware.md §1.1, guide A5013 §3). Binary data is taken by its declared length, never by
looking for CR; NULs between commands are skipped; ESC may be absent after a CR. Input is untrusted: every length has a
limit before memory is kept for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from devices.errors import BadReply
from devices.languages.raster import DOTS, LINES

CR = 0x0D

BITS = {2: 1, 32: 5, 64: 6, 128: 7}
"""Levels of a panel -> bits a dot."""

LONGEST_TEXT = 255  # a text command (Wt) is the longest the guide knows; none reaches this
LONGEST_DOWNLOAD_HEADER = 40  # "Dbpc;k;128;1015;99999999;" and room
MOST_COMPRESSED = LINES * (DOTS // 8 + 1)  # resin: a count byte and a whole line, 1016 times
MOST_COMPRESSED_COLOUR = LINES * DOTS * 2  # colour: a value and a counter for every dot
MOST_PARTIAL_LINES = 420  # A5013: Dbp carries at most 420 lines
MOST_COMMANDS = 200  # of one job; a colour card with a back needs 14


def plane_size(levels: int) -> int:
    """Bytes of one uncompressed panel: 82 296, 411 480, 493 776 or 576 072 (hardware.md §1.3)."""
    return LINES * DOTS * BITS[levels] // 8


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it stood on the wire."""

    name: str
    parameters: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False)


def frame(name: str, *parameters: str | int, data: bytes = b"") -> bytes:
    """The bytes of one command; with `data`, a separator stands before it."""
    head = ";".join([name, *map(str, parameters)])
    return b"\x1b" + head.encode("ascii") + (b";" + data if data else b"") + b"\r"


def refused(why: str) -> BadReply:
    """One way to say that bytes are not this language."""
    return BadReply(f"打印数据不是完整正确的 Evolis 指令：{why}。", "evolis_syntax")


class CommandReader:
    """Takes bytes in any pieces and gives whole commands. After a BadReply, `resync` or a new reader is needed."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.taken = 0  # bytes of the stream that are behind us, padding included

    @property
    def idle(self) -> bool:
        """True between commands: nothing but padding has come since the last CR."""
        self._skip_padding()
        return not self._held

    @property
    def receiving(self) -> tuple[str, float] | None:
        """The panel whose download has begun but not ended, and the share of its data that is here."""
        try:
            start, head = self._begun()
            if head is None:
                return None
            download = _download(head)
        except BadReply:
            return None
        return head[1], min(1.0, (len(self._held) - start - download.offset) / download.size)

    def feed(self, data: bytes) -> None:
        """Add bytes. Nothing is parsed yet."""
        self._held += data

    def take(self) -> Command | None:
        """The next whole command, or None when more bytes are needed. Raises BadReply for anything else."""
        start, head = self._begun()
        if head is not None:
            return self._take_download(start, head, _download(head))
        end = self._held.find(CR, start)
        if end < 0:
            if len(self._held) - start > LONGEST_TEXT:
                raise refused(f"指令超过 {LONGEST_TEXT} 字节没有结束")
            _printable(bytes(self._held[start:]))
            return None
        if end - start > LONGEST_TEXT:
            raise refused(f"指令长于 {LONGEST_TEXT} 字节")
        name, *parameters = _printable(bytes(self._held[start:end])).split(";")
        if name == "" or name in _DOWNLOADS:
            raise refused("指令没有名称或下载指令缺少参数")
        self._drop(end + 1)
        return Command(name, tuple(parameters))

    def resync(self) -> None:
        """Drop everything up to the next CR, as a printer does after a syntax error."""
        end = self._held.find(CR)
        self._drop(end + 1 if end >= 0 else len(self._held))

    def abandon(self) -> None:
        """Forget a command that will not be finished: the link was lost."""
        self._drop(len(self._held))

    def _begun(self) -> tuple[int, list[str] | None]:
        """Where the command starts, and name and parameters if it is a download whose header is complete."""
        self._skip_padding()
        held = self._held
        start = 1 if held.startswith(b"\x1b") else 0
        window = bytes(held[start : start + LONGEST_DOWNLOAD_HEADER])
        name, found, _ = window.partition(b";")
        wanted = _DOWNLOADS.get(name.decode("latin-1")) if found else None
        if wanted is None:
            return start, None
        parts = window.split(b";", wanted + 1)
        if len(parts) < wanted + 2:
            if len(window) == LONGEST_DOWNLOAD_HEADER:
                raise refused("下载指令的参数过长")
            return start, None
        return start, _printable(b";".join(parts[: wanted + 1])).split(";")

    def _take_download(self, start: int, head: list[str], download: _Download) -> Command | None:
        begin = start + download.offset
        end = begin + download.size
        if len(self._held) <= end:
            return None
        if self._held[end] != CR:
            raise refused("下载数据的长度与声明不符")
        data = bytes(self._held[begin:end])
        self._drop(end + 1)
        return Command(head[0], tuple(head[1:]), data)

    def _skip_padding(self) -> None:
        if self._held.startswith(b"\0"):
            self._drop(len(self._held) - len(self._held.lstrip(b"\0")))

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self.taken += count


def pieces(job: bytes) -> Iterator[tuple[Command, bytes]]:
    """Every command of a whole job with the bytes that carry it; the pieces together are the job.

    Raises BadReply when bytes are left over or there are too many commands.
    """
    reader = CommandReader()
    reader.feed(job)
    found: list[tuple[Command, int]] = []
    while (command := reader.take()) is not None:
        found.append((command, reader.taken))
        if len(found) > MOST_COMMANDS:
            raise refused(f"超过 {MOST_COMMANDS} 条指令")
    if not reader.idle:
        raise refused("最后一条指令不完整")
    begin = 0
    for place, (command, end) in enumerate(found, 1):
        end = len(job) if place == len(found) else end
        yield command, job[begin:end]
        begin = end


@dataclass(frozen=True, slots=True)
class _Download:
    offset: int  # of the data, from the start of the name
    size: int


def _download(head: list[str]) -> _Download:
    name, panel, levels, *rest = head
    bits = BITS.get(_number(levels))
    if panel not in tuple("ymcko") or bits is None or (panel in "ko") != (bits == 1):
        raise refused("下载指令的色带面或灰度级不存在")
    size = _SIZES[name](bits, [_number(part) for part in rest])
    return _Download(len(";".join(head)) + 1, size)


def _whole(bits: int, _: list[int]) -> int:
    return LINES * DOTS * bits // 8


def _compressed(bits: int, rest: list[int]) -> int:
    return _within(rest[0], 1, MOST_COMPRESSED if bits == 1 else MOST_COMPRESSED_COLOUR)


def _partial(bits: int, rest: list[int]) -> int:
    first, lines = _within(rest[0], 0, LINES - 1), _within(rest[1], 1, MOST_PARTIAL_LINES)
    _within(first + lines, 1, LINES)
    return lines * DOTS * bits // 8


def _partial_compressed(bits: int, rest: list[int]) -> int:
    _within(rest[0], 0, LINES - 1)
    return _compressed(bits, rest[1:])


_DOWNLOADS = {"Db": 2, "Dbc": 3, "Dbp": 4, "Dbpc": 4}
"""Download commands -> how many parameters stand before the data (hardware.md §1.3, §1.4)."""

_SIZES: dict[str, Callable[[int, list[int]], int]] = {
    "Db": _whole,
    "Dbc": _compressed,
    "Dbp": _partial,
    "Dbpc": _partial_compressed,
}


def _within(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise refused(f"下载参数不在 {low} 到 {high} 之间")
    return value


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 8):
        raise refused("下载参数不是数字")
    return int(text)


def _printable(raw: bytes) -> str:
    if any(byte < 0x20 or byte > 0x7E for byte in raw):
        raise refused("指令中有不可打印的字符")
    return raw.decode("ascii")
