"""A card printer behind the Windows spooler, through Qt: one card drawn into one job; it knows no permit.

The spooler does not say when a card came out, and Qt does not say what became of a job: a card is only ACCEPTED, and
must be read back. Qt is loaded when such a printer is opened, not before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from devices.contracts import (
    CardFaces,
    FaultCode,
    FoundDevice,
    Outcome,
    Picture,
    PrinterFault,
    PrinterState,
    PrintReport,
    Severity,
)
from devices.errors import DeviceError, Missing, NotReached
from devices.languages import card_pdf
from devices.languages.faults import blocking, fault, sentence

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtPrintSupport import QPrinter

OVER = (1016 / 1011.024, 648 / 637.559)
"""How far the master hangs over the card, along and across: drawn to its true size, the edge is cut off."""


class SpoolerPrinter:
    """Implements CardPrinter. `make` gives a new Qt printer for each job, or raises NotReached."""

    def __init__(self, url: str, make: Callable[[], QPrinter], *, duplex: bool = False, keeps: object = None) -> None:
        self._url, self._make, self._duplex = url, make, duplex
        self._keeps = keeps  # Qt ends with the last reference to its application

    @property
    def url(self) -> str:
        """The URL it was opened by."""
        return self._url

    @property
    def answers(self) -> bool:
        """The spooler tells nothing of cards."""
        return False

    def state(self) -> PrinterState:
        """What the spooler says. Raises NotReached."""
        from PySide6.QtPrintSupport import QPrinter

        printer = self._make()
        said = printer.printerState()
        faults: tuple[PrinterFault, ...] = ()
        if said in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
            faults = (fault(FaultCode.LOCKED, said.name, Severity.PRE),)
        elif said is QPrinter.PrinterState.Active:
            faults = (fault(FaultCode.BUSY, said.name),)
        return PrinterState(printer.printerName(), "", ready=blocking(faults) is None, faults=faults)

    def encode(self, faces: CardFaces, name: str) -> bytes:
        """The card as its record, a PDF of its true size (card_pdf); the spooler gets the same pictures. Pure."""
        return card_pdf.encode(faces if self._duplex else CardFaces(faces.front))

    def panels(self, job: bytes) -> int | None:
        """What the driver behind it makes of a card is not known."""
        return None

    def print_card(self, job: bytes, name: str) -> PrintReport:
        """Draw one card, once. Never raises for a fault of the spooler."""
        digest = hashlib.sha256(job).hexdigest()
        try:
            faces = card_pdf.decode(job)
            before = self.state()
            printer = self._make()
        except DeviceError as error:
            code = FaultCode.SYNTAX if error.code == "card_pdf" else FaultCode.OFFLINE
            found = fault(code, severity=Severity.PRE)
            return PrintReport(Outcome.REJECTED, 0, digest, None, None, found, error.sentence)
        found_now = blocking(before.faults)
        if found_now is not None:
            return PrintReport(Outcome.REJECTED, 0, digest, before, before, found_now, sentence(found_now))
        printer.setDocName(name)
        if draw(faces, printer):
            return PrintReport(Outcome.ACCEPTED, len(job), digest, before, None)
        words = "系统打印服务没有接受完这张卡：请到队列里取消作业，再看有没有出卡。"
        return PrintReport(Outcome.UNKNOWN, 0, digest, before, None, fault(FaultCode.OFFLINE, "", Severity.MID), words)

    def close(self) -> None:
        """Nothing is held between two jobs."""


def plugged_in() -> list[FoundDevice]:
    """The printers of the system's list by name; nothing without Qt."""
    try:
        from PySide6.QtGui import QGuiApplication
        from PySide6.QtPrintSupport import QPrinterInfo
    except ImportError:
        return []
    if QGuiApplication.instance() is None:
        return []  # Qt lists printers for a running application only
    names = QPrinterInfo.availablePrinterNames()
    return [FoundDevice(f"spooler://{quote(name, safe='')}", "queue", name) for name in names]


def open_spooler(url: str, name: str, *, duplex: bool = False) -> SpoolerPrinter:
    """The printer of that name in the system's list. Raises Missing without Qt."""
    try:
        from PySide6.QtGui import QGuiApplication
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
    except ImportError as error:
        raise Missing("没有安装图形界面组件（PySide6），不能使用系统打印机。", "qt") from error
    application = QGuiApplication.instance() or QGuiApplication([])

    def make() -> QPrinter:
        known = QPrinterInfo.printerInfo(name)
        if known.isNull():
            raise NotReached(f"系统里没有名为“{name}”的打印机：请安装厂家驱动，或在设置中改选。", "not_found")
        made = QPrinter(known, QPrinter.PrinterMode.HighResolution)
        prepare(made, duplex=duplex)
        return made

    return SpoolerPrinter(url, make, duplex=duplex, keeps=application)


def prepare(printer: QPrinter, *, duplex: bool) -> None:
    """The page of a card: true size, no margins, one copy, nothing fitted."""
    from PySide6.QtCore import QMarginsF, QSizeF
    from PySide6.QtGui import QPageLayout, QPageSize
    from PySide6.QtPrintSupport import QPrinter

    size = QSizeF(card_pdf.WIDTH_MM, card_pdf.HEIGHT_MM)
    page = QPageSize(size, QPageSize.Unit.Millimeter, "CR80", QPageSize.SizeMatchPolicy.ExactMatch)
    layout = QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    printer.setResolution(300)
    printer.setFullPage(True)
    printer.setPageLayout(layout)
    printer.setCopyCount(1)
    printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide if duplex else QPrinter.DuplexMode.DuplexNone)


def draw(faces: CardFaces, printer: QPrinter) -> bool:
    """Draw the faces, one page each, centred at their true size. False when the spooler did not take all of it."""
    from PySide6.QtGui import QPainter

    painter = QPainter()
    if not painter.begin(printer):
        return False
    whole = True
    for place, face in enumerate(one for one in (faces.front, faces.back) if one is not None):
        whole = whole and (place == 0 or printer.newPage())
        _page(painter, printer, face)
    return bool(painter.end()) and whole


def _page(painter: QPainter, printer: QPrinter, face: Picture) -> None:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage

    height, width, _ = face.shape
    image = QImage(face.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    page = printer.pageLayout().paintRectPixels(printer.resolution())
    along, across = page.width() * OVER[0], page.height() * OVER[1]
    target = QRectF((page.width() - along) / 2, (page.height() - across) / 2, along, across)
    painter.drawImage(target, image)
