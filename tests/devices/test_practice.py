"""What can be practised with an emulated device: every misfortune it knows, and none with a real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices import catalogue
from devices.contracts import Outcome
from devices.errors import BadUrl, DeviceError
from devices.practice import practice_of, with_fault, with_option
from devices.printers.slips import SlipPrinter
from tests.devices.pictures import FACES, checks

URLS = {
    "card": "emulator://evolis?profile=evolis-primacy&tray={tray}",
    "queue": "emulator://queue?tray={tray}",
    "slip": "emulator://escpos?profile=escpos-80&tray={tray}",
    "scanner": "emulator://scanner",
    "idcard": "emulator://sam",
    "camera": "tray://{tray}?view=desk",
}
OPENERS = {
    "card": catalogue.open_printer, "queue": catalogue.open_printer, "slip": catalogue.open_slip_printer,
    "scanner": catalogue.open_scanner, "idcard": catalogue.open_id_reader, "camera": catalogue.open_camera,
}  # fmt: skip


@pytest.mark.parametrize("kind", URLS)
def test_every_misfortune_of_every_kind_opens(tmp_path: Path, kind: str) -> None:
    url = URLS[kind].format(tray=tmp_path.as_posix())
    found = practice_of(url)
    assert found is not None
    assert found.kind == kind
    assert len(found.names) >= 5
    for name in found.names:
        for place in found.places_of(name) or ("",):
            OPENERS[kind](with_fault(url, name, place, "a1")).close()
    with pytest.raises(BadUrl):
        OPENERS[kind](with_fault(url, "fire")).close()
    assert with_fault(with_fault(url, found.names[0]), "") == url


@pytest.mark.parametrize(
    "url", ["", "usb://0f49:?profile=evolis-primacy", "webcam://0", "emulator://x", "serial:///dev/a"]
)
def test_nothing_is_practised_with_a_real_device(url: str) -> None:
    assert practice_of(url) is None
    assert with_fault(url, "jam") == url


def test_a_place_where_it_cannot_strike_is_not_offered() -> None:
    found = practice_of("emulator://magicard?profile=magicard-rio")
    assert found is not None
    assert found.places_of("two_cards") == ("",)
    assert {"y", "o", "end"} <= set(found.places_of("jam"))
    assert found.acts


def test_options_are_added_and_replaced() -> None:
    assert with_option("emulator://sam", "fault", "mute") == "emulator://sam?fault=mute"
    assert with_option("tray:///a?view=desk", "fault", "x y") == "tray:///a?view=desk&fault=x%20y"
    url = "emulator://evolis?fault=jam@1&profile=evolis-primacy&operator=path"
    assert with_fault(url, "slow") == "emulator://evolis?profile=evolis-primacy&fault=slow@1"


def test_the_next_job_of_a_queue_and_the_next_slip_are_hit_whatever_came_before(tmp_path: Path) -> None:
    queue = URLS["queue"].format(tray=(tmp_path / "q").as_posix())
    for name, outcome in (("", Outcome.ACCEPTED), ("refuse", Outcome.REJECTED), ("", Outcome.ACCEPTED)):
        printer = catalogue.open_printer(with_fault(queue, name))
        assert printer.print_card(printer.encode(FACES, "a"), "a").outcome is outcome
    slip = URLS["slip"].format(tray=(tmp_path / "s").as_posix())
    for name, outcome in (("", Outcome.ACCEPTED), ("paper_end", Outcome.REJECTED), ("", Outcome.ACCEPTED)):
        paper: SlipPrinter = catalogue.open_slip_printer(with_fault(slip, name))
        assert paper.print_slip(checks()[:40, : paper.width]).outcome is outcome


def test_a_card_reader_and_a_scanner_fail_as_they_were_asked_to() -> None:
    reader = catalogue.open_id_reader(with_fault(URLS["idcard"], "read_fail"))
    with pytest.raises(DeviceError):
        reader.read(0.1)
    with pytest.raises(DeviceError):
        catalogue.open_scanner(with_fault(URLS["scanner"], "gone")).read(0.1)
