"""Who stands at the window: signing on, locking, changing the person; the first people of a new station.

It cannot be closed without a password; drafts keep everything that was typed behind it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.domain.authority import ROLES, Actor
from station.domain.errors import Refused
from station.services.staff import REHEARSAL_PASSWORD, Colleague, Staff
from ui.desktop import text_sign_on as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import label

AT_THE_WINDOW = frozenset({"CLERK", "BATCH_OPERATOR"})
FIRST_ROLES = {"SUPERVISOR": ("SUPERVISOR",), "CLERK": ("CLERK", "BATCH_OPERATOR")}


class SignOn(QDialog):
    """One person and a password. Accepted when they are at the window now."""

    def __init__(self, counter: Counter, parent: QWidget) -> None:
        super().__init__(parent)
        self.counter = counter
        self.needs = ""
        self.setObjectName("page")
        self.setWindowTitle(text.TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 22)
        column.setSpacing(10)
        column.addWidget(label(text.TITLE, "title"))
        self.told = label(text.LOCKED, "sentence", wrap=True)
        column.addWidget(self.told)
        self.people = QComboBox()
        self.people.setAccessibleName(text.PERSON)
        self.login, self.name, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        for field, words in ((self.login, text.LOGIN), (self.name, text.NAME), (self.password, text.PASSWORD)):
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            field.setMaxLength(256)
            field.hide()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.show()
        for widget in (self.people, self.login, self.name, self.password):
            column.addWidget(widget)
        self.hint = label("", "hint", wrap=True)
        column.addWidget(self.hint)
        self.sentence = label("", "wrong", wrap=True)
        column.addWidget(self.sentence)
        self.enter = QPushButton(text.ENTER)
        self.enter.setObjectName("primary")
        self.enter.clicked.connect(self.sign)
        column.addWidget(self.enter)
        self._ask()

    def _ask(self) -> None:
        desk = self.counter.desk
        self._run(lambda: Staff(desk).people(), self._show)

    def _show(self, people: list[Colleague]) -> None:
        roles = {role for one in people for role in one.roles}
        self.needs = next((role for role in FIRST_ROLES if role not in roles), "")
        at_window = [one for one in people if AT_THE_WINDOW & set(one.roles)]
        self.people.clear()
        for one in sorted(at_window, key=lambda one: one.person != self.counter.clerk.person):
            words = "、".join(ROLES[role] for role in one.roles)
            self.people.addItem(f"{one.person}（{words}）", one.login)
        founding = bool(self.needs)
        self.people.setVisible(not founding)
        self.login.setVisible(founding)
        self.name.setVisible(founding)
        self.told.setText(text.NEEDS[self.needs] if founding else text.LOCKED)
        self.enter.setText(text.FOUND if founding else text.ENTER)
        rehearsal = self.counter.desk.settings.rehearsal and not founding
        self.password.setText(REHEARSAL_PASSWORD if rehearsal else "")
        self.hint.setText(text.REHEARSAL if rehearsal else "")
        (self.login if founding else self.password).setFocus()

    def sign(self) -> None:
        """Sign this person on, or enter the first people; a wrong password is counted by the accounts."""
        if not self.enter.isEnabled():
            return
        desk, needs, password = self.counter.desk, self.needs, self.password.text()
        login, name = self.login.text().strip(), self.name.text().strip()
        chosen = str(self.people.currentData() or "")

        def work() -> Actor | None:
            staff = Staff(desk)
            if not needs:
                return staff.sign_in(chosen, password)
            if not login or not name:
                raise Refused(text.NAME_NEEDED, "name_needed")
            staff.found(login, name, password, FIRST_ROLES[needs])
            return None

        self.enter.setEnabled(False)
        self.sentence.setText("")
        self._run(work, self._signed)

    def _signed(self, actor: Actor | None) -> None:
        self.enter.setEnabled(True)
        self.password.clear()
        if actor is None:
            self.login.clear()
            self.name.clear()
            self._ask()
            return
        self.counter.take_over(actor)
        self.accept()

    def _run(self, work: Any, then: Any) -> None:
        self.counter.operations.run(Lane.LEDGER, work, then, self._trouble)

    def _trouble(self, trouble: Trouble) -> None:
        self.enter.setEnabled(True)
        self.sentence.setText(trouble.text)
        self.password.setFocus()
        self.password.selectAll()

    def reject(self) -> None:
        """Esc and the window's cross do not open a locked window."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focus = self.focusWidget()
            if self.needs and focus in (self.login, self.name):
                self.focusNextChild()
            else:
                self.sign()
            return
        super().keyPressEvent(event)
