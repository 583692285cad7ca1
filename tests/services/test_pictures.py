"""A picture taken at another station: fetched by its hash when somebody looks, kept; nobody waits for a dead line."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from station.domain import facts
from station.domain.errors import Fault
from station.ledger.blobs import BlobBox
from station.services.capture import photo_of
from station.services.pictures import fetch, fetch_portrait, picture
from station.sync import marks
from station.sync.exchange import exchange
from station.sync.sql import SqlCentral
from tests.ledger.office import CITY, Office, registered
from tests.sync.conftest import central, office  # noqa: F401 – fixtures

DATA = b"a portrait" * 1000
SHA = hashlib.sha256(DATA).hexdigest()


class Counter:
    """As much of a desk as pictures need."""

    def __init__(self, ledger: Any, central: Any, clock: Any) -> None:  # noqa: F811
        self.ledger, self.central, self.clock = ledger, central, clock
        self.asked = 0


class Watched:
    """A centre that counts what is asked of it, and may be away or tell lies."""

    def __init__(self, real: SqlCentral) -> None:
        self.real, self.asked, self.away, self.lie = real, 0, False, b""

    def get_blob(self, city: str, sha256: str, subject: str) -> BlobBox | None:
        self.asked += 1
        if self.away:
            raise Fault("连接不上省级平台。", "", code="centre_unreachable")
        box = self.real.get_blob(city, sha256, subject)
        return replace(box, box=self.lie) if box is not None and self.lie else box

    def get_keys(self, city: str, wanted: Any) -> Any:
        return self.real.get_keys(city, wanted)


@pytest.fixture
def elsewhere(office: Office, central: SqlCentral) -> tuple[Any, str, Watched]:  # noqa: F811
    """The other station's desk, the subject, and the centre between them; hz-01 took the picture."""
    one, two = office.open("hz-01"), office.open("hz-02")
    subject = one.subject_of("ID_CARD", "x")
    one.append([(subject, registered())], actor="c")
    sha256 = one.blobs.put(subject, DATA)
    one.append([(subject, facts.WorkerPhotographed(sha256, "camera", 358, 441, (("sharp", 0.9, "ok"),)))], actor="c")
    assert exchange(one, central).ok
    assert exchange(two, central).ok
    watched = Watched(central)
    return Counter(two, watched, office.clock), subject, watched


def test_it_is_fetched_once_and_kept(elsewhere: Any, office: Office) -> None:  # noqa: F811
    desk, subject, watched = elsewhere
    assert desk.ledger.blobs.get(subject, SHA) is None
    assert fetch_portrait(desk, subject)
    assert picture(desk, subject, SHA) == DATA
    assert (watched.asked, fetch_portrait(desk, subject)) == (1, False)
    assert marks.unoffered(desk.ledger) == (0, 0), "what came from the centre does not wait to be sent there"
    assert desk.ledger.verify().ok


def test_a_person_without_a_photo_asks_for_nothing(elsewhere: Any) -> None:
    desk, _, watched = elsewhere
    desk.ledger.append([("worker:z", registered("李四"))], actor="c")
    assert not fetch_portrait(desk, "worker:z")
    assert not fetch_portrait(desk, "station:x")
    assert photo_of(desk, desk.ledger.record("worker:z")) is None
    assert watched.asked == 0


def test_a_dead_line_is_asked_once_until_an_exchange_goes_through(elsewhere: Any) -> None:
    desk, subject, watched = elsewhere
    watched.away = True
    assert [picture(desk, subject, SHA) for _ in range(3)] == [None, None, None]
    assert watched.asked == 1
    trouble = marks.trouble(desk.ledger)
    assert trouble is not None
    assert trouble.code == "centre_unreachable"
    watched.away = False
    marks.clear_trouble(desk.ledger)
    assert picture(desk, subject, SHA) == DATA


def test_what_does_not_open_to_its_hash_is_not_kept(elsewhere: Any) -> None:
    desk, subject, watched = elsewhere
    real = desk.ledger.blobs
    watched.lie = watched.real.get_blob(CITY, SHA, subject).box[:-1] + b"!"
    try:
        assert not fetch(desk, subject, SHA)
    except Fault as fault:
        raise AssertionError("a lying centre must not raise at the counter") from fault
    assert not real.has(subject, SHA)
    watched.lie = b""
    marks.clear_trouble(desk.ledger)
    assert picture(desk, subject, SHA) == DATA


def test_what_nobody_has_is_none(elsewhere: Any) -> None:
    desk, subject, _ = elsewhere
    assert picture(desk, subject, "ab" * 32) is None


def test_an_erased_person_has_no_picture_anywhere(elsewhere: Any, central: SqlCentral) -> None:  # noqa: F811
    desk, subject, _ = elsewhere
    assert picture(desk, subject, SHA) == DATA
    desk.ledger.erase(subject, "本人申请", actor="c")
    assert exchange(desk.ledger, central).ok
    assert picture(desk, subject, SHA) is None
