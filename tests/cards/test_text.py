"""Text in boxes: shrink, wrap, refuse; where lines break; ink never leaves the box."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from station.cards import breaking, text
from station.cards.canvas import blank, painting
from station.cards.layout import Field
from station.cards.layout_file import load_layout
from station.cards.places import Box
from station.domain.errors import Refused

NAME = load_layout("zj-2020").front.field("name")
LETTERS = st.text("赵钱孙李周吴郑王·ABCfgjÅẾy㛃𬱖龘", min_size=1, max_size=24)


def fixed(words: str) -> float:
    """Every sign ten dots wide."""
    return 10.0 * len(words)


@pytest.mark.parametrize(
    ("words", "size", "lines"),
    [
        ("张㛃", 63, ["张㛃"]),
        ("欧阳娜娜", 63, ["欧阳娜娜"]),
        ("阿依古丽·买", 53, ["阿依古丽·买"]),
        ("阿卜杜热西提·买买提", 35, ["阿卜杜热西提·", "买买提"]),
        ("古丽加娜提·阿不都热合曼", 35, ["古丽加娜提·", "阿不都热合曼"]),
        ("Maria Guadalupe Fernandez", 35, ["Maria Guadalupe", "Fernandez"]),
    ],
)
def test_a_name_shrinks_then_wraps(words: str, size: int, lines: list[str]) -> None:
    made = text.fit(words, NAME)
    assert [line.text for line in made.lines] == lines
    assert abs(made.size - size) <= 1, "another version of the font may differ by a dot"


def test_a_name_that_fits_nowhere_is_refused_by_its_label() -> None:
    with pytest.raises(Refused) as caught:
        text.fit("阿" * 40, NAME)
    assert "姓名" in caught.value.sentence
    assert "阿" not in str(caught.value)
    assert caught.value.code == "text_too_long"


def test_a_field_without_label_is_named_by_what_it_holds() -> None:
    with pytest.raises(Refused, match="签发机构"):
        text.fit("杭州市" * 20, load_layout("zj-2020").front.field("issuer"))


@pytest.mark.parametrize("words", ["Wolfeschlegelsteinhausenbergerdorff", "龘" * 26])
def test_one_word_is_never_torn_to_fit(words: str) -> None:
    with pytest.raises(Refused):
        text.fit(words, NAME)


@pytest.mark.parametrize("align", ["left", "centre", "right"])
@given(words=LETTERS)
def test_ink_stays_in_its_box(align: str, words: str) -> None:
    box = Box(100, 80, 321, 90)
    field = Field("f", box, "", 66, 36, 24, lines=2, bold=True, align=align)
    picture = blank(520, 250)
    with painting(picture) as painter:
        try:
            text.draw(painter, words, field, QColor(0, 0, 0))
        except Refused:
            return
    black = (picture == 0).all(axis=2)
    assert (black | (picture == 255).all(axis=2)).all(), "resin text has no grey"
    black[box.grown(1).area] = False
    assert not black.any()


def test_dye_is_smooth_and_resin_is_not() -> None:
    for ink, greys in (("label", True), ("black", False)):
        picture = blank(400, 120)
        with painting(picture) as painter:
            field = Field("f", Box(0, 0, 400, 120), "", 60, 60, 60, ink=ink)
            text.draw(painter, "安心", field, QColor(0, 0, 0))
        assert (len(np.unique(picture)) > 2) is greys


@pytest.mark.parametrize(
    ("words", "cuts"),
    [
        ("张王", [1]),
        ("张·王", [2]),  # the dot ends a line, it never begins one
        ("Ana Mei", [4]),
        ("O'Brien-Smith", []),
        ("王Ana", [1]),
        ("（甲）乙", [3]),
        ("到家家政服务", [1, 2, 4]),  # 家政 and 服务 stay whole
    ],
)
def test_where_a_line_may_begin(words: str, cuts: list[int]) -> None:
    assert breaking.places(words) == cuts


def test_a_break_after_a_separator_is_worth_more_than_balance() -> None:
    assert breaking.broken("甲乙·丙丁戊己", 2, fixed, 50, True)[0] == ["甲乙·", "丙丁戊己"]
    assert breaking.broken("甲乙丙丁戊己", 2, fixed, 50, True)[0] == ["甲乙丙", "丁戊己"]


def test_lines_may_be_filled_instead() -> None:
    assert breaking.broken("甲乙丙丁戊己", 2, fixed, 50, False)[0] == ["甲乙丙丁戊", "己"]
    assert breaking.broken("甲乙丙丁戊己", 3, fixed, 20, True)[0] == ["甲乙", "丙丁", "戊己"]


@pytest.mark.parametrize(("lines", "limit"), [(1, 50), (2, 20), (3, 10), (2, 30)])
def test_what_does_not_fit_is_none(lines: int, limit: float) -> None:
    found, wide = breaking.broken("Abc defghi" if limit == 30 else "甲乙丙丁戊己", lines, fixed, limit, False)
    assert found is None
    assert wide > 0


@given(words=st.text("甲乙丙丁·ab 、", min_size=1, max_size=30), lines=st.integers(1, 3), limit=st.integers(20, 200))
def test_breaking_loses_nothing(words: str, lines: int, limit: int) -> None:
    for balanced in (True, False):
        found, _ = breaking.broken(words.strip() or "甲", lines, fixed, limit, balanced)
        if found is not None:
            assert len(found) <= lines
            assert all(fixed(line) <= limit for line in found)
            assert "".join(found).replace(" ", "") == (words.strip() or "甲").replace(" ", "")
