"""Panel downloads of the Evolis language: ink planes to Db/Dbc data and back (hardware.md §1.3, §1.4)."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from devices.languages.evolis_commands import BITS, Command, frame, refused
from devices.languages.raster import DOTS, LINES, Plane, pack, unpack, widened

_LINE = DOTS // 8  # bytes of one resin line
_BLACK, _WHITE = 0xFF, 0x00
_DOTS_THEN_RUN = re.compile(rb"([\x00-\x7f]+)|([\x80-\xff])(.)", re.DOTALL)
_EXTRA = {7: (), 6: (0x40,), 5: (0x40, 0x20)}
"""Bits of a run's value byte that each add 256 dots to its counter, by bits a dot (A5013, Dbc)."""


def download(letter: str, plane: Plane, levels: int, compressed: bool = False) -> bytes:
    """The command that downloads one panel. Only resin and varnish may be compressed: see `squeeze`."""
    data = pack(plane, BITS[levels])
    if compressed:
        squeezed = squeeze(data)
        return frame("Dbc", letter, levels, len(squeezed), data=squeezed)
    return frame("Db", letter, levels, data=data)


def lay(command: Command, planes: dict[str, Plane]) -> None:
    """Put a download into the printer's bitmap memory; a partial one leaves the other lines as they were."""
    letter, bits = command.parameters[0], BITS[int(command.parameters[1])]
    lines = _lines(command, bits)
    if command.name in ("Db", "Dbc"):
        planes[letter] = lines
        return
    first = int(command.parameters[2])
    whole = planes[letter].copy() if letter in planes else np.zeros((LINES, DOTS), np.uint8)
    whole[first : first + len(lines)] = lines
    planes[letter] = whole


def squeeze(data: bytes) -> bytes:
    """Resin data line by line: 00 white, FF black, else a count and that many leading bytes (captured form)."""
    rows = np.frombuffer(data, np.uint8).reshape(LINES, _LINE)
    used = np.where(rows.any(axis=1), _LINE - np.argmax(rows[:, ::-1] != 0, axis=1), 0)
    black = (rows == _BLACK).all(axis=1)
    out = bytearray()
    for line in range(LINES):
        if black[line]:
            out.append(_BLACK)
        else:
            out.append(int(used[line]))
            out += data[line * _LINE : line * _LINE + int(used[line])]
    return bytes(out)


def swell(data: bytes, lines: int | None = LINES) -> bytes:
    """The inverse of `squeeze`. With `lines`, exactly that many must stand there. Raises BadReply."""
    out: list[bytes] = []
    place = 0
    while place < len(data):
        count = data[place]
        place += 1
        if count == _BLACK:
            out.append(b"\xff" * _LINE)
        elif count <= _LINE:
            out.append(data[place : place + count].ljust(_LINE, b"\0"))
            place += count
        else:
            raise refused("压缩数据的行长度不存在")
        if len(out) > LINES:
            raise refused("压缩数据的行数过多")
    if place != len(data) or (lines is not None and len(out) != lines):
        raise refused("压缩数据的行数不符")
    return b"".join(out)


def spread(data: bytes, bits: int, lines: int | None = LINES) -> Plane:
    """Compressed dye as densities. From the guide only: no capture shows it, and we never send it."""
    values: list[NDArray[np.uint8]] = []
    counts: list[NDArray[np.int64]] = []
    dots = 0
    place = 0
    for match in _DOTS_THEN_RUN.finditer(data):
        literal, head, counter = match.groups()
        place = match.end()
        if literal is not None:
            levels = np.frombuffer(literal, np.uint8)
            if int(levels.max()) >> bits:
                raise refused("压缩数据的灰度超出范围")
            length = np.ones(len(levels), np.int64)
        else:
            extra = sum(256 for bit in _EXTRA[bits] if head[0] & bit)
            levels = np.array([head[0] & ((1 << bits) - 1)], np.uint8)
            length = np.array([extra + counter[0] or DOTS], np.int64)
        values.append(levels)
        counts.append(length)
        dots += int(length.sum())
        if dots > LINES * DOTS:
            raise refused("压缩数据的点数过多")
    if place != len(data) or dots % DOTS or not dots or (lines is not None and dots != lines * DOTS):
        raise refused("压缩数据的点数不符")
    return widened(np.repeat(np.concatenate(values), np.concatenate(counts)), bits).reshape(-1, DOTS)


def _lines(command: Command, bits: int) -> Plane:
    partial = command.name == "Dbpc"
    if command.name in ("Db", "Dbp"):
        return unpack(command.data, bits).reshape(-1, DOTS)
    if bits == 1:
        lines = unpack(swell(command.data, None if partial else LINES), bits).reshape(-1, DOTS)
    else:
        lines = spread(command.data, bits, None if partial else LINES)
    if partial and int(command.parameters[2]) + len(lines) > LINES:
        raise refused("压缩数据超出卡面")
    return lines
