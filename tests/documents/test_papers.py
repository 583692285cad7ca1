"""The eight papers: what stands on them, what is refused before its time, pages with their fonts inside."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from station.documents.kinds import KINDS, Paper, fill, long_date
from station.documents.sheet import document_of, html_of, picture_of, write_pdf
from station.domain.decide.ban import banned_until
from station.domain.errors import Fault, Refused
from station.services import intake, rehearsal, review
from station.services.desk import Desk

RETURNED, EXTENDED, READY, FRESH = 1, 3, 4, 5
READY_FOR = {"application": READY, "authorisation": READY, "credit": READY, "consents": READY, "receipt": 2}
READY_FOR["defects"] = RETURNED
READY_FOR["extension"] = EXTENDED
Cases = tuple[Desk, list[str]]


def paper(cases: Cases, kind: str) -> Paper:
    desk, subjects = cases
    return fill(desk, kind, subjects[READY_FOR[kind]])


def code_of(cases: Cases, kind: str, index: int) -> str:
    desk, subjects = cases
    with pytest.raises(Refused) as caught:
        fill(desk, kind, subjects[index])
    return caught.value.code


@pytest.mark.parametrize("kind", READY_FOR)
def test_a_paper_names_the_person_the_company_and_the_issuer(cases: Cases, kind: str) -> None:
    made = paper(cases, kind)
    plain = document_of(made).toPlainText()
    desk, subjects = cases
    person = desk.worker(subjects[READY_FOR[kind]]).person
    assert person is not None
    assert person.name in plain
    assert person.number in plain
    assert made.values["company"] in plain
    assert desk.settings.city.association in plain
    assert KINDS[kind] in plain
    assert "演练" in plain
    assert "None" not in plain


@pytest.mark.parametrize("kind", READY_FOR)
def test_one_page_with_every_font_inside(cases: Cases, kind: str, tmp_path: Path) -> None:
    out = write_pdf(paper(cases, kind), tmp_path / "folder" / f"{kind}.pdf")
    data = out.read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    assert data.count(b"/FontFile") >= data.count(b"/FontDescriptor\n") > 0
    assert [one.name for one in out.parent.iterdir()] == [out.name]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_what_is_on_the_page_can_be_read_back(cases: Cases, tmp_path: Path) -> None:
    out = write_pdf(paper(cases, "receipt"), tmp_path / "receipt.pdf")
    said = subprocess.run(["pdftotext", "-raw", out, "-"], capture_output=True, check=True, timeout=30).stdout.decode()
    made = paper(cases, "receipt").values
    plain = unicodedata.normalize("NFKC", said).replace(" ", "").replace("\n", "")  # radicals share their glyphs
    for words in (made["name"], made["number"], made["due"], made["accepted"]):
        assert str(words).replace(" ", "") in plain


def test_the_receipt_says_the_day_it_is_due(cases: Cases) -> None:
    desk, subjects = cases
    papers = desk.worker(subjects[2]).open_application
    assert papers is not None
    values = paper(cases, "receipt").values
    assert values["due"] == long_date(papers.due)
    provisional = Paper("receipt", "x", {**values, "provisional": True})
    assert "暂定" in html_of(provisional)
    assert "暂定" not in html_of(Paper("receipt", "x", {**values, "provisional": False}))


def test_the_defect_list_has_all_of_them_with_the_note(cases: Cases) -> None:
    plain = document_of(paper(cases, "defects")).toPlainText()
    assert "照片不合格" in plain
    assert "第 3 页缺" in plain


def test_the_notice_goes_through_the_company_with_the_reason(cases: Cases) -> None:
    plain = document_of(paper(cases, "extension")).toPlainText()
    assert "并转" in plain
    assert "等待体检结果（等待结论）" in plain
    assert "从业人员本人签名" in plain


def test_the_authorisation_says_one_company_and_until_when(cases: Cases) -> None:
    plain = document_of(paper(cases, "authorisation")).toPlainText()
    for clause in ("唯一", "自愿挂靠", "全权负责并持有", "自签订之日起", "捺"):
        assert clause in plain


def test_the_form_shows_the_portrait_the_choices_and_the_card(cases: Cases) -> None:
    made = paper(cases, "application")
    assert made.portrait is not None
    assert "☑ 制作实体" in html_of(made)
    desk, subjects = cases
    fresh = fill(desk, "application", subjects[FRESH])
    assert fresh.portrait is None
    html = html_of(fresh)
    assert "（照片）" in html
    assert "☑ 只用线上证" in html
    assert "未开始申领" in html
    assert "____ 年" in document_of(fill(desk, "authorisation", subjects[FRESH])).toPlainText()


def test_nothing_is_handed_out_before_its_time(cases: Cases) -> None:
    assert code_of(cases, "receipt", 0) == "not_accepted"
    assert code_of(cases, "defects", 2) == "not_returned"
    assert code_of(cases, "extension", 2) == "not_extended"
    assert code_of(cases, "handover", 2) == "no_active_card"
    assert code_of(cases, "diploma", 2) == "no_such_document"


def test_what_the_ledger_says_is_never_markup(cases: Cases) -> None:
    made = paper(cases, "receipt")
    html = html_of(replace(made, values={**made.values, "name": "<b>x</b>"}))
    assert "&lt;b&gt;x" in html


def test_a_name_without_glyph_is_refused(cases: Cases) -> None:
    made = paper(cases, "receipt")
    with pytest.raises(Refused) as caught:
        document_of(replace(made, values={**made.values, "name": "王\ue863"}))
    assert caught.value.code == "glyph_missing"


def test_a_folder_that_cannot_be_written_is_said(cases: Cases, tmp_path: Path) -> None:
    (tmp_path / ".x.pdf.part").mkdir()
    with pytest.raises(Fault):
        write_pdf(paper(cases, "receipt"), tmp_path / "x.pdf")


def test_the_preview_is_a_whole_page_with_ink_on_it(cases: Cases) -> None:
    picture = picture_of(paper(cases, "receipt"), 60)
    assert (picture.width(), picture.height()) == (496, 702)
    dark = sum(picture.pixelColor(x, y).value() < 120 for x in range(0, 496, 2) for y in range(80, 400, 2))
    assert dark > 150
    assert all(picture.pixelColor(x, 20).value() == 255 for x in range(0, 496, 4))


def test_a_day_in_words() -> None:
    assert long_date(date(2026, 1, 5)) == "2026 年 1 月 5 日"
    assert long_date(None).startswith("______")


def test_the_notice_has_its_version_and_a_box_for_each_consent_none_ticked(cases: Cases) -> None:
    plain = document_of(paper(cases, "consents")).toPlainText()
    assert f"版本 {cases[0].settings.city.notice_version}" in plain
    assert plain.count("□ 同意") == plain.count("□ 不同意") == 7
    for said in ("撤回", "副本", "删除", "终止后三年", "满六个月", "不保存人脸模板"):
        assert said in plain


def test_a_refusal_says_why_and_how_to_object(cases: Cases) -> None:
    desk, subjects = cases
    people = rehearsal.cast(desk.settings.city.code)
    assert code_of(cases, "refusal", 2) == "not_refused"
    papers = desk.worker(subjects[2]).open_application
    assert papers is not None
    review.refuse_credit(
        desk, subjects[2], papers.id, reason="FALSE_MATERIAL", note="培训证书系伪造", actor=people.bureau,
        second=people.supervisor,
    )  # fmt: skip
    plain = document_of(fill(desk, "refusal", subjects[2])).toPlainText()
    until = banned_until(desk.worker(subjects[2]))
    for words in ("材料不实", "培训证书系伪造", "复核", desk.settings.city.complaint_phone, long_date(until)):
        assert words in plain
    papers = desk.worker(subjects[0]).open_application
    assert papers is not None
    intake.refuse_review(desk, subjects[0], papers.id, reason="NOT_OURS", actor=people.reviewer)
    plain = document_of(fill(desk, "refusal", subjects[0])).toPlainText()
    assert "企业初审未予通过" in plain
    assert "不是本企业人员" in plain
    assert "以前不能再次申领" not in plain
