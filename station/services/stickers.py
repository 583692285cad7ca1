"""The fallback sticker: a permit on a label while no card printer works. What is drawn, and the proof that it reads.

A sticker is a print attempt like any other (decisions/0008): it has an issue number and a token of its own, its bytes
are sent once, it counts when the camera has read it, and the card that follows replaces it. So the press makes it.
"""

from __future__ import annotations

import numpy as np

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, CardFaces, CodeReader, Picture
from station.cards import slips
from station.cards.layout_file import load_layout
from station.domain.decide import rights
from station.domain.errors import Refused
from station.printing.journal import Order
from station.services.bench import Label
from station.services.desk import Desk
from station.services.issuing import token_to_print
from station.trust.token import url


def faces_of(desk: Desk, order: Order, token: str, label: Label) -> CardFaces:
    """The sticker for this order in the dots of that printer. Raises Refused when the print changed or does not fit."""
    record = desk.worker(order.subject)
    rights.permit_of(record, order.number)
    person, signed = record.person, record.tokens.get((order.number, order.issue_number))
    if person is None or person.name is None or signed is None:
        raise Refused("缺少姓名或签好的码，不能打印临时证贴。", "nothing_to_print")
    city = desk.settings.city
    text = url(city.url_prefix, token_to_print(record, order.number, token))
    drawn = slips.sticker(
        person.name, order.number, signed.last_day, text, load_layout(city.layout).symbol, city.association,
        rehearsal=desk.settings.rehearsal,
    )  # fmt: skip
    return in_corner(slips.draw(drawn, label.width, label.dpi))


def preview(desk: Desk, order: Order, label: Label) -> Picture:
    """The exact bitmap that would be printed for this order. Raises Refused while its token is not signed."""
    signed = desk.worker(order.subject).tokens.get((order.number, order.issue_number))
    front = faces_of(desk, order, signed.token if signed is not None else "", label).front[:, : label.width]
    inked = np.flatnonzero((front < 255).any(axis=(1, 2)))
    return np.ascontiguousarray(front[: int(inked[-1]) + 12])


def in_corner(sticker: Picture) -> CardFaces:
    """The sticker in the corner of a white master. Raises Refused for one that is larger than that."""
    height, width, _ = sticker.shape
    if height > MASTER_HEIGHT or width > MASTER_WIDTH:
        raise Refused("临时证贴比一张标签长，请换宽一些的标签纸。", "sticker_size")
    front = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, np.uint8)
    front[:height, :width] = sticker
    return CardFaces(front)


def prove(faces: CardFaces, text: str, reader: CodeReader, label: Label) -> None:
    """Raises Refused unless exactly this code is read from the picture that will be printed."""
    picture = np.ascontiguousarray(faces.front[:, : label.width])
    if {one.text for one in reader.read(picture)} != {text}:
        raise Refused("标签上的二维码读不出来，请换更宽或更清晰的标签打印机。", "sticker_unreadable")
