"""The command line as scripts use it: documents, exit codes, sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from devices.cameras.photograph import VIEWS, photograph
from devices.catalogue import open_reader
from devices.languages.evolis import decode
from station.cards.layout_file import load_layout
from station.cards.qr import picture as qr_picture
from station.domain.errors import Refused
from tests.faces import people
from tests.ui.conftest import Station
from ui.cli import home as cli_home
from ui.cli.main import main
from ui.desktop.viewmodels.codes import check_file


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("station.bootstrap.data_home", lambda: tmp_path / "data")
    monkeypatch.delenv("ANXIN_HOME", raising=False)
    yield
    cli_home._desk.cache_clear()


def told(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, dict[str, Any]]:
    code = main([str(one) for one in argv])
    out = capsys.readouterr().out
    return code, json.loads(out) if out.strip() else {}


def test_demo_walks_the_main_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    code, demo = told(capsys, "demo", "--workers", 2, "--out", out, "--json")
    assert code == 0
    assert [demo[k] for k in ("issued", "printed", "verified", "active", "synced")] == [2, 2, 2, 2, True]
    assert (demo["applied"], demo["handed_over"]) == (2, 2)
    for card in demo["cards"]:
        assert card["state"] == "active"
        assert card["colour"] == "green"
        sent = decode(Path(card["job"]).read_bytes())
        assert sent.back is not None
        for name, face in (("card_front", sent.front), ("card_back", sent.back)):
            with Image.open(card[name]) as picture:
                assert np.array_equal(np.asarray(picture.convert("RGB")), face)  # what was sent is what lies there
    first = demo["cards"][0]
    code, checked = told(capsys, "check", first["card_front"], "--json")
    (result,) = checked["results"]
    assert (code, result["verdict"], result["permit_number"]) == (0, "genuine", first["permit_number"])
    with Image.open(first["card_front"]) as picture:
        front = np.asarray(picture.convert("RGB"), dtype=np.uint8)
    photo = tmp_path / "photo.jpg"
    Image.fromarray(photograph(front, VIEWS["tilted"], 7)).save(photo, quality=85)
    code, checked = told(capsys, "check", photo, "--home", out / "station", "--json")
    assert (code, checked["results"][0]["verdict"]) == (0, "genuine")
    for card in demo["cards"]:
        change = card["next_change"]
        eve = date.fromisoformat(change["on"]) - timedelta(days=1)
        for day, colour in ((eve, card["colour"]), (change["on"], change["colour"])):
            code, checked = told(capsys, "check", "--text", card["token_url"], "--on", day, "--json")
            assert (code, checked["results"][0]["colour"]) == (0, colour)
    assert told(capsys, "audit", "verify", "--json")[1]["ok"] is True
    assert told(capsys, "sync", "--json")[1]["ok"] is True
    code, _ = told(capsys, "demo", "--workers", 1, "--out", out, "--json")  # its own rehearsal may be replaced
    assert code == 0


def test_demo_with_another_printer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    url = "emulator://magicard?profile=magicard-rio-ymckok"
    code, demo = told(capsys, "demo", "--workers", 1, "--out", out, "--printer", url, "--json")
    assert (code, demo["active"]) == (0, 1)
    job = next((out / "jobs").glob("*.prn")).read_bytes()
    assert job.startswith(b"\x05" * 64 + b"\x01,NOC1,")
    code, answer = told(capsys, "demo", "--out", out, "--printer", "folder:///x?profile=magicard-rio", "--json")
    assert (code, answer["error"]["code"]) == (1, "not_emulated")


def test_doctor_measures_the_webcam_of_the_station(monkeypatch: pytest.MonkeyPatch) -> None:
    from devices import bench
    from devices.errors import Missing
    from ui import checkup

    def gone(url: str) -> bench.CameraPace:
        raise Missing("没有找到摄像头", "no_camera")

    assert checkup.camera("tray:///x") == []
    monkeypatch.setattr(bench, "watch", lambda url: bench.CameraPace(20, 5, 0, 1.0))
    (found,) = checkup.camera("webcam://0")
    assert (found.ok, found.sentence) == (True, "摄像头每秒 25 帧，来不及取的 5 帧。")
    monkeypatch.setattr(bench, "watch", gone)
    (found,) = checkup.camera("webcam://0")
    assert (found.ok, found.sentence) == (False, "没有找到摄像头。")


def test_demo_never_deletes_what_is_not_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letters.txt").write_text("keep")
    code, answer = told(capsys, "demo", "--out", tmp_path, "--json")
    assert (code, answer["error"]["code"]) == (1, "folder_taken")
    assert (tmp_path / "letters.txt").exists()


@pytest.mark.parametrize("place", [0.0, 0.004, 0.1, 0.37, 0.5, 0.83, 1.0])
def test_one_changed_byte_is_found(station: Station, capsys: pytest.CaptureFixture[str], place: float) -> None:
    station.desk.ledger.close()
    file = station.home / "ledger.sqlite"
    data = bytearray(file.read_bytes())
    data[int(place * (len(data) - 1))] ^= 1
    file.write_bytes(data)
    code, answer = told(capsys, "audit", "verify", "--home", station.home, "--json")
    assert code == 2
    sentence = answer["problems"][0]["sentence"] if "problems" in answer else answer["error"]["sentence"]
    assert "台账文件" in sentence
    assert file.read_bytes() == data  # looking changes nothing


@pytest.mark.parametrize(
    ("argv", "code", "verdict"),
    [
        (["check", "--text", "https://example.com/hello"], 0, "not_a_code"),
        (["check", "--text", "1" * 191], 0, "not_a_code"),
    ],
)
def test_foreign_codes(
    station: Station, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, verdict: str
) -> None:
    got, answer = told(capsys, *argv, "--home", station.home, "--json")
    assert got == code
    assert answer["results"][0]["verdict"] in (verdict, "unknown_key", "forged")
    assert answer["results"][0]["permit_number"] is None


def test_a_photo_that_is_no_picture_and_a_picture_without_a_code(
    station: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, blank = tmp_path / "bad.png", tmp_path / "blank.png"
    bad.write_bytes(b"not a picture")
    Image.new("RGB", (400, 300), "white").save(blank)
    code, answer = told(capsys, "check", bad, "--home", station.home, "--json")
    assert (code, answer["results"][0]["verdict"]) == (2, "unreadable")
    assert answer["results"][0]["reasons"][0]
    code, answer = told(capsys, "check", blank, "--home", station.home, "--json")
    assert (code, answer["results"][0]["verdict"]) == (0, "unreadable")


@pytest.mark.parametrize(
    ("argv", "code", "kind"),
    [
        (["check", "--text", "1", "--on", "2026-13-01"], 1, "bad_date"),
        (["check"], 1, "nothing_to_check"),
        (["devices", "probe", "emulator://evolis?profile=nothing"], 2, None),
        (["devices", "probe", "telnet://x"], 2, "url_scheme"),
    ],
)
def test_refusals_and_faults_have_codes_and_sentences(
    station: Station, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, kind: str | None
) -> None:
    extra = ["--home", str(station.home)] if argv[0] == "check" else []
    got, answer = told(capsys, *argv, *extra, "--json")
    assert got == code
    assert answer["error"]["sentence"]
    if kind:
        assert answer["error"]["code"] == kind


def test_without_a_station_the_sentence_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = told(capsys, "sync", "--json")
    assert (code, answer["error"]["code"]) == (2, "no_station")
    assert "demo" in answer["error"]["remedy"]


def test_usage_is_three(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-command"]) == 3
    assert main(["demo", "--workers", "x"]) == 3
    capsys.readouterr()


def test_devices_and_doctor_answer(station: Station, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert told(capsys, "devices", "list", "--json")[0] == 0
    code, state = told(capsys, "devices", "probe", "emulator://evolis?profile=evolis-primacy", "--json")
    assert (code, state["ready"]) == (0, True)
    tray = (tmp_path / "tray").as_posix()
    url = f"emulator://evolis?profile=evolis-primacy&tray={tray}"
    code, report = told(capsys, "devices", "test-card", url, "--json")
    assert (code, report["outcome"]) == (0, "confirmed")
    code, answer = told(capsys, "doctor", "--home", station.home, "--json")
    assert code in (0, 2)
    assert {"clock", "disk"} <= {finding["area"] for finding in answer["findings"]}


def test_a_test_card_of_a_station_is_booked_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from station.bootstrap import found_rehearsal
    from station.services import stock

    desk = found_rehearsal(tmp_path / "station")
    code, made = told(capsys, "devices", "test-card", "--home", desk.settings.home, "--json")
    assert (code, made["outcome"], made["booked"]) == (0, "confirmed", 1)
    line = stock.line_of(desk, made["pack"])
    assert (line.tested, line.remaining, line.balanced) == (1, made["remaining"], True)
    assert main(["devices", "test-card", "--home", str(desk.settings.home)]) == 0
    assert "登记测试用卡 1 张" in capsys.readouterr().out
    desk.ledger.close()


def test_a_queue_counts_nothing_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices", "probe", "emulator://queue"]) == 0
    said = capsys.readouterr().out
    assert "None" not in said
    assert "不报告计数" in said
    assert main(["devices", "probe", "emulator://evolis?profile=evolis-primacy"]) == 0
    assert "已走卡 1200" in capsys.readouterr().out


def test_portrait_and_face_are_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, dark, wall = tmp_path / "good.png", tmp_path / "dark.png", tmp_path / "wall.png"
    Image.fromarray(people.seen(1)).save(good)
    Image.fromarray(people.dimmed(people.seen(1), 0.3)).save(dark)
    Image.new("RGB", (300, 300), "white").save(wall)
    code, told_good = told(capsys, "portrait", "check", good, "--out", tmp_path / "cut.png", "--json")
    assert (code, told_good["acceptable"]) == (0, True)
    assert all({"name", "value", "limit", "verdict", "sentence"} <= set(row) for row in told_good["measures"])
    with Image.open(tmp_path / "cut.png") as cut:
        assert cut.size == (358, 441)
    code, told_dark = told(capsys, "portrait", "check", dark, "--json")
    assert code == 1
    assert "太暗" in "".join(row["sentence"] for row in told_dark["measures"] if row["verdict"] == "bad")
    assert main(["portrait", "check", str(dark)]) == 1
    assert "脸部亮度" in capsys.readouterr().out
    code, same = told(capsys, "face", "compare", good, tmp_path / "cut.png", "--json")
    assert (code, same["decision"], same["advisory"]) == (0, "match", True)
    assert same["score"] <= same["threshold"] < same["no_match_above"]
    assert main(["face", "compare", str(good), str(good)]) == 0
    assert "参考" in capsys.readouterr().out
    code, none = told(capsys, "face", "compare", good, wall, "--json")
    assert (code, none["error"]["code"]) == (1, "no_face")


def test_health_lists_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    assert told(capsys, "demo", "--workers", 1, "--out", out, "--json")[0] == 0
    code, swept = told(capsys, "health", "--json")
    assert (code, swept["workers"], swept["findings"]) == (0, 1, [])
    assert told(capsys, "health", "--if-due", "--json")[1]["due"] is False
    assert main(["health"]) == 0
    assert "没有发现" in capsys.readouterr().out


def test_a_folder_of_photographs_gives_token_verdict_and_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], station: Station
) -> None:
    from station.services import printing

    worker = station.workers[1]
    order = printing.waiting(station.desk.worker(worker.subject), worker.number)
    assert order is not None
    front = printing.faces_of(station.desk, order).front
    signed = station.desk.worker(worker.subject).tokens[worker.number, 1].token
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed, view in enumerate(("desk", "tilted")):
        Image.fromarray(photograph(front, VIEWS[view], seed)).save(folder / f"{view}.jpg", quality=85)
    Image.new("RGB", (640, 480), "white").save(folder / "wall.png")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "Thumbs.db").write_bytes(b"x")
    code, checked = told(capsys, "check", folder, "--home", station.home, "--json")
    assert code == 0
    rows = {Path(row["source"]).stem: row for row in checked["results"]}
    assert {name: row["verdict"] for name, row in rows.items()} == {
        "desk": "genuine", "tilted": "genuine", "wall": "unreadable",
    }  # fmt: skip
    assert rows["desk"]["token"] == rows["tilted"]["token"] == signed
    assert (rows["wall"]["token"], rows["wall"]["reasons"]) == (None, ["too_bright"])
    assert all(row["ms"] > 0 for row in rows.values())
    for name in ("cut.jpg", "phone.heic", "list.txt"):  # none of them stops the others
        (folder / name).write_bytes((folder / "desk.jpg").read_bytes()[:900])
    code, checked = told(capsys, "check", folder, "--home", station.home, "--json")
    rows = {Path(row["source"]).name: row for row in checked["results"]}
    assert code == 2
    assert {name for name, row in rows.items() if row.get("missing")} == {"cut.jpg", "phone.heic", "list.txt"}
    assert all("打不开" in row["reasons"][0] for row in rows.values() if row.get("missing"))
    assert rows["desk.jpg"]["token"] == signed


def test_two_cards_in_one_picture_are_two_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], station: Station
) -> None:
    symbol = load_layout(station.desk.settings.city.layout).symbol
    picture = tmp_path / "both.png"
    Image.fromarray(np.concatenate([qr_picture(station.address(index), symbol) for index in (0, 1)], 1)).save(picture)
    code, checked = told(capsys, "check", picture, "--home", station.home, "--json")
    assert code == 0
    assert {row["permit_number"] for row in checked["results"]} == {worker.number for worker in station.workers}
    with pytest.raises(Refused) as no:
        check_file(station.desk, open_reader(), picture)
    assert no.value.code == "two_codes"
