"""A station's password in other hands and a program of its own: what it types into the door stops nobody else.

The door judges form, header, hash and chain; what a fact says and who signed it is for the clerk (decision 0006).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.domain import facts
from station.domain.errors import Fault, Refused
from station.domain.facts import Fact, Payload, StationActed
from station.domain.record import Record
from station.ledger import encoding
from station.ledger.form import canonical
from station.sync import returned, undecided
from station.sync.central import Cursor, centre_of
from station.sync.clerk import attend
from station.sync.clerk_desk import ClerkDesk
from station.sync.exchange import exchange
from station.sync.soundness import findings
from station.sync.sql import SqlCentral
from station.trust.stationkey import FactSigner
from tests.central_server import PgServer
from tests.contracts.province import Logins
from tests.contracts.test_central import CITY, OTHER_CITY, Pen, embedded, hostile
from tests.ledger.office import DAY, KEYS, Office, registered, tables
from tests.ledger.test_encoding import BAD_BODIES, body

CITY_KEYS = {CITY: KEYS["city"], OTHER_CITY: b"N" * 32}
NONSENSE = [
    {"data": {"nonsense": 1}},
    {"data": {}},
    {"data": {"number": ["x"]}},
    {"data": {"number": None, "application": 5}},
    {"kind": "worker.registered", "data": {"categories": [[[1]]]}},
    {"kind": "worker.erased", "data": {"basis": 5}},
    {"kind": "evidence.scan_deleted", "data": {"sha256": {}}},
    {"kind": "station.acted", "subject": "station:hz-01", "data": {"act": 1}},
]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def province(pg_server: PgServer, office: Office) -> Iterator[Logins]:
    made = Logins(pg_server, office.clock)
    for station, city in (("hz-01", CITY), ("hz-02", CITY), ("nb-01", OTHER_CITY)):
        made.enrol(station, city)
    yield made
    made.close()


def says_seen(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
    """A clerk that answers every fact that is new to it."""
    return [(fact.subject, StationActed(f"seen {fact.id}", DAY)) for fact in news]


def told(central: SqlCentral, city: str) -> list[str]:
    raws = central.pull(city, Cursor(), 1_000).facts
    return [raw.fields["data"]["act"] for raw in raws if raw.id.station == centre_of(city)]


def typed(pen: Pen, **changed: Any) -> tuple[str, None]:
    """The next fact of that chain with parts replaced, as somebody's own program would write it."""
    raw = pen(facts.PermitGenerated("3301022026000123", "A-1", "X", "好阿姨", ("HOUSEWORK",), DAY))[0]
    raw = encoding.read(canonical({**raw.fields, **changed}))
    pen.raws[-1] = raw
    return raw.body, None


# --- the header ------------------------------------------------------------------------------------------------------


def forged_headers() -> list[str]:
    """Texts that two readers would read as two different headers, or that not everybody can read at all."""
    good = body(sealed=...)
    odd = {"epoch": ("1.0", "1e0", '"1"', "true", "[1]", '1,"epoch":1'), "seq": ("1.0", '"1"', "1e0"),
           "version": ('"1"', "1.0", "null", "1e0", "-1", "[]", "9" * 20)}  # fmt: skip
    boxes = [{"box": "AA=", "key": "0" * 32}, {"box": "AAAA", "key": "x"}, {"box": "A A A A ", "key": "0" * 32},
             [], "x", {}, {"box": None, "key": None}, {"box": "AAAA", "key": "0" * 32, "x": 1}]  # fmt: skip
    return [
        *[bad for bad in BAD_BODIES if "\ud800" not in bad],
        *[good.replace('"at":', f'"at":{value},"at":') for value in ("1", '"x"')],
        *[good.replace(f'"{name}":1', f'"{name}":{value}') for name, values in odd.items() for value in values],
        *[good.replace('"actor":"clerk-1"', f'"actor":{value}') for value in ("5", "null", '""', '"x","actor":5')],
        *[good.replace('"data":{', f'"data":{{}},"{name}":5.0,"data":{{') for name in ("at", "seq", "x")],
        good.replace('"data":{', '"data":{},"data":{'),
        good.replace('"data":{', '"data":{"x":' + "[" * 5_000 + "]" * 5_000 + ","),
        good.replace('"data":{', '"data":{"x":' + "9" * 5_000 + ","),
        *[body(sealed=sealed) for sealed in boxes],
    ]


@pytest.mark.postgres
def test_the_door_reads_a_header_as_strictly_as_a_station(province: Logins) -> None:
    for bad in forged_headers():
        with pytest.raises((Refused, Fault)):
            province.typed_push("hz-01", (bad, None))
    assert province.progress("hz-01").epochs == {}
    assert province.typed_push("hz-01", (body(subject='worker:a"b\\c', actor='词"\\\t'), b"s"))["accepted"] == 1
    assert encoding.read(province.pull(CITY, Cursor(), 9).facts[0].body).subject == 'worker:a"b\\c'


@pytest.mark.postgres
def test_the_door_alone_refuses_what_our_programs_refuse(province: Logins, office: Office) -> None:
    for code, kind, batch in hostile(office.clock):
        wrong = any('"xx"' in raw.body for raw in batch)  # what a fact says is not the door's to judge
        if not batch or wrong:
            continue
        with pytest.raises(kind) as caught:
            province.typed_push("hz-01", *[(raw.body, raw.signature) for raw in batch])
        assert getattr(caught.value, "code", "") == code
    assert province.progress("hz-01").epochs == {}
    assert province.stations()[0].state == "active"


# --- what a fact says ------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_nonsense_typed_into_the_door_stops_neither_the_clerk_nor_a_neighbour(
    province: Logins, office: Office
) -> None:
    pen = Pen(office.clock)
    bodies = [typed(pen, **changed) for changed in NONSENSE]
    with pytest.raises(Fault):
        province.push("hz-01", pen.raws)  # our own program still refuses to send it
    assert province.typed_push("hz-01", *bodies)["accepted"] == len(NONSENSE)
    neighbour = office.open("hz-02")
    neighbour.append([("worker:b", registered())], actor="c")
    province.push("nb-01", Pen(office.clock, "nb-01", OTHER_CITY)("A"))
    assert exchange(neighbour, province).ok
    attend(province, says_seen, CITY_KEYS.__getitem__)
    assert "seen hz-02.1.1" in told(province, CITY)
    assert told(province, OTHER_CITY) == ["seen nb-01.1.1"], "a city after it in the order gets its answers"
    with province.transactions.reading() as conn:
        found = undecided.waiting(conn)
        assert (len(found), undecided.count(conn)) == (len(NONSENSE), len(NONSENSE))
        ill = [one.sentence for one in findings(conn, office.clock) if "保留但不起作用" in one.sentence]
    assert {one.code for one in found} == {undecided.UNREAD}
    assert any(f"城市 {CITY} 站点 hz-01 第 1 期第 1 条" in sentence for sentence in ill)
    assert exchange(neighbour, province).ok
    again = office.open("hz-03")
    again.take(province.pull(CITY, Cursor(), 1_000, skip="hz-03").facts)
    assert all(isinstance(fact.payload, facts.UnknownPayload) for fact in neighbour.facts_of("station:hz-01")[:1])
    neighbour.rebuild()
    assert tables(again)["roll_permits"] == tables(neighbour)["roll_permits"] == []
    province.renew("hz-01")
    with province.transactions.reading() as conn:
        assert undecided.waiting(conn) == [], "people have looked: the station has a new life"
        assert len(undecided.lines(conn)) == len(NONSENSE)


@pytest.mark.postgres
def test_nonsense_keys_typed_into_the_door_stop_nobody(province: Logins, office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    assert exchange(one, province).ok
    assert exchange(two, province).ok
    for key, whom in (("f" * 32, "worker:a"), ("e" * 32, "worker:evil")):
        province.typed("hz-01", "SELECT put_key(%s, %s, %s, %s)", key, whom, one.newest_ms << 20, b"nonsense")
    pen = Pen(office.clock)
    pen.raws = one.own_after(0)
    bodies = [typed(pen, subject=whom, kind="worker.registered", sealed={"box": "AAAA", "key": key},
                    data=encoding.read(one.own_after(0)[0].body).fields["data"], at=one.newest_ms + n << 16)
              for n, (key, whom) in enumerate((("f" * 32, "worker:a"), ("e" * 32, "worker:evil")), 1)]  # fmt: skip
    province.typed_push("hz-01", *bodies)
    assert exchange(two, province).ok
    attend(province, says_seen, CITY_KEYS.__getitem__)
    assert "seen hz-01.1.2" in told(province, CITY), "the person's own key still opens"
    with province.transactions.reading() as conn:
        assert [(line.seq, line.code) for line in undecided.waiting(conn)] == [(3, undecided.SUBJECT)]


# --- who signed it ---------------------------------------------------------------------------------------------------


def signer(seed: int = 1) -> FactSigner:
    return FactSigner(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


@pytest.mark.postgres
@pytest.mark.parametrize("forged", [None, b"x" * 64, "another key"], ids=["none", "nonsense", "another"])
def test_what_is_not_signed_with_the_stations_key_is_not_acted_on(
    province: Logins, office: Office, forged: Any
) -> None:
    own, pen = signer(), Pen(office.clock)
    province.enrol("hz-01", CITY, public_key=own.public_key)
    good = pen("A")[0]
    province.push("hz-01", [encoding.signed(good, own.sign(good.hash))])
    neighbours = Pen(office.clock, "hz-02")
    province.push("hz-02", neighbours("B"))
    attend(province, says_seen, CITY_KEYS.__getitem__)
    assert told(province, CITY) == ["seen hz-01.1.1", "seen hz-02.1.1"], "one without a key is believed as before"
    evil = pen("EVIL")[0]
    signature = signer(2).sign(evil.hash) if forged == "another key" else forged
    province.typed_push("hz-01", (evil.body, signature))
    province.push("hz-02", neighbours("C"))
    seen: list[str] = []

    def looks(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
        seen.extend(str(fact.id) for fact in desk.facts_of(news[0].subject))
        return []

    attend(province, looks, CITY_KEYS.__getitem__)
    assert "hz-01.1.2" not in seen
    assert "hz-02.1.2" in seen
    with province.transactions.reading() as conn:
        (line,) = undecided.waiting(conn)
    assert (line.code, line.station, line.epoch, line.seq) == (undecided.UNSIGNED, "hz-01", 1, 2)
    assert f"城市 {CITY} 站点 hz-01 第 1 期第 2 条" in line.sentence
    frozen = province.stations()[0]
    assert (frozen.state, "hz-01.1.2" in frozen.why, "签名" in frozen.why) == ("frozen", True, True)
    with pytest.raises(Refused) as caught:
        province.push("hz-01", pen("D"))
    assert (caught.value.code, "签名" in caught.value.sentence) == ("frozen", True)
    province.renew("hz-01")
    attend(province, looks, CITY_KEYS.__getitem__)
    assert province.stations()[0].state == "active", "what people looked at freezes nobody again"
    fresh = Pen(office.clock, epoch=2)("E")[0]
    province.push("hz-01", [encoding.signed(fresh, own.sign(fresh.hash))])
    seen.clear()
    attend(province, looks, CITY_KEYS.__getitem__)
    assert ("hz-01.1.2" in seen, "hz-01.2.1" in seen) == (False, True)


# --- the centre's own facts after a restore --------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", pytest.param("logins", marks=pytest.mark.postgres)])
def restored(request: pytest.FixtureRequest, office: Office) -> Iterator[SqlCentral]:
    """A centre that lost facts of its own; it knows its signature."""
    made: SqlCentral
    if request.param == "sqlite":
        made = embedded(office.folder, office.clock)
        made._own_signature = mine
    else:
        made = Logins(request.getfixturevalue("pg_server"), office.clock)
    for station in ("hz-01", "hz-02"):
        made.enrol(station, CITY)
    made.restored()
    yield made
    made.close()


def mine(raw: encoding.RawFact) -> bool:
    return raw.signature == b"mine"


def door(central: SqlCentral, station: str) -> SqlCentral:
    return central._way(station) if isinstance(central, Logins) else central


def given_back(central: SqlCentral, station: str, *raws: encoding.RawFact) -> None:
    """The embedded centre judges at once and says no; a server keeps it for the clerk."""
    try:
        door(central, station).give_back(station, raws)
    except Refused as refused:
        assert refused.code in ("not_signed", "gap")


@pytest.mark.parametrize("thief", ["hz-01", "hz-02"])
@pytest.mark.parametrize("between", [True, False], ids=["judged", "not judged yet"])
def test_a_wrong_signature_given_first_loses_nothing(
    restored: SqlCentral, office: Office, thief: str, between: bool
) -> None:
    own = Pen(office.clock, centre_of(CITY))("A", "B", "C")
    honest = [encoding.signed(raw, b"mine") for raw in own]
    given_back(restored, thief, encoding.signed(own[0], b"wrong"))
    if between:
        assert returned.settle(restored, mine) == 0
    given_back(restored, "hz-01", honest[2])
    assert returned.settle(restored, mine) == 0
    given_back(restored, "hz-01", *honest)
    returned.settle(restored, mine)
    assert [raw.signature for raw in restored.pull(CITY, Cursor(), 9).facts] == [b"mine"] * 3
    given_back(restored, thief, encoding.signed(own[0], b"wrong"))
    given_back(restored, "hz-01", *honest)
    assert returned.settle(restored, mine) == 0
    with restored.transactions.reading() as conn:
        assert returned.not_taken(conn) == {}
    assert restored.tally(CITY).number == 3


@pytest.mark.postgres
def test_what_is_not_taken_back_is_counted(province: Logins, office: Office) -> None:
    province.restored()
    one, two = (door(province, station) for station in ("hz-01", "hz-02"))
    own = Pen(office.clock, centre_of(CITY))("A", "B", "C")
    good, bad = ([encoding.signed(raw, signature) for raw in own] for signature in (b"mine", b"wrong"))
    one.give_back("hz-01", [bad[0], good[2]])
    assert one.give_back("hz-01", [good[2]]) == 0, "the same again is nothing new"
    returned.settle(province, mine)
    with province.transactions.reading() as conn:
        assert returned.not_taken(conn) == {"not_signed": 1, "waiting": 1}
        (found,) = [one for one in findings(conn, office.clock) if "未收回" in one.sentence]
    assert (found.ok, found.optional) == (False, True)
    assert one.give_back("hz-01", [bad[0]]) == 1, "judged again: after another restore it may be otherwise"
    two.give_back("hz-02", good[:2])
    assert returned.settle(province, mine) == 3
    with province.transactions.reading() as conn:
        assert returned.not_taken(conn) == {}
