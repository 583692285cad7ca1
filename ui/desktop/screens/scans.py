"""The scans of one worker's papers: which paper, when, by whom, and the page itself. Nothing is written to disk."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from station.services.capture import read_picture
from station.services.looking import Opened, look
from station.services.scans import Scan, scan_data, scans_of
from ui.desktop import text_papers as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import label
from ui.desktop.widgets.picture import PictureView
from ui.words import moment


class ScansDialog(QDialog):
    """Left the list, right the page; arrows choose."""

    def __init__(self, counter: Counter, parent: QWidget) -> None:
        super().__init__(parent)
        self.counter, self.subject = counter, counter.subject
        self.setObjectName("page")
        self.setWindowTitle(text.SCANS)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1100, 640)
        row = QHBoxLayout(self)
        side = QVBoxLayout()
        side.addWidget(label(text.SCANS, "title"))
        self.list = QListWidget()
        self.list.setAccessibleName(text.SCANS)
        self.list.setFixedWidth(400)
        self.list.currentRowChanged.connect(self._chosen)
        side.addWidget(self.list, 1)
        self.sentence = label("", "sentence", wrap=True)
        self.sentence.setFixedWidth(400)
        side.addWidget(self.sentence)
        side.addWidget(label(text.CLOSE, "hint"))
        row.addLayout(side)
        self.page = PictureView(text.PREVIEW)
        row.addWidget(self.page, 1)
        self.scans: list[Scan] = []
        desk, subject, clerk = counter.desk, self.subject, counter.clerk

        def work() -> list[Scan]:
            look(desk, [subject], Opened.SCANS, actor=clerk)
            return scans_of(desk, subject)

        self._run(work, self._show)

    def _show(self, scans: list[Scan]) -> None:
        self.scans = scans
        for scan in scans:
            self.list.addItem(f"{text.SCAN_KINDS[scan.kind]}   {moment(scan.at_ms)}   {scan.actor}")
        if not scans:
            self.sentence.setText(text.NO_SCANS)
        self.list.setCurrentRow(0 if scans else -1)
        self.list.setFocus()

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self.scans):
            desk, subject, wanted = self.counter.desk, self.subject, self.scans[row].sha256
            self._run(lambda: read_picture(scan_data(desk, subject, wanted)), self._page)

    def _page(self, picture: np.ndarray) -> None:
        self.sentence.setText("")
        self.page.show_picture(picture)

    def _run(self, work: Any, then: Any) -> None:
        self.counter.operations.run(Lane.LEDGER, work, then, self._trouble)

    def _trouble(self, trouble: Trouble) -> None:
        self.page.show_picture(None)
        self.sentence.setText(trouble.text)
