"""A company's list from the file to applications that wait at the association: findings, good rows, bad rows, again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from station.company.books import given_back, template
from station.company.columns import COLUMNS
from station.company.findings import Checked, rows_of
from station.company.opener import Opener
from station.company.taking import Taken, read_list, take
from station.domain.application import State
from station.domain.authority import Actor
from station.domain.errors import Refused
from station.services import personal, policies
from tests.company.lists import TODAY, good_row, write_list, write_photos
from tests.stories.town import Town, found_town

REVIEWER = Actor("王初审", ("COMPANY_REVIEWER",))


def taking(town: Town, rows: Sequence[Checked], opener: Opener, photos: Path | None) -> list[Taken]:
    clerk, uscc = town.staff.clerk, town.uscc("金桥家政")
    return list(take(town.desk, rows, uscc, opener=opener, photos=photos, clerk=clerk, reviewer=REVIEWER))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = found_town(tmp_path / "town", TODAY)
    made.uscc("金桥家政")
    yield made
    made.close()


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    with Opener() as made:
        yield made


def findings(town: Town, opener: Opener, sheet: Path, photos: Path | None = None) -> list[tuple[int, str, str]]:
    rows = read_list(town.desk, opener, sheet, photos, town.uscc("金桥家政"))
    return [(row.row.line, found.column, found.sentence) for row in rows for found in row.findings]


BAD: list[tuple[dict[str, object], str, str]] = [
    ({"document": 330102197001010021}, "document", "数字格式"),
    ({"document": "3.30102E+17"}, "document", "科学计数法"),
    ({"document": "330102197001010000"}, "document", "改成了 0"),
    ({"document": "330102700101002"}, "document", "15 位"),
    ({"document": "330102197001010022"}, "document", "校验位"),
    ({"document": "=A1"}, "document", "公式"),
    ({"name": ""}, "name", "没有填写“姓名”"),
    ({"name": "王\ue000"}, "name", "自造字"),
    ({"name": "王\U0002ebf0"}, "name", "U+2EBF0"),
    ({"phone": "12345"}, "phone", "电话"),
    ({"categories": "遛狗"}, "categories", "遛狗"),
    ({"company": "92330110MA2DEM009N"}, "company", "另一家企业"),
    ({"company": "X"}, "company", "统一社会信用代码"),
    ({"authorised_on": "2026-02-30"}, "authorised_on", "有效日期"),
    ({"authorised_on": "2026-03-03"}, "authorised_on", "今天"),
    ({"fingerprint": "否"}, "fingerprint", "捺印"),
    ({"consent_HEALTH": "否"}, "consent_HEALTH", "没有“同意健康信息”"),
    ({"consent_SHOWING": None}, "consent_SHOWING", "没有填写"),
    ({"consent_CREDIT": "大概"}, "consent_CREDIT", "只写“是”或“否”"),
    ({"consent_FACE": "也许"}, "consent_FACE", "只写“是”或“否”"),
    ({"notice": "2025-3"}, "notice", "现行告知书是 2026-1 版"),
    ({"fit": "优秀"}, "fit", "合格"),
    ({"tier": "高级"}, "tier", "母婴照护"),
    ({"examined_on": None}, "examined_on", "体检日期"),
    ({"insurer": None}, "insurer", "保险公司"),
    ({"insured_from": "2027-03-01", "insured_until": "2027-02-28"}, "insured_until", "早于"),
    ({"photo": "nobody.jpg"}, "photo", "nobody.jpg"),
    ({"photo": "../secret.jpg"}, "photo", "文件夹"),
    ({"card": "也许"}, "card", "制作实体证"),
]


def test_a_policy_of_the_company_needs_its_number_only(town: Town, opener: Opener, tmp_path: Path) -> None:
    uscc, clerk = town.uscc("金桥家政"), town.staff.clerk
    last = TODAY + timedelta(days=300)
    policies.write_policy(town.desk, uscc, policy="G1", insurer="人保", first=TODAY, last=last, actor=clerk)
    bare: dict[str, object] = {"policy": "G1", "insurer": None, "insured_from": None, "insured_until": None}
    early = (TODAY - timedelta(days=1)).isoformat()
    rows = [
        {**good_row(0), **bare},
        {**good_row(1), **bare, "insured_from": early},
        {**good_row(2), **bare, "insured_until": TODAY.isoformat()},
        {**good_row(3), **bare, "policy": "G2"},
        {**good_row(4), **bare, "insured_from": "2026-02-30"},
    ]
    found = read_list(town.desk, opener, write_list(tmp_path / "list.xlsx", rows), None, uscc)
    said = [[(one.column, one.sentence) for one in row.findings] for row in found]
    assert said[0] == []
    assert [column for column, _ in said[1]] == ["insured_from"]
    assert "保单有效期内" in said[1][0][1]
    assert [column for column, _ in said[2]] == ["insured_until"]
    assert [column for column, _ in said[3]] == ["insurer", "insured_from", "insured_until"]
    assert [column for column, _ in said[4]] == ["insured_from"]
    for _ in range(2):
        (taken,) = taking(town, [found[0]], opener, None)
    (stay,) = town.desk.worker(taken.subject).insurances
    assert (stay.member, stay.company, stay.period.first, stay.last_day) == (True, uscc, TODAY, last)


def test_somebody_known_stands_on_the_list_as_they_are_known(town: Town, opener: Opener, tmp_path: Path) -> None:
    uscc = town.uscc("金桥家政")
    first = read_list(town.desk, opener, write_list(tmp_path / "first.xlsx", [good_row(0)]), None, uscc)
    taking(town, first, opener, None)
    rows = [{**good_row(0), "name": "王改名"}, {**good_row(0), "phone": "13911112222"}, {**good_row(0), "phone": None}]
    said = []
    for n, row in enumerate(rows):
        sheet = write_list(tmp_path / f"{n}.xlsx", [row])
        (checked,) = read_list(town.desk, opener, sheet, None, uscc)
        said.append([(found.column, str(good_row(0)["name"]) in found.sentence) for found in checked.findings])
    assert said == [[("name", False)], [("phone", False)], []]


def test_a_quoted_phone_comes_back_as_it_was(town: Town, opener: Opener, tmp_path: Path) -> None:
    uscc = town.uscc("金桥家政")
    row = {**good_row(0), "phone": "+86 13800001234", "insurer": None}
    checked = read_list(town.desk, opener, write_list(tmp_path / "list.xlsx", [row]), None, uscc)
    given_back(tmp_path / "back.xlsx", checked)
    (again,) = read_list(town.desk, opener, tmp_path / "back.xlsx", None, uscc)
    assert again.row.text("phone") == "+86 13800001234"
    assert again.phone == "13800001234"


def test_a_photo_that_is_not_there_is_a_sentence_once_photos_are_given(
    town: Town, opener: Opener, tmp_path: Path
) -> None:
    sheet = write_list(tmp_path / "list.xlsx", [good_row(0), good_row(1)])
    found = findings(town, opener, sheet, write_photos(tmp_path / "photos", 1))
    assert [(line, column) for line, column, _ in found] == [(3, "photo")]
    assert findings(town, opener, sheet) == []


def test_every_fault_is_a_sentence_in_its_row(town: Town, opener: Opener, tmp_path: Path) -> None:
    rows = [{**good_row(index), **change} for index, (change, _, _) in enumerate(BAD)]
    found = findings(town, opener, write_list(tmp_path / "bad.xlsx", rows), write_photos(tmp_path / "photos", 2))
    for index, (_, column, words) in enumerate(BAD):
        said = [sentence for line, where, sentence in found if line == index + 2 and where == column]
        assert any(words in sentence for sentence in said), (index, column, words, said)
    assert {line for line, _, _ in found} == set(range(2, len(BAD) + 2))


def test_everything_wrong_with_a_row_is_said_at_once(town: Town, opener: Opener, tmp_path: Path) -> None:
    row = {**good_row(0), "document": "1", "phone": "2", "consent_PRIVACY": "", "categories": "x"}
    found = findings(town, opener, write_list(tmp_path / "bad.xlsx", [row]))
    assert {column for _, column, _ in found} == {"document", "phone", "consent_PRIVACY", "categories"}


def test_the_second_of_two_is_the_double(town: Town, opener: Opener, tmp_path: Path) -> None:
    found = findings(town, opener, write_list(tmp_path / "double.xlsx", [good_row(0), good_row(1), good_row(0)]))
    assert found == [(4, "document", "与第 2 行是同一个人，请删去多余的一行。")]


def test_good_rows_go_on_and_bad_rows_come_back(town: Town, opener: Opener, tmp_path: Path) -> None:
    wrong = [{**good_row(1), "document": "330102197001010022"}, {**good_row(3), "phone": "+1"}]
    rows = [good_row(0), wrong[0], good_row(2), wrong[1]]
    sheet, photos = write_list(tmp_path / "list.xlsx", rows), write_photos(tmp_path / "photos", 3)
    uscc = town.uscc("金桥家政")
    checked = read_list(town.desk, opener, sheet, photos, uscc)
    taken = taking(town, checked, opener, photos)
    assert [(bool(one.subject), one.fresh) for one in taken] == [(True, True), (True, True)]
    for one in taken:
        record = town.desk.worker(one.subject)
        assert record.open_application is not None
        assert record.open_application.state is State.SUBMITTED
        assert record.photo is not None
        assert [step.actor for step in record.open_application.steps if step.act == "pass_review"] == ["王初审"]
    back = tmp_path / "back.xlsx"
    given_back(back, [row for row in checked if not row.good])
    book = openpyxl.load_workbook(back)
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(lines) == 3
    assert "校验位" in str(lines[1][-1])
    assert lines[2][2] == "'+1", "what a spreadsheet would calculate is quoted"
    assert book.worksheets[0].cell(2, 2).fill.fgColor.rgb.endswith("FFD9D6")
    again = read_list(town.desk, opener, sheet, photos, uscc)
    repeated = taking(town, again, opener, photos)
    assert [one.fresh for one in repeated] == [False, False]
    assert town.desk.ledger.roll.count() == 2


def test_a_row_refused_only_now_is_given_back(town: Town, opener: Opener, tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", 2)
    next(photos.iterdir()).write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    sheet, uscc = write_list(tmp_path / "list.xlsx", [good_row(0), good_row(1)]), town.uscc("金桥家政")
    rows = read_list(town.desk, opener, sheet, photos, uscc)
    taken = taking(town, rows, opener, photos)
    assert sorted(bool(one.subject) for one in taken) == [False, True]
    (bad,) = [row for row in rows if not row.good]
    assert bad.findings[0].column == "photo"
    assert town.desk.ledger.roll.count() == 1


def test_it_can_be_stopped_between_two_rows(town: Town, opener: Opener, tmp_path: Path) -> None:
    sheet, uscc = write_list(tmp_path / "list.xlsx", [good_row(n) for n in range(4)]), town.uscc("金桥家政")
    rows = read_list(town.desk, opener, sheet, None, uscc)
    taken = []
    runs = take(town.desk, rows, uscc, opener=opener, photos=None, clerk=town.staff.clerk, reviewer=REVIEWER,
                cancelled=lambda: len(taken) == 2)  # fmt: skip
    for one in runs:
        taken.append(one)
    assert len(taken) == 2


def test_another_companys_worker_and_a_holder_are_not_taken(town: Town, opener: Opener, tmp_path: Path) -> None:
    sheet, uscc = write_list(tmp_path / "list.xlsx", [good_row(0)]), town.uscc("金桥家政")
    rows = read_list(town.desk, opener, sheet, None, uscc)
    taking(town, rows, opener, None)
    other = town.uscc("阳光里家政")
    (row,) = read_list(town.desk, opener, sheet, None, other)
    assert "另一家企业" in row.findings[0].sentence
    with pytest.raises(Refused, match="没有找到该企业"):
        read_list(town.desk, opener, sheet, None, "91330102MA27TE5T2K")


def test_the_template_is_what_the_reader_reads(opener: Opener, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    template(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert [cell.value.rstrip("*") for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert sheet["B2"].number_format == "@"
    for column, one in enumerate(COLUMNS, start=1):
        sheet.cell(2, column, one.example)
    book.save(path)
    (row,) = rows_of(opener.rows(path))
    assert {key: text for key, (_, text) in row.cells.items()} == {c.key: c.example for c in COLUMNS}
    assert "王秀英" not in repr(row)


def test_photos_in_a_zip(town: Town, opener: Opener, tmp_path: Path) -> None:
    folder, pack = write_photos(tmp_path / "photos", 2), tmp_path / "photos.zip"
    with zipfile.ZipFile(pack, "w") as out:
        for path in folder.iterdir():
            out.write(path, f"照片/{path.name}")
    sheet = write_list(tmp_path / "list.xlsx", [good_row(0), good_row(1)])
    rows = read_list(town.desk, opener, sheet, pack, town.uscc("金桥家政"))
    assert all(row.photo.startswith("照片/") for row in rows)
    assert opener.photo(pack, rows[0].photo)[:3] == b"\xff\xd8\xff"


def test_a_killed_run_is_simply_run_again(tmp_path: Path) -> None:
    """kill -9 at some row; the second run takes the rest, and nobody twice."""
    home = tmp_path / "town" / "first"
    town = found_town(tmp_path / "town", TODAY)
    uscc = town.uscc("金桥家政")
    town.close()
    today = __import__("datetime").date.today()
    sheet = write_list(tmp_path / "list.xlsx", [good_row(n, today) for n in range(6)])
    command = [sys.executable, "main.py", "company", "take", str(sheet), "--company", uscc, "--json"]
    command += ["--reviewer", "王初审"]
    command += ["--home", str(home)]
    root = Path(__file__).parents[2]
    first = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.6)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    said = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert said["taken"] + said["already"] == 6
    once_more = json.loads(subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout)
    assert (once_more["taken"], once_more["already"]) == (0, 6)


def test_an_old_template_is_answered_with_what_to_add(town: Town, opener: Opener, tmp_path: Path) -> None:
    old = [column for column in COLUMNS if not column.key.startswith("consent_") and column.key != "notice"]
    row = good_row(0)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([*(column.heading for column in old), "已签同意书*"])
    sheet.append([*(row.get(column.key) for column in old), "是"])
    book.save(tmp_path / "old.xlsx")
    with pytest.raises(Refused) as no:
        read_list(town.desk, opener, tmp_path / "old.xlsx", None, town.uscc("金桥家政"))
    assert no.value.code == "old_template"
    for said in ("旧模板", "已签同意书", "同意健康信息", "信用信息授权", "告知书版本"):
        assert said in no.value.sentence
    assert "同意人脸比对" not in no.value.sentence, "nobody has to be asked for their face"


def test_each_consent_of_a_row_is_recorded_by_itself(town: Town, opener: Opener, tmp_path: Path) -> None:
    rows = [{**good_row(0), "consent_FACE": "否"}, good_row(1), {**good_row(2), "consent_FACE": None}]
    read = read_list(town.desk, opener, write_list(tmp_path / "list.xlsx", rows), None, town.uscc("金桥家政"))
    taken = taking(town, read, opener, None)
    given = [town.desk.worker(one.subject).consents for one in taken]
    assert [len(one) for one in given] == [6, 7, 6]
    assert {consent.version for one in given for consent in one.values()} == {"2026-1"}
    assert [("FACE" in one) for one in given] == [False, True, False]


def test_a_list_signed_before_a_consent_was_taken_back_gives_nothing_back(
    town: Town, opener: Opener, tmp_path: Path
) -> None:
    sheet = write_list(tmp_path / "list.xlsx", [good_row(0)])
    subject = taking(town, read_list(town.desk, opener, sheet, None, town.uscc("金桥家政")), opener, None)[0].subject
    personal.withdraw_consents(town.desk, subject, ["HEALTH"], actor=town.staff.clerk)
    again = taking(town, read_list(town.desk, opener, sheet, None, town.uscc("金桥家政")), opener, None)
    assert "撤回之后重新签署" in again[0].row.findings[0].sentence
    assert not town.desk.worker(subject).consented("HEALTH")
