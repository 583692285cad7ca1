"""The address on the cards, asked as a phone would: a TLS server on this machine, good, in trouble, and foreign."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from station.services.reaching import answers
from tests.contracts.test_tls import Authority


@contextmanager
def served(folder: Path, status: int, heard: list[str]) -> Iterator[str]:
    """A page over TLS that answers everything with `status`; its address."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            heard.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/c/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Authority(tmp_path).issue("127.0.0.1", "server", server=True)
    return tmp_path


@pytest.mark.parametrize(("status", "good"), [(200, True), (301, True), (404, True), (500, False), (503, False)])
def test_a_page_that_answers(folder: Path, status: int, good: bool) -> None:
    heard: list[str] = []
    with served(folder, status, heard) as address:
        assert answers(address, trusted=ssl.create_default_context(cafile=folder / "ca.crt")) is good
    assert heard == ["/c/"], "nothing but the address is sent"


def test_a_certificate_that_a_phone_would_refuse_is_no_answer(folder: Path) -> None:
    heard: list[str] = []
    with served(folder, 200, heard) as address:
        assert not answers(address)
    assert heard == []


def test_nobody_there_is_no_answer(folder: Path) -> None:
    with served(folder, 200, []) as address:
        pass
    assert not answers(address, patience=1)
