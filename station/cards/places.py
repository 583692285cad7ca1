"""Places on a card in printer dots, from millimetres; knows the plastic and the safe margin, no field and no colour."""

from __future__ import annotations

from dataclasses import dataclass

from devices.contracts import MASTER_DPI, MASTER_HEIGHT, MASTER_WIDTH

DOTS_PER_MM = MASTER_DPI / 25.4
SAFE_MM = 3.0
"""No text, photo or code nearer to the edge of the master: up to 0.4 mm are bleed, and printers shift by half a mm."""


def dots(mm: float) -> int:
    """Millimetres as whole printer dots."""
    return round(mm * DOTS_PER_MM)


@dataclass(frozen=True, slots=True)
class Box:
    """A place in printer dots: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """The first column right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.h

    @property
    def area(self) -> tuple[slice, slice]:
        """The box as an index into a picture."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def grown(self, by: int) -> Box:
        """The box with `by` dots more on every side."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def meets(self, other: Box) -> bool:
        """Whether the two share a dot."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def within(self, margin: int) -> bool:
        """Whether the box lies on the master, `margin` dots from its edge."""
        return (
            self.x >= margin
            and self.y >= margin
            and self.right <= MASTER_WIDTH - margin
            and self.bottom <= MASTER_HEIGHT - margin
        )
