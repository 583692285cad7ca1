"""停办本站: everything goes up, nothing is left lying here, and from the moment of the code on nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.card import State
from station.domain.errors import Refused
from station.printing.stock import BLANK
from station.services import stock
from station.services.desk import Desk, Done, Topic
from station.sync.closing import close_station, station_code
from station.sync.exchanged import Exchanged

RULE = "station.CLOSE"
RULE_ANYWAY = "station.CLOSE_ANYWAY"
OPEN = (State.RESERVED, State.SENDING, State.SENT, State.DOUBTFUL, State.VERIFIED)
"""A card that is being made."""
LEFT = ("正在制作或待确认的卡", "待交付的卡", "待销毁的卡", "空白卡")


@dataclass(frozen=True, slots=True)
class Closed:
    """How the last exchange went, and the code; empty where the exchange did not end level: nothing is closed then."""

    exchanged: Exchanged
    code: str


def left_here(desk: Desk) -> list[str]:
    """What is still at this station and has to go somewhere before it closes, one sentence each."""

    def mine(*states: State) -> int:
        rows = desk.ledger.jobs.in_states([state.value for state in states])
        return sum(row.station == desk.settings.station for row in rows)

    blanks = sum(line.sealed + line.remaining for line in stock.packs(desk) if line.item == BLANK)
    counts = (mine(*OPEN), mine(State.ACTIVE), len(stock.in_the_bag(desk)), blanks)
    return [f"{what} {count} 张" for what, count in zip(LEFT, counts, strict=True) if count]


def close(desk: Desk, *, actor: Actor, second: Actor | None = None) -> Done[Closed]:
    """Exchange, say so, exchange again, then the code and the end of writing in one transaction.

    Raises Refused while something is left here, unless a second person confirms that it may stay.
    """
    permit_act(RULE if second is None else RULE_ANYWAY, actor, second)
    if desk.ledger.frozen:
        station_code(desk.ledger)  # says why, and with which code where it was closed before
    left = left_here(desk)
    if left and second is None:
        raise Refused(
            f"本站还有：{'；'.join(left)}。请先交付、销毁或移交，再停办；确需保留的由两人用 --anyway 办理。",
            "left_here",
        )
    done = desk.sync()
    if done.ok:
        note = "；".join([*left, second.person] if second is not None else [])
        told = facts.StationActed("CLOSED", desk.today(), note)
        desk.ledger.append([(f"station:{desk.settings.station}", told)], actor=actor.person)
        done = desk.sync()
    return Done(Closed(done, close_station(desk.ledger) if done.ok else ""), frozenset({Topic.SYNC}))
