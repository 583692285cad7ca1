"""Devices: how printer and camera are, a test card, and in a rehearsal the faults to practise with."""

from __future__ import annotations

import secrets
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from devices.contracts import SENTENCES
from ui.desktop import text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane
from ui.desktop.screens.screen import Screen, label, panel


class DevicesScreen(Screen):
    """One printer and one camera."""

    title = text.DEVICES_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        state, layout = panel()
        layout.addWidget(label(text.DEVICES_STATE, "section"))
        self.printer, self.camera = label("", "sentence", wrap=True), label("", "sentence", wrap=True)
        layout.addWidget(self.printer)
        row = QHBoxLayout()
        row.addWidget(self.camera, 1)
        self.probe = QPushButton(text.DEVICES_PROBE)
        self.probe.clicked.connect(self.refresh)
        row.addWidget(self.probe)
        layout.addLayout(row)
        self.outer.addWidget(state)
        self.faults, layout = panel()
        layout.addWidget(label(text.DEVICES_FAULT, "section"))
        self.fault = QComboBox()
        self.fault.setAccessibleName(text.DEVICES_FAULT)
        for name, words in text.DEVICES_FAULTS.items():
            self.fault.addItem(words, name)
        self.fault.currentIndexChanged.connect(self._offer_places)
        self.place = QComboBox()
        self.place.setAccessibleName(text.DEVICES_PLACES[""])
        self.apply = QPushButton(text.DEVICES_APPLY)
        self.apply.clicked.connect(self._apply)
        row = QHBoxLayout()
        for widget, share in ((self.fault, 2), (self.place, 2), (self.apply, 1)):
            row.addWidget(widget, share)
        layout.addLayout(row)
        layout.addWidget(label(text.DEVICES_FAULT_HINT, "hint", wrap=True))
        layout.addWidget(label(text.DEVICES_MEND, "section"))
        row = QHBoxLayout()
        self.mends: dict[str, QPushButton] = {}
        for act, words in text.DEVICES_ACTS.items():
            button = self.mends[act] = QPushButton(words)
            button.clicked.connect(lambda _, act=act: self.mend(act))
            row.addWidget(button)
        layout.addLayout(row)
        self._offer_places()
        self.outer.addWidget(self.faults)
        self.outer.addWidget(self.sentence)
        self.outer.addStretch(1)
        self.setFocusProxy(self.probe)
        self._said = ""

    def refresh(self) -> None:
        counter = self.counter
        self.faults.setVisible(counter.desk.settings.rehearsal)

        def work() -> Any:
            bench = counter.open_devices()
            return bench.printer.state(), bench.camera is not None

        self.work(work, self._show, Lane.DEVICE)

    def _show(self, found: Any) -> None:
        state, camera = found
        faults = ";".join(SENTENCES[fault.code] for fault in state.faults) or text.READY
        cards, panels, left = (
            text.DEVICES_UNKNOWN if told is None else told for told in (state.cards, state.panels, state.ribbon_left)
        )
        counters = text.COUNTERS.format(cards=cards, panels=panels, left=left)
        self.printer.setText(f"{text.DEVICES_PRINTER}：{state.model}（{state.serial}）\n{counters}\n{faults}")
        self.camera.setText(f"{text.DEVICES_CAMERA}：{text.READY if camera else text.NOT_SET}")
        self.say(self._said, wrong=False)
        self._said = ""
        self.counter.probe()

    def _offer_places(self) -> None:
        """Only where this fault can strike."""
        from devices.printers.emulator.plan import possible

        name = str(self.fault.currentData())
        self.place.clear()
        for place, words in text.DEVICES_PLACES.items():
            if not place or possible(name, place):
                self.place.addItem(words, place)
        self.place.setEnabled(self.place.count() > 1)

    def _apply(self) -> None:
        """The next card meets this fault; chosen again it strikes again."""
        counter = self.counter
        name, place = str(self.fault.currentData()), str(self.place.currentData())
        where = f":{place}" if place else ""
        counter.fault = f"{name}{where}@1~{secrets.token_hex(2)}" if name else ""
        said = text.DEVICES_SET.format(fault=self.fault.currentText(), place=self.place.currentText()) if name else ""
        self.work(counter.drop_devices, lambda _: self._refreshed(said), Lane.DEVICE)

    def mend(self, act: str) -> None:
        """What the operator does at the rehearsal's printer; the fault that was practised is over."""
        counter = self.counter
        counter.fault = ""
        self.work(
            lambda: counter.mend(act),
            lambda _: self._refreshed(text.DEVICES_MENDED.format(act=text.DEVICES_ACTS[act])),
            Lane.DEVICE,
        )

    def _refreshed(self, said: str) -> None:
        self._said = said
        self.refresh()
