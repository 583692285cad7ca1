"""A support bundle: what helps is in it, and nothing that was planted comes out of any member of the zip."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import zipfile
from pathlib import Path

import pytest

from devices.contracts import FaultCode, FoundDevice, PrinterFault, PrinterState, Severity
from devices.transports.recorder import into
from devices.transports.trace import HEADER, digest, events, line, moved, shareable
from station.domain.errors import Fault
from station.printing.journal import Order
from station.printing.press import print_one
from station.services import devices, support
from station.services.printing import press_of
from station.services.staff import found_rehearsal_staff
from station.settings import RESOURCES
from station.surroundings import Finding
from tests.services.house import STAFF, House
from tests.services.test_devices import FACES
from tests.services.test_stock import stocked
from ui import support as gathering
from ui.cli.main import main

SECRETS = ["geheim", "hunter2", "13812345678", "330102198501010022", "liudehua", "wang.xiuying@example.com"]


def members(packed: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def plants(house: House) -> list[str]:
    """Everything personal that this station holds, and what the test hid in odd places."""
    found = list(SECRETS)
    for one in house.workers:
        record = house.desk.worker(one.subject)
        person = record.person
        assert person is not None and person.name and person.number and person.phone
        found += [person.name, person.number, person.phone, one.number, one.subject]
        found += [person.address] if person.address else []
        found += [signed.token for signed in record.tokens.values()]
    return found


def hide(house: House) -> support.Gathered:
    """What was planted, put wherever a text may come from."""
    person = house.desk.worker(house.workers[0].subject).person
    assert person is not None and person.name and person.phone
    name, phone = person.name, person.phone
    all_of_it = f"{name} {phone} {' '.join(SECRETS)} 138-1234-5678 3301 0219 8501 0100 22"
    home = f"/Users/{name}/liudehua/station"
    url = f"emulator://evolis?profile=evolis-primacy-kb&tray=/Users/liudehua/{name}&note={phone}"
    devices_set = dataclasses.replace(
        house.desk.settings.devices, printer=url, camera=f"stills:///{name}/13812345678", scanner="serial:///dev/ttyACM0",
        idcard="http://liudehua:geheim@[", slip="usb://04b8:0202?profile=escpos-80",
    )  # fmt: skip
    house.desk.settings = dataclasses.replace(
        house.desk.settings, central="postgresql://liudehua:geheim@db/hunter2", devices=devices_set
    )
    fault = PrinterFault(FaultCode.UNKNOWN, Severity.MID, all_of_it)
    state = PrinterState(f"{name} 的打印机", "S1", ready=False, cards=1203, faults=(fault,))
    trace = [HEADER, line(moved("write", b"\x1bRlr;p\r")), line(moved("read", b"CARD\x00"))]
    trace += [line(moved("read", all_of_it.encode())), line(moved("read", b"call 13812345678\x00"))]
    trace += [
        f"fail {name} 0 geheim",
        f"write {phone}",
        line(moved("write", bytes(300))),
        all_of_it,
        f"write 3 x {name}",
    ]
    folder = house.home / gathering.TRACES
    folder.mkdir()
    (folder / "0001.trace").write_text("\n".join(trace), encoding="utf-8")
    names = support.known_names(house.desk)
    return support.Gathered(
        [Finding("station", False, f"打不开 {home}。{all_of_it}", f"请问 {name}")],
        [FoundDevice("usb://0f49:0a00", "printer", name, "liudehua", False, all_of_it, {"device_id": all_of_it})],
        {"printer": state, "second_printer": f"没有应答：{phone}"},
        gathering.traces_of(house.home, names),
    )


def test_nothing_that_was_planted_is_in_any_member(house: House) -> None:
    found_rehearsal_staff(house.desk)
    with house.bench("jam@2") as bench:
        stocked(house, bench)
        for one in house.workers[:2]:
            press = dataclasses.replace(press_of(house.desk, bench, actor=STAFF.clerk), seconds=0.2)
            print_one(press, Order(one.subject, one.number, 1))
    wanted = plants(house)
    gathered = hide(house)
    names = [*support.known_names(house.desk), "liudehua", "geheim", "hunter2"]
    packed = members(support.bundle(gathered, house.desk, names))
    assert set(packed) >= {"README.txt", "about.json", "doctor.json", "settings.json", "devices.json", "jobs.json"}
    assert {"traces/0001.trace", "profiles/evolis-primacy.toml", "profiles/escpos-80.toml"} <= set(packed)
    for member, text in packed.items():
        seen = text + "".join(_unfolded(text))
        compact = seen.replace(" ", "").replace("-", "")
        assert [one for one in wanted if one in seen or one in compact] == [], member
        assert [one for one in wanted if digest(one.encode()) in text] == [], member


def _unfolded(text: str) -> list[str]:
    """What stands in base64 words."""
    words = [word for word in text.split() if len(word) % 4 == 0 and len(word) >= 4]
    found = []
    for word in words:
        try:
            found.append(base64.b64decode(word, validate=True).decode("utf-8", "replace"))
        except ValueError:
            continue
    return found


def test_the_plants_would_be_seen(house: House) -> None:
    """Without the nets they are there: the test above can fail."""
    gathered = hide(house)
    text = "\n".join(members(support.bundle(gathered, house.desk, [])).values())
    assert "liudehua" in text
    raw = (house.home / gathering.TRACES / "0001.trace").read_text(encoding="utf-8")
    assert "13812345678" in "".join(_unfolded(raw))


def test_what_helps_is_in_it(house: House) -> None:
    with house.bench("jam@2") as bench:
        stocked(house, bench)
        one = house.workers[0]
        print_one(press_of(house.desk, bench, actor=STAFF.clerk), Order(one.subject, one.number, 1))
        jammed = devices.print_test_card(house.desk, bench.printer, FACES, actor=STAFF.clerk).value
        assert not jammed.good
    packed = members(support.bundle(support.Gathered(), house.desk, support.known_names(house.desk)))
    (job,) = json.loads(packed["jobs.json"])
    assert (job["state"], job["attempt"], job["outcome"], job["cards"]) == ("active", 1, "confirmed", [1200, 1201])
    assert [step["act"] for step in job["steps"]][-3:] == ["sent", "verify", "activate"]
    assert job["steps"][0]["at"].startswith("2026-11-")
    told = json.loads(packed["settings.json"])
    assert told["devices"]["printer"].startswith("emulator://evolis?profile=evolis-primacy&ribbon=100000")
    assert str(house.home) not in packed["settings.json"]
    assert packed["profiles/evolis-primacy.toml"] == (RESOURCES / "printers" / "evolis-primacy.toml").read_text("utf-8")
    assert json.loads(packed["about.json"])["libraries"]["numpy"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", ""),
        ("webcam://0?id=usb-046d_C920-video-index0", "webcam://0?id=usb-046d_C920-video-index0"),
        (
            "serial:///dev/ttyUSB0?profile=evolis-dualys&baud=9600",
            "serial:///dev/ttyUSB0?profile=evolis-dualys&baud=9600",
        ),
        ("serial://COM4", "serial://COM4"),
        ("folder:///D:/hidden?profile=x", "folder:///…?profile=x"),
        ("queue://u:p@card?server=host:631", "queue://card?server=…"),
        ("x://[", "[…]"),
    ],
)
def test_addresses_are_told_without_places(url: str, told: str) -> None:
    assert support.told_url(url) == told


@pytest.mark.parametrize(
    "kept",
    [
        "2026-11-27 01:26",
        "2026-11-27",
        "EMU0001@emulator:ab12cd34",
        "/dev/ttyUSB0",
        "1200 张",
        "1016 x 648",
        "usb://0f49:0a00",
    ],
)
def test_dates_counters_and_ports_stay(kept: str) -> None:
    assert support.scrub(kept, ["王秀英"]) == kept


def test_a_recording_stays_readable_and_keeps_what_is_harmless(tmp_path: Path) -> None:
    note = into(tmp_path / "a.trace")
    for words in (HEADER, "open", line(moved("write", b"\x1bRco;c\r")), line(moved("read", "王".encode())), "close"):
        note(words)
    text = shareable((tmp_path / "a.trace").read_text("ascii"), support.harmless)
    asked, said = events(text)[1:3]
    assert asked.data == b"\x1bRco;c\r"
    assert (said.data, said.size, said.digest) == (None, 3, "0" * 64)
    assert len(events(text)) == 4


def test_a_bundle_by_command(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "s.zip"
    assert main(["support", "--out", str(out), "--home", str(house.home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["station"] is True
    packed = members(out.read_bytes())
    assert json.loads(packed["printers.json"])["printer"]["serial"] == "EMU0001"
    names = [person for one in house.workers if (person := house.desk.worker(one.subject).person)]
    assert not [one for one in names if one.name and any(one.name in text for text in packed.values())]
    assert main(["support", "--out", str(tmp_path / "no" / "s.zip"), "--home", str(house.home)]) == 2
    assert "没有写成" in capsys.readouterr().err
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nothing"))
    monkeypatch.delenv("ANXIN_HOME", raising=False)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "station.toml").write_text("station = ", encoding="utf-8")
    assert main(["support", "--out", str(out), "--home", str(broken), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["station"] is False
    (stands,) = [one for one in json.loads(members(out.read_bytes())["doctor.json"]) if one["area"] == "station"]
    assert (stands["ok"], stands["sentence"]) == (False, "配置文件 station.toml 无法读取。")
    with pytest.raises(Fault):
        gathering.write_bundle(tmp_path / "no" / "x.zip", None, None)
