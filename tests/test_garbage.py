"""Python's search for cycles comes back when the last holder lets go, and not before."""

from __future__ import annotations

import gc

from station import garbage


def test_the_last_holder_lets_go() -> None:
    assert gc.isenabled() and garbage.holders() == 0
    with garbage.held():
        garbage.hold()
        assert not gc.isenabled() and garbage.holders() == 2
        garbage.release()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    gc.disable()
    try:
        with garbage.held():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
