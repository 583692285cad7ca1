"""The contract of `Central`: one suite for every implementation. A new database is one more parameter of `central`."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import update

from station.clock import FixedClock
from station.domain import facts
from station.domain.errors import Bug, Fault, Refused
from station.domain.facts import FactId, Payload
from station.ledger import encoding
from station.ledger.blobs import BlobBox
from station.ledger.encoding import RawFact
from station.ledger.privacy import PersonKey
from station.sync.central import OLDEST_PROTOCOL, PROTOCOL, PUSH_LIMIT, Central, Cursor, Position, centre_of
from station.sync.central_schema import centre
from station.sync.high_water import Mark
from station.sync.number_account import CLOSED, IN_USE, OLD_LIFE, PASSED_OVER, account
from station.sync.sql import SqlCentral
from tests.central_server import PgServer
from tests.contracts.province import Logins, Province

CITY, OTHER_CITY = "330100", "330200"
DAY = date(2026, 11, 2)
SUBJECT = "worker:abcdefghijklmnopqrstuvwx"


class NoSealer:
    """These facts have nothing personal."""

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        raise Bug("nothing to seal")

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        return None


class Pen:
    """Writes a station's facts as its ledger would."""

    def __init__(self, clock: FixedClock, station: str = "hz-01", city: str = CITY, epoch: int = 1) -> None:
        self.clock, self.station, self.city, self.epoch = clock, station, city, epoch
        self.raws: list[RawFact] = []
        self._last = 0

    def __call__(self, *payloads: Payload | str, subject: str = SUBJECT, at: int | None = None) -> list[RawFact]:
        fresh = []
        for said in payloads:
            payload = facts.StationActed(said, DAY) if isinstance(said, str) else said
            self._last = max(self.clock.now_ms() << 16, self._last + 1) if at is None else at
            identity = FactId(self.station, self.epoch, len(self.raws) + 1)
            prev = self.raws[-1].hash.hex() if self.raws else ""
            raw = encoding.write(identity, subject, self.city, "clerk-1", self._last, payload, prev, NoSealer())
            self.raws.append(raw)
            fresh.append(raw)
        return fresh


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock.on(DAY)


def embedded(tmp_path: Path, clock: FixedClock) -> SqlCentral:
    return SqlCentral.embedded(tmp_path / "centre.db", clock)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgres),  # the administrator's and the clerk's own login
        pytest.param("logins", marks=pytest.mark.postgres),  # every station under its own login
    ]
)
def central(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[SqlCentral]:
    if request.param == "sqlite":
        made = embedded(tmp_path, clock)
    else:
        server: PgServer = request.getfixturevalue("pg_server")
        made = (Logins if request.param == "logins" else Province)(server, clock)
    made.enrol("hz-01", CITY)
    made.enrol("hz-02", CITY)
    made.enrol("nb-01", OTHER_CITY)
    yield made
    made.close()


@pytest.fixture
def pen(clock: FixedClock) -> Pen:
    return Pen(clock)


def refused(code: str, act: object, *arguments: object, **named: object) -> str:
    """The sentence of a refusal with that code."""
    assert callable(act)
    with pytest.raises(Refused) as caught:
        act(*arguments, **named)
    assert caught.value.code == code
    return caught.value.sentence


def read_all(central: Central, city: str = CITY, skip: str | None = None, limit: int = 3) -> list[RawFact]:
    """Everything a newcomer reads."""
    cursor, found, more = Cursor(), [], True
    while more:
        page = central.pull(city, cursor, limit, skip=skip)
        found += page.facts
        cursor, more = page.cursor, page.more
    return found


# --- stations --------------------------------------------------------------------------------------------------------


def test_enrolling_again_changes_nothing(central: SqlCentral) -> None:
    assert central.enrol("hz-01", CITY) == 1
    assert central.enrol("hz-01", CITY, public_key=b"k" * 32) == 1
    assert central.enrol("hz-01", CITY, public_key=b"k" * 32) == 1
    refused("other_key", central.enrol, "hz-01", CITY, public_key=b"x" * 32)
    refused("other_city", central.enrol, "hz-01", OTHER_CITY)
    refused("station_name", central.enrol, centre_of(CITY), CITY)
    assert [(s.station, s.city, s.epoch, s.state) for s in central.stations()] == [
        ("hz-01", CITY, 1, "active"),
        ("hz-02", CITY, 1, "active"),
        ("nb-01", OTHER_CITY, 1, "active"),
    ]


def test_a_stranger_is_told_to_enrol(central: SqlCentral, clock: FixedClock) -> None:
    sentence = refused("unknown_station", central.progress, "wz-01")
    assert "wz-01" in sentence
    refused("unknown_station", central.push, "wz-01", Pen(clock, "wz-01")("A"))
    refused("unknown_station", central.renew, "wz-01")
    refused("unknown_station", central.lease_numbers, "wz-01", "330102", 2026, 10)
    refused("unknown_station", central.put_keys, "wz-01", [key("a")])


def test_a_new_life_after_a_restore(central: SqlCentral, clock: FixedClock, pen: Pen) -> None:
    central.push("hz-01", pen("A", "B"))
    assert central.renew("hz-01") == 2
    fresh = Pen(clock, epoch=2)
    central.push("hz-01", fresh("C"))
    central.push("hz-01", pen("LATE"))  # in flight from the old life, fits its chain
    welcome = central.progress("hz-01")
    assert welcome.epoch == 2
    assert {epoch: at.next_seq for epoch, at in welcome.epochs.items()} == {1: 4, 2: 2}
    refused("epoch", central.push, "hz-01", Pen(clock, epoch=3)("D"))


def test_a_revoked_station_gives_and_gets_nothing(central: SqlCentral, pen: Pen) -> None:
    central.push("hz-01", pen("A"))
    central.revoke("hz-01", "被盗")
    refused("revoked", central.push, "hz-01", pen("B"))
    refused("revoked", central.lease_numbers, "hz-01", "330102", 2026, 10)
    refused("revoked", central.put_keys, "hz-01", [key("a")])
    refused("revoked", central.put_blob, "hz-01", BlobBox("a", SUBJECT, "m", 1, "k", b"b"))
    refused("revoked", central.renew, "hz-01")
    assert len(read_all(central)) == 1


# --- push ------------------------------------------------------------------------------------------------------------


def test_progress_is_per_epoch_and_says_what_is_next(central: SqlCentral, pen: Pen, clock: FixedClock) -> None:
    welcome = central.progress("hz-01")
    assert (welcome.epochs, welcome.generation, welcome.now_ms) == ({}, 1, clock.now_ms())
    assert (welcome.protocol, welcome.oldest_protocol) == (PROTOCOL, OLDEST_PROTOCOL)
    ack = central.push("hz-01", pen("A", "B"))
    assert (ack.accepted, ack.repeated) == (2, 0)
    assert ack.position == Position(3, pen.raws[1].hash.hex()) == central.progress("hz-01").epochs[1]


def test_pushing_again_is_harmless(central: SqlCentral, pen: Pen) -> None:
    central.push("hz-01", pen("A", "B"))
    ack = central.push("hz-01", [*pen.raws, *pen("C")][:2])
    assert (ack.accepted, ack.repeated) == (0, 2)
    ack = central.push("hz-01", pen.raws)
    assert (ack.accepted, ack.repeated, ack.position.next_seq) == (1, 2, 4)
    assert [raw.body for raw in read_all(central)] == [raw.body for raw in pen.raws]


def test_a_gap_is_refused_and_nothing_of_the_batch_is_kept(central: SqlCentral, pen: Pen) -> None:
    raws = pen("A", "B", "C")
    refused("gap", central.push, "hz-01", raws[1:])
    refused("gap", central.push, "hz-01", [raws[0], raws[2]])
    assert central.progress("hz-01").epochs == {}
    assert read_all(central) == []


def test_a_fork_freezes_the_station_and_keeps_the_evidence(
    central: SqlCentral, pen: Pen, clock: FixedClock
) -> None:
    central.push("hz-01", pen("A", "B"))
    clone = Pen(clock)
    clone("A", "OTHER", "MORE")
    sentence = refused("forked", central.push, "hz-01", clone.raws)
    assert "hz-01.1.2" in sentence
    assert [raw.body for raw in read_all(central)] == [raw.body for raw in pen.raws]
    refused("frozen", central.push, "hz-01", pen("C"))
    refused("frozen", central.lease_numbers, "hz-01", "330102", 2026, 10)
    state = central.stations()[0]
    assert (state.state, "hz-01.1.2" in state.why) == ("frozen", True)
    assert central.renew("hz-01") == 2
    central.push("hz-01", pen.raws[2:])


def test_a_fact_that_does_not_follow_is_a_fork(central: SqlCentral, pen: Pen, clock: FixedClock) -> None:
    central.push("hz-01", pen("A"))
    clone = Pen(clock)
    clone("OTHER", "B")
    refused("forked", central.push, "hz-01", clone.raws[1:])
    assert len(read_all(central)) == 1


def hostile(clock: FixedClock) -> Iterator[tuple[str, type[Exception], Sequence[RawFact]]]:
    """Batches a compromised station might send, each with the code of its refusal."""
    good = Pen(clock)("A", "B")
    yield "nothing", Refused, []
    yield "other_station", Refused, Pen(clock, "hz-02")("A")
    yield "other_station", Refused, [*good, *Pen(clock, "hz-02")("A")]
    yield "other_city", Refused, Pen(clock, city=OTHER_CITY)("A")
    yield "two_epochs", Refused, [*good, *Pen(clock, epoch=2)("A")]
    yield "epoch", Refused, Pen(clock, epoch=2)("A")
    yield "too_many", Refused, [good[0]] * (PUSH_LIMIT + 1)
    yield "stamp_ahead", Refused, Pen(clock)("A", at=(clock.now_ms() + 300_001) << 16)
    back = Pen(clock)
    yield "stamp_back", Refused, [*back("A"), *back("B", at=back.raws[0].recorded_at)]
    yield "fact_malformed", Fault, [structs.replace(good[0], body=good[0].body + " ")]
    yield "fact_malformed", Fault, [structs.replace(good[0], body=good[0].body.replace('"on"', '"xx"'))]
    yield "gap", Refused, good[1:]


def test_hostile_pushes_leave_no_trace(central: SqlCentral, clock: FixedClock) -> None:
    for code, kind, batch in hostile(clock):
        with pytest.raises(kind) as caught:
            central.push("hz-01", batch)
        assert getattr(caught.value, "code", "") == code
        assert getattr(caught.value, "sentence", "")
    assert read_all(central) == []
    assert central.progress("hz-01").epochs == {}
    assert central.stations()[0].state == "active"


def test_the_hash_and_the_header_of_the_sender_are_not_believed(central: SqlCentral, pen: Pen) -> None:
    lying = structs.replace(pen("A")[0], hash=b"\0" * 32, city=OTHER_CITY, recorded_at=1)
    ack = central.push("hz-01", [lying])
    assert ack.position.head == pen.raws[0].hash.hex()
    assert [raw.hash for raw in read_all(central)] == [pen.raws[0].hash]


def test_an_unknown_kind_is_passed_on_byte_for_byte(central: SqlCentral, pen: Pen) -> None:
    body = pen("A")[0].body.replace("station.acted", "station.danced")
    central.push("hz-01", [encoding.read(body, b"signature")])
    assert [(raw.body, raw.signature) for raw in read_all(central)] == [(body, b"signature")]


def test_many_pushes_at_once_give_a_gapless_city(central: SqlCentral, clock: FixedClock) -> None:
    pens = [Pen(clock, "hz-01"), Pen(clock, "hz-02")]
    failures: list[BaseException] = []

    def work(mine: Pen) -> None:
        try:
            for index in range(8):
                batch = mine(*[f"{index}-{n}" for n in range(3)])
                for _ in range(2):
                    central.push(mine.station, batch)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in pens for _ in range(1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert central.tally(CITY).number == 48
    assert {raw.id for raw in read_all(central)} == {raw.id for one in pens for raw in one.raws}


# --- pull ------------------------------------------------------------------------------------------------------------


def test_a_city_reads_only_itself(central: SqlCentral, clock: FixedClock, pen: Pen) -> None:
    central.push("hz-01", pen("A"))
    other = Pen(clock, "nb-01", OTHER_CITY)
    central.push("nb-01", other("B", "C"))
    assert [str(raw.id) for raw in read_all(central)] == ["hz-01.1.1"]
    assert [str(raw.id) for raw in read_all(central, OTHER_CITY)] == ["nb-01.1.1", "nb-01.1.2"]
    assert set(central.tally(CITY).chains) == {("hz-01", 1)}
    assert read_all(central, "339900") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 100, 10_000, 0])
def test_pages_of_any_size_read_everything_once(
    central: SqlCentral, clock: FixedClock, pen: Pen, limit: int
) -> None:
    other = Pen(clock, "hz-02")
    for index in range(4):
        central.push("hz-01", pen(f"A{index}"))
        central.push("hz-02", other(f"B{index}"))
    everything = [raw.id for raw in read_all(central, limit=limit)]
    assert sorted(everything) == sorted(raw.id for raw in (*pen.raws, *other.raws))
    assert [raw.id for raw in read_all(central, skip="hz-01", limit=limit)] == [raw.id for raw in other.raws]
    page = central.pull(CITY, Cursor(), 3, skip="hz-02")
    assert page.total == 8
    assert not central.pull(CITY, Cursor(), 100, skip="hz-02").more


def test_the_last_page_says_what_is_held_in_its_moment(central: SqlCentral, clock: FixedClock, pen: Pen) -> None:
    assert central.pull(CITY, Cursor(), 3).tally == central.tally(CITY)
    central.push("hz-01", pen("A", "B"))
    central.push("hz-02", Pen(clock, "hz-02")("C", "D"))
    for skip in (None, "hz-01", "hz-02"):
        first = central.pull(CITY, Cursor(), 3, skip=skip)
        last = central.pull(CITY, first.cursor, 3, skip=skip)
        assert first.tally == (None if first.more else central.tally(CITY))
        assert last.tally == central.tally(CITY) and len(last.tally.chains) == 2
        assert (last.tally.generation, last.tally.number) == (last.cursor.generation, last.cursor.number)


def test_a_cursor_goes_on_where_it_stopped(central: SqlCentral, pen: Pen) -> None:
    central.push("hz-01", pen("A", "B", "C"))
    page = central.pull(CITY, Cursor(), 2)
    assert ([raw.id.seq for raw in page.facts], page.more, page.restarted) == ([1, 2], True, False)
    page = central.pull(CITY, page.cursor, 2)
    assert ([raw.id.seq for raw in page.facts], page.more) == ([3], False)
    page = central.pull(CITY, page.cursor, 2)
    assert (page.facts, page.more, page.cursor.number) == ((), False, 3)
    central.push("hz-01", pen("D"))
    assert [raw.id.seq for raw in central.pull(CITY, page.cursor, 2).facts] == [4]


@pytest.mark.parametrize("wrong", [Cursor(2, 1, ""), Cursor(1, 99, "ab"), Cursor(1, 2, "cd" * 32), Cursor(1, 2, "")])
def test_a_cursor_of_another_centre_starts_again(central: SqlCentral, pen: Pen, wrong: Cursor) -> None:
    central.push("hz-01", pen("A", "B", "C"))
    page = central.pull(CITY, wrong, 10)
    assert [raw.id.seq for raw in page.facts] == [1, 2, 3]
    assert page.restarted


def test_after_a_restore_everybody_reads_again(central: SqlCentral, pen: Pen) -> None:
    central.push("hz-01", pen("A", "B"))
    cursor = central.pull(CITY, Cursor(), 10).cursor
    assert central.restored() == 2
    page = central.pull(CITY, cursor, 10)
    assert page.restarted
    assert (len(page.facts), page.cursor.generation) == (2, 2)
    assert central.progress("hz-01").generation == central.tally(CITY).generation == 2


def test_the_centre_itself_says_which_protocols_it_speaks(central: SqlCentral) -> None:
    """Not the station's own program: a centre that was upgraded must be able to say so to an older station."""
    said = central.progress("hz-01")
    assert (said.protocol, said.oldest_protocol) == (PROTOCOL, OLDEST_PROTOCOL)
    with central.transactions.writing() as conn:
        conn.execute(update(centre).values(protocol=9, oldest_protocol=8))
    said = central.progress("hz-01")
    assert (said.protocol, said.oldest_protocol) == (9, 8)


def test_after_a_restore_no_number_is_leased_again(central: SqlCentral) -> None:
    """Neither of a division the backup knew nor of one that it did not."""
    assert central.lease_numbers("hz-01", "330102", 2026, 100).last == 100
    central.restored()
    assert central.lease_numbers("hz-01", "330102", 2026, 100).first == 10_101
    assert central.lease_numbers("hz-02", "330105", 2026, 100).first == 10_001
    assert central.lease_numbers("nb-01", "330203", 2027, 100).first == 10_001


def test_a_backup_that_comes_back_twice_is_another_generation_with_other_numbers(central: SqlCentral) -> None:
    """The database knows of neither restore; the second is told how far the first had come."""
    assert central.lease_numbers("hz-01", "330102", 2026, 100).last == 100
    assert central.restored(known=2) == 3
    assert central.lease_numbers("hz-01", "330102", 2026, 100).first == 20_101
    assert central.lease_numbers("hz-02", "330105", 2026, 100).first == 20_001
    assert central.restored(known=2) == 4, "what the database knows better counts"
    assert central.lease_numbers("hz-02", "330105", 2026, 100).first == 30_101


def test_how_far_the_centre_has_come(central: SqlCentral, pen: Pen) -> None:
    assert central.mark() == Mark(1, 0)
    central.push("hz-01", pen("A", "B"))
    assert central.mark() == Mark(1, 2)
    central.restored()
    assert central.mark() == Mark(2, 2)


def test_the_tally_is_count_and_head_of_every_chain(central: SqlCentral, clock: FixedClock, pen: Pen) -> None:
    other = Pen(clock, "hz-02")
    central.push("hz-01", pen("A", "B"))
    central.push("hz-02", other("C"))
    tally = central.tally(CITY)
    assert tally.number == 3
    assert tally.chains == {
        ("hz-01", 1): Position(3, pen.raws[-1].hash.hex()),
        ("hz-02", 1): Position(2, other.raws[-1].hash.hex()),
    }


# --- the centre's own facts after a restore --------------------------------------------------------------------------


def test_the_centres_lost_facts_are_taken_back(central: SqlCentral, clock: FixedClock) -> None:
    own = Pen(clock, centre_of(CITY))
    own("A", "B")
    refused("not_lost", central.give_back, "hz-01", own.raws)  # of this generation: the centre itself writes those
    central.restored()
    refused("gap", central.give_back, "hz-01", own.raws[1:])
    assert central.give_back("hz-01", own.raws) == 2
    assert central.give_back("hz-02", own.raws) == 0
    forged = Pen(clock, centre_of(CITY))
    forged("A", "X")
    refused("gap", central.give_back, "hz-01", forged.raws)
    refused("not_lost", central.give_back, "nb-01", own.raws)
    refused("not_lost", central.give_back, "hz-01", Pen(clock, "hz-02")("A"))
    assert [raw.body for raw in read_all(central)] == [raw.body for raw in own.raws]


def test_only_what_the_centre_signed_is_taken_back(tmp_path: Path, clock: FixedClock) -> None:
    central = SqlCentral.embedded(tmp_path / "c.db", clock, own_signature=lambda raw: raw.signature == b"mine")
    central.enrol("hz-01", CITY)
    central.restored()
    own = Pen(clock, centre_of(CITY))("A")[0]
    refused("not_signed", central.give_back, "hz-01", [own])
    assert central.give_back("hz-01", [encoding.signed(own, b"mine")]) == 1
    central.close()


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_blocks_never_overlap(central: SqlCentral) -> None:
    blocks = [central.lease_numbers(station, "330102", 2026, 100) for station in ("hz-01", "hz-02", "hz-01")]
    assert [(b.first, b.last) for b in blocks] == [(1, 100), (101, 200), (201, 300)]
    assert central.lease_numbers("hz-01", "330102", 2027, 10).first == 1
    assert central.lease_numbers("hz-01", "330105", 2026, 10).first == 1
    assert central.blocks_of("hz-02", 1) == [blocks[1]]
    assert [(b.division, b.year, b.first) for b in central.blocks_of("hz-01", 1)] == [
        ("330102", 2026, 1),
        ("330102", 2026, 201),
        ("330102", 2027, 1),
        ("330105", 2026, 1),
    ]
    central.renew("hz-01")
    assert central.lease_numbers("hz-01", "330102", 2026, 10).epoch == 2
    assert len(central.blocks_of("hz-01", 2)) == 1


def test_every_number_is_accounted_for(central: SqlCentral, pen: Pen) -> None:
    """Gaps have a reason: an old life, a closed station, a lease that went with a restore."""
    assert central.lease_numbers("hz-01", "330102", 2026, 10).first == 1
    given = [facts.PermitGenerated(f"330102202600000{n}", "A-1", "X", "好阿姨", ("HOUSEWORK",), DAY) for n in (1, 2)]
    central.push("hz-01", pen(*given))
    central.lease_numbers("hz-02", "330102", 2026, 5)
    central.renew("hz-01")
    central.restored()
    central.lease_numbers("hz-01", "330102", 2026, 10)
    central.revoke("hz-02", "关闭")
    with central.transactions.reading() as conn:
        lines = account(conn, "330102", 2026)
    assert [(one.first, one.last, one.station, one.used, one.why) for one in lines] == [
        (1, 10, "hz-01", 2, OLD_LIFE),
        (11, 15, "hz-02", 0, CLOSED),
        (16, 10_015, "", 0, PASSED_OVER),
        (10_016, 10_025, "hz-01", 0, IN_USE),
    ]
    assert sum(one.used + one.unused for one in lines) == 10_025


def test_leases_at_once_never_overlap(central: SqlCentral) -> None:
    taken: list[int] = []

    def work(station: str) -> None:
        for _ in range(10):
            block = central.lease_numbers(station, "330102", 2026, 7)
            taken.extend(range(block.first, block.last + 1))

    threads = [threading.Thread(target=work, args=(station,)) for station in ("hz-01", "hz-02")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 141))


def test_a_year_that_is_used_up_is_a_sentence(central: SqlCentral) -> None:
    for _ in range(99):
        central.lease_numbers("hz-01", "330102", 2026, 10_000)
    last = central.lease_numbers("hz-01", "330102", 2026, 10_000)
    assert (last.first, last.last) == (990_001, 999_999)
    sentence = refused("numbers_exhausted", central.lease_numbers, "hz-02", "330102", 2026, 1)
    assert "330102" in sentence
    assert "2026" in sentence
    refused("block_size", central.lease_numbers, "hz-01", "330102", 2027, 0)
    refused("block_size", central.lease_numbers, "hz-01", "330102", 2027, 10_001)
    refused("other_city", central.lease_numbers, "hz-01", "330203", 2026, 10)


# --- keys and blobs --------------------------------------------------------------------------------------------------


def key(name: str, made_at: int = 5, wrapped: bytes | None = b"wrapped") -> PersonKey:
    return PersonKey(name * 32, SUBJECT, CITY, made_at, wrapped)


def test_keys_are_kept_once_and_stay_in_their_city(central: SqlCentral) -> None:
    central.put_keys("hz-01", [key("a"), key("b")])
    central.put_keys("hz-02", [key("a", wrapped=b"another wrapping")])
    assert central.get_keys(CITY, ["a" * 32, "b" * 32, "c" * 32]) == [key("a"), key("b")]
    assert central.get_keys(OTHER_CITY, ["a" * 32]) == []
    assert central.get_keys(CITY, []) == []
    central.put_keys("hz-01", [key("a", wrapped=None), key("d", wrapped=None)])
    central.put_keys("hz-02", [key("d")])
    assert [one.wrapped for one in central.get_keys(CITY, ["a" * 32, "d" * 32])] == [b"wrapped", None]


def box(sha256: str = "ab" * 32, key_id: str = "a" * 32) -> BlobBox:
    return BlobBox(sha256, SUBJECT, "image/jpeg", 7, key_id, b"sealed!")


def test_blobs_are_asked_for_and_kept_once(central: SqlCentral) -> None:
    one, other = ("ab" * 32, SUBJECT), ("cd" * 32, SUBJECT)
    assert central.lacking_blobs(CITY, [one, other]) == [one, other]
    central.put_blob("hz-01", box())
    central.put_blob("hz-02", box())
    assert central.lacking_blobs(CITY, [one, other]) == [other]
    assert central.get_blob(CITY, *one) == box()
    assert central.get_blob(CITY, *other) is None
    assert central.get_blob(OTHER_CITY, *one) is None


@pytest.mark.parametrize("central", [pytest.param("logins", marks=pytest.mark.postgres)], indirect=True)
def test_one_call_cannot_fill_the_disk_of_the_province(central: SqlCentral) -> None:
    refused("too_large", central.put_keys, "hz-01", [key("a", wrapped=b"x" * 257)])
    large = dataclasses.replace(box("ab" * 32, "a" * 32), box=bytes(16 * 1024 * 1024 + 65))
    refused("too_large", central.put_blob, "hz-01", large)
    assert central.get_keys(CITY, ["a" * 32]) == []


def test_an_erasure_destroys_keys_and_blobs_and_keeps_late_copies_out(central: SqlCentral, pen: Pen) -> None:
    central.put_keys("hz-01", [key("a")])
    central.put_blob("hz-01", box())
    central.push("hz-01", pen(facts.WorkerErased("本人申请")))
    assert central.get_keys(CITY, ["a" * 32]) == [key("a", wrapped=None)]
    assert central.get_blob(CITY, "ab" * 32, SUBJECT) is None
    assert central.lacking_blobs(CITY, [("ab" * 32, SUBJECT)]) == []
    central.put_keys("hz-02", [key("a"), key("b"), key("c", made_at=pen.raws[0].recorded_at + 1)])
    assert [one.wrapped for one in central.get_keys(CITY, ["a" * 32, "b" * 32, "c" * 32])] == [None, None, b"wrapped"]
    central.put_blob("hz-02", box())
    central.put_blob("hz-02", box("ef" * 32, "b" * 32))
    assert central.get_blob(CITY, "ef" * 32, SUBJECT) is None
    central.put_blob("hz-02", box("12" * 32, "c" * 32))
    assert central.get_blob(CITY, "12" * 32, SUBJECT) is not None


def test_a_deleted_scan_goes_alone_and_keeps_late_copies_out(central: SqlCentral, pen: Pen) -> None:
    central.put_keys("hz-01", [key("a")])
    scan, photo = ("ab" * 32, SUBJECT), ("cd" * 32, SUBJECT)
    for sha256, _ in (scan, photo):
        central.put_blob("hz-01", box(sha256))
    central.push("hz-01", pen(facts.ScanDeleted(scan[0]), subject="worker:b"))
    assert central.get_blob(CITY, *scan) is not None, "somebody else's"
    central.push("hz-01", pen(facts.ScanDeleted(scan[0])))
    assert central.get_blob(CITY, *scan) is None
    assert central.lacking_blobs(CITY, [scan, photo]) == []
    central.put_blob("hz-02", box())
    assert central.get_blob(CITY, *scan) is None
    assert central.get_blob(CITY, *photo) is not None


def test_permits_are_found_by_number(central: SqlCentral, pen: Pen) -> None:
    told = facts.PermitGenerated("3301022026000123", "A-1", "X", "好阿姨", ("HOUSEWORK",), DAY)
    central.push("hz-01", [*pen(told), *pen(told, subject="worker:b")])
    assert central.owners_of("3301022026000123") == [(CITY, SUBJECT), (CITY, "worker:b")]
    assert central.owners_of("3301022026000124") == []
    assert [raw.id.seq for raw in central.facts_of(CITY, "worker:b")] == [2]


def test_it_is_all_there_after_reopening(tmp_path: Path, clock: FixedClock, pen: Pen) -> None:
    central = SqlCentral.embedded(tmp_path / "c.db", clock)
    central.enrol("hz-01", CITY)
    central.push("hz-01", pen("A", "B"))
    central.close()
    central = SqlCentral.embedded(tmp_path / "c.db", clock)
    assert [raw.body for raw in read_all(central)] == [raw.body for raw in pen.raws]
    central.close()


def test_a_damaged_centre_is_a_sentence(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "c.db").write_bytes(b"not a database" * 500)
    with pytest.raises(Fault) as caught:
        SqlCentral.embedded(tmp_path / "c.db", clock)
    assert caught.value.code == "ledger_broken"
