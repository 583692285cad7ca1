"""Receipts, hand-over slips, envelope labels and the sticker: black in whole dots, inside the paper, and readable."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from devices.catalogue import open_slip_printer
from devices.contracts import Outcome
from station.cards import slips
from station.cards.qr import Symbol
from station.domain.errors import Refused

DAY = date(2026, 11, 23)
SYMBOL = Symbol(8, "Q", 5)
URL = "https://axm.example.cn/" + "1" * 191
LONG = "阿卜杜热合曼·买买提依明·图尔荪江" * 3
SLIPS = {
    "receipt": slips.receipt("SJ-1", DAY, LONG, ["身份证正反面", LONG], "杭州市上城区发证站", "0571-00000000"),
    "hand_over": slips.hand_over("JJ-1", DAY, LONG, [("3301022026000001", "张三"), ("3301022026000002", LONG)], "站点"),
    "envelope": slips.envelope("BQ-1", LONG, LONG, "13800000000", "杭州发证站", 30),
    "sticker": slips.sticker("张三", "3301022026000001", DAY, URL, SYMBOL, "杭州发证站"),
}


@pytest.mark.parametrize("kind", SLIPS)
@pytest.mark.parametrize(("width", "dpi"), [(384, 203), (576, 203), (1248, 300)])
def test_every_slip_fits_every_paper(kind: str, width: int, dpi: int) -> None:
    picture = slips.draw(SLIPS[kind], width, dpi)
    assert picture.shape[1:] == (width, 3)
    assert set(np.unique(picture)) == {0, 255}
    dark = (picture == 0).all(axis=2)
    rules = dark.all(axis=1)
    assert not dark[~rules][:, : int(width * 0.02)].any(), "nothing but rules touches the edge"
    assert not dark[~rules][:, -int(width * 0.02) :].any()
    assert dark.sum() > 500


@pytest.mark.parametrize(("profile", "speaks"), [("zpl-203", "zpl"), ("escpos-80", "escpos"), ("escpos-58", "escpos")])
def test_the_sticker_reads_back_from_what_was_printed(profile: str, speaks: str, tmp_path: Path) -> None:
    printer = open_slip_printer(f"emulator://{speaks}?profile={profile}&tray={tmp_path}")
    picture = slips.draw(SLIPS["sticker"], printer.width, printer.profile.dpi)
    assert printer.print_slip(picture).outcome is Outcome.ACCEPTED
    with Image.open(tmp_path / "slip_0001.png") as image:
        seen = np.asarray(image.convert("RGB"))
    assert (seen == picture).all()
    assert [code.text for code in zxingcpp.read_barcodes(seen)] == [URL]


def test_rules_and_what_does_not_fit() -> None:
    whole = slips.draw(slips.Slip((slips.Rule(),)), 384, 203)
    torn = slips.draw(slips.Slip((slips.Rule(dashed=True),)), 384, 203)
    assert (whole == 0).sum() == 3 * (torn == 0).sum()
    with pytest.raises(Refused, match="太长"):
        slips.draw(slips.Slip((slips.Words("长" * 900),)), 384, 203)
    with pytest.raises(Refused, match="太窄"):
        slips.draw(slips.Slip((slips.Code(URL, SYMBOL),)), 104, 203)
