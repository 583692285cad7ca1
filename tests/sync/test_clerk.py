"""The centre's clerk: sees every fact once in effect, answers by facts, may be killed and may stand twice."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import pytest
from sqlalchemy import delete, insert, select, update

from station.domain.errors import Bug, Fault, Refused
from station.domain.facts import Fact, Payload, PermitActed, StationActed, TokenSigned, WorkerErased
from station.domain.record import Record
from station.domain.worker import WorkerRecord
from station.sync import clerk as clerk_module
from station.sync import sending, undecided
from station.sync import standings as clerk_standings
from station.sync.central import Cursor, centre_of
from station.sync.central_schema import permits, standings, stations
from station.sync.clerk import attend
from station.sync.clerk_desk import ClerkDesk, facts_in_clear, photo_of
from station.sync.exchange import exchange
from station.sync.holders import Holder, claim, holder_of
from station.sync.sql import SqlCentral
from tests.contracts.test_central import Pen as Pens
from tests.ledger.office import CITY, DAY, KEYS, PERMIT, Office, registered, tables, whole_life
from tests.sync.test_exchange import Keyless

TOKEN = "1" * 191


def city_key(city: str) -> bytes:
    assert city == CITY
    return KEYS["city"]


def signs(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
    """A clerk that signs one token per permit and knows by the record whether it has."""
    if not isinstance(record, WorkerRecord) or record.permit is None or record.tokens:
        return []
    assert record.person is not None
    assert record.person.name == "王秀英"  # the print check is over what is printed
    return [(record.subject, TokenSigned(record.permit.number, 1, TOKEN, 7, 1, DAY, DAY))]


class Pen:
    def sign(self, fact_hash: bytes) -> bytes:
        return b"centre" + fact_hash


def test_the_answer_comes_back_with_the_same_exchange(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    done = exchange(one, central, attend=lambda: attend(central, signs, city_key, signer=Pen()))
    assert (done.ok, done.pulled) == (True, 1)
    record = one.record("worker:a")
    assert isinstance(record, WorkerRecord)
    assert record.tokens[(PERMIT, 1)].token == TOKEN
    answer = one.facts_of("worker:a")[-1]
    assert (str(answer.id), answer.actor) == (f"{centre_of(CITY)}.1.1", "centre")
    assert answer.recorded_at > one.facts_of("worker:a")[-2].recorded_at
    assert attend(central, signs, city_key) == 0
    assert exchange(one, central, attend=lambda: attend(central, signs, city_key)).pulled == 0
    raws = central.facts_of(CITY, "worker:a")
    assert [raw.signature for raw in raws if raw.id.station == centre_of(CITY)] == [Pen().sign(raws[-1].hash)]
    assert one.verify().ok


def test_the_clerk_sees_each_fact_once_however_often_it_is_killed(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk_module, "BATCH", 3)
    one = office.open("hz-01")
    for index in range(10):
        one.append([(f"worker:{index % 4}", StationActed(str(index), DAY))], actor="c")
    exchange(one, central)
    seen: list[str] = []
    left = 4

    def counts(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
        nonlocal left
        left -= 1
        if left == 0:
            raise ConnectionError("killed")
        seen.extend(str(fact.id) for fact in news)
        return [(fact.subject, StationActed(f"seen {fact.id}", DAY)) for fact in news]

    with pytest.raises(ConnectionError):
        attend(central, counts, city_key)
    attend(central, counts, city_key)
    done = exchange(one, central)
    answers = [f.payload.act for n in range(4) for f in one.facts_of(f"worker:{n}") if f.id.station != "hz-01"]  # type: ignore[attr-defined]
    assert sorted(answers) == sorted(f"seen hz-01.1.{n}" for n in range(1, 11))
    assert done.ok


def test_two_clerks_beside_one_database_answer_once(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(one, central)
    second = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    assert attend(central, signs, city_key) + attend(second, signs, city_key) == 1
    second.close()
    assert exchange(one, central).pulled == 1


def test_an_answer_about_someone_else_and_a_look_at_them(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", registered()), ("worker:b", registered("李四"))], actor="c")
    exchange(one, central)

    def across(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
        other = desk.record("worker:b")
        assert isinstance(other, WorkerRecord)
        assert other.person is not None
        assert (desk.city, other.person.name) == (CITY, "李四")
        return [("worker:b", PermitActed("x", "suspend", DAY))] if record.subject == "worker:a" else []

    assert attend(central, across, city_key) == 1
    exchange(one, central)
    assert len(one.facts_of("worker:b")) == 2


def test_the_centre_says_nothing_personal(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", registered())], actor="c")
    exchange(one, central)
    with pytest.raises(Bug):
        attend(central, lambda desk, record, news: [("worker:a", registered())], city_key)


def test_the_household_page_reads_person_and_photo_until_erased(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", registered())], actor="c")
    sha256 = one.blobs.put("worker:a", b"face")
    exchange(one, central)
    assert facts_in_clear(central, CITY, "worker:a", KEYS["city"]) == one.facts_of("worker:a")
    assert photo_of(central, CITY, "worker:a", sha256, KEYS["city"]) == b"face"
    assert photo_of(central, CITY, "worker:b", sha256, KEYS["city"]) is None
    one.append([("worker:a", WorkerErased("本人申请"))], actor="c")
    exchange(one, central)
    assert photo_of(central, CITY, "worker:a", sha256, KEYS["city"]) is None
    assert facts_in_clear(central, CITY, "worker:a", KEYS["city"]) == one.facts_of("worker:a")


def test_answers_lost_with_a_restore_come_back_from_the_stations(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PUSH_BATCH", 2)
    one, two = office.open("hz-01"), office.open("hz-02")
    central.close()
    shutil.copy(office.folder / "centre.db", office.folder / "backup.db")
    central = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    for name in ("b", "c"):
        one.append([(f"worker:{name}", payload) for payload in whole_life()], actor="c")
    exchange(one, central, attend=lambda: attend(central, signs, city_key))
    central.close()
    shutil.copy(office.folder / "backup.db", office.folder / "centre.db")
    central = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    central.restored()
    sizes: list[int] = []
    give_back = central.give_back
    monkeypatch.setattr(central, "give_back", lambda station, lost: sizes.append(len(lost)) or give_back(station, lost))
    done = exchange(one, central, attend=lambda: attend(central, signs, city_key))
    assert (done.given_back, sizes, done.ok) == (3, [2, 1], True), "never more at once than a push"
    assert exchange(two, central).ok
    assert tables(two) == tables(one)
    assert len(two.facts_of("worker:a")) == len(whole_life()) + 1
    central.close()


def sees(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
    return [(fact.subject, StationActed(f"seen {fact.id}", DAY)) for fact in news]


def answers(central: SqlCentral, city: str = CITY) -> list[str]:
    raws = central.pull(city, Cursor(), 100).facts
    return [raw.fields["data"]["act"] for raw in raws if raw.id.station == centre_of(city)]


def waiting(central: SqlCentral) -> list[tuple[str, str, int, str]]:
    with central.transactions.reading() as conn:
        return [(one.code, one.station, one.seq, one.why) for one in undecided.waiting(conn)]


@pytest.mark.parametrize("failure", [Refused("x", "no_signing_key"), Fault("x", code="no_signing_key")])
def test_what_the_clerk_stumbles_over_stops_nobody_and_is_asked_again(
    office: Office, central: SqlCentral, failure: Exception
) -> None:
    one = office.open("hz-01")
    one.append([(f"worker:{name}", StationActed(name, DAY)) for name in "abc"], actor="c")
    exchange(one, central)
    able = False

    def stumbles(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
        if record.subject == "worker:b" and not able:
            claim(desk.conn, b"blind", Holder(CITY, "worker:b", PERMIT))
            raise failure
        return sees(desk, record, news)

    assert attend(central, stumbles, city_key) == 2
    assert waiting(central) == [(undecided.SUBJECT, "hz-01", 2, "no_signing_key")]
    with central.transactions.reading() as conn:
        assert holder_of(conn, b"blind") is None, "what it did before it stumbled never happened"
        (line,) = undecided.waiting(conn)
    assert f"城市 {CITY} 站点 hz-01 第 1 期第 2 条" in line.sentence
    assert "没有可用于该地区和日期的签发密钥" in line.sentence
    assert attend(central, stumbles, city_key) == 0, "not twice within a minute"
    office.clock.advance(61)
    assert attend(central, stumbles, city_key) == 0
    able = True
    assert attend(central, stumbles, city_key) == 0
    office.clock.advance(61)
    assert attend(central, stumbles, city_key) == 1
    assert (answers(central), waiting(central)) == (["seen hz-01.1.1", "seen hz-01.1.3", "seen hz-01.1.2"], [])
    office.clock.advance(61)
    assert attend(central, stumbles, city_key) == 0
    assert exchange(one, central).ok


def _signs_for_a_name(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
    named = isinstance(record, WorkerRecord) and record.person is not None and record.person.name is not None
    return signs(desk, record, news) if named else []


def test_a_key_that_comes_after_its_facts_is_waited_for(office: Office, central: SqlCentral) -> None:
    """It had been looked at once, without the name, and never again: nobody signed a token."""
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(one, Keyless(central))  # type: ignore[arg-type]
    assert attend(central, _signs_for_a_name, city_key) == 0
    assert {line[3] for line in waiting(central)} == {"no_key"}
    office.clock.advance(61)
    assert attend(central, _signs_for_a_name, city_key) == 0
    one.append([("worker:a", PermitActed(PERMIT, "suspend", DAY, "complaint"))], actor="c")
    exchange(one, Keyless(central))  # type: ignore[arg-type]
    assert attend(central, _signs_for_a_name, city_key) == 0, "news that need no key settle nothing"
    assert {line[3] for line in waiting(central)} == {"no_key"}
    exchange(one, central)
    office.clock.advance(61)
    assert attend(central, _signs_for_a_name, city_key) == 1
    assert waiting(central) == []


def test_a_key_that_was_destroyed_is_not_waited_for(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", registered())], actor="c")
    exchange(one, Keyless(central))  # type: ignore[arg-type]
    attend(central, _signs_for_a_name, city_key)
    one.erase("worker:a", "本人要求。", actor="s")
    exchange(one, central)
    attend(central, _signs_for_a_name, city_key)
    office.clock.advance(61)
    attend(central, _signs_for_a_name, city_key)
    assert waiting(central) == []


def test_news_of_a_subject_that_go_well_settle_what_did_not(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", StationActed("A", DAY))], actor="c")
    exchange(one, central)
    attend(central, _refuses, city_key)
    one.append([("worker:a", StationActed("B", DAY))], actor="c")
    exchange(one, central)
    assert attend(central, sees, city_key) == 1
    assert waiting(central) == []


def _refuses(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
    raise Refused("x", "some_code")


def test_one_citys_missing_key_stops_no_other(office: Office, central: SqlCentral) -> None:
    one, city = office.open("hz-01"), "330300"
    one.append([("worker:a", StationActed("A", DAY))], actor="c")
    exchange(one, central)
    central.enrol("wz-01", city)
    central.push("wz-01", Pens(office.clock, "wz-01", city)("B"))

    def keys(asked: str) -> bytes:
        if asked == CITY:
            raise Fault("x", code="no_key")
        return b"W" * 32

    assert attend(central, sees, keys) == 1
    assert answers(central, city) == ["seen wz-01.1.1"]
    assert waiting(central) == [(undecided.CITY, "", 0, "no_key")]
    with central.transactions.reading() as conn:
        assert undecided.waiting(conn)[0].sentence.startswith(f"城市 {CITY}：")
    assert attend(central, sees, lambda _: KEYS["city"]) == 1
    assert waiting(central) == []


def test_a_text_that_nobody_can_read_any_more_is_passed_over_and_named(office: Office, central: SqlCentral) -> None:
    """It came in before the door read headers as strictly as it does now."""
    one = office.open("hz-01")
    one.append([(f"worker:{name}", StationActed(name, DAY)) for name in "ab"], actor="c")
    exchange(one, central)
    with central.transactions.writing() as conn:
        conn.exec_driver_sql("DROP TRIGGER IF EXISTS facts_stay")
        for (name,) in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.exec_driver_sql(f"DROP TRIGGER {name}")
        conn.exec_driver_sql("UPDATE facts SET body = '[' || body WHERE seq = 1")
    assert attend(central, sees, city_key) == 1
    assert waiting(central) == [(undecided.UNREAD, "hz-01", 1, "fact_malformed")]


def lines(central: SqlCentral) -> dict[str, str]:
    with central.transactions.reading() as conn:
        return {row.number: row.colours for row in conn.execute(select(standings.c.number, standings.c.colours))}


def test_a_line_follows_what_is_told_of_a_permit_by_whomever(office: Office, central: SqlCentral) -> None:
    """A station's fact, the clerk's own answer, and the clerk's answer about somebody else."""
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(one, central)
    attend(central, signs, city_key)
    before = lines(central)[PERMIT]
    assert "green" in before

    def stops(desk: ClerkDesk, record: Record, news: Sequence[Fact]) -> list[tuple[str, Payload]]:
        return [("worker:a", PermitActed(PERMIT, "suspend", DAY, "complaint"))] if record.subject == "worker:b" else []

    one.append([("worker:b", registered("张三"))], actor="c")
    exchange(one, central)
    assert attend(central, stops, city_key) == 1
    assert lines(central)[PERMIT] == "0001-01-01 red"
    one.append([("worker:a", PermitActed(PERMIT, "reinstate", DAY, "complaint"))], actor="c")
    exchange(one, central)
    attend(central, signs, city_key)
    assert lines(central)[PERMIT] == before


def test_a_centre_from_before_is_filled_in_and_nonsense_ends_it_never(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk_module, "BATCH", 2)
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(one, central)
    attend(central, signs, city_key)
    known = lines(central)
    with central.transactions.writing() as conn:
        conn.execute(delete(standings))
        for n in range(5):  # what a stolen login may have typed
            conn.execute(insert(permits), {"city": CITY, "number": f"{n:016d}", "subject": f"company:{n}"})
    central.filled.clear()  # another process
    attend(central, signs, city_key)
    assert lines(central) == known | {f"{n:016d}": "" for n in range(5)}
    assert central.filled == {CITY}
    monkeypatch.setattr(clerk_standings, "missing", None)  # asked of no later round
    attend(central, signs, city_key)


@pytest.mark.parametrize(("since", "told"), [(1, 0), (2, 1)])
def test_what_an_earlier_computer_signed_is_not_judged_by_the_key_of_the_new_one(
    office: Office, central: SqlCentral, since: int, told: int
) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    exchange(one, central)
    with central.transactions.writing() as conn:  # another computer, before the clerk had looked at the old one's facts
        conn.execute(update(stations).values(public_key=b"n" * 32, key_since=since))
    assert attend(central, signs, city_key) == told
