"""A table of plain lines: cells, a state per line shown as sign and ink; arrows choose, Enter opens, digits act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.desktop.theme import GREEN, INK, RED
from ui.desktop.viewmodels.lines import TableLine

Index = QModelIndex | QPersistentModelIndex
INKS = {"plain": INK, "good": GREEN, "warn": "#8A6100", "bad": RED}
SIGNS = {"plain": "", "good": "✓ ", "warn": "! ", "bad": "✕ "}


class LinesTable(QAbstractTableModel):
    """Lines under headings; the last column carries the sign and ink of the line's state."""

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self.lines: list[TableLine] = []

    def show_lines(self, lines: Sequence[TableLine]) -> None:
        """Replace all lines. Where the same lines only say something else, nobody's place in the list moves."""
        old, new = self.lines, list(lines)
        if [line.key for line in old] != [line.key for line in new]:
            self.beginResetModel()
            self.lines = new
            self.endResetModel()
            return
        self.lines = new
        for row, (before, now) in enumerate(zip(old, new, strict=True)):
            if before != now:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._headings) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 – Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 – Qt's own signature
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()
        last = column == len(self._headings) - 1
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{SIGNS[line.state]}{line.cells[column]}" if last else line.cells[column]
        if role == Qt.ItemDataRole.ForegroundRole and last:
            return QColor(INKS[line.state])
        if role == Qt.ItemDataRole.FontRole and (last or column == 0):
            font = QFont()
            font.setBold(True)
            return font
        return None


class LinesView(QTableView):
    """Signals: chosen – another line is in hand (its key); opened – Enter or double click; digit – a number key."""

    chosen = Signal(str)
    opened = Signal(str)
    digit = Signal(int)

    def __init__(
        self, name: str, headings: Sequence[str], widths: Sequence[int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.table = LinesTable(headings, self)
        self.setModel(self.table)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(42)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(len(headings) - 1, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.chosen.emit(self._key(now)))
        self.doubleClicked.connect(lambda index: self.opened.emit(self._key(index)))

    def show_lines(self, lines: Sequence[TableLine]) -> None:
        """Replace the lines; the one in hand stays in hand, else the first is taken."""
        key = self.key
        self.table.show_lines(lines)
        keys = [line.key for line in lines]
        if keys and (self.key != key or not key):
            self.selectRow(keys.index(key) if key in keys else 0)

    @property
    def key(self) -> str:
        """The key of the line in hand; empty when there is none."""
        return self._key(self.currentIndex())

    def _key(self, index: Index) -> str:
        row = index.row()
        return self.table.lines[row].key if 0 <= row < len(self.table.lines) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.key)
        elif event.text().isdigit():
            self.digit.emit(int(event.text()))
        else:
            super().keyPressEvent(event)
