"""The corners of store, reader and projection that a day at the counter seldom reaches."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from station.domain.errors import Bug, Fault
from station.domain.facts import StationActed
from station.ledger import projection, reader, records, store
from station.ledger.inserts import Inserts
from station.ledger.ledger import Ledger
from station.ledger.store import Store
from station.sync.pushing import NoKeys
from tests.ledger.office import DAY, Office, registered, tables


def test_without_the_cipher_a_sentence(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(Fault) as caught:
        office.open()
    assert caught.value.code == "cipher_absent"


def test_our_own_mistakes_stay_what_they_are(ledger: Ledger) -> None:
    with pytest.raises(DBAPIError), ledger.store.writing() as conn:
        conn.execute(text("SELECT nothing FROM nowhere"))
    with pytest.raises(MemoryError), Store(ledger.store.path.with_name("plain")).sentences():
        raise MemoryError
    assert store.fault_of(None) is None
    assert store.fault_of(sqlite3.ProgrammingError("ours")) is None


def test_a_disk_that_cannot_say_how_full_it_is(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(path: object) -> object:
        raise OSError

    monkeypatch.setattr(shutil, "disk_usage", unknown)
    ledger.append([("worker:a", registered())], actor="c")
    assert ledger.count() == 1


def test_a_file_that_breaks_while_it_is_open(office: Office) -> None:
    ledger = office.open()
    for index in range(50):
        ledger.append([("worker:a", StationActed(str(index) * 500, DAY))], actor="c")
    ledger.close()
    path = office.path("hz-01")
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 + 2000] ^= 1
    path.write_bytes(data)
    fresh = Store(path, office.vault("hz-01").key("ledger"))
    with pytest.raises(Fault) as caught, fresh.reading() as conn:
        for _ in range(3):
            conn.execute(text("SELECT * FROM facts")).all()
    assert caught.value.code == "ledger_broken"
    fresh.close()


def test_what_is_remembered_is_bounded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "REMEMBERED", 3)
    monkeypatch.setattr(records, "ROWS_REMEMBERED", 2)
    ledger = office.open()
    for index in range(250):
        ledger.append([(f"worker:{index % 7}", registered(f"张{chr(0x4E00 + index)}"))], actor="c")
        assert len(ledger._records._rows) <= 2
    assert len(ledger._records._reader._known) <= 3
    before = tables(ledger)
    told = [(f"worker:x{index}", registered()) for index in range(250)]
    ledger.append(told, actor="c")
    steps: list[tuple[int, int]] = []
    assert ledger.rebuild(lambda done, total: steps.append((done, total))) == 257
    assert len(steps) == 2
    assert {row for row in before["roll_terms"] if row[0] == "m"} <= set(tables(ledger)["roll_terms"])


def test_a_subject_that_has_nothing_to_show_any_more_leaves_no_row(ledger: Ledger) -> None:
    ledger.append([("worker:a", registered())], actor="c")
    with ledger.store.writing() as conn:
        projection.project(conn, Inserts(conn), "worker:a", {})
    shown = tables(ledger)
    assert shown["roll_workers"] == shown["roll_terms"] == []


def test_readings_inside_a_moment_are_of_that_moment(ledger: Ledger) -> None:
    ledger.append([("worker:a", registered())], actor="c")
    with ledger.store.moment() as conn:
        assert ledger.count() == 1
        other = threading.Thread(target=lambda: ledger.append([("worker:b", registered())], actor="c"))
        other.start()
        other.join()
        with ledger.store.moment() as inner:
            assert inner is conn and ledger.count() == 1
        assert ledger.count() == 1
    assert ledger.count() == 2


def test_a_write_inside_a_moment_is_a_mistake_of_ours(ledger: Ledger) -> None:
    with ledger.store.moment(), pytest.raises(Bug):
        ledger.append([("worker:a", registered())], actor="c")
    assert ledger.count() == 0
    ledger.append([("worker:a", registered())], actor="c")


def test_a_moment_inside_a_write_is_of_the_write(ledger: Ledger) -> None:
    with ledger.store.writing():
        ledger.append([("worker:a", registered())], actor="c")
        with ledger.store.moment():
            assert ledger.count() == 1
        ledger.append([("worker:b", registered())], actor="c")
    assert ledger.count() == 2


def test_the_centre_seals_nothing() -> None:
    with pytest.raises(Bug):
        NoKeys().seal("worker:a", b"", b"")
