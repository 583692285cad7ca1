"""One line of a plain table: what it is about, its cells and how it stands. No Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line: its key for the screen, its cells, and how it stands (plain, good, warn, bad)."""

    key: str
    cells: tuple[str, ...]
    state: str = "plain"
