"""The worker's own page: a sealed link, the online permit, and a code that lives two minutes."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path

import pytest
from PIL import Image

from devices.catalogue import open_reader
from station.bootstrap import open_desk, phone_codes, view_seal
from station.clock import FixedClock
from station.domain.errors import Refused
from station.services import supervising
from station.services.desk import Desk
from station.services.inspecting import inspect_code
from station.services.phone import DAY_MS, LINK_DAYS, phone_link
from station.services.rehearsal import cast
from tests.ui.conftest import Station
from ui.cli.main import main
from ui.household.app import make_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture
def clock(station: Station) -> FixedClock:
    return FixedClock(station.desk.clock.now_ms())


@pytest.fixture
def desk(station: Station, clock: FixedClock) -> Desk:
    return open_desk(station.home, clock)


def page(desk: Desk, *, keys: bool = True) -> TestClient:
    return TestClient(make_app(desk, view_seal(desk), phone_code=phone_codes(desk) if keys else None))


def code_on(client: TestClient, link: str) -> str:
    """What a household's phone reads from the worker's screen."""
    picture = client.get(f"/me/{link}/code.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "no-store"
    import numpy as np

    frame = np.asarray(Image.open(io.BytesIO(picture.content)).convert("RGB"))
    (found,) = open_reader().read(frame)
    return found.text


def test_the_own_page_shows_the_permit_and_a_code_that_is_green(station: Station, desk: Desk) -> None:
    worker, client = station.workers[0], page(desk)
    link = phone_link(desk, view_seal(desk), worker.number)
    answer = client.get(f"/me/{link}")
    assert answer.status_code == 200
    assert worker.person.name in answer.text
    assert "线上证件" in answer.text
    assert 'http-equiv="refresh" content="60"' in answer.text
    assert "确认入户" not in answer.text
    assert worker.number not in str(answer.url)
    found = inspect_code(desk, code_on(client, link))
    assert found.verdict.phone_code
    assert (found.colour.value, found.permit_number) == ("green", worker.number)


def test_a_household_that_scans_the_phone_may_confirm(station: Station, desk: Desk) -> None:
    client = page(desk)
    text = code_on(client, phone_link(desk, view_seal(desk), station.workers[0].number))
    answer = client.get("/" + text.rsplit("/", 1)[1])
    assert "线上码证" in answer.text
    nonce = re.search(r'name="nonce" value="([^"]+)"', answer.text)
    assert nonce is not None
    assert "本次入户已记录" in client.post("/confirm", data={"nonce": nonce[1]}).text


def test_a_screenshot_is_worth_nothing_after_two_minutes(station: Station, desk: Desk, clock: FixedClock) -> None:
    client = page(desk)
    link = phone_link(desk, view_seal(desk), station.workers[0].number)
    text = code_on(client, link)
    clock.advance(119)
    assert client.get("/" + text.rsplit("/", 1)[1]).status_code == 200
    clock.advance(2)
    assert client.get("/" + text.rsplit("/", 1)[1]).status_code == 404
    assert code_on(client, link) != text


def test_a_link_dies_with_half_a_year_or_with_the_permit(station: Station, desk: Desk, clock: FixedClock) -> None:
    client, worker = page(desk), station.workers[0]
    link = phone_link(desk, view_seal(desk), worker.number)
    clock.advance(LINK_DAYS * DAY_MS / 1000 + 1)
    for address in (f"/me/{link}", f"/me/{link}/code.png"):
        assert client.get(address).status_code == 400
    fresh = phone_link(desk, view_seal(desk), worker.number)
    assert client.get(f"/me/{fresh}").status_code == 200
    supervisor = cast(desk.settings.city.code).supervisor
    supervising.cancel(desk, worker.subject, worker.number, cause="worker_asked", actor=supervisor)
    answer = client.get(f"/me/{fresh}")
    assert answer.status_code == 400
    assert "已失效" in answer.text
    assert worker.person.name not in answer.text


@pytest.mark.parametrize("spoil", [lambda link: link[:-2], lambda link: "A" + link[1:], lambda link: "x"])
def test_a_foreign_link_opens_nothing(station: Station, desk: Desk, spoil: object) -> None:
    link = phone_link(desk, view_seal(desk), station.workers[0].number)
    answer = page(desk).get(f"/me/{spoil(link)}")  # type: ignore[operator]
    assert answer.status_code == 400
    assert station.workers[0].person.name not in answer.text


def test_a_photo_name_is_no_link(station: Station, desk: Desk) -> None:
    seal, subject = view_seal(desk), station.workers[0].subject
    name = seal.photo_id(subject, "ab" * 32, desk.clock.now_ms())
    assert page(desk).get(f"/me/{name}").status_code == 400


def test_where_the_keys_are_elsewhere_there_is_no_code(station: Station, desk: Desk) -> None:
    client = page(desk, keys=False)
    link = phone_link(desk, view_seal(desk), station.workers[0].number)
    assert "暂不能生成动态码" in client.get(f"/me/{link}").text
    assert client.get(f"/me/{link}/code.png").status_code == 404


def test_nobody_without_a_permit_gets_a_link(desk: Desk) -> None:
    with pytest.raises(Refused, match="没有找到"):
        phone_link(desk, view_seal(desk), "3301022026999999")


def test_the_address_is_printed_for_the_counter(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    home: Path = station.home
    assert main(["household", "--link", station.workers[0].number, "--home", str(home)]) == 0
    assert capsys.readouterr().out.startswith("/me/")
