"""A trace as a transport: it answers what was answered then, and refuses a conversation that goes another way."""

from __future__ import annotations

from devices.errors import BadReply, Broken, DeviceError, Missing, NotReached, TimedOut
from devices.transports.trace import Event, events

_FAILURES: dict[str, type[DeviceError]] = {kind.__name__: kind for kind in (NotReached, TimedOut, BadReply, Missing)}


class ReplayTransport:
    """Plays a trace back, event by event. Implements Transport."""

    def __init__(self, text: str) -> None:
        self._events = events(text)
        self._place = 0
        self._answers = any(event.kind == "read" and event.size for event in self._events)

    @property
    def answers(self) -> bool:
        """True when something was read in the trace."""
        return self._answers

    @property
    def finished(self) -> bool:
        """True when every event has been played."""
        return self._place == len(self._events)

    def open(self) -> None:
        """The recorded opening."""
        self._next("open")

    def write(self, data: bytes, timeout: float) -> int:
        """These bytes must be the recorded ones; a recorded failure is raised again."""
        event = self._next("write")
        if not event.fits(data):
            raise BadReply(f"发送的数据与通信记录第 {self._place + 1} 行不同。", "trace_differs")
        self._fail_if_recorded()
        return len(data)

    def read(self, size: int, timeout: float) -> bytes:
        """The recorded answer."""
        event = self._next("read")
        if event.data is None or event.size > size:
            raise BadReply(f"通信记录第 {self._place + 1} 行没有保存回答的内容。", "trace_differs")
        return event.data

    def flush(self) -> bool:
        """True when the conversation was flushed here."""
        recorded = self._place < len(self._events) and self._events[self._place].kind == "flush"
        self._place += recorded
        return recorded

    def close(self) -> None:
        """The recorded closing, if it is next."""
        if self._place < len(self._events) and self._events[self._place].kind == "close":
            self._place += 1

    def _next(self, kind: str) -> Event:
        self._fail_if_recorded()
        if self._place == len(self._events) or self._events[self._place].kind != kind:
            raise BadReply(f"通信记录在第 {self._place + 2} 行走了另一条路。", "trace_differs")
        self._place += 1
        return self._events[self._place - 1]

    def _fail_if_recorded(self) -> None:
        if self._place < len(self._events) and self._events[self._place].kind == "fail":
            event = self._events[self._place]
            self._place += 1
            if event.word in _FAILURES:
                raise _FAILURES[event.word]("通信记录里的故障：当时没有连上设备。", event.code)
            raise Broken("通信记录里的故障：连接在传送中断开。", event.size, event.code)
