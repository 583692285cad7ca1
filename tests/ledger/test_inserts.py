"""Rows gathered over many subjects are the rows a rebuild gives, wherever the gathering is cut."""

from __future__ import annotations

import random
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from station.domain import facts
from station.domain.errors import Fault
from station.ledger import inserts, log, records
from station.ledger.inserts import Inserts
from station.ledger.ledger import Ledger
from station.ledger.schema import open_reports, roll_permits
from tests.ledger.office import COMPANY, DAY, Office, raws_of, registered, tables
from tests.ledger.test_privacy import keys_of, take_keys
from tests.ledger.test_properties import rebuilt

ROW = {"subject": "worker:a", "fact": "hz-01.1.1"}


def told(dice: random.Random) -> tuple[str, facts.Payload]:
    subject = f"worker:{dice.randrange(40)}"
    permit = f"33010220260{dice.randrange(100_000):05d}"
    return subject, dice.choice(
        [
            registered(name=f"王{dice.randrange(9)}"),
            facts.ApplicationOpened(f"A-{dice.randrange(3)}", COMPANY),
            facts.ApplicationActed("A-1", dice.choice(["put_to_review", "pass_review", "accept"]), DAY),
            facts.PermitGenerated(permit, "A-1", COMPANY, "好阿姨", ("HOUSEWORK",), DAY),
            facts.CardActed(permit, 1, "ask", DAY),
            facts.MedicalRecorded(True, DAY, DAY, DAY),
            facts.WorkerErased("本人申请"),
        ]
    )


@pytest.mark.parametrize("at_once", [1, 7, 5_000])
@pytest.mark.parametrize("few", [0, 4, 1_000])
def test_many_subjects_at_once_are_a_rebuild(
    office: Office, monkeypatch: pytest.MonkeyPatch, at_once: int, few: int
) -> None:
    monkeypatch.setattr(inserts, "AT_ONCE", at_once)
    monkeypatch.setattr(records, "FEW", few)
    monkeypatch.setattr(records, "MANY", at_once)
    dice, one, other = random.Random(few * 7 + at_once), office.open("hz-01"), office.open("hz-02")
    for _ in range(8):
        office.clock.advance(1)
        one.append([told(dice) for _ in range(30)], actor="c")
        assert tables(one) == rebuilt(one)
    raws = raws_of(one)
    take_keys(other, keys_of(one))
    for cut in range(0, len(raws), 70):
        other.take(raws[cut : cut + 70])
        assert tables(other) == rebuilt(other)
    other.take(raws)
    assert tables(other) == tables(one)
    assert other.verify().ok


@pytest.mark.parametrize("many", [0, 1_000])
def test_keys_that_come_after_the_facts_change_the_rows(
    office: Office, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """Also where nobody of the page was remembered."""
    monkeypatch.setattr(records, "MANY", many)
    one, other = office.open("hz-01"), office.open("hz-02")
    one.append([(f"worker:{n}", registered(name=f"王{n}")) for n in range(6)], actor="c")
    other.take(raws_of(one))
    assert tables(other) != tables(one)
    take_keys(other, keys_of(one))
    assert tables(other) == tables(one) == rebuilt(other)


def test_values_are_written_as_the_compiler_writes_them(ledger: Ledger) -> None:
    row = dict.fromkeys(roll_permits.c.keys(), "") | {"subject": "worker:a", "live": True}
    row |= {"generated_on": DAY, "released_on": date(2026, 1, 31), "suspended_on": None, "ended_on": None}
    row |= {"fresh_since": None}
    with ledger.store.writing() as conn:
        fresh = Inserts(conn)
        fresh.add(roll_permits, [row])
        assert not conn.execute(roll_permits.select()).all()
        fresh.write()
        assert [dict(found) for found in conn.execute(roll_permits.select()).mappings()] == [row]
        assert conn.exec_driver_sql("SELECT live, released_on FROM roll_permits").one() == (1, "2026-01-31")


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 207])
def test_as_many_rows_as_there_are(ledger: Ledger, count: int) -> None:
    assert inserts.IN_ONE == 100
    rows = [{"subject": f"worker:{number:04d}", "fact": f"hz-01.1.{number}"} for number in range(count)]
    with ledger.store.writing() as conn:
        fresh = Inserts(conn)
        fresh.add(open_reports, rows)
        fresh.write()
        fresh.write()
        found = conn.execute(open_reports.select().order_by(open_reports.c.subject)).mappings()
        assert [dict(row) for row in found] == rows


@pytest.mark.parametrize("count", [0, 1, 2, 19, 20, 21, 22, 43, 520, 523])
def test_how_many_facts_each_of_many_subjects_has(ledger: Ledger, count: int) -> None:
    known = {f"worker:{number}": number % 3 for number in range(count)}
    ledger.append(
        [(one, facts.StationActed("A", DAY)) for one, number in known.items() for _ in range(number)], actor="c"
    )
    with ledger.store.reading() as conn:
        assert log.counts(conn, known) == {one: number for one, number in known.items() if number}


def test_no_more_rows_wait_than_may(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inserts, "AT_ONCE", 2)
    with ledger.store.writing() as conn:
        fresh = Inserts(conn)
        fresh.add(open_reports, [ROW])
        assert not conn.execute(open_reports.select()).all()
        fresh.add(open_reports, [{**ROW, "fact": "hz-01.1.2"}])
        assert len(conn.execute(open_reports.select()).all()) == 2


def test_a_key_that_is_there_ends_the_transaction(ledger: Ledger) -> None:
    with pytest.raises((IntegrityError, Fault)), ledger.store.writing() as conn:
        fresh = Inserts(conn)
        fresh.add(open_reports, [ROW, ROW])
        fresh.write()
    assert tables(ledger)["open_reports"] == []
