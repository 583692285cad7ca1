"""The emulated printer by itself: what it does that a driver must survive, and what it remembers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.catalogue import open_printer
from devices.contracts import CardFaces, Outcome, PrintReport
from devices.errors import BadUrl, NotReached
from devices.languages.evolis import Form, encode
from devices.languages.evolis_commands import frame
from devices.printers.emulator import wire
from devices.printers.emulator.far_end import LinkLost
from devices.printers.emulator.machine import EvolisMachine
from devices.printers.emulator.plan import CARD, LINK, MEDIA, NAMES, STANDING, parse
from devices.printers.emulator.tray import FolderTray
from devices.printers.printer import Printer
from devices.printers.profile import load
from tests.devices.far_ends import MONO, PRIMACY, cards, emulated, evolis, far_end, machine
from tests.devices.pictures import FACES, checks, colourful, white

ROOT = Path(__file__).resolve().parents[2]
JOB = PRIMACY.language.encode(FACES)
MONO_JOB = MONO.language.encode(FACES)


def told(end: EvolisMachine, data: bytes) -> list[str]:
    """What is answered to these bytes."""
    end.plug()
    end.feed(data)
    said = b""
    while more := end.answer(4096, 0.0):
        said += more
    return [part.decode("latin-1") for part in said.split(b"\0")[:-1]]


def seen(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


# --- answers


def test_each_command_has_one_answer() -> None:
    assert told(machine(), JOB) == ["OK"] * 14


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("Rtp", "Evolis Primacy"),
        ("Rco;c", "1200"),
        ("Rse;f", "5,00 Volts"),
        ("Rlr;p", "OK"),
        ("Rem", "0,0"),
        ("Rr", "ko"),
        ("Rrt;qty", "200"),
        ("Rse;n", "0,10 Volts"),
        ("Rco;n", "4"),
        ("Rco;a", "300"),
        ("Rco;m", "900"),
        ("Rco;r", "700"),
        ("Rxx", "ERROR CDE"),
        ("Rco;l", "ERROR CDE"),
        ("Sie", "ERROR CDE"),
        ("Zz", "ERROR CDE"),
        ("Pem;7", "ERROR PARAMETRES"),
        ("Pem", "ERROR PARAMETRES"),
        ("Sr", "ERROR PARAMETRES"),
        ("Se", "OK"),
        ("Psc", "ERROR CDE"),
        ("Pmk;s;s", "OK"),
    ],
)
def test_answers_to_single_commands(command: str, answer: str) -> None:
    assert told(machine(), frame(command)) == [answer]


def test_an_older_model_answers_in_its_own_words() -> None:
    questions = frame("Rlr;p") + frame("Rse;f") + frame("Rco;l")
    assert told(machine(profile=MONO), questions) == ["NO CARD", "ERROR CDE", "1000"]


def test_the_stray_answer_of_the_ribbon_count_comes_once_a_session() -> None:
    end = machine()
    assert told(end, frame("Rrt;count") * 3) == ["OK", "200", "200"]
    assert told(end, frame("Rrt;count")) == ["OK"]


def test_damaged_bytes_are_answered_and_the_next_command_is_understood() -> None:
    assert told(machine(), b"\x1bS\x07s\r\x1bRco;c\r") == ["ERROR PARAMETRES", "1200"]
    assert told(machine(), frame("Db", "k", 2, data=bytes(82296)))[0] == "ERROR PARAMETRES"
    bad = b"\x1bSs\r\x1bSr\r" + frame("Dbc", "k", 2, 4, data=b"\x60\0\0\0")
    assert told(machine(), bad) == ["OK", "OK", "ERROR CHECKSUM"]


def test_the_driver_captures_print_on_the_emulator() -> None:
    end = machine(profile=load("evolis-dualys-kb"))
    resin = bytes([0x01, 0x80]) * 1016
    texts = ["Pr;k", "Pmi;F;s", "Pc;k;=;10", "Pdt;DU", "Mr;s", "Ppws;1136214245", "Ss", "Sr"]
    job = b"".join(frame(text) for text in texts) + frame("Dbc", "k", 2, len(resin), data=resin)
    job += b"\0" * (-len(job) % 16) + b"\x1bSe;1\r" + b"\0" * 32
    assert told(end, job) == ["OK"] * 10
    card = cards(end).cards[0].front
    assert (card[647] == 0).all()
    assert (card[:647] == 255).all()


def test_answers_come_in_pieces_as_they_are_asked_for() -> None:
    end = machine()
    end.plug()
    end.feed(frame("Rtp"))
    assert [end.answer(6, 0.0), end.answer(100, 0.0), end.answer(5, 2.0)] == [b"Evolis", b" Primacy\0", b""]


def test_without_a_link_nothing_is_taken_or_said() -> None:
    end = machine()
    for act in (lambda: end.feed(b"x"), lambda: end.answer(1, 0.0)):
        with pytest.raises(LinkLost):
            act()


# --- the printer's own repeats


def own_way(job: bytes, fault: str) -> EvolisMachine:
    """A job to a printer that manages errors itself: nobody sent Pem;2."""
    end = machine(fault)
    own = job.replace(frame("Pem", 2), frame("Pem", 0))
    assert set(told(end, own)) == {"OK"}
    return end


@pytest.mark.parametrize("fault", ["ribbon_end@1", "jam@1", "ribbon_broken:y@1", "cover_open:k@1"])
def test_left_alone_the_printer_prints_the_card_again_by_itself(fault: str) -> None:
    """Why Pem;2 is sent and proved: one job, two cards, and only "OK" in answer."""
    end = own_way(JOB, fault)
    spoiled, whole = cards(end).cards
    assert end.memory.cards == 1202
    assert int(np.abs(whole.front.astype(int) - colourful()).max()) <= 1
    assert not (spoiled.front == whole.front).all()
    assert (end.memory.ribbon, end.memory.cover_open) == (199 if fault.startswith("ribbon_end") else 198, False)


def test_power_loss_brings_the_own_repeats_back() -> None:
    end = machine("reboot:y@1")
    with pytest.raises(LinkLost):
        told(end, JOB)
    assert told(end, frame("Rem")) == ["0,0"]
    kept = machine("reboot:y@1")
    with pytest.raises(LinkLost):
        told(kept, frame("Pem", 2, "s") + JOB)
    assert told(kept, frame("Rem")) == ["2,2"]


def test_a_soft_reset_drops_the_job_and_the_mode() -> None:
    end = machine()
    start = JOB[: JOB.index(b"\x1bDb;m")]
    assert set(told(end, start)) == {"OK"}
    assert told(end, frame("Srs") + frame("Rem") + frame("Sr")) == ["OK", "0,0", "ERROR PARAMETRES"]
    assert end.memory.fed == 0


# --- misfortunes of the card


def test_half_a_card() -> None:
    end = machine("half_card@1")
    told(end, JOB)
    front = cards(end).cards[0].front
    assert (front[:, 508:] == 255).all()
    assert int(np.abs(front[:, :508].astype(int) - colourful()[:, :508]).max()) <= 1


def test_two_cards_are_the_same_card() -> None:
    end = machine("two_cards@1")
    told(end, JOB)
    one, two = cards(end).cards
    assert (one.front == two.front).all()
    assert (end.memory.cards, end.memory.panels) == (1202, 7112)


def test_a_late_card_falls_when_the_next_one_is_fed() -> None:
    end = machine("late_card@1")
    told(end, JOB)
    assert not cards(end).cards
    told(end, PRIMACY.language.encode(CardFaces(white(), white())))
    late, fresh = cards(end).cards
    assert (late.number, fresh.number) == (1, 2)
    assert not (late.front == 255).all()
    assert (fresh.front == 255).all()


def test_a_simplex_printer_has_no_back() -> None:
    zenius = load("evolis-zenius")
    end = machine(profile=zenius)
    told(end, zenius.language.encode(FACES))
    assert cards(end).cards[0].back is None


def test_a_turned_back_comes_out_upright() -> None:
    language = evolis(PRIMACY)
    form = replace(language.form, back_turned=True)
    end = machine(profile=replace(PRIMACY, language=replace(language, form=form)))
    told(end, encode(FACES, form))
    assert np.array_equal(cards(end).cards[0].back, checks())  # type: ignore[arg-type]


def test_a_ribbon_and_a_feeder_run_out_and_are_filled_again() -> None:
    end = wire.build(MONO, cards=2, ribbon=3)
    assert told(end, MONO_JOB)[-1] == "OK"
    assert told(end, MONO_JOB)[-1] == "OK"
    assert "FEEDER EMPTY" in told(end, MONO_JOB)
    end.operator.mend("feeder")
    assert told(end, MONO_JOB)[-1] == "OK"
    assert told(end, frame("Rcr")) == ["ERROR RIBBON"]
    assert "ERROR RIBBON" in told(end, MONO_JOB)
    end.operator.mend("ribbon")
    assert told(end, MONO_JOB)[-1] == "OK"
    assert (end.memory.fed, end.memory.feeder, end.memory.ribbon) == (4, 0, 2)


@pytest.mark.parametrize(
    ("fault", "question", "bad", "act"),
    [
        ("cover_open@1", "Rse;o", "0,00 Volts", "cover"),
        ("reject_full@1", "Rlr;h", "CARD", "reject"),
        ("clean_must@1", "Rlr;c", "ERR NEED CLEANING", "clean"),
        ("feeder_empty@1", "Rse;f", "0,00 Volts", "feeder"),
        ("ribbon_end:start@1", "Rcr", "ERROR RIBBON", "ribbon"),
        ("wrong_ribbon@1", "Rr", "kw", "ribbon"),
    ],
)
def test_the_operator_mends_what_stands(fault: str, question: str, bad: str, act: str) -> None:
    end = machine(fault)
    assert told(end, frame(question)) == [bad]
    end.operator.mend(act)
    assert told(end, frame(question)) != [bad]
    assert told(end, JOB)[-1] == "OK"


def test_a_ribbon_of_another_kind_is_seen_whatever_is_set() -> None:
    end = machine("wrong_ribbon@1")
    assert told(end, frame("Rr") + frame("Pr", "ymckok") + frame("Rr")) == ["kw", "OK", "kw"]
    assert "ERROR RIBBON" in told(end, JOB)
    assert end.memory.fed == 0


def test_cards_between_cleanings_are_counted() -> None:
    end = machine(profile=MONO)
    asked = frame("Rco;n") + frame("Rco;m")
    end.memory.since_cleaning = 1000
    assert told(end, MONO_JOB)[-1] == "OK"
    assert told(end, asked) == ["4", "900"]
    end.operator.mend("clean")
    assert told(end, asked) == ["5", "1001"]
    assert end.memory.since_cleaning == 0


def test_an_open_cover_stops_the_start() -> None:
    end = machine()
    end.memory.cover_open = True
    assert told(end, frame("Ss")) == ["COVER OPEN"]


def test_a_card_taken_out_by_hand_lies_with_the_rejects() -> None:
    end = machine("jam@1")
    told(end, JOB.removesuffix(frame("Se")))
    assert end.memory.inside
    assert told(end, frame("Ss")) == ["ERR CARD"]
    end.operator.mend("path")
    end.settle()
    end.operator.mend("path")  # nothing is left inside
    assert [card.where for card in cards(end).cards] == ["rejected"]
    assert told(end, frame("Ss")) == ["OK"]


def test_time_is_counted_and_waited_for_only_when_asked() -> None:
    waits: list[float] = []
    transport = wire.EmulatorTransport(machine(), 100, waits.append)
    printer = Printer("x", PRIMACY, transport)
    printer.print_card(JOB, "x")
    assert sum(waits) == pytest.approx((3 + 4 * 3 + 3 + 3.5 + 3 + 2 + 0.05) / 100)
    still = emulated()
    still.print_card(JOB, "x")
    assert far_end(still).seconds == pytest.approx(transport.machine.seconds)


# --- the plan


def test_every_name_has_a_usual_place() -> None:
    for name in sorted(NAMES):
        assert parse(f"{name}@3")[0].card == 3
    assert {"mute", "wrong_answer", "slow"} | LINK | MEDIA | STANDING | CARD == NAMES
    assert parse("") == ()
    assert [one.where for one in parse("jam@1,unplug:4096@2,cover_open:k@7")] == ["c", "4096", "k"]


@pytest.mark.parametrize(
    "text",
    [
        "nonsense@1",
        "jam",
        "jam@0",
        "jam@x",
        "jam:z@1",
        "jam:start@1",
        "jam:4096@1",
        "jam:feed@1",
        "jam:reply@1",
        "late_card:k@1",
        "feeder_empty:k@1",
        "feed_fail:k@1",
        "unplug:feed@1",
        "jam@1;jam@2",
        "unplug:123456789@1",
    ],
)
def test_a_fault_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(BadUrl, match="故障"):
        parse(text)


def test_an_unknown_act_of_the_operator_is_refused() -> None:
    with pytest.raises(BadUrl, match="操作"):
        machine().operator.mend("dance")


def test_faults_strike_in_their_order_and_once() -> None:
    printer = emulated("mute@2,two_cards@3,half_card@3")
    outcomes = [printer.print_card(JOB, "x").outcome for _ in range(4)]
    unknown, confirmed = Outcome.UNKNOWN, Outcome.CONFIRMED
    assert outcomes == [confirmed, Outcome.REJECTED, confirmed, unknown]
    assert far_end(printer).memory.struck == ["mute@2", "half_card@3", "two_cards@3"]


# --- the tray


def in_tray(tray: Path, fault: str = "", operator: str = "") -> Printer:
    end = wire.build(PRIMACY, fault=fault, tray=tray, operator=operator)
    return Printer("emulator://evolis", PRIMACY, wire.EmulatorTransport(end))


def card(printer: Printer) -> PrintReport:
    return printer.print_card(JOB, "x")


def test_cards_lie_in_the_tray_in_order_and_whole(tmp_path: Path) -> None:
    for _ in range(2):
        printer = in_tray(tmp_path)
        card(printer)
        printer.close()
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [
        "0001_back.png",
        "0001_front.png",
        "0002_back.png",
        "0002_front.png",
    ]
    assert int(np.abs(seen(tmp_path / "0002_front.png").astype(int) - colourful()).max()) <= 1
    assert (seen(tmp_path / "0002_back.png") == checks()).all()
    assert printer.state().cards == 1202
    assert not list(tmp_path.rglob("*.part"))


def test_the_reject_box_is_another_heap_with_the_same_numbers(tmp_path: Path) -> None:
    printer = in_tray(tmp_path, "jam@1")
    card(printer)
    printer.close()
    printer = in_tray(tmp_path, "jam@1")
    assert card(printer).outcome is Outcome.REJECTED
    assert printer.reject().ready
    assert card(printer).outcome is Outcome.CONFIRMED
    assert (tmp_path / "rejected" / "0001_front.png").exists()
    half = seen(tmp_path / "rejected" / "0001_front.png")
    assert (half[:, :, 0] == 255).sum() > (colourful()[:, :, 0] == 255).sum()  # the jam came before cyan
    assert sorted(path.name for path in tmp_path.glob("*_front.png")) == ["0002_front.png"]


def test_a_late_card_of_one_process_falls_in_another(tmp_path: Path) -> None:
    card(in_tray(tmp_path, "late_card@1"))
    assert not list(tmp_path.glob("*.png"))
    card(in_tray(tmp_path, "late_card@1"))
    assert sorted(path.name for path in tmp_path.glob("*_front.png")) == ["0001_front.png", "0002_front.png"]
    assert len(list(tmp_path.glob("*_back.png"))) == 2


def test_what_was_unplugged_for_good_is_back_after_a_new_start(tmp_path: Path) -> None:
    printer = in_tray(tmp_path, "gone@1")
    assert card(printer).outcome is Outcome.UNKNOWN
    with pytest.raises(NotReached):
        printer.state()
    assert not in_tray(tmp_path, "gone@1").state().ready  # the card is still inside
    assert in_tray(tmp_path, "gone@1", operator="path").state().ready
    assert len(list((tmp_path / "rejected").glob("*_front.png"))) == 1


def test_a_printer_belongs_to_one_program_and_the_next_one_goes_on_from_there(tmp_path: Path) -> None:
    one, two = in_tray(tmp_path), in_tray(tmp_path)
    card(one)
    assert card(two).said.startswith("模拟打印机正被")
    one.close()
    assert card(two).outcome is Outcome.CONFIRMED
    two.close()
    assert card(one).outcome is Outcome.CONFIRMED
    assert len(list(tmp_path.glob("*_front.png"))) == 3


def test_a_memory_file_that_is_not_ours_counts_as_a_new_printer(tmp_path: Path) -> None:
    for text in ("", "[1]", '{"serial": 3}', "\xff"):
        (tmp_path / ".printer.json").write_text(text, encoding="latin-1")
        assert FolderTray(tmp_path).recall() in ({}, {"serial": 3})
        assert in_tray(tmp_path).state().cards == 1200


def test_a_tray_that_cannot_be_made_is_not_reached(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotReached, match="出卡"):
        FolderTray(tmp_path / "file")


def test_a_landing_that_was_cut_off_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the printer decided to eject and before the picture is there."""

    class Died(BaseException):
        pass

    def die(self: FolderTray, landed: object) -> None:
        raise Died

    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(FolderTray, "lay", die)
        card(in_tray(tmp_path))
    assert not list(tmp_path.glob("*.png"))
    state = in_tray(tmp_path).state()
    assert (state.cards, state.ready) == (1201, True)
    assert int(np.abs(seen(tmp_path / "0001_front.png").astype(int) - colourful()).max()) <= 1


PROGRAM = """
import sys
from devices.catalogue import open_printer
from tests.devices.pictures import FACES
printer = open_printer(sys.argv[1])
job = printer.encode(FACES, "x")
print("ready", flush=True)
while True:
    printer.print_card(job, "x")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_killed_program_leaves_a_printer_that_can_go_on(tmp_path: Path) -> None:
    url = f"emulator://evolis?profile=evolis-primacy&tray={tmp_path}"
    for pause in (0.0, 0.07, 0.2):
        program = [sys.executable, "-c", PROGRAM, url]
        with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, env=os.environ) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == b"ready\n"
            time.sleep(pause)
            running.send_signal(signal.SIGKILL)
        printer = in_tray(tmp_path)
        printer.reject()
        assert card(printer).outcome is Outcome.CONFIRMED
        printer.close()
        memory = far_end(printer).memory
        fronts = [*tmp_path.glob("*_front.png"), *(tmp_path / "rejected").glob("*_front.png")]
        assert memory.fed == memory.landed == len(fronts)
        assert {int(path.name[:4]) for path in fronts} == set(range(1, memory.landed + 1))
        newest = seen(tmp_path / f"{memory.landed:04d}_front.png")
        assert int(np.abs(newest.astype(int) - colourful()).max()) <= 1


def test_the_form_of_the_profile_is_the_form_of_the_job() -> None:
    assert Form("ymckok", "ymcko", "k", answer=5, panel=60, finish=300) == evolis(PRIMACY).form


@pytest.mark.parametrize("family", ["evolis", "magicard"])
@pytest.mark.parametrize("fault", ["mute@1", "wrong_answer@1", "slow@1"])
def test_an_answer_that_went_wrong_is_remembered_by_the_next_program(family: str, fault: str, tmp_path: Path) -> None:
    profile = {"evolis": "evolis-primacy", "magicard": "magicard-rio"}[family]
    url = f"emulator://{family}?profile={profile}&fault={fault}&tray={tmp_path.as_posix()}"
    first = open_printer(url)
    first.state()
    first.print_card(first.encode(FACES, "1"), "1")
    first.close()
    kept = json.loads((tmp_path / ".printer.json").read_text(encoding="utf-8"))
    assert kept["struck"] == [fault]
