"""The files the face engines stand on: size, SHA-256, licence and source of each; a wrong file is never loaded.

None of them is part of this program. dlib's come with the package `face_recognition_models`; YuNet and SFace are
dropped into a folder by whoever may use them (resources/docs/faces.md).
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of weights, pinned."""

    name: str
    size: int
    sha256: str
    licence: str
    source: str


DLIB_POINTS = ModelFile(
    "shape_predictor_5_face_landmarks.dat", 9150489,
    "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888", "CC0-1.0", "davisking/dlib-models",
)  # fmt: skip
DLIB_RESNET = ModelFile(
    "dlib_face_recognition_resnet_model_v1.dat", 22466066,
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30", "CC0-1.0", "davisking/dlib-models",
)  # fmt: skip
YUNET = ModelFile(
    "face_detection_yunet_2023mar.onnx", 232_589,
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4", "MIT", "opencv/opencv_zoo",
)  # fmt: skip
SFACE = ModelFile(
    "face_recognition_sface_2021dec.onnx", 38_696_353,
    "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79", "Apache-2.0", "opencv/opencv_zoo",
)  # fmt: skip
ALL = (DLIB_POINTS, DLIB_RESNET, YUNET, SFACE)


def check(file: ModelFile, folder: Path | None) -> tuple[Path | None, str]:
    """The path of a file that is what it should be; else None and the reason: absent, size or sha256."""
    path = None if folder is None else folder / file.name
    if path is None or not path.is_file():
        return None, "absent"
    if path.stat().st_size != file.size:
        return None, "size"
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    return (path, "") if found == file.sha256 else (None, "sha256")


def dlib_folder() -> Path | None:
    """Where the package of dlib's models lies, without importing it: its own import needs a setuptools long gone."""
    spec = importlib.util.find_spec("face_recognition_models")
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        return Path(place) / "models"
    return None
