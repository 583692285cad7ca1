"""The supervisor's acts on the command line: the same rules, reasons and two people as at the desk."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from station.bootstrap import open_desk
from station.domain.authority import ACTS
from station.services import intake, rehearsal
from tests.ui.conftest import Station
from ui.act_table import FORMS
from ui.cli.main import main
from ui.desktop import text
from ui.desktop.viewmodels.people import worker_file


@pytest.fixture
def home(station: Station) -> str:
    station.desk.ledger.close()
    return str(station.home)


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_suspend_and_revoke_turn_the_code_red(
    station: Station, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    number = station.workers[0].number
    code, told = call(capsys, "suspend", "--worker", number, "--reason", "complaint", "--home", home)
    assert (code, told["permit"], told["colour"]) == (0, "suspended", "red")
    code, told = call(
        capsys, "act", "reinstate", "--worker", number, "--reason", "complaint", "--note", "已查清", "--home", home
    )
    assert (code, told["permit"], told["colour"]) == (0, "issued", "green")
    wanted = ("--reason", "lent_card", "--document", "D-1")
    code, told = call(capsys, "revoke", "--worker", number, *wanted, "--home", home)
    assert (code, told["permit"], told["cards"]) == (0, "revoked", {"1": "recall_pending"})
    code, told = call(capsys, "suspend", "--worker", number, "--reason", "complaint", "--home", home)
    assert (code, told["error"]["code"]) == (1, "not_offered")


def test_two_people_a_listed_reason_and_a_known_worker_are_asked_for(
    station: Station, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    number = station.workers[0].number
    for words, wanted in (
        (("revoke", "--reason", "lent_card", "--document", "D-1", "--second", "supervisor"), "second_person"),
        (("suspend", "--reason", "because"), "choices"),
        (("suspend", "--reason", "other"), "note_needed"),
        (("suspend", "--reason", "complaint", "--login", "clerk"), "not_allowed"),
    ):
        code, told = call(capsys, *words, "--worker", number, "--home", home)
        assert code == 1
        assert told["error"]["code"] == wanted
    code, told = call(capsys, "suspend", "--reason", "complaint", "--worker", "查无此人", "--home", home)
    assert (code, told["error"]["code"]) == (1, "which_worker")


def test_a_lost_card_is_printed_anew_and_read_back(
    station: Station, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (worker.number for worker in station.workers)
    code, told = call(capsys, "print", "--worker", second, "--home", home)
    assert (code, told["active"], told["cards"]) == (0, True, {"1": "active"})
    code, told = call(capsys, "print", "--worker", second, "--home", home)
    assert (code, told["error"]["code"]) == (1, "nothing_waiting")
    code, told = call(capsys, "reprint", "--worker", first, "--reason", "LOST", "--home", home)
    assert (code, told["active"], told["cards"]) == (0, True, {"1": "lost", "2": "active"})


def test_every_act_of_the_desk_is_a_command_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    for form in FORMS:
        assert main(["act", form.key.replace("_", "-"), "--help"]) == 0
        said = capsys.readouterr().out
        assert form.title in said
        assert ("--second" in said) is bool(ACTS[form.rule].second)


def test_a_worker_moves_to_another_company_act_by_act(
    station: Station, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from station.bootstrap import open_desk

    desk = open_desk(station.home)
    worker = station.workers[0]
    right = desk.worker(worker.subject).permits[worker.number]
    other = next(row for row in desk.ledger.roll.find_company("家政") if row.uscc != right.company)
    today = desk.today().isoformat()
    desk.ledger.close()

    def act(*words: str) -> dict[str, Any]:
        code, told = call(capsys, "act", words[0], "--worker", worker.number, *words[1:], "--home", home)
        assert code == 0, told
        return told

    assert call(capsys, "act", "open", "--worker", worker.number, "--home", home)[1]["error"]["code"] == "not_offered"
    assert act("leave", "--by", "worker")["colour"] == "red"
    ambiguous = call(
        capsys, "act", "affiliation", "--worker", worker.number, "--company", "家政", "--on", today, "--fingerprint",
        "--home", home,
    )  # fmt: skip
    assert ambiguous[1]["error"]["code"] == "companies"
    act("affiliation", "--company", other.uscc, "--on", today, "--fingerprint")
    _, told = call(
        capsys, "act", "reinstate", "--worker", worker.number, "--reason", "affiliation_ended", "--note", "回来了",
        "--home", home,
    )  # fmt: skip
    assert told["error"]["code"] == "cause_stands"
    assert act("open")["application"] == "draft"
    act("consents", "--items", "CREDIT", "--on", today)
    act("confirm-unbinding", "--by", "company", "--agreed", "yes")
    until = f"{int(today[:4]) + 1}-12-31"
    policy = ("--number", "Y1", "--insurer", "人保", "--kind", "LIABILITY", "--last", until)
    assert call(capsys, "company", "policy", "--company", other.uscc, *policy, "--home", home)[0] == 0
    act("join-policy")
    for step in ("put-to-review", "pass-review", "accept", "pass-credit", "complete"):
        act(step)
    told = act("transfer")
    assert (told["permit"], told["colour"], told["permit_number"]) == ("issued", "green", worker.number)
    desk = open_desk(station.home)
    assert desk.worker(worker.subject).permits[worker.number].company == other.uscc
    desk.ledger.close()


def test_a_correction_keeps_what_is_left_empty(
    station: Station, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from station.bootstrap import open_desk

    worker = station.workers[1]
    code, told = call(
        capsys, "act", "correct", "--worker", worker.number, "--phone", "13900001111", "--home", home
    )  # fmt: skip
    assert code == 0, told
    desk = open_desk(station.home)
    person = desk.worker(worker.subject).person
    assert person is not None
    assert (person.phone, person.name, person.categories) == (
        "13900001111", worker.person.name, worker.person.categories,
    )  # fmt: skip
    desk.ledger.close()
    code, told = call(capsys, "act", "correct", "--worker", worker.number, "--home", home)
    assert told["error"]["code"] == "nothing_to_correct"


def test_what_differs_on_a_paper_or_in_the_ministrys_record_is_seen(
    station: Station, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """WRONG-2 and WRONG-7 through the door that people use."""
    number = station.workers[0].number
    cover = ("--insurance-kind", "LIABILITY", "--last", "2027-06-30")
    policy = ("--policy", "P9", "--insurer", "人保", *cover)
    code, told = call(capsys, "act", "insurance", "--worker", number, *policy, "--holder", "不是他", "--home", home)
    assert (code, told["error"]["code"]) == (1, "holder_differs")
    code, told = call(capsys, "act", "insurance", "--worker", number, *policy, "--home", home)
    assert code == 0
    record = station.desk.worker(station.workers[0].subject)
    assert record.person is not None
    assert record.affiliation is not None
    same = ("--record-name", record.person.name or "", "--record-company", record.affiliation.company)
    differs = (*same, "--record-company", "别家家政服务有限公司")
    source = ("--source", "商务部平台", "--certificate", "XY1")
    door = ("act", "credit", "--worker", number, *source, "--login", "bureau", "--home", home)
    code, told = call(capsys, *door, "--status", "PASSED", *differs)
    assert (code, told["error"]["code"]) == (1, "credit_mismatch")
    for words, found in ((("--status", "REJECTED", *differs), True), (("--status", "PASSED", *same), False)):
        code, told = call(capsys, *door, *words)
        assert code == 0, told
        assert ("企业" in told["said"], "XY1" in told["said"]) == (found, False)
        _, told = call(capsys, "health", "--home", home)
        assert ("WRONG-2" in {one["condition"] for one in told["findings"]}) is found


def test_rights_are_commands_consents_back_a_copy_a_void_and_an_erasure_refused(
    station: Station, home: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    number = station.workers[0].number
    worker = ("--worker", number, "--home", home)
    out = tmp_path / "copy.zip"
    code, told = call(capsys, "export", "--out", str(out), *worker)
    assert (code, told["colour"]) == (0, "green")
    assert {"copy.pdf", "data.json", "photo.jpg"} <= set(zipfile.ZipFile(out).namelist())
    code, told = call(capsys, "act", "void", "--voided", "list", "--reason", "FALSE", *worker)
    assert (code, told["error"]["code"]) == (1, "choices")
    insured = next(part.split()[0] for part in told["error"]["sentence"].split("；") if "保险 P" in part)
    code, told = call(capsys, "act", "void", "--voided", insured.split("：")[-1], "--reason", "FALSE", *worker)
    assert (code, told["colour"]) == (0, "yellow")
    code, told = call(capsys, "act", "withdraw-consents", "--withdrawn", "FACE", *worker)
    assert (code, told["colour"]) == (0, "yellow")
    code, told = call(capsys, "act", "withdraw-consents", "--withdrawn", "SHOWING", "--withdrawn", "CREDIT", *worker)
    assert (code, told["permit"], told["colour"]) == (0, "suspended", "red")
    code, told = call(capsys, "erase", "--reason", "CONSENT_WITHDRAWN", *worker)
    assert (code, told["error"]["code"]) == (1, "kept_by_law")
    assert "注销" in told["error"]["sentence"]


def test_erasing_somebody_registered_by_mistake_and_the_list_of_what_is_due(
    station: Station, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = open_desk(station.home)
    form = intake.WorkerForm("330102197001010021", "误登记", ("HOUSEWORK",))
    clerk = rehearsal.cast("330100").clerk
    subject = intake.register_worker(desk, form, actor=clerk).value.subject
    desk.ledger.close()
    code, told = call(capsys, "retention", "--ahead", "190", "--home", home)
    assert code == 0
    assert [(row["subject"], row["due"]) for row in told["people"]] == [(subject, False)]
    assert (told["scans"], told["deleted"]) == (0, {"people": 0, "scans": 0})
    assert main(["retention", "--run", "--ahead", "190", "--home", home]) == 0
    said = capsys.readouterr().out
    assert "已删除：0 人" in said
    assert "将到期" in said
    worker = ("--worker", "330102197001010021", "--home", home)
    code, _ = call(capsys, "erase", "--reason", "BY_MISTAKE", *worker)
    assert code == 0
    code, told = call(capsys, "erase", "--reason", "BY_MISTAKE", *worker)
    assert (code, told["error"]["code"]) == (1, "not_offered")
    code, told = call(capsys, "erase", "--reason", "BY_MISTAKE", "--worker", "误登记", "--home", home)
    assert (code, told["error"]["code"]) == (1, "which_worker"), "nobody is found by that name any more"
    desk = open_desk(station.home)
    view = worker_file(desk, subject)
    desk.ledger.close()
    assert view.name == text.ERASED_NAME
    assert view.missing == [text.ERASED]
    assert "误登记" in view.timeline[0][1], "the reason of the list"
    assert "一同确认" in view.timeline[0][1]
    assert view.photo is None


def test_a_mandate_is_given_listed_and_taken_back(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    """R26: bureau and supervisor; nothing is written without a paper's number."""
    given = ("mandate", "give", "agent-1", "--agency", "浙江信用", "--from", "2026-01-01", "--until", "2099-12-31")
    code, told = call(capsys, *given, "--document", " ", "--home", home)
    assert (code, told["error"]["code"]) == (1, "mandate_incomplete")
    code, told = call(capsys, *given, "--document", "3号", "--login", "supervisor", "--home", home)
    assert (code, told["error"]["code"]) == (1, "nobody_able")
    assert call(capsys, "mandate", "list", "--home", home) == (0, {"mandates": {}})
    code, told = call(capsys, *given, "--document", "3号", "--home", home)
    assert (code, told["mandate"]["document"]) == (0, "3号")
    code, told = call(capsys, "mandate", "end", "agent-1", "--home", home)
    assert code == 0
    code, told = call(capsys, "mandate", "list", "--home", home)
    assert told["mandates"]["agent-1"]["last"] < "2099-12-31"
    code, told = call(capsys, "mandate", "end", "agent-1", "--home", home)
    assert (code, told["error"]["code"]) == (1, "no_mandate")
