"""统计: what the bureau is told of a period, counted from the facts; no names stand here."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from station.services.figures import document, plain
from station.services.figures_of_copies import figures_of_copies
from station.settings import load_city
from ui.acts import Values
from ui.desktop import text_figures as text
from ui.desktop.counter import Counter
from ui.desktop.screens.screen import Screen, label
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.lines import TableLine
from ui.figures import NOTHING, lines
from ui.words import moment

LABELS = {"first": text.FIRST, "last": text.LAST}
TELL_EVERY = 200
FILING_DOTS = {"near": "warn", "reached": "bad"}


class FiguresScreen(Screen):
    """A period above, the figures below."""

    title = text.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.hint = label(text.HINT, "hint", wrap=True)
        self.outer.addWidget(self.hint)
        row = QHBoxLayout()
        self.scope = QComboBox()
        self.scope.setAccessibleName(text.SCOPE)
        self.scope.setMinimumWidth(150)
        self.scope_label = label(text.SCOPE, "label")
        row.addWidget(self.scope_label)
        row.addWidget(self.scope)
        self.fields: dict[str, QLineEdit] = {}
        for name, said in LABELS.items():
            field = QLineEdit()
            field.setAccessibleName(said)
            field.setMaxLength(20)
            field.setFixedWidth(190)
            row.addWidget(label(said, "label"))
            row.addWidget(field)
            self.fields[name] = field
        self.fields["first"].returnPressed.connect(self.fields["last"].setFocus)
        self.fields["last"].returnPressed.connect(self.primary)
        self.do = QPushButton(text.COUNT)
        self.do.setObjectName("primary")
        self.do.clicked.connect(self.primary)
        row.addWidget(self.do)
        row.addStretch(1)
        self.outer.addLayout(row)
        self.lines = LinesView(text.TITLE, text.COLUMNS, text.WIDTHS)
        self.outer.addWidget(self.lines, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.fields["first"])
        self._offer([])

    def _offer(self, cities: list[tuple[str, str]]) -> None:
        """Which cities may be chosen, at one of the province's own stations; elsewhere there is nothing to choose."""
        chosen = self.scope.currentData()
        self.scope.clear()
        for code, name in [("", text.WHOLE), *cities]:
            self.scope.addItem(name, code)
        self.scope.setCurrentIndex(max(0, self.scope.findData(chosen)))
        for widget in (self.scope, self.scope_label):
            widget.setVisible(bool(cities))
        self.hint.setText(text.HINT_PROVINCE if cities else text.HINT)

    def refresh(self) -> None:
        """The year so far, the first time the page is shown."""
        copies = self.counter.desk.copies if self.counter.desk is not None else None
        if copies is not None:
            self._offer([(code, load_city(code).name) for code in copies.cities()])
        if not self.fields["first"].text():
            today = self.counter.today()
            self.fields["first"].setText(date(today.year, 1, 1).isoformat())
            self.fields["last"].setText(today.isoformat())
            self.primary()

    def primary(self) -> None:
        """Count the period anew, off the GUI thread, saying how far it is."""
        desk, operations = self.counter.desk, self.counter.operations
        scope = self.scope.currentData()
        values = Values({name: field.text() for name, field in self.fields.items()}, {}, LABELS)
        self.do.setEnabled(False)

        def tell(done: int, total: int | None) -> None:
            if done % TELL_EVERY == 0:
                operations.post(lambda: self.say(text.COUNTING.format(done=done), wrong=False))

        def work() -> tuple[date, date, dict[str, Any], str]:
            first, last = values.day("first"), values.day("last")
            if desk.copies is None:
                return first, last, document(desk, first, last, tell), ""
            found = figures_of_copies(desk, first, last, tell, only=scope)
            oldest = min(desk.copies.as_of_ms(city) for city in found if city)
            return first, last, plain(found[scope]), text.AS_OF.format(at=moment(oldest) if oldest else NOTHING)

        def otherwise(trouble: Any) -> None:
            self.do.setEnabled(True)
            self.say(trouble.text)

        self.work(work, self._show, otherwise=otherwise)

    def _show(self, found: tuple[date, date, dict[str, Any], str]) -> None:
        first, last, document, as_of = found
        self.do.setEnabled(True)
        counted = [
            TableLine(key, (what, many), FILING_DOTS.get(document[key], "plain") if key == "filing" else "plain")
            for key, what, many in lines(document)
        ]
        self.lines.show_lines(counted)
        self.say(text.DONE.format(first=first, last=last, count=len(counted)) + as_of, wrong=False)
