"""The text form of a recorded conversation with a device: one line an event, in order, without a clock.

Bytes up to a limit stand there in full, longer ones as length and SHA-256 only: a job is a picture of a person's card
and has no place in a file that is sent around.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from devices.errors import Missing

SHOWN = 256
HEADER = "anxin device trace 1"
KINDS = ("open", "close", "flush", "write", "read", "fail")
_BARE = ("open", "close", "flush")
_MOST_LINES = 1_000_000


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `data` for what is shown; `size` and `digest` always; `word` is the kind of failure."""

    kind: str
    size: int = 0
    digest: str = ""
    data: bytes | None = None
    word: str = ""  # of a failure
    code: str = ""  # of a failure

    def fits(self, data: bytes) -> bool:
        """True when these are the recorded bytes."""
        return self.size == len(data) and self.digest == digest(data)


def digest(data: bytes) -> str:
    """How bytes are named without showing them."""
    return hashlib.sha256(data).hexdigest()


def moved(kind: str, data: bytes, full: bool = False) -> Event:
    """The event of bytes written or read."""
    return Event(kind, len(data), digest(data), data if full or len(data) <= SHOWN else None)


def line(event: Event) -> str:
    """One event as a line."""
    if event.kind in _BARE:
        return event.kind
    if event.kind == "fail":
        return f"fail {event.word} {event.size} {event.code}"
    shown = "-" if event.data is None else base64.b64encode(event.data).decode() or "="
    return f"{event.kind} {event.size} {event.digest} {shown}"


def events(text: str) -> list[Event]:
    """A whole trace. Raises Missing with the number of the first line that is no event."""
    lines = text.splitlines()
    if not lines or lines[0] != HEADER or len(lines) > _MOST_LINES:
        raise Missing("这个文件不是设备通信记录。", "trace")
    return [_event(number, words.split(" ")) for number, words in enumerate(lines[1:], 2)]


def shareable(text: str, harmless: Callable[[bytes], bool]) -> str:
    """A trace in which only harmless bytes are shown; of the others only the length, for the hash of a short text can
    be guessed. A line that is none is left out: a trace that was cut in the middle is still worth reading.
    """
    lines = [HEADER]
    for number, words in enumerate(text.splitlines()[1:], 2):
        try:
            event = _event(number, words.split(" "))
        except Missing:  # the recorder was cut in the middle of a line, or the line is none of ours
            continue
        if event.kind == "fail":
            known = event.word.isidentifier() and (not event.code or event.code.isidentifier())
            lines.append(line(event) if known else "fail Unknown 0 unknown")
            continue
        hidden = event.data is not None and not harmless(event.data)
        lines.append(line(dataclasses.replace(event, data=None, digest="0" * 64) if hidden else event))
    return "\n".join(lines) + "\n"


def _event(number: int, words: list[str]) -> Event:
    wrong = Missing(f"设备通信记录第 {number} 行无法理解。", "trace")
    try:
        if len(words) == 1 and words[0] in _BARE:
            return Event(words[0])
        if words[0] == "fail":
            _, word, size, code = words
            return Event("fail", int(size), word=word, code=code)
        kind, size, found, shown = words
        data = None if shown == "-" else base64.b64decode(shown, validate=True) if shown != "=" else b""
        event = Event(kind, int(size), found, data)
    except (ValueError, binascii.Error):
        raise wrong from None
    if kind not in ("write", "read") or (data is not None and not event.fits(data)):
        raise wrong
    return event
