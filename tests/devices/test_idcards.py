"""The identity card reader: frames byte by byte, the text of a card, the photo that nobody keeps, every fault."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import catalogue
from devices.contracts import IdCard, IdCardReader
from devices.errors import BadReply, BadUrl, DeviceError, Missing, NotReached, TimedOut
from devices.idcards import text
from devices.idcards.emulator import FAULTS, SAMPLE, SamMachine, card_from
from devices.idcards.frames import FIND, PREAMBLE, READ, SELECT, STATUS, Reply, cut, framed, reply
from devices.idcards.reader import SamReader

# --- frames


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        (b"\x10\xff", "00 03 10 FF EC"),
        (STATUS, "00 03 11 FF ED"),
        (b"\x12\xff", "00 03 12 FF EE"),
        (FIND, "00 03 20 01 22"),
        (SELECT, "00 03 20 02 21"),
        (READ, "00 03 30 01 32"),
        (b"\x30\x10", "00 03 30 10 23"),
        (b"\x30\x03", "00 03 30 03 30"),
        (b"\x61\xff\x50", "00 04 61 FF 50 CA"),
    ],
)
def test_commands_are_the_documented_bytes(content: bytes, wire: str) -> None:
    assert framed(content) == bytes.fromhex("AA AA AA 96 69" + wire)


@pytest.mark.parametrize(
    ("status", "data", "wire"),
    [
        (0x90, b"", "00 04 00 00 90 94"),
        (0x9F, bytes(4), "00 08 00 00 9F 00 00 00 00 97"),
        (0x80, b"", "00 04 00 00 80 84"),
        (0x90, bytes(8), "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"),
        (0x81, b"", "00 04 00 00 81 85"),
        (0x41, b"", "00 04 00 00 41 45"),
    ],
)
def test_replies_are_the_documented_bytes(status: int, data: bytes, wire: str) -> None:
    raw = bytes.fromhex("AA AA AA 96 69" + wire)
    assert reply(status, data) == raw
    held = bytearray(b"\x00\xaa\xaa" + raw + b"tail")
    assert cut(held) == Reply(status, data)
    assert held == b"tail"
    for end in range(len(raw)):
        assert cut(bytearray(raw[:end])) is None


def test_a_read_card_has_the_documented_length() -> None:
    assert len(reply(0x90, bytes(4 + 256 + 1024))) == 1295
    assert reply(0x90, bytes(4 + 256 + 1024))[5:7] == b"\x05\x08"


@pytest.mark.parametrize("size", [0, 3, 4097, 0xFFFF])
def test_an_impossible_length_is_refused(size: int) -> None:
    held = bytearray(PREAMBLE + size.to_bytes(2, "big") + bytes(50))
    with pytest.raises(BadReply):
        cut(held)
    assert not held


@given(st.integers(0, 1294), st.integers(1, 255))
def test_a_damaged_byte_never_becomes_another_person(place: int, change: int) -> None:
    whole = bytearray(reply(0x90, b"\x01\x00\x04\x00" + text.write(SAMPLE) + bytes(1024)))
    whole[place] ^= change
    try:
        assert cut(whole) is None  # the preamble or the length was hit: nothing comes
    except BadReply:
        return


@given(st.binary(max_size=60))
def test_noise_is_survived(noise: bytes) -> None:
    held = bytearray(noise)
    try:
        while cut(held) is not None:
            continue
    except BadReply:
        return
    assert len(held) <= 60


# --- text


def test_the_text_block() -> None:
    block = text.write(SAMPLE)
    assert len(block) == text.LENGTH
    assert block[:8] == "演练人员".encode("utf-16-le")
    assert block[30:36] == "201".encode("utf-16-le")  # sex 2, ethnic code 01
    assert text.parse(block) == SAMPLE
    assert text.parse(block + bytes(1024)) == SAMPLE


names = st.text("张李王阿卜杜·欧阳翠花𠮷", min_size=1, max_size=7)


@given(names, st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.one_of(st.none(), st.dates(date(2000, 1, 1))))
def test_any_card_is_read_as_it_was_written(name: str, birth: date, until: date | None) -> None:
    card = replace(SAMPLE, name=name, birth=birth, valid_to=until)
    assert text.parse(text.write(card)) == card


def test_the_ethnic_groups_are_all_there() -> None:
    codes = [text._ethnicity(f"{code:02d}") for code in range(1, 57)]
    assert len(set(codes)) == 56
    assert (codes[0], codes[4], codes[55]) == ("汉", "维吾尔", "基诺")
    assert [text._ethnicity(code) for code in ("00", "57", "97", "", "ab", "²")] == [""] * 6
    for group in codes:
        assert text.parse(text.write(replace(SAMPLE, ethnicity=group))).ethnicity == group
    assert text.parse(text.write(replace(SAMPLE, ethnicity=""))).ethnicity == ""


BLOCK = text.write(SAMPLE)


def changed(place: int, words: str) -> bytes:
    raw = words.encode("utf-16-le")
    return BLOCK[:place] + raw + BLOCK[place + len(raw) :]


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (BLOCK[:-1], "id_text"),
        (b"", "id_text"),
        (changed(0, " " * 15), "id_text"),
        (changed(122, " " * 18), "id_text"),
        (changed(36, "19851301"), "id_text"),
        (changed(36, "1985010X"), "id_text"),
        (changed(188, "        "), "id_text"),
        (changed(0, "\x07"), "id_text"),
        (b"\x00\xd8" + BLOCK[2:], "id_text"),
        (changed(220, "I"), "id_foreign"),
        (changed(220, "J"), "id_foreign"),
    ],
)
def test_what_is_no_card_is_refused_without_naming_anybody(block: bytes, code: str) -> None:
    with pytest.raises(BadReply) as refusal:
        text.parse(block)
    assert refusal.value.code == code
    assert SAMPLE.name not in str(refusal.value)
    assert SAMPLE.number not in str(refusal.value)


def test_a_card_shows_nobody_and_has_no_place_for_a_photo() -> None:
    assert "演练" not in repr(SAMPLE)
    assert "演练" not in repr(Reply(0x90, BLOCK))
    assert not [one.name for one in dataclasses.fields(IdCard) if "photo" in one.name or "picture" in one.name]
    assert not [one for one in dataclasses.fields(IdCard) if one.type in ("bytes", "Picture")]


# --- the reader


def reader(fault: str = "", card: IdCard | None = SAMPLE) -> tuple[SamReader, SamMachine]:
    machine = SamMachine(card, fault)
    return SamReader(machine, clock=machine.clock, sleep=machine.wait), machine


def test_a_card_is_read_once_until_it_is_lifted() -> None:
    one, machine = reader()
    as_contract: IdCardReader = one
    assert as_contract.read(1.0) == SAMPLE
    begun = machine.clock()
    assert one.read(3.0) is None
    assert machine.clock() - begun >= 3.0
    machine.lift()
    assert one.read(0.0) is None
    machine.put(replace(SAMPLE, name="另一人"))
    again = one.read(0.0)
    assert again is not None
    assert again.name == "另一人"
    one.close()
    one.close()


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("select_fail", BadReply, "id_select"),
        ("read_fail", BadReply, "id_read"),
        ("damaged", BadReply, "id_check"),
        ("foreign", BadReply, "id_foreign"),
        ("mute", TimedOut, "no_answer"),
        ("unplug", DeviceError, "unplugged"),
        ("gone", NotReached, "gone"),
        ("module", BadReply, "id_module"),
        ("no_card", None, ""),
        ("noise", None, ""),
    ],
)
def test_each_fault_has_its_sentence(fault: str, kind: type[DeviceError] | None, code: str) -> None:
    one, _ = reader(fault)
    if kind is None:
        assert one.read(0.5) == (None if fault == "no_card" else SAMPLE)
        return
    with pytest.raises(kind) as refusal:
        one.read(0.5)
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith("。")


def test_the_emulator_obeys_like_a_reader() -> None:
    machine = SamMachine()
    machine.open()
    machine.write(framed(READ), 1.0)  # not selected
    machine.write(framed(b"\x99\x01"), 1.0)
    machine.write(b"garbage", 1.0)
    held = bytearray()
    while said := machine.read(4096, 0.0):
        held += said
    statuses = [one.status for one in (cut(held), cut(held), cut(held)) if one is not None]
    assert statuses == [0x41, 0x21, 0x10]
    empty = SamMachine(None)
    assert SamReader(empty, clock=empty.clock, sleep=empty.wait).read(0.0) is None


def test_a_reply_without_a_whole_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"", b"\x01\x00\x04\x00" + bytes(255), b"\x00\x10\x00\x00" + bytes(256)):
        one, machine = reader()
        obey = machine._obey
        monkeypatch.setattr(machine, "_obey", lambda c, d=data, o=obey: reply(0x90, d) if c == READ else o(c))
        with pytest.raises(BadReply, match="原件"):
            one.read(0.0)


def test_readers_by_url(tmp_path: Path) -> None:
    assert catalogue.open_id_reader("emulator://sam").read(0.0) == SAMPLE
    path = tmp_path / "card.toml"
    path.write_text(
        'name = "测试员"\nnumber = "330102197001010021"\nsex = "2"\nethnicity = "畲"\nbirth = 1970-01-01\n'
        'address = "测试路"\nissuer = "测试局"\nvalid_from = 2015-01-01\nvalid_to = 2035-01-01\n',
        encoding="utf-8",
    )
    read = catalogue.open_id_reader(f"emulator://sam?card={path}").read(0.0)
    assert read == card_from(path)
    assert read is not None
    assert (read.name, read.valid_to) == ("测试员", date(2035, 1, 1))
    for wrong in ("name = 1", "name = "):
        path.write_text(wrong)
        with pytest.raises(Missing):
            catalogue.open_id_reader(f"emulator://sam?card={path}")
    with pytest.raises(NotReached):
        catalogue.open_id_reader(f"serial://{tmp_path}/none").read(0.0)
    for url in ("usb://0400:c35a", "emulator://sam?fault=fire", "emulator://sam?x=1", "serial://"):
        with pytest.raises(BadUrl):
            catalogue.open_id_reader(url)


def test_every_fault_is_tried() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert all(f'("{fault}", ' in source for fault in FAULTS)
