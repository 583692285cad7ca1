"""Cards of one company that lie ready or were handed over: the one list behind sheet, slip and envelope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.domain import card
from station.domain.errors import Refused
from station.services.desk import Desk

_HERE = frozenset({card.State.ACTIVE, card.State.WITH_COMPANY})


@dataclass(frozen=True, slots=True)
class PileLine:
    """One card of the pile."""

    name: str
    number: str
    issue_number: int
    handed_over: bool


@dataclass(frozen=True, slots=True)
class Pile:
    """The cards, and whose they are."""

    uscc: str
    company: str
    lines: tuple[PileLine, ...]


def pile_of(desk: Desk, subjects: Sequence[str]) -> Pile:
    """The newest usable card of each of these workers. Raises Refused where one has none, or for two companies."""
    lines, companies = [], {}
    for subject in dict.fromkeys(subjects):
        record = desk.worker(subject)
        right = record.permit
        pieces = [p for p in record.cards_of(right.number) if p.state in _HERE] if right is not None else []
        if right is None or not pieces:
            raise Refused("所选人员中有人没有待交付的卡，请先制证核读。", "no_active_card")
        companies[right.company] = right.company_name
        name = record.person.name if record.person is not None else None
        newest = pieces[-1]
        lines.append(PileLine(name or "—", right.number, newest.issue_number, newest.handed_on is not None))
    if len(companies) != 1:
        raise Refused("交接清单只能列同一家企业的卡，请分开打印。", "other_company")
    uscc, short = next(iter(companies.items()))
    row = desk.ledger.roll.company(uscc)
    return Pile(uscc, row.name if row else short, tuple(lines))


def of_batch(desk: Desk, batch: str) -> list[str]:
    """The workers of a run who have a usable card, in the order of their numbers. Raises Refused where none has."""
    here = {state.value for state in _HERE}
    found = [row.subject for row in desk.ledger.jobs.of_batch(batch) if row.state in here]
    if not found:
        raise Refused("这一批没有可交付的卡，请核对批次名称或先制证核读。", "no_active_card")
    return found
