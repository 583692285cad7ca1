"""The household's page: what it shows, what it stores, what it never says."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from station.bootstrap import open_desk, view_seal
from station.clock import FixedClock
from station.domain import facts
from station.domain.errors import Fault
from station.services import health, personal, supervising
from station.services.phone import phone_link
from station.services.rehearsal import cast
from station.services.shown import Looks
from tests.conventions.tree import ROOT
from tests.ui.conftest import Station
from ui.desktop.viewmodels import queues
from ui.household.app import make_app
from ui.household.gate import HEADERS
from ui.household.limits import Limits

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

FORM = "application/x-www-form-urlencoded"


def client(station: Station, **limits: int) -> TestClient:
    given = Limits(**(limits or {"per_minute": 10_000, "per_hour": 10_000}))
    return TestClient(make_app(station.desk, view_seal(station.desk), given))


def path(station: Station, index: int = 0) -> str:
    return "/" + station.address(index).rsplit("/", 1)[1]


def nonce_of(html: str) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', html)
    assert found
    return found.group(1)


def test_green_shows_who_and_offers_to_confirm(station: Station) -> None:
    answer = client(station).get(path(station))
    worker = station.workers[0].person
    assert answer.status_code == 200
    assert "绿码" in answer.text
    assert worker.name in answer.text
    assert "确认入户" in answer.text
    assert "12345" in answer.text
    assert worker.number not in answer.text
    assert worker.phone not in answer.text
    record = station.desk.worker(station.workers[0].subject)
    assert record.scans == 1


def test_whoever_took_back_the_showing_is_shown_to_nobody(station: Station) -> None:
    subject, clerk = station.workers[0].subject, cast("330100").clerk
    assert "/photo/" in client(station).get(path(station)).text
    personal.withdraw_consents(station.desk, subject, ["SHOWING"], actor=clerk)
    answer = client(station).get(path(station))
    assert "红码" in answer.text
    assert "码证已暂停使用" in answer.text
    assert station.workers[0].person.name not in answer.text
    assert "/photo/" not in answer.text


def test_every_answer_carries_the_headers(station: Station) -> None:
    page = client(station)
    for address in (path(station), "/123", "/", "/style.css", "/nothing/here"):
        answer = page.get(address)
        for name, value in HEADERS.items():
            if name == "Cache-Control" and address == "/style.css":
                continue
            assert answer.headers[name] == value, (address, name)
        assert "set-cookie" not in answer.headers


def test_every_bad_code_gets_the_same_answer(station: Station) -> None:
    page, good = client(station), path(station)
    last = "1" if good[-1] != "1" else "2"
    answers = {page.get(bad).content for bad in ("/123", "/" + "9" * 191, good[:-1] + last, "/x", "/" + "0" * 191)}
    assert len(answers) == 1
    assert page.get("/123").status_code == 404
    assert station.workers[0].person.name.encode() not in answers.pop()


def test_a_card_that_was_never_read_back_cannot_be_confirmed(station: Station) -> None:
    answer = client(station).get(path(station, 1))
    assert "红码" in answer.text
    assert "此卡尚未启用" in answer.text
    assert "确认入户</button>" not in answer.text
    again = client(station).post("/confirm", data={"nonce": nonce_of(answer.text)})
    assert again.status_code == 400


def test_confirming_stores_once_and_merges_repeats(station: Station) -> None:
    page = client(station)
    nonce = nonce_of(page.get(path(station)).text)
    assert "本次入户已记录" in page.post("/confirm", data={"nonce": nonce}).text
    assert "没有重复记录" in page.post("/confirm", data={"nonce": nonce}).text
    other = nonce_of(page.get(path(station)).text)
    assert "没有重复记录" in page.post("/confirm", data={"nonce": other}).text  # within 30 minutes: the same entry
    assert len(station.desk.worker(station.workers[0].subject).entries) == 1


def test_another_household_with_the_same_card_is_an_entry_of_its_own_and_is_listed(station: Station) -> None:
    """T10 merges the same household only; T3: two doors within half an hour are a copy, or somebody should look."""
    desk, worker = station.desk, station.workers[0]
    one, two = client(station), client(station)
    first = one.post("/confirm", data={"nonce": nonce_of(one.get(path(station)).text)})
    assert "visit" in first.headers["set-cookie"]
    assert worker.number not in first.headers["set-cookie"]
    assert "请再核对一次" not in first.text
    second = two.post("/confirm", data={"nonce": nonce_of(two.get(path(station)).text)})
    assert "本次入户已记录" in second.text
    assert "请再核对一次" in second.text
    again = two.post("/confirm", data={"nonce": nonce_of(two.get(path(station)).text)})
    assert "没有重复记录" in again.text
    entries = desk.worker(worker.subject).entries
    assert [bool(entry.overlaps) for entry in entries] == [False, True]
    assert entries[1].overlaps == entries[0].nonce
    found = [one for one in health.sweep(desk).value.findings if one.condition == "WRONG-9"]
    assert [(one.about, one.detail) for one in found] == [(worker.number, "overlap")]
    assert any("疑似被复制" in line.person.state for line in queues.code_health(desk))


def test_a_cookie_that_is_none_of_ours_is_no_household(station: Station) -> None:
    page, other = client(station), client(station)
    page.post("/confirm", data={"nonce": nonce_of(page.get(path(station)).text)})
    other.cookies.set("visit", "x" * 90)
    assert "本次入户已记录" in other.post("/confirm", data={"nonce": nonce_of(other.get(path(station)).text)}).text


def test_after_a_merged_confirmation_the_first_entry_is_evaluated(station: Station) -> None:
    page, subject = client(station), station.workers[0].subject
    page.post("/confirm", data={"nonce": nonce_of(page.get(path(station)).text)})
    merged = page.post("/confirm", data={"nonce": nonce_of(page.get(path(station)).text)})
    assert "没有重复记录" in merged.text
    assert page.post("/evaluate", data={"nonce": nonce_of(merged.text), "stars": "4"}).status_code == 200
    assert [given.stars for given in station.desk.worker(subject).evaluations] == [4]


def test_a_visit_may_be_evaluated_for_a_week_and_each_sentence_says_its_own_time(station: Station) -> None:
    clock = FixedClock(station.desk.clock.now_ms())
    desk = open_desk(station.home, clock)
    page = TestClient(make_app(desk, view_seal(desk), Limits(10_000, 10_000)))
    nonce = nonce_of(page.get(path(station)).text)
    done = page.post("/confirm", data={"nonce": nonce}).text
    link = re.search(r"/visit/[^\"]+", done)
    assert link is not None
    assert station.workers[0].number not in link.group()
    clock.advance(61 * 60)
    late = page.post("/complain", data={"nonce": nonce})
    assert (late.status_code, "60 分钟" in late.text, "重新扫码后再反映" in late.text) == (400, True, True)
    late = page.post("/confirm", data={"nonce": nonce})
    assert "10 分钟" in late.text
    clock.advance(24 * 3600)
    later = page.get(link.group())
    assert later.status_code == 200
    assert station.workers[0].person.name not in later.text
    assert page.post("/evaluate", data={"nonce": nonce_of(later.text), "stars": "3"}).status_code == 200
    clock.advance(6 * 24 * 3600)
    for gone in (page.get(link.group()), page.post("/evaluate", data={"nonce": nonce, "stars": "3"})):
        assert (gone.status_code, "7 天内可以评价" in gone.text) == (400, True)
    desk.ledger.close()


def test_the_minutes_of_the_setting_are_in_the_sentence(station: Station) -> None:
    desk = station.desk
    desk.settings = replace(desk.settings, limits=replace(desk.settings.limits, entry_nonce_minutes=3))
    old = view_seal(desk).nonce(station.workers[0].number, 1, "green", desk.clock.now_ms() - 3 * 60_000 - 1)
    assert "已超过 3 分钟" in client(station).post("/confirm", data={"nonce": old}).text


def test_racing_confirmations_store_exactly_one(station: Station) -> None:
    page = client(station)
    nonce = nonce_of(page.get(path(station)).text)
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: page.post("/confirm", data={"nonce": nonce}).text, range(24)))
    assert sum("本次入户已记录" in text for text in texts) == 1
    assert len(station.desk.worker(station.workers[0].subject).entries) == 1


@pytest.mark.parametrize(
    "spoil", [lambda n: n + "x", lambda n: "", lambda n: n.replace(".green.", ".red."), lambda n: "a.b"]
)
def test_a_foreign_nonce_is_refused(station: Station, spoil: object) -> None:
    page = client(station)
    nonce = nonce_of(page.get(path(station)).text)
    answer = page.post("/confirm", data={"nonce": spoil(nonce)})  # type: ignore[operator]
    assert answer.status_code == 400
    assert "请重新扫码" in answer.text
    assert station.desk.worker(station.workers[0].subject).entries == []


def test_an_old_view_cannot_confirm(station: Station) -> None:
    seal = view_seal(station.desk)
    old = seal.nonce(station.workers[0].number, 1, "green", station.desk.clock.now_ms() - 10 * 60_000 - 1)
    answer = client(station).post("/confirm", data={"nonce": old})
    assert answer.status_code == 400
    assert "10 分钟" in answer.text


def test_yellow_must_be_read_before_it_is_confirmed(station: Station) -> None:
    worker = station.workers[0]
    record = station.desk.worker(worker.subject)
    ended = facts.InsuranceEnded(record.insurances[0].policy, date(2025, 1, 1))
    station.desk.ledger.append([(worker.subject, ended)], actor="clerk-01")
    page = client(station)
    answer = page.get(path(station))
    assert "黄码" in answer.text
    assert "从业责任保险已终止" in answer.text
    nonce = nonce_of(answer.text)
    assert page.post("/confirm", data={"nonce": nonce}).status_code == 400
    assert "本次入户已记录" in page.post("/confirm", data={"nonce": nonce, "read": "1"}).text


def test_a_permit_revoked_since_the_view_cannot_be_confirmed(station: Station) -> None:
    page = client(station)
    nonce = nonce_of(page.get(path(station)).text)
    people = cast(station.desk.settings.city.code)
    supervising.revoke(
        station.desk, station.workers[0].subject, station.workers[0].number, cause="lent_card", document="文 1 号",
        actor=people.supervisor, second=people.bureau,
    )  # fmt: skip
    assert page.post("/confirm", data={"nonce": nonce}).status_code == 400
    answer = page.get(path(station)).text
    assert "红码" in answer
    assert "码证已被收回" in answer


def test_background_is_never_explained(station: Station) -> None:
    worker = station.workers[0]
    failed = facts.BackgroundRecorded("FAILED", station.desk.clock.today(), "公安核查")
    station.desk.ledger.append([(worker.subject, failed)], actor="bureau-01")
    answer = client(station).get(path(station)).text
    assert "资格核验未通过" in answer
    for word in ("背景", "犯罪", "公安"):
        assert word not in answer


def test_health_is_never_explained_either(station: Station) -> None:
    """domain.md §12.6: a household sees no medical detail; the worker's own page is shown to households, too."""
    worker, today = station.workers[0], station.desk.clock.today()
    unfit = facts.MedicalRecorded(False, today, today, today + timedelta(days=300))
    station.desk.ledger.append([(worker.subject, unfit)], actor="clerk-01")
    link = phone_link(station.desk, view_seal(station.desk), worker.number)
    for answer in (client(station).get(path(station)), client(station).get(f"/me/{link}")):
        assert "红码" in answer.text
        assert "资格核验未通过" in answer.text
        for word in ("体检", "不合格", "健康"):
            assert word not in answer.text


# --- typed by hand (trust.md T4) --------------------------------------------------------------------------------------


def test_number_and_name_give_the_same_answer_as_the_code(station: Station) -> None:
    page, worker = client(station), station.workers[0]
    form = page.get("/")
    assert form.status_code == 200
    assert 'name="number"' in form.text
    grouped = f"{worker.number[:2]} {worker.number[2:4]}-{worker.number[4:]}"
    answer = page.post("/", data={"number": grouped, "name": f" {worker.person.name} "})
    assert answer.status_code == 200
    for said in ("绿码", worker.person.name, "按编号和姓名查询", "确认入户"):
        assert said in answer.text
    assert "本次入户已记录" in page.post("/confirm", data={"nonce": nonce_of(answer.text)}).text


def test_whatever_does_not_fit_gets_one_answer(station: Station) -> None:
    page, (worker, other) = client(station), station.workers[:2]
    wrong = [
        {"number": worker.number, "name": other.person.name}, {"number": worker.number}, {"name": worker.person.name},
        {"number": "3301022026999999", "name": worker.person.name}, {"number": "1", "name": "\u200b"}, {},
        {"number": "3399022026000001", "name": worker.person.name},
    ]  # fmt: skip
    answers = [page.post("/", data=one, headers={"content-type": FORM}) for one in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "没有查到相符的码证" in answers[0].text
    assert worker.person.name not in answers[0].text


def test_a_typed_number_of_another_city_is_told_honestly(station: Station) -> None:
    answer = client(station).post("/", data={"number": "3302032026000007", "name": "王秀英"})
    assert answer.status_code == 200
    assert "其他城市的码证" in answer.text
    assert "0574-12345" in answer.text
    assert "签名属实" not in answer.text, "nobody saw a signature"


def test_typing_is_limited_like_scanning(station: Station) -> None:
    page = client(station, per_minute=2, per_hour=10)
    assert [page.post("/", data={"number": "1", "name": "x"}).status_code for _ in range(3)] == [404, 404, 429]


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_a_page_that_is_reloaded_fills_no_ledger(station: Station) -> None:
    page, worker = client(station), station.workers[0]
    for _ in range(200):
        assert page.get(path(station)).status_code == 200
    told = [one.payload for one in station.desk.ledger.facts_of(worker.subject)]
    scans = [one for one in told if isinstance(one, facts.HouseholdScanned)]
    assert [one.times for one in scans] == [1, 12], "one at once, one when it becomes too many"
    found = [one for one in health.sweep(station.desk).value.findings if one.condition == "WRONG-9"]
    assert [(one.about, one.detail) for one in found] == [(worker.number, "many_scans")]


def test_looks_are_counted_between_facts() -> None:
    looks, key, minute = Looks(), ("n", 1, "green"), 60_000
    assert [looks.times(key, at * minute) for at in (0, 1, 2, 9)] == [1, 0, 0, 0]
    assert looks.times(("n", 1, "red"), 9 * minute) == 1, "another colour is another fact"
    assert looks.times(key, 10 * minute) == 4, "with those in between"
    assert looks.times(key, 11 * minute) == 0
    assert looks.times(key, 71 * minute) == 1, "what is an hour old is not counted now"
    assert looks.times(key, 70 * minute) == 1, "a clock set back begins anew"


def test_the_photo_is_small_marked_and_behind_an_opaque_name(station: Station) -> None:
    page = client(station)
    html = page.get(path(station)).text
    found = re.search(r"/photo/[^\"]+", html)
    assert found
    assert station.workers[0].number not in found.group()
    answer = page.get(found.group())
    assert answer.headers["content-type"] == "image/jpeg"
    assert 2_000 < len(answer.content) < 40_000
    assert page.get("/photo/AAAA").status_code == 400


def test_complaint_and_evaluation_become_facts(station: Station) -> None:
    page, subject = client(station), station.workers[0].subject
    nonce = nonce_of(page.get(path(station)).text)
    assert page.post("/evaluate", data={"nonce": nonce, "stars": "5"}).status_code == 400  # no entry yet
    page.post("/confirm", data={"nonce": nonce})
    assert page.post("/evaluate", data={"nonce": nonce, "stars": "9"}).status_code == 400
    assert page.post("/evaluate", data={"nonce": nonce, "stars": "5"}).status_code == 200
    assert "<textarea" in page.post("/complain", data={"nonce": nonce}).text
    told = {"nonce": nonce, "topic": "SERVICE", "text": "<b>迟到</b>", "contact": "13800000000"}
    assert page.post("/complain", data=told).status_code == 200
    assert page.post("/complain", data={**told, "topic": "?"}).status_code == 400
    record = station.desk.worker(subject)
    assert [c.topic for c in record.complaints] == ["SERVICE"]
    assert [e.stars for e in record.evaluations] == [5]


def test_too_many_requests_and_too_large_forms_are_refused(station: Station) -> None:
    page = client(station, per_minute=2, per_hour=10)
    codes = [page.get("/123").status_code for _ in range(4)]
    assert codes == [404, 404, 429, 429]
    assert client(station).post("/confirm", content=b"x" * 10_000).status_code == 400


def test_limits_forget_old_requests() -> None:
    limits = Limits(per_minute=2, per_hour=3)
    assert [limits.allow("a", 0) for _ in range(3)] == [True, True, False]
    assert limits.allow("b", 0)
    assert limits.allow("a", 60_000)
    assert not limits.allow("a", 120_000)
    assert limits.allow("a", 3_600_000)


def test_the_log_names_no_code_and_no_person(station: Station, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the test's own client is not the page
    with caplog.at_level(logging.INFO):
        client(station).get(path(station))
    assert path(station)[1:] not in caplog.text
    assert station.workers[0].person.name not in caplog.text
    assert re.search(r"GET [0-9a-f]{8} 200", caplog.text)


def test_the_page_runs_without_qt() -> None:
    code = (
        "import sys; import ui.household.app, station.bootstrap; "
        "sys.exit(any(m.startswith('PySide6') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0


def test_what_the_framework_refuses_has_the_same_headers_and_body(station: Station) -> None:
    app = make_app(station.desk, view_seal(station.desk), Limits(10_000, 10_000))
    page = TestClient(app, raise_server_exceptions=False)
    bad = page.get("/123")
    wrong_method = [page.get("/confirm"), page.post("/style.css"), page.delete(path(station)), page.put("/")]
    for answer in wrong_method:
        assert (answer.status_code, answer.content) == (404, bad.content)
    multipart = page.post(
        "/confirm", content=b"nonsense", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert multipart.status_code == 400
    assert "无法读取" in multipart.text
    for answer in (*wrong_method, multipart):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


def test_our_own_mistake_has_the_headers_too(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    page = TestClient(make_app(station.desk, view_seal(station.desk)), raise_server_exceptions=False)
    monkeypatch.setattr("ui.household.app.inspect_code", lambda *_: 1 // 0)
    answer = page.get(path(station))
    assert answer.status_code == 500
    assert "暂时无法核验" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    monkeypatch.setattr("ui.household.app.inspect_code", _no_disk)
    assert page.get(path(station)).status_code == 503


def _no_disk(*_: object) -> None:
    raise Fault("磁盘已满。", "请清理。", "disk_full")


def test_what_the_framework_refuses_is_limited_and_logged(station: Station, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    page = client(station, per_minute=2, per_hour=10)
    with caplog.at_level(logging.INFO):
        assert [page.get("/confirm").status_code for _ in range(3)] == [404, 404, 429]
    assert re.findall(r"GET [0-9a-f]{8} (\d+)", caplog.text) == ["404", "404", "429"]
    assert page.get("/style.css").status_code == 200, "what a page brings with it is free"


def test_a_v6_subscriber_is_one_address() -> None:
    limits = Limits(per_minute=2, per_hour=10)
    assert [limits.allow(one, 0) for one in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3")] == [
        True, True, False,
    ]  # fmt: skip
    assert limits.allow("2001:db8:1:3::1", 0)
    assert [limits.allow(one, 0) for one in ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1")] == [
        True, True, False,
    ]  # fmt: skip
    assert [limits.allow("192.0.2.2", 0), limits.allow("", 0), limits.allow("testclient", 0)] == [True] * 3
