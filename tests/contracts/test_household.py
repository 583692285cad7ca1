"""The household's page beside PostgreSQL: at the centre it makes dynamic codes, for every city there."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest

from station.bootstrap import join_province, open_desk, phone_codes, view_seal
from station.cards.portraits import rehearsal_portrait
from station.centre import Centre
from station.clock import SystemClock
from station.domain.errors import Fault, Refused
from station.services import figures_of_province, supervising
from station.services.desk import Desk
from station.services.figures import figures, plain
from station.services.inspecting import inspect_number
from station.services.phone import phone_link
from station.services.rehearsal import Issued, cast, seed
from station.trust.token import Token, parse, url
from tests.central_server import PgServer, fresh_server, programs
from ui.cli.main import main
from ui.desktop.viewmodels import codes
from ui.desktop.viewmodels.codes import CheckView
from ui.household.app import make_app
from ui.household.limits import Limits
from ui.household.served import Served

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = pytest.mark.postgres
CITIES = {"hz": "330100", "nb": "330200"}


@dataclass(frozen=True, slots=True)
class Province:
    """One centre; per city a station that issued one permit, and a machine beside the database for the page."""

    home: Path
    counters: dict[str, Desk]
    pages: dict[str, Desk]
    issued: dict[str, Issued]
    admin: str

    def served(self) -> TestClient:
        """The page of both cities, as `main.py household` makes it at the centre."""
        hz, nb = (Served(d, view_seal(d), phone_codes(d, self.home)) for d in self.pages.values())
        return TestClient(make_app(hz.desk, hz.seal, Limits(10**6, 10**6), hz.phone_code, [nb]))


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    if programs() is None:
        pytest.skip("no PostgreSQL installed")
    folder = tmp_path_factory.mktemp("province")
    with fresh_server() as server:
        made = _founded(server, folder)
        yield made
        for desk in (*made.counters.values(), *made.pages.values()):
            desk.ledger.close()
            desk.central.close()  # type: ignore[attr-defined]


def _founded(server: PgServer, folder: Path) -> Province:
    dsn = server.dsn(server.database())
    centre = Centre.found(folder / "province", dsn, SystemClock(), rehearsal=True)
    desks = {}
    for name in ("hz-01", "hz-page", "nb-01", "nb-page"):
        join_province(folder / name, centre.packet(name, CITIES[name[:2]]))
        desks[name] = open_desk(folder / name)
    issued = {}
    for nth, city in enumerate(CITIES, start=1):  # the drawn people are the same everywhere: one of each is taken
        assert desks[f"{city}-01"].sync().ok
        issued[city] = list(seed(desks[f"{city}-01"], nth, rehearsal_portrait))[-1]
        assert desks[f"{city}-01"].sync().ok
    clerk = centre.province()
    centre.clerk_round(clerk)
    clerk.close()
    for desk in desks.values():
        assert desk.sync().ok
    return Province(
        folder / "province", {city: desks[f"{city}-01"] for city in CITIES},
        {city: desks[f"{city}-page"] for city in CITIES}, issued, dsn,
    )  # fmt: skip


@pytest.mark.parametrize("city", CITIES)
def test_a_link_of_the_counter_opens_at_the_page_and_its_code_is_green(province: Province, city: str) -> None:
    counter, worker, client = province.counters[city], province.issued[city], province.served()
    link = phone_link(counter, view_seal(counter), worker.number)
    own = client.get(f"/me/{link}")
    assert own.status_code == 200
    assert worker.person.name in own.text
    assert client.get(f"/me/{link}/code.png").headers["content-type"] == "image/png"
    make = phone_codes(province.pages[city], province.home)
    assert make is not None
    answer = client.get("/" + make(worker.number).rsplit("/", 1)[1])
    assert "绿码" in answer.text
    assert worker.person.name in answer.text
    nonce = re.search(r'name="nonce" value="([^"]+)"', answer.text)
    assert nonce is not None
    assert "本次入户已记录" in client.post("/confirm", data={"nonce": nonce[1]}).text
    assert province.pages[city].sync().ok
    assert counter.sync().ok
    assert len(counter.worker(worker.subject).entries) == 1, "the counter sees the visit"


def test_the_page_signs_for_its_own_city_and_centre_only(province: Province, tmp_path: Path) -> None:
    desk = province.pages["hz"]
    assert phone_codes(desk) is None, "without the centre's folder there is no key"
    root = (province.home / "keys" / "root.pub").read_bytes()
    sign = Centre(province.home, SystemClock()).phone_sign(CITIES["hz"], root)
    with pytest.raises(Refused, match="其他城市"):
        sign(province.issued["nb"].number, desk.clock.now_ms(), 0)
    (desk.settings.home / "keys" / "root.pub").write_bytes(root[::-1])
    with pytest.raises(Fault, match="不属于这个省级平台"):
        phone_codes(desk, province.home)
    (desk.settings.home / "keys" / "root.pub").write_bytes(root)


def test_a_card_of_the_other_city_where_only_one_is_served(province: Province) -> None:
    hz, nb = province.pages["hz"], province.pages["nb"]
    make = phone_codes(nb, province.home)
    assert make is not None
    alone = TestClient(make_app(hz, view_seal(hz), Limits(10**6, 10**6)))
    answer = alone.get("/" + make(province.issued["nb"].number).rsplit("/", 1)[1])
    assert answer.status_code == 200
    assert "其他城市的码证" in answer.text
    assert province.issued["nb"].person.name not in answer.text


def test_the_province_counts_what_its_cities_count(
    province: Province, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without anybody's key the centre comes to the figures that each city comes to in its own ledger."""
    monkeypatch.setattr(figures_of_province, "PAGE", 1)
    desks = {desk.settings.city.code: desk for desk in province.counters.values()}
    for desk in desks.values():
        assert desk.sync().ok
    today = SystemClock().today()
    period = ["--from", f"{today.year}-01-01", "--to", today.isoformat(), "--json"]
    assert main(["central", "figures", "--home", str(province.home), *period]) == 0
    told = json.loads(capsys.readouterr().out)
    first = date(today.year, 1, 1)
    own = {city: json.loads(json.dumps(plain(figures(desk, first, today)))) for city, desk in desks.items()}
    assert told["cities"] == own
    assert told["province"]["released"] == sum(one["released"] for one in own.values()) > 1
    companies = {name for one in own.values() for name in one["workers"]}
    assert set(told["province"]["workers"]) == companies
    assert main(["central", "figures", "--home", str(province.home)]) == 0
    shown = capsys.readouterr().out
    assert "全省" in shown
    assert "王" not in shown, "nobody is named"
    assert main(["central", "figures", "--home", str(province.home), "--city", "330900"]) == 1
    assert "330900" in capsys.readouterr().err
    assert main(["central", "figures", "--home", str(province.home), "--from", "2026-02-01", "--to", "2026-01-01"]) == 1


def test_a_station_asks_the_province_about_a_card_of_another_city(
    province: Province, capsys: pytest.CaptureFixture[str]
) -> None:
    """The colour of now, as its own city has it, without the person; after a suspension the new one, within a round."""
    asker, city, worker = province.counters["hz"], province.counters["nb"], province.issued["nb"]
    signed = city.worker(worker.subject).tokens[worker.number, 1]
    parsed = parse(signed.token)
    assert isinstance(parsed, Token)
    code = url(city.settings.city.url_prefix, parsed)

    def told() -> CheckView | None:
        view = codes.check_text(asker, worker.number)
        assert (view.kind, view.colour) == ("other_city", "unknown"), "without the province nothing is certain"
        assert view.asking is not None
        return codes.ask_province(asker, view.asking)

    own = inspect_number(city, worker.number)
    view = told()
    assert view is not None
    assert view.colour == own.colour.value == "green"
    assert (view.name, view.photo, view.subject) == ("", None, ""), "the province does not say who it is"
    card = codes.check_text(asker, code)
    assert card.asking is not None
    asked = codes.ask_province(asker, card.asking)
    assert asked is not None
    assert (asked.kind, asked.colour) == ("not_active", "red"), "its card was never printed"
    nobody = f"{worker.number[:10]}999999"
    missing = codes.check_text(asker, nobody)
    assert missing.asking is not None
    assert codes.ask_province(asker, missing.asking) is None
    assert codes.check_text(asker, province.issued["hz"].number).asking is None, "our own are answered here"

    supervising.suspend(city, worker.subject, worker.number, cause="complaint", actor=cast("330200").supervisor)
    assert city.sync().ok
    clerk = Centre(province.home, SystemClock()).province()
    Centre(province.home, SystemClock()).clerk_round(clerk)
    view = told()
    assert view is not None
    assert (view.colour, view.meaning) == ("red", "red")
    assert main(["check", "--text", code, "--json", "--home", str(asker.settings.home)]) == 0
    (row,) = json.loads(capsys.readouterr().out)["results"]
    assert (row["colour"], row["reasons"][0]) == ("red", "BY_PROVINCE")

    with clerk.transactions.writing() as conn:
        conn.exec_driver_sql("SET LOCAL ROLE anxin_centre")
        kept = conn.exec_driver_sql("SELECT city, number, colours, issue FROM standings ORDER BY number").all()
    clerk.close()
    with psycopg.connect(province.admin, autocommit=True) as conn_:
        conn_.execute("SET ROLE anxin_owner")
        conn_.execute("CREATE POLICY mine ON standings TO anxin_owner USING (true)")
        conn_.execute("DELETE FROM standings")
    clerk = Centre(province.home, SystemClock()).province()
    Centre(province.home, SystemClock()).clerk_round(clerk)
    with clerk.transactions.reading() as conn:
        again = conn.exec_driver_sql("SELECT city, number, colours, issue FROM standings ORDER BY number").all()
    clerk.close()
    assert [tuple(row) for row in again] == [tuple(row) for row in kept], "a centre from before is filled in"
    assert len(kept) == 3
