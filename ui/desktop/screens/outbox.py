"""同步: what this station has that the province has not acknowledged, why, since when; F9 exchanges now."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from station.services.done import Topic
from station.services.outbox import Outbox, outbox
from ui.desktop import text_outbox as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Trouble
from ui.desktop.screens.screen import Screen, label
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.lines import TableLine
from ui.words import moment, words

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
        row.addStretch(1)
        self.outer.addLayout(row)
        self.lines = LinesView(text.TITLE, text.COLUMNS, text.WIDTHS)
        self.outer.addWidget(self.lines, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.lines)

    def refresh(self) -> None:
        """Look anew, off the GUI thread."""
        desk = self.counter.desk
        self.work(lambda: outbox(desk), self._show)

    def primary(self) -> None:
        """One exchange now, saying how far it is."""
        operations = self.counter.operations
        self.do.setEnabled(False)

        def tell(step: str, done: int, total: int) -> None:
            if done % TELL_EVERY == 0 or done == total:
                said = text.RUNNING.format(step=text.STEPS[step], done=done, total=total or done)
                operations.post(lambda: self.say(said, wrong=False))

        def over(words_: str, wrong: bool) -> None:
            self.do.setEnabled(True)
            self.say(words_, wrong=wrong)
            self.refresh()

        def failed(trouble: Trouble) -> None:
            over(trouble.text, True)

        self.counter.sync(lambda done: over(done.sentence, not done.ok), failed, progress=tell)

    def _show(self, found: Outbox) -> None:
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
    if not found.failed_since_ms:
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
    return lines or [TableLine("", (text.EMPTY, "", ""), "plain")]
