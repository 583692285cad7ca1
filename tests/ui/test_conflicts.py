"""Conflicts: said in a sentence with who and when, settled by a person, never by losing a fact."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from station.domain import facts
from station.domain.authority import Actor
from station.domain.errors import Refused
from station.services import complaints, conflicts, health
from tests.ui.conftest import Station
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture

CLERK = Actor("clerk-01", ("CLERK",))


def clash(at: object, subject: str) -> None:
    """A second station accepts papers that were issued long ago."""
    papers = next(iter(at.worker(subject).applications))  # type: ignore[attr-defined]
    told = facts.ApplicationActed(papers, "accept", at.today())  # type: ignore[attr-defined]
    at.ledger.append([(subject, told)], actor="clerk-09")  # type: ignore[attr-defined]


def test_settled_with_a_finding_and_no_fact_is_lost(station: Station) -> None:
    at, subject = station.desk, station.workers[0].subject
    clash(at, subject)
    (found,) = conflicts.waiting(at)
    assert (found.row.code, found.actor, found.station) == ("ILLEGAL_STEP", "clerk-09", at.ledger.station)
    before = at.ledger.facts_of(subject)
    with pytest.raises(Refused) as caught:
        conflicts.settle(at, subject, finding="", actor=CLERK)
    assert caught.value.code == "unknown_reason"
    with pytest.raises(Refused) as caught:
        conflicts.settle(at, station.workers[1].subject, finding="ONE_WRONG", actor=CLERK)
    assert caught.value.code == "no_conflict"
    with pytest.raises(Refused) as caught:
        conflicts.settle(at, subject, finding="ONE_WRONG", actor=Actor("b", ("BUREAU",)))
    assert caught.value.code == "not_allowed"
    assert conflicts.settle(at, subject, finding="ONE_WRONG", actor=CLERK).value == 1
    assert conflicts.waiting(at) == []
    assert at.ledger.facts_of(subject) == before
    assert at.ledger.inbox.conflicts() != []
    clash(at, subject)
    assert len(conflicts.waiting(at)) == 1


def test_the_list_says_who_and_when_and_enter_settles(desk: Desk) -> None:  # noqa: F811
    shell = desk.shell
    subject = next(row.subject for row in shell.counter.desk.ledger.roll.page() if row.permit_number)
    clash(shell.counter.desk, subject)
    desk.press(Qt.Key.Key_F6)
    desk.queue.show_list("conflicts")
    desk.settle(lambda: bool(desk.queue.lines))
    assert "clerk-09" in desk.queue.lines[0].person.state
    desk.queue.people.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.settle(lambda: shell.current == "acts" and desk.acts._key() == "settle")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: conflicts.waiting(shell.counter.desk) == [])
    assert "核对冲突" in desk.acts.sentence.text()


def test_a_card_sent_twice_is_said_with_another_card_as_what_helps(desk: Desk) -> None:  # noqa: F811
    shell = desk.shell
    at = shell.counter.desk
    people = [(row, at.worker(row.subject).current_card(row.permit_number)) for row in at.ledger.roll.page()]
    row, held = next((row, held) for row, held in people if held is not None)
    at.ledger.append(
        [(row.subject, facts.CardActed(row.permit_number, held.issue_number, "send", at.today()))], actor="clerk-09"
    )
    assert at.worker(row.subject).current_card(row.permit_number) is None
    desk.press(Qt.Key.Key_F6)
    desk.queue.show_list("conflicts")
    desk.settle(lambda: bool(desk.queue.lines))
    assert any("收回全部实体" in line.person.state and line.act == "reissue" for line in desk.queue.lines)


def test_a_complaint_is_read_and_answered_from_the_list(desk: Desk) -> None:  # noqa: F811
    shell = desk.shell
    at = shell.counter.desk
    row = next(row for row in at.ledger.roll.page() if row.permit_number)
    said = facts.HouseholdComplained(row.permit_number, "SERVICE", "约好九点，十一点才到", "13800000000")
    at.ledger.append([(row.subject, said)], actor="household")
    desk.press(Qt.Key.Key_F6)
    desk.queue.show_list("complaints")
    desk.settle(lambda: bool(desk.queue.lines))
    assert "约好九点" in desk.queue.lines[0].person.state
    assert "13800000000" in desk.queue.lines[0].person.state
    desk.queue.people.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.settle(lambda: shell.current == "acts" and desk.acts._key() == "answer_complaint")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: complaints.waiting(at) == [])
    desk.press(Qt.Key.Key_F6)
    desk.queue.show_list("complaints")
    desk.settle(lambda: not desk.queue.lines)


def test_a_reported_change_is_listed_and_leads_to_its_paper_by_keyboard(desk: Desk) -> None:  # noqa: F811
    shell = desk.shell
    at = shell.counter.desk
    row = next(row for row in at.ledger.roll.page() if row.permit_number)
    assert "已办理" in desk.act(row.subject, "report_change", what="UNFIT")
    assert at.worker(row.subject).permits[row.permit_number].open_causes == ("medical_unfit",)
    desk.press(Qt.Key.Key_F2)
    desk.settle(lambda: int(shell.screens["today"].numbers["overdue"].text()) > 0)
    desk.press(Qt.Key.Key_F6)
    desk.queue.show_list("changes")
    desk.settle(lambda: bool(desk.queue.lines))
    assert "须立即核实登记" in desk.queue.lines[0].person.state
    desk.queue.people.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.settle(lambda: shell.current == "acts" and desk.acts._key() == "medical")
    assert "已办理" in desk.act(row.subject, "settle_change", finding="NO_CHANGE")
    desk.press(Qt.Key.Key_F6)
    desk.queue.show_list("changes")
    desk.settle(lambda: not desk.queue.lines)


def test_the_codes_are_swept_from_the_list_and_a_finding_leads_to_its_act(desk: Desk) -> None:  # noqa: F811
    shell = desk.shell
    at = shell.counter.desk
    row = next(row for row in at.ledger.roll.page() if row.permit_number)
    belongs = at.worker(row.subject).affiliation
    at.ledger.append([(row.subject, facts.AffiliationEnded(belongs.company, at.today(), "worker"))], actor="clerk-01")
    desk.press(Qt.Key.Key_F6)
    desk.queue.show_list("health")
    desk.settle(lambda: "F9" in desk.queue.keys.text())
    assert desk.queue.lines == []
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: bool(desk.queue.lines))
    assert "DEAD-1" in desk.queue.lines[0].person.state
    assert "立即暂停" in desk.queue.lines[0].person.state
    desk.queue.people.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.settle(lambda: shell.current == "acts" and desk.acts._key() == "suspend")


def test_the_week_is_kept_without_anybody(desk: Desk) -> None:  # noqa: F811
    shell = desk.shell
    at = shell.counter.desk
    assert health.due(at)
    shell.beat._sweep()
    desk.settle(lambda: not health.due(at))
    desk.settle(lambda: shell.beat.sweeps.isActive())
