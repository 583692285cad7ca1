"""What an identity card fills into the intake form, and what makes the clerk look twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.idcards.emulator import SAMPLE
from station import bootstrap
from station.domain.errors import Fault, Refused
from station.services.idcard import from_card
from station.settings import Devices

DAY = date(2026, 11, 23)


def test_a_card_fills_the_form() -> None:
    read = from_card(SAMPLE, DAY)
    assert (read.number, read.name, read.address, read.ethnicity) == (
        SAMPLE.number, SAMPLE.name, SAMPLE.address, SAMPLE.ethnicity,
    )  # fmt: skip
    assert read.warnings == ()
    assert SAMPLE.number not in repr(read)
    assert SAMPLE.name not in repr(read)


def test_a_card_that_contradicts_its_number_is_refused() -> None:
    for wrong in (replace(SAMPLE, birth=date(1985, 1, 2)), replace(SAMPLE, sex="1")):
        with pytest.raises(Refused, match="不符"):
            from_card(wrong, DAY)
    with pytest.raises(Refused, match="校验"):
        from_card(replace(SAMPLE, number="330102198501010023"), DAY)


def test_validity_is_told_and_does_not_stop() -> None:
    assert "过期" in from_card(replace(SAMPLE, valid_to=date(2026, 11, 22)), DAY).warnings[0]
    assert from_card(replace(SAMPLE, valid_to=DAY), DAY).warnings == ()
    assert "没有开始" in from_card(replace(SAMPLE, valid_from=date(2027, 1, 1)), DAY).warnings[0]
    old = replace(SAMPLE, number="330102195001010022", birth=date(1950, 1, 1), valid_to=date(2020, 1, 1))
    assert len(from_card(old, DAY).warnings) == 2, "her age and her card"


def test_the_reader_of_the_settings(tmp_path: Path) -> None:
    desk = bootstrap.found_rehearsal(tmp_path / "home")
    assert bootstrap.read_id_card(desk.settings) == SAMPLE

    def read_with(url: str) -> None:
        bootstrap.read_id_card(replace(desk.settings, devices=Devices(idcard=url)), 0.0)

    with pytest.raises(Refused, match="没有设置"):
        read_with("")
    with pytest.raises(Refused, match="没有身份证"):
        read_with("emulator://sam?fault=no_card")
    with pytest.raises(Fault, match="损坏"):
        read_with("emulator://sam?fault=damaged")
    desk.ledger.close()
