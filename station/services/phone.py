"""The online permit (线上居家上门服务证) and 亮码: a link made at the counter, and a code that is good for two minutes.

The link is sealed, names no number, and dies with the permit or after half a year; the code is signed anew each time it
is shown, so a screenshot is worth nothing (trust.md T3). Signing needs the keys, which stand at the centre only: beside
the province's database the page runs there and is given a signer of dynamic codes alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from station.cards.layout_file import load_layout
from station.cards.qr import picture
from station.domain.errors import Refused
from station.services.desk import Desk
from station.services.inspecting import Inspection, inspect_number
from station.services.issuing import check_of
from station.services.viewseal import ViewSeal
from station.trust.token import Token, url

LINK_DAYS = 183
"""Half a year: a new link is given with every half-yearly refresh (R37)."""
DAY_MS = 86_400_000
SHOWN_SECONDS = 60
"""How often the phone shows a new code; the household accepts it for 120 s."""
PhoneCode = Callable[[str], str]
"""Permit number -> the address in a code made now. Raises Refused where it may not be made."""


def phone_link(desk: Desk, seal: ViewSeal, number: str) -> str:
    """The opaque last part of the worker's address, for the slip handed over at the counter."""
    if inspect_number(desk, number).record is None:
        raise Refused("没有找到这个编号的码证，请核对编号。", "no_such_permit")
    return seal.link(number, desk.clock.now_ms())


def online_permit(desk: Desk, seal: ViewSeal, link: str) -> tuple[str, Inspection]:
    """Number and standing for the worker's own page. Raises Refused for a link not ours, too old, or permit ended."""
    number = seal.opened_link(link, desk.clock.now_ms(), LINK_DAYS * DAY_MS)
    found = inspect_number(desk, number)
    right = found.record.permits.get(number) if found.record is not None else None
    if right is None or not right.live:
        raise Refused("码证已失效，请联系所属企业或发证协会。", "permit_ended")
    return number, found


def code_maker(desk: Desk, sign: Callable[[str, int, int], Token]) -> PhoneCode:
    """Makes dynamic codes; `sign` gets number, now in ms and print check, and can sign nothing but a dynamic code."""

    def make(number: str) -> str:
        subject = desk.ledger.subject_of_permit(number)
        if subject is None:
            raise Refused("没有找到这个编号的码证，请核对编号。", "no_such_permit")
        token = sign(number, desk.clock.now_ms(), check_of(desk.worker(subject), number))
        return url(desk.settings.city.url_prefix, token)

    return make


def code_picture(desk: Desk, text: str) -> bytes:
    """The code as PNG, each module five dots, with its quiet zone: the symbol of the card, on a phone."""
    symbol = load_layout(desk.settings.city.layout).symbol
    out = io.BytesIO()
    Image.fromarray(picture(text, symbol)).save(out, "PNG", optimize=True)
    return out.getvalue()
