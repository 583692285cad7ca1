"""An exchange: resumable, idempotent, loud; both sides hold the same at the end, whatever was cut in between."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from station.domain.errors import Fault, Refused
from station.domain.facts import StationActed, WorkerErased
from station.domain.worker import WorkerRecord
from station.ledger.ledger import Ledger
from station.sync import marks, reading, sending
from station.sync.central import Cursor, Page, Welcome
from station.sync.exchange import exchange, reenrol
from station.sync.exchanged import Exchanged
from station.sync.sql import SqlCentral
from tests.ledger.office import DAY, Office, raws_of, registered, tables, whole_life

PHOTO = b"picture" * 500


def told(ledger: Ledger, *acts: str, subject: str = "worker:a") -> None:
    for act in acts:
        ledger.append([(subject, StationActed(act, DAY))], actor="c")


def level(*ledgers: Ledger) -> None:
    """All ledgers hold the same."""
    for other in ledgers[1:]:
        assert tables(other) == tables(ledgers[0])
        assert other.count() == ledgers[0].count()
    for ledger in ledgers:
        assert ledger.verify().ok


def test_two_stations_end_up_with_the_same(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", payload) for payload in whole_life()], actor="c")
    sha256 = one.blobs.put("worker:a", PHOTO)
    two.append([("worker:b", registered("李四", "330103196802291144"))], actor="c")
    assert marks.outbox(one).count == one.count()
    assert marks.outbox(one).oldest_ms == one.facts_of("worker:a")[0].at_ms
    steps: list[tuple[str, int, int]] = []
    first = exchange(one, central, progress=lambda *said: steps.append(said))
    assert (first.pushed, first.pulled, first.keys_sent, first.blobs_sent, first.ok) == (one.count(), 0, 1, 1, True)
    assert ("push", one.count(), one.count()) in steps
    assert marks.outbox(one) == marks.Outbox(0, 0)
    second = exchange(two, central)
    assert (second.pushed, second.pulled, second.keys_taken, second.ok) == (1, one.count(), 1, True)
    third = exchange(one, central)
    assert (third.pushed, third.pulled, third.keys_taken, third.blobs_sent, third.ok) == (0, 1, 1, 0, True)
    assert exchange(one, central).keys_sent == 0
    assert "一致" in third.sentence
    level(one, two)
    assert [row.name for row in one.roll.find("李四")] == ["李四"]
    assert marks.level_ms(one) == first.as_of_ms == office.clock.now_ms()
    box = central.get_blob(one.city, sha256, "worker:a")
    assert box is not None
    two.blobs.keep(box)
    assert two.blobs.get("worker:a", sha256) == PHOTO


def test_again_does_nothing(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A", "B")
    exchange(one, central)
    again = exchange(one, central)
    assert (again.pushed, again.repeated, again.pulled, again.keys_sent, again.ok) == (0, 0, 0, 0, True)


def test_a_new_station_starts_from_the_same_exchange(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PULL_BATCH", 7)
    monkeypatch.setattr(sending, "PUSH_BATCH", 4)
    one = office.open("hz-01")
    for index in range(5):
        one.append([(f"worker:{index}", payload) for payload in whole_life()[:8]], actor="c")
    assert exchange(one, central).pushed == 40
    new = office.open("hz-03")
    steps: list[tuple[str, int, int]] = []
    done = exchange(new, central, progress=lambda *said: steps.append(said))
    assert (done.pulled, done.ok) == (40, True)
    assert [said for said in steps if said[0] == "pull"][-1] == ("pull", 40, 40)
    level(one, new)


class Cut(Exception):
    """The line goes dead."""


class Wire:
    """A centre behind a line that is cut at the n-th call, before or after the centre has done its part."""

    def __init__(self, central: SqlCentral, dies_at: int, after: bool) -> None:
        self._central, self._dies_at, self._after, self.calls = central, dies_at, after, 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        act = getattr(self._central, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls == self._dies_at and not self._after:
                raise Cut
            answer = act(*arguments, **named)
            if self.calls == self._dies_at:
                raise Cut
            return answer

        return call


@pytest.mark.parametrize("after", [False, True])
def test_a_line_cut_at_any_call_loses_and_doubles_nothing(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    monkeypatch.setattr(reading, "PULL_BATCH", 3)
    monkeypatch.setattr(sending, "PUSH_BATCH", 2)
    one, two = office.open("hz-01"), office.open("hz-02")
    two.append([("worker:b", registered("李四"))], actor="c")
    told(two, "X", "Y", "Z")
    exchange(two, central)
    one.append([("worker:a", registered())], actor="c")
    one.blobs.put("worker:a", PHOTO)
    told(one, "A", "B", "C")
    dies_at, finished = 1, False
    while not finished:
        wire = Wire(central, dies_at, after)
        try:
            finished = exchange(one, wire).ok  # type: ignore[arg-type]
        except Cut:
            dies_at += 1
            told(one, f"after-{dies_at}")
    assert dies_at > 5
    assert exchange(one, central).ok
    assert exchange(two, central).ok
    level(one, two)
    assert central.tally(one.city).number == one.count()


def test_stopping_at_any_point_is_taken_up_again(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PULL_BATCH", 2)
    monkeypatch.setattr(sending, "PUSH_BATCH", 2)
    one, two = office.open("hz-01"), office.open("hz-02")
    told(two, *"ABCDE")
    exchange(two, central)
    told(one, *"VWXYZ")
    one.append([("worker:a", registered())], actor="c")
    one.blobs.put("worker:a", PHOTO)
    stops = 0
    while True:
        left = stops

        def asked() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        done = exchange(one, central, cancelled=asked)
        if not done.cancelled:
            break
        assert not done.ok
        assert "停止" in done.sentence
        stops += 1
    assert stops > 6
    assert done.ok
    exchange(two, central)
    level(one, two)


def test_the_centre_comes_back_from_an_older_backup(office: Office, central: SqlCentral) -> None:
    """PouchDB 1240 and CHT 8093: what was sent to a restored server is sent again, of everybody."""
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A")
    exchange(one, central)
    central.close()
    shutil.copy(office.folder / "centre.db", office.folder / "backup.db")
    central = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    one.append([("worker:a", registered())], actor="c")
    one.blobs.put("worker:a", PHOTO)
    told(two, "X")
    exchange(one, central)
    exchange(two, central)
    exchange(one, central)
    central.close()
    shutil.copy(office.folder / "backup.db", office.folder / "centre.db")
    central = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    for station in ("hz-02",):
        central.enrol(station, one.city)
    assert central.restored() == 2
    done = exchange(one, central)
    assert (done.pushed, done.keys_sent, done.blobs_sent, done.restarted) == (1, 1, 1, True)
    assert "还缺站点 hz-02 第 1 期 1 条" in done.sentence
    assert exchange(two, central).ok
    assert exchange(one, central).ok
    level(one, two)
    central.close()


def test_a_restored_centre_nobody_spoke_of_is_noticed(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A")
    exchange(one, central)
    exchange(two, central)
    central.close()
    shutil.copy(office.folder / "centre.db", office.folder / "backup.db")
    central = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    told(one, "B", "C")
    exchange(one, central)
    exchange(two, central)
    central.close()
    shutil.copy(office.folder / "backup.db", office.folder / "centre.db")
    central = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    told(two, "X", "Y", "Z")
    done = exchange(two, central)
    assert done.restarted
    assert not done.ok
    exchange(one, central)
    assert exchange(two, central).ok
    level(one, two)
    central.close()


def test_a_restored_station_gets_its_facts_back_and_a_new_life(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")
    exchange(one, central)
    one.close()
    backup = office.path("hz-01").read_bytes()
    one = office.open("hz-01")
    told(one, "B", "C")
    exchange(one, central)
    one.close()
    office.path("hz-01").write_bytes(backup)
    one = office.open("hz-01")
    done = exchange(one, central)
    assert done.recovered == 2
    assert "备份" in done.sentence
    with pytest.raises(Fault):
        told(one, "D")
    assert reenrol(one, central) == 2
    told(one, "D")
    done = exchange(one, central)
    assert (done.ok, done.pushed, done.waiting) == (True, 1, 0)
    assert [str(fact.id) for fact in one.facts_of("worker:a")][-1] == "hz-01.2.1"
    other = office.open("hz-02")
    assert exchange(other, central).ok
    level(one, other)


def test_a_restored_station_that_wrote_on_is_frozen_at_the_fork(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")
    exchange(one, central)
    one.close()
    backup = office.path("hz-01").read_bytes()
    one = office.open("hz-01")
    told(one, "B", "C")
    exchange(one, central)
    one.close()
    office.path("hz-01").write_bytes(backup)
    one = office.open("hz-01")
    told(one, "OTHER")
    done = exchange(one, central)
    assert not done.ok
    assert "hz-01.1.2" in done.sentence
    with pytest.raises(Fault):
        told(one, "MORE")
    assert [problem.area for problem in one.verify().problems] == ["quarantine", "quarantine"]


def test_a_cloned_disk_is_frozen_on_both_sides(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")
    exchange(one, central)
    one.close()
    shutil.copy(office.path("hz-01"), office.path("clone"))
    one = office.open("hz-01")
    clone = Ledger.open(
        office.path("clone"), station="hz-01", city=one.city, clock=office.clock, vault=office.vault("hz-01")
    )
    office.ledgers.append(clone)
    told(one, "B")
    told(clone, "B'", "C'")
    assert exchange(one, central).ok
    done = exchange(clone, central)
    assert "复制或改动" in done.sentence
    assert central.stations()[0].state == "frozen"
    told(one, "C")
    done = exchange(one, central)
    assert "冻结" in done.sentence
    for ledger in (one, clone):
        with pytest.raises(Fault):
            told(ledger, "D")
    assert done.waiting == 1
    reenrol(one, central)
    assert exchange(one, central).ok
    told(one, "D")
    assert exchange(one, central).ok
    clone_done = exchange(clone, central)
    assert not clone_done.ok


def test_a_forked_disk_writes_again_and_never_sends_what_forked(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A")
    exchange(one, central)
    one.close()
    shutil.copy(office.path("hz-01"), office.path("clone"))
    one = office.open("hz-01")
    clone = Ledger.open(
        office.path("clone"), station="hz-01", city=one.city, clock=office.clock, vault=office.vault("hz-01")
    )
    office.ledgers.append(clone)
    told(clone, "B'")
    assert exchange(clone, central).ok
    told(one, "B", "C")
    exchange(one, central)
    assert central.stations()[0].state == "frozen"
    central.renew("hz-01")
    assert "第 1 启用期有 2 条" in exchange(one, central).sentence, "the administrator looked, the station did not yet"
    assert central.stations()[0].state == "active"
    assert reenrol(one, central) == 3
    told(one, "D")
    for _ in range(2):
        done = exchange(one, central)
        assert (done.ok, done.tally_equal, done.waiting, one.frozen) == (False, False, 0, "")
        assert (central.stations()[0].state, len(done.alarms)) == ("active", 1)
    assert [str(raw.id) for raw in marks.kept_back(one)] == ["hz-01.1.2", "hz-01.1.3"]
    assert exchange(two, central).ok
    assert [fact.payload.act for fact in two.facts_of("worker:a")] == ["A", "B'", "D"]  # type: ignore[attr-defined]


def test_a_fork_in_a_life_that_is_over_freezes_nobody(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")
    exchange(one, central)
    one.close()
    backup = office.path("hz-01").read_bytes()
    one = office.open("hz-01")
    told(one, "B", "C")
    exchange(one, central)
    one.close()
    office.path("hz-01").write_bytes(backup)
    one = office.open("hz-01")
    told(one, "OTHER")
    reenrol(one, central)
    for _ in range(2):
        done = exchange(one, central)
        assert (done.ok, done.tally_equal, one.frozen, central.stations()[0].state) == (False, False, "", "active")
    assert "第 1 启用期有 1 条" in done.sentence
    assert [str(raw.id) for raw in marks.kept_back(one)] == ["hz-01.1.2"]
    told(one, "D")
    assert exchange(one, central).pushed == 1


def test_of_two_copies_the_last_to_enrol_is_the_station(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")
    exchange(one, central)
    one.close()
    shutil.copy(office.path("hz-01"), office.path("clone"))
    one = office.open("hz-01")
    clone = Ledger.open(
        office.path("clone"), station="hz-01", city=one.city, clock=office.clock, vault=office.vault("hz-01")
    )
    office.ledgers.append(clone)
    central.renew("hz-01")
    assert (reenrol(clone, central), reenrol(one, central)) == (3, 4)
    told(one, "B")
    told(clone, "C")
    assert exchange(one, central).ok
    assert "本机不能再写入" in exchange(clone, central).sentence
    assert clone.frozen
    exchange(one, central)
    assert (one.frozen, central.stations()[0].state) == ("", "active")


def test_a_new_machine_of_a_station_takes_its_history_and_writes(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A", "B")
    exchange(one, central)
    one.close()
    office.path("hz-01").rename(office.path("old"))
    central.renew("hz-01")
    new = office.open("hz-01")
    new.begin_epoch(2)
    done = exchange(new, central)
    assert (done.ok, done.recovered, new.frozen) == (True, 2, "")
    told(new, "C")
    assert exchange(new, central).ok


@pytest.mark.parametrize("door", ["put_keys", "lacking_blobs"])
def test_facts_travel_where_a_key_or_a_picture_is_refused(office: Office, central: SqlCentral, door: str) -> None:
    one = office.open("hz-01")
    one.append([("worker:a", registered())], actor="c")
    one.blobs.put("worker:a", PHOTO)

    def refusing(_: Any) -> Any:
        raise Refused("照片或密钥超过允许的大小，省级平台没有接收。", code="too_large")

    done = exchange(one, Edited(central, **{door: refusing}))  # type: ignore[arg-type]
    assert (done.pushed, done.ok, done.waiting) == (1, False, 0)
    assert "超过允许的大小" in done.sentence
    assert exchange(one, central).ok


def test_a_station_enrolled_anew_elsewhere_stops_writing_here(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")
    central.renew("hz-01")
    done = exchange(one, central)
    assert done.pushed == 1
    assert "另一台设备" in done.sentence
    with pytest.raises(Fault):
        told(one, "B")


def test_a_revoked_station_sends_and_reads_nothing(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(two, "X")
    exchange(two, central)
    central.revoke("hz-01", "被盗")
    told(one, "A")
    done = exchange(one, central)
    assert "停用" in done.sentence
    assert (done.pulled, one.count(), bool(one.frozen)) == (0, 1, True)


def test_a_clock_that_runs_ahead_is_told_and_what_waits_stays(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    office.clock.advance(3600)
    told(one, "A")
    office.clock.advance(-3600)
    done = exchange(one, central)
    assert "时钟" in done.sentence
    assert (done.waiting, one.frozen) == (1, "")
    office.clock.advance(3600)
    assert exchange(one, central).ok


def test_an_unknown_station_is_refused(office: Office, central: SqlCentral) -> None:
    with pytest.raises(Refused) as caught:
        exchange(office.open("wz-09"), central)
    assert caught.value.code == "unknown_station"


class Edited:
    """A centre whose answers are changed on the way."""

    def __init__(self, central: SqlCentral, **changed: Callable[[Any], Any]) -> None:
        self._central, self._changed = central, changed

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._central, name)
        if name not in self._changed:
            return act
        return lambda *arguments, **named: self._changed[name](act(*arguments, **named))


class Keyless:
    """A centre that takes no person key."""

    def __init__(self, central: SqlCentral) -> None:
        self._central = central

    def put_keys(self, *_: Any) -> None:
        raise Refused("省级平台没有接收。", code="too_large")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._central, name)


def name_at(ledger: Ledger, subject: str) -> str | None:
    record = ledger.record(subject)
    assert isinstance(record, WorkerRecord)
    assert record.person is not None
    return record.person.name


def test_a_key_that_comes_after_its_facts_is_asked_for_again(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    idle = Edited(central, progress=lambda said: replace(said, number=central.tally(one.city).number))
    for lacking, subject in enumerate(["worker:a", "worker:b"], start=1):
        one.append([(subject, registered())], actor="c")
        exchange(one, Keyless(central))  # type: ignore[arg-type]
        for _ in range(2):
            done = exchange(two, idle)  # type: ignore[arg-type]
            assert (done.ok, done.keys_taken, name_at(two, subject)) == (True, 0, None)
            assert len(marks.wanted(two)) == lacking
    exchange(one, central)
    done = exchange(two, idle)  # type: ignore[arg-type]
    assert (done.ok, done.keys_taken, name_at(two, "worker:a")) == (True, 2, "王秀英")
    assert marks.wanted(two) == []
    assert two.verify().ok


def test_a_key_that_was_destroyed_before_it_came_is_asked_for_no_more(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    exchange(one, Keyless(central))  # type: ignore[arg-type]
    exchange(two, central)
    one.erase("worker:a", "本人要求。", actor="s")
    exchange(one, central)
    exchange(two, central)
    assert (marks.wanted(two), name_at(two, "worker:a")) == ([], None)


def test_of_many_lacking_keys_some_are_asked_for_by_turns(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ASKED", 1)
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([(f"worker:{name}", registered()) for name in "abc"], actor="c")
    exchange(one, Keyless(central))  # type: ignore[arg-type]
    exchange(two, central)
    first = marks.wanted(two)
    exchange(two, central)
    assert marks.wanted(two) == [*first[1:], first[0]]
    exchange(one, central)
    for left in (2, 1, 0):
        exchange(two, central)
        assert len(marks.wanted(two)) == left
    assert {name_at(two, f"worker:{name}") for name in "abc"} == {"王秀英"}
    monkeypatch.setattr(marks, "WANTED_LIMIT", 2)
    with two.store.writing() as conn:
        marks.keep_wanted(conn, ["a", "b", "c"])
    assert marks.wanted(two) == ["a", "b"]


@pytest.mark.parametrize(("protocol", "oldest", "code"), [(9, 9, "too_old"), (0, 0, "too_new")])
def test_another_protocol_is_a_sentence(
    office: Office, central: SqlCentral, protocol: int, oldest: int, code: str
) -> None:
    def other(said: Welcome) -> Welcome:
        return Welcome(said.generation, protocol, oldest, said.epoch, said.epochs, said.now_ms)

    with pytest.raises(Fault) as caught:
        exchange(office.open("hz-01"), Edited(central, progress=other))  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize("page_says", [True, False])
def test_a_fact_lost_on_the_way_is_found_by_the_tally(office: Office, central: SqlCentral, page_says: bool) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A")
    exchange(one, central)

    def losing(page: Page) -> Page:
        return replace(page, facts=(), tally=page.tally if page_says else None)

    done = exchange(two, Edited(central, pull=losing))  # type: ignore[arg-type]
    assert not done.tally_equal
    assert "hz-01" in done.sentence
    assert "本站有 0 条" in done.sentence
    assert marks.level_ms(two) == 0
    marks.keep_cursor(two, Cursor())
    assert exchange(two, central).ok


def test_the_cursor_moves_only_with_the_facts(office: Office, central: SqlCentral) -> None:
    """The PouchDB bug: a checkpoint saved before what it stands for."""
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A", "B")
    exchange(one, central)

    def torn(page: Page) -> Page:
        return replace(page, facts=page.facts[1:])

    with pytest.raises(Fault) as caught:
        exchange(two, Edited(central, pull=torn))  # type: ignore[arg-type]
    assert caught.value.code == "gap"
    assert marks.cursor(two) == Cursor()
    assert exchange(two, central).ok
    level(one, two)


def test_facts_of_others_that_keep_coming_are_left_for_the_next_time(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    told(one, "A")

    def busy(said: Page) -> Page:
        told(two, "X")
        central.push("hz-02", raws_of(two)[-1:])
        return replace(said, tally=None)

    told(two, "X")
    exchange(two, central)
    done = exchange(one, Edited(central, pull=busy))  # type: ignore[arg-type]
    assert (done.ok, done.alarms, done.tally_equal) == (False, [], False)
    assert "下次" in done.sentence
    assert exchange(one, central).ok


def test_sums_of_the_moment_of_the_last_page_are_equal_however_busy_others_are(
    office: Office, central: SqlCentral
) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")

    def busy(said: Page) -> Page:
        told(two, "X")
        central.push("hz-02", raws_of(two)[-1:])
        return said

    told(two, "X")
    exchange(two, central)
    done = exchange(one, Edited(central, pull=busy))  # type: ignore[arg-type]
    assert (done.ok, done.pulled) == (True, 1)
    assert exchange(one, central).pulled == 1
    level(one, two)


def test_a_picture_and_a_key_travel_though_no_fact_waits(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")
    assert exchange(one, central).ok
    one.blobs.put("worker:a", PHOTO)
    done = exchange(one, central)
    assert (done.ok, done.keys_sent, done.blobs_sent, done.pushed) == (True, 1, 1, 0)
    with one.store.writing() as conn:
        one.privacy.offered(conn, 9, one.privacy.unoffered(conn, 9, 9))
    done = exchange(one, central)
    assert (done.ok, done.keys_sent, done.blobs_sent) == (True, 1, 0)
    one.blobs.put("worker:a", PHOTO + b"2")
    done = exchange(one, central)
    assert (done.ok, done.keys_sent, done.blobs_sent) == (True, 0, 1)


def test_what_the_centre_has_though_its_answer_was_lost_waits_no_more(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A", "B")
    assert exchange(one, central).ok
    told(one, "C")
    central.push("hz-01", raws_of(one)[-1:])
    assert marks.outbox(one).count == 1
    done = exchange(one, central)
    assert (done.ok, done.pushed, done.waiting) == (True, 0, 0)
    assert marks.outbox(one).count == 0


def test_what_is_told_meanwhile_waits_without_alarm(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    told(one, "A")

    def told_meanwhile(said: Any) -> Any:
        told(one, "LATE")
        return said

    done = exchange(one, Edited(central, pull=told_meanwhile))  # type: ignore[arg-type]
    assert (done.alarms, done.tally_equal, done.waiting) == ([], False, 1)
    assert exchange(one, central).ok


def test_an_erasure_travels(office: Office, central: SqlCentral) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    exchange(one, central)
    exchange(two, central)
    assert two.roll.find("王秀英")
    two.append([("worker:a", WorkerErased("本人申请"))], actor="c")
    exchange(two, central)
    exchange(one, central)
    assert one.roll.find("王秀英") == []
    level(one, two)
    three = office.open("hz-03")
    assert exchange(three, central).ok
    level(one, two, three)


def test_the_answer_is_a_sentence_in_every_case() -> None:
    assert "停止" in Exchanged(cancelled=True).sentence
    assert Exchanged(alarms=["出错"]).sentence == "出错"
