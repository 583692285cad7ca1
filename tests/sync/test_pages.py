"""The next page is on its way while the one before is written, and nothing of a reading goes on after it."""

from __future__ import annotations

import threading

import pytest

from station.clock import FixedClock
from station.domain import facts
from station.domain.errors import Fault
from station.sync import reading
from station.sync.central import Cursor, Page, Tally, Welcome
from station.sync.exchange import exchange
from station.sync.pages import pages_of
from station.sync.remote import RemoteCentral
from station.sync.sql import SqlCentral
from tests.ledger.office import CITY, DAY, Office


class Far(RemoteCentral):
    """Stands for a centre on another machine: every page names the cursor it was asked for with."""

    def __init__(self, near: SqlCentral | None = None) -> None:
        way = RemoteCentral.at("postgresql://nobody@127.0.0.1:1/none", FixedClock.on(DAY))
        super().__init__(way._way, way.clock)
        self.near, self.asked, self.go = near, list[tuple[int, str]](), threading.Event()
        self.go.set()

    def pull(self, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
        self.asked.append((cursor.number, threading.current_thread().name))
        assert self.go.wait(20)
        if cursor.number == 13:
            raise Fault("x", code="centre_unreachable")
        if self.near is not None:
            return self.near.pull(city, cursor, limit, skip=skip)
        return Page((), Cursor(1, cursor.number + limit, str(cursor.number)), True)

    def progress(self, station: str) -> Welcome:
        assert self.near is not None
        return self.near.progress(station)

    def tally(self, city: str) -> Tally:
        assert self.near is not None
        return self.near.tally(city)


def test_a_page_is_asked_for_beside_and_only_once() -> None:
    far = Far()
    far.go.clear()
    here = threading.current_thread().name
    with pages_of(far, CITY, 2, None) as pages:
        pages.ask(Cursor(1, 4))  # does not wait, though no answer comes
        far.go.set()
        assert pages.after(Cursor(1, 4)).cursor == Cursor(1, 6, "4")
        assert [at for at, _ in far.asked] == [4]
        assert far.asked[0][1] != here
        assert pages.after(Cursor(1, 6)).cursor == Cursor(1, 8, "6")
        assert far.asked[1:] == [(6, here)]


def test_a_page_of_another_place_is_not_taken_for_the_one_that_is_wanted() -> None:
    far = Far()
    with pages_of(far, CITY, 2, None) as pages:
        pages.ask(Cursor(1, 4))
        assert pages.after(Cursor(1, 20)).cursor == Cursor(1, 22, "20")
        assert pages.after(Cursor(1, 4)).cursor == Cursor(1, 6, "4")
        assert sorted(at for at, _ in far.asked) == [4, 4, 20]


def test_what_the_centre_raises_is_raised_where_the_page_is_wanted() -> None:
    with pages_of(Far(), CITY, 2, None) as pages:
        pages.ask(Cursor(1, 13))
        with pytest.raises(Fault) as caught:
            pages.after(Cursor(1, 13))
        assert caught.value.code == "centre_unreachable"


def test_nothing_goes_on_after_a_reading() -> None:
    far, before = Far(), threading.active_count()
    far.go.clear()
    threading.Timer(0.05, far.go.set).start()
    with pages_of(far, CITY, 2, None) as pages:
        pages.ask(Cursor(1, 4))
    assert far.go.is_set(), "closing waits for the page that is on its way"
    assert not [one for one in threading.enumerate() if one.name.startswith("pull")]
    assert threading.active_count() <= before + 1


def filled(office: Office, central: SqlCentral) -> None:
    one = office.open("hz-01")
    for number in range(7):
        one.append([(f"worker:{number}", facts.StationActed("A", DAY))], actor="c")
    assert exchange(one, central).ok


def test_an_exchange_reads_ahead_and_takes_everything_once(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PULL_BATCH", 2)
    filled(office, central)
    two, far = office.open("hz-02"), Far(central)
    done = exchange(two, far)
    assert (done.ok, done.pulled, two.count()) == (True, 7, 7)
    assert [at for at, _ in far.asked] == [0, 2, 4, 6]
    assert [name.startswith("pull") for _, name in far.asked] == [False, True, True, True]


def test_a_page_that_does_not_come_leaves_those_before_it(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PULL_BATCH", 2)
    filled(office, central)
    two, far = office.open("hz-02"), Far(central)
    asked = far.pull

    def broken(city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
        if cursor.number == 4:
            raise Fault("x", code="centre_unreachable")
        return asked(city, cursor, limit, skip=skip)

    monkeypatch.setattr(far, "pull", broken)
    with pytest.raises(Fault):
        exchange(two, far)
    assert two.count() == 4
    assert exchange(two, central).pulled == 3


def test_stopping_takes_no_page_that_was_on_its_way(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PULL_BATCH", 2)
    filled(office, central)
    two, far = office.open("hz-02"), Far(central)
    done = exchange(two, far, cancelled=lambda: two.count() >= 2)
    assert (done.cancelled, done.pulled, two.count()) == (True, 2, 2)


def test_an_embedded_centre_is_asked_in_turn(
    office: Office, central: SqlCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PULL_BATCH", 2)
    filled(office, central)
    names, pull = [], central.pull

    def noted(city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
        names.append(threading.current_thread().name)
        return pull(city, cursor, limit, skip=skip)

    monkeypatch.setattr(central, "pull", noted)
    assert exchange(office.open("hz-02"), central).pulled == 7
    assert set(names) == {threading.current_thread().name}


@pytest.mark.parametrize("far", [True, False])
@pytest.mark.parametrize("said", [
    Page((), Cursor(1, 7, "x"), True), Page((), Cursor(1, 6, "x"), True), Page((), Cursor(1, 0), True, True),
])  # fmt: skip
def test_a_page_that_leads_nowhere_ends_the_reading(
    monkeypatch: pytest.MonkeyPatch, office: Office, central: SqlCentral, far: bool, said: Page
) -> None:
    source = Far(central) if far else central
    monkeypatch.setattr(source, "pull", lambda city, cursor, limit, *, skip: said)
    with pages_of(source, CITY, 2, None) as pages:
        pages.ask(Cursor(1, 7))
        with pytest.raises(Fault) as caught:
            pages.after(Cursor(1, 7))
    assert caught.value.code == "centre_pages"


def test_a_reading_begins_again_once(monkeypatch: pytest.MonkeyPatch, central: SqlCentral) -> None:
    """A centre from a backup, while this one read; were it asked again and again there would be no end."""
    monkeypatch.setattr(central, "pull", lambda city, at, limit, *, skip: Page((), Cursor(2, limit), True, True))
    with pages_of(central, CITY, 2, None) as pages:
        assert pages.after(Cursor(1, 7)).restarted
        with pytest.raises(Fault):
            pages.after(Cursor(2, 2))


def test_the_last_page_may_hold_nothing(monkeypatch: pytest.MonkeyPatch, central: SqlCentral) -> None:
    last = Page((), Cursor(1, 7, "x"), False)
    monkeypatch.setattr(central, "pull", lambda city, at, limit, *, skip: last)
    with pages_of(central, CITY, 2, None) as pages:
        assert pages.after(Cursor(1, 7)) is last
