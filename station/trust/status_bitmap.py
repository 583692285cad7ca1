"""The signed list of a city's permits that no longer count, for checking its cards without a network.

One bit per sequence number of a county and year: set means suspended, revoked or cancelled (trust.md §4.6). It says
nothing of colours and nothing of which issue of a card is current; those need the facts.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from station.domain.errors import Fault, Refused
from station.trust.algorithms import SIGNATURE_BYTES, Context
from station.trust.keyring import Keyring
from station.trust.register import KeyState
from station.trust.signer import Signer
from station.trust.token import check_permit_number

MAGIC = b"AXSB\x01"
SIZE_LIMIT = 8 << 20
SEQUENCE_LIMIT = 1_000_000
_HEAD = struct.Struct(">5sIQQHH")
_SEGMENT = struct.Struct(">HHI")


class Listed(StrEnum):
    """What the list says. UNKNOWN: the number lies outside it, so it cannot tell."""

    WITHDRAWN = "withdrawn"
    NOT_WITHDRAWN = "not_withdrawn"
    UNKNOWN = "unknown"


Place = tuple[int, int]  # county digits within 33, year


@dataclass(frozen=True, slots=True)
class Segment:
    """The numbers of one county and year: how many were given out, and bit n set for sequence n + 1 withdrawn."""

    size: int
    bits: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.size < SEQUENCE_LIMIT or len(self.bits) != _bytes_for(self.size):
            raise Refused("名单的长度与已发放的序号不符。", "bitmap_size")


@dataclass(frozen=True, slots=True)
class StatusBitmap:
    """A city's list, one segment per county and year.

    `generation` rises with every list of that city; `as_of_ms` is what people are shown beside the answer.
    """

    city: str
    generation: int
    as_of_ms: int
    segments: Mapping[Place, Segment] = field(repr=False)

    def __post_init__(self) -> None:
        # A key of one city must not be able to speak about another city's numbers.
        here = {county // 100 for county, _ in self.segments} <= {int(self.city[2:4])}
        if not here or self.generation < 1 or self.as_of_ms < 0:
            raise Refused("状态名单的地区、期次或时间不正确。", "bitmap_fields")

    @classmethod
    def of(
        cls, city: str, generation: int, as_of_ms: int, sizes: Mapping[Place, int], withdrawn: Iterable[str]
    ) -> StatusBitmap:
        """The list of a city: `sizes` is the last sequence given out per (county, year)."""
        bits = {place: bytearray(_bytes_for(size)) for place, size in sizes.items()}
        for number in withdrawn:
            place, index = _place(number)
            if index >= sizes.get(place, 0):
                raise Refused("名单中的编号不属于该市，或超出已发放的序号。", "bitmap_number")
            bits[place][index // 8] |= 1 << index % 8
        segments = {place: Segment(size, bytes(bits[place])) for place, size in sizes.items()}
        return cls(city, generation, as_of_ms, segments)

    def listed(self, permit_number: str) -> Listed:
        """Whether that permit is on the list; `Refused` for a malformed number."""
        place, index = _place(permit_number)
        segment = self.segments.get(place)
        if segment is None or index >= segment.size:
            return Listed.UNKNOWN
        return Listed.WITHDRAWN if segment.bits[index // 8] >> index % 8 & 1 else Listed.NOT_WITHDRAWN

    def replaces(self, other: StatusBitmap | None) -> bool:
        """This list may take the other's place: same city, higher generation, not made earlier."""
        if other is None:
            return True
        same, newer = self.city == other.city, self.generation > other.generation
        return same and newer and self.as_of_ms >= other.as_of_ms

    def signed_by(self, signer: Signer) -> bytes:
        """The file that travels: head, compressed bits, signature of a key of that city."""
        body = self._body(signer.key.number)
        return body + signer.sign_bitmap(body)

    def _body(self, key_number: int) -> bytes:
        places = sorted(self.segments)
        head = _HEAD.pack(MAGIC, int(self.city), self.generation, self.as_of_ms, key_number, len(places))
        table = b"".join(_SEGMENT.pack(*place, self.segments[place].size) for place in places)
        return head + table + zlib.compress(b"".join(self.segments[place].bits for place in places), 9)


def read_bitmap(data: bytes, keyring: Keyring, on: date) -> StatusBitmap:
    """The list in a file. The signature is checked before anything is inflated; `Fault` for anything not right."""
    body, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
    if len(data) > SIZE_LIMIT or len(body) < _HEAD.size or not body.startswith(MAGIC):
        raise _damaged()
    _, city_number, generation, as_of_ms, key_number, count = _HEAD.unpack_from(body)
    city = f"{city_number:06d}"
    _check_signature(keyring, key_number, city, on, body, signature)
    try:
        return StatusBitmap(city, generation, as_of_ms, _segments(body[_HEAD.size :], count))
    except Refused as error:
        raise _damaged() from error


def _check_signature(keyring: Keyring, number: int, city: str, on: date, body: bytes, signature: bytes) -> None:
    key, verifier = keyring.key(number), keyring.verifier(number)
    usable = key is not None and key.state is not KeyState.WITHDRAWN and on <= key.verify_until and key.covers(city)
    if not usable or verifier is None or not verifier.verify(signature, Context.BITMAP, body):
        raise Fault("外市状态名单的签名无效，已拒绝。", "请联网后重新获取名单。", code="bitmap_forged")


def _segments(rest: bytes, count: int) -> dict[Place, Segment]:
    if len(rest) < count * _SEGMENT.size:
        raise _damaged()
    table = [_SEGMENT.unpack_from(rest, index * _SEGMENT.size) for index in range(count)]
    total = sum(_bytes_for(size) for _, _, size in table)
    if total > SIZE_LIMIT or len({(county, year) for county, year, _ in table}) != count:
        raise _damaged()
    bits = _inflate(rest[count * _SEGMENT.size :], total)
    segments, start = {}, 0
    for county, year, size in table:
        end = start + _bytes_for(size)
        segments[county, year] = Segment(size, bits[start:end])
        start = end
    return segments


def _inflate(packed: bytes, total: int) -> bytes:
    # Never more than was announced, so a signed mistake cannot fill the memory either.
    inflater = zlib.decompressobj()
    try:
        bits = inflater.decompress(packed, total + 1)
    except zlib.error as error:
        raise _damaged() from error
    if len(bits) != total or not inflater.eof or inflater.unused_data:
        raise _damaged()
    return bits


def _bytes_for(size: int) -> int:
    return (size + 7) // 8


def _place(permit_number: str) -> tuple[Place, int]:
    check_permit_number(permit_number)
    return (int(permit_number[2:6]), int(permit_number[6:10])), int(permit_number[10:]) - 1


def _damaged() -> Fault:
    return Fault("外市状态名单无法读取。", "请联网后重新获取名单。", code="bitmap_damaged")
