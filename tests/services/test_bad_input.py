"""Bad input at the counter: each gets a sentence that says what to do, an exit code, and loses nothing.

At the command line the same errors leave as exit codes 1 (Refused) and 2 (Fault): tests/ui/test_cli.py. A missing font
stands in tests/cards/test_fonts.py, a full disk and a truncated file in tests/ledger/test_faults.py, every fault of a
printer in tests/printing.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.catalogue import open_camera
from devices.errors import DeviceError
from station.bootstrap import open_bench, open_desk
from station.clock import FixedClock
from station.domain import card
from station.domain.errors import Fault, Refused
from station.printing.ready import ask
from station.services import capture, companies, evidence, intake
from station.services.desk import Desk
from station.services.intake import WorkerForm
from station.services.people_of_rehearsal import citizen_check
from station.services.printing import load_rehearsal_blanks, press_of, print_card, waiting
from station.services.rehearsal import cast
from tests.stories.acts import Story
from tests.stories.town import Town, found_town
from ui.cli import home as cli_home
from ui.cli.main import main

DAY = date(2026, 3, 2)
CLERK = cast("330100").clerk


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = found_town(tmp_path, DAY)
    yield made
    made.close()


def nothing_is_lost(desk: Desk, before: int) -> None:
    assert desk.ledger.verify().ok
    assert len(desk.ledger.own_after(0, limit=10_000)) == before


FORM = WorkerForm("330102197001010021", "王秀英", ("HOUSEWORK",), "13800001234")
Deed = Callable[[Desk, str], object]
BAD: list[tuple[str, str, Deed]] = [
    ("wrong check digit", "校验位", lambda d, s: enter(d, number="330102197001010022")),
    ("impossible date", "出生日期", lambda d, s: enter(d, number=_checked("33010219700230002"))),
    ("no category", "服务类别", lambda d, s: enter(d, categories=())),
    ("wrong phone", "电话", lambda d, s: enter(d, phone="12345")),
    ("a sign in the name", "不允许", lambda d, s: enter(d, name="王<英>")),
    ("unknown division", "339999", lambda d, s: _company(d, "339999")),
    ("a division of yesterday", "下城区", lambda d, s: _company(d, "330103")),
    ("cover ends before it starts", "早于", lambda d, s: _cover(d, s, DAY, DAY - timedelta(days=1))),
    ("medical of tomorrow", "今天", lambda d, s: _medical(d, s, DAY + timedelta(days=1))),
    ("no picture", "照片", lambda d, s: _photo(d, s, b"not a picture")),
    ("half a picture", "照片", lambda d, s: _photo(d, s, _jpeg()[:400])),
    ("nobody", "没有找到", lambda d, s: d.worker("worker:" + "a" * 24)),
]


def enter(desk: Desk, **wrong: object) -> object:
    return intake.register_worker(desk, dataclasses.replace(FORM, **wrong), actor=CLERK)


def _checked(first17: str) -> str:
    return first17 + citizen_check(first17)


def _company(desk: Desk, division: str) -> object:
    return companies.register(desk, "91330102MA27TE5T2K", "某公司", "某", division, actor=CLERK)


def _cover(desk: Desk, subject: str, first: date, last: date) -> object:
    return evidence.record_insurance(
        desk, subject, policy="P", insurer="人保", first=first, last=last, actor=CLERK
    )


def _medical(desk: Desk, subject: str, day: date) -> object:
    return evidence.record_medical(desk, subject, fit=True, examined_on=day, actor=CLERK)


def _photo(desk: Desk, subject: str, data: bytes) -> object:
    return capture.accept_photo(desk, subject, data, source="file", actor=CLERK)


def _jpeg() -> bytes:
    import io

    out = io.BytesIO()
    Image.fromarray(np.full((441, 358, 3), 200, np.uint8)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(("said", "deed"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_typed_wrong_is_refused_and_changes_nothing(town: Town, said: str, deed: Deed) -> None:
    desk = town.desk
    subject = intake.register_worker(desk, FORM, actor=CLERK).value.subject
    before = len(desk.ledger.own_after(0, limit=10_000))
    with pytest.raises(Refused) as caught:
        deed(desk, subject)
    assert said in caught.value.sentence, caught.value.sentence
    nothing_is_lost(desk, before)


@pytest.fixture
def issued(town: Town) -> Story:
    story = Story(town)
    story.says("照常办到已发放：王秀英，家务服务，金桥家政")
    town.desk.sync()
    return story


def test_a_ribbon_that_is_out_prints_nothing_and_spends_nothing(issued: Story) -> None:
    desk = issued.town.desk
    tray = (desk.settings.home / "tray").as_posix()
    url = f"emulator://evolis?profile=evolis-primacy&ribbon=0&cards=10&tray={tray}"
    bench = open_bench(desk.settings, printer=url)
    load_rehearsal_blanks(desk, bench, actor=CLERK)
    order = waiting(desk.worker(issued.subject), issued.number)
    assert order is not None
    with pytest.raises((Refused, Fault)) as caught:
        print_card(press_of(desk, bench, actor=CLERK), order, actor=CLERK)
    assert "色带" in str(caught.value)
    again = waiting(desk.worker(issued.subject), issued.number)
    assert again == order, "the same attempt may be printed once there is a ribbon"
    assert desk.ledger.verify().ok


def test_a_code_of_something_else_never_activates(issued: Story, tmp_path: Path) -> None:
    desk, still = issued.town.desk, tmp_path / "frame.png"
    import zxingcpp

    code = zxingcpp.create_barcode("https://example.com/", zxingcpp.BarcodeFormat.QRCodeModel2)
    Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code, scale=8))).convert("RGB").save(still)
    bench = open_bench(desk.settings)
    load_rehearsal_blanks(desk, bench, actor=CLERK)
    strange = dataclasses.replace(bench, camera=open_camera(f"stills://{still.as_posix()}"))
    order = waiting(desk.worker(issued.subject), issued.number)
    assert order is not None
    done = print_card(press_of(desk, strange, actor=CLERK), order, actor=CLERK).value
    assert not done.active
    piece = desk.worker(issued.subject).cards[issued.number, 1]
    assert piece.state in (card.State.DOUBTFUL, card.State.SENT)
    assert desk.ledger.verify().ok


@pytest.mark.parametrize("url", ["webcam://63", "stills:///no/such/folder"])
def test_no_camera_is_a_sentence(url: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_camera(url).frame()
    assert "摄像头" in caught.value.sentence or "图片" in caught.value.sentence or "文件" in caught.value.sentence


def test_no_printer_is_a_sentence(town: Town) -> None:
    with pytest.raises(Refused, match="打印机"):
        open_bench(dataclasses.replace(town.desk.settings, devices=type(town.desk.settings.devices)()))
    bench = open_bench(town.desk.settings, printer="serial:///dev/no-such-port?profile=evolis-primacy")
    with pytest.raises(Fault) as caught:
        ask(bench.printer)
    assert "检查连接" in caught.value.sentence


def test_a_clock_behind_the_newest_fact_writes_nothing(town: Town, tmp_path: Path) -> None:
    desk = town.desk
    intake.register_worker(desk, FORM, actor=CLERK)
    before = len(desk.ledger.own_after(0, limit=100))
    town.clock.advance(-3_600)
    with pytest.raises(Fault) as caught:
        intake.register_worker(desk, dataclasses.replace(FORM, phone="13900001234"), actor=CLERK)
    assert caught.value.code == "clock_behind"
    assert "校准" in caught.value.remedy
    nothing_is_lost(desk, before)
    town.clock.advance(3_600)
    intake.register_worker(desk, dataclasses.replace(FORM, phone="13900001234"), actor=CLERK)


def _at_the_prompt(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str]:
    code = main([*argv, "--json"])
    return code, json.loads(capsys.readouterr().out)["error"]["sentence"]


@pytest.mark.parametrize("damage", [b"garbage" * 1_000, b"", b"SQLite format 3\x00" + b"\x00" * 5_000])
def test_a_corrupted_ledger_says_so_at_the_prompt(
    town: Town, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    home = town.desk.settings.home
    town.desk.ledger.close()
    kept = (home / "ledger.sqlite").read_bytes()
    (home / "ledger.sqlite").write_bytes(damage)
    for suffix in ("-wal", "-shm"):
        (home / f"ledger.sqlite{suffix}").unlink(missing_ok=True)
    code, sentence = _at_the_prompt(capsys, "audit", "verify", "--home", str(home))
    assert code == 2
    assert "台账" in sentence
    assert (home / "ledger.sqlite").read_bytes() == damage, "what is left is not touched"
    (home / "ledger.sqlite").write_bytes(kept)
    cli_home._desk.cache_clear()
    assert open_desk(home, FixedClock.on(DAY)).ledger.verify().ok
