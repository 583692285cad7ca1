"""Expiry letters: one per company, each line until it was given, and again when the next of 60/30/7/1 comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from station.documents.kinds import fill
from station.documents.sheet import document_of
from station.domain.errors import Refused
from station.services import notices
from tests.services.house import STAFF, House


def code_of(house: House, company: str, **more: str) -> str:
    given = {"how": "HANDED", "to": "李经理"} | more
    with pytest.raises(Refused) as caught:
        notices.give(house.desk, company, how=given["how"], to=given["to"], actor=STAFF.clerk)
    return caught.value.code


def test_a_letter_is_made_given_and_due_again_at_the_next_notice(house: House) -> None:
    worker = house.workers[0]
    record = house.desk.worker(worker.subject)
    assert record.affiliation is not None
    company = record.affiliation.company
    last = max(one.period.last for one in record.insurances)
    house.clock.set_day(last - timedelta(days=61))
    assert worker.subject not in {line.row.subject for line in notices.lines_of(house.desk, company)}
    house.clock.set_day(last - timedelta(days=40))
    lines = [line for line in notices.lines_of(house.desk, company) if line.row.subject == worker.subject]
    assert {(line.row.expiry.paper, line.row.expiry.notice, line.given_on) for line in lines} >= {
        ("insurance", 60, None)
    }
    plain = document_of(fill(house.desk, "expiry", worker.subject)).toPlainText()
    assert worker.number in plain
    assert last.isoformat() in plain
    assert "已通知" not in plain
    assert code_of(house, company, how="") == code_of(house, company, to=" ") == "notice_how"
    total = len(notices.lines_of(house.desk, company))
    assert notices.give(house.desk, company, how="HANDED", to="李经理", actor=STAFF.clerk).value == total
    assert all(line.given_on == house.desk.today() for line in notices.lines_of(house.desk, company))
    assert "已通知" in document_of(fill(house.desk, "expiry", worker.subject)).toPlainText()
    assert code_of(house, company) == "nothing_to_notice"
    house.clock.set_day(last - timedelta(days=30))
    again = [line for line in notices.lines_of(house.desk, company) if line.row.subject == worker.subject]
    assert {(line.row.expiry.notice, line.given_on) for line in again if line.row.expiry.paper == "insurance"} == {
        (30, None)
    }
    with pytest.raises(Refused, match="岗位"):
        notices.give(house.desk, company, how="SENT", to="x", actor=STAFF.handler)
