"""The second page of the devices screen: what is plugged in, and which of it stands where."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from devices.contracts import FoundDevice
from station.domain.authority import ACTS
from station.services.devices import SLOTS, choose, rule_of
from station.services.staff import REHEARSAL_PASSWORD, Colleague, Staff
from ui import text_acts
from ui.desktop import text_devices as text
from ui.desktop.operations import Lane
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.devices import found_lines, slots_for, words_of
from ui.desktop.widgets.form import Signer
from ui.desktop.widgets.pane import Choice, Pane


class ChoicePane(Pane):
    """A list on the left, where the chosen one is to stand on the right. An address may be typed, too."""

    def __init__(self, host: Screen) -> None:
        super().__init__(host)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        left = QVBoxLayout()
        self.lines = LinesView(text.TABS["choose"], text.COLUMNS, text.WIDTHS)
        self.lines.chosen.connect(lambda _: self._chosen())
        self.lines.opened.connect(lambda _: self.slot.setFocus())
        left.addWidget(self.lines, 1)
        self.about = label("", "hint", wrap=True)
        self.about.setMinimumHeight(48)
        left.addWidget(self.about)
        self.look = QPushButton(text.REFRESH)
        self.look.clicked.connect(self.look_again)
        left.addWidget(self.look)
        row.addLayout(left, 5)
        row.addWidget(self._form(), 5)
        self.begin_at(self.lines)
        self.found: list[FoundDevice] = []
        self._people: dict[str, list[Colleague]] = {}
        self._looked = False

    def _form(self) -> QWidget:
        frame, layout = panel()
        layout.setSpacing(5)  # the tallest page of this screen: it must fit what a task bar leaves of 768
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self.slot = Choice(text.USE_AS)
        self.slot.currentIndexChanged.connect(self._placed)
        self.now = label("", "hint", wrap=True)
        self.address = QLineEdit()
        self.address.setAccessibleName(text.ADDRESS)
        self.address.setMaxLength(2048)
        for at, (words, widget) in enumerate(((text.USE_AS, self.slot), ("", self.now), (text.ADDRESS, self.address))):
            grid.addWidget(label(words, "label"), at, 0)
            grid.addWidget(widget, at, 1)
        layout.addLayout(grid)
        layout.addWidget(label(text.CLEAR_HINT, "hint", wrap=True))
        self.two = label(text.TWO_NEEDED, "hint", wrap=True)
        layout.addWidget(self.two)
        self.by, self.second = Signer(text_acts.BY), Signer(text_acts.SECOND)
        layout.addWidget(self.by)
        layout.addWidget(self.second)
        layout.addStretch(1)
        self.save = QPushButton(text.SAVE)
        self.save.setObjectName("primary")
        self.save.clicked.connect(self.primary)
        layout.addWidget(self.save)
        return frame

    # --- what there is -----------------------------------------------------------------------------------------------

    def enter(self) -> None:
        self._offer(SLOTS)
        if not self._looked:
            self.look_again()
        else:
            self._show(self.found)

    def look_again(self) -> None:
        """Search the bus, the queues, the ports and the cameras anew."""
        self._looked = True
        self.about.setText(text.LOOKING)
        desk = self.counter.desk

        def work() -> Any:
            from devices.bench import plugged_in

            staff = Staff(desk)
            rules = {rule_of(slot) for slot in SLOTS}
            people = {rule: staff.able(rule) for rule in rules}
            people |= {f"{rule}+": staff.able(rule, second=True) for rule in rules if ACTS[rule].second}
            return plugged_in(), people

        def then(answer: Any) -> None:
            found, self._people = answer
            self._show(found)

        self.host.work(work, then, Lane.DEVICE)

    def _show(self, found: list[FoundDevice]) -> None:
        self.found = found
        self.lines.show_lines(found_lines(found, self.counter.desk.settings.devices))
        self.about.setText("" if found else text.NONE_FOUND)
        self._chosen()

    @property
    def device(self) -> FoundDevice | None:
        """The device in hand, None where nothing is plugged in."""
        key = self.lines.key
        return self.found[int(key)] if key and int(key) < len(self.found) else None

    def _chosen(self) -> None:
        device = self.device
        if device is not None:
            self.about.setText(device.sentence)
        self._offer(slots_for(device) or SLOTS)

    def _offer(self, slots: tuple[str, ...]) -> None:
        """These places for the device in hand."""
        self.slot.blockSignals(True)
        self.slot.clear()
        for slot in slots:
            self.slot.addItem(text.SLOTS[slot], slot)
        self.slot.blockSignals(False)
        self._placed()

    def _placed(self, *_: object) -> None:
        slot, device = str(self.slot.currentData() or SLOTS[0]), self.device
        now = str(getattr(self.counter.desk.settings.devices, slot))
        self.now.setText(text.NOW.format(url=words_of(now) or text.NOT_SET))
        fits = device is not None and slot in slots_for(device)
        self.address.setText(device.url if fits and device is not None else now)
        self.address.setCursorPosition(0)
        rule, person = rule_of(slot), self.counter.clerk.person
        two = bool(ACTS[rule].second)
        rehearsal = REHEARSAL_PASSWORD if self.counter.desk.settings.rehearsal else ""
        self.by.show_people(self._people.get(rule, []), person, rehearsal)
        self.second.show_people(self._people.get(f"{rule}+", []) if two else [], "", rehearsal)
        self.two.setVisible(two)

    # --- saving ------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Write it into the settings; from then on this device is used."""
        from station.bootstrap import check_device

        counter, desk, slot = self.counter, self.counter.desk, str(self.slot.currentData() or "")
        url = self.address.text().strip()
        if url == "wedge://":
            self.host.say(text.NO_SETTING, wrong=False)
            return
        by, second, clerk = self.by.given(), self.second.given(), counter.clerk
        two = bool(ACTS[rule_of(slot)].second)

        def work() -> Any:
            staff = Staff(desk)
            actor = clerk if by[0] == clerk.person and not by[1] else staff.sign_in(*by)
            other = None
            if two:
                other = clerk if second[0] == clerk.person and not second[1] else staff.sign_in(*second)
            done = choose(desk, slot, url, check=check_device, actor=actor, second=other)
            counter.faults.pop(slot, None)
            counter.drop_devices()
            return done

        def then(_: object) -> None:
            self._show(self.found)
            self.slot.setCurrentIndex(max(0, self.slot.findData(slot)))
            said = text.SAVED if url else text.REMOVED
            self.host.say(said.format(slot=text.SLOTS[slot]), wrong=False)
            counter.rewired.emit()
            counter.probe()

        self.host.say(text.BUSY, wrong=False)
        self.host.work(work, then, Lane.DEVICE)
