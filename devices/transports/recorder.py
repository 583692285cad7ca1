"""A transport around another one that writes down what passes, as a trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from devices.contracts import FlushingTransport, Transport
from devices.errors import Broken, DeviceError, NotReached
from devices.transports.trace import HEADER, Event, line, moved


class RecordingTransport:
    """Passes everything on and tells `note` one line for each event. Implements Transport."""

    def __init__(self, inner: Transport, note: Callable[[str], None], full: bool = False) -> None:
        self.inner = inner
        self._note = note
        self._full = full
        note(HEADER)

    @property
    def answers(self) -> bool:
        """As the inner one."""
        return self.inner.answers

    def open(self) -> None:
        """Open and note it."""
        with _Failures(self._tell):
            self.inner.open()
        self._tell(Event("open"))

    def write(self, data: bytes, timeout: float) -> int:
        """Write and note what; a failure is noted with the bytes that had left."""
        with _Failures(self._tell, data, self._full):
            sent = self.inner.write(data, timeout)
        self._tell(moved("write", data, self._full))
        return sent

    def read(self, size: int, timeout: float) -> bytes:
        """Read and note what."""
        with _Failures(self._tell):
            data = self.inner.read(size, timeout)
        self._tell(moved("read", data, self._full))
        return data

    def flush(self) -> bool:
        """Flush and note it, where the inner one can."""
        done = isinstance(self.inner, FlushingTransport) and self.inner.flush()
        if done:
            self._tell(Event("flush"))
        return done

    def close(self) -> None:
        """Close and note it."""
        self.inner.close()
        self._tell(Event("close"))

    def _tell(self, event: Event) -> None:
        self._note(line(event))


class _Failures:
    """Notes a DeviceError on its way up."""

    def __init__(self, tell: Callable[[Event], None], data: bytes | None = None, full: bool = False) -> None:
        self._tell = tell
        self._data = data
        self._full = full

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, DeviceError):
            if self._data is not None:
                self._tell(moved("write", self._data, self._full))
            sent = error.sent if isinstance(error, Broken) else 0
            self._tell(Event("fail", sent, word=type(error).__name__, code=error.code))


def into(path: Path) -> Callable[[str], None]:
    """A note-taker that appends to a file; each line is there before the next event. Raises NotReached."""

    def note(words: str) -> None:
        try:
            with path.open("a", encoding="ascii") as file:
                file.write(words + "\n")
        except OSError as error:
            raise NotReached(f"通信记录写不进文件：{error.strerror}。", "trace") from error

    return note
