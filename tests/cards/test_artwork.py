"""The finished faces: whole dots of the symbol, resin where resin belongs, nothing outside its place, nobody's tofu."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Picture
from devices.languages import raster
from station.cards.artwork import CardContent, compose
from station.cards.glyphs import undrawable
from station.cards.layout import CARD_WORDS, CITY_WORDS
from station.cards.layout_file import load_layout
from station.cards.places import SAFE_MM, dots
from station.cards.proof import prove
from station.cards.qr import QUIET
from station.domain.errors import Fault, Refused
from tests.cards.samples import content, photo

QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
LAYOUT = load_layout("zj-2020")


def resin(picture: Picture) -> NDArray[np.bool_]:
    """Where the picture is exactly 0,0,0."""
    black: NDArray[np.bool_] = (picture == 0).all(axis=2)
    return black


def test_both_faces_are_masters() -> None:
    faces = compose(content())
    for face in (faces.front, faces.back):
        assert face is not None
        assert face.shape == (MASTER_HEIGHT, MASTER_WIDTH, 3)
        assert face.dtype == np.uint8


def test_a_hundred_cards_are_proved_and_read() -> None:
    for number in range(1, 101):
        made = content(number)
        faces = compose(made)
        prove(faces, made.token_url, made.layout)
        read = zxingcpp.read_barcodes(faces.front, formats=QR)
        assert [one.text for one in read] == [made.token_url]


def test_modules_are_whole_squares_of_five_dots() -> None:
    area = compose(content(7)).front[LAYOUT.symbol_box.area]
    side = 49 + 2 * QUIET
    cells = area.reshape(side, 5, side, 5, 3)
    assert (cells == cells[:, :1, :, :1, :1]).all()
    assert set(np.unique(area)) == {0, 255}


def test_resin_lies_in_fields_and_symbol_only() -> None:
    black = resin(compose(content(rehearsal=True)).front)
    for field in LAYOUT.front.fields:
        if field.ink == "black":
            assert black[field.box.area].any(), field.key
            black[field.box.area] = False
    assert not black[LAYOUT.photo.area].any(), "a photo has no resin specks"
    black[LAYOUT.symbol_box.area] = False
    assert not black.any()


def test_a_pitch_black_photo_holds_no_resin() -> None:
    dark = photo().copy()
    dark[200:] = 0
    assert not resin(compose(content(photo=dark)).front[LAYOUT.photo.area]).any()


def test_what_is_written_on_the_ground_is_resin_without_smoothing() -> None:
    """Everything two cards of a city differ in, photo and code aside, is pure black on one of them."""
    one, other = compose(content(name="张㛃丽")).front, compose(content(name="欧阳娜娜", company="宁波家政")).front
    differs = (one != other).any(axis=2)
    assert differs.sum() > 1000
    assert (resin(one) | resin(other))[differs].all()


def test_the_margin_bears_no_text() -> None:
    edge = dots(SAFE_MM)
    black = resin(compose(content()).front)
    black[edge:-edge, edge:-edge] = False
    assert not black.any()


def test_the_printer_prints_the_back_exactly_as_shown() -> None:
    back = compose(content(rehearsal=True, issue_number=3)).back
    assert back is not None
    assert ((back == 0) | (back == 255)).all()
    assert np.array_equal(raster.resin(back) == 255, raster.turned(resin(back).astype(np.uint8)) == 1)


def test_text_and_symbol_reach_the_resin_panel_of_the_front() -> None:
    front = compose(content()).front
    assert np.array_equal(raster.upright(raster.separate(front).planes["k"]) == 255, resin(front))


def test_the_photo_is_the_photo() -> None:
    wanted = photo()
    shown = compose(content()).front[LAYOUT.photo.area].astype(int)
    rows = np.linspace(0, wanted.shape[0] - 1, shown.shape[0]).round().astype(int)
    columns = np.linspace(0, wanted.shape[1] - 1, shown.shape[1]).round().astype(int)
    assert np.abs(shown - wanted[rows][:, columns]).mean() < 4


@pytest.mark.parametrize("field", ["name", "permit_number", "company", "categories", "issued_on", "issue_number"])
def test_everything_that_varies_is_printed(field: str) -> None:
    other: dict[str, Any] = {
        "name": "王芳",
        "permit_number": "3302052026000999",
        "company": "宁波海曙家政",
        "categories": ("家庭保洁",),
        "issued_on": content().issued_on.replace(day=3),
        "issue_number": 9,
    }
    before, after = compose(content(name="李丽")), compose(content(**{"name": "李丽", field: other[field]}))
    assert before.back is not None
    assert after.back is not None
    changed = before.back if field == "issue_number" else before.front
    assert not np.array_equal(changed, after.back if field == "issue_number" else after.front)


def test_the_same_content_is_the_same_card() -> None:
    first, second = compose(content(3)), compose(content(3))
    assert np.array_equal(first.front, second.front)


def test_cards_do_not_write_into_each_other() -> None:
    first = compose(content(1)).front
    kept = first.copy()
    compose(content(2))
    assert np.array_equal(first, kept)


def test_a_rehearsal_card_cannot_be_taken_for_a_real_one() -> None:
    real, rehearsal = compose(content()), compose(content(rehearsal=True))
    red = rehearsal.front[LAYOUT.front.stamp.box.area].astype(int)
    assert ((red[:, :, 0] > 140) & (red[:, :, 1] < 90) & (red[:, :, 2] < 100)).mean() > 0.1
    assert real.back is not None
    assert rehearsal.back is not None
    assert not np.array_equal(real.back, rehearsal.back)


def test_another_city_has_its_own_ground() -> None:
    hangzhou, wenzhou = compose(content()), compose(content(code_name="家政服务码", issuer="温州市家庭服务业协会"))
    assert not np.array_equal(hangzhou.front, wenzhou.front)
    assert hangzhou.back is not None
    assert wenzhou.back is not None
    assert not np.array_equal(hangzhou.back, wenzhou.back)


def test_nothing_private_can_be_put_on_a_card() -> None:
    printed = {*CITY_WORDS, *CARD_WORDS}
    for word in ("id", "birth", "home", "phone", "colour", "medical", "insurance", "background"):
        assert not [name for name in printed - {"complaint_phone"} if word in name.split("_")]
    fields = {one.name for one in dataclasses.fields(CardContent)}
    assert fields - printed == {"permit_number", "issued_on", "token_url", "photo", "rehearsal", "layout"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "张\U0002ebf0"}, "glyph_missing"),
        ({"company": "杭州" + chr(0xE863)}, "glyph_missing"),
        ({"name": "阿" * 40}, "text_too_long"),
        ({"company": "杭州安心" * 12}, "text_too_long"),
        ({"photo": np.zeros((441, 358), np.uint8)}, "photo_unusable"),
        ({"photo": np.zeros((126, 102, 3), np.uint8)}, "photo_unusable"),
        ({"photo": np.zeros((441, 358, 3), np.float64)}, "photo_unusable"),
        ({"photo": np.zeros((441, 441, 3), np.uint8)}, "photo_ratio"),
        ({"token_url": "https://a-host-that-is-much-too-long.example/" + "7" * 191}, "symbol_too_small"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_printed_is_refused_before_a_card_is_spent(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        compose(content(**changes))
    assert caught.value.code == code


def test_a_layout_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(Fault, match="no-such-layout"):
        compose(content(layout="no-such-layout"))


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
RARE = st.one_of(
    st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x323AF),
    st.characters(min_codepoint=0xE000, max_codepoint=0xE0FF, categories=["Co"]),
)
NAMES = st.one_of(
    st.text(HAN, min_size=1, max_size=30),
    st.lists(st.text(HAN, min_size=1, max_size=8), min_size=1, max_size=4).map("·".join),
    st.text(st.one_of(HAN, RARE), min_size=1, max_size=6),
    st.lists(st.text("AÉbçdfgjÑypqỄ", min_size=1, max_size=12), min_size=1, max_size=5).map(" ".join),
)


@given(name=NAMES)
def test_a_name_is_drawn_whole_or_refused(name: str) -> None:
    made = content(name=name)
    try:
        faces = compose(made)
    except Refused as no:
        assert no.code in ("glyph_missing", "text_too_long")
        assert (no.code == "glyph_missing") == bool(undrawable(name))
        return
    assert undrawable(name) == ()
    prove(faces, made.token_url, made.layout)
