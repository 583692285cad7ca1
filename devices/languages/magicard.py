"""The Magicard job: card faces to one page or two, and back, without I/O (hardware.md §3; Gutenprint's public notes).

Which way the landscape picture is turned and the order of WID and HGT are not documented; both stand in the form, to be
settled with the test card.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from devices.contracts import CardFaces, Picture
from devices.languages.language import Plan, Question, Step
from devices.languages.magicard_frames import PLANES, Frame, FrameReader, page, refused
from devices.languages.magicard_planes import narrow, pack_dye, pack_resin, unpack_dye, unpack_resin, wide
from devices.languages.raster import COLOURS, DOTS, LINES, Inks, Plane, compose, resin, separate

_RIBBONS = {"ymcko": "LC1", "k": "LC3", "ko": "LC6", "ymckok": "LC8"}
_WIRE = {ink: letter for letter, ink in PLANES.items()}
_MOST_PAGES = 2


@dataclass(frozen=True, slots=True)
class Form:
    """How one ribbon in one model prints a card."""

    ribbon: str  # ymcko, ymckok, ko or k: it is forced, so that another one in the printer stops the job
    front: str  # inks of the front in print order; o is the overcoat, which has no plane
    back: str = ""  # "" for a printer that does not turn the card, or "k"
    clockwise: bool = True  # how the landscape picture is turned; not documented
    width_first: bool = True  # WID1016,HGT642 as Gutenprint sends it; its comments say the opposite
    back_turned: bool = False
    reject: bool = False  # the printer throws a faulty card out by itself
    answer: float = 5.0
    page: float = 120.0  # seconds to take a page, which may wait for the mechanism
    finish: float = 300.0  # seconds until the card is out
    poll: float = 2.0  # seconds between two looks meanwhile

    def __post_init__(self) -> None:
        if self.front not in ("ymcko", "ymck", "ko", "k") or self.back not in ("", "k") or self.ribbon not in _RIBBONS:
            raise ValueError(f"no recipe prints {self.front!r} and {self.back!r} with the ribbon {self.ribbon!r}")


def encode(faces: CardFaces, form: Form) -> bytes:
    """The exact bytes that print these faces once. The back is left out where the form has none."""
    two = bool(form.back) and faces.back is not None
    job = _page(faces.front, form, form.front, ["DPXON", "PAG1", "BACK"] if two else ["DPXOFF", "PAG1"])
    if two and faces.back is not None:
        back = np.rot90(faces.back, 2) if form.back_turned else faces.back
        job += _page(back, form, form.back, ["DPXON", "PAG2", "BACK"])
    return b"".join(job)


def decode(job: bytes, form: Form | None = None) -> CardFaces:
    """The faces that a job prints, as a person sees the card. Raises BadReply unless it is one card."""
    known = form or Form("ymcko", "ymcko")
    front, *more = [compose(inks(frame, known)) for frame, _ in _one_card(job)]
    back = more[0] if more else None
    if back is not None and known.back_turned:
        back = np.ascontiguousarray(np.rot90(back, 2))
    return CardFaces(front, back)


def inks(frame: Frame, form: Form) -> Inks:
    """The ink of one page; the overcoat is full where the page asks for it."""
    planes: dict[str, Plane] = {}
    for letter, data in frame.planes:
        rows = unpack_resin(data) if letter == "K" else unpack_dye(data)
        lines = narrow(rows)
        planes[PLANES[letter]] = lines if form.clockwise else np.ascontiguousarray(lines[::-1, ::-1])
    if "OVRON" in frame.keys:
        planes["o"] = np.full((LINES, DOTS), 255, np.uint8)
    return Inks(planes)


def plan(job: bytes, form: Form) -> Plan:
    """The job plane by plane; nothing of it is answered. A page's end mark may bring the card out.

    Raises BadReply unless it is exactly one card that nothing repeats.
    """
    steps: list[Step] = []
    panels = 0
    for frame, raw in _one_card(job):
        panels += len(frame.planes) + ("OVRON" in frame.keys)
        begin = len(raw) - 1 - sum(len(data) + 3 for _, data in frame.planes)
        cuts = [0, begin]
        for _, data in frame.planes:
            cuts.append(cuts[-1] + len(data) + 3)
        cuts.append(len(raw))
        for here, there in pairwise(cuts):
            steps.append(Step(Question(raw[here:there], form.page, answered=False), there == len(raw)))
    return Plan(tuple(steps), panels)


def _page(picture: Picture, form: Form, panels: str, duplex: list[str]) -> list[bytes]:
    planes = dict(separate(picture).planes) if set(COLOURS) <= set(panels) else {"k": resin(picture)}
    packed = []
    for ink in panels.replace("o", ""):
        lines = planes[ink] if form.clockwise else planes[ink][::-1, ::-1]
        packed.append((_WIRE[ink], pack_resin(wide(lines)) if ink == "k" else pack_dye(wide(lines))))
    stamp = 0  # a clock here would make the same card another job each time
    for _, data in packed:
        stamp = zlib.crc32(data, stamp)
    keys = ["NOC1", "VER1.0.0", "LANENG", f"TDT{stamp:08X}", _RIBBONS[form.ribbon]]
    keys += ["REJON" if form.reject else "REJOFF", "ESS1", "KEE", "RT2", *duplex, "SLWOFF"]
    keys += ["IMF" + "".join(letter for letter, _ in packed), "XCO0", "YCO0"]
    keys += ["WID1016", "HGT642"] if form.width_first else ["WID642", "HGT1016"]
    keys += ["OVRON" if "o" in panels else "OVROFF", "NNNOFF", "USFOFF", "HPHOFF"]
    return page(keys, packed)


def _one_card(job: bytes) -> list[tuple[Frame, bytes]]:
    reader = FrameReader()
    reader.feed(job)
    found: list[tuple[Frame, bytes]] = []
    begin = 0
    while (frame := reader.take()) is not None:
        found.append((frame, job[begin : reader.taken]))
        begin = reader.taken
        if len(found) > _MOST_PAGES:
            raise refused("页数过多")
    if not reader.idle:
        raise refused("最后一页不完整")
    sides = []
    for frame, _ in found:
        if not frame.is_page:
            raise refused("任务里夹有指令")
        if [key for key in frame.keys if key.startswith("ESS")] != ["ESS1"]:
            raise refused("份数必须是一")
        sides.append([key for key in frame.keys if key.startswith(("DPX", "PAG"))])
    if sides not in ([["DPXOFF", "PAG1"]], [["DPXON", "PAG1"], ["DPXON", "PAG2"]]):
        raise refused("不是一张卡的一面或两面")
    return found
