"""Frames of a reader for second-generation identity cards (GA/T 467): bytes to commands and replies, no port.

`AA AA AA 96 69 | length | content | exclusive or of length and content` (hardware.md §7.1). Replies are untrusted:
their length is limited and their check is proved.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.errors import BadReply

PREAMBLE = bytes.fromhex("AAAAAA9669")
STATUS, FIND, SELECT, READ = b"\x11\xff", b"\x20\x01", b"\x20\x02", b"\x30\x01"
"""Commands: state of the module; is there a card; take it; its text and photo."""

OK, FOUND = 0x90, 0x9F
NO_CARD, NOT_SELECTED, NOT_READ = 0x80, 0x81, 0x41
_SHORTEST, _LONGEST = 4, 4096  # three status bytes and the check; a card with fingerprints has 2321 bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What the reader answered: its third status byte, and the data, which is about a person and never shown."""

    status: int
    data: bytes = field(default=b"", repr=False)


def check(body: bytes) -> int:
    """The exclusive or of length, command and data."""
    total = 0
    for byte in body:
        total ^= byte
    return total


def framed(content: bytes) -> bytes:
    """A frame around a command, or around the status and data of a reply."""
    body = (len(content) + 1).to_bytes(2, "big") + content
    return PREAMBLE + body + bytes([check(body)])


def reply(status: int, data: bytes = b"") -> bytes:
    """The frame of a reply."""
    return framed(bytes([0, 0, status]) + data)


def cut(held: bytearray) -> Reply | None:
    """Take one reply off the front of what was read; noise before a preamble is dropped. Raises BadReply."""
    begin = held.find(PREAMBLE)
    if begin < 0:
        del held[: max(0, len(held) - len(PREAMBLE) + 1)]
        return None
    del held[:begin]
    start = len(PREAMBLE)
    if len(held) < start + 2:
        return None
    size = int.from_bytes(held[start : start + 2], "big")
    if not _SHORTEST <= size <= _LONGEST:
        held.clear()
        raise BadReply("读卡器的回答无法理解：请重新放卡。", "id_length")
    end = start + 2 + size
    if len(held) < end:
        return None
    body = bytes(held[start:end])
    del held[:end]
    if check(body) != 0:
        raise BadReply("读卡器的数据在传送中损坏：请重新放卡。", "id_check")
    return Reply(body[4], body[5:-1])
