"""Frames of the Magicard language: bytes to pages and commands, without I/O (hardware.md §3.2, §3.4); knows no picture.

`05… 01 text 1C [plane 1C letter 3A]… 03`. A text that opens with a comma is a page and declares its planes (SZB…);
any other is a command. Input is untrusted: a plane has one of two sizes, and a text has a limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from devices.errors import BadReply
from devices.languages.magicard_planes import DYE_BYTES, RESIN_BYTES

SYNC, START, FIELD, END, MARK = 0x05, 0x01, 0x1C, 0x03, 0x3A
LONGEST_TEXT = 2048  # a page of ours has under 300
LONGEST_REPLY = 512

PLANES = {"B": "y", "G": "m", "R": "c", "K": "k"}
"""A plane's letter on the wire -> the ink it carries."""

_SIZE = re.compile(r"SZ([BGRK])(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Frame:
    """One page or command as it stood on the wire."""

    text: str
    planes: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    @property
    def is_page(self) -> bool:
        """A page of a job; otherwise a command or a question."""
        return self.text.startswith(",")

    @property
    def keys(self) -> tuple[str, ...]:
        """What stands between the commas."""
        return tuple(filter(None, self.text.split(",")))


def refused(why: str) -> BadReply:
    """One way to say that bytes are not this language."""
    return BadReply(f"打印数据不是完整正确的 Magicard 指令：{why}。", "magicard_syntax")


def page(keys: list[str], planes: list[tuple[str, bytes]]) -> list[bytes]:
    """A page in pieces: preamble and keys, each plane, the end mark. Together they are its bytes."""
    sizes = [f"SZ{letter}{len(data)}" for letter, data in planes]
    text = "," + ",".join([*keys, *sizes])
    head = bytes([SYNC]) * 64 + bytes([START]) + text.encode("ascii") + bytes([FIELD])
    return [head, *(data + bytes([FIELD, ord(letter), MARK]) for letter, data in planes), bytes([END])]


def command(text: str) -> bytes:
    """A command or question."""
    return bytes([SYNC]) * 9 + bytes([START]) + text.encode("ascii") + bytes([FIELD, END])


def question(key: str) -> bytes:
    """The question for one value."""
    return command(f"REQ,STA,{key},")


def cut(held: bytearray) -> str | None:
    """Take one reply off the front, without its frame: `STA,TCQ1200`. None when none is whole yet. Raises BadReply."""
    end = held.find(END)
    if end > LONGEST_REPLY or (end < 0 and len(held) > LONGEST_REPLY):
        raise BadReply("打印机的回答过长：请核对打印机型号设置。", "reply_length")
    if end < 0:
        return None
    raw = bytes(held[:end])
    del held[: end + 1]
    if raw[:1] != bytes([START]) or any(byte < 0x20 or byte > 0x7E for byte in raw[1:]):
        raise BadReply("打印机的回答不是文字：请核对打印机型号设置。", "reply_text")
    return raw[1:].decode("ascii").removesuffix(",").strip()


class FrameReader:
    """Takes bytes in any pieces and gives whole frames. After a BadReply, `resync` or a new reader is needed."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._text = ""
        self._sizes: list[tuple[str, int]] = []
        self._planes: list[tuple[str, bytes]] = []
        self._open = False  # a text is complete, its planes or its end are not
        self.taken = 0  # bytes of the stream that belong to frames already given

    @property
    def idle(self) -> bool:
        """Nothing has come since the last frame."""
        return not self._open and not self._held

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the page that is being received, empty before its text is complete."""
        return Frame(self._text).keys if self._open else ()

    @property
    def receiving(self) -> tuple[str, float] | None:
        """The ink of the plane that is coming in, and the share of it that is here."""
        if not self._open or len(self._planes) == len(self._sizes):
            return None
        letter, size = self._sizes[len(self._planes)]
        return PLANES[letter], min(1.0, len(self._held) / size)

    @property
    def wants_end(self) -> bool:
        """Every plane is here, the end mark is not."""
        return self._open and len(self._planes) == len(self._sizes) and not self._held

    def feed(self, data: bytes) -> None:
        """Add bytes. Nothing is parsed yet."""
        self._held += data

    def take(self) -> Frame | None:
        """The next whole frame, or None when more bytes are needed. Raises BadReply for anything else."""
        if not self._open and not self._take_text():
            return None
        while len(self._planes) < len(self._sizes):
            letter, size = self._sizes[len(self._planes)]
            if len(self._held) < size + 3:
                return None
            if self._held[size : size + 3] != bytes([FIELD, ord(letter), MARK]):
                raise refused("图像数据的长度与声明不符")
            self._planes.append((letter, bytes(self._held[:size])))
            self._drop(size + 3)
        if not self._held:
            return None
        if self._held[0] != END:
            raise refused("没有结束标记")
        self._drop(1)
        frame = Frame(self._text, tuple(self._planes))
        self._text, self._sizes, self._planes, self._open = "", [], [], False
        return frame

    def abandon(self) -> None:
        """Forget a frame that will not be finished: the link was lost."""
        self._text, self._sizes, self._planes, self._open = "", [], [], False
        self._drop(len(self._held))

    def resync(self) -> None:
        """After nonsense, drop everything up to the next preamble."""
        at = self._held.find(SYNC, 1)
        held = self._held[at:] if at > 0 else bytearray()
        self.abandon()
        self._held += held

    def _take_text(self) -> bool:
        begin = len(self._held) - len(self._held.lstrip(bytes([SYNC])))
        if begin == len(self._held):
            return False
        if self._held[begin] != START or begin == 0:
            raise refused("没有开始标记")
        end = self._held.find(FIELD, begin)
        if max(end, len(self._held) if end < 0 else 0) - begin > LONGEST_TEXT:
            raise refused(f"参数超过 {LONGEST_TEXT} 字节")
        if end < 0:
            return False
        raw = bytes(self._held[begin + 1 : end])
        if not raw or any(byte < 0x20 or byte > 0x7E for byte in raw):
            raise refused("参数中有不可打印的字符")
        self._text = raw.decode("ascii")
        self._sizes = _sizes(Frame(self._text))
        self._drop(end + 1)
        self._open = True
        return True

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self.taken += count


def _sizes(frame: Frame) -> list[tuple[str, int]]:
    if not frame.is_page:
        return []
    found = [(match[1], int(match[2])) for key in frame.keys if (match := _SIZE.fullmatch(key))]
    letters = [letter for letter, _ in found]
    wrong = [size for letter, size in found if size != (RESIN_BYTES if letter == "K" else DYE_BYTES)]
    if not found or wrong or len(set(letters)) != len(letters):
        raise refused("图像的大小声明不对")
    return found
