"""企业批量: a company's list is checked row by row; good rows are taken a few at a time, bad rows are given back.

The taking goes in small pieces over the ledger's lane, so the counter works on beside it and it can be stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from station.bootstrap import models_home
from station.company.books import given_back, template
from station.company.findings import Checked
from station.company.opener import Opener
from station.company.taking import Taken, read_list, take
from station.domain.authority import Actor
from station.services import companies
from station.services.desk import Done, Topic
from ui.desktop import text
from ui.desktop import text_company as words
from ui.desktop.counter import Counter
from ui.desktop.screens.screen import Screen, label
from ui.desktop.widgets.form import entered
from ui.desktop.widgets.kept import Kept

PIECE = 5
"""Rows taken at a time: about half a second, in which nobody else at this counter waits longer."""


@dataclass(slots=True)
class Run:
    """One list in hand."""

    uscc: str
    company: str
    photos: Path | None
    rows: list[Checked]
    at: int = 0
    taken: int = 0
    already: int = 0

    @property
    def good(self) -> list[Checked]:
        return [row for row in self.rows if row.good]

    @property
    def bad(self) -> list[Checked]:
        return [row for row in self.rows if not row.good]


class CompanyScreen(Screen):
    """Four steps from top to bottom."""

    topics = frozenset({Topic.COMPANIES})
    title = words.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.outer.addWidget(label(words.STEPS, "hint"))
        grid = QGridLayout()
        self.fields: dict[str, QLineEdit] = {}
        for row, (name, said) in enumerate(words.FIELDS.items()):
            field = QLineEdit()
            field.setAccessibleName(said)
            field.setMaxLength(500)
            field.installEventFilter(self)
            self.fields[name] = field
            grid.addWidget(label(said, "label"), row // 2, row % 2 * 4, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(field, row // 2, row % 2 * 4 + 1)
            if name == "photos":
                pack = QPushButton(words.CHOOSE_ZIP)
                pack.setAccessibleName(f"{words.CHOOSE_ZIP} {said}")
                pack.clicked.connect(self._choose_zip)
                grid.addWidget(pack, row // 2, row % 2 * 4 + 3)
            if name in ("sheet", "photos"):
                button = QPushButton(words.CHOOSE)
                button.setAccessibleName(f"{words.CHOOSE} {said}")
                button.clicked.connect(lambda _, to=name: self._choose(to))
                grid.addWidget(button, row // 2, row % 2 * 4 + 2)
        self.outer.addLayout(grid)
        buttons = QHBoxLayout()
        self.check = self._button(buttons, words.CHECK, self.check_list)
        self.do = self._button(buttons, words.TAKE, self.primary)
        self.do.setObjectName("primary")
        self.stop = self._button(buttons, words.STOP, self._stop)
        self.back = self._button(buttons, words.BACK, self.save_back)
        self.blank = self._button(buttons, words.TEMPLATE, self._template)
        buttons.addStretch(1)
        self.outer.addLayout(buttons)
        self.bar = QProgressBar()
        self.bar.setFormat("%v / %m")
        self.outer.addWidget(self.bar)
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(words.TITLE)
        self.table.setHorizontalHeaderLabels(list(words.COLUMNS))
        self.table.setColumnWidth(0, 80)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.outer.addWidget(self.table, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.fields["company"])
        self.run: Run | None = None
        self.running = False
        self._stopping = False
        self._opener: Opener | None = None
        self.kept = Kept(self, "company", self._state, self._load)
        for field in self.fields.values():
            field.textChanged.connect(self.kept.changed)
        self._buttons()

    def refresh(self) -> None:
        self.kept.restore()

    def _state(self) -> dict[str, str]:
        return {name: field.text() for name, field in self.fields.items() if field.text()}

    def _load(self, kept: dict[str, str]) -> None:
        for name, field in self.fields.items():
            field.setText(kept.get(name, ""))
        self.say(words.DRAFT, wrong=False)

    def _button(self, row: QHBoxLayout, said: str, act: Any) -> QPushButton:
        button = QPushButton(said)
        button.clicked.connect(act)
        row.addWidget(button)
        return button

    def eventFilter(self, watched: Any, event: Any) -> bool:
        key = entered(event)
        if key is not None:
            self.focusNextPrevChild(not key.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return True
        return super().eventFilter(watched, event)

    # --- choosing and checking ----------------------------------------------------------------------------------------

    def _choose(self, name: str) -> None:
        if name == "sheet":
            path = QFileDialog.getOpenFileName(self, filter="*.xlsx")[0]
        else:
            path = QFileDialog.getExistingDirectory(self)
        if path:
            self.fields[name].setText(path)

    def _choose_zip(self) -> None:
        path = QFileDialog.getOpenFileName(self, filter="*.zip")[0]
        if path:
            self.fields["photos"].setText(path)

    def check_list(self) -> None:
        """Open the list in the child process and look at every row."""
        desk, said = self.counter.desk, {name: field.text().strip() for name, field in self.fields.items()}
        if not said["sheet"]:
            self.say(words.NO_SHEET)
            return

        def work() -> Run:
            found = companies.one(desk, said["company"])
            photos = Path(said["photos"]) if said["photos"] else None
            with Opener() as opener:
                rows = read_list(desk, opener, Path(said["sheet"]), photos, found.uscc)
            return Run(found.uscc, found.short_name, photos, rows)

        self.run = None
        self.say(text.BUSY, wrong=False)
        self._buttons()
        self.work(work, self._checked)

    def _checked(self, run: Run) -> None:
        self.run = run
        self._show_bad()
        counts = words.CHECKED.format(
            company=run.company, rows=len(run.rows), good=len(run.good), bad=len(run.bad)
        )
        self.say(counts if run.bad else f"{counts}{words.ALL_GOOD}", wrong=False)
        self.bar.setRange(0, max(1, len(run.rows)))
        self.bar.setValue(0)
        self._buttons()

    def _show_bad(self) -> None:
        bad = self.run.bad if self.run is not None else []
        self.table.setRowCount(len(bad))
        for line, row in enumerate(bad):
            self.table.setItem(line, 0, QTableWidgetItem(str(row.row.line)))
            said = " ".join(found.sentence for found in row.findings)
            item = QTableWidgetItem(said)
            item.setToolTip(said)
            self.table.setItem(line, 1, item)

    # --- taking -------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Take the good rows."""
        if self.run is None or self.running:
            self.say(words.NOT_CHECKED)
            return
        if not self.fields["reviewer"].text().strip():
            self.say(words.NO_REVIEWER)
            self.fields["reviewer"].setFocus()
            return
        self.run.at = self.run.taken = self.run.already = 0
        self.running, self._stopping = True, False
        self._opener = Opener()
        self._buttons()
        self._piece()

    def _piece(self) -> None:
        run, desk, opener = self.run, self.counter.desk, self._opener
        if run is None or opener is None:
            return
        piece = run.rows[run.at : run.at + PIECE]
        clerk = self.counter.clerk
        reviewer = Actor(self.fields["reviewer"].text().strip(), ("COMPANY_REVIEWER",))

        def work() -> list[Taken]:
            from station.faces.engines import load

            return list(
                take(
                    desk, piece, run.uscc, opener=opener, photos=run.photos, clerk=clerk, reviewer=reviewer,
                    finder=load(models_home()),
                )
            )  # fmt: skip

        self.work(work, lambda taken: self._took(len(piece), taken), otherwise=self._failed)

    def _took(self, count: int, taken: list[Taken]) -> None:
        run = self.run
        if run is None:
            return
        run.at += count
        run.taken += sum(bool(one.subject) and one.fresh for one in taken)
        run.already += sum(bool(one.subject) and not one.fresh for one in taken)
        self.bar.setValue(run.at)
        if self._stopping:
            self._end(words.STOPPED)
        elif run.at < len(run.rows):
            self.say(words.RUNNING.format(done=run.at, total=len(run.rows)), wrong=False)
            self._piece()
        else:
            self.kept.forget()
            self._end(words.TAKEN.format(taken=run.taken, already=run.already, bad=len(run.bad)))

    def _failed(self, trouble: Any) -> None:
        self._end(trouble.text)

    def _end(self, said: str) -> None:
        if self._opener is not None:
            self._opener.close()
            self._opener = None
        self.running = False
        self._show_bad()
        self._buttons()
        self.say(said, wrong=False)
        done = Done(None, frozenset({Topic.ROLL, Topic.APPLICATIONS}))
        self.work(lambda: done, lambda _: None)
        self.counter.sync()

    def _stop(self) -> None:
        self._stopping = True

    # --- giving back --------------------------------------------------------------------------------------------------

    def save_back(self) -> None:
        """The rows with findings, beside the list."""
        run = self.run
        if run is None or not run.bad:
            return
        sheet = Path(self.fields["sheet"].text().strip())
        path = sheet.with_name(f"{sheet.stem}-{words.COLUMNS[1]}.xlsx")
        self.work(lambda: given_back(path, run.bad), lambda _: self.say(words.SAVED.format(path=path), wrong=False))

    def _template(self) -> None:
        path = QFileDialog.getSaveFileName(self, filter="*.xlsx")[0]
        if path:
            self.work(lambda: template(Path(path)), lambda _: self.say(words.SAVED.format(path=path), wrong=False))

    def _buttons(self) -> None:
        ready = self.run is not None and not self.running
        self.check.setEnabled(not self.running)
        self.do.setEnabled(ready and bool(self.run and self.run.good))
        self.stop.setEnabled(self.running)
        self.back.setEnabled(ready and bool(self.run and self.run.bad))
