"""The door in a real browser: headless Chromium on a phone of 360 × 740, scripts off; axe-core with them on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from station.bootstrap import open_desk, phone_codes, view_seal
from station.clock import FixedClock
from station.services import evidence, supervising
from station.services.desk import Desk
from station.services.phone import phone_link
from station.services.rehearsal import cast
from tests.ui.conftest import Station
from ui.household.app import make_app
from ui.household.limits import Limits

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
PHONE = {"width": 360, "height": 740}
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (package chromium)"),
]


class Door:
    """The page on loopback, with a clock that stands still."""

    def __init__(self, station: Station, desk: Desk, clock: FixedClock, base: str) -> None:
        self.station, self.desk, self.clock, self.base = station, desk, clock, base

    def code(self, index: int = 0) -> str:
        return f"{self.base}/{self.station.address(index).rsplit('/', 1)[1]}"


@pytest.fixture
def door(station: Station) -> Iterator[Door]:
    import uvicorn

    clock = FixedClock(station.desk.clock.now_ms())
    desk = open_desk(station.home, clock)
    app = make_app(desk, view_seal(desk), Limits(10_000, 10_000), phone_codes(desk))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Door(station, desk, clock, f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join()
    desk.ledger.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """A phone without scripts."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")
    yield context.new_page()
    context.close()


def test_green_confirmed_merged_expired_yellow_red(door: Door, phone: Any) -> None:
    phone.goto(door.code())
    assert "绿码" in phone.inner_text("h1")
    phone.click("text=确认入户")
    assert "本次入户已记录" in phone.inner_text("main")
    phone.goto(door.code())
    phone.click("text=确认入户")
    assert "没有重复记录" in phone.inner_text("main")
    phone.goto(door.code())
    door.clock.advance(601)
    phone.click("text=确认入户")
    assert "重新扫码" in phone.inner_text("main")

    worker, staff = door.station.workers[0], cast("330100")
    (member,) = door.desk.worker(worker.subject).insurances
    yesterday = door.clock.today() - timedelta(days=1)
    evidence.end_insurance(door.desk, worker.subject, policy=member.policy, last_day=yesterday, actor=staff.clerk)
    door.clock.advance(31 * 60)
    phone.goto(door.code())
    assert "黄码" in phone.inner_text("h1")
    phone.click("text=确认入户")
    assert phone.url == door.code(), "the browser itself asks for the tick first"
    phone.check("input[name=read]")
    phone.click("text=确认入户")
    assert "本次入户已记录" in phone.inner_text("main")

    supervising.suspend(door.desk, worker.subject, worker.number, cause="complaint", actor=staff.supervisor)
    phone.goto(door.code())
    assert "红码" in phone.inner_text("h1")
    assert phone.locator("button", has_text="确认入户").count() == 0
    assert phone.locator("a[href^=tel]").count() >= 2


def test_evaluating_and_complaining_by_hand(door: Door, phone: Any) -> None:
    phone.goto(door.code())
    phone.click("text=确认入户")
    phone.check("input[value='4']")
    phone.click("text=提交评价")
    assert "谢谢" in phone.inner_text("main")
    phone.goto(door.code())
    phone.click("text=反映问题")
    phone.select_option("select", "CHARGE")
    phone.fill("textarea", "多收了钱")
    phone.click("text=提交")
    assert "已收到" in phone.inner_text("main")
    record = door.desk.worker(door.station.workers[0].subject)
    assert [(c.topic, c.text) for c in record.complaints] == [("CHARGE", "多收了钱")]
    assert [given.stars for given in record.evaluations] == [4]


def pages(door: Door) -> dict[str, str]:
    link = phone_link(door.desk, view_seal(door.desk), door.station.workers[0].number)
    return {
        "green": door.code(), "red": door.code(1), "unknown": f"{door.base}/123", "own": f"{door.base}/me/{link}",
        "typed": f"{door.base}/",
    }  # fmt: skip


def walk(door: Door, page: Any) -> Iterator[str]:
    """Every page a household can come to, one after the other; the name of the one that is open and wholly there."""
    for name in steps(door, page):
        page.wait_for_load_state()  # a click returns when the answer has begun, before there is a document
        yield name


def steps(door: Door, page: Any) -> Iterator[str]:
    for name, address in pages(door).items():
        page.goto(address)
        yield name
    page.fill("#number", "3301022026999999")
    page.fill("#name", "王秀英")
    page.click("button")
    yield "typed wrong"
    page.fill("#number", "3302032026000007")
    page.fill("#name", "王秀英")
    page.click("button")
    yield "another city"
    page.goto(door.code())
    page.click("text=确认入户")
    yield "done"
    page.click("text=稍后再评价")
    yield "visit"
    page.check("input[value='4']")
    page.click("text=提交评价")
    yield "message"
    page.goto(door.code())
    page.click("text=反映问题")
    yield "complain"
    page.fill("textarea", "多收了钱")
    page.click("text=提交")
    yield "received"
    page.context.clear_cookies()
    page.goto(door.code())
    page.click("text=确认入户")
    assert "请再核对一次" in page.inner_text("main")
    yield "done by another household"
    worker = door.station.workers[0]
    (member,) = door.desk.worker(worker.subject).insurances
    yesterday = door.clock.today() - timedelta(days=1)
    clerk = cast("330100").clerk
    evidence.end_insurance(door.desk, worker.subject, policy=member.policy, last_day=yesterday, actor=clerk)
    page.goto(door.code())
    assert "黄码" in page.inner_text("h1")
    yield "yellow"


def test_nothing_is_wider_than_a_phone_and_nothing_comes_from_elsewhere(door: Door, browser: Any) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    for name in walk(door, page):
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{name}: {wide} px"
        small = page.evaluate(
            "[...document.querySelectorAll('button, a, select, input:not([type=hidden])')]"
            ".map(e => [e.tagName, e.closest('label, a, button, select, input').getBoundingClientRect().height])"
            ".filter(([, height]) => height < 44)"
        )
        assert not [one for one in small if one[0] in ("BUTTON", "SELECT")], f"{name}: {small}"
    assert all(url.startswith(door.base) for url in asked)
    context.close()


def test_the_code_on_the_phone_renews_itself(door: Door, browser: Any) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.clock.install()
    page.goto(pages(door)["own"])
    first = page.get_attribute("#code", "src")
    page.clock.run_for(46_000)
    assert page.get_attribute("#code", "src") != first
    context.close()


def test_axe_finds_nothing_serious(door: Door, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport=PHONE, locale="zh-CN", bypass_csp=True)
    page = context.new_page()
    for name in walk(door, page):
        found = Axe().run(page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert not serious, f"{name}: {serious}"
    page.set_content("<html><body><img src='x'><button></button></body></html>")
    assert Axe().run(page).response["violations"], "axe must find what is wrong"
    context.close()
