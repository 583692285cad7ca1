"""Every installed face engine on a folder of labelled faces: TAR at FAR 1e-3, EER, and what our bands would do.

    python -m tests.bench.bench_faces FOLDER [--people N] [--json]

FOLDER holds one folder per person with that person's pictures. Without a folder (argument or ANXIN_FACES) nothing is
measured, and that is said: pictures of real people are not part of this program. Centring is two-fold: the mean comes
from half of the people and is used on the pairs of the other half. Baseline: dlib in vision.md §3.3 (ORL, L2: EER
0.89 %, TAR at 1e-3 97.5 %).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from station.faces.engines import engines
from station.faces.face import FaceMatcher, Template, main_face
from station.faces.policy import load_bands

SUFFIXES = {".pgm", ".png", ".jpg", ".jpeg", ".bmp"}
FAR = 1e-3
BASELINE = {"dlib": (0.89, 97.5)}


@dataclass(frozen=True)
class Pairs:
    """Distances of pairs of one person, and of pairs of two."""

    genuine: NDArray[np.float64]
    impostor: NDArray[np.float64]

    def rates(self, threshold: float) -> tuple[float, float]:
        """FMR, FNMR where at most `threshold` counts as the same person."""
        return float(np.mean(self.impostor <= threshold)), float(np.mean(self.genuine > threshold))

    def threshold_at(self, far: float) -> float:
        """The largest threshold whose FMR is at most `far`."""
        ordered = np.sort(self.impostor)
        return float(np.nextafter(ordered[int(far * len(ordered))], -np.inf))

    def eer(self) -> float:
        every = np.unique(np.concatenate([self.genuine, self.impostor]))
        fmr = np.searchsorted(np.sort(self.impostor), every, side="right") / len(self.impostor)
        fnmr = 1 - np.searchsorted(np.sort(self.genuine), every, side="right") / len(self.genuine)
        at = int(np.argmin(np.abs(fmr - fnmr)))
        return float((fmr[at] + fnmr[at]) / 2)


def templates(matcher: FaceMatcher, folder: Path, people: int) -> tuple[dict[str, list[Template]], int, float]:
    """Person -> templates; how many pictures there were; ms per template."""
    found: dict[str, list[Template]] = {}
    pictures, took = 0, 0.0
    for place in sorted(path for path in folder.iterdir() if path.is_dir())[:people]:
        for file in sorted(path for path in place.iterdir() if path.suffix.lower() in SUFFIXES):
            picture = np.asarray(Image.open(file).convert("RGB"), dtype=np.uint8)
            pictures += 1
            face, _ = main_face(matcher.find(picture))
            if face is not None:
                began = time.process_time()
                found.setdefault(place.name, []).append(matcher.template(picture, face))
                took += (time.process_time() - began) * 1000
    return found, pictures, took / max(1, sum(map(len, found.values())))


def pairs(matcher: FaceMatcher, found: dict[str, list[Template]], centre: Template | None) -> Pairs:
    flat = [(name, one) for name, several in found.items() for one in several]
    genuine, impostor = [], []
    for index, (name, one) in enumerate(flat):
        for other_name, other in flat[index + 1 :]:
            (genuine if name == other_name else impostor).append(matcher.distance(one, other, centre))
    return Pairs(np.array(genuine), np.array(impostor))


def centred(matcher: FaceMatcher, found: dict[str, list[Template]]) -> Pairs:
    """Two folds by person, pooled."""
    names = sorted(found)
    halves = names[::2], names[1::2]
    folds = []
    for tested, others in (halves, halves[::-1]):
        centre = np.mean([np.mean(found[name], axis=0) for name in others], axis=0)
        folds.append(pairs(matcher, {name: found[name] for name in tested}, centre))
    return Pairs(
        np.concatenate([fold.genuine for fold in folds]), np.concatenate([fold.impostor for fold in folds])
    )


def figures(name: str, told: Pairs) -> dict[str, Any]:
    """What one way of comparing is worth on this folder."""
    threshold = told.threshold_at(FAR)
    answer: dict[str, Any] = {
        "pairs": [len(told.genuine), len(told.impostor)],
        "eer": round(100 * told.eer(), 2),
        "threshold_at_far": round(threshold, 3),
        "tar_at_far": round(100 * (1 - told.rates(threshold)[1]), 2),
    }
    bands = load_bands().get(name)
    if bands is not None:
        for word, at in (("match", bands.match), ("no_match", bands.no_match)):
            fmr, fnmr = told.rates(at)
            answer[word] = {"threshold": at, "fmr": round(100 * fmr, 3), "fnmr": round(100 * fnmr, 2)}
    return answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("ANXIN_FACES"))
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--models", type=Path, help="folder with dropped-in model files")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.folder is None:
        print("no folder of labelled faces was given: nothing measured (FOLDER or ANXIN_FACES)")
        return 0
    document: dict[str, Any] = {}
    for engine in engines(asked.models):
        if not engine.active:
            document[engine.name] = {"active": False, "why": engine.why}
            continue
        matcher = engine.make()
        found, pictures, ms = templates(matcher, Path(asked.folder), asked.people)
        seen = sum(map(len, found.values()))
        row: dict[str, Any] = {"active": True, "model": matcher.model, "people": len(found), "pictures": pictures}
        row |= {"found": round(100 * seen / max(1, pictures), 1), "ms_per_template": round(ms, 1)}
        ways = {engine.name: pairs(matcher, found, None)}
        if engine.name == "dlib":
            ways["dlib-centred"] = centred(matcher, found)
        row["ways"] = {name: figures(name, told) for name, told in ways.items()}
        if engine.name in BASELINE:
            row["baseline"] = dict(zip(("eer", "tar_at_far"), BASELINE[engine.name], strict=True))
        document[engine.name] = row
    print(json.dumps(document, indent=None if asked.json else 2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
