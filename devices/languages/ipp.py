"""The Internet Printing Protocol as a codec without I/O: requests and answers as groups of attributes (RFC 8010, 8011).

It knows the encoding and the few codes a card needs, no queue and no wire. Answers are untrusted: every length is
checked against what is there.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.errors import BadReply

Value = int | bool | str | bytes
VERSION = (2, 0)
_END, _MOST_VALUES = 0x03, 4096


class Operation(enum.IntEnum):
    """What is asked for (RFC 8011 §5.4.15; the last is CUPS's own)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    CUPS_GET_PRINTERS = 0x4002


class Group(enum.IntEnum):
    """Whom the attributes are about."""

    OPERATION = 0x01
    JOB = 0x02
    PRINTER = 0x04


class Tag(enum.IntEnum):
    """How a value is written."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49


class JobState(enum.IntEnum):
    """RFC 8011 §5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


_NUMBERS = (Tag.INTEGER, Tag.ENUM)
NOT_FOUND = 0x0406
REFUSED = 0x0400
"""Status codes from here on are refusals (RFC 8011 §5.1.2 and appendix B)."""

Attributes = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Message:
    """A request (`code` is an Operation) or an answer (`code` is a status), and the document behind it."""

    code: int
    number: int
    groups: tuple[tuple[int, Attributes], ...]
    document: bytes = field(default=b"", repr=False)

    def of(self, group: Group) -> tuple[Attributes, ...]:
        """Every group of that kind, in order."""
        return tuple(found for tag, found in self.groups if tag == group)

    def first(self, group: Group) -> Attributes:
        """The first group of that kind, or nothing."""
        return next(iter(self.of(group)), {})


@dataclass(frozen=True, slots=True)
class Typed:
    """A value to send, with its tag."""

    tag: Tag
    values: tuple[Value, ...]


def one(tag: Tag, *values: Value) -> Typed:
    """A value, or several of the same kind."""
    return Typed(tag, values)


def write(code: int, number: int, groups: list[tuple[Group, dict[str, Typed]]], document: bytes = b"") -> bytes:
    """The bytes of a request or an answer."""
    out = [struct.pack(">BBHI", *VERSION, code, number)]
    for group, attributes in groups:
        out.append(bytes([group]))
        for name, typed in attributes.items():
            label = name.encode("ascii")
            for value in typed.values:
                body = _body(typed.tag, value)
                out.append(struct.pack(">BH", typed.tag, len(label)) + label + struct.pack(">H", len(body)) + body)
                label = b""  # further values of one attribute carry no name
    return b"".join([*out, bytes([_END]), document])


def read(raw: bytes) -> Message:
    """A message from its bytes. Raises BadReply."""
    try:
        _, _, code, number = struct.unpack_from(">BBHI", raw)
        place, groups, count = 8, [], 0
        found: dict[str, tuple[Value, ...]] = {}
        name = ""
        while (tag := raw[place]) != _END:
            place += 1
            if tag < 0x10:
                found, name = {}, ""
                groups.append((tag, found))
                continue
            label, place = _counted(raw, place)
            body, place = _counted(raw, place)
            count += 1
            if not groups or (not label and not name) or count > _MOST_VALUES:
                raise BadReply("打印队列的回答无法理解。", "ipp")
            name = label.decode("ascii") or name
            value = _value(tag, body)
            found[name] = (value,) if label else (*found[name], value)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BadReply("打印队列的回答无法理解。", "ipp") from error
    return Message(code, number, tuple(groups), raw[place + 1 :])


def _counted(raw: bytes, place: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">H", raw, place)
    end = place + 2 + size
    if end > len(raw):
        raise IndexError(end)
    return raw[place + 2 : end], end


def _body(tag: Tag, value: Value) -> bytes:
    if tag in _NUMBERS:
        return struct.pack(">i", value)
    if tag is Tag.BOOLEAN:
        return bytes([bool(value)])
    return value if isinstance(value, bytes) else str(value).encode("utf-8")


def _value(tag: int, body: bytes) -> Value:
    if tag in _NUMBERS:
        (number,) = struct.unpack(">i", body)
        return int(number)
    if tag == Tag.BOOLEAN:
        return body != b"\0"
    return body.decode("utf-8") if 0x40 <= tag <= 0x49 else body
