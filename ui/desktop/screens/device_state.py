"""The first page of the devices screen: how the printer is, live; test prints, the recorder, the support bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from devices.contracts import Outcome, PrinterState
from devices.errors import DeviceError
from station.domain.errors import Refused
from station.services import stock
from station.services.devices import SLOTS, TestCard, print_test_card
from station.services.done import Done
from ui.desktop import text_devices as text
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import TOP, Screen, label, panel
from ui.desktop.viewmodels.devices import PrinterView, printer_view, silent_view, slot_lines
from ui.desktop.widgets.pane import Pane

POLL_MS = 5_000
"""A printer is asked that often while somebody looks; each question is answered in well under a second."""


class StatePane(Pane):
    """The printer in use, asked again and again while this page is in front."""

    def __init__(self, host: Screen) -> None:
        super().__init__(host)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._printer(), 6)
        row.addWidget(self._others(), 5)
        column.addLayout(row, 1)
        row = QHBoxLayout()
        self.probe, self.test_card, self.test_slip, self.record, self.support = (
            QPushButton(words) for words in (text.PROBE, text.TEST_CARD, text.TEST_SLIP, text.RECORD, text.SUPPORT)
        )
        self.probe.setObjectName("primary")
        buttons = {
            self.probe: self.primary, self.test_card: self.ask_test_card, self.test_slip: self.print_slip,
            self.record: self.toggle_record, self.support: self.ask_support,
        }  # fmt: skip
        for button, act in buttons.items():
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.keys = {5: self.ask_test_card, 6: self.print_slip, 7: self.toggle_record, 8: self.ask_support}
        self.begin_at(self.probe)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._ask_quietly)
        self._asking = self._agreed = False

    def _printer(self) -> QWidget:
        frame, layout = panel()
        layout.addWidget(label(text.PRINTER, "section"))
        self.heading, self.todo = label(text.ASKING, "big"), label("", "wrong", wrap=True)
        layout.addWidget(self.heading)
        layout.addWidget(self.todo)
        self.todo.hide()
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        self.values: dict[str, QLabel] = {}
        for at, (key, words) in enumerate(text.FIELDS.items()):
            self.values[key] = label("", "", wrap=True)
            grid.addWidget(label(words, "label"), at, 0, TOP)
            grid.addWidget(self.values[key], at, 1)
        layout.addLayout(grid)
        layout.addStretch(1)
        return frame

    def _others(self) -> QWidget:
        frame, layout = panel()
        layout.addWidget(label(text.OTHERS, "section"))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        self.slots: dict[str, QLabel] = {}
        for at, slot in enumerate(SLOTS):
            self.slots[slot] = label("", "hint", wrap=True)
            grid.addWidget(label(text.SLOTS[slot], "label"), at, 0, TOP)
            grid.addWidget(self.slots[slot], at, 1)
        layout.addLayout(grid)
        layout.addStretch(1)
        return frame

    # --- how the printer is ------------------------------------------------------------------------------------------

    def enter(self) -> None:
        self._agreed = False
        self._show_slots()
        self.primary()
        self._poll.start()

    def leave(self) -> None:
        self._poll.stop()
        self._agreed = False

    def primary(self) -> None:
        """Ask the printer, and the second one where there is one."""
        self.heading.setText(text.ASKING)
        self.counter.probe()
        second = self.counter.desk.settings.devices.second_printer
        self.host.work(self._asked, self._show, Lane.DEVICE, self._silent)
        if second:
            self.host.work(lambda: _second(second), self._show_second, Lane.DEVICE)

    def _ask_quietly(self) -> None:
        if not self._asking:
            self._asking = True
            run = self.counter.operations.run
            run(Lane.DEVICE, self._asked, self._show, self._silent, quiet=True)

    def _asked(self) -> Any:
        return self.counter.open_devices().printer.state()

    def _show(self, state: PrinterState) -> None:
        self.show_view(printer_view(state))

    def _silent(self, trouble: Trouble) -> None:
        self.show_view(silent_view(trouble.text))

    def show_view(self, view: PrinterView) -> None:
        """The printer as it is now, with what to do on top."""
        self._asking = False
        self.heading.setText(f"{'✓' if view.good else '✕'} {view.heading}")
        self.heading.setStyleSheet(f"color: {'#00805A' if view.good else '#A8071A'}")
        self.todo.setText(view.todo)
        self.todo.setVisible(bool(view.todo))
        for key, value in self.values.items():
            if key != "trace":
                value.setText(view.rows.get(key, text.UNKNOWN))
        self._show_trace()

    def _show_slots(self) -> None:
        from devices.practice import practice_of

        known = self.counter.desk.settings.devices
        practised = {}
        for slot, fault in self.counter.faults.items():
            practice = practice_of(getattr(known, slot))
            name = fault.partition("@")[0].partition(":")[0]
            practised[slot] = text.FAULTS[practice.kind].get(name, "") if practice is not None else ""
        for slot, words in slot_lines(known, practised).items():
            self.slots[slot].setText(words)

    def _show_second(self, said: str) -> None:
        self.slots["second_printer"].setText(said)

    # --- test prints -------------------------------------------------------------------------------------------------

    def ask_test_card(self) -> None:
        """It costs a blank: the first time it says so, the second time it prints."""
        from station.printing.ready import ask, machine_of

        desk, counter = self.counter.desk, self.counter
        if self._agreed:
            self._agreed = False
            self.host.say(text.BUSY, wrong=False)
            self.host.work(self._printed_card, self._tested, Lane.DEVICE)
            return

        def work() -> stock.PackLine:
            printer = counter.open_devices().printer
            return stock.open_pack(desk, machine_of(printer, ask(printer)))

        self.host.work(work, self._agree, Lane.DEVICE)

    def _agree(self, line: stock.PackLine) -> None:
        self._agreed = True
        self.host.say(text.ASK_TEST.format(pack=line.pack, remaining=line.remaining), wrong=False)

    def _printed_card(self) -> Done[TestCard]:
        from devices.bench import test_card

        counter = self.counter
        return print_test_card(counter.desk, counter.open_devices().printer, test_card(), actor=counter.clerk)

    def _tested(self, made: TestCard) -> None:
        words = text.TESTED if made.good else text.NOT_TESTED
        said = made.report.said or text.TEST_DOUBT
        self.host.say(
            words.format(said=said, booked=made.booked, pack=made.pack, remaining=made.remaining), wrong=not made.good
        )
        self._ask_quietly()

    def print_slip(self) -> None:
        """A slip of paper costs nothing: it is printed at once."""
        url, today = self.counter.settings_now().devices.slip, self.counter.today()
        self._agreed = False
        if not url:
            self.host.say(text.NO_SLIP)
            return

        def work() -> Any:
            from ui.sample_slip import print_test_slip

            return print_test_slip(url, today)

        self.host.say(text.BUSY, wrong=False)
        self.host.work(work, self._slip_printed, Lane.DEVICE)

    def _slip_printed(self, report: Any) -> None:
        good = report.outcome is Outcome.ACCEPTED
        self.host.say(text.SLIP_SENT if good else text.SLIP_FAILED.format(said=report.said), wrong=not good)

    # --- recorder and bundle -----------------------------------------------------------------------------------------

    def toggle_record(self) -> None:
        """Write the conversation with the printer down, or no longer."""
        from devices.catalogue import can_record

        counter = self.counter
        self._agreed = False
        if not can_record(counter.desk.settings.devices.printer):
            self.host.say(text.NO_RECORD)
            return
        counter.recording = not counter.recording
        self.record.setText(text.RECORD_OFF if counter.recording else text.RECORD)
        self.host.say(text.RECORDING_SOON if counter.recording else text.RECORDED, wrong=False)
        self.host.work(counter.drop_devices, lambda _: self._ask_quietly(), Lane.DEVICE)

    def _show_trace(self) -> None:
        trace = self.counter.trace
        self.values["trace"].setText(
            text.RECORDING.format(name=trace.name) if trace is not None else text.NOT_RECORDING
        )

    def ask_support(self) -> None:
        """Where to, then write it."""
        self._agreed = False
        start = str(Path.home() / text.SUPPORT_NAME)
        chosen, _ = QFileDialog.getSaveFileName(self, text.SUPPORT_TITLE, start, text.SUPPORT_FILE)
        if chosen:
            self.write_support(Path(chosen))

    def write_support(self, out: Path) -> None:
        """One zip without anybody's data; printers that are open are asked where they stand."""
        counter = self.counter

        def printers() -> dict[str, Any]:
            try:
                return {"printer": counter.open_devices().printer.state()}
            except (DeviceError, Refused) as why:
                return {"printer": why.sentence}

        def work() -> int:
            from ui.support import write_bundle

            counter.drop_devices()  # the doctor opens the camera himself
            return write_bundle(out, counter.desk.settings.home, counter.desk, printers)

        def then(size: int) -> None:
            self.host.say(text.SUPPORTED.format(name=out.name, size=size // 1024 + 1), wrong=False)

        self.host.say(text.BUSY, wrong=False)
        self.host.work(work, then, Lane.DEVICE)


def _second(url: str) -> str:
    """The second printer in one line; opened for this question only."""
    from devices.bench import probe

    try:
        view = printer_view(probe(url))
    except DeviceError as why:
        return why.sentence
    return f"{view.heading}。{view.todo}{view.rows['device']}，{view.rows['ribbon']}"
