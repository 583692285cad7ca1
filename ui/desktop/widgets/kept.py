"""Keeps what stands in a desk's fields a moment after each change, and brings it back after a crash or a power cut."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from ui.desktop.drafts import Drafts
from ui.desktop.screens.screen import Screen

SOON_MS = 300


class Kept(QObject):
    """The draft of one desk. `state` says what is there, `load` puts back what was kept."""

    def __init__(
        self, screen: Screen, name: str, state: Callable[[], dict[str, str]], load: Callable[[dict[str, str]], None]
    ) -> None:
        super().__init__(screen)
        self._screen, self._name, self._state, self._load = screen, name, state, load
        self._restored = False
        self.soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self.soon.timeout.connect(self._keep)

    def changed(self, *_: object) -> None:
        """Something was typed or scanned."""
        if self._restored:
            self.soon.start()

    def restore(self) -> None:
        """Once, when the desk is first shown: what was kept comes back, unless somebody was faster."""
        if self._restored:
            return
        desk = self._screen.counter.desk
        self._screen.work(lambda: Drafts(desk).get(self._name), self._back)

    def _back(self, kept: dict[str, str]) -> None:
        if self._restored:
            return
        self._restored = True
        if kept and not any(self._state().values()):
            self._load(kept)

    def forget(self) -> None:
        """It was done; nothing of it comes back."""
        self.soon.stop()
        desk = self._screen.counter.desk
        self._screen.work(lambda: Drafts(desk).forget(self._name), lambda _: None)

    def _keep(self) -> None:
        desk, kept = self._screen.counter.desk, self._state()
        if desk is not None:
            self._screen.work(lambda: Drafts(desk).keep(self._name, kept), lambda _: None)
