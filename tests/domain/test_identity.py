"""Numbers of people, companies, permits and phones: what is accepted, what is refused and how it is said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.divisions import Division, Divisions
from station.domain.errors import Refused
from station.domain.identity import (
    MINOR,
    OLDER,
    CitizenNumber,
    PermitNumber,
    Uscc,
    age_on,
    ascii_of,
    check_station_id,
    mask_name,
    mask_number,
    mask_phone,
    parse_phone,
    surname_of,
)

TODAY = date(2026, 3, 2)
# domain.md §7.1: every one passes the checksum, none is a real person by intent.
GOOD = {
    "330102197001010021": ("ID_CARD", "2", date(1970, 1, 1)),
    "330103196802291144": ("ID_CARD", "2", date(1968, 2, 29)),
    "330113200506090032": ("ID_CARD", "1", date(2005, 6, 9)),
    "330104197512315583": ("ID_CARD", "2", date(1975, 12, 31)),
    "33032419660203009X": ("ID_CARD", "1", date(1966, 2, 3)),
    "810000198507150014": ("HMT_PERMIT", "1", date(1985, 7, 15)),
    "820000198507150024": ("HMT_PERMIT", "2", date(1985, 7, 15)),
    "830000198507150034": ("HMT_PERMIT", "1", date(1985, 7, 15)),
    "933840198507150019": ("FOREIGN_PERMANENT", "1", date(1985, 7, 15)),
}


def checked(first17: str) -> str:
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    return first17 + "10X98765432"[sum(int(c) * w for c, w in zip(first17, weights, strict=True)) % 11]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_number_tells_kind_sex_and_birth(text: str) -> None:
    number = CitizenNumber.parse(text, TODAY)
    assert (number.kind, number.sex, number.birth) == GOOD[text]
    assert str(number) == text
    assert text not in repr(number)


@pytest.mark.parametrize(
    "typed",
    [" 33032419660203009x ", "３３０３２４１９６６０２０３００９Ｘ", "33032419660203009Ⅹ", "330324 19660203 009ⅹ"],
)
def test_what_hands_and_keyboards_make_of_it_is_read(typed: str) -> None:
    assert str(CitizenNumber.parse(typed, TODAY)) == "33032419660203009X"


def test_an_old_foreign_number_has_no_birth() -> None:
    number = CitizenNumber.parse("usa310085071501", TODAY)
    assert (str(number), number.birth, number.kind) == ("USA310085071501", None, "FOREIGN_PERMANENT")
    assert number.warnings(TODAY) == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number_shape"),
        ("33010219700101002", "number_shape"),
        ("3301021970010100210", "number_shape"),
        ("33010219700101002Y", "number_shape"),
        ("330102197001010022", "number_checksum"),
        ("330102197001010012", "number_checksum"),
        (checked("33010219700230002"), "number_birth"),
        (checked("33010219001231002"), "number_birth"),
        (checked("33010220260303002"), "number_birth"),
        (checked("33010220100303002"), "too_young"),
        ("3.30102E+17", "number_scientific"),
        ("3E17", "number_scientific"),
        ("330102197001010000", "number_rounded"),
        ("330102700101002", "number_15"),
    ],
)
def test_each_mistake_has_its_own_sentence(typed: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        CitizenNumber.parse(typed, TODAY)
    assert caught.value.code == code
    assert "请" in caught.value.sentence or code == "too_young"


def test_a_number_that_truly_ends_in_zeros_is_not_called_rounded() -> None:
    first = next(f"3301021970{n:04d}000" for n in range(101, 131) if checked(f"3301021970{n:04d}000")[-1] == "0")
    assert str(CitizenNumber.parse(checked(first), TODAY)).endswith("0000")


@given(st.integers(0, 999_999), st.dates(date(1941, 1, 1), date(2009, 1, 1)), st.integers(0, 999))
def test_no_number_is_refused_by_its_prefix(prefix: int, birth: date, serial: int) -> None:
    text = checked(f"{prefix:06d}{birth:%Y%m%d}{serial:03d}")
    assert CitizenNumber.parse(text, TODAY).birth == birth


@given(st.sampled_from(sorted(GOOD)), st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(text: str, at: int, by: int) -> None:
    wrong = text[:at] + str((int(text[at]) + by) % 10) + text[at + 1 :]
    with pytest.raises(Refused):
        CitizenNumber.parse(wrong, TODAY)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert str(CitizenNumber.parse(text, TODAY)) == ascii_of(text)
    except Refused as no:
        assert no.sentence


@pytest.mark.parametrize(
    ("birth", "warnings"),
    [
        (date(2010, 3, 2), (MINOR,)),
        (date(2008, 3, 3), (MINOR,)),
        (date(2008, 3, 2), ()),
        (date(1960, 3, 3), ()),
        (date(1960, 3, 2), (OLDER,)),
    ],
)
def test_ages_that_a_clerk_looks_at(birth: date, warnings: tuple[str, ...]) -> None:
    assert all(sentence.endswith("。") for sentence in warnings)
    number = CitizenNumber.parse(checked(f"330102{birth:%Y%m%d}002"), TODAY)
    assert number.warnings(TODAY) == ((OLDER,) if age_on(birth, TODAY) > 65 else warnings)


def test_a_year_is_full_on_the_birthday() -> None:
    born = date(1968, 2, 29)
    assert [age_on(born, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [57, 58]


@pytest.mark.parametrize("text", ["91330102MA27TE5T2K", "92330110MA2DEM009N", "513301005012345694"])
def test_a_company_code(text: str) -> None:
    assert str(Uscc.parse(f" {text.lower()} ")) == text


def test_every_check_character_of_a_company_code_occurs() -> None:
    """Also where the remainder is nothing and the check character 0 (GB 32100-2015)."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    found = set()
    for serial in range(200):
        first17 = f"91330102MA2{serial:06d}"
        total = sum(signs.index(char) * pow(3, place) for place, char in enumerate(first17))
        check = next(sign for value, sign in enumerate(signs) if (total + value) % 31 == 0)
        assert str(Uscc.parse(first17 + check)) == first17 + check
        found.add(check)
    assert found == set(signs)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("330102000123456", "uscc_15"),
        ("91330102MA27TE5T2", "uscc_shape"),
        ("91330102MA27TE5TIK", "uscc_shape"),
        ("91330102MA27TE5T2L", "uscc_checksum"),
        ("91330102MA27ET5T2K", "uscc_checksum"),
    ],
)
def test_a_wrong_company_code(typed: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        Uscc.parse(typed)
    assert caught.value.code == code


REGISTER = Divisions(
    [
        Division("330103", "下城区", "330100", "杭州市", date(2000, 1, 1), date(2021, 4, 8), "district", ("330105",)),
        Division("330113", "临平区", "330100", "杭州市", date(2021, 4, 9), None, "district"),
    ]
)


def test_a_permit_number_reads_as_printed() -> None:
    number = PermitNumber.parse("33 01 13 2026 000123")
    assert (str(number), number.grouped) == ("3301132026000123", "33 01 13 2026 000123")
    assert (number.city, number.year, number.serial) == ("330100", 2026, 123)
    assert PermitNumber.parse("330113-2026-000123", REGISTER) == number
    assert PermitNumber.parse("3301132026654321").serial == 654_321


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3401132026000123", "permit_number_shape"),
        ("330113202600012", "permit_number_shape"),
        ("3301132019000123", "permit_number_year"),
        ("3301132026000000", "permit_number_year"),
        ("3301032022000001", "permit_number_division"),
        ("3301132020000001", "permit_number_division"),
        ("3399992026000001", "permit_number_division"),
    ],
)
def test_a_wrong_permit_number(typed: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        PermitNumber.parse(typed, REGISTER)
    assert caught.value.code == code


def test_a_division_counts_in_the_year_of_issue() -> None:
    for text in ("3301032020000001", "3301032021000001", "3301132021000001"):
        assert str(PermitNumber.parse(text, REGISTER)) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0000 1234", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("008613800001234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("(0571) 8888-0000", "057188880000"),
        ("0571-88880000-123", "057188880000123"),
        ("400-123-4567", "4001234567"),
        ("95518123", "95518123"),
    ],
)
def test_phones(typed: str, kept: str) -> None:
    assert parse_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "1380000123", "12800001234", "abc", "138000012345", "86"])
def test_no_phone(typed: str) -> None:
    with pytest.raises(Refused, match="电话"):
        parse_phone(typed)


@pytest.mark.parametrize("text", ["hz-01", "a1", "rehearsal-01", "a" * 24])
def test_a_station_has_a_name(text: str) -> None:
    assert check_station_id(text) == text


@pytest.mark.parametrize("text", ["", "a", "1a", "Hz-01", "hz_01", "a" * 25, "杭州"])
def test_no_name_of_a_station(text: str) -> None:
    with pytest.raises(Refused, match="站点代号"):
        check_station_id(text)


def test_masks() -> None:
    assert mask_number("330103196802291144") == "330103********1144"
    assert mask_number("1234567890") == "*" * 10
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("95518") == "*****"
    assert [mask_name(name) for name in ("王秀英", "欧阳雪梅", "欧阳", "单")] == ["王**", "欧阳**", "欧*", "单"]
    assert surname_of("司马光") == "司马"
