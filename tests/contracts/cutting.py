"""A network that can be cut: a proxy on loopback that passes bytes until it is told to drop everybody."""

from __future__ import annotations

import contextlib
import select
import socket
import threading


class Cutter:
    """Listens on a port of its own and passes to `target`. `cut` ends every connection in the middle of its bytes."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._over = False
        self.down = False
        self.passed = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        with self._lock:
            gone, self._open = self._open, []
        for one in gone:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._over = True
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()
        self._thread.join()

    def _accept(self) -> None:
        while not self._over:
            try:
                inner, _ = self._door.accept()
            except OSError:
                return
            if self.down:
                inner.close()
                continue
            try:
                outer = socket.create_connection(("127.0.0.1", self._target), 2)
            except OSError:
                inner.close()
                continue
            with self._lock:
                self._open += [inner, outer]
            threading.Thread(target=self._pass, args=(inner, outer), daemon=True).start()

    def _pass(self, inner: socket.socket, outer: socket.socket) -> None:
        other = {inner: outer, outer: inner}
        with contextlib.suppress(OSError, ValueError):
            while True:
                for one in select.select([inner, outer], [], [])[0]:
                    data = one.recv(65536)
                    if not data:
                        raise OSError
                    other[one].sendall(data)
                    self.passed += len(data)
        inner.close()
        outer.close()
