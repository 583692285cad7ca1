"""The log of who looked at whom: once an hour, whatever SQL somebody tries, for three years, and only here."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from station.domain.days import MS_PER_DAY
from station.ledger.ledger import Ledger
from station.ledger.looks import THREE_YEARS_MS, Look
from tests.ledger.office import NUMBER, Office, registered

AT = 1_790_000_000_000
HOUR = 3_600_000


def note(ledger: Ledger, at: int, *subjects: str, person: str = "clerk-01", opened: str = "FILE") -> int:
    return ledger.looks.note(subjects, person, opened, at, at - HOUR + 1)


def test_one_row_for_person_subject_and_kind_within_the_time_asked(ledger: Ledger) -> None:
    assert note(ledger, AT, "worker:a", "worker:b", "worker:a") == 2
    assert note(ledger, AT + HOUR - 1, "worker:a", "worker:c") == 1
    assert note(ledger, AT + 1, "worker:a", person="clerk-02") == 1
    assert note(ledger, AT + 1, "worker:a", opened="SCANS") == 1
    assert note(ledger, AT + HOUR, "worker:a") == 1
    assert [one.at_ms - AT for one in ledger.looks.of("worker:a")] == [0, 1, 1, HOUR]
    assert ledger.looks.between(AT + 1, AT + HOUR) == [
        Look("worker:a", "clerk-01", "SCANS", AT + 1),
        Look("worker:a", "clerk-02", "FILE", AT + 1),
        Look("worker:c", "clerk-01", "FILE", AT + HOUR - 1),
    ]
    assert [one.person for one in ledger.looks.between(AT, AT + 2, "clerk-02")] == ["clerk-02"]
    assert ledger.looks.began() == AT


def test_more_people_than_one_condition_holds(ledger: Ledger) -> None:
    everybody = [f"worker:{index}" for index in range(1_203)]
    assert note(ledger, AT, *everybody) == 1_203
    assert note(ledger, AT + 1, *everybody, "worker:new") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE looks SET person = 'somebody-else'",
        "UPDATE looks SET at_ms = 0",
        "DELETE FROM looks",
        "DELETE FROM looks WHERE subject = 'worker:a'",
        "INSERT OR REPLACE INTO looks SELECT * FROM looks",
    ],
)
def test_no_statement_changes_or_deletes_a_row(office: Office, statement: str) -> None:
    ledger = office.open(encrypted=False)
    note(ledger, AT, "worker:a")
    note(ledger, AT + THREE_YEARS_MS - 1, "worker:b")
    before = ledger.looks.between(0, 1 << 60)
    with pytest.raises(DBAPIError, match="looks are"), ledger.store.writing() as conn:
        conn.execute(text(statement))
    assert ledger.looks.between(0, 1 << 60) == before
    ledger.close()
    raw = sqlite3.connect(office.path("hz-01"))
    raw.execute("PRAGMA recursive_triggers = ON")
    with pytest.raises(sqlite3.IntegrityError, match="looks are"):
        raw.execute(statement)
    raw.close()


def test_only_what_is_old_on_both_counts_is_forgotten(ledger: Ledger) -> None:
    note(ledger, AT, "worker:a")
    assert ledger.looks.forget_before(1 << 60) == 0, "a clock that runs ahead deletes nothing"
    note(ledger, AT + MS_PER_DAY, "worker:b")
    note(ledger, AT + THREE_YEARS_MS + 1, "worker:c")
    assert ledger.looks.forget_before(AT) == 0, "not before the day that was asked for"
    assert ledger.looks.forget_before(1 << 60) == 1
    assert [one.subject for one in ledger.looks.between(0, 1 << 60)] == ["worker:b", "worker:c"]


def test_nothing_of_it_travels_and_no_name_stands_in_it(ledger: Ledger) -> None:
    subject = ledger.subject_of("ID_CARD", NUMBER)
    ledger.append([(subject, registered())], actor="clerk-01")
    sent = ledger.own_after(0)
    note(ledger, AT, subject)
    assert ledger.own_after(0) == sent
    with ledger.store.reading() as conn:
        rows = conn.execute(text("SELECT * FROM looks")).all()
    assert [tuple(row) for row in rows] == [(subject, "clerk-01", "FILE", AT)]
    assert ledger.verify().ok
