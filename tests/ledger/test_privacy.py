"""Personal fields are sealed; erasing a person destroys keys, photos and search keys everywhere, and nothing else."""

from __future__ import annotations

import hashlib

import pytest

from station.domain.errors import Fault, Refused
from station.domain.facts import ScanDeleted, StationActed, WorkerErased
from station.domain.worker import WorkerRecord
from station.ledger import log
from station.ledger.ledger import Ledger
from station.ledger.privacy import PersonKey, open_box, open_with, subject_of
from station.ledger.vault import MemoryVault
from tests.ledger.office import CITY, DAY, KEYS, NUMBER, Office, raws_of, registered, tables

PHOTO = b"\xff\xd8 a picture of somebody \xff\xd9" * 50


def keys_of(ledger: Ledger) -> list[PersonKey]:
    with ledger.store.reading() as conn:
        ids = ledger.privacy.unoffered(conn, 99, 1_000)
        return ledger.privacy.export(conn, ids)


def take_keys(ledger: Ledger, keys: list[PersonKey]) -> set[str]:
    with ledger.store.writing() as conn:
        touched = ledger.privacy.take(conn, keys)
        ledger.refold(sorted(touched))
        return touched


def test_the_same_person_is_the_same_subject_at_every_station(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    subject = one.subject_of("ID_CARD", NUMBER)
    assert subject == two.subject_of("ID_CARD", NUMBER) == subject_of(KEYS["lookup"], "ID_CARD", NUMBER)
    assert subject.startswith("worker:")
    assert len(subject) == len("worker:") + 24
    assert subject == subject.lower()
    assert subject != one.subject_of("HMT_PERMIT", NUMBER)


def test_nothing_personal_stands_in_a_body_or_in_the_file(office: Office) -> None:
    for encrypted in (True, False):
        ledger = office.open(f"hz-{int(encrypted)}", encrypted=encrypted)
        ledger.append([("worker:a", registered("欧阳清风"))], actor="c")
        body = raws_of(ledger)[0].body
        ledger.blobs.put("worker:a", PHOTO)
        ledger.close()
        data = office.path(f"hz-{int(encrypted)}").read_bytes()
        for word in ("欧阳清风", NUMBER, "13800001234", "1970-01-01"):
            assert word not in body
        assert PHOTO[:20] not in data
        assert ("欧阳清风".encode() in data) is (not encrypted)  # the roll of an unencrypted ledger
        assert data.startswith(b"SQLite format 3") is (not encrypted)


def test_another_station_reads_a_person_once_it_has_the_key(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    two.take(raws_of(one))
    record = two.record("worker:a")
    assert isinstance(record, WorkerRecord)
    assert record.person is not None
    assert record.person.name is None
    assert two.roll.find("王秀英") == []
    assert take_keys(two, keys_of(one)) == {"worker:a"}
    assert take_keys(two, keys_of(one)) == set()
    assert two.facts_of("worker:a") == one.facts_of("worker:a")
    assert tables(two) == tables(one)


def test_two_stations_may_each_make_a_key_for_one_person(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered("甲名"))], actor="c")
    office.clock.advance(1)
    two.append([("worker:a", registered("乙名"))], actor="c")
    for giver, taker in ((one, two), (two, one)):
        taker.take(raws_of(giver))
        take_keys(taker, keys_of(giver))
    assert tables(one) == tables(two)
    assert [row.name for row in one.roll.find("乙名")] == ["乙名"]


def test_erasing_destroys_key_photo_and_search_and_keeps_the_chain(office: Office) -> None:
    ledger = office.open()
    ledger.append([("worker:a", registered("欧阳清风")), ("worker:b", registered("李四"))], actor="c")
    sha256 = ledger.blobs.put("worker:a", PHOTO)
    assert sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert ledger.blobs.get("worker:a", sha256) == PHOTO
    ledger.erase("worker:a", "本人申请", actor="c")
    record = ledger.record("worker:a")
    assert isinstance(record, WorkerRecord)
    assert record.erased
    assert "欧阳清风" not in repr([vars(ledger._records._reader), ledger._records._rows])
    assert record.person is not None
    assert (record.person.name, record.person.number, record.person.birth) == (None, None, None)
    assert ledger.blobs.get("worker:a", sha256) is None
    assert not ledger.blobs.has("worker:a", sha256)
    for query in ("欧阳", "ouyang", "0021", "1234"):
        assert "worker:a" not in [row.subject for row in ledger.roll.find(query)]
    assert [row.name for row in ledger.roll.find("李四")] == ["李四"]
    assert ledger.verify().ok
    before = tables(ledger)
    ledger.rebuild()
    assert tables(ledger) == before


def test_an_erased_person_leaves_no_byte_in_an_unencrypted_file(office: Office) -> None:
    ledger = office.open("plain", encrypted=False)
    ledger.append([("worker:a", registered("欧阳清风")), ("worker:b", registered("司马光明"))], actor="c")
    ledger.blobs.put("worker:a", PHOTO)
    with ledger.store.reading() as conn:
        from station.ledger.schema import person_keys

        wrapped = conn.execute(person_keys.select().where(person_keys.c.subject == "worker:a")).one().wrapped
    path = office.path("plain")
    ledger.store.checkpoint()
    assert "欧阳清风".encode() in path.read_bytes()
    assert wrapped in path.read_bytes()
    ledger.erase("worker:a", "本人申请", actor="c")
    left = b"".join(file.read_bytes() for file in office.folder.glob("plain*"))
    assert "司马光明".encode() in left
    for trace in ("欧阳清风".encode(), b"ouyangqingfeng", wrapped):
        assert trace not in left


def test_an_erasure_reaches_a_station_that_has_the_key(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    sha256 = one.blobs.put("worker:a", PHOTO)
    two.take(raws_of(one))
    take_keys(two, keys_of(one))
    two.blobs.keep(one.blobs.boxes([(sha256, "worker:a"), ("0" * 64, "worker:a")])[0])
    assert two.blobs.get("worker:a", sha256) == PHOTO
    old = keys_of(one)
    one.erase("worker:a", "本人申请", actor="c")
    two.take(one.own_after(1))
    assert two.blobs.get("worker:a", sha256) is None
    assert tables(two) == tables(one)
    assert [key.wrapped for key in keys_of(one)] == [None]
    take_keys(two, old)  # a late copy brings nothing back
    assert tables(two) == tables(one)
    three = office.open("hz-03")
    three.take(raws_of(one))
    take_keys(three, old)
    assert tables(three) == tables(one)
    assert [key.wrapped for key in keys_of(three)] == [None]


def test_a_person_may_come_back_after_an_erasure(office: Office) -> None:
    ledger = office.open()
    ledger.append([("worker:a", registered("旧名"))], actor="c")
    ledger.append([("worker:a", WorkerErased("本人申请")), ("worker:a", registered("新名"))], actor="c")
    assert [row.name for row in ledger.roll.find("新名")] == ["新名"]
    assert ledger.roll.find("旧名") == []
    other = office.open("hz-02")
    other.take(raws_of(ledger))
    take_keys(other, keys_of(ledger))
    assert tables(other) == tables(ledger)


def test_an_erasure_among_other_facts_leaves_no_name_in_the_roll(ledger: Ledger) -> None:
    ledger.append([("worker:a", registered("旧名"))], actor="c")
    ledger.append([("worker:a", WorkerErased("本人申请")), ("worker:a", StationActed("X", DAY))], actor="c")
    assert ledger.roll.find("旧名") == []
    ledger.append([("worker:a", registered("再名")), ("worker:a", WorkerErased("本人申请"))], actor="c")
    assert ledger.roll.find("再名") == []
    assert "再名" not in repr([vars(ledger._records._reader), ledger._records._rows])
    assert ledger.verify().ok


def test_a_photo_before_the_first_form_has_a_key_too(office: Office) -> None:
    ledger = office.open()
    sha256 = ledger.blobs.put("worker:a", PHOTO)
    assert ledger.blobs.put("worker:a", PHOTO, "image/png") == sha256
    assert ledger.blobs.put("worker:b", PHOTO) == sha256
    ledger.erase("worker:a", "本人申请", actor="c")
    assert ledger.blobs.get("worker:a", sha256) is None
    assert ledger.blobs.get("worker:b", sha256) == PHOTO
    assert ledger.verify().ok


@pytest.mark.parametrize("data", [b"", b"x" * (16 * 1024 * 1024 + 1)])
def test_a_picture_has_a_sensible_size(ledger: Ledger, data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        ledger.blobs.put("worker:a", data)
    assert caught.value.code == "blob_size"


def test_a_wrong_city_key_opens_nothing(office: Office) -> None:
    one = office.open("hz-01")
    stranger = office.open("wz-01", vault=MemoryVault({**KEYS, "city": b"X" * 32}))
    one.append([("worker:a", registered())], actor="c")
    with pytest.raises(Fault) as caught:
        take_keys(stranger, keys_of(one))
    assert caught.value.code == "box_changed"
    opened = open_with(KEYS["city"], keys_of(one))
    assert len(opened) == 1
    with pytest.raises(Fault):
        open_box(next(iter(opened.values())), b"", b"short")


@pytest.mark.parametrize("nonsense", [b"", b"x" * 60])
def test_one_stations_nonsense_keys_stop_nobody(office: Office, nonsense: bytes) -> None:
    """trust.md T8: whoever has a station's login may hang anything under a person's name."""
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    bad = PersonKey("f" * 32, "worker:a", CITY, keys_of(one)[0].made_at, nonsense)
    with pytest.raises(Fault):
        take_keys(two, [bad])  # nothing has opened yet: it may be this station's own city key
    take_keys(two, [bad, *keys_of(one)])
    take_keys(two, [bad])
    assert [key.id for key in keys_of(two)] == [key.id for key in keys_of(one)]
    assert list(open_with(KEYS["city"], [bad, *keys_of(one)])) == [keys_of(one)[0].id]
    with pytest.raises(Fault) as caught:
        open_with(KEYS["city"], [bad])
    assert caught.value.code == "key_changed"


def test_a_station_subject_has_personal_fields_too(ledger: Ledger) -> None:
    ledger.append([("station:hz-01", StationActed("A", DAY))], actor="c")
    assert keys_of(ledger) == []


def test_drafts_about_an_erased_person_go_with_them_and_nobody_elses(office: Office) -> None:
    ledger = office.open()
    ledger.append([("worker:a", registered()), ("worker:ab", registered("李四"))], actor="c")
    names = ("draft:act:worker:a:medical", "draft:act:worker:ab:medical", "draft:intake", "worker:a")
    with ledger.store.writing() as conn:
        for name in names:
            log.keep_setting(conn, name, "王秀英")
    ledger.append([("worker:a", WorkerErased("WORKER_ASKED", "bureau-1"))], actor="c")
    with ledger.store.reading() as conn:
        assert [name for name in names if log.setting(conn, name)] == ["draft:act:worker:ab:medical", "draft:intake"]


def test_a_deleted_scan_goes_alone_and_travels(office: Office) -> None:
    one, two = office.open("hz-01"), office.open("hz-02")
    one.append([("worker:a", registered())], actor="c")
    scan, photo = one.blobs.put("worker:a", PHOTO), one.blobs.put("worker:a", PHOTO + b"2")
    take_keys(two, keys_of(one))
    for box in one.blobs.boxes([(scan, "worker:a"), (photo, "worker:a")]):
        two.blobs.keep(box)
    one.append([("worker:a", ScanDeleted(scan))], actor="c")
    two.take(one.own_after(0))
    for ledger in (one, two):
        assert not ledger.blobs.has("worker:a", scan)
        assert ledger.blobs.get("worker:a", photo) == PHOTO + b"2"
        assert ledger.verify().ok
