"""Names of people: what is folded, what is kept as it is, what is refused by code point."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.errors import Refused
from station.domain.names import DOT, PRIVATE_TO_UNICODE, check_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 王秀英 ", "王秀英"),
        ("王 秀\u3000英", "王秀英"),
        ("𬱖秀兰", "𬱖秀兰"),
        ("〇某", "〇某"),
        ("阿卜杜热西提•买买提", "阿卜杜热西提·买买提"),
        ("阿卜杜热西提 ・ 买买提", "阿卜杜热西提·买买提"),
        ("阿卜杜热西提.买买提", "阿卜杜热西提·买买提"),
        ("古丽．热合曼", "古丽·热合曼"),
        ("Anna  de Boer", "Anna de Boer"),
        ("O'Neill-Smith", "O'Neill-Smith"),
        ("Jose\u0301", "José"),
        (chr(0xE81E) + "某", chr(0x9FB4) + "某"),
        (chr(0xE816) + "某", chr(0x20087) + "某"),
    ],
)
def test_what_is_folded(typed: str, kept: str) -> None:
    assert check_name(typed) == kept


def test_compatibility_characters_stay() -> None:
    """NFC, never NFKC: 﨑 is its own character on the document."""
    assert check_name("山﨑") == "山﨑"


@pytest.mark.parametrize("private", PRIVATE_TO_UNICODE)
def test_characters_of_old_systems_become_what_they_are(private: int) -> None:
    assert check_name(chr(private) + "兰") == unicodedata.normalize("NFC", chr(PRIVATE_TO_UNICODE[private]) + "兰")


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("", "name_empty", "姓名"),
        ("  \u3000", "name_empty", "姓名"),
        ("王\ue000兰", "name_private", "U+E000"),
        ("王\U000f0001", "name_private", "U+F0001"),
        ("王\u200b兰", "name_invisible", "U+200B"),
        ("王\u202e兰", "name_invisible", "U+202E"),
        ("王\x00", "name_invisible", "U+0000"),
        ("王3", "name_character", "3"),
        ("王（兰）", "name_character", "（"),
        ("=王兰", "name_character", "="),
        ("·王兰", "name_dot", "间隔号"),
        ("王兰·", "name_dot", "间隔号"),
        ("王··兰", "name_dot", "间隔号"),
        ("王" * 51, "name_long", "50"),
    ],
)
def test_what_is_refused(typed: str, code: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        check_name(typed)
    assert caught.value.code == code
    assert said in caught.value.sentence


def test_fifty_characters_are_a_name() -> None:
    assert check_name("王" * 50) == "王" * 50


@given(st.text(max_size=60))
def test_a_kept_name_is_kept_again(text: str) -> None:
    try:
        name = check_name(text)
    except Refused as no:
        assert no.code.startswith("name_")
        return
    assert check_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert not name.startswith(DOT)
