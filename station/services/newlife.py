"""A frozen, restored or forked station writes again: 重新登记本站, by a supervisor, online (trust.md §6.5 rule 5)."""

from __future__ import annotations

from dataclasses import dataclass

from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.services.desk import Desk, Done, Topic
from station.sync.exchange import reenrol
from station.sync.exchanged import Exchanged
from station.sync.half import Progress

RULE = "station.RENEW"


@dataclass(frozen=True, slots=True)
class NewLife:
    """The epoch that began, and how the first exchange in it went."""

    epoch: int
    exchanged: Exchanged

    @property
    def sentence(self) -> str:
        return f"本站已重新登记，进入第 {self.epoch} 启用期，可以继续办理。{self.exchanged.sentence}"


def begin(desk: Desk, *, actor: Actor, progress: Progress | None = None) -> Done[NewLife]:
    """Exchange, so that nothing of the old life is missing; then a new life; then exchange in it.

    Raises Refused where the station may write already, where the province has to look first, and where the station
    was revoked or lives on another computer; Fault where the province cannot be reached. Then nothing has changed.
    """
    permit_act(RULE, actor)
    today = desk.today()
    desk.sync(progress)
    if not desk.ledger.frozen:
        raise Refused("本站没有停止写入，不需要重新登记。", "not_frozen")
    epoch = reenrol(desk.ledger, desk.central)
    told = facts.StationActed("EPOCH", today, str(epoch))
    desk.ledger.append([(f"station:{desk.settings.station}", told)], actor=actor.person)
    return Done(NewLife(epoch, desk.sync(progress)), frozenset({Topic.SYNC}))
