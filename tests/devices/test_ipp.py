"""The encoding of IPP: the example of the standard, round trips, and answers that nobody should send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import BadReply
from devices.languages.ipp import Group, Message, Tag, Typed, one, read, write

# RFC 8010, appendix A.1 (Print-Job request), with version 2.0 and without its optional attributes
HEAD = bytes.fromhex("0200 0002 00000001 01")
CHARSET = bytes.fromhex("47 0012") + b"attributes-charset" + bytes.fromhex("0005") + b"utf-8"
COPIES = bytes.fromhex("21 0006") + b"copies" + bytes.fromhex("0004 00000014")
SIDES = bytes.fromhex("44 0005") + b"sides" + bytes.fromhex("0013") + b"two-sided-long-edge"


def test_the_bytes_of_the_standard() -> None:
    message = write(
        2,
        1,
        [
            (Group.OPERATION, {"attributes-charset": one(Tag.CHARSET, "utf-8")}),
            (Group.JOB, {"copies": one(Tag.INTEGER, 20), "sides": one(Tag.KEYWORD, "two-sided-long-edge")}),
        ],
        b"%!PS",
    )
    assert message == HEAD + CHARSET + b"\x02" + COPIES + SIDES + b"\x03%!PS"
    back = read(message)
    assert (back.code, back.number, back.document) == (2, 1, b"%!PS")
    assert back.first(Group.JOB) == {"copies": (20,), "sides": ("two-sided-long-edge",)}
    assert back.first(Group.PRINTER) == {}
    assert len(back.of(Group.OPERATION)) == 1


def test_further_values_carry_no_name() -> None:
    message = write(1, 2, [(Group.OPERATION, {"requested-attributes": one(Tag.KEYWORD, "a", "bc")})])
    assert message.endswith(b"\x44\x00\x14requested-attributes\x00\x01a\x44\x00\x00\x00\x02bc\x03")
    assert read(message).first(Group.OPERATION) == {"requested-attributes": ("a", "bc")}


words = st.text("abcdefghij-", min_size=1, max_size=12)
values = st.one_of(
    st.integers(-(2**31), 2**31 - 1).map(lambda n: one(Tag.INTEGER, n)),
    st.booleans().map(lambda b: one(Tag.BOOLEAN, b)),
    st.lists(st.text(max_size=20), min_size=1, max_size=3).map(lambda t: one(Tag.TEXT, *t)),
    st.integers(3, 9).map(lambda n: one(Tag.ENUM, n)),
)


@given(st.dictionaries(words, values, max_size=5), st.binary(max_size=30), st.integers(0, 0xFFFF))
def test_what_is_written_is_read(told: dict[str, Typed], document: bytes, code: int) -> None:
    raw = write(code, 7, [(Group.PRINTER, told)], document)
    found = read(raw)
    assert found.first(Group.PRINTER) == {name: typed.values for name, typed in told.items()}
    assert (found.code, found.document) == (code, document)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(read(raw), Message)
    except BadReply:
        return


def test_every_cut_of_an_answer_is_refused() -> None:
    whole = HEAD + CHARSET + b"\x02" + COPIES + SIDES + b"\x03"
    for end in range(len(whole)):
        with pytest.raises(BadReply):
            read(whole[:end])


@pytest.mark.parametrize(
    "raw",
    [
        HEAD[:8] + COPIES + b"\x03",  # a value before any group
        HEAD + bytes.fromhex("21 0000 0004 00000001 03"),  # a further value of nothing
        HEAD + bytes.fromhex("21 0001 61 0003 000001 03"),  # an integer of three bytes
        HEAD + bytes.fromhex("44 0001 61 0001 ff 03"),  # no text
        HEAD + bytes.fromhex("44 0001 ff 0001 61 03"),  # no name
        HEAD + bytes.fromhex("44 0001 61 ffff 61 03"),  # longer than there is
        HEAD + (bytes.fromhex("44 0001 61 0001 61")) * 4097 + b"\x03",
    ],
)
def test_answers_that_break_the_rules_are_refused(raw: bytes) -> None:
    with pytest.raises(BadReply):
        read(raw)


def test_values_of_unknown_kinds_stay_bytes() -> None:
    raw = HEAD + bytes.fromhex("32 0001 61 0009 000000010000000203 22 0001 62 0001 00 03")
    assert read(raw).first(Group.OPERATION) == {"a": (bytes.fromhex("000000010000000203"),), "b": (False,)}
    assert write(0, 1, [(Group.OPERATION, {"a": one(Tag.TEXT, b"\xe5")})])[-4:] == b"\x00\x01\xe5\x03"
