"""Append, decide, read, rebuild: durable, atomic, chained, one record for everybody."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from station.domain import facts
from station.domain.errors import Fault, Refused
from station.domain.record import CompanyRecord, Record, StationRecord
from station.domain.worker import WorkerRecord
from station.ledger import log
from station.ledger.ledger import Ledger
from tests.ledger.office import CITY, COMPANY, DAY, NUMBER, PERMIT, Office, raws_of, registered, tables, whole_life


def test_what_was_appended_is_there_after_reopening(office: Office) -> None:
    ledger = office.open()
    subject = ledger.subject_of("ID_CARD", NUMBER)
    told = ledger.append([(subject, payload) for payload in whole_life()], actor="clerk-1")
    ledger.close()
    again = office.open()
    assert again.facts_of(subject) == told
    record = again.record(subject)
    assert isinstance(record, WorkerRecord)
    assert record.person is not None
    assert record.person.name == "王秀英"
    assert record.permit is not None
    assert record.permit.number == PERMIT


def test_each_fact_follows_the_one_before(ledger: Ledger) -> None:
    for index in range(3):
        ledger.append([("station:hz-01", facts.StationActed(f"ACT{index}", DAY))], actor="clerk-1")
    raws = raws_of(ledger)
    assert [str(raw.id) for raw in raws] == ["hz-01.1.1", "hz-01.1.2", "hz-01.1.3"]
    assert [raw.prev for raw in raws] == ["", raws[0].hash.hex(), raws[1].hash.hex()]
    assert [raw.recorded_at for raw in raws] == sorted({raw.recorded_at for raw in raws})
    assert [raw.id.seq for raw in ledger.own_after(1, limit=1)] == [2]
    assert ledger.own_after(3) == []
    assert ledger.count() == 3


def test_stamps_go_on_when_the_clock_goes_back(office: Office) -> None:
    ledger = office.open()
    first = ledger.append([("station:hz-01", facts.StationActed("A", DAY))], actor="c")[0]
    office.clock.advance(-86_400)
    ledger.close()
    ledger = office.open()
    second = ledger.append([("station:hz-01", facts.StationActed("B", DAY))], actor="c")[0]
    assert second.recorded_at > first.recorded_at
    assert ledger.newest_ms == first.at_ms > office.clock.now_ms()


def test_a_batch_is_all_or_nothing(ledger: Ledger) -> None:
    before = tables(ledger)
    with pytest.raises(Refused):
        ledger.append(
            [("worker:a", registered()), ("station:hz-01", facts.StationActed("x", DAY, "字" * 30_000))], actor="c"
        )
    assert ledger.count() == 0
    assert tables(ledger) == before
    assert ledger.append([], actor="c") == []


def test_decide_sees_the_record_and_a_refusal_writes_nothing(ledger: Ledger) -> None:
    def once(record: Record) -> Sequence[tuple[str, facts.Payload]]:
        assert isinstance(record, WorkerRecord)
        if record.person is not None:
            raise Refused("已登记。")
        return [(record.subject, registered()), (f"company:{COMPANY}", facts.CompanyStatusChanged(COMPANY, "X", DAY))]

    told = ledger.decide("worker:a", once, actor="c")
    assert [fact.subject for fact in told] == ["worker:a", f"company:{COMPANY}"]
    with pytest.raises(Refused):
        ledger.decide("worker:a", once, actor="c")
    assert ledger.count() == 2


def test_a_decision_may_append_itself_and_stays_one_transaction(ledger: Ledger) -> None:
    def nested(record: Record) -> Sequence[tuple[str, facts.Payload]]:
        ledger.append([("worker:b", registered("李四"))], actor="c")
        assert ledger.record("worker:b").newest > 0
        raise Refused("不行。")

    with pytest.raises(Refused):
        ledger.decide("worker:a", nested, actor="c")
    assert ledger.count() == 0
    assert ledger.roll.find("李四") == []


def test_records_of_companies_stations_and_strangers(ledger: Ledger) -> None:
    ledger.append(
        [
            (f"company:{COMPANY}", facts.CompanyRegistered(COMPANY, "杭州好阿姨家政有限公司", "好阿姨", "330102")),
            ("station:hz-01", facts.StockActed("RECEIVED", "P-1", 500, DAY, cost_fen=250_000)),
            ("station:hz-01", facts.DutyChanged("clerk-1", ("CLERK", "SUPERVISOR"), "赵六")),
            ("policy:P-1", facts.StationActed("X", DAY)),
        ],
        actor="c",
    )
    company = ledger.record(f"company:{COMPANY}")
    assert isinstance(company, CompanyRecord)
    assert company.short_name == "好阿姨"
    station = ledger.record("station:hz-01")
    assert isinstance(station, StationRecord)
    assert station.names == {"clerk-1": "赵六"}
    assert ledger.record("worker:nobody").newest == 0
    pack = ledger.jobs.packs("hz-01")[0]
    assert (pack.pack, pack.item, pack.counts, pack.cost_fen) == ("P-1", "BLANK", {"RECEIVED": 500}, 250_000)
    assert ledger.roll.company(COMPANY) is not None
    assert ledger.verify().ok


@pytest.mark.parametrize("statement", ["UPDATE facts SET city = 'x'", "DELETE FROM facts"])
def test_the_database_itself_refuses_to_change_a_fact(ledger: Ledger, statement: str) -> None:
    ledger.append([("worker:a", registered())], actor="c")
    with pytest.raises(DBAPIError, match="facts are never"), ledger.store.writing() as conn:
        conn.execute(text(statement))
    with pytest.raises(DBAPIError, match="facts are never"), ledger.store.writing() as conn:
        conn.execute(text("INSERT OR REPLACE INTO facts SELECT * FROM facts"))
    assert ledger.verify().ok


def test_rebuild_changes_nothing(ledger: Ledger) -> None:
    subject = ledger.subject_of("ID_CARD", NUMBER)
    for payload in whole_life():
        ledger.append([(subject, payload)], actor="c")
    ledger.append([("worker:b", registered("李四", "330103196802291144"))], actor="c")
    ledger.append([("worker:b", registered("李思", "330103196802291144"))], actor="c")
    seen: list[tuple[int, int]] = []
    before = tables(ledger)
    assert ledger.rebuild(lambda done, total: seen.append((done, total))) == 2
    assert tables(ledger) == before
    assert seen[-1] == (ledger.count(), ledger.count())
    assert [row.name for row in ledger.roll.find("李")] == ["李思"]


def test_a_ledger_of_older_projections_is_rebuilt_when_opened(office: Office) -> None:
    ledger = office.open()
    ledger.append([("worker:a", registered())], actor="c")
    before = tables(ledger)
    with ledger.store.writing() as conn:
        conn.execute(text("DELETE FROM roll_workers"))
        log.keep_setting(conn, "projections", "of an older program")
    ledger.close()
    assert tables(office.open()) == before


def test_many_threads_write_one_chain(ledger: Ledger) -> None:
    def work(name: str) -> None:
        for index in range(10):
            ledger.append([(f"worker:{name}", facts.StationActed(str(index), DAY))], actor=name)
            ledger.record(f"worker:{name}")

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [raw.id.seq for raw in raws_of(ledger)] == list(range(1, 41))
    assert ledger.verify().ok


def test_two_openings_of_one_file_write_one_chain(office: Office) -> None:
    one, two = office.open(), office.open()
    for index in range(5):
        one.append([("worker:a", registered(f"甲{index}"))], actor="c")
        two.append([("worker:a", registered("乙"))], actor="c")
    assert one.facts_of("worker:a") == two.facts_of("worker:a")
    assert two.count() == 10
    assert [row.name for row in one.roll.page()] == ["乙"]
    assert one.verify().ok


def test_a_frozen_station_reads_but_does_not_write(office: Office) -> None:
    ledger = office.open()
    ledger.append([("worker:a", registered())], actor="c")
    ledger.freeze("本站已停用。")
    with pytest.raises(Fault) as caught:
        ledger.append([("worker:a", registered())], actor="c")
    assert caught.value.sentence == "本站已停用。"
    assert ledger.record("worker:a").newest > 0
    with pytest.raises(Refused):
        ledger.begin_epoch(1)
    ledger.begin_epoch(2)
    fresh = ledger.append([("worker:a", registered("新名"))], actor="c")[0]
    assert str(fresh.id) == "hz-01.2.1"
    assert ledger.frozen == ""
    assert ledger.verify().ok


class Pen:
    def sign(self, fact_hash: bytes) -> bytes:
        return fact_hash[::-1] * 2


def test_facts_are_signed_where_there_is_a_signer(office: Office) -> None:
    ledger = office.open(signer=Pen())
    ledger.append([("worker:a", registered())], actor="c")
    raw = raws_of(ledger)[0]
    assert raw.signature == Pen().sign(raw.hash)
    report = ledger.verify(signature_holds=lambda fact: fact.signature == Pen().sign(fact.hash))
    assert (report.ok, report.signed, report.signatures_checked) == (True, 1, True)
    report = ledger.verify(signature_holds=lambda fact: False)
    assert [problem.area for problem in report.problems] == ["signatures"]
    assert ledger.city == CITY


def test_a_signature_that_was_taken_off_is_seen(office: Office) -> None:
    ledger = office.open(signer=Pen())
    ledger.append([("worker:a", registered())], actor="c")
    with ledger.store.writing() as conn:
        conn.execute(text("DROP TRIGGER facts_are_never_changed"))
        conn.execute(text("UPDATE facts SET signature = NULL"))
    report = ledger.verify(signature_holds=lambda fact: fact.signature == Pen().sign(fact.hash))
    assert (report.signed, [problem.area for problem in report.problems]) == (0, ["signatures"])
    assert "缺少签名" in report.problems[0].sentence
    assert ledger.verify(signature_holds=lambda fact: True).ok  # nobody knows a key of that station
