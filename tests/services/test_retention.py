"""The daily deletion at a station: whose time is over, whose scans, how much, and never by a clock nobody confirmed."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta

import pytest

from station.domain import facts
from station.domain.errors import Refused
from station.domain.record import StationRecord
from station.services import complaints, evidence, intake, personal, retention, scans, supervising
from station.services.night import keep_day
from station.services.retention import Deleted, due_list, keep, scans_due
from tests.services.house import DAY, STAFF, House
from tests.stories.town import photo_bytes
from ui.desktop.viewmodels.queues import queue

CLERK, BOSS, BUREAU = STAFF.clerk, STAFF.supervisor, STAFF.bureau


def end(house: House, index: int) -> str:
    """One permit is cancelled today."""
    subject, number = house.orders[index]
    supervising.cancel(house.desk, subject, number, cause="worker_asked", actor=BOSS)
    return subject


def later(house: House, day: date) -> None:
    house.clock.set_day(day)
    assert house.desk.sync().ok


def counted(house: House) -> list[dict[str, int]]:
    station = house.desk.ledger.record(f"station:{house.desk.settings.station}")
    assert isinstance(station, StationRecord)
    return [json.loads(step.note) for step in station.acts if step.act == retention.DELETED]


def test_people_go_after_three_years_are_listed_before_and_counted_once(house: House) -> None:
    subject, last = end(house, 0), date(2029, 11, 23)
    later(house, last - timedelta(days=31))
    assert due_list(house.desk) == []
    later(house, last)
    assert [(row.subject, row.after, row.due) for row in due_list(house.desk)] == [(subject, last, False)]
    listed = queue(house.desk, "retention")
    assert [(line.person.subject, line.person.state) for line in listed.lines] == [
        (subject, "保存到 2029-11-23，期满自动删除")
    ]
    assert keep(house.desk).value == Deleted()
    later(house, last + timedelta(days=1))
    assert [row.due for row in due_list(house.desk)] == [True]
    assert due_list(house.desk)[0].name != "—"
    kept = keep_day(house.desk).value
    assert kept.deleted == Deleted(people=1, scans=0)
    record = house.desk.worker(subject)
    assert record.erased
    assert record.person is not None
    assert record.person.name is None
    assert due_list(house.desk) == []
    assert keep_day(house.desk).value.deleted == Deleted()
    assert counted(house) == [{"people": 1, "scans": 0}]
    assert all(not house.desk.worker(other).erased for other, _ in house.orders[1:])


def test_a_clock_that_runs_ahead_deletes_nobody(house: House) -> None:
    subject = end(house, 0)
    level = house.desk.clock.now_ms()
    house.desk.as_of_ms = lambda: level  # the province has not been reached since
    house.clock.set_day(date(2040, 1, 1))
    assert retention.sure_day(house.desk) == DAY
    assert keep(house.desk).value == Deleted()
    assert not house.desk.worker(subject).erased


def test_whoever_was_only_registered_goes_after_half_a_year(house: House) -> None:
    form = intake.WorkerForm("330102197001010021", "王秀英", ("HOUSEWORK",))
    subject = intake.register_worker(house.desk, form, actor=CLERK).value.subject
    later(house, date(2027, 5, 23))
    assert keep(house.desk).value == Deleted()
    later(house, date(2027, 5, 24))
    assert keep(house.desk, actor=BOSS).value == Deleted(people=1)
    assert house.desk.worker(subject).erased
    again = intake.register_worker(house.desk, form, actor=CLERK).value.subject
    assert again == subject
    record = house.desk.worker(subject)
    assert (record.erased, record.person.name if record.person else "") == (False, "王秀英")
    assert house.desk.ledger.verify().ok


def test_scans_go_with_their_paper_and_stay_while_a_case_is_open(house: House) -> None:
    subject, _ = house.orders[1]
    until = DAY + timedelta(days=20)
    scan = scans.keep_scan(house.desk, subject, photo_bytes(), actor=CLERK)
    evidence.record_medical(
        house.desk, subject, fit=True, examined_on=DAY, valid_until=until, paper=scan, actor=CLERK
    )
    assert scans_due(house.desk) == {}
    later(house, until + timedelta(days=1))
    complaint = facts.HouseholdComplained(house.orders[1][1], "SERVICE", "迟到")
    told = house.desk.ledger.append([(subject, complaint)], actor="household")
    assert scans_due(house.desk) == {}
    complaints.answer(house.desk, subject, str(told[0].id), finding="RESOLVED", note="", actor=CLERK)
    assert scans_due(house.desk) == {subject: [scan]}
    assert keep(house.desk).value == Deleted(scans=1)
    assert scans.scans_of(house.desk, subject) == []
    with pytest.raises(Refused):
        scans.scan_data(house.desk, subject, scan)
    assert house.desk.worker(subject).photo is not None
    assert keep(house.desk).value == Deleted()
    assert house.desk.ledger.verify().ok


def test_a_clerk_cannot_run_it_and_a_cut_leaves_whole_people(house: House) -> None:
    first, second = end(house, 0), end(house, 1)
    later(house, date(2029, 11, 24))
    with pytest.raises(Refused) as no:
        keep(house.desk, actor=CLERK)
    assert no.value.code == "not_allowed"

    def stop(done: int, total: int) -> None:
        assert total == 2
        raise Refused("停", "stopped")

    with pytest.raises(Refused, match="停"):
        keep(house.desk, tell=stop)
    assert [house.desk.worker(one).erased for one in (first, second)].count(True) == 1
    assert keep(house.desk).value == Deleted(people=1)


def test_the_service_erases_by_two_and_says_what_keeps(house: House) -> None:
    subject, _ = house.orders[2]
    with pytest.raises(Refused, match="注销"):
        personal.erase(house.desk, subject, reason="WORKER_ASKED", actor=BOSS, second=BUREAU)
    end(house, 2)
    with pytest.raises(Refused, match="2029-11-23"):
        personal.erase(house.desk, subject, reason="WORKER_ASKED", actor=BOSS, second=BUREAU)
    later(house, date(2029, 11, 24))
    record = personal.erase(house.desk, subject, reason="WORKER_ASKED", actor=BOSS, second=BUREAU).value
    assert record.erased
    last = house.desk.ledger.facts_of(subject)[-1].payload
    assert dataclasses.astuple(last) == ("WORKER_ASKED", "bureau-01")
