"""slip on the command line: numbers, refusals, faults with exit 2, and a sticker that is settled and replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.ui.conftest import Station
from ui.cli.main import main

Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(station: Station, capsys: pytest.CaptureFixture[str]) -> Call:
    station.desk.ledger.close()

    def called(*argv: object, plain: bool = False) -> tuple[int, Any]:
        line = [str(one) for one in argv] + ["--home", str(station.home)] + ([] if plain else ["--json"])
        code = main(line)
        said = capsys.readouterr()
        return code, said.out + said.err if plain else json.loads(said.out)

    return called


def tray(station: Station, name: str) -> str:
    return (station.home / name).as_posix()


def test_three_slips_with_running_numbers(station: Station, call: Call) -> None:
    number = station.workers[0].number
    slip = f"emulator://escpos?profile=escpos-80&tray={tray(station, 'one')}"
    code, first = call("slip", "receipt", "--worker", number, "--printer", slip)
    assert (code, first["pieces"]) == (0, 1)
    assert first["number"].endswith("-00001")
    code, said = call("slip", "handover", "--worker", number, "--printer", slip, plain=True)
    assert code == 0
    assert "-00002" in said
    code, last = call("slip", "envelope", "--worker", number, "--address", "文三路 1 号", "--printer", slip)
    assert (code, last["number"][-6:]) == (0, "-00003")
    assert len(list((station.home / "one").glob("*.png"))) == 3


def test_who_is_meant(station: Station, call: Call) -> None:
    assert call("slip", "handover")[1]["error"]["code"] == "who"
    assert call("slip", "handover", "--batch", "L9", "--worker", "x")[1]["error"]["code"] == "who"
    assert call("slip", "envelope", "--batch", "L9")[1]["error"]["code"] == "no_active_card"


def test_what_the_printer_says_is_exit_2(station: Station, call: Call) -> None:
    number = station.workers[0].number
    for fault, code in (("cover_open", "cover_open"), ("paper_end", "feeder_empty"), ("mute", "offline")):
        slip = f"emulator://escpos?profile=escpos-80&tray={tray(station, fault)}&fault={fault}@1"
        exit_code, said = call("slip", "receipt", "--worker", number, "--printer", slip)
        assert (exit_code, said["error"]["code"]) == (2, code)
    assert call("slip", "receipt", "--worker", number, "--printer", "fax://1")[0] == 2


def test_a_sticker_is_settled_and_replaced_by_a_card(station: Station, call: Call) -> None:
    number = station.workers[1].number
    place = tray(station, "stick")
    label = f"emulator://zpl?profile=zpl-203&tray={place}&fault=unplug@1"
    code, doubt = call("slip", "sticker", "--worker", number, "--printer", label)
    assert (code, doubt["active"], doubt["cards"]) == (2, False, {"1": "doubtful"})
    code, void = call("slip", "sticker", "--worker", number, "--printer", label, "--say", "nothing")
    assert (code, void["cards"]) == (2, {"1": "voided"})
    label = f"emulator://zpl?profile=zpl-203&tray={place}"
    code, done = call("slip", "sticker", "--worker", number, "--printer", label)
    assert (code, done["active"], done["cards"]) == (0, True, {"1": "voided", "2": "active"})
    assert len(list((station.home / "stick").glob("slip_*.png"))) == 1
    assert call("slip", "sticker", "--worker", number, "--printer", label)[1]["error"]["code"] == "nothing_waiting"
    code, card = call("reprint", "--worker", number, "--reason", "STICKER")
    assert (code, card["cards"]) == (0, {"1": "voided", "2": "replaced", "3": "active"})


def test_a_roll_of_labels_is_loaded_like_a_pack(station: Station, call: Call) -> None:
    assert call("stock", "receive", "BQ-1", 100)[0] == 0
    code, loaded = call("stock", "load", "BQ-1", "--label")
    assert code == 0
    assert next(line for line in loaded["packs"] if line["pack"] == "BQ-1")["loaded"] == 100
