"""Ctrl+P: the papers of the worker in hand, seen before they are printed: on the queue, as PDF, on narrow paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from devices.contracts import PaperPrinter
from station.documents.kinds import KINDS, Paper, fill
from station.documents.sheet import paint, picture_of, write_pdf
from station.domain.errors import Fault
from station.paper import open_paper_printer
from station.services import slips
from station.services.desk import Done
from station.services.looking import Opened, look
from ui.desktop import text_papers as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import label

SHEET = (460, 650)


class PaperDialog(QDialog):
    """Left the page as it will be printed, right which paper and which printer. F9 prints; F6, F7 on narrow paper."""

    def __init__(self, counter: Counter, parent: QWidget) -> None:
        super().__init__(parent)
        self.counter = counter
        self.paper: Paper | None = None
        self.setObjectName("page")
        self.setWindowTitle(text.TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 14, 20, 14)
        row.setSpacing(20)
        self.sheet = QLabel(text.PREVIEW)
        self.sheet.setFixedSize(*SHEET)
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheet.setAccessibleName(text.PREVIEW)
        row.addWidget(self.sheet)
        row.addLayout(self._side(), 1)
        QShortcut(QKeySequence("F9"), self, self.send)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save)
        QShortcut(QKeySequence("F6"), self, self.slip)
        QShortcut(QKeySequence("F7"), self, self.envelope)
        self.kind.setFocus()
        self.show_kind()

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.addWidget(label(text.TITLE, "title"))
        self.kind = _combo(text.KIND)
        for kind, title in KINDS.items():
            self.kind.addItem(title, kind)
        self.kind.setCurrentIndex(self.kind.findData(self.counter.paper.kind))
        self.kind.currentIndexChanged.connect(self.show_kind)
        self.printer = _combo(text.PRINTER)
        names = [info.printerName() for info in QPrinterInfo.availablePrinters()]
        for name in names:
            self.printer.addItem(name, name)
        if not names:
            self.printer.addItem(text.NO_PRINTER, "")
        self.printer.setCurrentIndex(max(0, self.printer.findData(QPrinterInfo.defaultPrinterName())))
        for words, combo in ((text.KIND, self.kind), (text.PRINTER, self.printer)):
            side.addWidget(label(words, "label"))
            side.addWidget(combo)
        self.sentence = label("", "sentence", wrap=True)
        self.sentence.setMinimumWidth(430)
        side.addWidget(self.sentence)
        side.addStretch(1)
        self.address = QLineEdit()
        self.address.setPlaceholderText(text.ADDRESS)
        self.address.setAccessibleName(text.ADDRESS)
        side.addWidget(self.address)
        self.slips, self.envelopes = QPushButton(text.NO_SLIP), QPushButton(text.ENVELOPE)
        self.slips.clicked.connect(self.slip)
        self.envelopes.clicked.connect(self.envelope)
        narrow = QHBoxLayout()
        narrow.addWidget(self.slips)
        narrow.addWidget(self.envelopes)
        side.addLayout(narrow)
        self.prints, self.saves, self.shuts = (QPushButton(words) for words in (text.PRINT, text.SAVE, text.CLOSE))
        self.prints.setObjectName("primary")
        for button, act in ((self.prints, self.send), (self.saves, self.save), (self.shuts, self.reject)):
            button.clicked.connect(act)
            side.addWidget(button)
        return side

    def show_kind(self) -> None:
        """Fill in the chosen paper and show its first page, or why it cannot be made yet."""
        desk, wish, kind = self.counter.desk, self.counter.paper, str(self.kind.currentData())
        clerk = self.counter.clerk

        def work() -> tuple[Paper, Any]:
            look(desk, wish.subjects, Opened.PAPER, actor=clerk)
            paper = fill(desk, kind, wish.subjects[0], collector=wish.collector, subjects=wish.subjects)
            return paper, picture_of(paper)

        self.paper = None
        self.slips.setText(text.SLIP.get(kind, text.NO_SLIP))
        for widget in (self.address, self.envelopes):
            widget.setVisible(kind == "handover")
        self._ready(False)
        self.counter.operations.run(Lane.LEDGER, work, self._show, self._trouble)

    def _show(self, made: tuple[Paper, Any]) -> None:
        self.paper, picture = made
        smooth = Qt.TransformationMode.SmoothTransformation
        self.sheet.setPixmap(QPixmap.fromImage(picture).scaled(*SHEET, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        self.sentence.setText("")
        self._ready(True)

    def _ready(self, ready: bool) -> None:
        self.prints.setEnabled(ready and bool(self.printer.currentData()))
        self.saves.setEnabled(ready)
        self.slips.setEnabled(ready and str(self.kind.currentData()) in text.SLIP)
        self.envelopes.setEnabled(ready)

    def _trouble(self, trouble: Trouble) -> None:
        self.sheet.setPixmap(QPixmap())
        self.sheet.setText(trouble.sentence)
        self.sheet.setWordWrap(True)
        self.sentence.setText(trouble.text)

    def send(self) -> None:
        """To the system's queue, which keeps it when the printer is off."""
        if self.paper is None or not self.prints.isEnabled():
            return
        name = str(self.printer.currentData())
        device = QPrinter(QPrinter.PrinterMode.HighResolution)
        device.setPrinterName(name)
        device.setDocName(self.paper.title)
        try:
            pages = paint(self.paper, device)
        except Fault:
            self.sentence.setText(text.NOT_PRINTED)
            return
        self.sentence.setText(text.PRINTED.format(printer=name, pages=pages))

    def slip(self) -> None:
        """The receipt or the hand-over slip, on the receipt printer."""
        subjects, desk, clerk = self.counter.paper.subjects, self.counter.desk, self.counter.clerk
        if not self.slips.isEnabled():
            return
        if self.kind.currentData() == "receipt":
            self._narrow(lambda printer: slips.receipt(desk, subjects[0], printer, actor=clerk), label=False)
        else:
            self._narrow(lambda printer: slips.hand_over(desk, subjects, printer, actor=clerk), label=False)

    def envelope(self) -> None:
        """The label of the envelope for this pile, on the label printer."""
        if self.envelopes.isVisible() and self.envelopes.isEnabled():
            subjects, desk, clerk = self.counter.paper.subjects, self.counter.desk, self.counter.clerk
            address = self.address.text()
            self._narrow(
                lambda printer: slips.envelope(desk, subjects, printer, address=address, actor=clerk), label=True
            )

    def _narrow(self, act: Callable[[PaperPrinter], Done[slips.Printed]], *, label: bool) -> None:
        settings = self.counter.desk.settings

        def work() -> slips.Printed:
            printer = open_paper_printer(settings, label=label)
            try:
                return act(printer).value
            finally:
                printer.close()

        def then(done: slips.Printed) -> None:
            self._ready(True)
            self.sentence.setText(text.SLIPPED.format(number=done.number, pieces=done.pieces))

        def otherwise(trouble: Trouble) -> None:
            self._ready(True)
            self.sentence.setText(trouble.text)

        self._ready(False)
        self.sentence.setText(text.SLIPPING)
        self.counter.operations.run(Lane.DEVICE, work, then, otherwise)

    def save(self) -> None:
        """Ask for a name and write the PDF there."""
        if self.paper is None:
            return
        name, _ = QFileDialog.getSaveFileName(self, text.SAVE, f"{self.paper.title}.pdf", text.FILTER)
        if name:
            self.write(Path(name))

    def write(self, out: Path) -> None:
        """The paper as a PDF under that name."""
        paper = self.paper
        if paper is not None:
            said = text.SAVED.format(name=out.name)
            done = self.counter.operations
            done.run(Lane.LEDGER, lambda: write_pdf(paper, out), lambda _: self.sentence.setText(said), self._trouble)


def _combo(words: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(words)
    return combo
