"""Devices at the counter: a test card books its blank in one act; a printer is changed by two, in the file, at once."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest

from devices.bench import test_card as drawn
from devices.contracts import Outcome, PrinterState, PrintReport
from station.bootstrap import check_device
from station.domain.authority import Actor
from station.domain.errors import Fault, Refused
from station.domain.facts import StationActed
from station.printing.journal import Order
from station.printing.press import print_one
from station.services import devices, stock
from station.services.printing import press_of
from station.settings import Devices, load_settings, put_device
from tests.services.house import STAFF, House
from tests.services.test_stock import stocked

BOSS = STAFF.supervisor
FACES = drawn()


def refused(act: object) -> str:
    assert callable(act)
    with pytest.raises(Refused) as no:
        act()
    assert no.value.sentence
    return no.value.code


# --- a test card


def test_a_test_card_books_the_blank_and_the_ribbon_in_one_act(house: House) -> None:
    with house.bench() as bench:
        stocked(house, bench)
        before = stock.line_of(house.desk, "R1").remaining
        made = devices.print_test_card(house.desk, bench.printer, FACES, actor=STAFF.clerk).value
    assert (made.good, made.booked, made.pack, made.remaining) == (True, 1, "B1", 49)
    line, ribbon = stock.line_of(house.desk, "B1"), stock.line_of(house.desk, "R1")
    assert (line.tested, line.remaining, line.balanced) == (1, 49, True)
    assert (ribbon.tested, ribbon.remaining) == (1, before - 1)


@pytest.mark.parametrize(
    ("fault", "tested"), [("cover_open:c@1", 1), ("feed_fail@1", 0), ("jam@1", 1), ("two_cards@1", 2)]
)
def test_a_test_card_that_goes_wrong_costs_what_left_the_feeder(house: House, fault: str, tested: int) -> None:
    with house.bench(fault) as bench:
        stocked(house, bench)
        made = devices.print_test_card(house.desk, bench.printer, FACES, actor=STAFF.clerk).value
    assert made.booked == tested
    assert not made.good
    assert stock.line_of(house.desk, "B1").tested == tested


def test_without_a_pack_or_with_a_card_in_doubt_no_blank_is_spent(house: House) -> None:
    with house.bench("late_card@1") as bench:
        assert (
            refused(lambda: devices.print_test_card(house.desk, bench.printer, FACES, actor=STAFF.clerk)) == "no_pack"
        )
        assert bench.printer.state().cards == 1200
        stocked(house, bench)
        one = house.workers[0]
        press = dataclasses.replace(press_of(house.desk, bench, actor=STAFF.clerk), seconds=0.2)
        assert not print_one(press, Order(one.subject, one.number, 1)).active
        code = refused(lambda: devices.print_test_card(house.desk, bench.printer, FACES, actor=STAFF.clerk))
        assert code == "card_unsettled"
        assert refused(lambda: devices.print_test_card(house.desk, bench.printer, FACES, actor=BOSS)) == "not_allowed"
    with house.bench("cover_open@1") as bench:
        assert refused(lambda: devices.print_test_card(house.desk, bench.printer, FACES, actor=STAFF.clerk))
    assert stock.line_of(house.desk, "B1").tested == 0


def state(cards: int | None, serial: str = "A") -> PrinterState:
    return PrinterState("M", serial, ready=True, cards=cards)


@pytest.mark.parametrize(
    ("outcome", "before", "after", "used"),
    [
        (Outcome.REJECTED, state(5), state(6), 0),
        (Outcome.UNKNOWN, state(5), state(5), 0),
        (Outcome.UNKNOWN, state(5), None, 1),
        (Outcome.UNKNOWN, state(5), state(9, "B"), 1),
        (Outcome.UNKNOWN, state(5), state(0), 0),
        (Outcome.ACCEPTED, state(None), state(None), 1),
        (Outcome.ACCEPTED, None, None, 1),
    ],
)
def test_how_many_blanks_a_report_means(
    outcome: Outcome, before: PrinterState | None, after: PrinterState | None, used: int
) -> None:
    assert devices.blanks_used(PrintReport(outcome, 1, "", before, after)) == used


# --- which device stands where

MAGICARD = "emulator://magicard?profile=magicard-rio&tray=/x"


def test_another_printer_needs_two_people_and_is_on_the_record(house: House) -> None:
    desk = house.desk
    for actor, second, code in (
        (STAFF.clerk, BOSS, "not_allowed"), (BOSS, None, "second_person"), (BOSS, BOSS, "same_person"),
    ):  # fmt: skip
        assert (
            refused(
                lambda a=actor, s=second: devices.choose(
                    desk, "printer", MAGICARD, check=check_device, actor=a, second=s
                )
            )
            == code
        )
    assert load_settings(house.home).devices.printer.startswith("emulator://evolis")
    devices.choose(desk, "printer", MAGICARD, check=check_device, actor=BOSS, second=STAFF.clerk)
    assert desk.settings.devices.printer == load_settings(house.home).devices.printer == MAGICARD
    told = desk.ledger.facts_of(f"station:{desk.settings.station}")[-1]
    assert isinstance(told.payload, StationActed)
    assert (told.actor, told.payload.act) == (BOSS.person, devices.CHANGED)
    assert told.payload.note.startswith("printer emulator:")
    assert told.payload.note.endswith(STAFF.clerk.person)
    assert "/x" not in told.payload.note


def test_a_printer_with_a_card_in_doubt_stays(house: House) -> None:
    with house.bench("late_card@1") as bench:
        stocked(house, bench)
        one = house.workers[0]
        press = dataclasses.replace(press_of(house.desk, bench, actor=STAFF.clerk), seconds=0.2)
        print_one(press, Order(one.subject, one.number, 1))
        url = bench.printer.url
    house.desk.settings = put_device(house.home, "printer", url)
    act = lambda: devices.choose(house.desk, "printer", MAGICARD, check=check_device, actor=BOSS, second=STAFF.clerk)  # noqa: E731
    assert refused(act) == "card_unsettled"


@pytest.mark.parametrize(
    ("slot", "url"),
    [("printer", "emulator://evolis?profile=nothing"), ("scanner", "usb://x"), ("idcard", "x"), ("slip", "queue://a")],
)
def test_an_address_that_names_nothing_is_not_saved(house: House, slot: str, url: str) -> None:
    before = (house.home / "station.toml").read_bytes()
    assert refused(lambda: devices.choose(house.desk, slot, url, check=check_device, actor=BOSS, second=STAFF.clerk))
    assert (house.home / "station.toml").read_bytes() == before


def test_one_person_chooses_what_prints_no_card(house: House) -> None:
    for slot, url in (
        ("camera", "webcam://0?id=usb-x"), ("scanner", "serial:///dev/ttyACM0?baud=9600"),
        ("idcard", "serial:///dev/ttyUSB0"), ("slip", "usb://04b8:0202?profile=escpos-80-512"), ("slip", ""),
    ):  # fmt: skip
        devices.choose(house.desk, slot, url, check=check_device, actor=STAFF.clerk)
        assert getattr(load_settings(house.home).devices, slot) == url
    nobody = Actor("n", ("HOUSEHOLD",))
    assert refused(lambda: devices.choose(house.desk, "camera", "", check=check_device, actor=nobody)) == "not_allowed"


def test_every_slot_is_a_setting_and_has_its_kinds() -> None:
    assert set(devices.SLOTS) == {item.name for item in dataclasses.fields(Devices)} == set(devices.FITS)


# --- the file

HEAD = '# Our office.\nstation = "hz-01"  # ours\ncity = "330100"\n'


def written(home: Path, text: str) -> Path:
    (home / "station.toml").write_text(text, encoding="utf-8")
    return home / "station.toml"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (HEAD, HEAD + '\n[devices]\ncamera = "webcam://1"\n'),
        (HEAD + "[devices]\n# none yet\n\n[limits]\nstale_hours = 9\n",
         HEAD + '[devices]\n# none yet\ncamera = "webcam://1"\n\n[limits]\nstale_hours = 9\n'),
        (HEAD + "[devices] # at the window\ncamera = 'webcam://0' # left\nslip = \"\"\n",
         HEAD + '[devices] # at the window\ncamera = "webcam://1" # left\nslip = ""\n'),
        (HEAD + '[limits]\nstale_hours = 9\n[devices]\nprinter = "a\\"b"\n',
         HEAD + '[limits]\nstale_hours = 9\n[devices]\nprinter = "a\\"b"\ncamera = "webcam://1"\n'),
    ],
)  # fmt: skip
def test_one_line_changes_and_comments_stay(tmp_path: Path, text: str, after: str) -> None:
    path = written(tmp_path, text)
    assert put_device(tmp_path, "camera", "webcam://1").devices.camera == "webcam://1"
    assert path.read_text(encoding="utf-8") == after
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("url", ['a"b', "a\\b", "café 家", "a\x7fb", "a\nb"])
def test_any_text_is_written_so_that_it_is_read_back(tmp_path: Path, url: str) -> None:
    path = written(tmp_path, HEAD)
    put_device(tmp_path, "slip", url)
    put_device(tmp_path, "slip", url)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["devices"] == {"slip": url}


@pytest.mark.parametrize("text", ['devices = { camera = "webcam://0" }\n', '[devices]\ncamera = """webcam://0"""\n'])
def test_a_file_that_is_written_in_another_way_is_left_alone(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, HEAD + text)
    with pytest.raises(Fault, match="没有改动"):
        put_device(tmp_path, "camera", "webcam://1")
    assert path.read_text(encoding="utf-8") == HEAD + text


def test_a_slot_that_does_not_exist_and_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, HEAD)
    assert refused(lambda: put_device(tmp_path, "toaster", "x")) == "device_slot"

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Fault, match="没有保存"):
        put_device(tmp_path, "camera", "webcam://1")
    assert (tmp_path / "station.toml").read_text(encoding="utf-8") == HEAD
