"""Two batches under way at once, with a server that comes to them in an order of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from station.clock import FixedClock
from station.domain.errors import Fault, Refused
from station.ledger.encoding import RawFact
from station.sync import alongside
from station.sync.central import Ack, Position
from station.sync.postgres import PostgresTransactions
from tests.contracts.test_central import DAY, Pen

NAMES = "ABCDEF"


@dataclass
class Server:
    """Comes to a batch when it is sent, to those in `slow` only when their answer is asked for."""

    slow: set[int] = field(default_factory=set)
    bad: dict[int, Exception] = field(default_factory=dict)
    next_seq: int = 1
    sent: list[int] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    given_up: int = 0
    free: int = 0

    @contextlib.contextmanager
    def asking(self) -> Iterator[Line]:
        self.lines.append(Line(self))
        yield self.lines[-1]
        self.free += 1

    def take(self, seq: int) -> dict[str, Any] | Exception:
        if seq in self.bad:
            return self.bad[seq]
        if seq != self.next_seq:
            return Refused("gap", code="gap")
        self.next_seq += 1
        return {"next_seq": self.next_seq}


@dataclass
class Line:
    server: Server
    busy: bool = False

    def invalidate(self) -> None:
        self.server.given_up += 1


class Call:
    def __init__(self, line: Line, statement: bytes, values: Sequence[bytes]) -> None:
        assert not line.busy, "one call at a time"
        line.busy, self.over = True, False
        self._line, self._server, self._seq = line, line.server, int(values[0])
        self._server.sent.append(self._seq)
        self._said = None if self._seq in self._server.slow else self._server.take(self._seq)

    def answer(self) -> dict[str, Any]:
        said = self._server.take(self._seq) if self._said is None else self._said
        self._line.busy, self.over = False, True
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(alongside, "UnderWay", Call)
    return Server()


def acks(server: Server, batches: Sequence[Sequence[RawFact]]) -> Iterator[int]:
    ready = ((batch, [str(batch[0].id.seq).encode()]) for batch in batches)

    def read(answer: dict[str, Any]) -> Ack:
        if answer["next_seq"] == 99:
            raise Refused("forked", code="forked")
        return Ack(1, 0, Position(answer["next_seq"], ""))

    for ack in alongside.acks(cast(PostgresTransactions, server), b"push", ready, read):
        yield ack.position.next_seq


@pytest.fixture
def batches() -> list[list[RawFact]]:
    return [[raw] for raw in Pen(FixedClock.on(DAY))(*NAMES)]


def test_two_are_under_way_at_once_and_no_more(server: Server, batches: list[list[RawFact]]) -> None:
    told = acks(server, batches)
    for seq in (1, 2, 3, 4):
        assert next(told) == seq + 1
        assert server.sent == [1, 2, 3, 4, 5, 6][: seq + 2], "the next goes before anybody is told"
    assert list(told) == [6, 7]
    assert (len(server.lines), server.given_up, server.free) == (2, 0, 2)


def test_one_batch_needs_one_connection(server: Server, batches: list[list[RawFact]]) -> None:
    assert list(acks(server, batches[:1])) == [2]
    assert len(server.lines) == 1


def test_one_that_came_too_early_goes_again_and_nothing_is_sent_behind_it(
    server: Server, batches: list[list[RawFact]]
) -> None:
    """Else each that follows would come too early as well, for as long as there are any."""
    server.slow = {1}
    assert list(acks(server, batches)) == [2, 3, 4, 5, 6, 7]
    assert server.sent == [1, 2, 3, 2, 3, 4, 5, 6]
    assert server.given_up == 0


def test_a_gap_that_is_one_is_said(server: Server, batches: list[list[RawFact]]) -> None:
    with pytest.raises(Refused, match="gap"):
        list(acks(server, batches[1:]))
    assert server.sent == [2, 3], "nothing was under way before it: it did not come too early"


@pytest.mark.parametrize("wrong", [Refused("no", code="stamp_back"), Fault("cut", "wait", code="centre_unreachable")])
def test_nothing_is_sent_after_what_was_not_taken(
    server: Server, batches: list[list[RawFact]], wrong: Exception
) -> None:
    server.bad = {2: wrong}
    told = acks(server, batches)
    assert next(told) == 2
    with pytest.raises(type(wrong)):
        next(told)
    assert server.sent == [1, 2, 3]
    assert server.next_seq == 2
    assert server.given_up == 1, "the third was still to be answered"


def test_nothing_is_sent_after_an_answer_that_says_no(server: Server, batches: list[list[RawFact]]) -> None:
    """A fork is an answer, not an error."""
    server.next_seq = 98
    batch = Pen(FixedClock.on(DAY))(*"A" * 100)[97:]
    with pytest.raises(Refused, match="forked"):
        list(acks(server, [[raw] for raw in batch]))
    assert server.sent == [98, 99]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_line_on_which_half_of_a_batch_went_is_given_up(
    server: Server, batches: list[list[RawFact]], nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it went for the second time."""
    server.slow = {1}

    class Half(Call):
        def __init__(self, line: Line, statement: bytes, values: Sequence[bytes]) -> None:
            if len(server.sent) == nth:
                raise KeyboardInterrupt
            super().__init__(line, statement, values)

    monkeypatch.setattr(alongside, "UnderWay", Half)
    with pytest.raises(KeyboardInterrupt):
        list(acks(server, batches[:3]))
    assert server.given_up == 2, "that line, and the one whose answer is still to come"


def test_what_does_not_follow_waits_until_all_is_answered(server: Server, batches: list[list[RawFact]]) -> None:
    server.bad = {3: Refused("no", code="two_epochs")}
    told = acks(server, [batches[0], batches[1], batches[2], batches[1]])
    assert [next(told), next(told)] == [2, 3]
    with pytest.raises(Refused, match="no"):
        next(told)
    assert server.sent == [1, 2, 3]
