"""What an Evolis printer answers, as values: text to faults, numbers, positions (hardware.md §1.5, §1.7)."""

from __future__ import annotations

import re

from devices.contracts import CardPosition, FaultCode, PrinterFault, Severity
from devices.errors import BadReply
from devices.languages.faults import fault

LONGEST = 512
"""Bytes of one answer; the longest known (a sensor list) has under 100."""

_STRINGS = (
    ("COVER OPEN", FaultCode.COVER_OPEN, None),
    ("HOPPER DOOR", FaultCode.COVER_OPEN, None),
    ("FEEDER EMPTY", FaultCode.FEEDER_EMPTY, None),
    ("ERROR HOPPER", FaultCode.FEED_FAIL, None),
    ("HOPPER FULL", FaultCode.OUTPUT_FULL, None),
    ("CARD JAM", FaultCode.CARD_JAM, None),
    ("ERR RIB DETECTION", FaultCode.RIBBON_MISSING, None),
    ("ERROR RIBBON", FaultCode.RIBBON_BROKEN, None),
    ("ERROR HEAD", FaultCode.HEAD_HOT, None),
    ("ERR NEED CLEANING", FaultCode.CLEAN_MUST, None),
    ("NEED CLEANING", FaultCode.CLEAN_DUE, None),
    ("ERROR MAG", FaultCode.ENCODER, None),
    ("ERROR CDE", FaultCode.SYNTAX, None),
    ("ERROR PARAMETRES", FaultCode.SYNTAX, None),
    ("OPT NOT AVAILABLE", FaultCode.SYNTAX, None),
    ("ERROR CHECKSUM", FaultCode.SYNTAX, None),
    ("ERROR TIME OUT", FaultCode.OFFLINE, Severity.MID),
    ("ERR CARD", FaultCode.CARD_IN_PATH, None),
    ("BUSY", FaultCode.BUSY, None),
)
"""Printer words -> fault; the first that the answer contains counts, so longer strings stand before their parts."""

_RIBBONS = frozenset(
    {"ymcko", "ymckos", "ymckok", "kb", "kw", "kr", "kbl", "kgr", "kgo"}
    | {"ksi", "ksc", "ko", "h", "ho", "ktc", "ktp", "ka"}
)
"""The codes of Pr and Rr (hardware.md §1.5)."""

_INTEGER = re.compile(r"\s*(\d{1,9})\s*", re.ASCII)
_PAIR = re.compile(r"\s*(\d{1,3})(?:\D+(\d{1,3}))?\s*", re.ASCII)
_VOLTS = re.compile(r"\s*(\d{1,2})[.,](\d{1,3})\s*(?:V|Volts?)?\s*", re.ASCII | re.IGNORECASE)


def cut(held: bytearray) -> str | None:
    """Take one NUL-terminated answer off the front, None when none is whole yet. Raises BadReply."""
    end = held.find(0)
    if end > LONGEST or (end < 0 and len(held) > LONGEST):
        raise BadReply("打印机的回答过长：请核对打印机型号设置。", "reply_length")
    if end < 0:
        return None
    raw = bytes(held[:end])
    del held[: end + 1]
    if any(byte < 0x20 or byte > 0x7E for byte in raw.strip(b"\r\n")):
        raise BadReply("打印机的回答不是文字：请核对打印机型号设置。", "reply_text")
    return raw.decode("ascii").strip()


def trouble(reply: str) -> PrinterFault | None:
    """None for exactly OK; otherwise the fault that the answer to a command names."""
    if reply == "OK":
        return None
    for words, code, severity in _STRINGS:
        if words in reply:
            return fault(code, reply, severity)
    return fault(FaultCode.UNKNOWN, reply)


def knows(reply: str) -> bool:
    """False when the printer says that it does not have this question."""
    found = trouble(reply)
    return found is None or found.code is not FaultCode.SYNTAX


def number(reply: str) -> int:
    """A counter. Raises BadReply for anything but a number."""
    match = _INTEGER.fullmatch(reply)
    if match is None:
        raise BadReply(f"打印机的计数器回答无法理解：{reply[:40]}", "reply_number")
    return int(match[1])


def mode(reply: str) -> tuple[int, int | None]:
    """The answer to Rem: error management now, and the value kept over power-off when the model tells it."""
    match = _PAIR.fullmatch(reply)
    if match is None:
        raise BadReply(f"打印机的错误管理方式回答无法理解：{reply[:40]}", "reply_mode")
    return int(match[1]), None if match[2] is None else int(match[2])


def volts(reply: str) -> float:
    """A sensor voltage; newer models write a decimal comma. Raises BadReply."""
    match = _VOLTS.fullmatch(reply)
    if match is None:
        raise BadReply(f"打印机的传感器回答无法理解：{reply[:40]}", "reply_volts")
    return float(f"{match[1]}.{match[2]}")


def ribbon(reply: str) -> str:
    """The kind of ribbon that is named, "" for a word of which we do not know whether it names one."""
    code = reply.strip().lower()
    code = "kb" if code == "k" else code  # captures say k for what the guide calls kb
    return code if code in _RIBBONS else ""


def position(reply: str) -> CardPosition:
    """The answer to Rlr;p: OK (newer) and NO CARD (2003) mean empty, any other CARD means inside."""
    if reply in ("OK", "NO CARD"):
        return CardPosition.NONE
    return CardPosition.INSIDE if "CARD" in reply else CardPosition.UNKNOWN
