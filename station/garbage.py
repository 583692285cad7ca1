"""Who holds Python's search for cycles back, counted over all threads: the last one to let go starts it again.

A page of 5,000 facts makes 30,000 objects that live until it is taken and no cycle among them; searching them again
and again was a fifth of a first exchange. The desktop searches on the thread of its windows alone.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_holders = 0
_was_on = False


def hold() -> None:
    """Nothing is searched by itself until `release`; calls may be nested and come from any thread."""
    global _holders, _was_on
    with _lock:
        if not _holders:
            _was_on = gc.isenabled()
            gc.disable()
        _holders += 1


def release() -> None:
    """Undo one `hold`. After the last one it is as it was before the first."""
    global _holders
    with _lock:
        _holders -= 1
        if not _holders and _was_on:
            gc.enable()


def holders() -> int:
    """How many hold it back now."""
    return _holders


@contextlib.contextmanager
def held() -> Iterator[None]:
    """`hold` for the length of a block."""
    hold()
    try:
        yield
    finally:
        release()
