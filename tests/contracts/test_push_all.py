"""Many pushes in a row: the next batch is read while the one before is on its way; what is believed stays the same."""

from __future__ import annotations

import json
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from msgspec import structs
from sqlalchemy import Connection

from station.clock import FixedClock
from station.domain.errors import Fault, Refused
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.sync import alongside, pushing
from station.sync.remote import RemoteCentral
from station.sync.sql import SqlCentral
from station.sync.underway import UnderWay
from tests.central_server import PgServer
from tests.contracts.cutting import Cutter
from tests.contracts.province import PASSWORD, Logins
from tests.contracts.test_central import CITY, DAY, Pen, embedded, read_all


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock.on(DAY)


@pytest.fixture
def logins(pg_server: PgServer, clock: FixedClock) -> Iterator[Logins]:
    made = Logins(pg_server, clock)
    made.enrol("hz-01", CITY)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("logins", marks=pytest.mark.postgres)])
def central(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[SqlCentral]:
    if request.param == "logins":
        yield request.getfixturevalue("logins")
        return
    made = embedded(tmp_path, clock)
    made.enrol("hz-01", CITY)
    yield made
    made.close()


def test_every_batch_is_answered_in_order(central: SqlCentral, clock: FixedClock) -> None:
    raws = Pen(clock)("A", "B", "C", "D")
    acks = list(central.push_all("hz-01", [raws[:1], raws[:3], raws[3:]]))
    assert [(ack.accepted, ack.repeated, ack.position.next_seq) for ack in acks] == [(1, 0, 2), (2, 1, 4), (1, 0, 5)]
    assert [raw.body for raw in read_all(central)] == [raw.body for raw in raws]
    assert list(central.push_all("hz-01", [])) == []


def test_nothing_goes_after_a_refused_batch(central: SqlCentral, clock: FixedClock) -> None:
    raws = Pen(clock)("A", "B", "C", "D")
    acks = central.push_all("hz-01", [raws[:1], raws[2:3], raws[1:]])
    assert next(acks).accepted == 1
    with pytest.raises(Refused) as caught:
        list(acks)
    assert caught.value.code == "gap"
    assert [raw.body for raw in read_all(central)] == [raws[0].body]
    assert central.push("hz-01", raws).accepted == 3


def test_who_stops_asking_loses_no_fact(central: SqlCentral, clock: FixedClock) -> None:
    raws = Pen(clock)("A", "B", "C")
    for ack in central.push_all("hz-01", [[raw] for raw in raws]):
        assert ack.accepted == 1
        break
    assert [ack.position.next_seq for ack in central.push_all("hz-01", [raws])] == [4]
    assert [raw.body for raw in read_all(central)] == [raw.body for raw in raws]


@pytest.mark.postgres
def test_the_next_batch_is_read_before_the_answer(logins: Logins, clock: FixedClock) -> None:
    raws, read = Pen(clock)("A", "B", "C"), []
    with psycopg.connect(logins.server.dsn(logins.name)) as other:
        other.execute("SELECT 1 FROM stations WHERE station = 'hz-01' FOR UPDATE")  # no push can be answered

        def batches() -> Iterator[list[RawFact]]:
            for raw in raws:
                read.append(raw.id.seq)
                if raw.id.seq == 2:
                    assert other.execute("SELECT count(*) FROM progress").fetchone() == (0,)
                    other.rollback()
                yield [raw]

        assert [ack.accepted for ack in logins.push_all("hz-01", batches())] == [1, 1, 1]
    assert read == [1, 2, 3]


@pytest.mark.postgres
def test_a_push_that_nobody_waits_for_holds_up_nothing(logins: Logins, clock: FixedClock) -> None:
    """Its connection is given up: what comes next is answered by itself, and at once."""
    raws, dsn = Pen(clock)("A", "B"), logins.server.dsn(logins.name)
    with closing(logins.login("hz-01")) as way, psycopg.connect(dsn) as other:

        def batches() -> Iterator[list[RawFact]]:
            yield raws[:1]
            _until(other, "SELECT count(*) = 1 FROM facts")  # sent is not yet kept
            other.execute("SELECT 1 FROM stations WHERE station = 'hz-01' FOR UPDATE")  # the second is not answered
            yield raws[1:]

        acks = way.push_all("hz-01", batches())
        assert next(acks).accepted == 1
        acks.close()  # type: ignore[attr-defined]  # a generator
        assert way.progress("hz-01").epochs[1].next_seq == 2
        other.rollback()
        assert way.push("hz-01", raws).position.next_seq == 3


def _until(conn: psycopg.Connection, asked: str) -> None:
    deadline = time.monotonic() + 30
    while conn.execute(asked.encode()).fetchone() != (True,):
        conn.rollback()
        assert time.monotonic() < deadline, asked
        time.sleep(0.01)
    conn.rollback()


@pytest.mark.postgres
def test_the_second_batch_is_read_while_the_first_is_kept(
    logins: Logins, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are with the server, and both are read: they wait for the station's row with nothing locked, and the second
    finds what the first put there."""
    raws, dsn, sent = Pen(clock)("A", "B", "C"), logins.server.dsn(logins.name), list[int]()
    waiting = "SELECT count(*) = {} FROM pg_locks WHERE NOT granted"

    def under_way(conn: Connection, statement: bytes, values: Sequence[bytes]) -> UnderWay:
        sent.append(json.loads(values[0])["seq"])
        return UnderWay(conn, statement, values)

    monkeypatch.setattr(alongside, "UnderWay", under_way)
    with psycopg.connect(dsn) as other:
        other.execute("SELECT 1 FROM stations WHERE station = 'hz-01' FOR UPDATE")

        def batches() -> Iterator[list[RawFact]]:
            yield raws[:1]
            with psycopg.connect(dsn) as third:
                _until(third, waiting.format(1))
            yield raws[1:2]
            with psycopg.connect(dsn) as third:
                _until(third, waiting.format(2))
                assert third.execute("SELECT count(*) FROM counters").fetchone() == (0,)
            other.rollback()
            yield raws[2:]

        assert [ack.accepted for ack in logins.push_all("hz-01", batches())] == [1, 1, 1]
    assert sent[:2] == [1, 2]
    assert 2 not in sent[2:], "the first was there when the second was put"
    assert [raw.body for raw in read_all(logins)] == [raw.body for raw in raws]


@pytest.mark.postgres
def test_a_batch_that_comes_before_the_one_before_it_goes_once_more(
    logins: Logins, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections are two ways: the server may come to the second batch first."""
    raws, sent = Pen(clock)("A", "B", "C"), list[int]()
    late = b"WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock(1)) SELECT push($1, $2) FROM held"
    with psycopg.connect(logins.server.dsn(logins.name)) as other:
        other.execute("SELECT pg_advisory_lock(1)")

        def under_way(conn: Connection, statement: bytes, values: Sequence[bytes]) -> UnderWay:
            sent.append(json.loads(values[0])["seq"])
            call = UnderWay(conn, late if len(sent) == 1 else statement, values)
            if len(sent) == 2:
                select.select([conn.connection.driver_connection], [], [], 30)  # it was answered before the first
                other.execute("SELECT pg_advisory_unlock(1)")
            return call

        monkeypatch.setattr(alongside, "UnderWay", under_way)
        assert [ack.position.next_seq for ack in logins.push_all("hz-01", [[raw] for raw in raws])] == [2, 3, 4]
    assert sent[:4] == [1, 2, 3, 2]
    assert [raw.body for raw in read_all(logins)] == [raw.body for raw in raws]


@pytest.mark.postgres
def test_a_cut_line_is_a_sentence_and_the_rest_goes_later(logins: Logins, clock: FixedClock) -> None:
    net, raws = Cutter(logins.server.port), Pen(clock)("A", "B", "C")
    way = RemoteCentral.at(f"postgresql://st-hz-01:{PASSWORD}@127.0.0.1:{net.port}/{logins.name}", clock)

    def batches() -> Iterator[list[RawFact]]:
        yield raws[:1]
        net.cut()
        yield raws[1:]

    with pytest.raises(Fault) as caught:
        list(way.push_all("hz-01", batches()))
    assert caught.value.code == "centre_unreachable"
    (ack,) = way.push_all("hz-01", [raws])
    assert ack.position.next_seq == 4
    way.close()
    net.close()


def test_a_station_reads_its_own_facts_once(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = Pen(clock)("A")[0]
    with pytest.raises(Fault):
        pushing.fitting("hz-01", [structs.replace(raw, body=raw.body.replace('"on"', '"xx"'))])
    pushing.fitting("hz-01", [structs.replace(raw, hash=b"")])

    def again(body: str) -> RawFact:
        raise AssertionError("read a second time")

    monkeypatch.setattr(encoding, "trusted", again)
    pushing.fitting("hz-01", [raw])
