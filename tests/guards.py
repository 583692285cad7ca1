"""A pytest plugin that fails a test for what it leaves behind: a connection outside, a thread, personal data in a log.

Each guard lets the test run to its end and names what it found, so the cause is read in one line. Loopback, Unix
sockets and daemon threads are free. It knows nothing of the product but the names of its packages.
"""

from __future__ import annotations

import logging
import re
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

PACKAGES = ("station", "devices", "ui")
GRACE_SECONDS = 2.0
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN = re.compile(r"(?<!\d)(\d{17})([\dXx])(?!\d)")
TOKEN = re.compile(r"(?<!\d)\d{191}(?!\d)")


def personal_in(text: str) -> str | None:
    """What kind of personal data stands in `text`: an 18-place citizen number or the 191 digits of a token.

    A number counts when its birth date and check digit are real, so an 18-digit clock stamp is not mistaken for one.
    """
    if TOKEN.search(text):
        return "the 191 digits of a token"
    for digits, check in CITIZEN.findall(text):
        total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
        if "10X98765432"[total % 11] == check.upper() and _is_birthday(digits[6:14]):
            return "a citizen number"
    return None


def _is_birthday(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def stays_home(family: int, address: object) -> bool:
    """Whether a socket of that family may be connected to that address inside a test."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0]) if isinstance(address, tuple) else str(address)
    return host in ("localhost", "::1", "0.0.0.0", "::", "") or host.startswith(("127.", "::ffff:127."))


class Outside:
    """Refuses every connection that leaves the machine and remembers that it was tried."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    def stand(self) -> None:
        """Take the place of the ways out of Python's socket module, for the life of this process."""
        for name in ("connect", "connect_ex", "sendto"):
            setattr(socket.socket, name, self._watched(getattr(socket.socket, name)))
        resolve = socket.getaddrinfo

        def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
            text = host.decode() if isinstance(host, bytes) else str(host or "")
            if not stays_home(socket.AF_INET, (text,)):
                self._refuse(text)
            return resolve(host, *rest, **named)

        socket.getaddrinfo = getaddrinfo

    def _watched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(sock: socket.socket, *arguments: Any) -> Any:
            if not stays_home(sock.family, arguments[-1]):
                self._refuse(str(arguments[-1]))
            return original(sock, *arguments)

        return call

    def _refuse(self, address: str) -> None:
        self.tried.append(address)
        raise ConnectionRefusedError(f"tests stay on this machine: {address}")


class Threads:
    """Knows which Qt threads were started, for Qt itself does not tell."""

    def __init__(self) -> None:
        self._qt: weakref.WeakSet[Any] = weakref.WeakSet()

    def watch_qt(self) -> None:
        """Note every QThread from its start on; called once, when Qt is there."""
        core = sys.modules.get("PySide6.QtCore")
        if core is None or getattr(core.QThread, "watched", False):
            return
        start = core.QThread.start

        def noted(thread: Any, *arguments: Any) -> None:
            self._qt.add(thread)
            start(thread, *arguments)

        core.QThread.start = noted
        core.QThread.watched = True

    def running(self) -> dict[int, str]:
        """Every thread that runs now and would keep the process from ending, by identity."""
        found = {id(one): one.name for one in threading.enumerate() if one.is_alive() and not one.daemon}
        if self._qt:
            from shiboken6 import isValid

            found |= {id(one): f"QThread {one.objectName()}" for one in self._qt if isValid(one) and one.isRunning()}
        return found

    def left(self, before: dict[int, str]) -> list[str]:
        """The threads still running that were not there before, after a moment of grace."""
        until = time.monotonic() + GRACE_SECONDS
        while True:
            found = [name for one, name in self.running().items() if one not in before]
            if not found or time.monotonic() > until:
                return found
            time.sleep(0.01)


class Listener(logging.Handler):
    """Hears every record of our packages at any level, and of others from WARNING on; keeps only what is wrong."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        found = personal_in(self.format(record))
        if found:
            self.heard.append(f"{record.name}:{record.lineno} logged {found}")


outside = Outside()
threads = Threads()
listener = Listener()
warned: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    outside.stand()
    logging.getLogger().addHandler(listener)
    for package in PACKAGES:
        logging.getLogger(package).setLevel(logging.DEBUG)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails the test that connected outside, left a thread, or logged personal data."""
    threads.watch_qt()
    before = threads.running()
    outside.tried.clear()
    listener.heard.clear()
    yield
    complaints = [f"connected outside: {address}" for address in outside.tried]
    complaints += [f"left a thread running: {name}" for name in threads.left(before)]
    complaints += listener.heard
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def pytest_warning_recorded(warning_message: Any, nodeid: str) -> None:
    found = personal_in(str(warning_message.message))
    if found:
        warned.append(f"{nodeid}: a warning holds {found}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if warned:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in warned:
        terminalreporter.write_line(line, red=True)
