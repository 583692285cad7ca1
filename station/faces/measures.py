"""What makes a permit photo good, as pure functions of the portrait: value, limit, verdict, and a sentence to act on.

Limits from vision.md §4 and domain.md §9. Eyes open, glasses, hat, mask are a person's to see: no free model can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.contracts import Picture
from station.faces.crop import EYES, EYES_ABOVE, FACE_PER_EYES, FACE_SLACK, FACE_WIDTH, HEIGHT, WIDTH, Cut
from station.faces.face import Face

Gray = NDArray[Any]


class Verdict(Enum):
    GOOD = "good"
    WARN = "warn"  # usable; better if mended
    BAD = "bad"  # take another


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `limit` is for people and tests; `sentence` says what to do, empty when it is good."""

    name: str
    value: float
    limit: str
    verdict: Verdict
    sentence: str = ""


def band(name: str, value: float, good: tuple[float, float], usable: tuple[float, float], sentence: str) -> Measure:
    """GOOD within the first range, WARN within the second, else BAD."""
    limit = f"{good[0]:g}…{good[1]:g}"
    if good[0] <= value <= good[1]:
        return Measure(name, round(value, 3) + 0.0, limit, Verdict.GOOD)
    verdict = Verdict.WARN if usable[0] <= value <= usable[1] else Verdict.BAD
    return Measure(name, round(value, 3), limit, verdict, sentence)


INF = float("inf")
SIDES = {True: "左", False: "右"}  # of the picture
NODS = {True: "请稍微抬头", False: "请稍微低头"}


def pose(face: Face, source_eyes: float, outside: float) -> Iterator[Measure]:
    """Size and direction of the face as it was taken."""
    yield band("eye_distance", source_eyes, (90, INF), (60, INF), "脸太小，请靠近镜头一些。")
    yield band("inside", 1 - outside, (0.995, 1), (0.97, 1), "人没有完整入镜，请站到正中、后退一点。")
    side = SIDES[face.roll > 0]  # turned clockwise, the head leans to the right of the picture
    yield band("roll", face.roll, (-8, 8), (-15, 15), f"头歪了，请把头向画面{side}侧摆正。")
    side = SIDES[face.yaw > 0]
    yield band("yaw", face.yaw, (-0.10, 0.10), (-0.18, 0.18), f"脸转向一侧了，请向画面{side}侧转一点，正对镜头。")
    nod = NODS[face.pitch > 0.75]
    yield band("pitch", face.pitch, (0.45, 0.90), (-INF, INF), f"头部俯仰偏大，{nod}，正对镜头。")


def place(cut: Cut) -> Iterator[Measure]:
    """Where the face stands in the finished portrait (GA 461-2004)."""
    x, y = cut.face.between_eyes
    size = cut.face.eye_distance
    face_width = (FACE_WIDTH - FACE_SLACK, FACE_WIDTH + FACE_SLACK)
    yield band("head_size", FACE_PER_EYES * size, face_width, (180, 235), "人脸大小不合证件照要求，请重新取景。")
    yield band("eye_line", HEIGHT - y, (EYES_ABOVE, 270), (EYES_ABOVE - 6, 300), "眼睛位置不合要求，请重新取景。")
    yield band("centred", x - WIDTH / 2, (-9, 9), (-18, 18), "人不在正中，请重新取景。")
    yield band("margin_above", cut.hair_top, (7, 30), (-INF, INF), "头顶离上边过近或过远，请重新取景。")


def light(portrait: Picture, face: Face) -> Iterator[Measure]:
    """Exposure of the face, and whether both sides get the same."""
    gray = _gray(portrait)
    skin = _box(gray, face, -0.75, 0.75, 0.1, 1.15)
    mean = float(skin.mean())
    words = "脸部太暗，请开灯或面向窗户。" if mean < 90 else "脸部太亮，请避开直射光。"
    yield band("exposure", mean, (90, 205), (70, 225), words)
    yield band("burnt", float(np.mean(skin >= 250)), (0, 0.02), (0, 0.05), "脸上有反光，请擦汗或避开直射光。")
    yield band("underexposed", float(np.mean(skin <= 15)), (0, 0.10), (0, 0.25), "脸上有大片阴影，请补光。")
    left = float(_box(gray, face, -0.72, -0.12, 0.1, 1.0).mean())
    right = float(_box(gray, face, 0.12, 0.72, 0.1, 1.0).mean())
    slant = (left - right) / max((left + right) / 2, 1.0)
    words = f"光线偏{SIDES[slant > 0]}，请转向窗户，或在画面{SIDES[slant <= 0]}侧补光。"
    yield band("side_light", slant, (-0.25, 0.25), (-0.32, 0.32), words)


def sharpness(portrait: Picture, face: Face) -> Measure:
    """Variance of the Laplacian over that of the picture, of the face at 48 px between the eyes."""
    gray = _gray(portrait)
    area = _box(gray, face, -1.0, 1.0, -0.6, 1.3).astype(np.float32)
    scale = 48.0 / max(face.eye_distance, 1.0)
    size = (max(8, round(area.shape[1] * scale)), max(8, round(area.shape[0] * scale)))
    small = cv2.resize(area, size, interpolation=cv2.INTER_AREA)
    spread = float(small.var())
    value = float(cv2.Laplacian(small, cv2.CV_32F).var()) / spread if spread > 1 else 0.0
    return band("sharpness", value, (0.08, INF), (0.06, INF), "照片模糊，请站稳，等画面清楚后再拍。")


def ground(portrait: Picture, made: Cut) -> Iterator[Measure]:
    """The background beside and above the head: white and even."""
    area = _around(portrait, made)
    lab = cv2.cvtColor(area, cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(np.float32)
    bright, a, b = float(lab[:, 0].mean()), float(lab[:, 1].mean() - 128), float(lab[:, 2].mean() - 128)
    yield band("background_light", bright, (225, 255), (150, 255), "背景太暗，请换白色背景。")
    spread = float(lab[:, 0].std())
    yield band("background_even", spread, (0, 12), (0, 25), "背景不均匀，请站到白墙前，离墙远一点。")
    yield band("background_colour", max(abs(a), abs(b)), (0, 6), (0, 20), "背景有颜色，请换白色背景。")


def red_eyes(portrait: Picture, face: Face) -> Measure:
    """Share of flash-red pixels around the pupils."""
    worst = 0.0
    reach = max(2, round(face.eye_distance * 0.10))
    for x, y in (face.right_eye, face.left_eye):
        eye = portrait[max(0, round(y) - reach) : round(y) + reach + 1, max(0, round(x) - reach) : round(x) + reach + 1]
        if eye.size:
            red, green, blue = (eye[:, :, channel].astype(np.int16) for channel in range(3))
            worst = max(worst, float(np.mean((red > 90) & (red > 2 * green) & (red > 2 * blue))))
    return band("red_eye", worst, (0, 0.05), (0, 0.15), "有红眼，请关闪光灯重拍。")


def _gray(portrait: Picture) -> Gray:
    return cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY)


def _box(plane: Gray, face: Face, left: float, right: float, top: float, bottom: float) -> Gray:
    """A part of the picture, in eye distances from the middle of the eyes; never empty."""
    x, y = face.between_eyes
    size = face.eye_distance
    rows, columns = plane.shape[:2]
    at = [round(x + left * size), round(x + right * size), round(y + top * size), round(y + bottom * size)]
    x0, x1 = (min(max(value, 0), columns) for value in at[:2])
    y0, y1 = (min(max(value, 0), rows) for value in at[2:])
    cut = plane[y0:y1, x0:x1]
    return cut if cut.size else plane[:1, :1]


def _around(portrait: Picture, made: Cut) -> Picture:
    """The pixels above ear level outside an ellipse around head and hair, as one row."""
    x, y = made.face.between_eyes
    size = max(made.face.eye_distance, EYES / 2)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    head = ((columns - x) / (1.75 * size)) ** 2 + ((rows - y) / (y - made.hair_top + 14)) ** 2 <= 1
    seen = (rows < y - 0.2 * size) & ~head
    if not seen.any():
        seen[:2] = True
    return np.ascontiguousarray(portrait[seen][None])
