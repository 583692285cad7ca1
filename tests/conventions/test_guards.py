"""The guards of tests/guards.py do fail a test: each is given a test that misbehaves, in a pytest of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.tree import ROOT
from tests.guards import personal_in, stays_home

MISBEHAVING = '''
import concurrent.futures, logging, socket, threading, warnings
import pytest

NUMBER = "11010519491231" + "002X"

def test_connects():
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.1", 9), timeout=0.2)

def test_resolves():
    with pytest.raises(OSError):
        socket.getaddrinfo("example.invalid", 80)

def test_leaves_thread():
    concurrent.futures.ThreadPoolExecutor(1).submit(threading.Event().wait, 3)

def test_leaves_qthread(qapp):
    from PySide6.QtCore import QThread
    global kept
    kept = QThread()
    kept.start()

def test_logs_number():
    logging.getLogger("station.anything").debug("number %s", NUMBER)

def test_logs_token():
    logging.getLogger("elsewhere").warning("7" * 191)

def test_logs_exception():
    try:
        raise ValueError(NUMBER)
    except ValueError:
        logging.getLogger("ui").exception("failed")

def test_behaves():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    client.close(), server.close()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
    logging.getLogger("station").info("stamp 115000000000000000")

def test_end_threads(qapp):
    kept.quit(), kept.wait()
'''


def run(folder: Path, source: str) -> str:
    (folder / "test_misbehaving.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.guards", "-p", "no:cacheprovider", "-rA", str(folder)]
    path = {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=folder, env={**os.environ, **path}, capture_output=True, text=True, timeout=300)
    return done.stdout + f"\nexit {done.returncode}"


def test_each_guard_fails_the_test_that_earns_it(tmp_path: Path) -> None:
    out = run(tmp_path, MISBEHAVING)
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", out, re.MULTILINE))
    assert failed == {
        "test_connects",
        "test_resolves",
        "test_leaves_thread",
        "test_leaves_qthread",
        "test_logs_number",
        "test_logs_token",
        "test_logs_exception",
    }, out


def test_a_warning_with_a_number_fails_the_run(tmp_path: Path) -> None:
    out = run(tmp_path, 'import warnings\ndef test_warns():\n    warnings.warn("11010519491231" + "002X")\n')
    assert "exit 1" in out, out
    assert "a warning holds a citizen number" in out


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11010519491231002X", True),
        ("number=11010519491231002x.", True),
        ("110105194912310021", False),  # wrong check digit
        ("111010519491231002X", False),  # part of something longer
        ("115000000000000000", False),  # a clock stamp
        ("9" * 191, True),
        ("9" * 190, False),
        ("9" * 192, False),
    ],
)
def test_what_counts_as_personal(text: str, found: bool) -> None:
    assert bool(personal_in(text)) is found


@pytest.mark.parametrize(
    ("family", "address", "home"),
    [
        (2, ("127.0.0.1", 5432), True),
        (2, ("localhost", 80), True),
        (10, ("::1", 80, 0, 0), True),
        (1, "/run/anything", True),
        (2, ("10.0.0.1", 80), False),
        (2, ("203.0.113.9", 80), False),
        (10, ("2001:db8::1", 80, 0, 0), False),
    ],
)
def test_where_a_test_may_connect(family: int, address: object, home: bool) -> None:
    assert stays_home(family, address) is home
