"""A scanner on a line: texts as they come, one press heard once, the plug pulled and put back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from devices import catalogue
from devices.contracts import CodeScanner
from devices.errors import BadUrl, Broken, Missing, NotReached
from devices.scanners.emulator import FAULTS, ScannerMachine
from devices.scanners.serial_scanner import BACK_OFF, TRIGGERS, TWICE, SerialScanner

URL = "https://axm.example.cn/" + "0123456789" * 19 + "7"


def scanner(*texts: str, fault: str = "", trigger: str = "none") -> tuple[SerialScanner, ScannerMachine]:
    machine = ScannerMachine(texts, fault)
    return SerialScanner(machine, trigger, clock=machine.clock), machine


def heard(one: CodeScanner, times: int = 60) -> list[str]:
    found: list[str] = []
    for _ in range(times):
        found += one.read(0.1)
    return found


@pytest.mark.parametrize("fault", ["", "noise", "silence", "flood", "twice"])
def test_a_code_is_heard_once_whatever_the_line_does(fault: str) -> None:
    one, _ = scanner(URL, fault=fault)
    assert heard(one, 220) == [URL]
    assert one.dropped == (1 if fault in ("noise", "flood") else 0)
    assert one.doubled == (fault == "twice")
    one.close()
    one.close()


def test_the_same_code_again_later_is_another_press() -> None:
    one, machine = scanner(URL)
    assert heard(one, 20) == [URL]
    machine._seconds += TWICE
    machine.scan(URL)
    machine.scan("other")
    machine.scan(URL)
    assert heard(one, 40) == [URL, "other", URL]


def test_a_pulled_plug_is_said_and_comes_back() -> None:
    one, machine = scanner(URL, fault="unplug")
    with pytest.raises(Missing, match="断开"):
        one.read(0.1)
    with pytest.raises(Missing):
        one.read(0.1)  # not so soon
    assert one.reopened == 0
    machine._seconds += BACK_OFF[0]
    assert heard(one, 30) == [URL]
    assert one.reopened == 1


def test_half_a_text_from_before_the_plug_was_pulled_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    one, machine = scanner()
    machine._pieces = [b"HALF"]
    assert one.read(0.1) == ()
    read = machine.read

    def broken(size: int, timeout: float) -> bytes:
        raise Broken("断了。", 0)

    monkeypatch.setattr(machine, "read", broken)
    with pytest.raises(Missing):
        one.read(0.1)
    monkeypatch.setattr(machine, "read", read)
    machine._seconds += BACK_OFF[-1]
    machine._pieces = [b"WHOLE\r"]
    assert heard(one, 3) == ["WHOLE"]


def test_a_scanner_that_is_not_there_is_tried_ever_more_patiently() -> None:
    one, machine = scanner(fault="gone")
    tried = []
    open_ = machine.open

    def counted() -> None:
        tried.append(machine.clock())
        open_()

    machine.open = counted  # type: ignore[method-assign]
    for _ in range(400):
        with pytest.raises(Missing):
            one.read(0.1)
        machine._seconds += 0.125
    gaps = [later - before for before, later in pairwise(tried)]
    assert gaps[:4] == [0.5, 1.0, 2.0, 5.0]
    assert set(gaps[4:]) == {5.0}


def test_the_beam_is_switched_by_the_documented_bytes() -> None:
    one, machine = scanner(trigger="honeywell")
    one.light(True)
    one.light(False)
    assert machine.commands == [b"\x16T\r", b"\x16U\r"]
    one, machine = scanner(trigger="gm65")
    one.light(True)
    one.light(False)
    assert machine.commands == [bytes.fromhex("7E 00 08 01 00 02 01 02 DA")]
    assert _crc(bytes.fromhex("08 01 00 02 01")) == 0x02DA
    one, machine = scanner()
    one.light(True)
    assert machine.commands == []
    assert set(TRIGGERS) == {"none", "honeywell", "gm65"}


def _crc(data: bytes) -> int:
    """CRC-CCITT, polynomial 1021, start 0."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def test_a_beam_that_cannot_be_switched_is_a_missing_scanner(monkeypatch: pytest.MonkeyPatch) -> None:
    one, machine = scanner(trigger="honeywell")

    def refuse(data: bytes, timeout: float) -> int:
        raise NotReached("断了。")

    monkeypatch.setattr(machine, "write", refuse)
    with pytest.raises(Missing):
        one.light(True)


def test_scanners_by_url(tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text(f"{URL}\n\nsecond\n", encoding="utf-8")
    assert heard(catalogue.open_scanner(f"emulator://scanner?codes={codes}")) == [URL, "second"]
    assert heard(catalogue.open_scanner("emulator://scanner"), 3) == []
    with pytest.raises(Missing):
        catalogue.open_scanner(f"emulator://scanner?codes={tmp_path}")
    port = catalogue.open_scanner(f"serial://{tmp_path}/none?trigger=gm65&baud=115200")
    with pytest.raises(Missing, match="串口"):
        port.read(0.1)
    for url in ("usb://05e0:", "emulator://scanner?fault=fire", "serial:///dev/x?trigger=x", "serial:///dev/x?y=1"):
        with pytest.raises(BadUrl):
            catalogue.open_scanner(url)
    assert len(FAULTS) == 6
