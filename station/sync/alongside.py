"""Batches that follow one another, two under way at once: the server reads one while it keeps the one before it.

Knows connections, batches and the one word `gap`; no rule of a push. Order is the server's to keep: each batch follows
from the last fact of the one before, so one that comes too early finds a gap and leaves no trace.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from station.domain.errors import Bug, Refused
from station.ledger.encoding import RawFact
from station.sync.central import Ack
from station.sync.postgres import PostgresTransactions
from station.sync.underway import UnderWay

AT_ONCE = 2
"""One is read by the server and one is kept; more would wait for one another."""

Ready = tuple[Sequence[RawFact], Sequence[bytes]]
"""A batch and the values that say it to the server."""


def acks(
    way: PostgresTransactions, statement: bytes, batches: Iterable[Ready], read: Callable[[dict[str, Any]], Ack]
) -> Generator[Ack]:
    """What `statement` answers for each batch as `read` reads it, in their order. The next batch is sent before the
    caller is told of one; one that does not follow from the batch before it waits until all are answered.

    Raises what the server says and what `read` raises; nothing is sent after that.
    """
    with contextlib.ExitStack() as lines:
        sent: deque[_Sent] = deque()
        free: list[Connection] = []

        def oldest() -> Ack:
            ack = read(sent[0].answer())
            free.append(sent.popleft().line)
            return ack

        try:
            for batch, values in batches:
                first, told = sent[0] if sent else None, [oldest()] if len(sent) == AT_ONCE else []
                too_early = first is not None and first.again  # and so has what was sent behind it come
                if sent and (too_early or not _follows(sent[-1].batch, batch)):
                    yield from told
                    told = []
                    while sent:
                        yield oldest()
                line = free.pop() if free else lines.enter_context(way.asking())
                sent.append(_Sent(line, statement, batch, values, early=bool(sent)))
                sent[-1].send()
                yield from told
            while sent:
                yield oldest()
        finally:
            for one in sent:
                one.give_up()


class _Sent:
    """A batch on its way over a connection that is its own until it is answered."""

    def __init__(
        self, line: Connection, statement: bytes, batch: Sequence[RawFact], values: Sequence[bytes], *, early: bool
    ) -> None:
        self.line, self.batch, self.again = line, batch, False
        self._statement, self._values, self._early = statement, values, early
        self._call: UnderWay | None = None

    def send(self) -> None:
        """Send it whole. Where that is interrupted, the line is not to be used again."""
        self._call = None
        self._call = UnderWay(self.line, self._statement, self._values)

    def answer(self) -> dict[str, Any]:
        """Asked when all before it are answered: what came before them on the server's side goes once more."""
        try:
            return self._answer()
        except Refused as refused:
            if refused.code != "gap" or not self._early:
                raise
        self.again = True
        self.send()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        if self._call is None:
            raise Bug("asked before it was sent")
        return self._call.answer()

    def give_up(self) -> None:
        """Its answer may be still to come, and nobody will ask for it."""
        if self._call is None or not self._call.over:
            self.line.invalidate()


def _follows(before: Sequence[RawFact], batch: Sequence[RawFact]) -> bool:
    return batch[0].prev == before[-1].hash.hex()
