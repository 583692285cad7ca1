"""同步: what this station has that the province has not acknowledged, why, since when; F9 exchanges now.

A station that may not write is enrolled again from here, by a supervisor.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from station.services import newlife
from station.services.done import Topic
from station.services.outbox import Outbox, outbox
from station.services.staff import REHEARSAL_PASSWORD, Colleague, Staff, found_rehearsal_staff
from ui.desktop import text_outbox as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import Screen, label
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.lines import TableLine
from ui.desktop.widgets.ask import AskDialog, Question
from ui.words import moment, word, words

TELL_EVERY = 50


class OutboxScreen(Screen):
    """State above, what waits below."""

    title = text.TITLE
    topics = frozenset(Topic)

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.outer.addWidget(label(text.HINT, "hint", wrap=True))
        self.level, self.why, self.warning = label(""), label("", "wrong", wrap=True), label("", "wrong", wrap=True)
        for line in (self.level, self.why, self.warning):
            self.outer.addWidget(line)
        row = QHBoxLayout()
        self.do = QPushButton(text.NOW)
        self.do.setObjectName("primary")
        self.do.clicked.connect(self.primary)
        row.addWidget(self.do)
        self.halt = QPushButton(text.STOP)
        self.halt.clicked.connect(self.stop)
        self.halt.hide()
        row.addWidget(self.halt)
        self.renew = QPushButton(text.NEW_LIFE)
        self.renew.clicked.connect(self.ask_new_life)
        self.renew.hide()
        row.addWidget(self.renew)
        row.addStretch(1)
        self.outer.addLayout(row)
        self.lines = LinesView(text.TITLE, text.COLUMNS, text.WIDTHS)
        self.outer.addWidget(self.lines, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.lines)
        self.asked: AskDialog | None = None
        for key, act in (("2", self.ask_new_life), ("3", self.stop)):
            QShortcut(QKeySequence(key), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def refresh(self) -> None:
        """Look anew, off the GUI thread."""
        desk = self.counter.desk
        self.work(lambda: outbox(desk), self._show)

    def primary(self) -> None:
        """One exchange now, saying how far it is."""
        operations = self.counter.operations
        self.do.setEnabled(False)
        self.halt.show()

        def tell(step: str, done: int, total: int) -> None:
            if done % TELL_EVERY == 0 or done == total:
                said = text.RUNNING.format(step=word("sync_step", step), done=done, total=total or done)
                operations.post(lambda: self.say(said, wrong=False))

        def over(words_: str, wrong: bool) -> None:
            self.do.setEnabled(True)
            self.halt.hide()
            self.say(words_, wrong=wrong)
            self.refresh()

        def failed(trouble: Trouble) -> None:
            over(trouble.text, True)

        self.counter.sync(lambda done: over(done.sentence, not done.ok), failed, progress=tell)

    def stop(self) -> None:
        """3: the exchange under way ends after this batch."""
        if self.halt.isVisible():
            self.counter.stop_sync()
            self.say(text.STOPPING, wrong=False)

    def ask_new_life(self) -> None:
        """2: what enrolling again means, and which supervisor does it."""
        if not self.renew.isVisible():
            return
        counter, desk = self.counter, self.counter.desk
        question = Question(
            text.NEW_LIFE_TITLE, text.NEW_LIFE_HINT, (), {}, text.NEW_LIFE_DO, text.LEAVE, text.BY
        )  # fmt: skip
        asked = AskDialog(self, question)
        rehearsal = REHEARSAL_PASSWORD if desk.settings.rehearsal else ""

        def able() -> list[Colleague]:
            if desk.settings.rehearsal:
                found_rehearsal_staff(desk)
            return Staff(desk).able(newlife.RULE)

        self.work(able, lambda people: asked.sign(people, counter.clerk.person, rehearsal))
        asked.given.connect(lambda: self._begin_anew(asked))
        asked.finished.connect(self._asked_no_more)
        self.asked = asked
        asked.open()

    def _asked_no_more(self, _: int) -> None:
        self.asked = None

    def _begin_anew(self, asked: AskDialog) -> None:
        desk, clerk, by = self.counter.desk, self.counter.clerk, asked.by
        if not by[0] or not asked.do.isEnabled():
            return

        def work() -> Any:
            actor = clerk if by[0] == clerk.person and not by[1] else Staff(desk).sign_in(*by)
            return newlife.begin(desk, actor=actor)

        def then(begun: newlife.NewLife) -> None:
            if self.asked is not None:
                self.asked.accept()
            self.say(begun.sentence, wrong=not begun.exchanged.ok)
            self.refresh()

        def otherwise(trouble: Trouble) -> None:
            self.say(trouble.text)
            if self.asked is not None:
                self.asked.do.setEnabled(True)
                self.asked.say(trouble.text)
            self.refresh()

        asked.do.setEnabled(False)
        asked.say(text.RENEWING)
        self.work(work, then, Lane.CENTRAL, otherwise)

    def _show(self, found: Outbox) -> None:
        self.renew.setVisible(found.frozen)
        self.level.setText(text.LEVEL.format(time=moment(found.level_ms)) if found.level_ms else text.NEVER)
        self.why.setText(why_of(found))
        self.why.setVisible(bool(found.why))
        self.warning.setText(found.warning)
        self.warning.setVisible(bool(found.warning))
        self.lines.show_lines(lines_of(found))


def why_of(found: Outbox) -> str:
    """Why nothing travels; empty when nothing stands in the way."""
    if not found.why:
        return ""
    if found.frozen:
        return text.FROZEN.format(why=found.why)
    return text.FAILING.format(time=moment(found.failed_since_ms), why=found.why)


def lines_of(found: Outbox) -> list[TableLine]:
    """What waits, the oldest first; one line that says so when nothing does."""
    named = words("fact")
    state = "bad" if found.why else "plain"
    lines = [
        TableLine(one.kind, (named[one.kind], text.COUNT.format(count=one.count), moment(one.since_ms)), state)
        for one in found.waiting
    ]
    for key, said, count in (("keys", text.KEYS, found.keys), ("pictures", text.PICTURES, found.pictures)):
        if count:
            lines.append(TableLine(key, (said, str(count), text.WITH_FACTS), state))
    for fact in found.kept_back:
        said = text.KEPT_BACK.format(id=fact.id, kind=named[fact.kind])
        lines.append(TableLine(fact.id, (said, text.COUNT.format(count=1), moment(fact.at_ms)), "bad"))
    return lines or [TableLine("", (text.EMPTY, "", ""), "plain")]
