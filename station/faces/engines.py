"""The face engines this machine has: dlib out of the box, YuNet with SFace where their files are; each may be absent.

Loading is slow, so engines are made when first asked for and kept. What a distance is worth stands in `policy`.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from devices.contracts import Picture
from station.faces import models
from station.faces.face import Face, FaceMatcher, Template

QUICK_SIDE = 480
"""Longest side that a quick look is given: HOG needs 80 px of a face, which fills a third of a live picture."""
LONGEST = 1600


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that may be here or not. `why` is a sentence for the doctor; `make` loads it."""

    name: str
    active: bool
    why: str
    make: Callable[[], FaceMatcher]


class DlibMatcher:
    """HOG detector, 5-point landmarks, ResNet descriptor. Advisory only: it confuses East-Asian strangers."""

    name = "dlib"
    model = models.DLIB_RESNET.sha256[:16]

    def __init__(self, points: Path, net: Path) -> None:
        dlib: Any = importlib.import_module("dlib")
        self._dlib = dlib
        self._detector = dlib.get_frontal_face_detector()
        self._points = dlib.shape_predictor(str(points))
        self._net = dlib.face_recognition_model_v1(str(net))

    def find(self, picture: Picture, *, quick: bool = False) -> list[Face]:
        """See FaceFinder. Faces of 80 px and more in a live view, of 40 px and more otherwise."""
        small, scale = _at_most(picture, QUICK_SIDE if quick else LONGEST)
        boxes, scores, _ = self._detector.run(small, 0 if quick or max(small.shape) > 700 else 1, 0.0)
        fine, fine_scale = _at_most(picture, LONGEST)  # points cost a millisecond: always in the best picture
        found = []
        for box, score in zip(boxes, scores, strict=True):
            at = [side * fine_scale / scale for side in (box.left(), box.top(), box.right(), box.bottom())]
            found.append(self._face(fine, self._dlib.rectangle(*map(round, at)), score, fine_scale))
        return sorted(found, key=lambda face: -face.area)

    def _face(self, fine: Picture, box: Any, score: float, scale: float) -> Face:
        at = [((point.x + 0.5) / scale, (point.y + 0.5) / scale) for point in self._points(fine, box).parts()]
        middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in ((at[2], at[3]), (at[0], at[1]))]
        return Face(
            box.left() / scale, box.top() / scale, box.width() / scale, box.height() / scale,
            middle[0], middle[1], at[4], float(score),
        )  # fmt: skip

    def template(self, picture: Picture, face: Face) -> Template:
        """128 numbers."""
        small, scale = _at_most(picture, LONGEST)
        left, top = round(face.left * scale), round(face.top * scale)
        box = self._dlib.rectangle(left, top, left + round(face.width * scale), top + round(face.height * scale))
        shape = self._points(small, box)
        return np.asarray(self._net.compute_face_descriptor(small, shape), dtype=np.float32)

    def distance(self, one: Template, other: Template, centre: Template | None = None) -> float:
        """Euclid's distance; with the mean of local people, the cosine distance seen from it, which is fairer here."""
        if centre is None:
            return float(np.linalg.norm(one - other))
        return cosine_distance(one - centre, other - centre)


class SFaceMatcher:
    """YuNet detector and SFace descriptor through OpenCV."""

    name = "sface"
    model = models.SFACE.sha256[:16]

    def __init__(self, detector: Path, net: Path) -> None:
        self._detector = cv2.FaceDetectorYN.create(str(detector), "", (320, 320), 0.7)
        self._net = cv2.FaceRecognizerSF.create(str(net), "")

    def find(self, picture: Picture, *, quick: bool = False) -> list[Face]:
        """See FaceFinder."""
        small, scale = _at_most(picture, 320 if quick else LONGEST)
        self._detector.setInputSize((small.shape[1], small.shape[0]))
        _, rows = self._detector.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
        found = [face_of_row(np.asarray(row, dtype=np.float64), scale) for row in (() if rows is None else rows)]
        return sorted(found, key=lambda face: -face.area)

    def template(self, picture: Picture, face: Face) -> Template:
        """128 numbers."""
        aligned = self._net.alignCrop(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), row_of_face(face))
        return np.asarray(self._net.feature(aligned), dtype=np.float32).ravel().copy()

    def distance(self, one: Template, other: Template, centre: Template | None = None) -> float:
        """Cosine distance; this net needs no centre."""
        return cosine_distance(one, other)


def face_of_row(row: np.ndarray[Any, Any], scale: float) -> Face:
    """A row of YuNet: box, right eye, left eye, nose, mouth corners, score."""
    n = [float(value) / scale for value in row[:14]]
    points = [(n[i], n[i + 1]) for i in range(4, 14, 2)]
    return Face(n[0], n[1], n[2], n[3], points[0], points[1], points[2], float(row[14]), (points[3], points[4]))


def row_of_face(face: Face) -> np.ndarray[Any, Any]:
    """The same row back, as SFace wants it."""
    flat = [face.left, face.top, face.width, face.height]
    for x, y in (face.right_eye, face.left_eye, face.nose, *face.mouth):
        flat += [x, y]
    return np.array([*flat, face.confidence], dtype=np.float32)


def cosine_distance(one: Template, other: Template) -> float:
    """1 − cosine; 1 where one of them has no direction."""
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return 1.0 - float(one @ other) / size if size > 1e-12 else 1.0


def engines(folder: Path | None = None, dlib_folder: Path | None = None) -> tuple[Engine, ...]:
    """Every engine we know, the better one first. `folder` is where model files may be dropped in."""
    return _sface(folder), _dlib(dlib_folder or models.dlib_folder())


def best(folder: Path | None = None) -> Engine | None:
    """The first active engine, or None: then people compare by eye."""
    return next((engine for engine in engines(folder) if engine.active), None)


@functools.cache
def load(folder: Path | None = None) -> FaceMatcher | None:
    """The best engine, loaded once per process."""
    engine = best(folder)
    return engine.make() if engine is not None else None


def _sface(folder: Path | None) -> Engine:
    detector, why_detector = models.check(models.YUNET, folder)
    net, why_net = models.check(models.SFACE, folder)
    if detector is None or net is None:
        why = _WHY[why_detector or why_net].format(name=(models.SFACE if detector else models.YUNET).name)
        return Engine("sface", False, f"YuNet + SFace 未启用：{why}。", _absent)
    return Engine("sface", True, "YuNet + SFace 模型齐全，人脸比对以它为准。", lambda: SFaceMatcher(detector, net))


def _dlib(folder: Path | None) -> Engine:
    if importlib.util.find_spec("dlib") is None:
        return Engine("dlib", False, "dlib 未安装（可选组件 faces），人脸由人工核对。", _absent)
    points, why_points = models.check(models.DLIB_POINTS, folder)
    net, why_net = models.check(models.DLIB_RESNET, folder)
    if points is None or net is None:
        why = _WHY[why_points or why_net].format(name=(models.DLIB_RESNET if points else models.DLIB_POINTS).name)
        return Engine("dlib", False, f"dlib 未启用：{why}。", _absent)
    return Engine("dlib", True, "dlib 可用，比对结果仅供参考，由人决定。", lambda: DlibMatcher(points, net))


_WHY = {
    "absent": "没有模型文件 {name}，见人脸说明",
    "size": "模型文件 {name} 大小不对，请换一份完整的",
    "sha256": "模型文件 {name} 的校验值不符，请从原处重新取得",
}


def _absent() -> FaceMatcher:
    raise ValueError("this engine is not active; ask `active` first")


def _at_most(picture: Picture, longest: int) -> tuple[Picture, float]:
    """The picture no longer than that, as dlib wants it, and by how much it was scaled."""
    scale = min(1.0, longest / max(picture.shape[:2]))
    if scale == 1.0:
        return np.ascontiguousarray(picture), 1.0
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale
