"""A card drawn through Qt: its size on the page, its code, and what a spooler that refuses is reported as."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from devices import bench, catalogue
from devices.contracts import FaultCode, Outcome
from devices.errors import NotReached
from devices.languages import card_pdf
from devices.printers.spooler import SpoolerPrinter, draw, prepare
from tests.devices.pictures import FACES

pytestmark = pytest.mark.usefixtures("qapp")


def into(path: Path, *, duplex: bool = False) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    prepare(printer, duplex=duplex)
    return printer


def test_the_page_is_the_card(tmp_path: Path) -> None:
    printer = into(tmp_path / "a.pdf")
    page = printer.pageLayout().paintRectPixels(300)
    assert (page.width(), page.height()) == (1012, 637)
    assert printer.copyCount() == 1


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_a_drawn_card_measures_right_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "card.pdf"
    printer = SpoolerPrinter("spooler://x", lambda: into(path, duplex=True), duplex=True)
    job = printer.encode(bench.test_card(), "x")
    report = printer.print_card(job, "card")
    assert (report.outcome, report.bytes_sent, printer.answers) == (Outcome.ACCEPTED, len(job), False)
    printer.close()
    told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
    width, height = (float(word) * 25.4 / 72 for word in told.split("Page size:")[1].split()[0:3:2])
    assert abs(width - 85.60) <= 0.2
    assert abs(height - 53.98) <= 0.2
    subprocess.run(["pdftoppm", "-r", "300", "-png", str(path), str(tmp_path / "page")], check=True)
    pages = [np.asarray(Image.open(one).convert("RGB")) for one in sorted(tmp_path.glob("page*.png"))]
    assert [[code.text for code in zxingcpp.read_barcodes(page)] for page in pages] == [
        [bench.TEST_TEXT],
        [bench.TEST_TEXT + " BACK"],
    ]
    (code,) = zxingcpp.read_barcodes(pages[0])
    (master,) = zxingcpp.read_barcodes(bench.test_card().front)
    side = code.position.top_right.x - code.position.top_left.x
    assert abs(side - (master.position.top_right.x - master.position.top_left.x)) <= 2


def test_what_the_spooler_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> QPrinter:
        raise NotReached("没有。", "not_found")

    lost = SpoolerPrinter("spooler://x", gone)
    report = lost.print_card(lost.encode(FACES, "x"), "x")
    assert (report.outcome, report.fault and report.fault.code) == (Outcome.REJECTED, FaultCode.OFFLINE)
    assert card_pdf.decode(lost.encode(FACES, "x")).back is None
    report = lost.print_card(b"?", "x")
    assert (report.outcome, report.fault and report.fault.code) == (Outcome.REJECTED, FaultCode.SYNTAX)
    nowhere = SpoolerPrinter("spooler://x", lambda: into(tmp_path / "none" / "x.pdf"))
    assert nowhere.print_card(nowhere.encode(FACES, "x"), "x").outcome is Outcome.UNKNOWN
    for said, code in ((QPrinter.PrinterState.Error, FaultCode.LOCKED), (QPrinter.PrinterState.Active, FaultCode.BUSY)):
        monkeypatch.setattr(QPrinter, "printerState", lambda _, said=said: said)
        report = nowhere.print_card(nowhere.encode(FACES, "x"), "x")
        assert (report.outcome, report.fault and report.fault.code) == (Outcome.REJECTED, code)
    assert not draw(FACES, into(tmp_path / "none" / "y.pdf"))


def test_windows_lists_its_printers_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Card Printer #1", "证卡机"])
    monkeypatch.setattr(catalogue.sys, "platform", "win32")
    monkeypatch.setattr("devices.cameras.cameras.plugged_in", list)
    listed = [one for one in catalogue.list_devices() if one.kind == "queue"]
    assert [one.name for one in listed] == ["Card Printer #1", "证卡机"]
    for one in listed:
        with pytest.raises(NotReached, match=one.name):
            catalogue.open_printer(one.url).state()


def test_a_printer_that_the_system_does_not_know() -> None:
    printer = catalogue.open_printer("spooler://Nobody%20Knows?sides=2")
    assert printer.url == "spooler://Nobody%20Knows?sides=2"
    with pytest.raises(NotReached, match="Nobody Knows"):
        printer.state()
