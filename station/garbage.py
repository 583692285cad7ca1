"""How often Python searches for cycles where many facts are in hand."""

from __future__ import annotations

import gc

THRESHOLDS = (200_000, 20, 100)


def search_seldom() -> None:
    """For a process without windows (those search on their own thread, `ui.desktop.garbage`).

    A page of 5,000 facts makes 15,000 objects that live until it is taken and no cycle among them: by the
    interpreter's own thresholds it is searched fifty times, which was a third of a first exchange.
    """
    gc.set_threshold(*THRESHOLDS)
