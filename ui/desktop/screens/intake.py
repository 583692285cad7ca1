"""Intake: a new worker's papers on one page; every change is kept as a draft; what is wrong is said in a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.bootstrap import models_home, read_id_card
from station.domain.eligibility import SIGNED_CONSENTS
from station.domain.errors import Refused
from station.domain.people import CATEGORIES, CONSENT_ITEMS
from station.services import capture, companies, evidence, intake
from station.services.desk import Done, Topic
from station.services.idcard import CardRead, from_card
from station.services.intake import Registered
from ui.desktop import text
from ui.desktop.counter import Counter
from ui.desktop.drafts import Drafts
from ui.desktop.operations import Lane
from ui.desktop.screens.file import scrolled
from ui.desktop.screens.screen import Screen, label, panel
from ui.words import word, words

DRAFT = "intake"
CONSENT = "consent_"
"""What the key of a consent begins with in a draft."""


class IntakeScreen(Screen):
    """One form. Enter goes on, Shift+Enter back, F12 reads the identity card, F9 saves and submits."""

    title = text.INTAKE_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.fields: dict[str, QLineEdit] = {}
        frame, layout = panel()
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(3)
        for place, (name, said) in enumerate(text.INTAKE_FIELDS.items()):
            field = QLineEdit()
            field.setAccessibleName(said)
            field.setMaxLength(200)
            field.textChanged.connect(self._changed)
            field.installEventFilter(self)
            self.fields[name] = field
            row, column = place // 2, place % 2 * 2
            grid.addWidget(label(said, "label"), row, column, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(field, row, column + 1)
        layout.addLayout(grid)
        layout.addWidget(label(text.INTAKE_CATEGORIES, "label"))
        boxes = QGridLayout()
        self.categories: dict[str, QCheckBox] = {}
        for place, (code, said) in enumerate(CATEGORIES.items()):
            box = QCheckBox(f"{(place + 1) % 10} {said}")
            box.stateChanged.connect(self._changed)
            box.installEventFilter(self)
            self.categories[code] = box
            boxes.addWidget(box, place // 5, place % 5)
        layout.addLayout(boxes)
        self.ticks = {
            "card": QCheckBox(text.INTAKE_CARD),
            "finger": QCheckBox(text.INTAKE_FINGER),
        }
        row_of_ticks = QHBoxLayout()
        for tick in self.ticks.values():
            tick.stateChanged.connect(self._changed)
            tick.installEventFilter(self)
            row_of_ticks.addWidget(tick)
        row_of_ticks.addStretch(1)
        layout.addLayout(row_of_ticks)
        layout.addWidget(self._consents())
        layout.addStretch(1)
        self.area = scrolled(frame)
        self.outer.addWidget(self.area, 1)
        self.save = QPushButton(text.INTAKE_SAVE)
        self.save.setObjectName("primary")
        self.save.clicked.connect(self.primary)
        self.card = QPushButton(text.INTAKE_READ_CARD)
        self.card.setShortcut("F12")
        self.card.clicked.connect(self.read_card)
        foot = QHBoxLayout()
        foot.addWidget(self.save)
        foot.addWidget(self.card)
        foot.addSpacing(16)
        foot.addWidget(self.sentence, 1)
        self.outer.addLayout(foot)
        self.begin_at(self.fields["number"])
        self._soon = QTimer(self, singleShot=True, interval=300)
        self._soon.timeout.connect(self._keep)
        self._loading = False
        self._restored = False

    def _consents(self) -> QWidget:
        """One box for each separate consent, none ticked beforehand; which notice they belong to stands above."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 4, 0, 0)
        self.notice = label("", "label")
        column.addWidget(self.notice)
        grid = QGridLayout()
        self.consents: dict[str, QCheckBox] = {}
        for index, (item, said) in enumerate(words("consent").items()):
            box = QCheckBox(f"{index + 1} {said}")
            box.stateChanged.connect(self._changed)
            box.installEventFilter(self)
            self.consents[f"{CONSENT}{item}"] = box
            grid.addWidget(box, index // 4, index % 4)
        column.addLayout(grid)
        return place

    def _boxes(self) -> dict[str, QCheckBox]:
        return {**self.categories, **self.ticks, **self.consents}

    # --- drafts -------------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, str]:
        """Everything that was typed or ticked."""
        ticked = {code: "1" for code, box in self._boxes().items() if box.isChecked()}
        return {name: field.text() for name, field in self.fields.items() if field.text()} | ticked

    def _changed(self, *_: object) -> None:
        if not self._loading:
            self._soon.start()

    def _keep(self) -> None:
        desk, kept = self.counter.desk, self.state()
        if desk is not None:
            self.work(lambda: Drafts(desk).keep(DRAFT, kept), lambda _: None)

    def refresh(self) -> None:
        self.notice.setText(text.INTAKE_CONSENTS.format(version=self.counter.desk.settings.city.notice_version))
        if not self._restored:
            self._restore()

    def _restore(self) -> None:
        desk, self._restored = self.counter.desk, True
        self.work(lambda: Drafts(desk).get(DRAFT), self._show_draft)

    def _show_draft(self, kept: dict[str, str]) -> None:
        if kept:
            self._load(kept)
            self.say(text.INTAKE_DRAFT, wrong=False)

    def _load(self, kept: dict[str, str]) -> None:
        self._loading = True
        for name, field in self.fields.items():
            field.setText(kept.get(name, ""))
        for code, box in self._boxes().items():
            box.setChecked(code in kept)
        self._loading = False

    # --- keys ---------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.area.ensureWidgetVisible(watched)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.focusNextPrevChild(not back)
                return True
            if isinstance(watched, QCheckBox) and self._by_key(watched, event.text().upper()):
                return True
        return super().eventFilter(watched, event)

    def _by_key(self, watched: QCheckBox, key: str) -> bool:
        """A digit turns a box of the group in hand; A ticks what every application needs, never the face."""
        consents = list(self.consents.values())
        here = consents if watched in consents else list(self.categories.values())
        if key == "A" and here is consents:
            for item in SIGNED_CONSENTS:
                self.consents[f"{CONSENT}{item}"].setChecked(True)
            return True
        index = (int(key) - 1) % 10 if key.isdecimal() else len(here)
        if index >= len(here):
            return False
        here[index].setChecked(not here[index].isChecked())
        return True

    # --- the identity card --------------------------------------------------------------------------------------------

    def read_card(self) -> None:
        """Fill number, name and address from the card on the reader; the photo inside is never looked at."""
        desk = self.counter.desk
        self.say(text.INTAKE_READING, wrong=False)
        settings = self.counter.settings_now()
        self.work(lambda: from_card(read_id_card(settings), desk.today()), self._card_read, Lane.DEVICE)

    def _card_read(self, read: CardRead) -> None:
        for name in ("number", "name", "address"):
            self.fields[name].setText(getattr(read, name))
        self.say("".join(read.warnings) or text.INTAKE_CARD_READ, wrong=bool(read.warnings))
        self.fields["phone"].setFocus()

    # --- saving -------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Save everything and submit to the company's review; nothing is lost when it is refused."""
        if self.acting:
            return
        kept, desk, counter = self.state(), self.counter.desk, self.counter

        def work() -> Done[Registered]:
            Drafts(desk).keep(DRAFT, kept)
            entered = _entered(counter, kept)
            Drafts(desk).forget(DRAFT)
            return Done(entered, frozenset({Topic.ROLL, Topic.APPLICATIONS}))

        self.say(text.BUSY, wrong=False)
        self._soon.stop()  # a draft kept after it was saved would bring the form back
        self.once(work, self._saved)

    def _saved(self, entered: Registered) -> None:
        trained_by = self.fields["training_by"].text()
        self._load({"training_by": trained_by})  # the next worker of the pile mostly comes from the same school
        self.counter.pick(entered.subject)
        self.say("；".join((text.INTAKE_SAVED, *entered.warnings)), wrong=bool(entered.warnings))
        self.fields["number"].setFocus()


def _entered(counter: Counter, kept: dict[str, str]) -> Registered:
    """All services of one intake, in order; whoever may not apply is refused before the first fact is written."""
    desk, clerk = counter.desk, counter.clerk
    company = companies.one(desk, kept.get("company", "")).uscc
    authorised, trained = _day(kept.get("authorised_on", "")), _day(kept.get("training_on", ""))
    signed = tuple(item for item in CONSENT_ITEMS if f"{CONSENT}{item}" in kept)
    lacking = [word("consent", item) for item in SIGNED_CONSENTS if item not in signed]
    if lacking:
        raise Refused(text.INTAKE_UNSIGNED.format(items="、".join(lacking)), "ticks")
    if "finger" not in kept:
        raise Refused(text.INTAKE_NO_FINGER, "ticks")
    if not kept.get("training_by", "").strip():
        raise Refused(text.INTAKE_NO_ISSUER, "issuer")
    photo = Path(kept["photo"]).read_bytes() if kept.get("photo") else None
    if photo is not None:
        capture.to_portrait(capture.read_picture(photo))
    categories = tuple(code for code in CATEGORIES if code in kept)
    form = intake.WorkerForm(
        kept.get("number", ""), kept.get("name", ""), categories, kept.get("phone", ""), kept.get("address", ""),
        "card" in kept,
    )  # fmt: skip
    intake.may_apply(desk, form)
    registered = intake.register_worker(desk, form, actor=clerk).value
    subject = registered.subject
    intake.record_affiliation(desk, subject, company, authorised, fingerprint=True, actor=clerk)
    version = desk.settings.city.notice_version
    intake.record_consents(desk, subject, signed, version=version, on=authorised, actor=clerk)
    evidence.record_training(
        desk, subject, certificate_kind="TRAINING", occupation=text.OCCUPATION,
        issuer=kept.get("training_by", ""), issued_on=trained, number=kept.get("training", ""), actor=clerk,
    )  # fmt: skip
    if photo is not None:
        from station.faces.engines import load

        capture.accept_photo(desk, subject, photo, source="file", finder=load(models_home()), actor=clerk)
    name = intake.open_application(desk, subject, actor=clerk, visits=1).value
    intake.put_to_review(desk, subject, name, actor=clerk)
    return registered


def _day(typed: str) -> date:
    plain = typed.strip().replace("-", "").replace("/", "").replace(".", "")
    try:
        return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    except ValueError:
        raise Refused(text.INTAKE_BAD_DATE, "bad_date") from None
