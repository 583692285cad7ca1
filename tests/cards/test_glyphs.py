"""Characters: rare ones draw, those nobody can draw are refused with a remedy; the Chinese face, not the Japanese."""

from __future__ import annotations

import pytest

from station.cards.fonts import SANS, sans
from station.cards.glyphs import faces_of, refuse_undrawable, undrawable
from station.domain.errors import Refused

PRIVATE = chr(0xE863)


NAMES = ["㛃", "𬱖", "𠮷", "䶮", "𬭎", "𠅤", "𡚸", "𫖳", "阿卜杜热西提·买买提", "Nguyễn Thị Ánh"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_draw(name: str) -> None:
    assert undrawable(name) == ()


def test_a_character_the_first_face_lacks_comes_from_hanazono() -> None:
    assert undrawable("王𮧵") == ()
    assert faces_of("𮧵") == {"HanaMinB"}
    assert faces_of("王𮧵") == {"HanaMinB"} | faces_of("王")


def test_the_chinese_face_draws_common_characters() -> None:
    assert faces_of("直骨角门") == {sans()}
    assert sans() in SANS
    assert sans().endswith("SC")


@pytest.mark.parametrize("bad", ["\U0002ebf0", PRIVATE, "\U000f0001"])
def test_what_no_font_draws_is_refused_by_code_point(bad: str) -> None:
    assert undrawable(f"张{bad}丽{bad}") == (bad,)
    with pytest.raises(Refused) as caught:
        refuse_undrawable(["杭州安心家政", f"张{bad}"])
    assert f"U+{ord(bad):04X}" in caught.value.sentence
    assert "张" not in caught.value.sentence
    assert "fonts-hanazono" in caught.value.sentence
    assert caught.value.code == "glyph_missing"


def test_every_lacking_character_is_named_once() -> None:
    with pytest.raises(Refused) as caught:
        refuse_undrawable([f"张\U0002ebf0{PRIVATE}", "\U0002ebf0"])
    assert caught.value.sentence.count("U+2EBF0") == 1
    assert "自造字（U+E863）" in caught.value.sentence


def test_nothing_is_refused_when_all_can_be_drawn() -> None:
    refuse_undrawable(["张㛃", "", " "])
