"""The fourth page of the devices screen: in a rehearsal any misfortune of any emulated device, and hands to mend."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl, urlsplit

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout

from devices.practice import CARD, Practice, practice_of, with_fault
from station.services.devices import SLOTS
from ui.desktop import text_devices as text
from ui.desktop.operations import Lane
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.widgets.pane import Choice, Pane


class PracticePane(Pane):
    """Device, misfortune, place; below, what an operator can do at the printer."""

    def __init__(self, host: Screen) -> None:
        super().__init__(host)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        frame, layout = panel()
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        self.device, self.fault, self.place = Choice(text.DEVICE), Choice(text.FAULT), Choice(text.PLACE)
        for at, (words, widget, share) in enumerate(
            ((text.DEVICE, self.device, 2), (text.FAULT, self.fault, 3), (text.PLACE, self.place, 3))
        ):
            grid.addWidget(label(words, "label"), 0, at)
            grid.addWidget(widget, 1, at)
            grid.setColumnStretch(at, share)
        self.device.currentIndexChanged.connect(self._offer_faults)
        self.fault.currentIndexChanged.connect(self._offer_places)
        layout.addLayout(grid)
        self.apply = QPushButton(text.APPLY)
        self.apply.setObjectName("primary")
        self.apply.clicked.connect(self.primary)
        row = QHBoxLayout()
        row.addWidget(self.apply)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(label(text.PRACTICE_HINT, "hint", wrap=True))
        column.addWidget(frame)
        self.hands, layout = panel()
        layout.addWidget(label(text.MEND, "section"))
        row = QHBoxLayout()
        self.mends: dict[str, QPushButton] = {}
        for act, words in text.ACTS.items():
            button = self.mends[act] = QPushButton(words)
            button.clicked.connect(lambda _, act=act: self.mend(act))
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        column.addWidget(self.hands)
        column.addStretch(1)
        self.begin_at(self.fault)

    def enter(self) -> None:
        known = self.counter.desk.settings.devices
        slot = self.device.currentData()
        self.device.blockSignals(True)
        self.device.clear()
        for name in SLOTS:
            if practice_of(getattr(known, name)) is not None:
                self.device.addItem(text.SLOTS[name], name)
        self.device.setCurrentIndex(max(0, self.device.findData(slot)))
        self.device.blockSignals(False)
        self.apply.setEnabled(self.device.count() > 0)
        if not self.device.count():
            self.host.say(text.NOTHING_TO_PRACTISE)
        self._offer_faults()

    @property
    def _slot(self) -> str:
        return str(self.device.currentData() or "")

    @property
    def _practice(self) -> Practice | None:
        return practice_of(getattr(self.counter.desk.settings.devices, self._slot)) if self._slot else None

    def _offer_faults(self, *_: object) -> None:
        practice = self._practice
        self.fault.blockSignals(True)
        self.fault.clear()
        self.fault.addItem(text.NO_FAULT, "")
        if practice is not None:
            for name, words in text.FAULTS[practice.kind].items():
                self.fault.addItem(words, name)
        self.fault.blockSignals(False)
        self.hands.setVisible(practice is not None and practice.kind == CARD and self._slot == "printer")
        self._offer_places()

    def _offer_places(self, *_: object) -> None:
        """Only where this fault can strike."""
        practice, name = self._practice, str(self.fault.currentData() or "")
        places = practice.places_of(name) if practice is not None and name else ("",)
        self.place.clear()
        for place in places or ("",):
            self.place.addItem(text.PLACES[place], place)
        self.place.setEnabled(self.place.count() > 1)

    def primary(self) -> None:
        """The device meets this fault from now on; chosen again it strikes again."""
        counter, slot, name = self.counter, self._slot, str(self.fault.currentData() or "")
        if not slot:
            return
        where, mark = str(self.place.currentData() or ""), secrets.token_hex(2)
        url = with_fault(getattr(counter.desk.settings.devices, slot), name, where, mark)
        counter.faults[slot] = dict(parse_qsl(urlsplit(url).query)).get("fault", "")
        words = text.SET if name else text.SET_FREE
        said = words.format(
            device=self.device.currentText(), fault=self.fault.currentText(), place=self.place.currentText()
        )
        self.host.work(counter.drop_devices, lambda _: self._done(said), Lane.DEVICE)

    def mend(self, act: str) -> None:
        """What the operator does at the rehearsal's printer; the fault that was practised is over."""
        counter = self.counter
        counter.faults.pop("printer", None)
        said = text.MENDED.format(act=text.ACTS[act])
        self.host.work(lambda: counter.mend(act), lambda _: self._done(said), Lane.DEVICE)

    def _done(self, said: str) -> None:
        self.host.say(said, wrong=False)
        self.counter.rewired.emit()
        self.counter.probe()
