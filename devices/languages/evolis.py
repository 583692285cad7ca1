"""The Evolis job: card faces to `Pem … Ss Sr Db… Sv Db… Se` and back, without I/O (hardware.md §1.3–§1.7, A5013)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from devices.contracts import CardFaces, Picture
from devices.languages.evolis_commands import BITS, Command, frame, pieces, refused
from devices.languages.evolis_panels import download, lay
from devices.languages.language import Plan, Question, Step
from devices.languages.raster import COLOURS, DOTS, LINES, Inks, Plane, compose, resin, separate

HOST_MANAGES = 2
"""Pem;2: the printer stops at an error and never restarts a card by itself (hardware.md §1.7)."""

REPEATS = frozenset({"Sc", "Ssd", "Sp", "St", "Stt"})
"""Sequence commands that print again, or print without a sequence: never in a job of ours."""

_FULL = np.full((LINES, DOTS), 255, np.uint8)


@dataclass(frozen=True, slots=True)
class Form:
    """How one ribbon in one model prints a card."""

    ribbon: str  # the code of Pr: ymcko, ymckok, kb…
    front: str  # panels of the front in print order
    back: str = ""  # panels of the back: "" for a simplex printer (the blank's back is printed by its maker), or "k"
    levels: int = 128  # of the dye panels
    contrast: int = 10
    squeeze: bool = False  # send resin as Dbc
    back_turned: bool = False  # the flip unit of this model wants the back upside down
    answer: float = 5.0  # seconds to answer a setting or a question
    panel: float = 60.0  # seconds to take a panel, which includes printing the one before
    finish: float = 120.0  # seconds to print the last panel and eject

    def __post_init__(self) -> None:
        if self.levels not in BITS or self.levels == 2:
            raise ValueError(f"dye levels are 32, 64 or 128, not {self.levels}")
        if self.front not in ("ymcko", "ymck", "ko", "k") or self.back not in ("", "k"):
            raise ValueError(f"no recipe prints {self.front!r} on the front and {self.back!r} on the back")


@dataclass(frozen=True, eq=False, slots=True)
class Job:
    """A job as the printer understands it."""

    settings: tuple[Command, ...]
    front: Inks
    back: Inks | None


def encode(faces: CardFaces, form: Form) -> bytes:
    """The exact bytes that print these faces once. The back is left out where the form has none."""
    job = [
        frame("Pem", HOST_MANAGES),
        frame("Pr", form.ribbon),
        frame("Pmi", "F"),
        frame("Pc", "k", "=", form.contrast),
        frame("Ss"),
        frame("Sr"),
        *_face(faces.front, form.front, form),
    ]
    if form.back and faces.back is not None:
        back = np.rot90(faces.back, 2) if form.back_turned else faces.back
        job += [frame("Sv"), *_face(back, form.back, form)]
    job.append(frame("Se"))
    return b"".join(job)


def read_job(job: bytes) -> Job:
    """The settings and the inks of a job. Raises BadReply unless it is one card from Ss to Se."""
    settings: list[Command] = []
    sides: list[dict[str, Plane]] = []
    for command, _ in _one_card(job):
        if command.name in ("Sr", "Sv"):
            sides.append({})
        elif command.name.startswith("Db"):
            lay(command, sides[-1])
        elif not command.name.startswith("S"):
            settings.append(command)
    return Job(tuple(settings), Inks(sides[0]), Inks(sides[1]) if len(sides) > 1 else None)


def decode(job: bytes, form: Form | None = None) -> CardFaces:
    """The faces that a job prints, as a person sees the card. `form` only tells whether the back is turned."""
    read = read_job(job)
    back = None if read.back is None else compose(read.back)
    if back is not None and form is not None and form.back_turned:
        back = np.ascontiguousarray(np.rot90(back, 2))
    return CardFaces(compose(read.front), back)


def plan(job: bytes, form: Form) -> Plan:
    """The job command by command, and the panels it uses: five for ymcko, one more for a resin back.

    Raises BadReply unless it is exactly one card that nothing repeats.
    """
    steps: list[Step] = []
    panels: set[tuple[int, str]] = set()
    side = 0
    for command, raw in _one_card(job):
        side += command.name == "Sv"
        if command.name.startswith("Db"):
            panels.add((side, command.parameters[0]))
        ends = command.name == "Se"
        timeout = form.finish if ends else form.panel if command.name.startswith(("Db", "S")) else form.answer
        steps.append(Step(Question(raw, timeout), ends))
    return Plan(tuple(steps), len(panels))


def _face(picture: Picture, panels: str, form: Form) -> list[bytes]:
    planes = dict(separate(picture).planes) if set(COLOURS) <= set(panels) else {"k": resin(picture)}
    planes["o"] = _FULL
    return [
        download(letter, planes[letter], 2, form.squeeze)
        if letter in "ko"
        else download(letter, planes[letter], form.levels)
        for letter in panels
    ]


_AFTER = {"Ss": ("",), "Sr": ("Ss",), "Sv": ("Sr",), "Se": ("Sr", "Sv")}
"""A sequence command -> the stages after which it may come; one card, front before back."""


def _one_card(job: bytes) -> list[tuple[Command, bytes]]:
    found = list(pieces(job))
    stage = ""
    for command, _ in found:
        if command.name in REPEATS or (command.name == "Pmk" and "i" in command.parameters):
            raise refused(f"指令 {command.name} 会重复出卡")
        if command.name.startswith("Db") and stage not in ("Sr", "Sv"):
            raise refused("图像不在卡面指令之后")
        if command.name.startswith("S"):
            if stage not in _AFTER.get(command.name, ()):
                raise refused(f"指令 {command.name} 的次序不对")
            stage = command.name
    if stage != "Se":
        raise refused("没有结束指令 Se")
    return found
