"""One IPP exchange over HTTP, by network or by the local socket of CUPS; knows no attribute."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path
from typing import Final

from devices.errors import BadReply, Broken, NotReached

SOCKETS: Final = ("/run/cups/cups.sock", "/var/run/cups/cups.sock")
PORT = 631
_MOST_ANSWER = 4_000_000


class _LocalConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """A UNIX socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class IppLink:
    """A print server: `server` is host:port, the path of a socket, or "" for the one of this computer."""

    def __init__(self, server: str = "") -> None:
        self.server = server or next((path for path in SOCKETS if Path(path).exists()), f"localhost:{PORT}")

    def exchange(self, place: str, message: bytes, timeout: float) -> bytes:
        """Send a message to `place` and return the answer. Raises NotReached, Broken, BadReply."""
        connection = self._connection(timeout)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise NotReached("连不上打印服务（CUPS）：请检查它是否在运行。", "queue_server") from error
        try:
            headers = {"Content-Type": "application/ipp"}
            connection.request("POST", place, message, headers)
            answer = connection.getresponse()
            raw = answer.read(_MOST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise Broken("与打印服务（CUPS）的连接中断了。", len(message), "queue_link") from error
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise BadReply(f"打印服务（CUPS）拒绝了请求（HTTP {answer.status}）。", "queue_http")
        return raw

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        if self.server.startswith("/"):
            return _LocalConnection(self.server, timeout)
        host, _, port = self.server.partition(":")
        return http.client.HTTPConnection(host, int(port or PORT), timeout=timeout)
