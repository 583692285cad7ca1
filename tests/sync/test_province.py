"""The province's clerk: one live permit per person over all cities, lists of withdrawn permits, facts given back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection

from station.domain import facts
from station.domain.application import State
from station.domain.errors import Fault
from station.domain.facts import Fact, Payload, PermitActed
from station.domain.record import Record
from station.domain.worker import WorkerRecord
from station.ledger.ledger import Ledger
from station.ledger.vault import MemoryVault
from station.services.province import CLOSED, NOT_LEASED, NOT_THEIRS, SECOND, provincial_clerk
from station.sync import returned, undecided, withdrawn
from station.sync.central import Cursor, centre_of
from station.sync.central_schema import returned as returned_table
from station.sync.clerk import attend
from station.sync.clerk_desk import Clerk, ClerkDesk
from station.sync.exchange import exchange
from station.sync.papers import Paper, publish, status_of
from station.sync.sql import SqlCentral
from station.trust.founding import found
from station.trust.register import Purpose
from station.trust.status_bitmap import Listed, StatusBitmap, read_bitmap
from tests.ledger.office import CITY, COMPANY, DAY, KEYS, PERMIT, Office, registered, template, whole_life

NINGBO = "330200"
OTHER_PERMIT = "3302032026000007"
CITY_KEYS = {CITY: KEYS["city"], NINGBO: b"N" * 32}


def quiet(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
    """Signs nothing: these tests are about the rest."""
    return []


@pytest.fixture
def clerk(office: Office) -> Clerk:
    return provincial_clerk(quiet, office.clock, b"B" * 32, CITY_KEYS.__getitem__)


@pytest.fixture(autouse=True)
def _leased(central: SqlCentral) -> None:
    """The numbers of these permits belong to hz-01, as they would when a counter gave them out."""
    central.lease_numbers("hz-01", PERMIT[:6], 2026, 200)


@pytest.fixture
def ningbo(office: Office, central: SqlCentral) -> Iterator[Ledger]:
    """A station of another city: other keys, so the same person has another subject there."""
    path = office.folder / "nb-01.ledger"
    shutil.copyfile(template(), path)
    keys = {**KEYS, "city": CITY_KEYS[NINGBO], "lookup": b"M" * 32, "station": b"nb" * 16}
    ledger = Ledger.open(path, station="nb-01", city=NINGBO, clock=office.clock, vault=MemoryVault(keys))
    central.enrol("nb-01", NINGBO)
    central.lease_numbers("nb-01", OTHER_PERMIT[:6], 2026, 100)
    yield ledger
    ledger.close()


def looked(central: SqlCentral, clerk: Clerk) -> int:
    return attend(central, clerk, CITY_KEYS.__getitem__)


def worker(ledger: Ledger, subject: str) -> WorkerRecord:
    record = ledger.record(subject)
    assert isinstance(record, WorkerRecord)
    return record


def test_the_permit_the_centre_saw_second_is_suspended(
    office: Office, central: SqlCentral, ningbo: Ledger, clerk: Clerk
) -> None:
    first = office.open("hz-01")
    first.append([("worker:a", payload) for payload in whole_life()], actor="c")
    ningbo.append([("worker:b", payload) for payload in whole_life(OTHER_PERMIT)], actor="c")
    exchange(first, central, attend=lambda: looked(central, clerk))
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    assert worker(first, "worker:a").permits[PERMIT].open_causes == ()
    assert worker(ningbo, "worker:b").permits[OTHER_PERMIT].open_causes == ("duplicate",)
    assert [fact.actor for fact in ningbo.facts_of("worker:b")][-1] == "centre"
    assert looked(central, clerk) == 0, "once is enough"
    ningbo.append([("worker:b", facts.ConsentGiven("SHARING", "2026-1", DAY, "paper"))], actor="c")
    exchange(ningbo, central)
    assert looked(central, clerk) == 0, "news of the person changes nothing"


def test_the_next_permit_counts_when_the_first_has_ended(
    office: Office, central: SqlCentral, ningbo: Ledger, clerk: Clerk
) -> None:
    first = office.open("hz-01")
    first.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(first, central, attend=lambda: looked(central, clerk))
    first.append([("worker:a", PermitActed(PERMIT, "cancel", DAY, "left_trade"))], actor="c")
    exchange(first, central, attend=lambda: looked(central, clerk))
    ningbo.append([("worker:b", payload) for payload in whole_life(OTHER_PERMIT)], actor="c")
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    assert worker(ningbo, "worker:b").permits[OTHER_PERMIT].open_causes == ()


def applying(*acts: str) -> list[Payload]:
    """The same person at another city's counter or on a company's list: the same facts whichever door it was."""
    papers = [facts.ApplicationActed("B-1", act, DAY) for act in acts]
    return [registered(), facts.AffiliationBegan(COMPANY, DAY, True), facts.ApplicationOpened("B-1", COMPANY),
            *papers]  # fmt: skip


AT_THE_ASSOCIATION = ("put_to_review", "pass_review")


def told_at_ningbo(ningbo: Ledger) -> tuple[State, list[str], str]:
    """Where the application stands there, what its clerks are told, and who said so last."""
    record = worker(ningbo, "worker:b")
    waiting = [row.code for row in ningbo.inbox.conflicts()]
    return record.applications["B-1"].state, waiting, ningbo.facts_of("worker:b")[-1].actor


@pytest.mark.parametrize("acts", [AT_THE_ASSOCIATION, (*AT_THE_ASSOCIATION, "accept"),
                                  (*AT_THE_ASSOCIATION, "accept", "pass_credit", "complete")])  # fmt: skip
def test_an_application_of_somebody_with_a_live_permit_in_another_city_is_stopped(
    office: Office, central: SqlCentral, ningbo: Ledger, clerk: Clerk, acts: tuple[str, ...]
) -> None:
    """A1, D-28: before anybody works on it, and without saying where the other permit is (trust.md G8)."""
    first = office.open("hz-01")
    first.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(first, central, attend=lambda: looked(central, clerk))
    ningbo.append([("worker:b", payload) for payload in applying(*acts)], actor="c")
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    assert told_at_ningbo(ningbo) == (State.WITHDRAWN, ["STOPPED_IN_PROVINCE"], "centre")
    stopped = ningbo.facts_of("worker:b")[-1].payload
    assert stopped == facts.ApplicationActed("B-1", "withdraw", office.clock.today(), "SECOND_IN_PROVINCE")
    assert looked(central, clerk) == 0, "once is enough"
    assert worker(first, "worker:a").permits[PERMIT].open_causes == ()
    assert worker(ningbo, "worker:b").open_application is None
    assert not any(one.code != "STOPPED_IN_PROVINCE" for one in worker(ningbo, "worker:b").conflicts)


def test_what_the_company_still_has_or_nobody_holds_is_not_stopped(
    office: Office, central: SqlCentral, ningbo: Ledger, clerk: Clerk
) -> None:
    first = office.open("hz-01")
    first.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(first, central, attend=lambda: looked(central, clerk))
    ningbo.append([("worker:b", payload) for payload in applying("put_to_review")], actor="c")
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    assert told_at_ningbo(ningbo) == (State.COMPANY_REVIEW, [], "c")
    first.append([("worker:a", PermitActed(PERMIT, "cancel", DAY, "left_trade"))], actor="c")
    exchange(first, central, attend=lambda: looked(central, clerk))
    ningbo.append([("worker:b", facts.ApplicationActed("B-1", "pass_review", DAY))], actor="c")
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    assert told_at_ningbo(ningbo) == (State.SUBMITTED, [], "c"), "the other permit has ended"


def test_somebody_else_and_the_holders_own_update_go_on(
    office: Office, central: SqlCentral, ningbo: Ledger, clerk: Clerk
) -> None:
    first = office.open("hz-01")
    first.append([("worker:a", payload) for payload in whole_life()], actor="c")
    update = [facts.ApplicationOpened("B-1", COMPANY, "UPDATE"),
              *(facts.ApplicationActed("B-1", act, DAY) for act in AT_THE_ASSOCIATION)]  # fmt: skip
    exchange(first, central, attend=lambda: looked(central, clerk))
    first.append([("worker:a", payload) for payload in update], actor="c")
    exchange(first, central, attend=lambda: looked(central, clerk))
    assert worker(first, "worker:a").applications["B-1"].state is State.SUBMITTED
    other = [registered(number="330102198001010019"), *applying(*AT_THE_ASSOCIATION)[1:]]
    ningbo.append([("worker:b", payload) for payload in other], actor="c")
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    assert told_at_ningbo(ningbo) == (State.SUBMITTED, [], "c")


def another_life(number: str) -> list[Payload]:
    """The same papers of somebody else."""
    return [registered(number="330102198001010019"), *whole_life(number)[1:]]


def signing(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
    """Signs one token for every live permit that has none."""
    if not isinstance(record, WorkerRecord):
        return []
    due = [p.number for p in record.permits.values() if p.live and (p.number, 1) not in record.tokens]
    return [(record.subject, facts.TokenSigned(n, 1, "1" * 191, 1, 1, DAY, DAY)) for n in due]


def judged(office: Office, central: SqlCentral, ledger: Ledger, subject: str) -> tuple[list[str], tuple[str, ...], int]:
    """What the province says of a subject: notes of its suspensions, open causes, signed tokens."""
    clerk = provincial_clerk(signing, office.clock, b"B" * 32, CITY_KEYS.__getitem__)
    exchange(ledger, central, attend=lambda: looked(central, clerk))
    record = worker(ledger, subject)
    right = next(iter(record.permits.values()))
    return [step.note for step in right.steps if step.act == "suspend"], right.open_causes, len(record.tokens)


def test_a_number_that_is_somebody_elses_is_suspended_and_not_signed(office: Office, central: SqlCentral) -> None:
    hz = office.open("hz-01")
    hz.append([("worker:a", payload) for payload in whole_life()], actor="c")
    hz.append([("worker:b", payload) for payload in another_life(PERMIT)], actor="c")
    assert judged(office, central, hz, "worker:a") == ([], (), 1)
    assert judged(office, central, hz, "worker:b") == ([NOT_THEIRS], ("mismatch_found",), 0)


@pytest.mark.parametrize("number", ["3301022026000201", "3301052026000001", "3302032026000007", "33010220260001"])
def test_a_number_that_was_not_leased_to_the_station_is_not_signed(
    office: Office, central: SqlCentral, ningbo: Ledger, number: str
) -> None:
    hz = office.open("hz-01")
    hz.append([("worker:a", payload) for payload in whole_life(number)], actor="c")
    assert judged(office, central, hz, "worker:a") == ([NOT_LEASED], ("mismatch_found",), 0)


def test_a_block_of_a_neighbour_is_nobody_elses(office: Office, central: SqlCentral) -> None:
    other = office.open("hz-02")
    other.append([("worker:a", payload) for payload in whole_life()], actor="c")
    assert judged(office, central, other, "worker:a")[0] == [NOT_LEASED]


def test_a_lease_forgotten_with_a_restore_is_believed_below_the_head(office: Office, central: SqlCentral) -> None:
    central.restored()
    hz = office.open("hz-01")
    hz.append([("worker:a", payload) for payload in whole_life("3301022026000777")], actor="c")
    hz.append([("worker:b", payload) for payload in another_life("3301022026010900")], actor="c")
    assert judged(office, central, hz, "worker:a") == ([], (), 1)
    assert judged(office, central, hz, "worker:b")[0] == [NOT_LEASED], "no station can have that one"


def test_what_a_closed_station_left_waits_for_the_city(office: Office, central: SqlCentral) -> None:
    hz, neighbour = office.open("hz-01"), office.open("hz-02")
    hz.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(hz, central)
    central.revoke("hz-01", "被盗")
    assert judged(office, central, neighbour, "worker:a") == ([CLOSED], ("other",), 0)
    neighbour.append([("worker:a", PermitActed(PERMIT, "reinstate", DAY, "other"))], actor="s")
    assert judged(office, central, neighbour, "worker:a") == ([CLOSED], (), 1), "people looked: said once, now signed"


NOWHERE_LEASED = "3301022026000201"


def with_another(number: str) -> list[Payload]:
    """The papers of a whole life, and a second permit of the same person."""
    second = facts.PermitGenerated(number, "A2", COMPANY, "好阿姨", ("HOUSEWORK",), DAY)
    return [*whole_life(), facts.ApplicationOpened("A2", COMPANY), second]


def test_a_permit_in_doubt_keeps_no_other_of_the_same_person_waiting(office: Office, central: SqlCentral) -> None:
    """No more news may come of this person: what is not said now is never said."""
    hz = office.open("hz-01")
    hz.append([("worker:a", payload) for payload in with_another(NOWHERE_LEASED)], actor="c")
    judged(office, central, hz, "worker:a")
    record = worker(hz, "worker:a")
    assert NOT_LEASED in {step.note for step in record.permits[NOWHERE_LEASED].steps}
    assert set(record.tokens) == {(PERMIT, 1)}


def test_a_permit_in_doubt_hides_no_second_one_of_the_province(
    office: Office, central: SqlCentral, ningbo: Ledger, clerk: Clerk
) -> None:
    ningbo.append([("worker:b", payload) for payload in whole_life(OTHER_PERMIT)], actor="c")
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    hz = office.open("hz-01")
    hz.append([("worker:a", payload) for payload in with_another(NOWHERE_LEASED)], actor="c")
    judged(office, central, hz, "worker:a")
    record = worker(hz, "worker:a")
    assert SECOND in {step.note for step in record.permits[PERMIT].steps}
    assert [step.note for step in record.permits[NOWHERE_LEASED].steps if step.act == "suspend"] == [NOT_LEASED]
    assert record.tokens == {}


def test_what_is_in_doubt_for_its_number_is_no_second_one_yet(
    office: Office, central: SqlCentral, ningbo: Ledger, clerk: Clerk
) -> None:
    ningbo.append([("worker:b", payload) for payload in whole_life(OTHER_PERMIT)], actor="c")
    exchange(ningbo, central, attend=lambda: looked(central, clerk))
    hz = office.open("hz-01")
    hz.append([("worker:a", payload) for payload in whole_life(NOWHERE_LEASED)], actor="c")
    assert judged(office, central, hz, "worker:a") == ([NOT_LEASED], ("mismatch_found",), 0)


def test_a_permit_of_before_stays_when_its_station_closes(office: Office, central: SqlCentral) -> None:
    hz, neighbour = office.open("hz-01"), office.open("hz-02")
    hz.append([("worker:a", payload) for payload in whole_life()], actor="c")
    assert judged(office, central, hz, "worker:a") == ([], (), 1)
    central.revoke("hz-01", "迁移")
    neighbour.append([("worker:a", facts.ConsentGiven("SHARING", "2026-1", DAY, "paper"))], actor="c")
    assert judged(office, central, neighbour, "worker:a") == ([], (), 1)


def test_the_list_of_a_city_is_signed_and_names_what_does_not_count(
    office: Office, central: SqlCentral, clerk: Clerk
) -> None:
    founding = found([CITY, NINGBO], [DAY.year], Purpose.PRODUCTION, DAY)
    signers, keyring = founding.signers(), founding.keyring(DAY)
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(one, central)
    assert withdrawn.publish_lists(central, signers, office.clock) == 1
    assert withdrawn.publish_lists(central, signers, office.clock) == 0
    (paper,) = central.papers({})
    assert (paper.name, central.papers({paper.name: paper.version})) == (status_of(CITY), [])
    assert read_bitmap(paper.data, keyring, DAY).listed(PERMIT) is Listed.NOT_WITHDRAWN
    one.append([("worker:a", PermitActed(PERMIT, "suspend", DAY, "complaint"))], actor="c")
    exchange(one, central)
    assert withdrawn.publish_lists(central, signers, office.clock) == 0, "not twice within a minute"
    office.clock.advance(61)
    assert withdrawn.publish_lists(central, signers, office.clock) == 1
    (newer,) = central.papers({paper.name: paper.version})
    assert read_bitmap(newer.data, keyring, DAY).listed(PERMIT) is Listed.WITHDRAWN
    assert b"worker:" not in newer.data
    with central.transactions.writing() as conn:
        assert not publish(conn, Paper(paper.name, paper.version, b"old", 0)), "an older paper never comes back"


def test_one_citys_list_that_cannot_be_made_stops_no_other(
    office: Office, central: SqlCentral, ningbo: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    signers = found([CITY, NINGBO], [DAY.year], Purpose.PRODUCTION, DAY).signers()
    hz = office.open("hz-01")
    hz.append([("worker:a", payload) for payload in whole_life()], actor="c")
    ningbo.append([("worker:b", payload) for payload in whole_life(OTHER_PERMIT)], actor="c")
    exchange(hz, central)
    exchange(ningbo, central)
    made = withdrawn.list_of

    def fails(conn: Connection, city: str, number: int, now_ms: int) -> StatusBitmap:
        if city == CITY:
            raise Fault("x", code="fact_malformed")
        return made(conn, city, number, now_ms)

    with monkeypatch.context() as broken:
        broken.setattr(withdrawn, "list_of", fails)
        assert withdrawn.publish_lists(central, signers, office.clock) == 1
    with central.transactions.reading() as conn:
        assert [(one.code, one.city) for one in undecided.waiting(conn)] == [(undecided.LIST, CITY)]
        assert undecided.waiting(conn)[0].sentence.startswith(f"城市 {CITY}：停用名单")
    assert withdrawn.publish_lists(central, signers, office.clock) == 1
    with central.transactions.reading() as conn:
        assert undecided.waiting(conn) == []


def test_what_nobody_signed_counts_neither_for_a_list_nor_for_a_number(
    office: Office, central: SqlCentral, clerk: Clerk
) -> None:
    """Somebody with a station's password revokes a permit, and gives another's number away before its owner does."""
    hz, neighbour = office.open("hz-01"), office.open("hz-02")
    neighbour.append([("worker:b", another_life(PERMIT)[-9])], actor="c")
    exchange(neighbour, central)
    hz.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(hz, central)
    exchange(neighbour, central)
    neighbour.append([("worker:a", PermitActed(PERMIT, "revoke", DAY, "false_papers"))], actor="c")
    exchange(neighbour, central)
    central.enrol("hz-02", CITY, public_key=b"k" * 32)
    with central.transactions.reading() as conn:
        assert withdrawn.list_of(conn, CITY, 99, 0).listed(PERMIT) is Listed.WITHDRAWN
    assert judged(office, central, hz, "worker:a")[::2] == ([], 1)
    with central.transactions.reading() as conn:
        assert withdrawn.list_of(conn, CITY, 99, 0).listed(PERMIT) is Listed.NOT_WITHDRAWN
    assert {one.station: one.state for one in central.stations()}["hz-02"] == "frozen"


def test_given_back_facts_wait_for_the_centres_own_signature(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")

    def tells(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
        return [("station:hz-01", facts.StationActed("SEEN", date(2026, 11, 2)))]

    exchange(one, central, attend=lambda: attend(central, tells, CITY_KEYS.__getitem__))
    (lost,) = [raw for raw in central.pull(CITY, Cursor(), 100).facts if raw.id.station == centre_of(CITY)]
    restored = SqlCentral.embedded(office.folder / "restored.db", office.clock)
    restored.enrol("hz-01", CITY)
    restored.restored()
    row = {
        "city": CITY, "hash": lost.hash, "station": lost.id.station, "epoch": 1, "seq": 1, "body": lost.body,
        "signature": None, "given_by": "hz-01", "verdict": "waiting",
    }  # fmt: skip
    with restored.transactions.writing() as conn:
        conn.execute(returned_table.insert(), row)
        conn.execute(returned_table.insert(), {**row, "hash": b"x", "body": "not a fact"})
    assert returned.settle(restored, lambda raw: True) == 1
    assert returned.settle(restored, lambda raw: True) == 0
    assert [raw.hash for raw in restored.pull(CITY, Cursor(), 10).facts] == [lost.hash]
    with restored.transactions.reading() as conn:
        assert sorted(conn.scalars(returned_table.select().with_only_columns(returned_table.c.verdict))) == [
            "malformed", "taken",
        ]  # fmt: skip
    restored.close()


def test_a_forged_fact_that_is_given_back_is_refused(office: Office, central: SqlCentral, tmp_path: Path) -> None:
    one = office.open("hz-01")
    (raw,) = one.append([("worker:a", whole_life()[0])], actor="c")
    body = one.own_after(0)[0].body
    with central.transactions.writing() as conn:
        conn.execute(returned_table.insert(), {
            "city": CITY, "hash": b"y", "station": "hz-01", "epoch": 1, "seq": 1, "body": body, "signature": None,
            "given_by": "hz-01", "verdict": "waiting",
        })  # fmt: skip
    assert returned.settle(central, lambda raw: True) == 0
    assert raw.id.station == "hz-01"
