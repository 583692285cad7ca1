"""A table of people with keyboard: arrows choose, Enter opens. Shared by today and find."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.desktop.tables.people import PeopleTable
from ui.desktop.viewmodels.people import PersonRow

WIDTHS = (225, 140, 150, 235, 150)


class PeopleList(QTableView):
    """Rows of people.

    Signals:
        chosen: the subject of the row that was opened by Enter or double click.
    """

    chosen = Signal(str)

    def __init__(self, name: str, widths: tuple[int, ...] = WIDTHS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PeopleTable(self)
        self.setModel(self.table)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(44)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(len(widths), QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._open)

    def show_rows(self, rows: list[PersonRow]) -> None:
        """Replace the rows; the first is chosen, so that Enter works at once."""
        self.table.show_rows(rows)
        if rows:
            self.selectRow(0)

    def open_current(self) -> None:
        """Open the chosen row, or the only one."""
        index = self.currentIndex()
        if not index.isValid() and self.table.rowCount():
            index = self.table.index(0, 0)
        self._open(index)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.table.row(index.row()).subject)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
            return
        super().keyPressEvent(event)


class Arrows(QObject):
    """Lets Up and Down in a search field move in a list."""

    def __init__(self, people: PeopleList) -> None:
        super().__init__(people)
        self._people = people

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            return False
        row = self._people.currentIndex().row() + (1 if event.key() == Qt.Key.Key_Down else -1)
        self._people.selectRow(max(0, min(row, self._people.table.rowCount() - 1)))
        return True
