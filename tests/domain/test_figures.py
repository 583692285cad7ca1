"""Figures counted from records, one by one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from station.domain import facts
from station.domain.figures import Figures, count
from station.domain.record import fold_worker
from station.domain.worker import WorkerRecord
from station.reference import load_calendar
from tests.domain.told import COMPANY, NUMBER, SUBJECT, Teller

DAY = date(2025, 1, 6)
CALENDAR = load_calendar()


def told(*payloads: facts.Payload, permit: bool = True) -> WorkerRecord:
    tell = Teller(start=1_736_150_400_000)  # 2025-01-06 in Hangzhou
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 6, 30)))
    if permit:
        tell.permit(on=DAY)
    for payload in payloads:
        tell(payload)
    return fold_worker(SUBJECT, tell.facts)


def figures(*records: WorkerRecord, first: date = DAY, last: date = DAY) -> Figures:
    return count(records, first, last, CALENDAR)


def test_permits_by_what_happened_to_them() -> None:
    paused = told(facts.PermitActed(NUMBER, "suspend", DAY, "complaint"))
    ended = told(facts.PermitActed(NUMBER, "revoke", DAY, "lent_card"))
    moved = told(facts.PermitActed(NUMBER, "transfer", DAY, company=COMPANY, company_name="x"))
    found = figures(paused, ended, moved, told(permit=False))
    assert (found.released, found.paused, found.ended) == (3, {"complaint": 1}, {"lent_card": 1})
    assert found.colours_now == {"red": 1, "green": 1}
    assert (found.workers[COMPANY], found.covered[COMPANY], found.coverage) == (4, 1, Fraction(1, 4))


def test_the_last_day_decides_the_colour() -> None:
    assert figures(told(), last=date(2025, 7, 1)).colours_now == {"yellow": 1}
    assert figures(told(), last=date(2025, 7, 7)).stale_now == 1
    assert figures(told(), last=date(2025, 7, 6)).stale_now == 0


def test_cards_and_why_another_was_made() -> None:
    cards = [facts.CardActed(NUMBER, 1, act, DAY) for act in ("ask", "reserve", "send", "sent", "verify", "activate")]
    again = facts.CardActed(NUMBER, 2, "ask", DAY, "LOST")
    first = facts.CardActed(NUMBER, 3, "ask", DAY, "FIRST_ISSUE")
    found = figures(told(*cards, again, first))
    assert (found.cards["ask"], found.cards["activate"], found.reissued_for) == (3, 1, {"LOST": 1})
    assert not figures(told(*cards), first=date(2025, 1, 7), last=date(2025, 1, 8)).cards


def test_who_has_left_is_not_counted_among_the_workers() -> None:
    assert not figures(told(facts.WorkerClosed("DECEASED", DAY))).workers
    assert not figures(told(facts.AffiliationEnded(COMPANY, DAY, "worker", ""))).workers
    assert figures().coverage is None


def test_late_and_open() -> None:
    steps = [facts.ApplicationActed("B", act, DAY) for act in ("put_to_review", "pass_review")]
    accept = facts.ApplicationActed("B", "accept", DAY, due=date(2025, 1, 20))
    rest = [facts.ApplicationActed("B", act, DAY) for act in ("pass_credit", "complete")]
    number = "3301022025000777"
    generated = facts.PermitGenerated(number, "B", COMPANY, "x", ("HOUSEWORK",), DAY)
    released = facts.PermitActed(number, "release", date(2025, 1, 21))
    opened = facts.ApplicationOpened("B", COMPANY)
    waiting = told(opened, *steps, accept, permit=False)
    done = told(opened, *steps, accept, *rest, generated, released, permit=False)
    found = figures(waiting, done, last=date(2025, 1, 21))
    assert (found.late, found.overdue_now, found.open_now) == (1, 1, {"credit_review": 1})
    assert found.average_working_days == 11
    assert (found.applications["accept"], found.applications["release"]) == (2, 1)
    later = figures(waiting, done, first=date(2025, 1, 21), last=date(2025, 1, 21))
    assert (later.applications, later.late) == ({"release": 1}, 1)


def test_refusals_are_counted_by_reason() -> None:
    """R63: 剔除 … 名背景 … 和 … 名体检."""
    steps = [facts.ApplicationActed("B", act, DAY) for act in ("put_to_review", "pass_review", "accept")]
    opened = facts.ApplicationOpened("B", COMPANY)
    refused = told(opened, *steps, facts.ApplicationActed("B", "refuse_credit", DAY, "BACKGROUND"), permit=False)
    passed = facts.ApplicationActed("B", "pass_credit", DAY)
    unfit = told(opened, *steps, passed, facts.ApplicationActed("B", "refuse_unfit", DAY, "UNFIT"), permit=False)
    assert figures(refused, unfit).refused_for == {"BACKGROUND": 1, "UNFIT": 1}


def test_the_door() -> None:
    found = figures(
        told(
            facts.HouseholdConfirmed(NUMBER, 1, "n", "green", False),
            facts.HouseholdComplained(NUMBER, "CHARGE", "x", None),
            facts.HouseholdEvaluated(NUMBER, "n", 5, None),
        )
    )
    assert (found.entries, found.complaints, found.stars) == (1, {"CHARGE": 1}, {5: 1})
