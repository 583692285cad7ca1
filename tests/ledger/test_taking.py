"""Facts of other stations: taken once, in their chain, and never over what is held."""

from __future__ import annotations

import copy

import pytest

from station.domain import facts
from station.domain.errors import Fault
from station.domain.facts import FactId
from station.ledger import encoding, log
from station.ledger.ledger import Ledger
from station.ledger.schema import quarantine
from tests.ledger.office import CITY, DAY, Office, raws_of, registered, tables


def told(ledger: Ledger, *acts: str) -> None:
    for act in acts:
        ledger.append([("worker:a", facts.StationActed(act, DAY))], actor="c")


def test_taking_again_changes_nothing(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    told(one, "A", "B")
    taken = two.take(raws_of(one), mark=("cursor", "7"))
    assert (len(taken.facts), taken.repeated, taken.forks, taken.recovered, taken.alarm) == (3, 0, (), 0, "")
    before = tables(two)
    again = two.take(raws_of(one))
    assert (len(again.facts), again.repeated) == (0, 3)
    assert tables(two) == before
    with two.store.reading() as conn:
        assert log.setting(conn, "cursor") == "7"
    assert two.verify().ok


def test_a_gap_is_refused_and_nothing_is_kept(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A", "B", "C")
    raws = raws_of(one)
    with pytest.raises(Fault) as caught:
        two.take([raws[0], raws[2]], mark=("cursor", "9"))
    assert caught.value.code == "gap"
    assert two.count() == 0
    with two.store.reading() as conn:
        assert log.setting(conn, "cursor") is None
    two.take(raws[:2])
    two.take(raws)
    assert two.count() == 3


def test_a_fact_of_another_city_is_refused_and_nothing_is_kept(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A", "B")
    raws = raws_of(one)
    foreign = encoding.read(raws[1].body.replace(f'"city":"{CITY}"', '"city":"330200"'))
    with pytest.raises(Fault, match="330200") as caught:
        two.take([raws[0], foreign])
    assert caught.value.code == "other_city_sent"
    assert two.count() == 0


def forged(raw: encoding.RawFact) -> encoding.RawFact:
    """Another fact under the same identity."""
    other = raw.body.replace(f'"act":"{raw.fields["data"]["act"]}"', '"act":"FORGED"')
    assert other != raw.body
    return encoding.read(other)


def test_the_same_identity_with_other_bytes_is_set_aside_and_named(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A", "B")
    raws = raws_of(one)
    two.take(raws)
    before = two.facts_of("worker:a")
    taken = two.take([forged(raws[1])])
    assert taken.forks == (FactId("hz-01", 1, 2),)
    assert "hz-01.1.2" in taken.alarm
    assert "未覆盖" in taken.alarm
    assert two.facts_of("worker:a") == before
    with two.store.reading() as conn:
        aside = conn.execute(quarantine.select()).one()
    assert (aside.body, aside.seen_at) == (forged(raws[1]).body, raws[1].recorded_at)
    report = two.verify()
    assert [problem.area for problem in report.problems] == ["quarantine"]
    assert "hz-01.1.2" in report.problems[0].sentence
    assert len(two.take([forged(raws[1])]).forks) == 1


def test_another_history_is_set_aside_with_all_that_follows(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A", "B", "C", "D")
    raws = raws_of(one)
    two.take(raws[:1])
    strange = forged(raws[1])
    next_one = copy.copy(raws[2])
    told(two, "OWN")
    wrong_chain = encoding.read(raws[1].body.replace(raws[0].hash.hex(), "cd" * 32))
    taken = two.take([wrong_chain, next_one])
    assert [str(fork) for fork in taken.forks] == ["hz-01.1.2", "hz-01.1.3"]
    assert two.take([raws[3]]).forks == (FactId("hz-01", 1, 4),)  # no gap: the chain is under suspicion
    assert strange.id == wrong_chain.id
    assert two.count() == 2
    assert two.take(raws[1:2]).forks == ()  # the right one still fits
    assert two.count() == 3


def test_a_stamp_from_the_future_is_not_taken(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    office.clock.advance(301)
    told(one, "A")
    office.clock.advance(-301)
    with pytest.raises(Fault) as caught:
        two.take(raws_of(one))
    assert caught.value.code == "stamp_ahead"
    assert two.count() == 0


def test_what_is_done_meanwhile_is_done_before_the_disk_is_waited_for(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A", "B", "C")
    raws, seen = raws_of(one), list[int]()
    with pytest.raises(Fault):
        two.take(raws[1:], meanwhile=lambda: seen.append(-1))
    assert seen == [], "nothing that is refused gets so far"
    vault = office.vault("hz-02")
    other = Ledger.open(office.path("hz-02"), station="hz-02", city=two.city, clock=office.clock, vault=vault)
    two.take(raws, meanwhile=lambda: seen.append(other.count()))
    assert (seen, other.count()) == ([0], 3)
    other.close()


def test_of_facts_that_come_after_a_fork_the_newest_is_learned(office: Office) -> None:
    one, other, two = office.open("hz-01"), office.open("hz-03"), office.open("hz-02")
    told(one, "A", "B")
    office.clock.advance(2)
    told(other, "C")
    raws = raws_of(one)
    two.take(raws[:1])
    two.take([*raws_of(other), forged(raws[0]), raws[1]])
    with two.store.reading() as conn:
        assert conn.execute(quarantine.select()).one().seen_at == raws_of(other)[0].recorded_at
    told(two, "D")
    stamps = [fact.recorded_at for fact in two.facts_of("worker:a")]
    assert stamps == sorted(stamps) and len(stamps) == 4


def test_a_stamp_from_the_future_right_after_a_fork_is_not_taken(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A")
    two.take(raws_of(one))
    office.clock.advance(301)
    told(one, "B")
    office.clock.advance(-301)
    first, second = raws_of(one)
    with pytest.raises(Fault) as caught:
        two.take([forged(first), second])
    assert (caught.value.code, two.count()) == ("stamp_ahead", 1)


def test_the_newest_stamp_of_a_chain_never_goes_back(office: Office) -> None:
    one = office.open("hz-01")
    told(one, "A", "B")
    first, second = raws_of(one)
    chain = log.Chain("hz-01", 1)
    for raw in (second, first):
        chain.add(raw)
    assert (chain.newest, chain.next_seq, chain.head) == (second.recorded_at, 2, first.hash.hex())


def test_facts_of_both_lives_that_come_back_freeze_the_station(office: Office) -> None:
    def put_back(copy: bytes) -> Ledger:
        office.path("hz-01").write_bytes(copy)
        return office.open()

    ledger = office.open()
    told(ledger, "A")
    ledger.close()
    first = office.path("hz-01").read_bytes()
    ledger = office.open()
    told(ledger, "B")
    lost = ledger.own_after(1)
    ledger.close()
    ledger = put_back(first)
    ledger.begin_epoch(2)
    told(ledger, "C")
    ledger.close()
    second = office.path("hz-01").read_bytes()
    ledger = office.open()
    told(ledger, "D")
    newest = ledger.own_after(1)
    ledger.close()
    restored = put_back(second)
    assert restored.take(lost).recovered == 1
    assert restored.frozen == "", "what comes of an earlier life is history"
    restored.close()
    restored = put_back(second)
    assert restored.take([*lost, *newest]).recovered == 2
    assert "备份" in restored.frozen


def test_own_facts_that_come_back_freeze_the_station(office: Office) -> None:
    ledger = office.open()
    told(ledger, "A")
    ledger.close()
    backup = office.path("hz-01").read_bytes()
    ledger = office.open()
    told(ledger, "B", "C")
    raws = raws_of(ledger)
    ledger.close()
    office.path("hz-01").write_bytes(backup)
    restored = office.open()
    taken = restored.take(raws)
    assert (taken.recovered, taken.repeated) == (2, 1)
    assert "备份" in restored.frozen
    with pytest.raises(Fault):
        told(restored, "D")
    restored.begin_epoch(2)
    told(restored, "D")
    assert [str(fact.id) for fact in restored.facts_of("worker:a")] == [
        "hz-01.1.1",
        "hz-01.1.2",
        "hz-01.1.3",
        "hz-01.2.1",
    ]
    assert restored.verify().ok


def test_an_unknown_kind_is_kept_and_folded_after_the_upgrade(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered()), ("worker:a", facts.WorkerClosed("LEFT_TRADE", DAY))], actor="c")
    raws = raws_of(one)
    with monkeypatch.context() as older:
        older.delitem(facts.KINDS, "worker.closed")
        two.take(raws)
        assert isinstance(two.facts_of("worker:a")[1].payload, facts.UnknownPayload)
        assert two.verify().ok
        two.rebuild()
    assert [raw.body for raw in raws] == [raw.body for raw in _held(two)]
    two.close()
    two = office.open("hz-02")
    row = two.roll.worker("worker:a")
    assert row is not None
    assert row.closed == "LEFT_TRADE"


def _held(ledger: Ledger) -> list[encoding.RawFact]:
    with ledger.store.reading() as conn:
        return log.after(conn, "hz-01", 1, 0, 100)
