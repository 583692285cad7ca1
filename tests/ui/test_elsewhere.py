"""Another city's permit without a network: by the signed list of its city, from the province's paper to the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.domain.standing import Colour
from station.remote import Published
from station.services.inspecting import inspect_number
from station.sync.papers import REGISTER, Paper, status_of
from station.trust.founding import Founding, found
from station.trust.register import Purpose
from station.trust.status_bitmap import Listed, StatusBitmap
from tests.ui.conftest import Station
from ui.desktop.viewmodels import codes

NINGBO = "330200"
GONE, GOOD, LATER = "3302032026000007", "3302032026000008", "3302032026000900"


@pytest.fixture
def founding(station: Station) -> Founding:
    today = station.desk.clock.today()
    return found(["330100", NINGBO], [today.year], Purpose.PRODUCTION, today)


def paper(founding: Founding, generation: int, as_of_ms: int, year: int, name: str = NINGBO) -> Paper:
    """Ningbo's list as the province publishes it, under that city's name."""
    signer = next(one for one in founding.signers() if one.key.covers(NINGBO))
    listed = StatusBitmap.of(NINGBO, generation, as_of_ms, {(203, year): 100}, [GONE])
    return Paper(status_of(name), generation, listed.signed_by(signer), as_of_ms)


@pytest.fixture
def published(station: Station, founding: Founding, tmp_path: Path) -> Published:
    """A station's folder of papers, connected to its desk as in bootstrap."""
    desk = station.desk
    day, now = desk.clock.today(), desk.clock.now_ms()
    made = Published(tmp_path / "home")
    (tmp_path / "home" / "keys").mkdir(parents=True)
    (tmp_path / "home" / "keys" / "root.pub").write_bytes(founding.root_public_key)
    keyring = founding.keyring(day)
    made.take([Paper(REGISTER, 1, founding.register_file(), now), paper(founding, 5, now - 3_600_000, day.year)], now)
    desk.elsewhere = lambda number: made.listed(number, keyring, desk.clock.now_ms())
    return made


def test_what_stands_on_the_list_is_red_and_says_so(station: Station, published: Published) -> None:
    desk = station.desk
    found_ = inspect_number(desk, GONE)
    assert (found_.colour, found_.reasons, found_.record) == (Colour.RED, ("WITHDRAWN_THERE",), None)
    assert 0.9 < found_.data_hours < 1.1
    view = codes.check_text(desk, GONE)
    assert (view.kind, view.colour, view.meaning) == ("withdrawn_there", "red", "red")
    assert "名单截至" in view.reasons[0]


def test_what_does_not_stand_on_it_is_not_thereby_valid(station: Station, published: Published) -> None:
    desk = station.desk
    assert inspect_number(desk, GOOD).colour is Colour.UNKNOWN
    view = codes.check_text(desk, GOOD)
    assert (view.kind, view.colour, view.meaning) == ("other_city", "unknown", "unsure")
    assert view.reasons[0].startswith("不在该市的停用名单上")


def test_outside_the_list_or_without_one_nothing_is_said(station: Station, published: Published) -> None:
    desk = station.desk
    for number in (LATER, "3303022026000001"):
        view = codes.check_text(desk, number)
        assert (view.kind, view.reasons) == ("other_city", [])
    own = f"{station.workers[0].number[:10]}999999"
    desk.elsewhere = lambda number: (Listed.WITHDRAWN, 1)
    assert codes.check_text(desk, own).kind == "no_record", "no list speaks about our own permits"


def test_a_list_that_was_touched_is_no_list(
    station: Station, published: Published, founding: Founding
) -> None:
    desk = station.desk
    path = published.home / "keys" / f"{status_of(NINGBO)}.bin"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    keyring = founding.keyring(desk.clock.today())
    assert published.listed(GONE, keyring, desk.clock.now_ms()) is None
    assert codes.check_text(desk, GONE).kind == "other_city"


def test_a_worse_list_never_takes_the_place_of_a_good_one(
    station: Station, published: Published, founding: Founding
) -> None:
    desk = station.desk
    now, year = desk.clock.now_ms(), desk.clock.today().year
    good = published.home / "keys" / f"{status_of(NINGBO)}.bin"
    kept = good.read_bytes()
    forged = paper(founding, 6, now, year)
    forged = Paper(forged.name, 6, forged.data[:-1] + bytes([forged.data[-1] ^ 1]), now)
    for worse in (forged, paper(founding, 4, now, year), paper(founding, 6, now - 7_200_000, year)):
        published.take([worse], now)
        assert good.read_bytes() == kept
        assert published.versions[status_of(NINGBO)] == 5, "asked for again"
    published.take([paper(founding, 6, now, year, name="330300")], now)
    assert not (published.home / "keys" / f"{status_of('330300')}.bin").exists(), "Ningbo's list under Wenzhou's name"
    published.take([paper(founding, 6, now, year)], now)
    assert good.read_bytes() != kept
    assert published.versions[status_of(NINGBO)] == 6
