"""A picture becomes a permit photo with its measures: found, cut, judged, whitened where it is safe. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devices.contracts import Picture
from station.faces import measures
from station.faces.crop import Cut, cut, whiten
from station.faces.face import Face, FaceFinder, main_face
from station.faces.measures import Measure, Verdict

SURELY = 0.5  # confidence from which a second face stops the capture; below it the finder may have erred: ask
AS_LARGE = 0.4  # share of the main face's area from which it is a person beside it, whatever the confidence


@dataclass(frozen=True, eq=False, slots=True)
class Portrait:
    """The finished photo, or None where no face was found, and everything that was measured.

    The background measures are those before whitening; `corrected` says that it was made white, and is to be recorded.
    """

    picture: Picture | None
    measures: tuple[Measure, ...]
    corrected: bool = False
    turned: float = 0.0

    @property
    def acceptable(self) -> bool:
        """Nothing is bad: the camera may take it by itself. A person may always take another one."""
        return self.picture is not None and all(m.verdict is not Verdict.BAD for m in self.measures)

    @property
    def score(self) -> float:
        """To pick the best of several: warnings cost most, then sharpness and the straightness of the head decide."""
        found = {measure.name: measure.value for measure in self.measures}
        off = sum({Verdict.GOOD: 0, Verdict.WARN: 1, Verdict.BAD: 10}[m.verdict] for m in self.measures)
        return min(found.get("sharpness", 0.0), 0.5) - off - abs(found.get("yaw", 0.0)) - abs(found.get("roll", 0)) / 90

    @property
    def first_sentence(self) -> str:
        """What to do first: the gravest trouble, in the order of the measures."""
        for verdict in (Verdict.BAD, Verdict.WARN):
            for measure in self.measures:
                if measure.verdict is verdict:
                    return measure.sentence
        return ""

    def told(self) -> tuple[tuple[str, float, str], ...]:
        """As the fact keeps it: measure, value, verdict."""
        return tuple((measure.name, measure.value, measure.verdict.value) for measure in self.measures)


def portrait_of(picture: Picture, finder: FaceFinder, *, quick: bool = False, whitening: bool = True) -> Portrait:
    """The permit photo in this picture. Total: a picture without a face gives a Portrait that says so."""
    face, others = main_face(finder.find(picture, quick=quick))
    if face is None:
        return Portrait(None, (Measure("faces", 0, "1", Verdict.BAD, "画面中没有找到人脸，请正对镜头。"),))
    made = cut(picture, face)
    found = [_alone(face, others)]
    found += measures.pose(face, made.source_eyes, made.outside)
    found += measures.place(made)
    found.append(measures.sharpness(made.picture, made.face))
    found += measures.light(made.picture, made.face)
    behind = list(measures.ground(made.picture, made))
    found.append(measures.red_eyes(made.picture, made.face))
    finished, behind, corrected = _whitened(made, behind) if whitening else (made.picture, behind, False)
    return Portrait(finished, (*found, *behind), corrected, made.turned)


def _whitened(made: Cut, behind: list[Measure]) -> tuple[Picture, list[Measure], bool]:
    """White where the ground is even but not white, and only if it comes out clean; else as it was taken."""
    verdicts = {measure.verdict for measure in behind}
    if verdicts == {Verdict.GOOD} or Verdict.BAD in verdicts:
        return made.picture, behind, False
    finished, share = whiten(made.picture, made.face)
    after = list(measures.ground(finished, made))
    if share == 0 or any(measure.verdict is not Verdict.GOOD for measure in after):
        return made.picture, behind, False
    return finished, _mended(behind, after), True


def _alone(face: Face, others: list[Face]) -> Measure:
    if not others:
        return Measure("faces", 1, "1", Verdict.GOOD)
    sure = any(other.confidence >= SURELY or other.area >= AS_LARGE * face.area for other in others)
    words = "画面中似乎不止一张脸，请只留本人。"
    return Measure("faces", 1 + len(others), "1", Verdict.BAD if sure else Verdict.WARN, words)


def _mended(before: Iterable[Measure], after: Iterable[Measure]) -> list[Measure]:
    """The values as taken, the verdicts as they are now that the ground is white."""
    return [
        Measure(old.name, old.value, old.limit, new.verdict, new.sentence)
        for old, new in zip(before, after, strict=True)
    ]
