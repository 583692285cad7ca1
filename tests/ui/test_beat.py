"""The exchange beside the page: it goes on after failures and ends with the page."""

from __future__ import annotations

import threading

from station.domain.errors import Fault
from ui.household.beat import Beat


def test_it_syncs_again_and_again_and_ends_with_the_block() -> None:
    enough, calls = threading.Event(), []

    def sync() -> None:
        calls.append(1)
        if len(calls) >= 3:
            enough.set()

    with Beat(sync, 0.001):
        assert enough.wait(5)
    ended = len(calls)
    assert not enough.wait(0.02) or len(calls) == ended


def test_a_centre_that_is_away_is_asked_again() -> None:
    again, calls = threading.Event(), []

    def sync() -> None:
        calls.append(1)
        if len(calls) == 2:
            again.set()
        raise Fault("连不上省中心。", "请稍后。", "no_centre")

    with Beat(sync, 0.001):
        assert again.wait(5)
