"""A station of the province's own: it reads every city and counts, has nobody's name, and does no city's business."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from station.bootstrap import join_province, open_desk
from station.cards.portraits import rehearsal_portrait
from station.centre import Centre
from station.clock import SystemClock
from station.domain.errors import Fault, Refused
from station.domain.facts import StationActed
from station.services import figures_of_copies as counting
from station.services.desk import Desk
from station.services.figures import figures, plain
from station.services.figures_of_copies import figures_of_copies, workers_of
from station.services.figures_of_province import figures_of_cities
from station.services.rehearsal import seed
from station.sync.central_schema import number_blocks
from station.sync.copies import LOST, READ_ONLY, Copies
from tests.central_server import fresh_server, programs
from tests.contracts.test_household import CITIES, Province, _founded
from tests.ledger.office import registered
from ui.cli.main import main

pytestmark = pytest.mark.postgres
TODAY = SystemClock().today()
FIRST = date(TODAY.year, 1, 1)


@dataclass(frozen=True, slots=True)
class Whole:
    """Two cities that issued, and a station of the province in a folder of its own."""

    cities: Province
    desk: Desk
    centre: Centre

    @property
    def copies(self) -> Copies:
        assert self.desk.copies is not None
        return self.desk.copies

    def counted(self) -> dict[str, object]:
        return {city: plain(one) for city, one in figures_of_copies(self.desk, FIRST, TODAY).items()}

    def at_the_centre(self) -> dict[str, object]:
        open_ = self.centre.province()
        found = figures_of_cities(open_, FIRST, TODAY, self.desk.calendar)
        open_.close()
        return {city: plain(one) for city, one in found.items() if city != "330000"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    if programs() is None:
        pytest.skip("no PostgreSQL installed")
    folder = tmp_path_factory.mktemp("whole")
    with fresh_server() as server:
        cities = _founded(server, folder)
        centre = Centre(cities.home, SystemClock())
        join_province(folder / "zj-01", centre.packet("zj-01", "330000"))
        made = Whole(cities, open_desk(folder / "zj-01"), centre)
        yield made
        made.copies.close()
        for desk in (made.desk, *cities.counters.values(), *cities.pages.values()):
            desk.ledger.close()
            desk.central.close()  # type: ignore[attr-defined]


def test_before_any_exchange_there_is_nothing_to_count(whole: Whole) -> None:
    with pytest.raises(Refused, match="先联网同步") as caught:
        figures_of_copies(whole.desk, FIRST, TODAY)
    assert caught.value.code == "no_copies"


def test_it_counts_what_the_centre_and_the_cities_count(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PAGE", 1)
    done = whole.desk.sync()
    assert done.ok, done.sentence
    assert whole.copies.cities() == sorted(CITIES.values())
    assert done.pulled == sum(whole.copies.of(city).count() for city in CITIES.values()) > 20
    counted = whole.counted()
    for name, city in CITIES.items():
        assert counted[city] == plain(figures(whole.cities.counters[name], FIRST, TODAY))
        assert 0 <= whole.copies.as_of_ms(city) - done.as_of_ms < 60_000
    assert counted == whole.at_the_centre() | {"": counted[""]}
    assert plain(figures_of_copies(whole.desk, FIRST, TODAY)[""])["released"] > 1
    told: list[tuple[int, int]] = []
    one = figures_of_copies(whole.desk, FIRST, TODAY, lambda seen, total: told.append((seen, total)), only="330200")
    assert {city: plain(found) for city, found in one.items()} == {"330200": counted["330200"]}
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
    assert told


def test_it_knows_nobody(whole: Whole) -> None:
    assert whole.desk.sync().ok
    for name, city in CITIES.items():
        copy, worker = whole.copies.of(city), whole.cities.issued[name]
        records = list(workers_of(copy))
        assert worker.subject in {record.subject for record in records}
        assert not [one for one in records if one.person is not None and (one.person.name or one.person.phone)]
        assert copy.roll.find(worker.person.name) == []
        for path in whole.desk.settings.home.glob("cities/*"):
            assert worker.person.name.encode() not in path.read_bytes()
        with copy.store.reading() as conn:
            assert copy.privacy.unoffered(conn, 9, 100) == [], "no key of a person came here"


def test_news_of_a_city_come_with_the_next_exchange(whole: Whole) -> None:
    assert whole.desk.sync().ok
    assert whole.desk.sync().pulled == 0
    counter = whole.cities.counters["nb"]
    list(seed(counter, 1, rehearsal_portrait, first=20))
    assert counter.sync().ok
    assert whole.desk.sync().pulled > 5
    assert whole.counted()["330200"] == plain(figures(counter, FIRST, TODAY))


def test_it_does_no_citys_business(whole: Whole) -> None:
    assert whole.desk.sync().ok
    for subject in ("worker:a", "company:91330102MA27TE5T2K"):
        with pytest.raises(Refused) as caught:
            whole.desk.ledger.append([(subject, registered())], actor="c")
        assert caught.value.code == "province_reads"
    with pytest.raises(Fault, match=READ_ONLY[:10]):
        whole.copies.of("330100").append([("worker:a", registered())], actor="c")
    own = whole.desk.ledger.append([("station:zj-01", StationActed("EXPORTED", TODAY, "x"))], actor="c")
    assert len(own) == 1, "what happens at its own counter it says like any station"
    assert whole.desk.sync().pushed == 1
    assert whole.desk.sync().ok
    assert whole.copies.cities() == sorted(CITIES.values()), "of itself it needs no copy"
    open_ = whole.centre.province()
    with open_.transactions.reading() as conn:
        leased = set(conn.scalars(select(number_blocks.c.station)))
    open_.close()
    assert "hz-01" in leased
    assert "zj-01" not in leased


def test_a_station_of_a_city_has_no_copies(whole: Whole, capsys: pytest.CaptureFixture[str]) -> None:
    counter = whole.cities.counters["hz"]
    assert counter.copies is None
    assert main(["figures", "--home", str(counter.settings.home), "--cities"]) == 1
    assert "省级站点" in capsys.readouterr().err


def test_a_copy_that_is_lost_is_named_and_read_again(whole: Whole) -> None:
    assert whole.desk.sync().ok
    before = whole.counted()
    whole.copies.close()
    folder = whole.desk.settings.home / "cities"
    (folder / "330100.ledger").write_bytes(b"")
    done = whole.desk.sync()
    assert done.alarms == [f"330100：{LOST}"]
    assert not done.ok
    assert not done.tally_equal
    whole.copies.close()
    for path in folder.glob("330100*"):
        path.unlink()
    assert whole.desk.sync().ok
    assert whole.counted() == before


def test_a_stopped_exchange_goes_on_later(whole: Whole) -> None:
    assert whole.desk.sync().ok
    before = whole.counted()
    whole.copies.close()
    for path in (whole.desk.settings.home / "cities").glob("33*"):
        path.unlink()
    asked = iter([False, False, *[True] * 99])  # before the second city
    done = whole.desk.sync(cancelled=lambda: next(asked))
    assert done.cancelled
    assert not done.ok
    assert 0 < done.pulled < sum(whole.cities.counters[name].ledger.count() for name in CITIES)
    assert whole.desk.sync().ok
    assert whole.counted() == before


def test_the_command_says_all_of_it(whole: Whole, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(whole.desk.settings.home)
    assert whole.desk.sync().ok
    period = ["--from", FIRST.isoformat(), "--to", TODAY.isoformat()]
    assert main(["figures", "--home", home, "--cities", *period, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    counted = json.loads(json.dumps(whole.counted()))
    assert told["cities"] == {city: one for city, one in counted.items() if city}
    assert told["province"] == counted[""]
    assert set(told["as_of"]) == set(CITIES.values())
    assert main(["figures", "--home", home, "--city", "330100", *period]) == 0
    shown = capsys.readouterr().out
    assert "330100：截至" in shown
    assert "330200" not in shown
    assert main(["figures", "--home", home, "--city", "330900"]) == 1
    assert "330900" in capsys.readouterr().err
