"""An exchange at the command line: how far it is, in words, and Ctrl+C that stops it between two batches."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from station.services.desk import Desk
from station.sync.exchanged import Exchanged
from ui.words import word

STOPPING = "\n正在停止：这一批传完即停，已传的不重传；再按一次 Ctrl+C 立即结束。"


def exchanged(desk: Desk, *, quiet: bool) -> Exchanged:
    """One exchange; `quiet` says nothing on the way. What was done stays done, however it ends."""
    with stopping() as stopped:
        return desk.sync(None if quiet else shown, stopped)


def shown(step: str, done: int, total: int) -> None:
    """One line on stderr that is written over until the step is done."""
    if done:
        known = max(total, done)
        click.echo(f"\r{word('sync_step', step)} {done}/{known}", nl=bool(total) and done >= total, err=True)


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C was pressed since. The second one ends the program as ever."""
    stop = threading.Event()

    def asked(*_: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        click.echo(STOPPING, err=True)

    if threading.current_thread() is not threading.main_thread():
        yield stop.is_set
        return
    before = signal.signal(signal.SIGINT, asked)
    try:
        yield stop.is_set
    finally:
        signal.signal(signal.SIGINT, before)
