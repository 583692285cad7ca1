"""Frames of the Evolis language: exact sizes, any cutting of the stream, captures as they were, and hostile bytes."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import BadReply
from devices.languages.evolis_commands import (
    LONGEST_TEXT,
    MOST_COMMANDS,
    MOST_COMPRESSED,
    Command,
    CommandReader,
    frame,
    pieces,
    plane_size,
)


def read(stream: bytes, cuts: list[int] | None = None) -> list[Command]:
    reader = CommandReader()
    found: list[Command] = []
    begin = 0
    for end in [*sorted(cuts or []), len(stream)]:
        reader.feed(stream[begin:end])
        begin = end
        while (command := reader.take()) is not None:
            found.append(command)
    assert reader.idle
    return found


@pytest.mark.parametrize(
    ("panel", "levels", "data", "whole"),
    [("k", 2, 82296, 82305), ("y", 32, 411480, 411490), ("m", 64, 493776, 493786), ("c", 128, 576072, 576083)],
)
def test_a_download_has_exactly_these_bytes(panel: str, levels: int, data: int, whole: int) -> None:
    assert plane_size(levels) == data
    command = frame("Db", panel, levels, data=bytes(data))
    assert len(command) == whole
    assert [(one.name, one.parameters, len(one.data)) for one in read(command)] == [("Db", (panel, str(levels)), data)]


def test_a_download_is_taken_by_length_whatever_is_in_it() -> None:
    data = (b"\x0d\x1b;\x00Se\r" * 12000)[:82296]
    found = read(frame("Db", "k", 2, data=data) + frame("Se"))
    assert found == [Command("Db", ("k", "2"), data), Command("Se")]


def test_the_capture_of_the_windows_driver_reads_as_it_is() -> None:
    resin = bytes(1016)
    texts = ["Pr;k", "Pmi;F;s", "Pc;k;=;10", "Pdt;DU", "Mr;s", "Ppws;1136214245", "Ss", "Sr"]
    job = b"".join(b"\x1b" + text.encode() + b"\r" for text in texts)
    job += b"\x1bDbc;k;2;1016;" + resin + b"\r"
    job += b"\0" * (-len(job) % 16) + b"\x1bSe;1\r" + b"\0" * 32
    names = [command.name for command, _ in pieces(job)]
    assert names == ["Pr", "Pmi", "Pc", "Pdt", "Mr", "Ppws", "Ss", "Sr", "Dbc", "Se"]
    assert b"".join(raw for _, raw in pieces(job)) == job
    assert list(pieces(job))[5][0].parameters == ("1136214245",)


def test_the_job_of_the_perl_driver_reads_as_it_is() -> None:
    job = b"\x1bPr;k\r\x1bPmi;F;s\r\x1bPc;k;=;10\r\x1bSs\r\x1bSr\r" + frame("Db", "k", 2, data=bytes(82296))
    job += b"\x1bSv\r\x1bPc;k;=;10\r" + frame("Db", "k", 2, data=bytes(82296)) + b"\x1bSe\r" + b"\0" * 64
    assert [command.name for command, _ in pieces(job)] == ["Pr", "Pmi", "Pc", "Ss", "Sr", "Db", "Sv", "Pc", "Db", "Se"]


def test_the_escape_may_be_absent_after_a_return() -> None:
    assert read(b"\x1bSs\rSr\r\0\0Se\r") == [Command("Ss"), Command("Sr"), Command("Se")]


TEXTS = st.lists(
    st.tuples(
        st.from_regex(r"[A-Z][a-z]{0,3}", fullmatch=True).filter(lambda name: not name.startswith("Db")),
        st.lists(st.from_regex(r"[0-9a-zA-Z=+,. ]{0,6}", fullmatch=True), max_size=4),
    ),
    max_size=6,
)


@given(TEXTS, st.data())
def test_any_cutting_gives_the_same_commands(texts: list[tuple[str, list[str]]], data: st.DataObject) -> None:
    commands = [Command(name, tuple(parameters)) for name, parameters in texts]
    stream = b"".join(frame(one.name, *one.parameters) for one in commands)
    stream += b"\0" * data.draw(st.integers(0, 5)) + frame("Dbc", "k", 2, 3, data=b"\r\x1b;") + b"\0"
    commands.append(Command("Dbc", ("k", "2", "3"), b"\r\x1b;"))
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
    assert read(stream, cuts) == commands
    assert read(stream, list(range(len(stream)))) == commands


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        (b"\x1bDb;x;2;" + bytes(50), "色带面"),
        (b"\x1bDb;y;2;" + bytes(50), "色带面"),
        (b"\x1bDb;k;128;" + bytes(50), "色带面"),
        (b"\x1bDb;y;16;" + bytes(50), "灰度"),
        (b"\x1bDb;y;abc;" + bytes(50), "不是数字"),
        (b"\x1bDb;y;\xc2\xb2;" + bytes(50), "不可打印"),
        (b"\x1bDbc;k;2;0;" + bytes(50), "之间"),
        (b"\x1bDbc;k;2;99999999;" + bytes(50), "之间"),
        (b"\x1bDbc;k;2;123456789;" + bytes(50), "不是数字"),
        (b"\x1bDbc;k;2;-5;" + bytes(50), "不是数字"),
        (b"\x1bDbp;k;2;0;421;" + bytes(50), "之间"),
        (b"\x1bDbp;k;2;1016;1;" + bytes(50), "之间"),
        (b"\x1bDbp;k;2;1000;17;" + bytes(50), "之间"),
        (b"\x1bDbpc;k;2;1016;5;" + bytes(50), "之间"),
        (b"\x1bDbc;k;2;3;abcX", "长度"),
        (b"\x1bDb;" + b"1" * 60, "过长"),
        (b"\x1bDb\r", "缺少参数"),
        (b"\x1bDb;k\r", "不可打印|缺少参数"),
        (b"\x1b\r", "名称"),
        (b"\x1bS\x07\r", "不可打印"),
        (b"\x1bS\x07", "不可打印"),
        (b"\x1b" + b"A" * (LONGEST_TEXT + 1), "没有结束"),
        (b"\x1b" + b"A" * (LONGEST_TEXT + 1) + b"\r", "长于"),
        (b"\x1bSs", "不完整"),
        (b"\x1bDbc;k;2;3;ab", "不完整"),
        (frame("Ss") * (MOST_COMMANDS + 1), "条指令"),
    ],
)
def test_bytes_that_are_no_job_are_refused_with_a_reason(stream: bytes, why: str) -> None:
    with pytest.raises(BadReply, match=why):
        list(pieces(stream))


def test_padding_alone_is_no_command() -> None:
    assert list(pieces(b"\0" * 100)) == []


def test_a_declared_length_takes_no_memory_before_the_bytes_come() -> None:
    reader = CommandReader()
    tracemalloc.start()
    reader.feed(f"\x1bDbc;k;2;{MOST_COMPRESSED};".encode())
    assert reader.take() is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000


def test_receiving_tells_the_panel_and_how_much_of_it_is_here() -> None:
    reader = CommandReader()
    assert reader.receiving is None
    command = frame("Db", "k", 2, data=bytes(82296))
    reader.feed(command[:4])
    assert reader.receiving is None
    reader.feed(command[4 : 8 + 41148])
    assert reader.receiving == ("k", 0.5)
    reader.feed(command[8 + 41148 :])
    assert reader.receiving == ("k", 1.0)
    assert reader.take() is not None
    assert reader.receiving is None
    reader.feed(b"\x1bDb;q;2;")
    assert reader.receiving is None


def test_after_bad_bytes_resync_finds_the_next_command() -> None:
    reader = CommandReader()
    reader.feed(b"\x1bS\x07s\r\x1bSr\r")
    with pytest.raises(BadReply):
        reader.take()
    reader.resync()
    assert reader.take() == Command("Sr")
    reader.feed(b"\x1bS\x07")
    reader.resync()
    assert reader.idle
    assert reader.taken == 12
    reader.feed(b"\x1bDb;k;2;abc")
    reader.abandon()
    assert reader.idle
    assert reader.taken == 23


ALPHABET = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"\x1b", b"\r", b";", b"\0", b"Db", b"Dbc;k;2;", b"Dbp;k;2;", b"Dbpc;m;64;", b"Ss", b"9999"]),
    ),
    max_size=30,
).map(b"".join)


@settings(max_examples=400)
@given(ALPHABET)
def test_hostile_bytes_end_in_commands_or_bad_reply_and_are_all_accounted_for(stream: bytes) -> None:
    reader = CommandReader()
    reader.feed(stream)
    for _ in range(len(stream) + 1):
        taken = reader.taken
        try:
            command = reader.take()
        except BadReply as error:
            assert error.sentence.endswith("。")
            reader.resync()
            assert reader.taken > taken
            continue
        if command is None:
            break
        assert reader.taken > taken
    assert reader.take() is None
    assert reader.taken <= len(stream)
