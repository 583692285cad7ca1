"""Whose data a leak touches: exactly those looked at, or all; by company; the erased by number; three years back."""

from __future__ import annotations

import dataclasses
import logging
from datetime import date, timedelta

import pytest

from station.clock import FixedClock
from station.documents.mydata_paper import copy_paper
from station.domain import facts
from station.domain.authority import Actor
from station.domain.errors import Fault, Refused
from station.domain.identity import mask_number
from station.domain.record import StationRecord
from station.domain.worker import WorkerRecord
from station.services import evidence, retention, scans, supervising
from station.services.incident import Incident, held_here, looked_at, name_them
from station.services.looking import Opened, look
from tests.services.house import DAY, STAFF, House
from tests.stories.town import photo_bytes
from ui.words import word

CLERK, BOSS, BUREAU = STAFF.clerk, STAFF.supervisor, STAFF.bureau
OTHER = Actor("clerk-02", ("CLERK",), "330100")


def at(house: House, hour: int, minute: int = 0, day: date = DAY) -> None:
    house.clock.advance((FixedClock.on(day, hour).now_ms() - house.clock.now_ms()) / 1000 + 60 * minute)


def subjects(found: Incident) -> set[str]:
    return {one.subject for one in found.people}


def asked(house: House, since: date = DAY, until: date = DAY, by: str = "") -> Incident:
    return looked_at(house.desk, since, until, by, actor=BOSS)


def test_a_row_an_hour_and_none_reaches_over_midnight(house: House) -> None:
    subject = house.workers[0].subject
    for hour, minute, rows in ((9, 0, 1), (9, 59, 1), (10, 0, 2), (23, 30, 3), (23, 59, 3)):
        at(house, hour, minute)
        look(house.desk, [subject], Opened.FILE, actor=CLERK)
        assert len(house.desk.ledger.looks.of(subject)) == rows, (hour, minute)
    tomorrow = DAY + timedelta(days=1)
    at(house, 0, 10, tomorrow)
    look(house.desk, [subject], Opened.FILE, actor=CLERK)
    assert subjects(asked(house, tomorrow, tomorrow)) == {subject}
    with pytest.raises(Refused) as no:
        look(house.desk, [subject], Opened.FILE, actor=Actor("", ()))
    assert no.value.code == "nobody_signed_on"


def test_exactly_those_looked_at_in_the_days_by_that_account(house: House) -> None:
    a, b, c, d = (one.subject for one in house.workers)
    for day, subject, who in ((1, a, CLERK), (2, b, CLERK), (3, c, OTHER), (4, d, CLERK)):
        at(house, 10, day=DAY + timedelta(days=day))
        look(house.desk, [subject], Opened.FILE, actor=who)
    days = [DAY + timedelta(days=day) for day in range(6)]
    assert subjects(asked(house, days[0], days[5])) == {a, b, c, d}
    assert subjects(asked(house, days[2], days[3])) == {b, c}
    assert subjects(asked(house, days[2], days[3], by=CLERK.person)) == {b}
    assert subjects(asked(house, days[5], days[5])) == set(), "the question itself is not a person"
    assert asked(house, days[0], days[0]).began_ms == FixedClock.on(days[1], 10).now_ms()
    for wrong, code in (({"by": "nobody"}, "no_account"), ({"since": days[3], "until": days[2]}, "days_reversed")):
        with pytest.raises(Refused) as no:
            asked(house, **wrong)  # type: ignore[arg-type]
        assert no.value.code == code
    with pytest.raises(Refused) as no:
        looked_at(house.desk, DAY, DAY, actor=CLERK)
    assert no.value.code == "not_allowed"


def test_what_was_opened_decides_which_kinds_and_each_company_is_told_of_its_own(house: House) -> None:
    desk, subject = house.desk, house.workers[1].subject
    look(desk, [subject], Opened.FILE, actor=CLERK)
    plain = ("identity", "photo", "medical", "insurance", "background", "training", "credit")
    had = set(asked(house).people[0].kinds)
    assert {"identity", "photo", "medical", "insurance", "background"} <= had <= set(plain)
    at(house, 11)
    paper = scans.keep_scan(desk, subject, photo_bytes(), actor=CLERK)
    evidence.record_medical(desk, subject, fit=True, examined_on=DAY, valid_until=None, paper=paper, actor=CLERK)
    assert set(asked(house).people[0].kinds) == had, "scans were there and nobody opened them"
    look(desk, [subject], Opened.SCANS, actor=CLERK)
    look(desk, [house.workers[2].subject], Opened.PAPER, actor=CLERK)
    found = asked(house)
    kinds = {one.subject: set(one.kinds) for one in found.people}
    assert kinds == {subject: had | {"scans"}, house.workers[2].subject: {"identity", "photo"}}
    assert (found.kinds["identity"], found.kinds["scans"]) == (2, 1)
    assert {one.uscc: one.people for one in found.companies} == {one.company: 1 for one in found.people}
    for share in found.companies:
        known = desk.company(share.uscc)
        assert (share.name, share.contact, share.phone) == (known.name, known.contact, known.phone)


def test_what_came_after_the_look_was_not_seen(house: House) -> None:
    form = facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, "330102197001010021", "王秀英")
    subject = house.desk.ledger.subject_of("ID_CARD", "330102197001010021")
    house.desk.ledger.append([(subject, form)], actor="clerk-01")
    look(house.desk, [subject], Opened.FILE, actor=CLERK)
    at(house, 11)
    evidence.record_medical(house.desk, subject, fit=True, examined_on=DAY, valid_until=None, actor=CLERK)
    (one,) = asked(house).people
    assert (one.kinds, one.number, one.company) == (("identity",), subject, "")
    assert asked(house).companies[0].name == ""


def test_a_stolen_station_is_everybody_and_the_erased_are_a_number(house: House) -> None:
    gone, number = house.orders[0]
    look(house.desk, [gone], Opened.FILE, actor=CLERK)
    supervising.cancel(house.desk, gone, number, cause="worker_asked", actor=BOSS)
    name = house.desk.worker(gone).person
    assert name is not None
    house.clock.set_day(date(2029, 11, 24))
    assert house.desk.sync().ok
    assert retention.keep(house.desk).value.people == 1
    found = held_here(house.desk, actor=BOSS)
    assert subjects(found) == {one.subject for one in house.workers}
    assert {one.subject for one in found.people if one.erased} == {gone}
    assert found.erased == 1
    for known in (found, asked(house)):
        (one,) = [one for one in known.people if one.erased]
        assert dataclasses.replace(one, kinds=(), company="") == dataclasses.replace(
            one, subject=gone, number=number, name="", document="", phone="", kinds=(), company=""
        )
    assert [one.kinds for one in found.people if one.erased] == [()]
    assert "identity" in asked(house).people[0].kinds, "it was there when it was looked at"
    assert found.kinds["photo"] == 3
    house.desk.ledger.keeping.pictures_of = lambda subject: set()  # type: ignore[method-assign]
    assert "photo" not in held_here(house.desk, actor=BOSS).kinds, "photos that were never fetched are not on the disk"


def test_the_list_needs_two_stands_in_the_ledger_and_is_a_look(house: House) -> None:
    desk, subject = house.desk, house.workers[0].subject
    look(desk, [subject], Opened.FILE, actor=CLERK)
    found = asked(house)
    with pytest.raises(Refused) as no:
        name_them(desk, found, actor=BOSS, second=BOSS)
    assert no.value.code == "same_person"
    listed = name_them(desk, found, actor=BOSS, second=BUREAU)
    person = desk.worker(subject).person
    assert person is not None
    assert person.number
    assert [(one.name, one.document, one.phone) for one in listed] == [
        (person.name, mask_number(person.number), person.phone)
    ]
    mine = {(one.subject, one.opened) for one in desk.ledger.looks.between(0, 1 << 60, BOSS.person)}
    assert mine == {(f"station:{desk.settings.station}", "INCIDENT"), (subject, "INCIDENT")}
    station = desk.ledger.record(f"station:{desk.settings.station}")
    assert isinstance(station, StationRecord)
    assert [step.note for step in station.acts if step.act == "EXPORTED"] == [f"incident 1 {BUREAU.person}"]


def test_looks_go_after_three_years_with_the_daily_deletion_and_not_a_day_before(house: House) -> None:
    subject = house.workers[0].subject
    looks = house.desk.ledger.looks
    look(house.desk, [subject], Opened.FILE, actor=CLERK)
    first = looks.of(subject)[0]
    for day, kept in ((date(2029, 11, 23), True), (date(2029, 11, 24), False)):
        house.clock.set_day(day)
        assert house.desk.sync().ok
        look(house.desk, [subject], Opened.FILE, actor=CLERK)
        retention.keep(house.desk)
        assert (first in looks.of(subject)) is kept, day
    assert len(looks.of(subject)) == 2


def test_a_ledger_that_cannot_be_written_is_a_fault_with_a_sentence_and_says_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    desk, subject = house.desk, house.workers[0].subject
    person = desk.worker(subject).person
    assert person is not None
    private = [str(said) for said in (person.name, person.number, person.phone)]
    with caplog.at_level(logging.DEBUG):
        look(desk, [subject], Opened.FILE, actor=CLERK)
        name_them(desk, asked(house), actor=BOSS, second=BUREAU)
        monkeypatch.setattr(desk.ledger.store, "_keep_free", 1 << 60)
        with pytest.raises(Fault) as caught:
            look(desk, [subject], Opened.EXPORT, actor=CLERK)
    assert caught.value.code == "disk_full"
    assert caught.value.sentence
    told = [caplog.text, *capfd.readouterr(), str(caught.value), str(desk.ledger.looks.between(0, 1 << 60))]
    assert not [said for said in private if any(said in text for text in told)]


def test_the_copy_for_the_person_names_who_looked(house: House) -> None:
    desk, subject = house.desk, house.workers[0].subject
    record = desk.worker(subject)
    assert isinstance(record, WorkerRecord)

    def used() -> list[str]:
        paper = copy_paper(desk, record, desk.ledger.facts_of(subject), say=lambda fact: fact.payload.kind, word=word)
        (rows,) = [rows for title, rows in paper.values["sections"] if title == "谁使用过"]
        return [said for name, said in rows if name == "查看档案"]

    assert len(used()) == 1
    look(desk, [subject], Opened.FILE, actor=CLERK)
    at(house, 15)
    look(desk, [subject], Opened.FILE, actor=CLERK)
    look(desk, [subject], Opened.SCANS, actor=OTHER)
    assert used()[:-1] == [f"{DAY}：clerk-01，人员档案", f"{DAY}：clerk-02，扫描件"]
