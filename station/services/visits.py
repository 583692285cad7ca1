"""The household's visit: what was shown is remembered, and 确认入户 is stored once per view (R11, trust.md T10).

A view gets a nonce; it lives ten minutes by the server's clock, counts once, and repeats within thirty minutes for the
same card merge into the first. Green may confirm, yellow after reading why, red and unknown may not (D-23).
"""

from __future__ import annotations

from station.domain import facts
from station.domain.errors import Refused
from station.domain.standing import Colour
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Told
from station.services.inspecting import Inspection, inspect_number
from station.services.viewseal import MINUTE_MS, ViewSeal

HOUSEHOLD = "household"
TOPICS = ("IDENTITY", "SERVICE", "CHARGE", "CODE", "OTHER")


def remember_scan(desk: Desk, found: Inspection, *, actor: str = HOUSEHOLD) -> None:
    """Keep what a household was shown at this moment (WRONG-4); no identity of the household."""
    if found.subject and found.permit_number:
        desk.ledger.append(
            [
                (
                    found.subject,
                    facts.HouseholdScanned(
                        found.permit_number, found.issue_number or 0, found.colour.value, found.as_of_ms
                    ),
                )
            ],
            actor=actor,
        )


def confirm_entry(desk: Desk, seal: ViewSeal, nonce: str, *, acknowledged: bool = False) -> bool:
    """确认入户. True when it was stored now, False when it merged into one already there.

    Raises Refused for a foreign or expired nonce, for red or unknown, and for yellow without acknowledgement; the
    colour is computed again now, so a permit revoked since the view cannot be confirmed.
    """
    now = desk.clock.now_ms()
    view = seal.opened(nonce, now, desk.settings.limits.entry_nonce_minutes)
    found = inspect_number(desk, view.number, view.issue_number or None)
    if not found.subject or found.colour not in (Colour.GREEN, Colour.YELLOW):
        raise Refused("当前状态不能确认入户，请联系家政企业或拨打咨询电话。", "not_confirmable")
    if found.colour is Colour.YELLOW and not acknowledged:
        raise Refused("请先阅读并勾选到期说明，再确认入户。", "not_acknowledged")
    merge_ms = desk.settings.limits.merge_entries_minutes * MINUTE_MS

    def decide(record: WorkerRecord) -> Told:
        for entry in record.entries:
            same = entry.number == view.number and entry.issue_number == view.issue_number
            if entry.nonce == nonce or (same and abs(now - entry.at_ms) <= merge_ms):
                return []
        return [
            (
                found.subject,
                facts.HouseholdConfirmed(
                    view.number, view.issue_number, nonce, found.colour.value, acknowledged
                ),
            )
        ]

    _, told = desk.decide_as(found.subject, HOUSEHOLD, decide)
    return bool(told)


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


def evaluate(desk: Desk, seal: ViewSeal, nonce: str, stars: int, text: str = "") -> None:
    """可评: once per confirmed entry, one to five."""
    if not 1 <= stars <= 5 or len(text) > 300:
        raise Refused("请给出 1 至 5 星的评价。", "stars")
    view = seal.opened(nonce, desk.clock.now_ms(), 24 * 60)
    found = inspect_number(desk, view.number, view.issue_number or None)

    def decide(record: WorkerRecord) -> Told:
        if all(entry.nonce != nonce for entry in record.entries):
            raise Refused("确认入户后才能评价。", "no_entry")
        if any(given.nonce == nonce for given in record.evaluations):
            return []
        return [(found.subject, facts.HouseholdEvaluated(view.number, nonce, stars, text.strip() or None))]

    desk.decide_as(found.subject, HOUSEHOLD, decide)
