"""Faces at an open station: the fact holds score, threshold, model and decision, and never a template."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide.facing import identity_confirmed
from station.domain.errors import Fault, Refused
from station.domain.health import Finding
from station.domain.permit import State
from station.faces import engines, policy
from station.faces.face import FaceMatcher
from station.faces.policy import Advice
from station.faces.portrait import portrait_of
from station.services import facing, supervising
from station.services.health import sweep
from tests.faces import people
from tests.services.house import DAY, STAFF, House

CLERK, OTHER = Actor("clerk-01", ("CLERK",)), Actor("clerk-02", ("CLERK",))


@pytest.fixture(scope="module")
def matcher() -> FaceMatcher:
    return facing.finder(None)


def withdraw(house: House, *subjects: str) -> None:
    """The people of a rehearsal all consented."""
    for subject in subjects:
        house.desk.ledger.append([(subject, facts.ConsentWithdrawn("FACE", DAY))], actor="clerk-01")


def test_a_portrait_is_kept_with_its_measures(house: House, matcher: FaceMatcher) -> None:
    subject = house.workers[0].subject
    made = portrait_of(people.before(people.seen(1), (190, 196, 188)), matcher)
    record = facing.accept_portrait(house.desk, subject, made, source="camera", actor=CLERK).value
    assert record.photo is not None
    assert ("sharpness", "good") in {(name, verdict) for name, _, verdict in record.photo.quality}
    told = [f.payload for f in house.desk.ledger.facts_of(subject)]
    newest = [p for p in told if isinstance(p, facts.WorkerPhotographed)][-1]
    assert newest.background_corrected
    with pytest.raises(Refused) as no:
        empty = portrait_of(np.full((99, 99, 3), 9, np.uint8), matcher)
        facing.accept_portrait(house.desk, subject, empty, source="camera", actor=CLERK)
    assert no.value.code == "no_face"


def test_compare_and_agree(house: House, matcher: FaceMatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, subject = house.desk, house.workers[0].subject
    made = portrait_of(people.seen(1), matcher)
    facing.accept_portrait(desk, subject, made, source="camera", actor=CLERK)
    everybody = len(house.workers)
    assert facing.filing(desk).count == everybody, "a hint may look at everybody who consents"
    other = house.workers[1].subject
    withdraw(house, other)
    assert facing.filing(desk).count == everybody - 1
    with pytest.raises(Refused) as no:
        facing.compare_with_file(desk, other, people.seen(1), matcher)
    assert no.value.code == "face_consent"
    found = facing.compare_with_file(desk, subject, people.dimmed(people.seen(1), 0.8), matcher)
    assert found.advice is Advice.MATCH
    assert identity_confirmed(facing.agree(desk, subject, found, actor=CLERK).value)
    (kept,) = [f.payload for f in desk.ledger.facts_of(subject) if isinstance(f.payload, facts.FaceMatched)]
    assert (kept.decision, kept.score, kept.threshold) == ("match", found.score, found.threshold)
    assert kept.engine == found.named
    withdraw(house, subject)
    counted = facing.filing(desk)
    assert (counted.count, counted.limit, counted.near) == (everybody - 1, 100_000, False), "it was compared"
    assert facing.Filing(80_000).near
    assert [facing.Filing(n).level for n in (79_999, 80_000, 99_999, 100_000)] == ["below", "near", "near", "reached"]
    assert facing.filing_at_most(desk).count == everybody, "far from it nobody's file is opened"
    monkeypatch.setattr(policy, "FILING_WARN", 1)
    assert facing.filing_at_most(desk).count == everybody - 1, "near it they are counted one by one"


def test_declined_ends_with_the_same_rights(house: House) -> None:
    subject = house.workers[1].subject
    withdraw(house, subject)
    before = facing.filing(house.desk).count
    record = facing.confirm_by_two(house.desk, subject, same=True, found=None, actor=CLERK, second=OTHER).value
    assert identity_confirmed(record)
    assert (record.faces[-1].decision, record.faces[-1].score) == ("declined", None)
    assert facing.filing(house.desk).count == before, "nothing was compared"


def test_where_nothing_compares_two_people_look(house: House) -> None:
    subject = house.workers[1].subject
    record = facing.confirm_by_two(
        house.desk, subject, same=True, found=None, unable=True, actor=CLERK, second=OTHER
    ).value
    assert (record.faces[-1].decision, record.faces[-1].engine, identity_confirmed(record)) == ("unsure", "", True)
    with pytest.raises(Refused):
        facing.confirm_by_two(house.desk, subject, same=True, found=None, unable=True, actor=CLERK, second=CLERK)


def test_what_two_deny_is_on_the_work_list_at_once_and_off_it_when_settled(house: House) -> None:
    desk, one = house.desk, house.workers[1]

    def look(same: bool) -> None:
        facing.confirm_by_two(desk, one.subject, same=same, found=None, actor=CLERK, second=OTHER)

    listed = desk.ledger.worklist.lines()
    for _ in range(2):
        look(same=False)
        denied = Finding("WRONG-6", one.number, one.subject, desk.settings.city.code, "face")
        assert desk.ledger.worklist.lines() == [*listed, denied], "once, however often they look"
    assert denied in sweep(desk).value.findings
    look(same=True)
    assert denied not in desk.ledger.worklist.lines()
    assert denied not in sweep(desk).value.findings


def test_a_pause_for_the_wrong_face_stands_until_two_people_looked_again(house: House) -> None:
    desk, one, boss = house.desk, house.workers[2], STAFF.supervisor
    facing.confirm_by_two(desk, one.subject, same=False, found=None, actor=CLERK, second=OTHER)
    supervising.suspend(desk, one.subject, one.number, cause="mismatch_found", actor=boss)

    def lift() -> None:
        supervising.reinstate(
            desk, one.subject, one.number, cause="mismatch_found", note="已核对", actor=boss, second=STAFF.bureau
        )

    with pytest.raises(Refused, match="重新核对") as no:
        lift()
    assert no.value.code == "cause_stands"
    facing.confirm_by_two(desk, one.subject, same=True, found=None, actor=CLERK, second=OTHER)
    lift()
    assert desk.worker(one.subject).permits[one.number].state is State.ISSUED


def test_consent_is_given_and_taken_back_at_the_counter(house: House, matcher: FaceMatcher) -> None:
    subject = house.workers[1].subject
    record = facing.consent(house.desk, subject, given=False, actor=CLERK).value
    assert not record.consented("FACE")
    with pytest.raises(Refused) as no:
        facing.possible_duplicates(house.desk, subject, matcher, actor=CLERK)
    assert no.value.code == "face_consent"
    assert facing.consent(house.desk, subject, given=True, actor=CLERK).value.consented("FACE")
    assert house.desk.worker(subject).consented("SHOWING"), "no other consent is touched"


def test_no_face_goes_to_two_people(house: House, matcher: FaceMatcher) -> None:
    desk, subject = house.desk, house.workers[0].subject
    found = facing.compare_with_file(desk, subject, np.full((200, 200, 3), 220, np.uint8), matcher)
    assert found.advice is None
    with pytest.raises(Refused):
        facing.agree(desk, subject, found, actor=CLERK)
    record = facing.confirm_by_two(desk, subject, same=True, found=found, actor=CLERK, second=OTHER).value
    assert (record.faces[-1].decision, identity_confirmed(record)) == ("unsure", True)


def test_a_possible_duplicate_is_a_hint(house: House, matcher: FaceMatcher) -> None:
    desk, (one, other, third, _) = house.desk, [worker.subject for worker in house.workers]
    portraits = {subject: portrait_of(people.seen(1), matcher) for subject in (one, other, third)}
    for subject, made in portraits.items():
        facing.accept_portrait(desk, subject, made, source="camera", actor=CLERK)
        record = desk.worker(subject)
        assert record.person is not None
        same = facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, sex="F", number=record.person.number)
        desk.ledger.append([(subject, same)], actor="clerk-01")
    withdraw(house, third)
    before = len(desk.ledger.facts_of(one))
    found = facing.possible_duplicates(desk, one, matcher, actor=CLERK)
    assert other in [hint.subject for hint in found]
    assert third not in [hint.subject for hint in found], "who does not consent is not compared"
    assert len(desk.ledger.facts_of(one)) == before, "a hint leaves no fact"
    assert facing.local_mean(desk, matcher) is None


def test_without_an_engine_the_way_on_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engines.load.cache_clear()
    monkeypatch.setattr(engines, "best", lambda folder=None: None)
    with pytest.raises(Fault) as fault:
        facing.finder(tmp_path)
    assert "两人人工核对" in fault.value.remedy
    engines.load.cache_clear()
