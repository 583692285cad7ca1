"""Slips at the counter, on emulated printers: what stands on them, running numbers, faults as sentences, stickers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.catalogue import open_reader
from devices.contracts import PaperPrinter
from station.cards import slips as drawing
from station.domain.card import State
from station.domain.errors import Fault, Refused
from station.paper import open_paper_printer, open_sticker_bench
from station.printing.machine import NotReady
from station.printing.settle import Word
from station.services import pile, printing, slips, stock, supervising
from station.services.bench import Bench
from station.services.desk import Desk
from station.settings import Devices, Settings
from station.trust.token import Token, parse, parse_scan
from tests.services.house import STAFF, House

ESCPOS = "emulator://escpos?profile=escpos-80"


def label_of(house: House) -> str:
    return f"emulator://zpl?profile=zpl-203&tray={(house.home / 'labels').as_posix()}"


@contextmanager
def paper(house: House, fault: str = "", *, label: bool = False) -> Iterator[PaperPrinter]:
    url = label_of(house) if label else f"{ESCPOS}&tray={(house.home / 'slips').as_posix()}"
    printer = open_paper_printer(house.desk.settings, label=label, printer=f"{url}&fault={fault}")
    try:
        yield printer
    finally:
        printer.close()


@contextmanager
def stickers(house: House, fault: str = "", *, url: str = "") -> Iterator[Bench]:
    named = url or label_of(house)
    bench = open_sticker_bench(house.desk.settings, printer=f"{named}&fault={fault}")
    try:
        printing.load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        yield bench
    finally:
        bench.printer.close()
        assert bench.camera is not None
        bench.camera.close()


def laid(house: House, tray: str = "slips") -> list[Path]:
    return sorted((house.home / tray).glob("slip_*.png"))


def parts_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that was drawn since, in order."""
    drawn: list[str] = []
    real = drawing.draw

    def spy(slip: drawing.Slip, width: int, dpi: int) -> object:
        for part in slip.parts:
            drawn.extend([part.text] if isinstance(part, drawing.Words) else [])
            drawn.extend([f"{part.label}={part.value}"] if isinstance(part, drawing.Pair) else [])
        return real(slip, width, dpi)

    monkeypatch.setattr(drawing, "draw", spy)
    return drawn


def printed(house: House, n: int) -> None:
    with house.bench() as bench:
        printing.load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        worker = house.workers[n]
        order = printing.waiting(house.desk.worker(worker.subject), worker.number)
        assert order is not None
        press = printing.press_of(house.desk, bench, actor=STAFF.clerk)
        assert printing.print_card(press, order, actor=STAFF.clerk).value.active


# --- receipts


def test_a_receipt_names_the_papers_and_when_they_are_answered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = parts_of(monkeypatch)
    subject = house.workers[0].subject
    with paper(house) as printer:
        first = slips.receipt(house.desk, subject, printer, actor=STAFF.clerk).value
        second = slips.receipt(house.desk, subject, printer, actor=STAFF.clerk).value
    assert (first, second) == (slips.Printed("2026-00001", 1), slips.Printed("2026-00002", 1))
    assert len(laid(house)) == 2
    person = house.desk.worker(subject).person
    assert person is not None
    assert drawn[0] == "演练 · 无效"
    papers = house.desk.worker(subject).applications
    due = next(iter(papers.values())).due
    assert {"凭条号=2026-00001", f"姓名={person.name}", f"办结期限={due:%Y年%m月%d日}前"} <= set(drawn)
    listed = [text.split(". ")[1] for text in drawn if text[:1].isdigit()]
    assert listed[: len(listed) // 2] == [
        "居民身份证", "办证申领表", "办证授权认定书", "本人照片", "信用信息授权书", "体检合格证明", "保险单",
        "培训证书",
    ]  # fmt: skip


def test_there_is_no_receipt_before_acceptance(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = house.desk
    record = desk.worker(house.workers[0].subject)
    early = dataclasses.replace(next(iter(record.applications.values())), accepted_on=None)
    record.applications[early.id] = early
    monkeypatch.setattr(Desk, "worker", lambda self, subject: record)
    with paper(house) as printer, pytest.raises(Refused) as no:
        slips.receipt(desk, record.subject, printer, actor=STAFF.clerk)
    assert no.value.code == "not_accepted"
    record.person = None
    with paper(house) as printer, pytest.raises(Refused) as no:
        slips.receipt(desk, record.subject, printer, actor=STAFF.clerk)
    assert no.value.code == "no_person"
    assert laid(house) == []


@pytest.mark.parametrize(
    ("fault", "code", "said", "lying"),
    [
        ("paper_end@1", "feeder_empty", "没有打印。单据打印机没纸了", 0),
        ("cover_open@1", "cover_open", "没有打印。单据打印机的盖子开着", 0),
        ("gone@1", "offline", "没有打印。", 0),
        ("mute@1", "offline", "没有打印。", 0),
        ("paper_end_inside@1", "feeder_empty", "可能没有打完。单据打印机没纸了", 1),
        ("unplug@1", "offline", "可能没有打完。", 0),
    ],
)
def test_a_fault_is_a_sentence_with_the_number(house: House, fault: str, code: str, said: str, lying: int) -> None:
    with paper(house, fault) as printer, pytest.raises(Fault) as no:
        slips.receipt(house.desk, house.workers[0].subject, printer, actor=STAFF.clerk)
    assert no.value.code == code
    assert said in no.value.sentence
    assert "2026-00001" in no.value.sentence
    assert "换一个编号" in no.value.remedy
    assert len(laid(house)) == lying
    with paper(house) as printer:
        assert slips.receipt(house.desk, house.workers[0].subject, printer, actor=STAFF.clerk).value.number == (
            "2026-00002"
        )


def test_a_number_is_never_given_twice_and_a_restored_station_says_so(house: House) -> None:
    numbers = [slips.next_number(house.desk) for _ in range(3)]
    assert numbers == ["2026-00001", "2026-00002", "2026-00003"]
    house.desk.ledger.begin_epoch(2)
    assert slips.next_number(house.desk) == "2026-2-00001"


def test_who_may_not_and_which_printer(house: House) -> None:
    with paper(house) as printer:
        for act in (slips.receipt, slips.hand_over, slips.envelope):
            with pytest.raises(Refused) as no:
                act(house.desk, house.workers[0].subject, printer, actor=STAFF.handler)  # type: ignore[operator]
            assert no.value.code == "not_allowed"
    settings = house.desk.settings

    def having(**urls: str) -> Settings:
        return dataclasses.replace(settings, devices=Devices(**urls))

    assert open_paper_printer(having(slip=ESCPOS), label=True).width == 576
    assert open_paper_printer(having(label=f"{ESCPOS[:-2]}58")).width == 384
    for open_it in (open_paper_printer, open_sticker_bench):
        with pytest.raises(Refused):
            open_it(having())
        with pytest.raises(Fault, match=r"station\.toml"):
            open_it(having(label="fax://1"))


# --- what goes with a company's cards


def test_the_hand_over_slip_lists_the_pile(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = parts_of(monkeypatch)
    first, second = house.workers[:2]
    printed(house, 0)
    supervising.hand_to_company(house.desk, first.subject, first.number, 1, collector="李经办", actor=STAFF.clerk)
    with paper(house) as printer:
        done = slips.hand_over(house.desk, [first.subject], printer, actor=STAFF.clerk).value
        with pytest.raises(Refused) as no:
            slips.hand_over(house.desk, [first.subject, second.subject], printer, actor=STAFF.clerk)
    assert done == slips.Printed("2026-00001", 1)
    assert no.value.code == "no_active_card"
    assert any(text.startswith(f"{first.number}=") for text in drawn)
    assert "本单合计=1 张" in drawn


def test_a_long_pile_goes_on_several_slips(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = parts_of(monkeypatch)
    lines = tuple(pile.PileLine("张三", f"33010220260{n:05d}", 1, False) for n in range(150))
    monkeypatch.setattr(slips, "pile_of", lambda desk, subjects: pile.Pile("x", "金桥家政", lines))
    with paper(house) as printer:
        done = slips.hand_over(house.desk, ["x"], printer, actor=STAFF.clerk).value
        assert done.pieces == len(laid(house)) == 3
    assert [text for text in drawn if text.startswith("交接单号")] == [
        f"交接单号=2026-00001（{n}/3）" for n in (1, 2, 3)
    ]
    with paper(house, "paper_end_inside@5") as printer, pytest.raises(Fault, match="2026-00002 的第 2 张 可能没有打完"):
        slips.hand_over(house.desk, ["x"], printer, actor=STAFF.clerk)


def test_the_envelope_names_the_company_and_no_worker(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = parts_of(monkeypatch)
    worker = house.workers[0]
    printed(house, 0)
    with paper(house, label=True) as printer:
        slips.envelope(house.desk, [worker.subject], printer, address=" 文三路 1 号 ", actor=STAFF.clerk)
        slips.envelope(house.desk, [worker.subject], printer, actor=STAFF.clerk)
    assert len(laid(house, "labels")) == 2
    person = house.desk.worker(worker.subject).person
    assert person is not None and person.name is not None
    assert not any(person.name in text or worker.number in text for text in drawn)
    assert "文三路 1 号" in drawn
    assert "内装证卡=1 张" in drawn


def test_the_pile_of_a_batch(house: House) -> None:
    with pytest.raises(Refused) as no:
        pile.of_batch(house.desk, "L-1")
    assert no.value.code == "no_active_card"


# --- the sticker


def order_of(house: House, n: int = 0) -> printing.Order:
    worker = house.workers[n]
    order = printing.waiting(house.desk.worker(worker.subject), worker.number)
    assert order is not None
    return order


@pytest.mark.parametrize("url", ["", "zpl-300", "escpos-80", "escpos-58"])
def test_a_sticker_is_a_print_attempt_that_the_camera_settles(house: House, url: str) -> None:
    place = (house.home / "labels").as_posix()
    named = f"emulator://{url.split('-')[0]}?profile={url}&tray={place}" if url else ""
    with stickers(house, url=named) as bench:
        press = printing.press_of(house.desk, bench, actor=STAFF.clerk)
        done = printing.print_card(press, order_of(house), actor=STAFF.clerk).value
        assert done.active
    (lying,) = laid(house, "labels")
    with Image.open(lying) as image:
        seen = np.asarray(image.convert("RGB"))
    (read,) = open_reader().read(seen)
    signed = house.desk.worker(done.order.subject).tokens[done.order.number, 1]
    read_as, signed_as = parse_scan(read.text, (house.desk.settings.city.url_prefix,)), parse(signed.token)
    assert isinstance(read_as, Token) and isinstance(signed_as, Token)
    assert read_as.body == signed_as.body


def test_the_card_that_follows_replaces_the_sticker(house: House) -> None:
    worker = house.workers[0]
    with stickers(house) as bench:
        press = printing.press_of(house.desk, bench, actor=STAFF.clerk)
        assert printing.print_card(press, order_of(house), actor=STAFF.clerk).value.active
        with pytest.raises(Refused) as no:  # its bytes have left: never again
            printing.print_card(press, printing.Order(worker.subject, worker.number, 1), actor=STAFF.clerk)
        assert no.value.code == "token_already_sent"
    assert len(laid(house, "labels")) == 1
    supervising.reissue(house.desk, worker.subject, worker.number, reason="STICKER", actor=STAFF.supervisor)
    house.desk.sync()
    printed(house, 0)
    cards = house.desk.worker(worker.subject).cards
    assert [cards[worker.number, n].state for n in (1, 2)] == [State.REPLACED, State.ACTIVE]


def test_a_sticker_that_may_not_have_come_out_is_looked_for_and_never_sent_again(house: House) -> None:
    with stickers(house, "unplug@1") as bench:
        press = dataclasses.replace(printing.press_of(house.desk, bench, actor=STAFF.clerk), seconds=0.1)
        order = order_of(house)
        assert printing.print_card(press, order, actor=STAFF.clerk).value.card.state is State.DOUBTFUL
        with pytest.raises(NotReady) as no:
            printing.print_card(press, order_of(house, 1), actor=STAFF.clerk)
        assert no.value.code == "card_unsettled"
        settled = printing.settle_left(press, word=Word.NOTHING, subject=order.subject, actor=STAFF.clerk).value
        assert [one.card.state for one in settled] == [State.VOIDED]
        again = printing.next_attempt(house.desk, order.subject, order.number, actor=STAFF.clerk).value
        house.desk.sync()
        assert again.issue_number == 2
        assert printing.print_card(press, again, actor=STAFF.clerk).value.active


def test_a_printer_without_paper_takes_no_sticker_and_says_so_in_words_for_paper(house: House) -> None:
    with stickers(house) as bench:  # blanks are loaded while it can still say so
        assert stock.packs(house.desk)[-1].remaining > 0
    named = f"{label_of(house)}&fault=paper_end@1"
    bench = open_sticker_bench(house.desk.settings, printer=named)
    press = printing.press_of(house.desk, bench, actor=STAFF.clerk)
    with pytest.raises(Fault, match="请换一卷纸"):
        printing.print_card(press, order_of(house), actor=STAFF.clerk)
    assert house.desk.worker(order_of(house).subject).cards[order_of(house).number, 1].state is State.ASKED


def test_what_does_not_fit_or_read_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from station.services import stickers as making

    with pytest.raises(Refused) as no:
        making.in_corner(np.zeros((700, 100, 3), np.uint8))
    assert no.value.code == "sticker_size"
    with stickers(house) as bench:
        assert bench.label is not None
        blank = making.in_corner(np.full((9, 9, 3), 255, np.uint8))
        with pytest.raises(Refused) as no:
            making.prove(blank, "x", bench.reader, bench.label)
        assert no.value.code == "sticker_unreadable"
        with pytest.raises(Fault):
            press = printing.press_of(house.desk, bench, actor=STAFF.clerk)
            nothing = dataclasses.replace(press, compose=lambda order, token: blank, prove=lambda faces, token: None)
            printing.print_card(nothing, order_of(house), actor=STAFF.clerk)
