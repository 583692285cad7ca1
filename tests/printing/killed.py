"""Runs command lines of the product as processes that can be ended with kill -9 at a labelled point of the press.

`python -m tests.printing.killed` reads lines `DEATH<tab>OUT<tab>JSON list of arguments`, runs each in a process of its
own with its output in OUT, and answers with the exit code (-9 for a killed one). DEATH is "", `POINT@N`: the N-th time
that point of the press is reached, `person@N`: when the N-th row of the list has been dealt with, or `seconds@N`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "tests.printing.killed")
Live = Callable[[str, Path, list[str]], int]

LIBRARIES = (
    "station.bootstrap", "station.cards.artwork", "devices.cameras.cameras", "devices.scanners.image",
    "devices.scanners.second", "ui.cli.batch_run", "ui.cli.stock", "ui.cli.audit",
)  # fmt: skip


def die() -> None:
    """kill -9 of this very process."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(death: str) -> None:
    """Let this process die there. The product is not changed: its press is told of a listener, as any test does."""
    point, _, often = death.partition("@")
    if not point:
        return
    if point == "seconds":
        threading.Timer(float(often), die).start()
        return
    visits: Counter[str] = Counter()

    def reached(now: str) -> None:
        visits[now] += 1
        if now == point and visits[now] == int(often):
            die()

    services: Any = import_module("station.services.batches")
    press_of = services.press_of
    services.press_of = lambda *args, **more: press_of(*args, **{**more, "reached": reached})
    people: Any = import_module("ui.cli.batch_run")
    permits_of = people.permits_of

    def told(*args: Any, **more: Any) -> Iterator[Any]:
        for one in permits_of(*args, **more):
            reached("person")
            yield one

    people.permits_of = told


def live(death: str, out: str, argv: list[str]) -> int:
    """One life of the program; does not return when it dies."""
    arm(death)
    from ui.cli.main import main

    with Path(out).open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        code = main(argv)
        sys.stdout.flush()
    return code


def serve() -> None:
    """One forked process a line; the libraries are loaded once."""
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        death, out, argv = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = live(death, out, json.loads(argv))
            finally:
                os._exit(code)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.__stdout__.write(f"{status}\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


@contextmanager
def lives(environment: dict[str, str]) -> Iterator[Live]:
    """A function that lives one life and answers its exit code."""
    piped = subprocess.PIPE
    with subprocess.Popen(
        COMMAND, cwd=ROOT, stdin=piped, stdout=piped, text=True, env={**os.environ, **environment}
    ) as server:

        def one(death: str, out: Path, argv: list[str]) -> int:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(f"{death}\t{out}\t{json.dumps(argv)}\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        yield one
        assert server.stdin is not None
        server.stdin.close()


if __name__ == "__main__":
    serve()
