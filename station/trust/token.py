"""The bytes in the QR and their 191 digits, both directions; says nothing about whether a signature is good.

Layout and parsing rules: trust.md §4.1-§4.3. 15 bytes of body, 64 of signature, no personal data.
"""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

from station.domain.days import day_of
from station.domain.errors import Refused
from station.trust.algorithms import SIGNATURE_BYTES, AlgorithmNumber, Context

FORMAT = 1
BODY_BYTES = 15
TOKEN_BYTES = BODY_BYTES + SIGNATURE_BYTES
DIGITS = 191
EPOCH_DAY = date(2020, 1, 1)
EPOCH_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z, for phone codes
FIRST_YEAR = 2020
LAST_YEAR = FIRST_YEAR + 63
_LAYOUT = struct.Struct(">BH5sBIH")


class Kind(IntEnum):
    """The three-bit type field; values are on cards and never change."""

    CARD = 0
    PHONE = 1
    TEST = 2


CONTEXT_OF = {Kind.CARD: Context.CARD, Kind.PHONE: Context.PHONE, Kind.TEST: Context.TEST}


@dataclass(frozen=True, slots=True)
class NotAToken:
    """Why a text is not one of our codes; `reason` is stable and carries nothing of the text."""

    reason: str


@dataclass(frozen=True, slots=True)
class Body:
    """The 15 signed bytes. Equal bodies are the same code, whatever their signatures.

    A phone code belongs to no plastic (issue number 0); the four bytes of its days hold the second it was made.
    """

    kind: Kind
    algorithm: AlgorithmNumber
    key_number: int
    permit_number: str
    issue_number: int
    issued_on: date
    last_day: date
    print_check: int
    made_at_ms: int | None = None

    def pack(self) -> bytes:
        """The canonical bytes: `unpack(body.pack()) == body`. Raises `Refused` for what 15 bytes cannot say."""
        check_permit_number(self.permit_number)
        if not 0 <= self.print_check <= 0xFFFF or not 0 <= self.key_number <= 0xFFFF:
            raise Refused("印刷校验码或密钥编号超出范围。", "token_field_range")
        number = int(self.permit_number[2:6]) << 26 | (int(self.permit_number[6:10]) - FIRST_YEAR) << 20
        number |= int(self.permit_number[10:])
        first = FORMAT << 5 | self.algorithm << 3 | self.kind
        window = self._moment() if self.kind is Kind.PHONE else self._days()
        number_bytes = number.to_bytes(5, "big")
        return _LAYOUT.pack(first, self.key_number, number_bytes, self.issue_number, window, self.print_check)

    def _days(self) -> int:
        issued, last = (self.issued_on - EPOCH_DAY).days, (self.last_day - EPOCH_DAY).days
        if not 1 <= self.issue_number <= 255:
            raise Refused("同一编号的印制次数须在 1 至 255 之间。", "issue_number_range")
        if not 0 <= issued <= last <= 0xFFFF or self.made_at_ms is not None:
            raise Refused("证件的签发日期或截止日期不正确。", "token_days")
        return issued << 16 | last

    def _moment(self) -> int:
        seconds, rest = divmod((self.made_at_ms or 0) - EPOCH_MS, 1000)
        same_day = self.made_at_ms is not None and self.issued_on == self.last_day == day_of(self.made_at_ms)
        if self.issue_number != 0 or rest or not same_day or not 0 <= seconds <= 0xFFFFFFFF:
            raise Refused("动态码的时间不正确。", "token_moment")
        return seconds


@dataclass(frozen=True, slots=True)
class Token:
    """79 bytes: a body and its signature. Parsed is not verified; only `verdict.judge` says what it is worth."""

    body: Body
    signature: bytes = field(compare=False, repr=False)

    def to_bytes(self) -> bytes:
        return self.body.pack() + self.signature


def phone_body(algorithm: AlgorithmNumber, key_number: int, permit_number: str, now_ms: int, check: int) -> Body:
    """The body of a short-lived phone code made at `now_ms`, cut to whole seconds (trust.md T3)."""
    made = now_ms - now_ms % 1000
    day = day_of(made)
    return Body(Kind.PHONE, algorithm, key_number, permit_number, 0, day, day, check, made)


def check_permit_number(text: str) -> None:
    """`Refused` unless 16 ASCII digits of Zhejiang, first issued 2020 to 2083, sequence from 000001 (domain §3.3)."""
    plain = len(text) == 16 and text.isascii() and text.isdigit() and text.startswith("33")
    if not plain or not FIRST_YEAR <= int(text[6:10]) <= LAST_YEAR or int(text[10:]) == 0:
        raise Refused("编号应为 33 开头的 16 位数字，年份不早于 2020 年，序号从 000001 起。", "permit_number_form")


def unpack(raw: bytes) -> Body | NotAToken:
    """Read 15 bytes strictly: whatever is accepted packs back into exactly these bytes."""
    first, key_number, number_bytes, issue, window, check = _LAYOUT.unpack(raw)
    if first >> 5 != FORMAT:
        return NotAToken("unknown_format")
    if (first >> 3 & 3) not in _ALGORITHMS:
        return NotAToken("unknown_algorithm")
    if (first & 7) not in _KINDS:
        return NotAToken("unknown_type")
    number = int.from_bytes(number_bytes, "big")
    county, year, sequence = number >> 26, FIRST_YEAR + (number >> 20 & 63), number & 0xFFFFF
    if county > 9999 or not 1 <= sequence <= 999_999:
        return NotAToken("bad_permit_number")
    kind, algorithm = Kind(first & 7), AlgorithmNumber(first >> 3 & 3)
    if (issue == 0) is not (kind is Kind.PHONE):
        return NotAToken("bad_issue_number")
    permit_number = f"33{county:04d}{year}{sequence:06d}"
    if kind is Kind.PHONE:
        return phone_body(algorithm, key_number, permit_number, EPOCH_MS + window * 1000, check)
    if window >> 16 > window & 0xFFFF:
        return NotAToken("bad_days")
    issued, last = (EPOCH_DAY + timedelta(days=days) for days in (window >> 16, window & 0xFFFF))
    return Body(kind, algorithm, key_number, permit_number, issue, issued, last, check)


_ALGORITHMS = frozenset(int(one) for one in AlgorithmNumber)
_KINDS = frozenset(int(one) for one in Kind)


def encode(token: Token) -> str:
    """Exactly 191 ASCII digits: the 79 bytes as one big-endian integer."""
    return str(int.from_bytes(token.to_bytes(), "big")).zfill(DIGITS)


def parse(text: str) -> Token | NotAToken:
    """The only reading of the 191 digits. Total: any text gives an answer, nothing is raised.

    ASCII digits only, because `int()` also takes full-width digits, underscores, signs and spaces.
    """
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        return NotAToken("not_191_digits")
    value = int(text)
    if value >> (8 * TOKEN_BYTES):
        return NotAToken("too_large")
    raw = value.to_bytes(TOKEN_BYTES, "big")
    body = unpack(raw[:BODY_BYTES])
    return body if isinstance(body, NotAToken) else Token(body, raw[BODY_BYTES:])


def check_prefix(prefix: str) -> None:
    """`Refused` unless it is `https://host/` or `https://host/path/`, in ASCII, host in lower case."""
    host, slash, path = prefix.removeprefix("https://").partition("/")
    named = bool(host) and all(c in "abcdefghijklmnopqrstuvwxyz0123456789.-:" for c in host)
    clean = prefix.isascii() and not any(c in "?#@\\ " for c in path) and prefix.endswith("/")
    if not (prefix.startswith("https://") and slash and named and clean):
        raise Refused("码的网址前缀应形如 https://域名/ ，小写，以斜杠结尾。", "bad_prefix")


def url(prefix: str, token: Token) -> str:
    """What the QR says: the city's https prefix and the 191 digits."""
    check_prefix(prefix)
    return prefix + encode(token)


def parse_scan(text: str, allowed_prefixes: Sequence[str]) -> Token | NotAToken:
    """What a scanner or a person delivered: 191 bare digits, or the address of an allowed host around them.

    Scheme and host are compared without case, the path exactly; line ends a scanner adds are dropped. An address
    elsewhere is `foreign_host` (a look-alike sticker, trust.md T4). Total, like `parse`.
    """
    text = text.strip(" \t\r\n")
    if not text.isascii():
        return NotAToken("not_a_code")
    if "://" not in text:
        return parse(text)
    host_end = text.find("/", text.index("://") + 3) + 1 or len(text)
    address = text[:host_end].lower() + text[host_end:]
    for prefix in allowed_prefixes:
        if address.startswith(prefix):
            return parse(address[len(prefix) :])
    ours = {prefix[: prefix.index("/", len("https://")) + 1] for prefix in allowed_prefixes}
    return NotAToken("not_a_code" if address[:host_end] in ours else "foreign_host")


def print_check(*fields: str) -> int:
    """16 bits over the printed fields in the order given, so a swapped name shows offline (trust.md T2).

    Fields are compared in NFC without white space; length-prefixed, so text cannot move between fields. Names come
    with their middle dot already folded by the domain.
    """
    digest = hashlib.sha256(b"anxin.print-check.1\x00")
    for one in fields:
        data = "".join(unicodedata.normalize("NFC", one).split()).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(4, "big") + data)
    return int.from_bytes(digest.digest()[:2], "big")
