"""The synthetic benchmark of vision.md §2: worn cards under bad light, one deterministic frame per (condition, number).

The payload has the form of trust.md §4.2: `https://host/` in byte mode, then exactly 191 decimal digits.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from devices.cameras.photograph import CARD_WIDTH_MM, View, photograph, where
from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Picture

PREFIX = "https://axm.zjjz.example/"  # 25 characters: the longest that V6-M and V8-Q both carry
QUIET = 4  # modules
BLACK, WHITE, GREEN, YELLOW, RED = (0, 0, 0), (255, 255, 255), (0, 140, 70), (245, 180, 0), (200, 30, 40)
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Symbol:
    """A QR symbol as it is printed: version, error correction, printer dots per module."""

    version: int = 8
    ecc: str = "Q"
    dots: int = 5

    @property
    def name(self) -> str:
        return f"V{self.version}-{self.ecc} at {self.dots} dots"

    @property
    def modules(self) -> int:
        return 17 + 4 * self.version

    @property
    def box_mm(self) -> float:
        """Side of the printed box, quiet zone included."""
        return (self.modules + 2 * QUIET) * self.dots * 25.4 / 300


@dataclass(frozen=True)
class Wear:
    """What the years did to the symbol: scratches (count), one stain (share of its area), print blur (dots)."""

    scratches: int = 0
    scratch_shade: tuple[int, int] = (170, 256)  # light: ink is gone; dark: dirt has settled
    stain: float = 0.0
    bleed: float = 0.5
    ink: Colour = BLACK
    ground: Colour = WHITE


@dataclass(frozen=True)
class Condition:
    """One row of the table. `glare` is the width of a reflection as a share of the symbol's side."""

    group: str
    name: str
    view: View
    wear: Wear = field(default_factory=Wear)
    glare: float = 0.0
    easy: bool = False


@dataclass(frozen=True, eq=False)
class BenchFrame:
    """One picture and the text that must be read from it."""

    condition: Condition
    picture: Picture
    text: str


BASE = View(tilt=4.0, roll=4.0, blur=0.5, noise=2.5, jpeg=85)
VGA = replace(BASE, width=640, height=480)


def _row(
    group: str, name: str, easy: bool = False, wear: Wear | None = None, glare: float = 0.0, **view: Any
) -> Condition:
    base = VGA if group == "vga" or name == "vga" else BASE
    return Condition(group, name, replace(base, **view), wear or Wear(), glare, easy)


def conditions() -> tuple[Condition, ...]:
    """Every row of vision.md §2, in its order, then what the table lacks."""
    rows = [_row("clean", "clean 720p", easy=True), _row("roll", "any roll", easy=True, roll=180.0)]
    rows += [_row("tilt", f"tilt {d}", easy=d == 30, tilt=float(d), roll=20.0) for d in (30, 50, 60)]
    rows += [_row("blur", f"blur sigma {s}", blur=s) for s in (1.0, 1.5, 2.0)]
    rows += [_row("motion", f"motion {p} px", motion=float(p)) for p in (5, 8, 12)]
    # A camera that turns its gain up shows a bright but noisy picture: shot noise grows with 1/sqrt(light).
    rows += [_row("low light", f"low light {p} %", noise=2.5 * (100 / p) ** 0.5) for p in (25, 10, 5)]
    rows += [_row("glare", f"glare {g}", glare=g) for g in (0.15, 0.25, 0.35)]
    rows += [_row("jpeg", f"JPEG q{q}", easy=True, jpeg=q) for q in (20, 10)]
    rows += [_row("vga", f"640x480 card {p} %", fill=p / 100) for p in (90, 75, 60, 45)]
    rows += [_row("scratches", f"{n} scratches", wear=Wear(scratches=n)) for n in (3, 8, 15)]
    rows += [_row("stain", f"stain {p} %", wear=Wear(stain=p / 100)) for p in (3, 6, 10)]
    for name, colour in (("green", GREEN), ("yellow", YELLOW), ("red", RED)):
        rows.append(_row("ink", f"{name} on white", wear=Wear(ink=colour)))
    for name, colour in (("green", GREEN), ("yellow", YELLOW), ("red", RED)):
        rows.append(_row("field", f"black on {name}", wear=Wear(ground=colour)))
    worn = Wear(scratches=2, stain=0.02, bleed=0.8)
    rows.append(_row("combo", "desk", wear=worn, tilt=25.0, roll=180.0, blur=1.0, noise=5.0, uneven=0.4, jpeg=60))
    rows.append(_row("combo", "hand", wear=worn, tilt=20.0, roll=30.0, blur=0.8, motion=4.0, noise=5.0, jpeg=60))
    rows.append(_row("combo", "vga", wear=worn, fill=0.85, blur=0.6, noise=4.0, jpeg=60))
    rows += [_row("far", f"card {p} % of width", fill=p / 100) for p in (50, 40, 30)]
    rows += [_row("dark", f"dark {p} %, no gain", light=p / 100, noise=1.5) for p in (25, 10, 5)]
    rows.append(_row("scratches", "8 dark scratches", wear=Wear(scratches=8, scratch_shade=(0, 70))))
    rows.append(_row("field", "black on red, VGA", wear=Wear(ground=RED), width=640, height=480, fill=0.6))
    rows.append(_row("ink", "green, VGA", wear=Wear(ink=GREEN), width=640, height=480, fill=0.55))
    return tuple(rows)


def frames(
    symbol: Symbol, per_condition: int, first: int = 0, groups: Container[str] | None = None
) -> Iterator[BenchFrame]:
    """`per_condition` frames of every condition; number k of a condition is the same picture in every run."""
    for place, condition in enumerate(conditions()):
        if groups is not None and condition.group not in groups:
            continue
        for number in range(first, first + per_condition):
            yield frame_of(condition, symbol, seed=place * 100_003 + number)


def frame_of(condition: Condition, symbol: Symbol, seed: int) -> BenchFrame:
    """Draw, wear and photograph one card."""
    rng = np.random.default_rng(seed)
    text = payload(rng)
    card, centre = draw_card(text, symbol, condition.wear, rng)
    half = symbol.modules * symbol.dots / 2 * np.array([1 / MASTER_WIDTH, 1 / MASTER_HEIGHT])
    view = condition.view
    if view.roll > 45:
        view = replace(view, aim=(float(centre[0]) - 0.1, float(centre[1]) - 0.1))  # people turn the code to the camera
    if condition.glare:
        spot = centre + rng.uniform(-0.6, 0.6, 2) * half
        view = replace(view, glare=float(condition.glare * half[0]), glare_at=(float(spot[0]), float(spot[1])))
    while not _in_view(card, centre, half, view, seed):
        seed += 50_021
    return BenchFrame(condition, photograph(card, view, seed), text)


def _in_view(card: Picture, centre: NDArray[np.float64], half: NDArray[np.float64], view: View, seed: int) -> bool:
    """Whether all four corners of the symbol fall inside the picture."""
    for across in (-1, 1):
        for down in (-1, 1):
            corner = centre + half * (across, down)
            x, y = where((float(corner[0]), float(corner[1])), card, view, seed)
            if not (2 <= x < view.width - 2 and 2 <= y < view.height - 2):
                return False
    return True


def payload(rng: np.random.Generator) -> str:
    """A URL with 191 random digits: as long as a signed token, signed by nobody."""
    return PREFIX + "".join(map(str, rng.integers(0, 10, 191)))


def modules_of(text: str, symbol: Symbol) -> NDArray[np.bool_]:
    """The module matrix, True where dark, of exactly the asked version and level."""
    model2 = zxingcpp.BarcodeFormat.QRCodeModel2
    code = zxingcpp.create_barcode(text, model2, version=symbol.version, ec_level=symbol.ecc)
    dark: NDArray[np.bool_] = np.array(code.to_image(scale=1, add_quiet_zones=False)) < 128
    if dark.shape != (symbol.modules, symbol.modules):
        raise ValueError(f"asked for {symbol.name}, got {dark.shape[0]} modules")
    return dark


def draw_card(text: str, symbol: Symbol, wear: Wear, rng: np.random.Generator) -> tuple[Picture, NDArray[np.float64]]:
    """A card face with a head line, a portrait, lines of text and the symbol; and the symbol's centre as shares."""
    card = _blank_card().copy()
    size = (symbol.modules + 2 * QUIET) * symbol.dots
    left, top = MASTER_WIDTH - size - 24, MASTER_HEIGHT - size - 24
    dark = np.kron(np.pad(modules_of(text, symbol), QUIET), np.ones((symbol.dots, symbol.dots), dtype=np.bool_))
    box = np.where(dark[:, :, None], np.uint8(wear.ink), np.uint8(wear.ground)).astype(np.uint8)
    if wear.bleed > 0:
        box = cv2.GaussianBlur(box, (0, 0), wear.bleed)
    _scratch(box, wear, rng)
    _stain(box, wear.stain, rng)
    card[top : top + size, left : left + size] = box
    centre = np.array([(left + size / 2) / MASTER_WIDTH, (top + size / 2) / MASTER_HEIGHT])
    return card, centre


@lru_cache(maxsize=1)
def _blank_card() -> Picture:
    """Everything but the symbol; the same on every card."""
    rng = np.random.default_rng(33)
    card = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 250, dtype=np.uint8)
    card[:96] = (14, 94, 140)
    face = cv2.resize(rng.integers(60, 220, (9, 7, 3), dtype=np.uint8), (240, 296), interpolation=cv2.INTER_CUBIC)
    card[140:436, 40:280] = face
    for line in range(8):
        y = 150 + line * 44
        for stroke in range(int(rng.integers(4, 11))):  # blocks as large as Chinese characters
            x = 310 + stroke * 30
            glyph = rng.integers(0, 2, (7, 7), dtype=np.uint8) * 215
            card[y : y + 28, x : x + 28] = cv2.resize(glyph, (28, 28), interpolation=cv2.INTER_NEAREST)[:, :, None]
    return card


def _scratch(box: Picture, wear: Wear, rng: np.random.Generator) -> None:
    """Lines across the symbol, 1 to 3 dots wide."""
    side = box.shape[0]
    for _ in range(wear.scratches):
        start, end = rng.integers(0, side, 2), rng.integers(0, side, 2)
        shade = int(rng.integers(*wear.scratch_shade))
        cv2.line(
            box,
            (int(start[0]), int(start[1])),
            (int(end[0]), int(end[1])),
            (shade, shade, shade),
            int(rng.integers(1, 4)),
            cv2.LINE_AA,
        )


def _stain(box: Picture, share: float, rng: np.random.Generator) -> None:
    """One dark blot that hides this share of the symbol's area."""
    if share <= 0:
        return
    side = box.shape[0]
    radius = (share / np.pi) ** 0.5 * side
    stretch = rng.uniform(0.7, 1.4)
    centre = (int(rng.uniform(0.15, 0.85) * side), int(rng.uniform(0.15, 0.85) * side))
    axes = (max(1, int(radius * stretch)), max(1, int(radius / stretch)))
    cv2.ellipse(box, centre, axes, float(rng.uniform(0, 180)), 0, 360, (70, 50, 40), cv2.FILLED, cv2.LINE_AA)


def card_width_px(view: View) -> float:
    """Width of the card in the picture when seen flat."""
    return view.fill * view.width


def px_per_module(symbol: Symbol, view: View) -> float:
    """How many pixels one module gets when the card is seen flat."""
    return symbol.dots * 25.4 / 300 * card_width_px(view) / CARD_WIDTH_MM
