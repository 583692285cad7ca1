"""The household's visit: 确认入户 stored once per view, evaluated for a week, complained about within an hour (R11).

A view gets a nonce; it confirms for ten minutes by the server's clock and counts once. Repeats of the same household
with the same permit within thirty minutes merge into the first (trust.md T10); another household's is an entry of its
own that says which one it overlaps (T3). Green may confirm, yellow after reading why, red and unknown may not (D-23).
"""

from __future__ import annotations

from dataclasses import dataclass

from station.domain import facts
from station.domain.errors import Refused
from station.domain.parts import Entry
from station.domain.standing import Colour
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Told
from station.services.inspecting import Inspection, inspect_number
from station.services.shown import HOUSEHOLD
from station.services.viewseal import MINUTE_MS, View, ViewSeal

TOPICS = ("IDENTITY", "SERVICE", "CHARGE", "CODE", "OTHER")
COMPLAIN_MINUTES = 60
EVALUATE_DAYS = 7
EVALUATE_MINUTES = EVALUATE_DAYS * 24 * 60
TOO_LATE_TO_EVALUATE = f"已过评价期，确认入户后 {EVALUATE_DAYS} 天内可以评价。"


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a confirmation: the nonce of the entry that stands for it, and whether it was stored just now.

    `overlaps`: another household confirmed the same permit shortly before.
    """

    nonce: str
    fresh: bool
    overlaps: bool


def confirm_entry(
    desk: Desk, seal: ViewSeal, nonce: str, *, acknowledged: bool = False, before: str = ""
) -> Entered:
    """确认入户. `before` is the nonce of the entry this household's browser confirmed last, "" where it brings none.

    Raises Refused for a foreign or expired nonce, for red or unknown, and for yellow without acknowledgement; the
    colour is computed again now, so a permit revoked since the view cannot be confirmed.
    """
    now, limits = desk.clock.now_ms(), desk.settings.limits
    minutes = limits.entry_nonce_minutes
    view = seal.opened(nonce, now, minutes, f"页面已超过 {minutes} 分钟，请重新扫码后再确认。")
    found = inspect_number(desk, view.number, view.issue_number or None)
    if not found.subject or found.colour not in (Colour.GREEN, Colour.YELLOW):
        raise Refused("当前状态不能确认入户，请联系家政企业或拨打咨询电话。", "not_confirmable")
    if found.colour is Colour.YELLOW and not acknowledged:
        raise Refused("请先阅读并勾选到期说明，再确认入户。", "not_acknowledged")
    merge_ms = limits.merge_entries_minutes * MINUTE_MS

    def decide(record: WorkerRecord) -> Told:
        if _standing_for(record, nonce, before, now - merge_ms) is not None:
            return []
        near = [one for one in record.entries if one.number == view.number and abs(now - one.at_ms) < merge_ms]
        told = facts.HouseholdConfirmed(
            view.number, view.issue_number, nonce, found.colour.value, acknowledged, near[-1].nonce if near else ""
        )
        return [(found.subject, told)]

    record, told = desk.decide_as(found.subject, HOUSEHOLD, decide)
    stood = _standing_for(record, nonce, before, now - merge_ms)
    return Entered(stood.nonce if stood else nonce, bool(told), bool(stood and stood.overlaps))


def _standing_for(record: WorkerRecord, nonce: str, before: str, since_ms: int) -> Entry | None:
    """The entry of this very view, else the one this household made with this permit not long before."""
    mine = next((one for one in record.entries if one.nonce == nonce), None)
    number = nonce.partition(".")[0]
    same = (one for one in record.entries if before and one.nonce == before and one.number == number)
    return mine or next((one for one in same if one.at_ms >= since_ms), None)


def complained_view(desk: Desk, seal: ViewSeal, nonce: str) -> View:
    """The view a complaint is about. Raises Refused for a foreign nonce, or one older than an hour."""
    late = f"页面已超过 {COMPLAIN_MINUTES} 分钟，请重新扫码后再反映。"
    return seal.opened(nonce, desk.clock.now_ms(), COMPLAIN_MINUTES, late)


def complain(desk: Desk, found: Inspection, *, number: str, topic: str, text: str, contact: str) -> None:
    """R9: a complaint or question from the page, with at most 500 characters; the contact is optional."""
    if topic not in TOPICS:
        raise Refused("请选择事项。", "topic")
    if not text.strip() or len(text) > 500 or len(contact) > 60:
        raise Refused("请填写不超过 500 字的说明。", "complaint_length")
    if not found.subject:
        raise Refused("没有这个编号的码证。", "no_such_permit")
    told = facts.HouseholdComplained(number, topic, text.strip(), contact.strip() or None)
    desk.ledger.append([(found.subject, told)], actor=HOUSEHOLD)


def visit_link(desk: Desk, seal: ViewSeal, nonce: str) -> str:
    """An opaque name under which a confirmed entry may be evaluated for a week, for the household to keep."""
    return seal.visit(nonce, desk.clock.now_ms())


def visit_of(desk: Desk, seal: ViewSeal, link: str) -> str:
    """The nonce of that entry. Raises Refused for a foreign link or one older than a week."""
    return seal.opened_visit(link, desk.clock.now_ms(), EVALUATE_MINUTES, TOO_LATE_TO_EVALUATE)


def evaluate(desk: Desk, seal: ViewSeal, nonce: str, stars: int, text: str = "") -> None:
    """可评: once per confirmed entry, one to five, within a week."""
    if not 1 <= stars <= 5 or len(text) > 300:
        raise Refused("请给出 1 至 5 星的评价。", "stars")
    view = seal.opened(nonce, desk.clock.now_ms(), EVALUATE_MINUTES, TOO_LATE_TO_EVALUATE)
    found = inspect_number(desk, view.number, view.issue_number or None)

    def decide(record: WorkerRecord) -> Told:
        if all(entry.nonce != nonce for entry in record.entries):
            raise Refused("确认入户后才能评价。", "no_entry")
        if any(given.nonce == nonce for given in record.evaluations):
            return []
        return [(found.subject, facts.HouseholdEvaluated(view.number, nonce, stars, text.strip() or None))]

    desk.decide_as(found.subject, HOUSEHOLD, decide)
