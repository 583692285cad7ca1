"""One contract for every transport, then what is particular to the folder, the trace, the replay."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.contracts import PrintReport, Transport
from devices.errors import BadReply, Broken, DeviceError, Missing, NotReached, TimedOut
from devices.printers.emulator import wire
from devices.printers.printer import Printer
from devices.transports.folder import FolderTransport
from devices.transports.memory import MemoryTransport
from devices.transports.recorder import RecordingTransport, into
from devices.transports.replay import ReplayTransport
from devices.transports.serial_port import Line, SerialTransport
from devices.transports.trace import HEADER, SHOWN, Event, events, line, moved
from devices.transports.usb import UsbTransport
from tests.devices.far_ends import behind_pty, bus, emulated, machine
from tests.devices.pictures import FACES

ASK, ANSWER = b"\x1bRsn\r", b"EMU0001\0"
TALKING = ("emulator", "usb", "serial", "recorder")
KINDS = (*TALKING, "memory", "folder")


@pytest.fixture
def transport(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Transport]:
    made: dict[str, Callable[[], Transport]] = {
        "memory": MemoryTransport,
        "folder": lambda: FolderTransport(tmp_path / "out"),
        "emulator": lambda: wire.EmulatorTransport(machine()),
        "usb": lambda: UsbTransport(0x0F49, chosen=bus()),
        "recorder": lambda: RecordingTransport(wire.EmulatorTransport(machine()), lambda words: None),
    }
    if request.param == "serial":
        with behind_pty(machine()) as port:
            yield SerialTransport(port, Line(flow="none"))
    else:
        yield made[request.param]()


@pytest.mark.parametrize("transport", KINDS, indirect=True)
def test_everything_written_is_taken_and_closing_twice_is_safe(transport: Transport) -> None:
    transport.open()
    assert transport.write(ASK, 1.0) == len(ASK)
    transport.close()
    transport.close()


@pytest.mark.parametrize("transport", TALKING, indirect=True)
def test_an_answer_comes_back_and_then_nothing(transport: Transport) -> None:
    assert transport.answers
    transport.open()
    assert transport.read(100, 0.01) == b""
    transport.write(ASK, 1.0)
    said = b""
    while len(said) < len(ANSWER):
        more = transport.read(3, 2.0)
        assert 1 <= len(more) <= 3
        said += more
    assert said == ANSWER
    assert transport.read(100, 0.01) == b""
    transport.close()


@pytest.mark.parametrize("transport", ("emulator", "usb", "serial", "recorder"), indirect=True)
def test_before_it_is_open_nothing_leaves(transport: Transport) -> None:
    with pytest.raises(NotReached):
        transport.write(ASK, 1.0)
    transport.open()
    transport.close()
    with pytest.raises(NotReached):
        transport.write(ASK, 1.0)


@pytest.mark.parametrize("transport", ("memory", "folder"), indirect=True)
def test_what_cannot_answer_says_so(transport: Transport) -> None:
    assert not transport.answers
    transport.open()
    assert transport.read(10, 0.0) == b""


@pytest.mark.parametrize("transport", TALKING, indirect=True)
def test_it_opens_again_after_closing(transport: Transport) -> None:
    for _ in range(2):
        transport.open()
        transport.write(ASK, 1.0)
        assert transport.read(100, 2.0) == ANSWER
        transport.close()


# --- folder


def test_the_folder_numbers_on_and_keeps_the_exact_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    for start in (1, 3):
        transport = FolderTransport(folder)
        transport.open()
        transport.write(b"a" * start, 1.0)
        transport.write(b"b" * start, 1.0)
    assert sorted(path.name for path in folder.iterdir()) == ["0001.prn", "0002.prn", "0003.prn", "0004.prn"]
    assert (folder / "0003.prn").read_bytes() == b"aaa"


def test_the_folder_never_overwrites_and_skips_a_number_in_doubt(tmp_path: Path) -> None:
    (tmp_path / "0007.prn").write_bytes(b"old")
    (tmp_path / ".0008.part").write_bytes(b"half of a job that was killed")
    (tmp_path / "notes.txt").write_text("mine")
    transport = FolderTransport(tmp_path)
    transport.open()
    transport.write(b"new", 1.0)
    assert (tmp_path / "0007.prn").read_bytes() == b"old"
    assert (tmp_path / "0009.prn").read_bytes() == b"new"
    assert not (tmp_path / "0008.prn").exists()


def test_two_writers_never_share_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one finishes 0001 between our look at the folder and our reservation."""
    listed = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: [] if path == tmp_path else listed(path))
    (tmp_path / "0001.prn").write_bytes(b"theirs")
    FolderTransport(tmp_path).write(b"ours", 1.0)
    assert (tmp_path / "0001.prn").read_bytes() == b"theirs"
    assert (tmp_path / "0002.prn").read_bytes() == b"ours"
    assert not list(tmp_path.glob(".*.part"))


def test_a_folder_that_cannot_be_written_is_not_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotReached, match="文件夹"):
        FolderTransport(tmp_path / "file" / "out").open()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for owner, name in ((os, "fsync"), (Path, "replace")):  # a job appears in one step, after it is safe on disk
        with monkeypatch.context() as patch, pytest.raises(NotReached, match="没有写成"):
            patch.setattr(owner, name, full)
            FolderTransport(tmp_path).write(b"job", 1.0)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


# --- trace

FAILED = Event("fail", 3, word="Broken", code="unplugged")


def two_cards(printer: Printer) -> list[PrintReport]:
    """What is reported of two cards, but for the words about a failure: those are not in a trace."""
    job = printer.encode(FACES, "x")
    reports = [printer.print_card(job, "x") for _ in range(2)]
    printer.close()
    return [dataclasses.replace(report, said="") for report in reports]


def recorded(fault: str = "", full: bool = False) -> tuple[list[str], list[PrintReport]]:
    """A trace of two cards on an emulated printer, and what was reported of them."""
    words: list[str] = []
    printer = emulated(fault)
    printer.transport = RecordingTransport(printer.transport, words.append, full)
    return words, two_cards(printer)


@pytest.mark.parametrize("fault", ["", "jam@1", "unplug:k@1", "gone@1", "mute@1", "wrong_answer@1", "reboot@2"])
def test_a_replayed_trace_is_the_same_conversation(fault: str) -> None:
    words, told = recorded(fault)
    printer = emulated()
    replay = ReplayTransport("\n".join(words))
    printer.transport = replay
    assert replay.answers
    assert two_cards(printer) == told
    assert replay.finished


def test_a_trace_holds_no_card_unless_it_is_asked_to() -> None:
    words, _ = recorded()
    assert words[0] == HEADER
    assert max(map(len, words)) < 500
    full, _ = recorded(full=True)
    assert max(map(len, full)) > 500_000
    assert [event.digest for event in events("\n".join(full))] == [event.digest for event in events("\n".join(words))]


def test_another_conversation_is_refused() -> None:
    words, _ = recorded()
    replay = ReplayTransport("\n".join(words))
    with pytest.raises(BadReply, match="另一条路"):
        replay.read(10, 1.0)
    replay.open()
    replay.read(10, 1.0)
    with pytest.raises(BadReply, match="不同"):
        replay.write(b"\x1bRtp\r", 1.0)
    end = ReplayTransport(HEADER)
    assert not end.answers
    with pytest.raises(BadReply):
        end.open()
    end.close()
    hidden = ReplayTransport("\n".join([HEADER, line(moved("read", bytes(SHOWN + 1)))]))
    with pytest.raises(BadReply, match="没有保存"):
        hidden.read(4096, 1.0)


@pytest.mark.parametrize("error", [NotReached, TimedOut, BadReply, Missing])
def test_a_recorded_failure_is_raised_again(error: type[DeviceError]) -> None:
    trace = [HEADER, line(moved("write", b"abc")), f"fail {error.__name__} 0 why"]
    replay = ReplayTransport("\n".join(trace))
    with pytest.raises(error) as failed:
        replay.write(b"abc", 1.0)
    assert failed.value.code == "why"
    broken = ReplayTransport("\n".join([HEADER, line(moved("write", b"abc")), "fail Broken 2 unplugged"]))
    with pytest.raises(Broken) as caught:
        broken.write(b"abc", 1.0)
    assert caught.value.sent == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "something else",
        f"{HEADER}\nread",
        f"{HEADER}\nread 3 {'0' * 64} YWJj",
        f"{HEADER}\nread x {'0' * 64} -",
        f"{HEADER}\nread 3 {'0' * 64} ???",
        f"{HEADER}\nfail Broken",
        f"{HEADER}\nwink 3 {'0' * 64} -",
    ],
)
def test_a_file_that_is_no_trace_is_refused(text: str) -> None:
    with pytest.raises(Missing, match="通信记录"):
        ReplayTransport(text)


def test_an_event_line_reads_back() -> None:
    for event in (Event("open"), Event("close"), moved("read", b""), moved("write", b"\0\xff"), FAILED):
        assert events(f"{HEADER}\n{line(event)}") == [event]


def test_a_trace_file_grows_line_by_line(tmp_path: Path) -> None:
    note = into(tmp_path / "a.trace")
    transport = RecordingTransport(MemoryTransport(), note)
    transport.open()
    transport.write(b"x", 1.0)
    transport.close()
    assert [event.kind for event in events((tmp_path / "a.trace").read_text())] == ["open", "write", "close"]
    with pytest.raises(NotReached, match="通信记录"):
        into(tmp_path / "missing" / "a.trace")("words")
