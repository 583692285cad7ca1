"""个人信息副本: everything of one worker, nothing of anybody else, readable by a person and by a machine."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from station.documents.mydata import write_copy
from station.documents.mydata_paper import copy_paper
from station.documents.sheet import document_of
from station.domain import facts
from station.domain.errors import Fault, Refused
from station.services import intake, personal, rehearsal
from station.services.desk import Desk
from tests.stories.town import photo_bytes
from ui.desktop.viewmodels.timeline import sentence
from ui.words import word

Cases = tuple[Desk, list[str]]
STAFF = rehearsal.cast("330100")


def write(desk: Desk, subject: str, out: Path) -> zipfile.ZipFile:
    write_copy(desk, subject, out, say=lambda fact: sentence(fact, desk), word=word, actor=STAFF.clerk)
    return zipfile.ZipFile(out)


def test_everything_is_in_it(cases: Cases, tmp_path: Path) -> None:
    desk, subjects = cases
    subject = subjects[4]
    scan = desk.ledger.blobs.put(subject, photo_bytes(3))
    day = desk.today()
    told = [
        facts.MedicalRecorded(True, day, day, day, institution="市疾控中心", reference="TJ-7", paper=scan),
        facts.HouseholdComplained("3301022026000001", "SERVICE", "迟到", "13900009999"),
        facts.HouseholdScanned("3301022026000001", 1, "green", 0),
        facts.FaceMatched("ab", "match", "yunet", 0.5, 0.4),
        facts.ConsentWithdrawn("FACE", day),
    ]
    desk.ledger.append([(subject, one) for one in told], actor="clerk-01")
    pack = write(desk, subject, tmp_path / "copy.zip")
    assert set(pack.namelist()) == {"copy.pdf", "data.json", "photo.jpg", "scans/01.jpg"}
    assert Image.open(io.BytesIO(pack.read("photo.jpg"))).size == (358, 441)
    assert pack.read("copy.pdf").startswith(b"%PDF-")
    data = json.loads(pack.read("data.json"))
    person = desk.worker(subject).person
    assert person is not None
    assert (data["person"]["number"], data["person"]["name"]) == (person.number, person.name)
    assert data["medicals"][-1]["institution"] == "市疾控中心"
    assert [one["withdrawn_on"] for one in data["consents"] if one["item"] == "FACE"] == [str(day)]
    assert len(data["household_scans"]) == 1
    scanned = sum(isinstance(fact.payload, facts.HouseholdScanned) for fact in desk.ledger.facts_of(subject))
    assert len(data["history"]) == len(desk.ledger.facts_of(subject)) - scanned - 1  # the copy itself came after
    assert "13900009999" not in pack.read("data.json").decode(), "the household's contact is somebody else's"
    assert isinstance(desk.ledger.facts_of(subject)[-1].payload, facts.WorkerExported)
    assert [one.name for one in tmp_path.iterdir()] == ["copy.zip"]


def test_the_pages_say_it_in_words(cases: Cases) -> None:
    desk, subjects = cases
    record = desk.worker(subjects[4])
    told = desk.ledger.facts_of(subjects[4])
    paper = copy_paper(desk, record, told, say=lambda fact: sentence(fact, desk), word=word, files=["photo.jpg"])
    plain = document_of(paper).toPlainText()
    assert record.person is not None
    for said in (
        record.person.name, record.person.number, record.person.phone, "健康信息", "告知书 2026-1 版", "背景核查",
        "办理经过", "谁使用过", "photo.jpg", "满六个月", desk.settings.city.hotline,
    ):  # fmt: skip
        assert str(said) in plain
    assert "None" not in plain


def test_nobody_a_broken_folder_and_an_erased_person_are_sentences(cases: Cases, tmp_path: Path) -> None:
    desk, subjects = cases
    before = desk.ledger.count()
    with pytest.raises(Fault, match="文件夹"):
        write(desk, subjects[0], tmp_path / "no" / "such" / "copy.zip")
    assert desk.ledger.count() == before
    with pytest.raises(Refused):
        write_copy(desk, subjects[0], tmp_path / "c.zip", say=str, word=word, actor=STAFF.reviewer)
    form = intake.WorkerForm("330102197001010021", "王秀英", ("HOUSEWORK",))
    mistaken = intake.register_worker(desk, form, actor=STAFF.clerk).value.subject
    personal.erase(desk, mistaken, reason="BY_MISTAKE", actor=STAFF.supervisor, second=STAFF.bureau)
    with pytest.raises(Refused, match="身份信息"):
        write(desk, mistaken, tmp_path / "copy.zip")
    assert list(tmp_path.iterdir()) == []
