"""What the household sees: an inspection in words for a stranger at the door; of the person only name and face.

Details of background and health are never explained; colour always comes as word and shape, too (D-23).
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image, ImageDraw, ImageFont

from station.domain.errors import Bug
from station.domain.identity import PermitNumber
from station.domain.people import CATEGORIES
from station.domain.standing import Colour
from station.domain.tiers import printable
from station.services.desk import Desk
from station.services.inspecting import Inspection
from station.services.viewseal import ViewSeal
from station.settings import RESOURCES
from ui.words import word, words

CHINA = timezone(timedelta(hours=8))
FOLDER = RESOURCES / "household"
PHOTO_SIZE = (240, 296)
_WORD = functools.partial(word, "household")


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything the template needs for one scan."""

    colour: str
    title: str
    name: str
    number: str
    company: str
    categories: str
    issuer: str
    issue: str
    reasons: list[str]
    ahead: str
    stale: bool
    as_of: str
    photo: str
    nonce: str = ""
    may_confirm: bool = False
    must_acknowledge: bool = False


def environment(folder: Path = FOLDER) -> Environment:
    """Templates with escaping on for everything."""
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def page_view(desk: Desk, seal: ViewSeal, number: str, found: Inspection, *, issue: str = "") -> PageView | None:
    """The page of one inspection; None where there is nobody to show (the same page for every bad code).

    `issue` says how the permit was named where no code did.
    """
    if found.record is None or "NOT_ISSUED" in found.reasons:
        return None
    shown = _shown(desk, seal, number, found)
    coded = _WORD("card").format(issue=found.issue_number) if found.issue_number else _WORD("online")
    nonce = seal.nonce(number, found.issue_number or 0, found.colour.value, desk.clock.now_ms())
    may_confirm = found.colour in (Colour.GREEN, Colour.YELLOW)
    return replace(
        shown, issue=issue or coded, nonce=nonce, may_confirm=may_confirm,
        must_acknowledge=found.colour is Colour.YELLOW,
    )  # fmt: skip


def own_view(desk: Desk, seal: ViewSeal, number: str, found: Inspection) -> PageView:
    """The worker's own page: the same words as the household sees, without a button."""
    return _shown(desk, seal, number, found)


def _shown(desk: Desk, seal: ViewSeal, number: str, found: Inspection) -> PageView:
    record = found.record
    if record is None:
        raise Bug("a page needs somebody to show")
    right, now = record.permits[number], desk.clock.now_ms()
    shows = record.consented("SHOWING")  # PIPL 25: whoever took it back is shown to nobody, whatever the colour
    person, photo = (record.person, record.photo) if shows else (None, None)
    return PageView(
        found.colour.value,
        word("colour", "unsure") if found.unsure else word("colour", found.colour.value),
        (person.name if person else None) or "—",
        PermitNumber.parse(number).grouped,
        right.company_name,
        "、".join(CATEGORIES[code] for code in printable(record, right.categories, desk.clock.today())) or "—",
        desk.settings.city.association,
        _WORD("online"),
        [reason_words(code) for code in found.reasons],
        _ahead(found),
        found.stale_refresh,
        moment(found.as_of_ms),
        seal.photo_id(record.subject, photo.sha256, now) if photo else "",
    )


def reason_words(code: str) -> str:
    """One sentence per reason; of background and health only that the check was not passed (domain.md §12.6)."""
    if code.startswith("BACKGROUND_") or code == "MEDICAL_UNFIT":
        return _WORD("background")
    return words("reason").get(code) or words("trust").get(code, _WORD("ask_issuer"))


def _ahead(found: Inspection) -> str:
    change = found.next_change
    if change is None:
        return ""
    day, colour = change.on, word("colour", change.colour.value).split()[0]
    return _WORD("ahead").format(year=day.year, month=day.month, day=day.day, colour=colour)


def moment(ms: int) -> str:
    """An instant in words, Asia/Shanghai."""
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%d %H:%M")


def watermarked(data: bytes, now_ms: int) -> bytes:
    """The photo as the page shows it: small, with the moment across it, so that a screenshot tells its age."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        small = image.convert("RGB").resize(PHOTO_SIZE, Image.Resampling.LANCZOS)
    mark = Image.new("RGBA", small.size, (0, 0, 0, 0))
    pen, font, words_ = ImageDraw.Draw(mark), ImageFont.load_default(17), moment(now_ms)
    for line, y in enumerate(range(30, PHOTO_SIZE[1], 84)):
        pen.text((10 + 34 * (line % 3), y), words_, font=font, fill=(255, 255, 255, 120), stroke_width=1,
                 stroke_fill=(0, 0, 0, 60))  # fmt: skip
    out = io.BytesIO()
    Image.alpha_composite(small.convert("RGBA"), mark).convert("RGB").save(out, "JPEG", quality=82)
    return out.getvalue()
