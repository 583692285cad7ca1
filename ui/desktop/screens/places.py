"""The table of screens: name, module and class, in the order of the navigation; each is made when first shown."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from ui.desktop.screens.screen import Screen

PLACES: dict[str, tuple[str, str]] = {
    # name -> (module under ui.desktop.screens, class); the words and the key of each stand in text.SCREENS
    "today": ("today", "TodayScreen"),
    "find": ("find", "FindScreen"),
    "intake": ("intake", "IntakeScreen"),
    "check": ("check", "CheckScreen"),
    "company": ("company", "CompanyScreen"),
    "companies": ("companies", "CompaniesScreen"),
    "queue": ("queue", "QueueScreen"),
    "acts": ("acts", "ActsScreen"),
    "handover": ("handover", "HandoverScreen"),
    "capture": ("capture", "CaptureScreen"),
    "face": ("face", "FaceScreen"),
    "file": ("file", "FileScreen"),
    "batch": ("batch", "BatchScreen"),
    "issue": ("issue", "IssueScreen"),
    "stock": ("stock", "StockScreen"),
    "figures": ("figures", "FiguresScreen"),
    "outbox": ("outbox", "OutboxScreen"),
    "devices": ("devices", "DevicesScreen"),
}

OF_THE_PROVINCE = frozenset({"figures", "outbox", "check", "devices"})
"""What one of the province's own stations has: it counts and judges codes, and does no city's business."""

BEHIND = (
    "devices.practice", "devices.scanners.ladder", "devices.scanners.why", "station.company.books",
    "station.company.taking", "station.faces.capture", "station.paper", "station.services.batch_people",
    "station.services.batch_waiting", "station.services.devices", "station.services.elsewhere",
    "station.services.figures", "station.services.figures_of_copies", "station.services.health",
    "station.services.idcard", "station.services.looking",
    "station.services.newlife", "station.services.overdue", "station.services.support", "ui.act_table",
    "ui.batch_books", "ui.company_table", "ui.figures", "ui.flows", "wave",
)  # fmt: skip


class Screens:
    """All screens of one counter by name; one that nobody asked for does not exist yet."""

    def __init__(self, make: Callable[[type[Screen]], Screen]) -> None:
        self._make = make
        self._made: dict[str, Screen] = {}

    def __getitem__(self, name: str) -> Screen:
        """The screen of that name, made now if it was never asked for. Raises KeyError for a name not in the table."""
        if name not in self._made:
            module, called = PLACES[name]
            kind = getattr(importlib.import_module(f"ui.desktop.screens.{module}"), called)
            self._made[name] = self._make(kind)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def name_of(self, screen: object) -> str:
        """Under which name a screen stands; empty for something that is no screen of the table."""
        return next((name for name, made in self._made.items() if made is screen), "")


def load_behind() -> None:
    """Import what the screens stand on and is not Qt's; asked for off the GUI thread, behind the window."""
    for module in BEHIND:
        importlib.import_module(module)


def load_ahead() -> Iterator[str]:
    """Import one screen after the other before it is asked for, and name it.

    On the GUI thread, between two events: a Qt class made on one thread and used on another can crash (see garbage).
    """
    for name, (module, _) in PLACES.items():
        importlib.import_module(f"ui.desktop.screens.{module}")
        yield name
