"""The open devices of one printing place. Knows no Qt, so that a machine without a desktop may open a station."""

from __future__ import annotations

from dataclasses import dataclass

from devices.contracts import Camera, CardPrinter, CodeReader


@dataclass(frozen=True, slots=True)
class Label:
    """What a sticker is drawn for: dots across, and dots to an inch."""

    width: int
    dpi: int


@dataclass(frozen=True, slots=True)
class Bench:
    """Printer, reader and camera; no camera where nobody but two people can read. With a `label` it makes stickers."""

    printer: CardPrinter
    reader: CodeReader
    camera: Camera | None
    label: Label | None = None
