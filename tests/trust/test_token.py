"""79 bytes, 191 digits, and one strict way to read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from station.domain.days import day_of
from station.domain.errors import Refused
from station.trust.algorithms import AlgorithmNumber, Context
from station.trust.token import (
    DIGITS,
    EPOCH_DAY,
    EPOCH_MS,
    Body,
    Kind,
    NotAToken,
    Token,
    check_permit_number,
    check_prefix,
    encode,
    parse,
    parse_scan,
    phone_body,
    print_check,
    unpack,
    url,
)
from tests.trust.sample import LAST_DAY, NUMBER, PREFIX, TODAY

CARD = Body(Kind.CARD, AlgorithmNumber.ED25519, 7, NUMBER, 2, TODAY, LAST_DAY, 0xBEEF)
SIGNATURE = bytes(range(64))
TEXT = encode(Token(CARD, SIGNATURE))

numbers = st.builds(
    lambda county, year, sequence: f"33{county:04d}{year}{sequence:06d}",
    st.integers(0, 9999),
    st.integers(2020, 2083),
    st.integers(1, 999_999),
)
days = st.integers(0, 0xFFFF).map(lambda n: EPOCH_DAY + timedelta(days=n))
u16 = st.integers(0, 0xFFFF)
cards = st.builds(
    lambda kind, algorithm, key, number, issue, span, check: Body(
        kind, algorithm, key, number, issue, min(span), max(span), check
    ),
    st.sampled_from([Kind.CARD, Kind.TEST]),
    st.sampled_from(AlgorithmNumber),
    u16,
    numbers,
    st.integers(1, 255),
    st.tuples(days, days),
    u16,
)
phones = st.builds(
    phone_body,
    st.sampled_from(AlgorithmNumber),
    u16,
    numbers,
    st.integers(0, 0xFFFFFFFF).map(lambda s: EPOCH_MS + s * 1000 + 999),
    u16,
)


def digits_of(body: bytes, signature: bytes = SIGNATURE) -> str:
    return str(int.from_bytes(body + signature, "big")).zfill(DIGITS)


def test_the_golden_bytes() -> None:
    """Written out by hand from trust.md §4.1; if this changes, printed cards stop being read."""
    assert CARD.pack().hex() == (
        "20"  # format 1, Ed25519, card
        "0007"  # key
        + f"{102 << 26 | 6 << 20 | 123:010x}"  # county 0102, 2020 + 6, sequence 123
        + "02"  # issue
        + f"{2518:04x}{3613:04x}"  # days since 2020-01-01
        + "beef"
    )
    assert digits_of(CARD.pack()) == TEXT
    assert len(Token(CARD, SIGNATURE).to_bytes()) == 79
    assert (TODAY - EPOCH_DAY).days == 2518
    assert (LAST_DAY - EPOCH_DAY).days == 3613


@given(st.one_of(cards, phones), st.binary(min_size=64, max_size=64))
def test_every_token_survives_both_directions(body: Body, signature: bytes) -> None:
    text = encode(Token(body, signature))
    assert len(text) == DIGITS
    read = parse(text)
    assert isinstance(read, Token)
    assert (read.body, read.signature) == (body, signature)
    assert parse_scan(url(PREFIX, read), [PREFIX]) == read


@given(st.binary(min_size=14, max_size=14), st.sampled_from([0x20, 0x21, 0x22, 0x28, 0x29, 0x2A]))
def test_whatever_is_read_packs_back_into_the_same_bytes(rest: bytes, first: int) -> None:
    raw = bytes([first]) + rest
    body = unpack(raw)
    assert isinstance(body, NotAToken) or body.pack() == raw


def test_equality_is_by_the_body_and_the_signature_is_not_shown() -> None:
    assert Token(CARD, SIGNATURE) == Token(CARD, bytes(64))
    assert len({Token(CARD, SIGNATURE), Token(CARD, bytes(64))}) == 1
    assert Token(CARD, SIGNATURE) != Token(replace(CARD, issue_number=3), SIGNATURE)
    assert "signature" not in repr(Token(CARD, SIGNATURE))


GOOD = bytearray(CARD.pack())


def changed(index: int, value: bytes) -> str:
    raw = GOOD.copy()
    raw[index : index + len(value)] = value
    return digits_of(bytes(raw))


def card_number(county: int, year: int, sequence: int) -> bytes:
    return (county << 26 | (year - 2020) << 20 | sequence).to_bytes(5, "big")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_191_digits"),
        (TEXT[:-1], "not_191_digits"),
        (TEXT + "0", "not_191_digits"),
        ("0" + TEXT, "not_191_digits"),
        (TEXT[:-1] + "٣", "not_191_digits"),  # Arabic digit, which int() takes
        (TEXT[:-1] + "３", "not_191_digits"),  # full-width digit, which int() takes
        (TEXT[:-1] + "²", "not_191_digits"),
        (TEXT[:90] + "_" + TEXT[91:], "not_191_digits"),  # which int() takes between digits
        ("+" + TEXT[1:], "not_191_digits"),
        ("-" + TEXT[1:], "not_191_digits"),
        (" " + TEXT[1:], "not_191_digits"),
        (TEXT[:-1] + "\n", "not_191_digits"),
        (TEXT[:-1] + "\x00", "not_191_digits"),
        (TEXT[:-1] + "a", "not_191_digits"),
        ("9" * 191, "too_large"),
        (str(1 << 632), "too_large"),
        (str((1 << 632) - 1), "unknown_format"),
        ("0" * 191, "unknown_format"),
        (changed(0, b"\x40"), "unknown_format"),
        (changed(0, b"\x00"), "unknown_format"),
        (changed(0, b"\x30"), "unknown_algorithm"),
        (changed(0, b"\x38"), "unknown_algorithm"),
        (changed(0, b"\x23"), "unknown_type"),
        (changed(0, b"\x27"), "unknown_type"),
        (changed(3, card_number(10_000, 2026, 1)), "bad_permit_number"),
        (changed(3, card_number(16_383, 2026, 1)), "bad_permit_number"),
        (changed(3, card_number(102, 2026, 0)), "bad_permit_number"),
        (changed(3, card_number(102, 2026, 1_000_000)), "bad_permit_number"),
        (changed(8, b"\x00"), "bad_issue_number"),
        (changed(0, b"\x21"), "bad_issue_number"),  # a phone code with an issue number
        (changed(9, b"\x00\x02\x00\x01"), "bad_days"),
    ],
)
def test_parsing_rules(text: str, reason: str) -> None:
    assert parse(text) == NotAToken(reason)


@pytest.mark.parametrize(
    "number",
    [card_number(0, 2020, 1), card_number(9999, 2083, 999_999), card_number(1127, 2026, 123)],
)
def test_the_edges_of_the_card_number_are_read(number: bytes) -> None:
    read = parse(changed(3, number))
    assert isinstance(read, Token)
    assert read.body.pack()[3:8] == number


def test_a_card_of_one_day_is_read() -> None:
    read = parse(changed(9, b"\x00\x02\x00\x02"))
    assert isinstance(read, Token)
    assert read.body.issued_on == read.body.last_day == date(2020, 1, 3)


@given(st.text(max_size=300))
@example("https://")
@example("://")
@example("https://axm.example.cn")
@example("\ud800")
@settings(max_examples=300)
def test_any_text_gets_an_answer(text: str) -> None:
    for answer in (parse(text), parse_scan(text, [PREFIX])):
        assert isinstance(answer, NotAToken)


@given(st.text("0123456789", min_size=191, max_size=191))
@settings(max_examples=300)
def test_any_191_digits_get_an_answer(text: str) -> None:
    answer = parse(text)
    assert isinstance(answer, NotAToken) or encode(answer) == text


PATHED = "https://ax.hangzhou.example.cn/k/"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"  {TEXT}\r\n",
        f"\t{TEXT}\t",
        PREFIX + TEXT,
        PREFIX.upper() + TEXT,
        "HTTPS://Axm.Example.CN/" + TEXT,
        PREFIX + TEXT + "\n",
        PATHED + TEXT,
        "https://AX.hangzhou.example.CN/k/" + TEXT,
    ],
)
def test_what_a_scanner_may_deliver(text: str) -> None:
    assert parse_scan(text, [PREFIX, PATHED]) == Token(CARD, SIGNATURE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://evil.example.cn/" + TEXT, "foreign_host"),
        ("https://axm.example.cn.evil.cn/" + TEXT, "foreign_host"),
        ("https://axm.example.cn@evil.cn/" + TEXT, "foreign_host"),
        ("https://axm.example.cn\\@evil.cn/" + TEXT, "foreign_host"),
        ("https://user@axm.example.cn/" + TEXT, "foreign_host"),
        ("https://axm.example.cn:8443/" + TEXT, "foreign_host"),
        ("https://axm.example.cn./" + TEXT, "foreign_host"),
        ("https:///axm.example.cn/" + TEXT, "foreign_host"),
        ("http://axm.example.cn/" + TEXT, "foreign_host"),
        ("weixin://axm.example.cn/" + TEXT, "foreign_host"),
        ("https://axm.example.cn", "foreign_host"),
        ("https://axm.example.\u212an/" + TEXT, "not_a_code"),  # the Kelvin sign lowers to k
        ("https://axm.example.cn/" + TEXT + "é", "not_a_code"),
        (PREFIX + TEXT + "/", "not_191_digits"),
        (PREFIX + TEXT + "?a=1", "not_191_digits"),
        (PREFIX + TEXT + "#", "not_191_digits"),
        (PREFIX + "x/" + TEXT, "not_191_digits"),
        (PREFIX, "not_191_digits"),
        (PATHED.replace("/k/", "/K/") + TEXT, "not_a_code"),
        (PATHED.replace("/k/", "/") + TEXT, "not_a_code"),
        (PATHED + "../" + TEXT, "not_191_digits"),
        ("hello", "not_191_digits"),
        ("WIFI:T:WPA;S:x;;", "not_191_digits"),
    ],
)
def test_what_a_scanner_may_deliver_and_is_not_ours(text: str, reason: str) -> None:
    assert parse_scan(text, [PREFIX, PATHED]) == NotAToken(reason)


@pytest.mark.parametrize(
    "prefix",
    [
        "http://axm.example.cn/",
        "https://axm.example.cn",
        "https://Axm.example.cn/",
        "https:///",
        "https://axm.example.cn/k",
        "https://axm.example.cn/?q=/",
        "https://axm.example.cn/#/",
        "https://a@b/",
        "https://axm.example.cn/ /",
        "https://axm.例子.cn/",
        "https://axm.example.cn/码/",
        "",
    ],
)
def test_a_prefix_is_plain_https(prefix: str) -> None:
    with pytest.raises(Refused) as refused:
        url(prefix, Token(CARD, SIGNATURE))
    assert refused.value.code == "bad_prefix"


def test_prefixes_that_pass() -> None:
    for prefix in (PREFIX, PATHED, "https://localhost:8443/"):
        check_prefix(prefix)
        assert url(prefix, Token(CARD, SIGNATURE)) == prefix + TEXT


@pytest.mark.parametrize(
    "number",
    [
        "",
        "330102202600012",
        "33010220260001234",
        "3201022026000123",
        "3301022019000123",
        "3301022084000123",
        "3301022026000000",
        "33010220260001２3",
        "3301 0220260001",
    ],
)
def test_a_permit_number_that_does_not_fit(number: str) -> None:
    with pytest.raises(Refused) as refused:
        check_permit_number(number)
    assert refused.value.code == "permit_number_form"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (replace(CARD, permit_number="1"), "permit_number_form"),
        (replace(CARD, print_check=-1), "token_field_range"),
        (replace(CARD, print_check=0x10000), "token_field_range"),
        (replace(CARD, key_number=-1), "token_field_range"),
        (replace(CARD, key_number=0x10000), "token_field_range"),
        (replace(CARD, issue_number=0), "issue_number_range"),
        (replace(CARD, issue_number=256), "issue_number_range"),
        (replace(CARD, issued_on=date(2019, 12, 31)), "token_days"),
        (replace(CARD, last_day=TODAY - timedelta(days=1)), "token_days"),
        (replace(CARD, last_day=date(2199, 6, 7)), "token_days"),
        (replace(CARD, made_at_ms=EPOCH_MS), "token_days"),
        (replace(CARD, kind=Kind.PHONE), "token_moment"),
        (replace(CARD, kind=Kind.PHONE, issue_number=0), "token_moment"),
    ],
)
def test_what_fifteen_bytes_cannot_say_is_refused(body: Body, code: str) -> None:
    with pytest.raises(Refused) as refused:
        body.pack()
    assert refused.value.code == code


def test_a_phone_code_carries_its_second() -> None:
    now = EPOCH_MS + 86_399_999  # 2020-01-02 07:59:59 in Hangzhou
    body = phone_body(AlgorithmNumber.ED25519, 7, NUMBER, now, 1)
    assert body.made_at_ms == now - 999
    assert body.issue_number == 0
    assert body.issued_on == body.last_day == day_of(now) == date(2020, 1, 2)
    assert unpack(body.pack()) == body
    with pytest.raises(Refused):
        replace(body, made_at_ms=now).pack()
    with pytest.raises(Refused):
        replace(body, last_day=TODAY).pack()
    with pytest.raises(Refused):
        phone_body(AlgorithmNumber.ED25519, 7, NUMBER, EPOCH_MS - 1, 1).pack()
    with pytest.raises(Refused):
        phone_body(AlgorithmNumber.ED25519, 7, NUMBER, EPOCH_MS + (1 << 32) * 1000, 1).pack()


def test_no_context_is_the_beginning_of_another() -> None:
    contexts = [one.value for one in Context]
    assert len(set(contexts)) == len(contexts) == len(Context)
    for one in contexts:
        assert one.endswith(b"\x00")
        assert one.count(b"\x00") == 1


def test_the_print_check_is_of_the_text_and_not_of_its_encoding() -> None:
    assert print_check("王䶮", NUMBER) == print_check(" 王 䶮\u3000", NUMBER)
    assert print_check("é") == print_check("e\u0301")
    assert print_check("王䶮", NUMBER) != print_check("王龑", NUMBER)
    assert print_check("ab", "c") != print_check("a", "bc")
    assert print_check("a", "") != print_check("a")
    assert 0 <= print_check("\ud800") <= 0xFFFF
    assert print_check() == print_check()


def test_the_print_check_never_changes() -> None:
    """Cards carry it for years."""
    assert print_check("王䶮", NUMBER, "杭州某家政服务有限公司") == 22879


def test_altered_prints_are_caught() -> None:
    """trust.md T2: at least 99.99 % of 10,000 altered names."""
    genuine = print_check("张三", NUMBER)
    missed = sum(print_check(f"张三{n}", NUMBER) == genuine for n in range(10_000))
    assert missed <= 1


@pytest.mark.parametrize(
    "body",
    [
        replace(CARD, print_check=0, key_number=0, issue_number=1, issued_on=EPOCH_DAY, last_day=EPOCH_DAY),
        replace(CARD, print_check=0xFFFF, key_number=0xFFFF, issue_number=255, last_day=date(2199, 6, 6)),
        replace(CARD, issued_on=date(2199, 6, 6), last_day=date(2199, 6, 6), permit_number="3300002020100000"),
        phone_body(AlgorithmNumber.ED25519, 0, NUMBER, EPOCH_MS, 0),
        phone_body(AlgorithmNumber.SM2_SM3, 0xFFFF, "3399992083999999", EPOCH_MS + 0xFFFFFFFF * 1000, 0xFFFF),
    ],
)
def test_the_edges_of_every_field_fit(body: Body) -> None:
    assert unpack(body.pack()) == body
