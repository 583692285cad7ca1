"""The desks by keyboard: lists of what waits, every act of an application, the supervisor's acts, handing over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from station.cards.portraits import rehearsal_portrait
from station.domain import application, card, facts, permit
from station.domain.authority import ACTS
from station.domain.eligibility import SIGNED_CONSENTS
from station.services.rehearsal import seed_stages
from station.services.staff import REHEARSAL_PASSWORD, Staff
from tests.ui.conftest import Station
from ui import text_acts as words
from ui.act_table import FORMS
from ui.desktop import text
from ui.desktop.app import dress
from ui.desktop.counter import Counter
from ui.desktop.drafts import Drafts
from ui.desktop.operations import Operations
from ui.desktop.screens.acts import ActsScreen
from ui.desktop.screens.file import FileScreen
from ui.desktop.screens.handover import HandoverScreen
from ui.desktop.screens.intake import IntakeScreen
from ui.desktop.screens.queue import QueueScreen
from ui.desktop.shell import Shell
from ui.desktop.viewmodels import people


class Desk:
    """A shell with a keyboard."""

    def __init__(self, qtbot: QtBot, shell: Shell) -> None:
        self.qtbot, self.shell, self.keys = qtbot, shell, 0

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        self.qtbot.waitUntil(lambda: until() and self.shell.counter.operations._running == 0, timeout=30_000)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.keys += 1
            self.qtbot.keyClick(QApplication.focusWidget() or self.shell, key)
            self.settle()

    def type(self, typed: str) -> None:
        self.keys += len(typed)
        widget = QApplication.focusWidget()
        assert isinstance(widget, QLineEdit)
        widget.insert(typed)  # keys without a pause between them would be taken for a scanner's
        self.settle()

    @property
    def acts(self) -> ActsScreen:
        found = self.shell.screens["acts"]
        assert isinstance(found, ActsScreen)
        return found

    @property
    def queue(self) -> QueueScreen:
        found = self.shell.screens["queue"]
        assert isinstance(found, QueueScreen)
        return found

    def open(self, subject: str, key: str) -> None:
        self.shell.counter.pick(subject, key)
        self.shell.go("acts")

    def act(self, subject: str, key: str, **fields: str) -> str:
        """Do one act as a clerk would; answers what the screen says afterwards."""
        self.open(subject, key)
        self.settle(lambda: self.acts._key() == key)
        for name, value in fields.items():
            if name == "defects":
                self.acts.form._ticks[name][value].setChecked(True)
                continue
            widget = self.acts.form._inputs[name]
            if isinstance(widget, QComboBox):
                widget.setCurrentIndex(widget.findData(value))
            elif isinstance(widget, QLineEdit):
                widget.setText(value)
        self.press(Qt.Key.Key_F9)
        self.settle()
        return self.acts.sentence.text()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, station: Station) -> Iterator[Desk]:
    seed_stages(station.desk, rehearsal_portrait)
    station.desk.ledger.close()
    dress(qapp)
    shell = Shell(Counter(Operations(), station.home))
    shell.resize(1366, 768)
    shell.show()
    made = Desk(qtbot, shell)
    shell.counter.open()
    made.settle(lambda: shell.counter.desk is not None)
    yield made
    shell.close()
    shell.deleteLater()


def subject_at(desk: Desk, state: application.State) -> str:
    rows = desk.shell.counter.desk.ledger.inbox.open(state=state.value)
    return str(rows[0].subject)


def test_every_act_has_its_words_a_rule_and_labels() -> None:
    assert len({form.key for form in FORMS}) == len(FORMS)
    assert {form.key for form in FORMS} == set(words.ACTS)
    for form in FORMS:
        assert form.rule in ACTS, form.key
        assert form.group in words.GROUPS
        assert all(field.name in words.FIELDS for field in form.fields), form.key


def test_the_queue_shows_who_is_due_and_leads_to_the_next_act(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F6)
    desk.settle(lambda: len(desk.queue.lines) == 5)
    notes = [line.person.state for line in desk.queue.lines]
    assert sum("工作日" in note for note in notes) == 3
    assert any("前须一次告知补正" in note for note in notes)
    assert desk.queue.tabs["hand_over"].text().endswith("1")
    desk.press(*[Qt.Key.Key_Right] * list(words.QUEUES).index("hand_over"))
    desk.settle(lambda: desk.queue.name == "hand_over" and len(desk.queue.lines) == 1)
    desk.press(Qt.Key.Key_Return)
    assert desk.shell.current == "acts"
    desk.settle(lambda: desk.acts._key() == "hand_to_company")


def test_an_application_from_the_company_to_the_permit_by_the_desks(desk: Desk) -> None:
    counter = desk.shell.counter
    subject = subject_at(desk, application.State.COMPANY_REVIEW)
    today = counter.today()

    def state() -> str:
        papers = list(counter.desk.worker(subject).applications.values())[-1]
        return str(papers.state.value)

    assert "已办理" in desk.act(subject, "pass_review")
    assert state() == "submitted"
    assert "逐项" in desk.act(subject, "return_papers"), "nothing was ticked"
    assert "已办理" in desk.act(subject, "return_papers", defects="photo", note="请重拍")
    assert "已办理" in desk.act(subject, "answer", defects="photo")
    assert "已办理" in desk.act(subject, "accept")
    assert state() == "credit_review"
    ministry = {"source": "商务部平台", "certificate": "X1", "record_name": "别人"}
    record = counter.desk.worker(subject)
    name, company = record.person.name, counter.desk.company(record.affiliation.company).name
    wrong = {**ministry, "record_company": "别家"}
    assert "不一致：姓名、企业" in desk.act(subject, "credit", status="PASSED", **wrong)
    assert "须更正" in desk.act(subject, "credit", status="SUBMITTED", **{**ministry, "record_company": company})
    ministry |= {"record_name": name, "record_company": company}
    assert "已办理" in desk.act(subject, "credit", status="PASSED", **ministry)
    assert "不同" in desk.act(subject, "credit", status="PASSED", **{**ministry, "certificate": "X2"})
    assert "已办理" in desk.act(subject, "background", conclusion="PASSED", source="公安")
    assert "已办理" in desk.act(subject, "pass_credit")
    assert "清单" in desk.act(subject, "complete")
    assert "体检" in desk.acts.gaps.text()
    assert "已办理" in desk.act(subject, "medical", fit="fit", tier="MATERNITY")
    until = (today + timedelta(days=364)).isoformat()
    assert "已办理" in desk.act(subject, "insurance", policy="P1", insurer="人保", last=until)
    photo = Path(counter.home) / "face.jpg"
    Image.fromarray(np.full((441, 358, 3), 190, np.uint8)).save(photo)
    assert "已办理" in desk.act(subject, "photo", file=str(photo))
    assert "已办理" in desk.act(subject, "complete")
    assert "已办理" in desk.act(subject, "generate")
    assert "已办理" in desk.act(subject, "release")
    record = counter.desk.worker(subject)
    assert state() == "issued"
    accepted = next(s for s in record.applications[record.permit.application].steps if s.act == "accept")
    assert accepted.actor == "clerk-01"
    assert next(s for s in record.permit.steps if s.act == "release").actor == "clerk-01"


def test_a_supervisors_act_needs_two_people_and_their_own_passwords(desk: Desk, station: Station) -> None:
    subject, number = station.workers[0].subject, station.workers[0].number
    desk.open(subject, "revoke")
    desk.settle(lambda: desk.acts._key() == "revoke")
    assert desk.acts.second.isVisible()
    assert desk.acts.by.given() == ("supervisor", REHEARSAL_PASSWORD)
    desk.acts.second.password.setText("wrong-password")
    desk.acts.form._inputs["document"].setText("杭商务〔2026〕1号")  # type: ignore[union-attr]
    desk.press(Qt.Key.Key_F9)
    assert desk.acts.sentence.text()
    right = desk.shell.counter.desk.worker(subject).permits[number]
    assert right.state is permit.State.ISSUED
    assert "已办理" in desk.act(subject, "revoke", reason="lent_card", document="杭商务〔2026〕1号")
    record = desk.shell.counter.desk.worker(subject)
    assert record.permits[number].state is permit.State.REVOKED
    assert record.cards[number, 1].state is card.State.RECALL_PENDING
    assert {step.actor for step in record.permits[number].steps if step.act == "revoke"} == {"supervisor-01"}


def test_what_was_typed_survives_a_crash(desk: Desk, station: Station) -> None:
    subject = station.workers[0].subject
    desk.open(subject, "suspend")
    desk.settle(lambda: desk.acts._key() == "suspend")
    desk.acts.form._inputs["note"].setText("电话核实中")  # type: ignore[union-attr]
    desk.settle(lambda: bool(Drafts(desk.shell.counter.desk).get(f"act:{subject}:suspend").get("note")))
    desk.open(subject, "cancel")
    desk.settle(lambda: desk.acts._key() == "cancel")
    desk.open(subject, "suspend")
    desk.settle(lambda: desk.acts.form.state().get("note") == "电话核实中")


def test_handing_over_by_scanning(desk: Desk, station: Station) -> None:
    desk.press(Qt.Key.Key_F10)
    pile = desk.shell.screens["handover"]
    assert isinstance(pile, HandoverScreen)
    desk.press(Qt.Key.Key_F9)
    assert pile.sentence.text() == words.HANDOVER_NOTHING
    for wrong, said in (("https://example.com", "勿交付"), (station.workers[1].number, "没有已启用")):
        pile.scanned(wrong)
        desk.settle()
        assert said in pile.sentence.text()
    pile.scanned(station.address(0))
    desk.settle(lambda: len(pile.pile) == 1)
    pile.scanned(station.address(0))
    desk.settle()
    assert pile.sentence.text() == words.HANDOVER_TWICE
    desk.press(Qt.Key.Key_F9)
    assert "领取人" in pile.sentence.text(), "somebody must sign"
    pile.collector.setFocus()
    desk.type("李经办")
    desk.press(Qt.Key.Key_F9)
    assert "已交付 1 张" in pile.sentence.text()
    record = desk.shell.counter.desk.worker(station.workers[0].subject)
    assert record.cards[station.workers[0].number, 1].state is card.State.WITH_COMPANY


def test_keystrokes_from_an_empty_form_to_an_accepted_application(desk: Desk) -> None:
    """Counted for the manual (operating.md): what is typed, and what it takes besides."""
    counter = desk.shell.counter
    desk.press(Qt.Key.Key_F4)
    intake = desk.shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    today = counter.today().isoformat().replace("-", "")
    typed = ["330102197001010021", "王秀英", "13800001234", "杭州市上城区", "金桥", today, "PX123456", "某校", today]
    for words_of_field in typed:
        desk.type(words_of_field)
        desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)  # the photo is taken later
    desk.press(Qt.Key.Key_1)
    steps = (("card", Qt.Key.Key_Space), ("finger", Qt.Key.Key_Space), ("consent_PRIVACY", Qt.Key.Key_A))
    for tick, key in steps:
        for _ in range(15):
            if QApplication.focusWidget() is {**intake.ticks, **intake.consents}[tick]:
                break
            desk.press(Qt.Key.Key_Return)
        desk.press(key)
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: bool(counter.subject))
    desk.press(Qt.Key.Key_F7)
    desk.settle(lambda: desk.acts._key() == "pass_review")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.acts._key() == "accept")
    desk.press(Qt.Key.Key_F9)
    papers = counter.desk.worker(counter.subject).open_application
    assert papers.state is application.State.CREDIT_REVIEW
    given = counter.desk.worker(counter.subject).consents
    assert set(given) == set(SIGNED_CONSENTS), "A ticks what everybody signs, never the face"
    assert {one.version for one in given.values()} == {counter.desk.settings.city.notice_version}
    besides = desk.keys - sum(len(one) for one in typed)
    assert besides <= 32, f"{besides} keys besides {sum(len(one) for one in typed)} typed characters"
    manual = (Path(__file__).parents[2] / "resources" / "docs" / "operating.md").read_text(encoding="utf-8")
    assert f"另按 {besides} 次键" in manual, f"the manual must say {besides}"


def test_staff_come_and_go_by_two(desk: Desk) -> None:
    staff = Staff(desk.shell.counter.desk)
    supervisor = staff.sign_in("supervisor", REHEARSAL_PASSWORD)
    bureau = staff.sign_in("bureau", REHEARSAL_PASSWORD)
    staff.open_account("li", "李窗口", "a-long-password-9", ("CLERK",), actor=supervisor, second=bureau)
    assert staff.sign_in("LI", "a-long-password-9").roles == ("CLERK",)
    staff.close_account("li", actor=supervisor, second=bureau)
    assert "李窗口" not in {one.person for one in staff.people()}


def test_a_known_worker_with_a_permit_is_refused_before_anything_is_written(desk: Desk) -> None:
    counter = desk.shell.counter
    at = counter.desk
    row = next(row for row in at.ledger.roll.page() if row.permit_number)
    before, person = at.ledger.count(), at.worker(row.subject).person
    intake = desk.shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    today = counter.today().isoformat()
    desk.press(Qt.Key.Key_F4)
    for name, typed in {
        "number": person.number, "name": "别的名字", "company": "金桥", "authorised_on": today,
        "training_by": "某校", "training_on": today,
    }.items():  # fmt: skip
        intake.fields[name].setText(typed)
    intake.categories["HOUSEWORK"].setChecked(True)
    intake.ticks["finger"].setChecked(True)
    for box in intake.consents.values():
        box.setChecked(True)
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: "已有有效的码证" in intake.sentence.text())
    assert at.ledger.count() == before
    assert at.worker(row.subject).person == person
    assert intake.fields["name"].text() == "别的名字"


def test_a_second_list_of_defects_is_offered_to_the_supervisor(desk: Desk) -> None:
    at = desk.shell.counter.desk
    row = next(one for one in at.ledger.inbox.open() if one.state == "submitted")
    form = next(one for one in FORMS if one.key == "return_papers")
    assert form.rule_for(at.worker(row.subject)) == "application.RETURN"
    for act in ("return", "answer"):
        told = facts.ApplicationActed(row.application, act, at.today(), defects=("photo",))
        at.ledger.append([(row.subject, told)], actor="clerk-01")
    assert form.rule_for(at.worker(row.subject)) == "application.RETURN_AGAIN"
    desk.shell.counter.pick(row.subject, "return_papers")
    desk.shell.go("acts")
    desk.settle(lambda: desk.acts._key() == "return_papers")
    offered = [desk.acts.by.people.itemText(i) for i in range(desk.acts.by.people.count())]
    assert offered == ["supervisor-01"]


def test_each_consent_has_a_key_and_a_missing_one_is_named(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F4)
    intake = desk.shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    assert "2026-1 版" in intake.notice.text()
    assert not any(box.isChecked() for box in intake.consents.values()), "none is ticked beforehand"
    next(iter(intake.consents.values())).setFocus()
    for key in (Qt.Key.Key_2, Qt.Key.Key_7, Qt.Key.Key_8, Qt.Key.Key_9):
        desk.press(key)
    ticked = [name for name, box in intake.consents.items() if box.isChecked()]
    assert ticked == ["consent_HEALTH", "consent_FACE"]
    assert not any(box.isChecked() for box in intake.categories.values())
    desk.press(Qt.Key.Key_A)
    desk.press(Qt.Key.Key_2)
    intake.categories["HOUSEWORK"].setFocus()
    desk.press(Qt.Key.Key_A)
    desk.press(Qt.Key.Key_2)
    assert intake.categories["HOURLY_CLEANING"].isChecked()
    today = desk.shell.counter.today().isoformat()
    for name, typed in {"company": "金桥", "authorised_on": today, "training_on": today}.items():
        intake.fields[name].setText(typed)
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: "还没有签署" in intake.sentence.text())
    assert "健康信息" in intake.sentence.text()
    assert "背景核查" not in intake.sentence.text()
    intake.consents["consent_HEALTH"].setChecked(True)
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: "捺印" in intake.sentence.text())
    intake.ticks["finger"].setChecked(True)
    before = desk.shell.counter.desk.ledger.count()
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: intake.sentence.text() == text.INTAKE_NO_ISSUER)
    assert desk.shell.counter.desk.ledger.count() == before


def test_rights_are_a_key_away_from_the_file_and_the_file_shows_each_consent(desk: Desk) -> None:
    counter = desk.shell.counter
    at = counter.desk
    row = next(row for row in at.ledger.roll.page() if row.permit_number)
    counter.pick(row.subject)
    desk.shell.open_file(row.subject)
    file = desk.shell.screens["file"]
    assert isinstance(file, FileScreen)
    desk.settle(lambda: file.consents.count() == 14)
    shown = [file.consents.itemAt(i).widget().text() for i in range(14)]
    assert shown[0] == "个人信息处理告知"
    assert "2026-1 版" in shown[1]
    desk.qtbot.keyClick(QApplication.focusWidget() or desk.shell, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    desk.settle(lambda: desk.acts._key() == "withdraw_consents")
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)  # on to the second box
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: at.worker(row.subject).permit.state is permit.State.SUSPENDED)
    record = at.worker(row.subject)
    assert [item for item, one in record.consents.items() if one.withdrawn_on] == ["HEALTH"]
    found = people.worker_file(at, row.subject)
    assert "本人已撤回同意：健康信息" in found.missing
    assert any("已撤回" in line.value for line in found.consents)
