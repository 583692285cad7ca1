"""One page for several cities: whose ledger is asked, what a code of a city that is not here gets, whose links open."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from station.bootstrap import found_rehearsal, phone_codes, view_seal
from station.cards.portraits import rehearsal_portrait
from station.domain.errors import Fault, Refused
from station.services import rehearsal
from station.services.desk import Desk
from station.services.phone import phone_link
from station.trust.founding import Founding, found
from station.trust.register import Purpose
from station.trust.status_bitmap import Listed
from station.trust.token import encode
from tests.ui.conftest import Station
from ui.cli.main import main
from ui.household.app import make_app
from ui.household.limits import Limits
from ui.household.served import Cities, Served

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NINGBO = "330200"
THERE = "3302032026000007"


@dataclass(frozen=True, slots=True)
class Other:
    home: Path
    desk: Desk
    worker: rehearsal.Issued

    @property
    def served(self) -> Served:
        return Served(self.desk, view_seal(self.desk), phone_codes(self.desk))

    @property
    def code(self) -> str:
        """A dynamic code of its worker: good without a printed card."""
        make = phone_codes(self.desk)
        assert make is not None
        return "/" + make(self.worker.number).rsplit("/", 1)[1]


@pytest.fixture
def ningbo(tmp_path: Path) -> Iterator[Other]:
    desk = found_rehearsal(tmp_path / "ningbo", city=NINGBO)
    (worker,) = rehearsal.seed(desk, 1, rehearsal_portrait)
    desk.sync()
    yield Other(tmp_path / "ningbo", desk, worker)
    desk.ledger.close()


def page(desk: Desk, *others: Served) -> TestClient:
    limits = Limits(10_000, 10_000)
    return TestClient(make_app(desk, view_seal(desk), limits, phone_codes(desk), others))


def test_each_code_is_asked_of_its_own_city(station: Station, ningbo: Other) -> None:
    client = page(station.desk, ningbo.served)
    here = client.get("/" + station.address(0).rsplit("/", 1)[1])
    there = client.get(ningbo.code)
    assert (here.status_code, there.status_code) == (200, 200)
    assert station.workers[0].person.name in here.text
    assert "杭州市家政行业协会" in here.text
    assert ningbo.worker.person.name in there.text
    assert "宁波市家政行业协会" in there.text
    assert "0574-12345" in there.text
    photo = re.search(r"/photo/[^\"]+", there.text)
    assert photo is not None
    assert client.get(photo.group()).headers["content-type"] == "image/jpeg"
    nonce = re.search(r'name="nonce" value="([^"]+)"', there.text)
    assert nonce is not None
    assert "本次入户已记录" in client.post("/confirm", data={"nonce": nonce[1]}).text
    assert len(ningbo.desk.worker(ningbo.worker.subject).entries) == 1
    told = {"nonce": nonce[1], "topic": "SERVICE", "text": "迟到"}
    assert client.post("/complain", data=told).status_code == 200
    assert len(ningbo.desk.worker(ningbo.worker.subject).complaints) == 1


def test_the_own_page_of_every_city_opens(station: Station, ningbo: Other) -> None:
    client = page(station.desk, ningbo.served)
    for desk, worker in ((station.desk, station.workers[0]), (ningbo.desk, ningbo.worker)):
        link = phone_link(desk, view_seal(desk), worker.number)
        assert worker.person.name in client.get(f"/me/{link}").text
        assert client.get(f"/me/{link}/code.png").headers["content-type"] == "image/png"
    assert client.get("/me/abcd").status_code == 400


def test_a_forged_code_of_the_other_city_is_the_same_bad_code(station: Station, ningbo: Other) -> None:
    client, code = page(station.desk, ningbo.served), ningbo.code
    forged = code[:-1] + ("1" if code[-1] != "1" else "2")
    bad = client.get("/123")
    assert (client.get(forged).status_code, client.get(forged).content) == (404, bad.content)
    alone = page(station.desk)
    assert alone.get(forged).content == alone.get("/123").content


def test_one_city_is_not_served_twice(station: Station) -> None:
    one = Served(station.desk, view_seal(station.desk))
    with pytest.raises(Refused, match="同一个城市"):
        Cities(one, replace(one))


# --- a city that is not here ------------------------------------------------------------------------------------------


@pytest.fixture
def founding(station: Station) -> Founding:
    """A register of both cities, as the province's is."""
    today = station.desk.clock.today()
    made = found(["330100", NINGBO], [today.year], Purpose.PRODUCTION, today)
    station.desk.keyring = made.keyring(today)
    return made


def genuine(station: Station, founding: Founding, number: str = THERE, days: int = 700) -> str:
    """A card of another city, genuine by its signature."""
    today = station.desk.clock.today()
    signer = next(one for one in founding.signers() if one.key.covers(number))
    return "/" + encode(signer.sign_token(number, 1, today, today + timedelta(days), 7))


def test_a_genuine_code_of_a_city_not_served_is_told_honestly(station: Station, founding: Founding) -> None:
    answer = page(station.desk).get(genuine(station, founding))
    assert answer.status_code == 200
    for said in ("其他城市的码证", "签名属实", "0574-12345", "宁波市家政行业协会", "33 02 03 2026 000007"):
        assert said in answer.text
    for wrong in ("无效码", "请勿让其入户", "没有这个编号", "绿码", 'action="/confirm"', "杭州市家政行业协会"):
        assert wrong not in answer.text


def test_the_list_of_that_city_is_used_where_it_is_here(station: Station, founding: Founding) -> None:
    desk, now = station.desk, station.desk.clock.now_ms()
    client, code = page(desk), genuine(station, founding)
    desk.elsewhere = lambda number: (Listed.WITHDRAWN, now)
    gone = client.get(code).text
    assert 'class="panel red"' in gone
    assert "已在该市的停用名单上" in gone
    assert "名单截至" in gone
    desk.elsewhere = lambda number: (Listed.NOT_WITHDRAWN, now)
    there = client.get(code).text
    assert 'class="panel unknown"' in there
    assert "不在该市的停用名单上" in there
    assert "不能判断" in there


def test_what_the_signature_does_not_cover_stays_a_bad_code(station: Station, founding: Founding) -> None:
    client, code = page(station.desk), genuine(station, founding)
    forged = code[:-1] + ("1" if code[-1] != "1" else "2")
    assert client.get(forged).content == client.get("/123").content
    assert client.get(genuine(station, founding, "3301022026999999")).status_code == 404, "of our own we know all"


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_link_made_at_one_station_opens_at_another_of_the_city(
    station: Station, ningbo: Other, tmp_path: Path
) -> None:
    """Two homes that share only what a packet carries: the key of the city."""
    from station.bootstrap import vault_of

    second = found_rehearsal(tmp_path / "second")
    number = station.workers[0].number
    link = phone_link(station.desk, view_seal(station.desk), number)
    now = station.desk.clock.now_ms()
    with pytest.raises(Refused, match="失效"):
        view_seal(second).opened_link(link, now, 1)
    vault_of(second.settings).put("city", vault_of(station.desk.settings).key("city"))
    assert view_seal(second).opened_link(link, now, 60_000) == number
    with pytest.raises(Refused, match="失效"):
        view_seal(ningbo.desk).opened_link(link, now, 60_000)
    second.ledger.close()


def test_the_command_prints_the_link_of_the_right_city(
    station: Station, ningbo: Other, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["household", "--link", ningbo.worker.number, "--home", str(station.home), "--home",
                 str(ningbo.home)]) == 0  # fmt: skip
    link = capsys.readouterr().out.strip().removeprefix("/me/")
    assert view_seal(ningbo.desk).opened_link(link, ningbo.desk.clock.now_ms(), 60_000) == ningbo.worker.number


def test_codes_are_made_for_the_own_city_only(station: Station) -> None:
    make = phone_codes(station.desk)
    assert make is not None
    with pytest.raises(Refused, match="没有找到"):
        make(THERE)
    station.desk.settings = replace(station.desk.settings, central="postgresql://somewhere/anxin")
    assert phone_codes(station.desk) is None, "the keys are at the province"
    with pytest.raises(Fault):
        phone_codes(station.desk, station.home)  # no centre lies in that folder
