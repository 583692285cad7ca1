"""What a distance between two faces is worth: match, unsure, no match, with the thresholds that were measured.

Only a person decides. The score is advice beside two photos; every way through ends with the same rights (D-16).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from devices.contracts import Picture
from station.faces.face import FaceMatcher, Template, main_face

BANDS = Path(__file__).resolve().parents[2] / "resources" / "faces" / "bands.toml"
ENOUGH_PEOPLE = 20
"""Local people whose mean makes dlib fairer; fewer than this are no mean (vision.md §3.3)."""
FILING_AT = 100_000
"""Stored faces from which the use of face recognition must be filed within 30 working days (2025 rules, art. 15)."""
FILING_WARN = 80_000


class Advice(Enum):
    """What the engine says. The values are those of the fact `worker.face_matched`."""

    MATCH = "match"
    UNSURE = "unsure"
    NO_MATCH = "no_match"


@dataclass(frozen=True, slots=True)
class Bands:
    """Two thresholds of one way of comparing, with the error rates measured at them and on which data."""

    match: float  # at most this: agrees
    no_match: float  # more than this: does not agree; in between: look
    advisory: bool
    data: str
    fmr_at_match: float | None = None  # % of different people called the same
    fnmr_at_match: float | None = None  # % of same people not called the same at once
    fnmr_at_no_match: float | None = None  # % of same people called different
    elsewhere: str = ""  # what a study on other people found, which no run here repeats
    fmr_elsewhere: float | None = None  # % there, at a threshold not below `match`: no better than this is known

    @property
    def basis(self) -> str:
        """On what the thresholds rest, in a line for people."""
        return "；".join(one for one in (self.data, self.elsewhere) if one)

    def advice(self, distance: float) -> Advice:
        """Into which band a distance falls."""
        if distance <= self.match:
            return Advice.MATCH
        return Advice.UNSURE if distance <= self.no_match else Advice.NO_MATCH


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of one comparison: what the fact keeps and what is shown. `advice` None: there was no face to see."""

    engine: str
    model: str
    advice: Advice | None
    score: float | None
    threshold: float | None
    advisory: bool
    data: str
    missing: str = ""  # which picture showed no face: first | second

    @property
    def named(self) -> str:
        """Engine and model, as the fact names them."""
        return f"{self.engine}:{self.model}"


def load_bands(path: Path = BANDS) -> dict[str, Bands]:
    """The measured bands by way of comparing: dlib, dlib-centred, sface."""
    return {name: Bands(**row) for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def way_of(matcher: FaceMatcher, centre: Template | None) -> str:
    """The name of the way of comparing: dlib has two."""
    return "dlib-centred" if matcher.name == "dlib" and centre is not None else matcher.name


def compare(
    matcher: FaceMatcher, one: Picture, other: Picture, centre: Template | None = None, bands: Bands | None = None
) -> Comparison:
    """Compare the main faces of two pictures. The templates end with this call."""
    way = way_of(matcher, centre)
    known = bands or load_bands()[way]
    found: list[Template] = []
    for word, picture in (("first", one), ("second", other)):
        face, _ = main_face(matcher.find(picture))
        if face is None:
            return Comparison(way, matcher.model, None, None, None, known.advisory, known.basis, word)
        found.append(matcher.template(picture, face))
    distance = matcher.distance(found[0], found[1], centre)
    return Comparison(
        way, matcher.model, known.advice(distance), round(distance, 4), known.match, known.advisory, known.basis
    )


def local_mean(templates: Sequence[Template]) -> Template | None:
    """The mean of local people, or None while there are too few."""
    if len(templates) < ENOUGH_PEOPLE:
        return None
    return np.asarray(np.mean(np.stack(list(templates)), axis=0), dtype=np.float32)


def nearest(
    matcher: FaceMatcher,
    wanted: Template,
    gallery: Sequence[tuple[str, Template]],
    centre: Template | None,
    top: int = 5,
) -> list[tuple[str, float]]:
    """The most similar of a gallery that are not clearly others, nearest first: a hint for a person, no more."""
    bands = load_bands()[way_of(matcher, centre)]
    scored = [(name, matcher.distance(wanted, template, centre)) for name, template in gallery]
    near = sorted((pair for pair in scored if pair[1] <= bands.no_match), key=lambda pair: pair[1])
    return near[:top]
