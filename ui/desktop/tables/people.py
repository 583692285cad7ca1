"""A table of people over `PersonRow`s."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from ui.desktop.text import COLUMNS
from ui.desktop.theme import GREEN, RED
from ui.desktop.viewmodels.people import PersonRow

_INK = {"green": GREEN, "yellow": "#8A6100", "red": RED, "unknown": "#4A5563"}
_SIGN = {"green": "✓", "yellow": "!", "red": "✕", "unknown": "–"}
Index = QModelIndex | QPersistentModelIndex


class PeopleTable(QAbstractTableModel):
    """Rows of people; the last column is the colour today as sign and word."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[PersonRow] = []

    def show_rows(self, rows: list[PersonRow]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, index: int) -> PersonRow:
        return self._rows[index]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 – Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 – Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        last = column == len(COLUMNS) - 1
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{_SIGN[row.colour]} {row.cells[column]}" if last else row.cells[column]
        if role == Qt.ItemDataRole.ForegroundRole and last:
            return QColor(_INK[row.colour])
        if role == Qt.ItemDataRole.FontRole and (last or column == 0):
            font = QFont()
            font.setBold(True)
            return font
        return None
