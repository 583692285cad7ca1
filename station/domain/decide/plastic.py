"""What may be decided about a card outside the printer: ask, reissue, hand over, lost, damaged, recall, destroy.

The steps between RESERVE and ACTIVATE belong to the print journal (station/printing) and are not decided here.
"""

from __future__ import annotations

from datetime import date

from station.domain import card, parts, permit
from station.domain.authority import Actor, permit_act
from station.domain.card import Act, State
from station.domain.decide.rights import permit_of
from station.domain.errors import Refused
from station.domain.facts import CardActed, Payload
from station.domain.worker import WorkerRecord


def card_of(record: WorkerRecord, number: str, issue_number: int) -> parts.Card:
    """That card. Raises Refused when it was never asked for."""
    piece = record.cards.get((number, issue_number))
    if piece is None:
        raise Refused("没有找到这张卡，请重新扫描。", "no_such_card")
    return piece


def ask(record: WorkerRecord, number: str, day: date, *, batch: str = "", actor: Actor) -> list[Payload]:
    """A first card for a released permit whose worker asked for one (R6)."""
    permit_act("card.ASK", actor)
    right = permit_of(record, number)
    if right.state is not permit.State.ISSUED:
        raise Refused("码证不在“已发”状态，不能制卡。", "permit_not_issued")
    if record.person is None or not record.person.wants_card:
        raise Refused("该人员未选择制作实体证。", "no_card_wanted")
    pieces = record.cards_of(number)
    if any(piece.state in card.LIVE for piece in pieces):
        raise Refused("该码证已有有效的卡；补发请走“补卡”。", "card_live")
    if any(piece.state in card.UNBORN for piece in pieces):
        raise Refused("该码证已有一张卡在制作中，请先处理完。", "card_on_its_way")
    return [CardActed(number, record.next_issue_number(number), Act.ASK.value, day, "FIRST_ISSUE", batch=batch)]


def reissue(
    record: WorkerRecord, number: str, day: date, *, reason: str, note: str = "", actor: Actor, batch: str = ""
) -> list[Payload]:
    """C7, 补发: a new serial with a reason; the old card dies when the new one is read back, a lost one at once."""
    permit_act("card.REISSUE", actor, reason=reason, note=note)
    right = permit_of(record, number)
    if right.state is not permit.State.ISSUED:
        raise Refused("码证不在“已发”状态，不能补卡。", "permit_not_issued")
    if any(piece.state in card.UNBORN for piece in record.cards_of(number)):
        raise Refused("该码证已有一张卡在制作中，请先处理完。", "card_on_its_way")
    told: list[Payload] = []
    now = record.current_card(number)
    act = {"LOST": Act.REPORT_LOST, "DAMAGED": Act.REPORT_DAMAGED}.get(reason)
    if now is not None and act is not None:
        told.append(CardActed(number, now.issue_number, act.value, day, reason, note))
    told.append(CardActed(number, record.next_issue_number(number), Act.ASK.value, day, reason, note, batch=batch))
    return told


def hand_to_company(
    record: WorkerRecord, number: str, issue_number: int, day: date, *, collector: str, actor: Actor
) -> list[Payload]:
    """R27: released through the company. The card was scanned again: it must be active and not handed over."""
    permit_act("card.HAND_TO_COMPANY", actor)
    card.after(card_of(record, number, issue_number).state, Act.HAND_TO_COMPANY)
    if not collector.strip():
        raise Refused("请登记领取人。", "no_collector")
    return [CardActed(number, issue_number, Act.HAND_TO_COMPANY.value, day, person=collector.strip())]


def hand_to_worker(
    record: WorkerRecord, number: str, issue_number: int, day: date, *, actor: Actor
) -> list[Payload]:
    """The last link of the chain 逐级发放."""
    permit_act("card.HAND_TO_WORKER", actor)
    card.after(card_of(record, number, issue_number).state, Act.HAND_TO_WORKER)
    return [CardActed(number, issue_number, Act.HAND_TO_WORKER.value, day)]


def report_lost(
    record: WorkerRecord, number: str, issue_number: int, day: date, *, note: str = "", actor: Actor
) -> list[Payload]:
    """A lost card answers red from now on; the permit itself stays."""
    permit_act("card.REPORT_LOST", actor)
    card.after(card_of(record, number, issue_number).state, Act.REPORT_LOST)
    return [CardActed(number, issue_number, Act.REPORT_LOST.value, day, "LOST", note)]


def take_back(record: WorkerRecord, number: str, issue_number: int, day: date, *, actor: Actor) -> list[Payload]:
    """A recalled, replaced, lost or damaged card came back to the counter."""
    permit_act("card.TAKE_BACK", actor)
    card.after(card_of(record, number, issue_number).state, Act.TAKE_BACK)
    return [CardActed(number, issue_number, Act.TAKE_BACK.value, day)]


def spoil(
    record: WorkerRecord, number: str, issue_number: int, day: date, *, reason: str, note: str = "", actor: Actor
) -> list[Payload]:
    """A card that must not leave: kept, punched, counted."""
    permit_act("card.SPOIL", actor, reason=reason, note=note)
    card.after(card_of(record, number, issue_number).state, Act.SPOIL)
    return [CardActed(number, issue_number, Act.SPOIL.value, day, reason, note)]


def destroy(
    record: WorkerRecord, number: str, issue_number: int, day: date, *, actor: Actor, second: Actor
) -> list[Payload]:
    """Spoiled, void and recalled cards are destroyed with two names."""
    permit_act("card.DESTROY", actor, second)
    card.after(card_of(record, number, issue_number).state, Act.DESTROY)
    return [CardActed(number, issue_number, Act.DESTROY.value, day, person=second.person)]


SETTLED = frozenset({State.SPOILED, State.VOIDED, State.RECALLED})
"""What waits in the bag for destruction."""
