"""A transport that keeps what was written and never answers: for tests and for looking at a job."""

from __future__ import annotations


class MemoryTransport:
    """Every `write` is one entry of `written`. Implements Transport."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    @property
    def answers(self) -> bool:
        """Nothing is behind it."""
        return False

    def open(self) -> None:
        """There is nothing to take."""

    def write(self, data: bytes, timeout: float) -> int:
        """Keep it."""
        self.written.append(bytes(data))
        return len(data)

    def read(self, size: int, timeout: float) -> bytes:
        """Never anything."""
        return b""

    def close(self) -> None:
        """What was written stays readable."""
