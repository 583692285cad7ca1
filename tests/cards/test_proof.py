"""The proof finds each thing that may be wrong with a finished card."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from devices.contracts import CardFaces, Picture
from station.cards.artwork import compose
from station.cards.layout_file import load_layout
from station.cards.proof import faults, prove
from station.cards.qr import Symbol, picture
from station.domain.errors import Bug
from tests.cards.samples import content, token_url

LAYOUT = load_layout("zj-2020")
TOKEN = token_url(1)
SYMBOL, PHOTO = LAYOUT.symbol_box, LAYOUT.photo


@pytest.fixture(scope="module")
def faces() -> CardFaces:
    return compose(content())


def symbol(front: Picture) -> Picture:
    return front[SYMBOL.area]


def grey(front: Picture) -> None:
    area = symbol(front)
    area[area == 0] = 40


def smudge(front: Picture) -> None:
    symbol(front)[3, 3] = 0


def shift(front: Picture) -> None:
    symbol(front)[:] = np.roll(symbol(front), 2, axis=1)


def other(front: Picture) -> None:
    symbol(front)[:] = picture(token_url(2), LAYOUT.symbol)[:, :, None]


def covered(front: Picture) -> None:
    symbol(front)[60:220, 60:220] = 255


def second(front: Picture) -> None:
    code = picture(token_url(3), Symbol(6, "M", 5))
    front[155 : 155 + len(code), 330 : 330 + len(code)] = code[:, :, None]


def mirrored(front: Picture) -> None:
    symbol(front)[:] = symbol(front)[:, ::-1].copy()


def coloured(front: Picture) -> None:
    symbol(front)[100:105, 100:105] = (255, 255, 0)


def unphotographed(front: Picture) -> None:
    front[PHOTO.area] = 255


def specks(front: Picture) -> None:
    front[PHOTO.y + 20, PHOTO.x + 20] = 0


def nameless(front: Picture) -> None:
    front[LAYOUT.front.field("name").box.area] = 255


def run_over(front: Picture) -> None:
    box = LAYOUT.front.field("name").box
    front[box.bottom + 1, box.x + 3] = 0


WRONG: list[tuple[Callable[[Picture], None], str]] = [
    (grey, "symbol is not pure black and white"),
    (coloured, "symbol is not pure black and white"),
    (smudge, "quiet zone is not white"),
    (mirrored, "symbol is turned or mirrored"),
    (shift, "modules are not whole dots"),
    (other, "symbol does not read back as the token"),
    (second, "symbol does not read back as the token"),
    (covered, "symbol does not read"),
    (unphotographed, "photo was not drawn"),
    (specks, "photo holds resin black"),
    (nameless, "name was not drawn"),
    (run_over, "text runs out of its box"),
]


@pytest.mark.parametrize(("spoil", "said"), WRONG, ids=[spoil.__name__ for spoil, _ in WRONG])
def test_a_spoilt_front_is_found(faces: CardFaces, spoil: Callable[[Picture], None], said: str) -> None:
    front = faces.front.copy()
    spoil(front)
    assert said in faults(CardFaces(front, faces.back), TOKEN, LAYOUT)
    with pytest.raises(Bug, match=said):
        prove(CardFaces(front, faces.back), TOKEN, LAYOUT.name)


def back_with(faces: CardFaces, place: tuple[int | slice, int | slice], value: int | tuple[int, int, int]) -> CardFaces:
    assert faces.back is not None
    back = faces.back.copy()
    back[place] = value
    return CardFaces(faces.front, back)


@pytest.mark.parametrize("value", [(128, 128, 128), (255, 0, 0), (0, 0, 255), (1, 1, 1)])
def test_a_back_that_is_not_resin_alone_is_found(faces: CardFaces, value: tuple[int, int, int]) -> None:
    assert faults(back_with(faces, (5, 5), value), TOKEN, LAYOUT) == ["back is not resin alone"]


def test_a_back_without_its_hotline_is_found(faces: CardFaces) -> None:
    area = LAYOUT.back.field("hotline").box.area
    assert faults(back_with(faces, area, 255), TOKEN, LAYOUT) == ["hotline was not drawn"]


def test_a_sound_card_has_no_fault(faces: CardFaces) -> None:
    assert faults(faces, TOKEN, LAYOUT) == []
    assert faults(CardFaces(faces.front), TOKEN, LAYOUT) == []
    prove(faces, TOKEN, LAYOUT.name)


def test_the_token_is_compared_to_the_last_digit(faces: CardFaces) -> None:
    wrong = TOKEN[:-1] + ("0" if TOKEN[-1] != "0" else "1")
    assert faults(faces, wrong, LAYOUT) == ["symbol does not read back as the token"]
