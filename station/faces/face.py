"""A face found in a picture, and what finds and compares faces: shapes and angles only, no model and no threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from devices.contracts import Picture

Point = tuple[float, float]
Template = NDArray[np.float32]
"""What an engine makes of one face. Lives in memory only: never in a fact, a file or a message (D-16)."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face in picture coordinates. `right_eye` is the person's right eye: left in the picture."""

    left: float
    top: float
    width: float
    height: float
    right_eye: Point
    left_eye: Point
    nose: Point
    confidence: float = 0.0
    mouth: tuple[Point, ...] = ()  # right and left corner, where the finder sees them

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def eye_distance(self) -> float:
        """Pixels between the middles of the eyes."""
        return math.dist(self.right_eye, self.left_eye)

    @property
    def between_eyes(self) -> Point:
        return (self.right_eye[0] + self.left_eye[0]) / 2, (self.right_eye[1] + self.left_eye[1]) / 2

    @property
    def roll(self) -> float:
        """Degrees by which the eye line is turned; positive: clockwise in the picture."""
        return math.degrees(
            math.atan2(self.left_eye[1] - self.right_eye[1], self.left_eye[0] - self.right_eye[0])
        )

    @property
    def yaw(self) -> float:
        """How far the nose stands beside the middle of the eyes, as a share of their distance. 0.10 is about 14°."""
        return self._nose()[0]

    @property
    def pitch(self) -> float:
        """How far the nose stands below the eyes, as a share of their distance."""
        return self._nose()[1]

    def _nose(self) -> Point:
        turn = -math.radians(self.roll)
        x, y = self.nose[0] - self.between_eyes[0], self.nose[1] - self.between_eyes[1]
        along = x * math.cos(turn) - y * math.sin(turn)
        below = x * math.sin(turn) + y * math.cos(turn)
        size = max(self.eye_distance, 1e-6)
        return along / size, below / size


class FaceFinder(Protocol):
    """Finds faces, the largest first."""

    def find(self, picture: Picture, *, quick: bool = False) -> list[Face]:
        """Every face; `quick` is for a live view and may miss small ones. Never raises for a bad picture."""
        ...


class FaceMatcher(FaceFinder, Protocol):
    """A finder that also compares. Templates of two matchers must never be compared with each other."""

    @property
    def name(self) -> str:
        """Stable name, the one in facts and in resources/faces/bands.toml."""
        ...

    @property
    def model(self) -> str:
        """Which weights: the beginning of their SHA-256."""
        ...

    def template(self, picture: Picture, face: Face) -> Template:
        """The template of one face."""
        ...

    def distance(self, one: Template, other: Template, centre: Template | None = None) -> float:
        """How different two faces are: 0 is the same picture. `centre` is the mean template of local people."""
        ...


def main_face(faces: list[Face]) -> tuple[Face | None, list[Face]]:
    """The largest face, and the others that are large enough to be a second person (5 % of its area, domain.md §9)."""
    if not faces:
        return None, []
    largest = max(faces, key=lambda face: face.area)
    return largest, [face for face in faces if face is not largest and face.area >= 0.05 * largest.area]
