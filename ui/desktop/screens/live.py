"""A screen with the live picture of the camera that faces the worker; the camera goes back when nobody looks.

What is done with a frame is each screen's own: `measured` on the camera's lane, `seen` where widgets are.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from devices.contracts import Picture
from station.faces.engines import load
from station.faces.face import FaceMatcher
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import Screen

EVERY_MS = 80
WAIT = 0.3


class LiveScreen(Screen):
    """Frame after frame while it is visible and still `looking`."""

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.camera: Any = None
        self._running = False

    def looking(self) -> bool:
        """Whether another frame is wanted."""
        return True

    def measured(self, picture: Picture) -> Any:
        """What a frame shows; on the camera's lane, away from all widgets."""
        return picture

    def seen(self, found: Any) -> None:
        """Show what a frame showed."""

    def begin(self) -> None:
        """Look, unless it does already. Where one camera sees cards and people, the bench lets go of it first."""
        if not self.isVisible() or self._running:
            return
        self._running = True
        settings = self.counter.desk.settings
        if settings.rehearsal or settings.devices.portrait:
            self._next()
            return
        operations = self.counter.operations
        operations.run(Lane.DEVICE, self.counter.drop_devices, lambda _: self._next(), self._lost, quiet=True)

    def engine(self) -> FaceMatcher | None:
        """The face engine of this machine, loaded once; None where people look. Not for the GUI thread."""
        from station.bootstrap import models_home

        return load(models_home())

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the camera goes back."""
        self._running = False
        self.counter.operations.run(Lane.CAMERA, self._give_back, lambda _: None, lambda _: None, quiet=True)
        super().hideEvent(event)

    def _give_back(self) -> None:
        if self.camera is not None:
            self.camera.close()
            self.camera = None

    def _next(self) -> None:
        if self._running and self.looking():
            self.counter.operations.run(Lane.CAMERA, self._look, self._seen, self._lost, quiet=True)
        else:
            self._running = False

    def _look(self) -> Any:
        """On the camera's lane: one frame, measured; None where the camera had none."""
        if self.camera is None:
            from station.bootstrap import open_portrait_camera

            self.camera = open_portrait_camera(self.counter.desk.settings)
        frame = self.camera.read(WAIT)
        return None if frame is None else self.measured(frame.picture)

    def _seen(self, found: Any) -> None:
        if found is not None:
            self.seen(found)
        QTimer.singleShot(EVERY_MS, self._next)

    def _lost(self, trouble: Trouble) -> None:
        self._running = False
        self.say(trouble.text)
