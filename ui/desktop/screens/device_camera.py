"""The third page of the devices screen: the camera at the printer, live, and whether it keeps up and reads."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from ui.desktop import text_devices as text
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.widgets.pane import Pane
from ui.desktop.widgets.picture import PictureView

EVERY_MS = 60
WAIT = 0.3
READ_EVERY = 5
"""So many frames are shown for one that is read, too: reading takes longer than showing."""


class CameraPane(Pane):
    """Frame after frame from the camera of the bench, until it is stopped or left; nothing is kept."""

    def __init__(self, host: Screen) -> None:
        super().__init__(host)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.picture = PictureView(text.VIEW)
        row.addWidget(self.picture, 3)
        frame, layout = panel()
        layout.addWidget(label(text.CAMERA_HINT, "hint", wrap=True))
        self.pace, self.reads = label("", "", wrap=True), label("", "sentence", wrap=True)
        layout.addWidget(self.pace)
        layout.addWidget(self.reads)
        layout.addStretch(1)
        self.look = QPushButton(text.LOOK)
        self.look.setObjectName("primary")
        self.look.clicked.connect(self.primary)
        layout.addWidget(self.look)
        row.addWidget(frame, 2)
        self.begin_at(self.look)
        self.running = False
        self.frames = 0
        self._round = 0
        self._since = 0.0
        self._before = (0, 0)

    def enter(self) -> None:
        self.pace.setText("")
        self.reads.setText("")

    def leave(self) -> None:
        self._stop()

    def primary(self) -> None:
        """Begin or end to look."""
        if self.running:
            self._stop()
            return
        self.running, self.frames = True, 0
        self._round += 1
        self.look.setText(text.STOP)
        self.host.say("")
        self._next(self._round)

    def _stop(self) -> None:
        self.running = False
        self.look.setText(text.LOOK)

    def _next(self, round_: int) -> None:
        if self.running and round_ == self._round:
            run = self.counter.operations.run
            reads = self.frames % READ_EVERY == 0
            run(Lane.DEVICE, lambda: self._look(reads), lambda found: self._seen(found, round_), self._lost, quiet=True)

    def _look(self, reads: bool) -> Any:
        """On the device lane: one frame, how the camera keeps up, and what was read of it."""
        bench = self.counter.open_devices()
        if bench.camera is None:
            return None
        frame = bench.camera.read(WAIT)
        kept = (getattr(bench.camera, "dropped", 0), getattr(bench.camera, "reopened", 0))
        if frame is None:
            return None, kept, "no_frame"
        if not reads:
            return frame.picture, kept, ""
        code = "code" if bench.reader.read(frame.picture) else bench.reader.why_not(frame.picture)
        return frame.picture, kept, code

    def _seen(self, found: Any, round_: int) -> None:
        if found is None:
            self._stop()
            self.host.say(text.NO_CAMERA)
            return
        picture, (dropped, reopened), code = found
        now = time.monotonic()
        if self.frames == 0:
            self._since, self._before = now, (dropped, reopened)
        if picture is not None:
            self.frames += 1
        self.picture.show_picture(picture)
        spent = max(now - self._since, 1e-3)
        pace = f"{(self.frames - 1) / spent:.0f}" if self.frames > 1 else "–"
        since = {"dropped": dropped - self._before[0], "reopened": reopened - self._before[1]}
        self.pace.setText(text.PACE.format(pace=pace, **since))
        if code:
            self.reads.setText(text.CODES.get(code, text.CODES["no_code"]))
        QTimer.singleShot(EVERY_MS, lambda: self._next(round_))

    def _lost(self, trouble: Trouble) -> None:
        self._stop()
        self.host.say(trouble.text)
