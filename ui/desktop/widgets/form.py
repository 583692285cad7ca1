"""A form painted from fields, and who signs: line edits, choices, ticks; Enter goes on, Shift+Enter back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from devices.contracts import Picture
from station.domain.worker import WorkerRecord
from station.services.staff import Colleague
from ui import text_acts as words
from ui.acts import Field
from ui.desktop.screens.screen import label
from ui.desktop.widgets.picture import PictureView

Input = QLineEdit | QComboBox | QCheckBox


class FormView(QWidget):
    """Signals: changed – something was typed or ticked; filed – a file was named, to be shown: field and path."""

    changed = Signal()
    filed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None, *, labels: Mapping[str, str] = words.FIELDS) -> None:
        super().__init__(parent)
        self._labels = labels
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._inputs: dict[str, Input] = {}
        self._ticks: dict[str, dict[str, QCheckBox]] = {}
        self._pictures: dict[str, PictureView] = {}
        self._loading = False

    def show_fields(self, fields: Sequence[Field], record: WorkerRecord, today: date) -> None:
        """Paint these fields anew; dates that usually are today begin with it."""
        self._loading = True
        self._clear()
        for row, field in enumerate(fields):
            said = label(self._labels[field.name], "label")
            said.setMinimumHeight(44)
            self._grid.addWidget(said, row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            choices = field.choices(record) if field.choices is not None else {}
            self._grid.addWidget(self._made(field, choices, today), row, 1)
        self._loading = False

    def focus_first(self, otherwise: QWidget) -> None:
        """Put the focus into the first field, or where the act is done when it asks for nothing."""
        first = next(iter(self._inputs.values()), None)
        boxes = next(iter(self._ticks.values()), {})
        (first or next(iter(boxes.values()), otherwise)).setFocus()

    def state(self) -> dict[str, str]:
        """Everything as text, for a draft."""
        raw, ticked = self.values()
        return {**raw, **{f"{name}/{code}": "1" for name, codes in ticked.items() for code in codes}}

    def load(self, kept: Mapping[str, str]) -> None:
        """Put a draft back."""
        self._loading = True
        for name, widget in self._inputs.items():
            said = kept.get(name)
            if said is None:
                continue
            if isinstance(widget, QLineEdit):
                widget.setText(said)
            elif isinstance(widget, QComboBox):
                widget.setCurrentIndex(max(0, widget.findData(said)))
            else:
                widget.setChecked(bool(said))
        for name, boxes in self._ticks.items():
            for code, box in boxes.items():
                box.setChecked(f"{name}/{code}" in kept)
        self._loading = False

    def values(self) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """What stands in the fields, and which boxes are ticked."""
        raw = {name: _said(widget) for name, widget in self._inputs.items()}
        ticked = {
            name: tuple(code for code, box in boxes.items() if box.isChecked()) for name, boxes in self._ticks.items()
        }
        return raw, ticked

    def _clear(self) -> None:
        self._inputs, self._ticks, self._pictures = {}, {}, {}
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _made(self, field: Field, choices: Mapping[str, str], today: date) -> QWidget:
        if field.kind == "ticks":
            return self._boxes(field.name, choices)
        if field.kind == "yes":
            box = QCheckBox(words.YES)
            box.stateChanged.connect(self._touched)
            return self._keep(field.name, box)
        if field.kind == "choice":
            combo = QComboBox()
            for code, said in choices.items():
                combo.addItem(said, code)
            combo.currentIndexChanged.connect(self._touched)
            return self._keep(field.name, combo)
        line = QLineEdit(today.isoformat() if field.kind == "date" and field.today else "")
        line.setMaxLength(500)
        line.textChanged.connect(self._touched)
        self._keep(field.name, line)
        if field.kind == "save":
            return self._with_saver(line)
        return self._with_chooser(field.name, line) if field.kind == "file" else line

    def show_picture(self, name: str, picture: Picture | None) -> None:
        """What the file of that field shows; None takes it away."""
        view = self._pictures.get(name)
        if view is not None:
            view.setVisible(picture is not None)
            view.show_picture(picture)

    def _with_chooser(self, name: str, line: QLineEdit) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self._pictures[name] = PictureView(words.PREVIEW)
        self._pictures[name].setFixedHeight(190)
        self._pictures[name].hide()
        line.textChanged.connect(lambda typed: self.filed.emit(name, typed))
        button = QPushButton("…")
        button.setAccessibleName(words.FIELDS["file"])
        button.clicked.connect(lambda: line.setText(QFileDialog.getOpenFileName(self)[0] or line.text()))
        row.addWidget(line, 1)
        row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self._pictures[name])
        return place

    def _with_saver(self, line: QLineEdit) -> QWidget:
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        button = QPushButton("…")
        button.setAccessibleName(words.FIELDS["out"])
        button.clicked.connect(lambda: line.setText(_save_as(self) or line.text()))
        row.addWidget(line, 1)
        row.addWidget(button)
        return place

    def _boxes(self, name: str, choices: Mapping[str, str]) -> QWidget:
        place = QWidget()
        grid = QGridLayout(place)
        grid.setContentsMargins(0, 0, 0, 0)
        self._ticks[name] = {}
        for index, (code, said) in enumerate(choices.items()):
            box = QCheckBox(said)
            box.stateChanged.connect(self._touched)
            box.installEventFilter(self)
            self._ticks[name][code] = box
            grid.addWidget(box, index // 2, index % 2)
        return place

    def _keep(self, name: str, widget: Input) -> Input:
        widget.setAccessibleName(self._labels[name])
        widget.installEventFilter(self)
        self._inputs[name] = widget
        return widget

    def _touched(self, *_: object) -> None:
        if not self._loading:
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        key = entered(event)
        if key is not None:
            self.focusNextPrevChild(not key.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return True
        return super().eventFilter(watched, event)


def entered(event: QEvent) -> QKeyEvent | None:
    """The event when it is Enter being pressed."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return None
    return event if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else None


def _save_as(parent: QWidget) -> str:
    return QFileDialog.getSaveFileName(parent, "", words.SAVE_AS, words.SAVE_FILTER)[0]


def _said(widget: Input) -> str:
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, QComboBox):
        return str(widget.currentData() or "")
    return "1" if widget.isChecked() else ""


class Signer(QWidget):
    """Who confirms: a person who may, and their password; the clerk on duty needs none."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(title, "label"))
        self.people = QComboBox()
        self.people.setAccessibleName(title)
        self.people.setMinimumWidth(220)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(words.PASSWORD)
        self.password.setAccessibleName(f"{title} {words.PASSWORD}")
        self.password.setMaximumWidth(240)
        self.hint = label("", "hint")
        row.addWidget(self.people)
        row.addWidget(self.password)
        row.addWidget(self.hint)
        row.addStretch(1)
        self._on_duty = self._rehearsal = ""
        self.people.currentIndexChanged.connect(self._chosen)

    def show_people(self, able: Sequence[Colleague], on_duty: str, rehearsal: str) -> None:
        """Offer these people, the one on duty first."""
        self._on_duty, self._rehearsal = on_duty, rehearsal
        self.people.blockSignals(True)
        self.people.clear()
        for one in sorted(able, key=lambda person: person.person != on_duty):
            self.people.addItem(one.person, one.login)
        self.people.blockSignals(False)
        self.setVisible(bool(able))
        self._chosen()

    def given(self) -> tuple[str, str]:
        """(login, password); for the clerk on duty (person, "")."""
        if self.people.currentText() == self._on_duty:
            return self._on_duty, ""
        return str(self.people.currentData() or ""), self.password.text()

    def _chosen(self, *_: object) -> None:
        mine = self.people.currentText() == self._on_duty
        self.password.setVisible(not mine)
        self.password.setText("" if mine else self._rehearsal)
        self.hint.setText("" if mine or not self._rehearsal else words.REHEARSAL_HINT)
