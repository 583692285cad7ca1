"""The sweep at an open station: healthy at first, every planted trouble on the list, counted by month, due again."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from station.domain import facts
from station.services import health
from station.services.inspecting import inspect_code
from station.services.printing import load_rehearsal_blanks, press_of, print_card, waiting
from station.services.shown import Looks, remember_look
from station.trust.token import Token, parse, url
from tests.services.house import CITY, DAY, STAFF, House


def found(house: House) -> dict[str, set[str]]:
    swept = health.sweep(house.desk).value
    told: dict[str, set[str]] = {}
    for one in swept.findings:
        told.setdefault(one.condition, set()).add(one.about)
    return told


def test_a_fresh_station_is_healthy(house: House) -> None:
    assert found(house) == {}


def test_what_is_planted_is_found(house: House) -> None:
    one, other, third, _ = house.workers
    desk = house.desk
    photo = desk.worker(one.subject).photo
    company = desk.worker(one.subject).affiliation
    assert photo is not None
    assert company is not None
    desk.ledger.append(
        [
            (one.subject, facts.AffiliationEnded(company.company, DAY, "worker")),
            (other.subject, facts.WorkerPhotographed(photo.sha256, "file", 358, 441)),
            (third.subject, facts.HouseholdScanned(third.number, 0, "red", 0)),
        ],
        actor="clerk-01",
    )
    told = found(house)
    assert told["DEAD-1"] == {one.number}
    assert told["WRONG-6"] == {one.number, other.number}
    assert told["WRONG-4"] == {third.number}
    (month,) = health.by_month(desk).values()
    assert month[CITY]["WRONG"] == {"WRONG-4": 1, "WRONG-6": 2}


def test_a_changed_name_is_found_on_the_card_in_hand(house: House) -> None:
    worker, desk = house.workers[0], house.desk
    acts = ("ask", "reserve", "send", "sent", "verify", "activate")
    have = {step.act for piece in desk.worker(worker.subject).cards_of(worker.number) for step in piece.steps}
    told = [(worker.subject, facts.CardActed(worker.number, 1, act, DAY)) for act in acts if act not in have]
    desk.ledger.append(told, actor="clerk-01")
    assert "WRONG-1" not in found(house)
    person = desk.worker(worker.subject).person
    assert person is not None
    renamed = facts.WorkerRegistered("ID_CARD", person.categories, True, number=person.number, name="李改名")
    desk.ledger.append([(worker.subject, renamed)], actor="clerk-01")
    assert found(house)["WRONG-1"] == {f"{worker.number}-1"}
    signed = parse(desk.worker(worker.subject).tokens[worker.number, 1].token)
    assert isinstance(signed, Token)
    seen = inspect_code(desk, url(desk.settings.city.url_prefix, signed))
    assert [one.condition for one in health.of_inspection(desk, seen)] == ["WRONG-1"]
    remember_look(desk, Looks(), worker.number, seen)
    assert "WRONG-4" not in found(house), "what was shown is what the facts said"


def test_a_forged_code_and_one_of_nobody(house: House) -> None:
    desk = house.desk
    signed = desk.worker(house.workers[0].subject).tokens[house.workers[0].number, 1].token
    changed = signed[:-1] + str((int(signed[-1]) + 1) % 10)
    told = [health.of_inspection(desk, inspect_code(desk, text)) for text in (changed, "https://example.com/x")]
    assert [[one.condition for one in row] for row in told] in ([["BAD-3"], []], [["BAD-3"], ["BAD-5"]])


def test_facts_that_never_left_are_found_after_a_day(house: House) -> None:
    desk, worker = house.desk, house.workers[0]
    desk.sync()
    assert found(house) == {}
    desk.ledger.append([(worker.subject, facts.EvidenceRefreshed(DAY))], actor="clerk-01")
    assert "DEAD-7" not in found(house)
    house.clock.advance(25 * 3600)
    assert found(house)["DEAD-7"] == {worker.number}


def test_due_nightly_at_the_centre_weekly_at_a_station(house: House) -> None:
    desk = house.desk
    assert health.due(desk)
    health.sweep(desk)
    assert not health.due(desk)
    house.clock.set_day(DAY + timedelta(days=1))
    assert health.due(desk)
    desk.settings = dataclasses.replace(desk.settings, central="postgresql://elsewhere")
    assert not health.due(desk)
    house.clock.set_day(DAY + timedelta(days=7))
    assert health.due(desk)


def test_another_host_on_the_cards_is_an_alarm(house: House) -> None:
    desk = house.desk
    city = dataclasses.replace(desk.settings.city, url_prefix="https://anxin.zj.example.com/")
    desk.settings = dataclasses.replace(desk.settings, city=city)
    assert found(house)["BAD-5"] == {"anxin.zj.example.com"}


@pytest.mark.parametrize("reached", [True, False])
def test_the_address_on_the_cards_is_asked_outside_of_rehearsals(
    house: House, monkeypatch: pytest.MonkeyPatch, reached: bool
) -> None:
    """BAD-5: a household that scans a card must get an answer; another host than ours is not even asked."""
    desk, asked = house.desk, list[str]()
    monkeypatch.setattr(health, "answers", lambda prefix: asked.append(prefix) or reached)
    assert found(house) == {}
    assert asked == [], "a rehearsal asks nobody"
    desk.settings = dataclasses.replace(desk.settings, rehearsal=False)
    assert found(house).get("BAD-5", set()) == (set() if reached else {"anxin.zj.example"})
    assert asked == [desk.settings.city.url_prefix]
    city = dataclasses.replace(desk.settings.city, url_prefix="https://anxin.zj.example.com/")
    desk.settings = dataclasses.replace(desk.settings, city=city)
    assert found(house)["BAD-5"] == {"anxin.zj.example.com"}
    assert len(asked) == 1


def test_a_name_that_cannot_be_drawn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = house.desk.settings.city.layout
    assert health._unprintable("Wang", "金桥家政", "家务服务", layout) == ""
    assert health._unprintable("王秀英", "金桥家政", "家务服务", layout) == ""
    assert health._unprintable("\U000f0000", "金桥家政", "家务服务", layout) == "glyph"
    assert health._unprintable("王秀英", "金桥家政服务有限责任公司" * 9, "家务服务", layout) == "text"


def test_a_name_that_grew_too_long_for_the_card_in_hand(house: House) -> None:
    """BAD-6 by real facts: printed, and then the person's name was corrected to one that does not fit."""
    desk, one = house.desk, house.workers[0]
    with house.bench() as bench:
        load_rehearsal_blanks(desk, bench, actor=STAFF.clerk)
        order = waiting(desk.worker(one.subject), one.number)
        assert order is not None
        assert print_card(press_of(desk, bench, actor=STAFF.clerk), order, actor=STAFF.clerk).value.active
    assert "BAD-6" not in found(house)
    person = desk.worker(one.subject).person
    assert person is not None
    longer = facts.WorkerRegistered(
        "ID_CARD", person.categories, True, person.number, "买买提·" * 12 + "买", person.name, birth=person.birth
    )
    desk.ledger.append([(one.subject, longer)], actor="clerk-01")
    assert found(house)["BAD-6"] == {f"{one.number}-1"}


def test_the_work_list_is_the_last_sweep_and_a_centre_asks_every_night(house: House) -> None:
    desk, worker = house.desk, house.workers[0]
    assert desk.ledger.worklist.lines() == []
    company = desk.worker(worker.subject).affiliation
    assert company is not None
    desk.ledger.append([(worker.subject, facts.AffiliationEnded(company.company, DAY, "worker"))], actor="clerk-01")
    swept = health.sweep_if_due(desk)
    assert swept is not None
    assert tuple(desk.ledger.worklist.lines()) == swept.findings
    assert {one.condition for one in desk.ledger.worklist.lines()} == {"DEAD-1"}
    desk.settings = dataclasses.replace(desk.settings, central="postgresql://elsewhere")
    house.clock.set_day(DAY + timedelta(days=1))
    assert health.sweep_if_due(desk) is None
    assert health.sweep_if_due(desk, nightly=True) is not None
    assert health.sweep_if_due(desk, nightly=True) is None


def test_a_scan_that_nobody_can_explain_is_remembered_once_a_day(house: House) -> None:
    desk, worker = house.desk, house.workers[0]
    signed = desk.worker(worker.subject).tokens[worker.number, 1].token
    forged = signed[:-1] + str((int(signed[-1]) + 1) % 10)
    prefix = desk.settings.city.url_prefix
    for code in (forged, forged, prefix + signed):
        health.report_scan(desk, inspect_code(desk, code), code)
    (day, condition, about) = health.suspects(desk)[0]
    assert (day, condition, len(about)) == (DAY, "BAD-3", 8)
    assert len(health.suspects(desk)) == 1
    assert forged not in str(desk.ledger.record(f"station:{desk.settings.station}"))
    house.clock.set_day(DAY + timedelta(days=1))
    health.report_scan(desk, inspect_code(desk, forged), forged)
    assert len(health.suspects(desk)) == 2
    assert health.by_month(desk)[f"{DAY:%Y-%m}"][CITY]["BAD"]["BAD-3"] == 2
    house.clock.set_day(DAY + timedelta(days=60))
    assert health.suspects(desk) == []


def test_a_flood_of_forgeries_fills_no_ledger(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = house.desk
    monkeypatch.setattr(health, "SUSPECTS_A_DAY", 3)
    signed = desk.worker(house.workers[0].subject).tokens[house.workers[0].number, 1].token
    for end in range(8):
        code = f"{signed[:-2]}{end}{signed[-1]}"
        health.report_scan(desk, inspect_code(desk, code), code)
    assert len(health.suspects(desk)) == 3


def test_nobody_looks_at_a_scan_of_more_than_twelve_months_ago(house: House) -> None:
    desk, one = house.desk, house.workers[0]
    told = facts.HouseholdScanned(one.number, 0, "red", 0)
    desk.ledger.append([(one.subject, told)], actor="household")
    assert found(house)["WRONG-4"] == {one.number}
    house.clock.set_day(date(DAY.year + 1, DAY.month, DAY.day))
    assert found(house)["WRONG-4"] == {one.number}, "the last of the twelve months"
    house.clock.set_day(date(DAY.year + 1, DAY.month, DAY.day + 1))
    assert "WRONG-4" not in found(house)
