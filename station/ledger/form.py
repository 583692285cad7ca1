"""What a fact's body must look like before anybody asks what it means: canonical JSON, header, limits.

Every limit is here with its reason. Nothing in this file knows a kind of fact, a key or a table.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from station.domain.errors import Refused

FORMAT = 1
"""1 (2026-11): the parts in `KEYS`, personal fields in `sealed`."""
BODY_LIMIT = 65_536
"""The longest lawful payload is a complaint of a few thousand characters; 64 KiB keeps a batch of 1,000 at 64 MiB."""
DEPTH_LIMIT = 6
"""Our own deepest body has four levels; two are left for kinds to come."""
NUMBER_LIMIT = 1 << 63
KEYS = frozenset(
    ["actor", "at", "city", "data", "epoch", "format", "kind", "prev", "seq", "station", "subject", "version"]
)

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_HEX64 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KEY_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_WORDS = (
    ("station", re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)),
    ("kind", re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,40}){0,3}", re.ASCII)),
    ("subject", re.compile(r"[a-z]{1,16}:[\x21-\x7e]{1,100}", re.ASCII)),
    ("city", re.compile(r"[0-9]{6}", re.ASCII)),
)


def canonical(value: dict[str, Any]) -> str:
    """The one way to write this down."""
    return _ENCODER.encode(value)


def octets_of(text: str) -> bytes:
    """UTF-8. Raises Refused for half a surrogate pair, which no database keeps."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("文字中含有无法保存的残缺字符，请重新输入。", code="text_broken") from None


def key_of(sealed: Any) -> str | None:
    """The id of the person key in the `sealed` part of a body; None where that part is not what it should be."""
    key = sealed.get("key") if type(sealed) is dict else None
    return key if type(key) is str and _KEY_ID.fullmatch(key) else None


def complaint(fields: dict[str, Any]) -> str | None:
    """What is wrong with the form of a body, in words for a log; None when nothing is."""
    if fields.keys() != KEYS and fields.keys() != KEYS | {"sealed"}:
        return "a fact has other parts than it should"
    for name, pattern in _WORDS:
        value = fields[name]
        if type(value) is not str or not pattern.fullmatch(value):
            return f"a fact's {name} is not well formed"
    for name in ("at", "epoch", "format", "seq", "version"):
        value = fields[name]
        if type(value) is not int or not 0 < value < NUMBER_LIMIT:
            return f"a fact's {name} is not well formed"
    prev, actor = fields["prev"], fields["actor"]
    if type(prev) is not str or (prev and not _HEX64.fullmatch(prev)) or bool(prev) != (fields["seq"] > 1):
        return "a fact's prev is not well formed"
    if type(actor) is not str or not 0 < len(actor) <= 64:
        return "a fact's actor is not well formed"
    if fields["format"] != FORMAT or type(fields["data"]) is not dict or not _plain(fields["data"], 1):
        return "a fact's data or format is not well formed"
    return _sealed_complaint(fields["sealed"]) if "sealed" in fields else None


def _sealed_complaint(sealed: Any) -> str | None:
    wrong = "a sealed box is not well formed"
    if type(sealed) is not dict or sealed.keys() != {"box", "key"}:
        return wrong
    key, box = sealed["key"], sealed["box"]
    if type(key) is not str or not _KEY_ID.fullmatch(key) or type(box) is not str:
        return wrong
    try:
        octets = base64.b64decode(box, validate=True)
    except (binascii.Error, ValueError):
        return wrong
    return None if base64.b64encode(octets).decode("ascii") == box else wrong


def _plain(value: Any, depth: int) -> bool:
    """Not too deep, and no number that JSON readers disagree about."""
    if type(value) is float:
        return value - value == 0.0
    if type(value) is dict:
        return depth < DEPTH_LIMIT and all(_plain(item, depth + 1) for item in value.values())
    if type(value) is list:
        return depth < DEPTH_LIMIT and all(_plain(item, depth + 1) for item in value)
    return True
