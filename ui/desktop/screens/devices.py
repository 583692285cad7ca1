"""Devices: how printer and camera are, a test card, and in a rehearsal the faults to practise with."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from station.printing.ready import SENTENCES
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
        layout.addWidget(self.camera)
        row = QHBoxLayout()
        self.probe = QPushButton(text.DEVICES_PROBE)
        self.probe.clicked.connect(self.refresh)
        row.addWidget(self.probe)
        row.addStretch(1)
        layout.addLayout(row)
        self.outer.addWidget(state)
        self.faults, layout = panel()
        layout.addWidget(label(text.DEVICES_FAULT, "section"))
        self.fault = QComboBox()
        self.fault.setAccessibleName(text.DEVICES_FAULT)
        for name, words in text.DEVICES_FAULTS.items():
            self.fault.addItem(words, name)
        layout.addWidget(self.fault)
        self.apply = QPushButton(text.DEVICES_APPLY)
        self.apply.clicked.connect(self._apply)
        layout.addWidget(self.apply)
        self.outer.addWidget(self.faults)
        self.outer.addWidget(self.sentence)
        self.outer.addStretch(1)
        self.setFocusProxy(self.probe)

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
        counters = text.COUNTERS.format(cards=state.cards, panels=state.panels, left=state.ribbon_left)
        self.printer.setText(f"{text.DEVICES_PRINTER}：{state.model}（{state.serial}）\n{counters}\n{faults}")
        self.camera.setText(f"{text.DEVICES_CAMERA}：{text.READY if camera else text.NOT_SET}")
        self.say("")
        self.counter.probe()

    def _apply(self) -> None:
        counter = self.counter
        counter.fault = str(self.fault.currentData())
        self.work(counter.drop_devices, lambda _: self.refresh(), Lane.DEVICE)
