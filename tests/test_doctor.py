"""The doctor on machines that lack one thing each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from devices.contracts import FoundDevice
from station import doctor, surroundings
from station.clock import FixedClock
from station.doctor import examine, ready
from station.domain.days import start_of_day
from station.domain.errors import Fault, Refused
from station.ledger.vault import MemoryVault
from station.services.facing import Filing
from station.surroundings import Finding, Library

TODAY = FixedClock.on(date(2026, 11, 23))
PRINTER = FoundDevice("usb://0f49:0a00", "printer", "Evolis Primacy 2")
CAMERA = FoundDevice("webcam://0", "camera", "HD Webcam")
OLD = FoundDevice("usb://1234:", "printer", "Old printer", supported=False, sentence="这一型号没有公开的指令。")


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    assert finding.sentence.endswith("。")
    assert finding.ok is (finding.remedy == "")
    return finding


@pytest.mark.parametrize(("version", "ok"), [((3, 10), False), ((3, 11), True), ((3, 13), True)])
def test_the_python_must_be_new_enough(version: tuple[int, int], ok: bool) -> None:
    assert next(iter(surroundings.program(version))).ok is ok


def test_a_missing_desktop_is_said_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings.importlib.util, "find_spec", lambda name: None)
    findings = list(surroundings.program())
    assert [finding.ok for finding in findings] == [True, False]
    assert ready(findings)


KNOWN = [Library("libegl1", "libEGL.so.1"), Library("libzbar0", "libzbar.so.0")]


def test_a_missing_library_is_named_with_its_package() -> None:
    def loader(name: str) -> str:
        return "not found" if "zbar" in name else ""

    finding = only(surroundings.libraries(KNOWN, loader, Path("libqxcb.so"), "linux"))
    assert not finding.ok
    assert "libzbar.so.0" in finding.sentence
    assert "libzbar0" in finding.remedy


def test_the_window_plugin_says_what_it_misses() -> None:
    def loader(name: str) -> str:
        return "libother.so.9: cannot open" if name.endswith("libqxcb.so") else ""

    finding = only(surroundings.libraries(KNOWN, loader, Path("libqxcb.so"), "linux"))
    assert "libother.so.9" in finding.remedy
    assert finding.optional


def test_without_qt_only_the_libraries_by_name_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    spec = ModuleSpec("PySide6", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    for found in (None, spec):
        monkeypatch.setattr(surroundings.importlib.util, "find_spec", lambda name, found=found: found)
        assert only(surroundings.libraries(KNOWN, lambda name: tried.append(name) or "", None, "linux")).ok
    assert tried == [library.soname for library in KNOWN] * 2


def test_all_libraries_there() -> None:
    assert "2" in only(surroundings.libraries(KNOWN, lambda name: "", Path("libqxcb.so"), "linux")).sentence


def test_no_list_of_libraries_where_wheels_bring_them() -> None:
    assert only(surroundings.libraries(KNOWN, lambda name: "not found", None, "win32")).ok


def test_this_machine_loads_what_the_list_names() -> None:
    known = surroundings.known_libraries()
    assert Library("libzbar0", "libzbar.so.0") in known
    assert surroundings.load("libnothing-of-that-name.so.1")
    assert [library for library in known if surroundings.load(library.soname)] == []


@pytest.mark.parametrize(
    ("lacks", "ok", "optional"),
    [("", True, False), ("王秀英", False, False), ("\U0002e9f5", False, True), (None, True, True)],
)
def test_fonts(lacks: str | None, ok: bool, optional: bool) -> None:
    def lacking(text: str) -> str | None:
        return None if lacks is None else "".join(sign for sign in text if sign in lacks)

    finding = only(surroundings.fonts(lacking))
    assert (finding.ok, finding.optional) == (ok, optional)


def test_a_missing_rare_character_is_named_by_number() -> None:
    assert "U+2E9F5" in only(surroundings.fonts(lambda text: "\U0002e9f5" if "\U0002e9f5" in text else "")).sentence


def test_fontconfig_is_asked_character_by_character(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(query: list[str], **rest: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(query, 0, "" if ":charset=2e9f5" in query else "Noto Sans CJK SC\n", "")

    monkeypatch.setattr(surroundings.shutil, "which", lambda name: name)
    monkeypatch.setattr(surroundings.subprocess, "run", answer)
    assert surroundings.undrawable("王\U0002e9f5") == "\U0002e9f5"


def test_without_fontconfig_qt_is_asked_and_without_both_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings.shutil, "which", lambda name: None)
    assert surroundings.undrawable("王\ue863") == "\ue863"  # a private-use character is never drawn
    monkeypatch.setitem(sys.modules, "station.cards.glyphs", None)
    monkeypatch.delattr("station.cards.glyphs")
    assert surroundings.undrawable("王") is None


@pytest.mark.parametrize(
    ("day", "newest", "ok"),
    [
        (date(2026, 11, 23), 0, True),
        (date(2026, 10, 31), 0, False),  # before this program was built
        (date(2026, 11, 23), start_of_day(date(2026, 11, 24)), False),  # behind the newest fact
        (date(2026, 11, 25), start_of_day(date(2026, 11, 24)), True),
    ],
)
def test_the_clock_may_not_be_behind(day: date, newest: int, ok: bool) -> None:
    assert only(doctor.time_of_day(FixedClock.on(day), newest)).ok is ok


def test_the_disk_needs_room_and_a_right_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = tmp_path / "not" / "there" / "yet"
    assert only(doctor.disk(later)).ok
    assert not only(doctor.disk(later, lambda place: doctor.NEEDED_BYTES - 1)).ok
    assert only(doctor.disk(later, lambda place: doctor.NEEDED_BYTES)).ok
    monkeypatch.setattr(doctor.os, "access", lambda place, mode: False)
    assert [finding.ok for finding in doctor.disk(later)] == [True, False]


def test_keys() -> None:
    whole = MemoryVault({name: bytes(32) for name in doctor.KEY_NAMES})
    part = MemoryVault({"ledger": bytes(32)})
    assert only(doctor.keys(whole, rehearsal=False)).ok
    assert only(doctor.keys(part, rehearsal=True)).ok
    lacking = only(doctor.keys(part, rehearsal=False))
    assert not lacking.ok
    assert "本市" in lacking.sentence
    assert "台账" not in lacking.sentence


def test_a_port_without_permission_names_the_group(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "ttyUSB1").touch()
    (tmp_path / "video0").touch()
    findings = list(surroundings.permissions(tmp_path, lambda path: path.name == "ttyUSB1"))
    assert [("dialout" in finding.remedy, "video" in finding.remedy) for finding in findings] == [
        (True, False),
        (False, True),
    ]
    assert ready(findings)


def test_a_real_station_needs_printer_and_camera_and_a_rehearsal_neither() -> None:
    assert ready(doctor.devices([PRINTER, CAMERA], rehearsal=False))
    assert ready(doctor.devices([], rehearsal=True))
    assert not ready(doctor.devices([CAMERA], rehearsal=False))
    assert not ready(doctor.devices([PRINTER], rehearsal=False))
    assert not ready(doctor.devices([OLD, CAMERA], rehearsal=False))
    assert ready(doctor.devices([FoundDevice("queue://K", "queue", "K"), CAMERA], rehearsal=False))


def test_an_old_device_gets_a_sentence_instead_of_silence() -> None:
    finding = next(one for one in doctor.devices([OLD, PRINTER, CAMERA], rehearsal=False) if not one.ok)
    assert finding.remedy == OLD.sentence
    assert finding.optional


def test_everything_at_once(tmp_path: Path) -> None:
    findings = examine(TODAY, tmp_path, found=[PRINTER, CAMERA], vault=MemoryVault(), rehearsal=True)
    areas = {finding.area for finding in findings}
    assert {"program", "library", "fonts", "clock", "disk", "keys", "printer", "camera"} <= areas
    assert ready(examine(TODAY, tmp_path, newest=lambda: start_of_day(date(2026, 1, 1))))
    assert not ready(examine(TODAY, tmp_path, newest=lambda: start_of_day(date(2027, 1, 1))))


@pytest.mark.parametrize("wrong", [Fault("台账已损坏。", "请从备份恢复。"), Refused("没有这个城市的配置文件。")])
def test_a_station_that_does_not_open_says_why(wrong: Exception) -> None:
    def newest() -> int:
        raise wrong

    finding, newest_ms = doctor.station(newest)
    assert not only([finding]).ok
    assert finding.sentence == getattr(wrong, "sentence")  # noqa: B009 - either kind has one
    assert newest_ms == 0


def test_a_machine_without_a_station_is_not_unready() -> None:
    finding, newest_ms = doctor.station(None)
    assert only([finding]).ok
    assert newest_ms == 0


def test_the_face_engines_are_said_and_stop_nothing(tmp_path: Path) -> None:
    found = list(doctor.faces(tmp_path))
    assert [finding.ok for finding in found] == [False, True]
    assert "faces.md" in found[0].remedy
    assert ready(found)


@pytest.mark.parametrize(("a_second", "ok"), [(7.9, False), (8.0, True), (30.0, True)])
def test_a_slow_camera_is_named_with_what_it_drops(a_second: float, ok: bool) -> None:
    finding = only([doctor.camera(a_second, 3)])
    assert finding.ok is ok
    assert "3 帧" in finding.sentence
    assert ready([finding])


@pytest.mark.parametrize(
    ("count", "ok", "said"),
    [(0, True, "备案线"), (79_999, True, "备案线"), (80_000, False, "已接近"), (99_999, False, "已接近"),
     (100_000, False, "已达备案线")],
)  # fmt: skip
def test_the_faces_that_are_kept_are_counted_towards_the_filing(count: int, ok: bool, said: str) -> None:
    """人脸识别办法 art. 15: at 100,000 file within 30 working days; the doctor warns from 80,000 and stops nothing."""
    finding = only(one for one in examine(TODAY, newest=lambda: 0, kept=lambda: Filing(count)) if one.area == "filing")
    assert finding.ok is ok
    assert said in finding.sentence
    assert f"{count} 人" in finding.sentence
    assert ("30 个工作日" in finding.remedy) is (count >= 100_000)
    assert ready([finding])


def test_a_station_that_does_not_open_is_not_counted() -> None:
    def broken() -> int:
        raise Fault("台账打不开。", "请恢复备份。")

    def never() -> Filing:
        raise AssertionError

    for newest, kept in ((broken, never), (lambda: 0, None)):
        assert "filing" not in {one.area for one in examine(TODAY, newest=newest, kept=kept)}
