"""The report of a run in a dialog: figures, every attempt; kept as a file, as is the hand-over sheet, and opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.services import batch_report
from station.services.batch_report import Report
from ui import batch_books
from ui.desktop import text_batch as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import label
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.lines import TableLine
from ui.text_batch import REPORT_COLUMNS

FILTER = "*.xlsx"


class ReportDialog(QDialog):
    """One run. Ctrl+S keeps the report, Ctrl+J the hand-over sheet, Ctrl+O opens what was kept last."""

    def __init__(self, counter: Counter, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.counter, self.name = counter, name
        self.kept: Path | None = None
        self.setObjectName("page")
        self.setWindowTitle(text.REPORT_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1180, 600)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 16, 22, 16)
        column.setSpacing(10)
        column.addWidget(label(text.REPORT_TITLE, "title"))
        self.figures = label("", "sentence", wrap=True)
        column.addWidget(self.figures)
        self.lines = LinesView(text.REPORT_TITLE, REPORT_COLUMNS, text.REPORT_WIDTHS)
        column.addWidget(self.lines, 1)
        self.sentence = label("", "sentence", wrap=True)
        column.addWidget(self.sentence)
        row = QHBoxLayout()
        self.buttons: dict[str, QPushButton] = {}
        for key, said, act in (
            ("Ctrl+S", text.REPORT_SAVE, self.save_report),
            ("Ctrl+J", text.SHEET_SAVE, self.save_sheet),
            ("Ctrl+O", text.OPEN, self.open_kept),
            ("", text.SHUT, self.reject),
        ):
            button = self.buttons[key] = QPushButton(said)
            button.clicked.connect(lambda _, act=act: act())
            row.addWidget(button)
            if key:
                QShortcut(QKeySequence(key), self, act)
        row.addStretch(1)
        column.addLayout(row)
        self.buttons["Ctrl+O"].setEnabled(False)
        self.lines.setFocus()
        desk = counter.desk
        self._run(lambda: batch_report.report(desk, name), self._show)

    def _show(self, made: Report) -> None:
        self.figures.setText("\n".join(batch_books.figures(made)))
        rows = enumerate(batch_books.attempts(made))
        self.lines.show_lines([TableLine(str(at), cells) for at, cells in rows])

    def save_report(self) -> None:
        """Every attempt; nobody's name stands in it."""
        desk, name = self.counter.desk, self.name
        self._keep(text.REPORT_NAME, lambda path: batch_books.save_report(batch_report.report(desk, name), path))

    def save_sheet(self) -> None:
        """The sheet that goes with the cards; it names people."""
        desk, name = self.counter.desk, self.name
        self._keep(text.SHEET_NAME, lambda path: batch_books.save_sheet(batch_report.hand_over(desk, name), path))

    def open_kept(self) -> None:
        """With whatever opens such files here."""
        if self.kept is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.kept)))

    def _keep(self, called: str, write: Callable[[Path], None]) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, text.REPORT_TITLE, called.format(batch=self.name), FILTER)
        if not chosen:
            return
        path = Path(chosen)

        def then(_: Any) -> None:
            self.kept = path
            self.buttons["Ctrl+O"].setEnabled(True)
            self.sentence.setText(text.SAVED.format(name=path.name))

        self._run(lambda: write(path), then)

    def _run(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        def otherwise(trouble: Trouble) -> None:
            self.sentence.setText(trouble.text)

        self.counter.operations.run(Lane.LEDGER, work, then, otherwise)
