"""A progress bar on long work, quiet where the output is JSON or no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Tell = Callable[[int, int], None]


def progress(items: Iterable[T], total: int, title: str, *, quiet: bool) -> Iterator[T]:
    """The same items; a bar on stderr while they are taken, unless `quiet` or nobody looks."""
    with telling(title, quiet=quiet) as tell:
        for done, item in enumerate(items, start=1):
            yield item
            tell(done, total)


@contextmanager
def telling(title: str, *, quiet: bool) -> Iterator[Tell]:
    """A function to be told (done, total); it moves a bar on stderr, unless `quiet` or nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
