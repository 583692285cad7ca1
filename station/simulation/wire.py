"""The line between a station and the centre: slow, cut before or after, doubled, late; others act while one waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from station.domain.errors import Fault
from station.ledger.encoding import RawFact
from station.simulation.memory import PowerCut
from station.simulation.world import World
from station.sync.central import Ack, Page


class Wire:
    """The shipped centre as one station reaches it; every `Central` call passes here."""

    def __init__(self, world: World, centre: Callable[[], Any], meanwhile: Callable[[], None]) -> None:
        self.world, self._centre, self._meanwhile = world, centre, meanwhile
        self.up = True
        self.bad = 0.0
        """The share of calls something happens to."""
        self.hole = False
        """Whether pages lose a fact on their way."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            return self._call(name, arguments, named)

        return call

    def push_all(self, station: str, batches: Iterable[Sequence[RawFact]]) -> Iterator[Ack]:
        """Every batch is a call of its own, so that something may happen to each."""
        for batch in batches:
            yield self.push(station, batch)

    def _call(self, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        dice, world = self.world.dice, self.world
        world.call(name)
        if not self.up:
            raise unreachable()
        if self.bad:
            world.ms += dice.randrange(0, 60_000 if dice.random() < 0.1 else 500)
            if dice.random() < 0.25:
                self._meanwhile()
        happens = dice.random() if self.bad else 1.0
        if happens < self.bad * 0.4:
            raise unreachable()
        if happens < self.bad * 0.6:
            world.late.append(lambda: self._reach(name, arguments, named))
            raise unreachable()
        if happens < self.bad * 0.8:
            self._reach(name, arguments, named)
        answer = self._reach(name, arguments, named)
        if happens < self.bad:
            if dice.random() < 0.5:
                world.late.append(lambda: self._reach(name, arguments, named))
            raise unreachable()
        return answer

    def _reach(self, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        centre = self._centre()
        try:
            answer = getattr(centre, name)(*arguments, **named)
        except PowerCut:
            centre.transactions.restart()
            self.world.note("the centre's power goes")
            raise unreachable() from None
        if name == "push":
            for raw in arguments[1]:
                self.world.acknowledged[raw.id] = raw.hash.hex()
        return _with_a_hole(answer) if name == "pull" and self.hole else answer


def _with_a_hole(page: Page) -> Page:
    """Without the first fact whose successor is in it; what is missing at the end, the sums of both sides tell."""
    for fact in page.facts:
        if any(later.prev == fact.hash.hex() for later in page.facts):
            return replace(page, facts=tuple(other for other in page.facts if other is not fact))
    return page


def unreachable() -> Fault:
    return Fault("无法连接省级平台。", "请检查网络后重试。", code="unreachable")
