"""What a line of a story can say: one short Chinese sentence per act of the counter, and the service it calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from station.domain import card
from station.domain.authority import Actor
from station.domain.decide import facing as faces
from station.domain.ministry import Said
from station.domain.people import CATEGORIES
from station.domain.reasons import DEFECTS, REASONS
from station.printing import supplies
from station.services import (
    capture,
    complaints,
    evidence,
    facing,
    inspecting,
    intake,
    issuing,
    leaving,
    mandates,
    night,
    personal,
    pictures,
    policies,
    retention,
    review,
    supervising,
    visits,
)
from station.services.people_of_rehearsal import citizen_check
from station.services.printing import journal_of, press_of, print_card, waiting
from station.services.shown import Looks, remember_look
from station.services.viewseal import ViewSeal
from station.trust.token import Token, parse, url
from tests.stories.town import Town, photo_bytes
from ui.words import words

A_DAY = r"(\d{4}-\d\d-\d\d)"
Says = Callable[..., None]
ACTS: list[tuple[re.Pattern[str], Says]] = []
WORDS = {word: code for code, word in CATEGORIES.items()}
AGENT = Actor("agent-1", ("CREDIT_AGENCY",))


def says(pattern: str) -> Callable[[Says], Says]:
    """Register a sentence."""

    def register(act: Says) -> Says:
        ACTS.append((re.compile(pattern), act))
        return act

    return register


@dataclass
class Story:
    """One worker's way through the town."""

    town: Town
    subject: str = ""
    application: str = ""
    number: str = ""
    policies: int = 0
    people: int = 0
    nonce: str = ""
    name: str = ""
    photo: str = ""
    heard: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        return self.town.clock.today()

    def says(self, sentence: str) -> None:
        """Do what the sentence says at the station where it happens."""
        self.town.here = self.town.desk
        if sentence.startswith("乙站："):
            self.town.here, sentence = self.town.other(), sentence[3:]
        for pattern, act in ACTS:
            found = pattern.fullmatch(sentence)
            if found:
                act(self, *found.groups())
                return
        raise AssertionError(f"no act is called {sentence!r}")


def reason(act: str, word: str) -> str:
    """The code of a reason by its Chinese word."""
    return next(code for code, said in REASONS[act].items() if said == word)


# --- papers in --------------------------------------------------------------------------------------------------------


@says(r"登记(\S+?)，(\S+?)，(\S+家政)(，不要卡)?")
def _register(s: Story, name: str, categories: str, company: str, no_card: str | None) -> None:
    s.people += 1
    name = re.sub(r"〔U\+(\w+)〕", lambda found: chr(int(found[1], 16)), name)
    first17 = f"33010219750{s.people}1500{s.people}"
    form = intake.WorkerForm(
        first17 + citizen_check(first17), name, tuple(WORDS[word] for word in categories.split("、")), "13800001234",
        wants_card=no_card is None,
    )  # fmt: skip
    here, clerk = s.town.here, s.town.staff.clerk
    s.subject = intake.register_worker(here, form, actor=clerk).value.subject
    intake.record_affiliation(here, s.subject, s.town.uscc(company), s.day, fingerprint=True, actor=clerk)


@says(r"企业登记：(\S+家政)，(\d{6})")
def _company_in(s: Story, name: str, division: str) -> None:
    s.town.uscc(name, division)


@says(r"改名(\S+)")
def _rename(s: Story, name: str) -> None:
    person = s.town.here.worker(s.subject).person
    assert person is not None and person.number is not None
    form = intake.WorkerForm(person.number, name, person.categories, person.phone or "", wants_card=person.wants_card)
    intake.register_worker(s.town.here, form, actor=s.town.staff.clerk)


@says(r"附件2：(\S+家政)(，未捺印)?")
def _affiliate(s: Story, company: str, no_print: str | None) -> None:
    intake.record_affiliation(
        s.town.here, s.subject, s.town.uscc(company), s.day, fingerprint=no_print is None, actor=s.town.staff.clerk
    )


@says(r"(本人|企业)解除隶属")
def _leave(s: Story, who: str) -> None:
    by = {"本人": "worker", "企业": "company"}[who]
    intake.end_affiliation(s.town.here, s.subject, by=by, reason="离职", actor=s.town.staff.clerk)


@says(r"(企业|本人)(同意|不同意)解除(?:，(\S+))?")
def _answer_leave(s: Story, who: str, said: str, note: str | None) -> None:
    by = {"本人": "worker", "企业": "company"}[who]
    intake.answer_unbinding(
        s.town.here, s.subject, by=by, agreed=said == "同意", note=note or "", actor=s.town.staff.handler
    )


@says(r"(协会|窗口)决定(准予|不准)解除(?:，(\S+))?")
def _decide_leave(s: Story, who: str, said: str, note: str | None) -> None:
    actor = s.town.staff.supervisor if who == "协会" else s.town.staff.clerk
    intake.decide_unbinding(s.town.here, s.subject, agreed=said == "准予", note=note or "", actor=actor)


@says(r"离职清单：(\S+)")
def _leavers(s: Story, stage: str) -> None:
    stages = {"待确认": "waiting", "未答复": "silent", "有异议": "objected", "可转入": "free", "超期": "overdue"}
    rows = [row for row in night.leavers(s.town.here) if row.subject == s.subject]
    assert [row.stage for row in rows] == ([] if stage == "无" else [stages[stage]]), rows


@says(r"签署信用信息授权书")
def _letter(s: Story) -> None:
    intake.record_consents(
        s.town.here, s.subject, ("CREDIT",), version="2026-1", on=s.day, actor=s.town.staff.clerk
    )


@says(r"签署同意书")
def _consents(s: Story) -> None:
    items = ("PRIVACY", "HEALTH", "BACKGROUND", "SHARING", "SHOWING", "CREDIT")
    intake.record_consents(s.town.here, s.subject, items, version="2026-1", on=s.day, actor=s.town.staff.clerk)


@says(r"撤回同意：(\S+)")
def _withdraw_consents(s: Story, items: str) -> None:
    said = {name: item for item, name in words("consent").items()}
    wanted = [said[name] for name in items.split("、")]
    personal.withdraw_consents(s.town.here, s.subject, wanted, actor=s.town.staff.clerk)


@says(r"重新签署：(\S+)")
def _sign_again(s: Story, name: str) -> None:
    item = next(item for item, said in words("consent").items() if said == name)
    intake.record_consents(s.town.here, s.subject, (item,), version="2026-1", on=s.day, actor=s.town.staff.clerk)


@says(r"比对人脸")
def _face(s: Story) -> None:
    faces.may_compare(s.town.here.worker(s.subject))


@says(r"作废(体检|保险|背景核查)，(\S+)")
def _void(s: Story, paper: str, why: str) -> None:
    record, staff = s.town.here.worker(s.subject), s.town.staff
    held = {"体检": record.medicals, "保险": record.insurances, "背景核查": record.backgrounds}[paper]
    evidence.void(
        s.town.here, s.subject, held[-1].fact, reason=reason("evidence.VOID", why), actor=staff.clerk,
        second=staff.supervisor,
    )  # fmt: skip


@says(r"删除个人信息，(\S+)")
def _erase(s: Story, why: str) -> None:
    staff, desk = s.town.staff, s.town.here
    person = desk.worker(s.subject).person
    assert person is not None
    personal.erase(
        desk, s.subject, reason=reason("worker.ERASE", why), actor=staff.supervisor, second=staff.bureau
    )


@says(r"此人(查得到|已无个人信息)")
def _found(s: Story, how: str) -> None:
    desk = s.town.here
    record = desk.worker(s.subject)
    person = record.person
    assert person is not None
    if how == "查得到":
        assert person.name is not None
        s.name, s.photo = person.name, record.photo.sha256 if record.photo else ""
        assert s.subject in [row.subject for row in desk.ledger.roll.find(person.name)]
        return
    assert record.erased and (person.name, person.number, person.phone) == (None, None, None)
    assert desk.ledger.roll.find(s.name) == []
    assert s.photo and pictures.picture(desk, s.subject, s.photo) is None


@says(r"保存期限：(有|无)")
def _kept(s: Story, there: str) -> None:
    rows = [row for row in retention.due_list(s.town.here) if row.subject == s.subject]
    assert bool(rows) is (there == "有")


@says(r"培训证书")
def _training(s: Story) -> None:
    evidence.record_training(
        s.town.here, s.subject, certificate_kind="TRAINING", occupation="家政服务员", issuer="市家协",
        issued_on=s.day - timedelta(days=90), number="PX1", actor=s.town.staff.clerk,
    )  # fmt: skip


@says(r"拍照")
def _photo(s: Story) -> None:
    capture.accept_photo(s.town.here, s.subject, photo_bytes(), source="camera", actor=s.town.staff.clerk)


@says(r"两人核对(不)?是本人")
def _two_looked(s: Story, no: str | None) -> None:
    staff = s.town.staff
    facing.confirm_by_two(
        s.town.here, s.subject, same=no is None, found=None, actor=staff.clerk, second=staff.supervisor
    )


@says(r"(再次)?填报(更新)?申领")
def _open(s: Story, again: str | None, update: str | None) -> None:
    purpose = "UPDATE" if update else "NEW"
    s.application = intake.open_application(
        s.town.here, s.subject, actor=s.town.staff.handler, purpose=purpose
    ).value


@says(r"企业提交")
def _put(s: Story) -> None:
    intake.put_to_review(s.town.here, s.subject, s.application, actor=s.town.staff.handler)


@says(r"企业初审通过")
def _pass(s: Story) -> None:
    intake.pass_review(s.town.here, s.subject, s.application, actor=s.town.staff.reviewer)


@says(r"撤回申领，(\S+)")
def _withdraw(s: Story, why: str) -> None:
    intake.withdraw(
        s.town.here, s.subject, s.application, reason=reason("application.WITHDRAW", why), actor=s.town.staff.clerk
    )


STAGES = {
    "待受理": ("签署同意书", "培训证书", "填报申领", "企业提交", "企业初审通过"),
    "信用审核": ("受理", "拍照"),
    "待体检/投保": ("商务部信用通过", "背景核查通过", "信用审核通过"),
    "待制码": ("体检合格", "投保一年", "材料齐全"),
    "已发放": ("生成码证", "发放"),
    "已启用": ("制卡",),
}


@says(r"照常办到(\S+?)：(\S+)")
def _as_usual(s: Story, stage: str, who: str) -> None:
    """The lines of the happy story, all on this day, up to a stage."""
    s.says(f"登记{who}")
    for reached, sentences in STAGES.items():
        for sentence in sentences:
            s.says(sentence)
        if reached == stage:
            return
    raise AssertionError(f"no stage is called {stage!r}")


@says(r"投保一年")
def _insure_a_year(s: Story) -> None:
    s.says(f"投保{s.day}至{s.day + timedelta(days=364)}")


@says(r"企业初审不通过，(\S+?)(?:，说明(\S+))?")
def _refuse_review(s: Story, why: str, note: str | None) -> None:
    intake.refuse_review(
        s.town.here, s.subject, s.application, reason=reason("application.REFUSE_REVIEW", why), note=note or "",
        actor=s.town.staff.reviewer,
    )  # fmt: skip


@says(rf"商务局委托信用机构{A_DAY}至{A_DAY}")
def _mandate(s: Story, first: str, last: str) -> None:
    mandates.give(
        s.town.here, AGENT.person, agency="浙江信用服务有限公司", document="杭商委〔2026〕3号",
        first=date.fromisoformat(first), last=date.fromisoformat(last), actor=s.town.staff.bureau,
        second=s.town.staff.supervisor,
    )  # fmt: skip


@says(r"商务局收回委托")
def _mandate_ends(s: Story) -> None:
    mandates.take_back(s.town.here, AGENT.person, actor=s.town.staff.bureau, second=s.town.staff.supervisor)


@says(r"信用机构生成码证")
def _agency_generates(s: Story) -> None:
    s.number = issuing.generate(s.town.here, s.subject, s.application, actor=AGENT).value


# --- the review desk --------------------------------------------------------------------------------------------------


@says(r"受理")
def _accept(s: Story) -> None:
    review.accept(s.town.here, s.subject, s.application, actor=s.town.staff.clerk)


def defects_of(words: str) -> list[str]:
    """The codes of the defects a line names; a word that is none stays as it is, to be refused."""
    codes = {said: code for code, said in DEFECTS.items()}
    return [codes.get(word, word) for word in words.split("、")]


@says(r"(主管)?退回补正：(\S+?)(?:，说明(\S+))?")
def _return(s: Story, supervisor: str | None, defects: str, note: str | None) -> None:
    who = s.town.staff.supervisor if supervisor else s.town.staff.clerk
    review.return_papers(s.town.here, s.subject, s.application, defects_of(defects), note=note or "", actor=who)


@says(r"答复补正：(\S+)")
def _answer(s: Story, answered: str) -> None:
    intake.answer_defects(
        s.town.here, s.subject, s.application, defects_of(answered), actor=s.town.staff.handler
    )


@says(r"商务部信用(通过|驳回)")
def _credit(s: Story, what: str) -> None:
    status = {"通过": "PASSED", "驳回": "REJECTED"}[what]
    record = s.town.here.worker(s.subject)
    assert record.person is not None
    assert record.affiliation is not None
    said = Said(record.person.name or "", "", record.affiliation.company)
    evidence.record_credit(
        s.town.here, s.subject, status=status, checked_on=s.day, source="商务部平台", reference="M1", certificate="X1",
        said=said, actor=s.town.staff.bureau,
    )  # fmt: skip


@says(r"背景核查(通过|未通过|待反馈)")
def _background(s: Story, what: str) -> None:
    conclusion = {"通过": "PASSED", "未通过": "FAILED", "待反馈": "PENDING"}[what]
    evidence.record_background(
        s.town.here, s.subject, conclusion=conclusion, checked_on=s.day, source="公安核查", actor=s.town.staff.bureau
    )


@says(r"信用审核通过")
def _pass_credit(s: Story) -> None:
    review.pass_credit(s.town.here, s.subject, s.application, actor=s.town.staff.bureau)


@says(r"不予发放，(\S+)")
def _refuse(s: Story, why: str) -> None:
    staff = s.town.staff
    if why == "体检不合格":
        review.refuse_unfit(s.town.here, s.subject, s.application, reason="UNFIT", actor=staff.supervisor)
        return
    review.refuse_credit(
        s.town.here, s.subject, s.application, reason=reason("application.REFUSE_CREDIT", why), actor=staff.bureau,
        second=staff.supervisor,
    )  # fmt: skip


@says(r"材料齐全")
def _complete(s: Story) -> None:
    review.complete(s.town.here, s.subject, s.application, actor=s.town.staff.clerk)


@says(r"(主管|商务局)延期(\d+)个工作日，(\S+)")
def _extend(s: Story, who: str, days: str, why: str) -> None:
    actor = s.town.staff.supervisor if who == "主管" else s.town.staff.bureau
    review.extend(
        s.town.here, s.subject, s.application, int(days), reason=reason("application.EXTEND", why), actor=actor
    )


@says(r"(企业|本人)签收延期说明")
def _acknowledge(s: Story, who: str) -> None:
    by = {"企业": "company", "本人": "worker"}[who]
    review.acknowledge(s.town.here, s.subject, s.application, by=by, actor=s.town.staff.handler)


# --- evidence ---------------------------------------------------------------------------------------------------------


@says(rf"体检(合格|不合格)(?:，{A_DAY}检查)?(?:，有效至{A_DAY})?")
def _medical(s: Story, what: str, examined: str | None, until: str | None) -> None:
    evidence.record_medical(
        s.town.here, s.subject, fit=what == "合格", examined_on=date.fromisoformat(examined) if examined else s.day,
        valid_until=date.fromisoformat(until) if until else None, tier="MATERNITY", institution="市疾控中心",
        actor=s.town.staff.clerk,
    )  # fmt: skip


@says(rf"投保{A_DAY}至{A_DAY}")
def _insure(s: Story, first: str, last: str) -> None:
    s.policies += 1
    evidence.record_insurance(
        s.town.here, s.subject, policy=f"P{s.policies}", insurer="人保财险", first=date.fromisoformat(first),
        last=date.fromisoformat(last), actor=s.town.staff.clerk,
    )  # fmt: skip


@says(rf"退保，保到{A_DAY}")
def _end_insurance(s: Story, last: str) -> None:
    evidence.end_insurance(
        s.town.here, s.subject, policy=f"P{s.policies}", last_day=date.fromisoformat(last), actor=s.town.staff.clerk
    )


@says(rf"企业保单(\S+?)：(\S+家政)，{A_DAY}至{A_DAY}")
def _policy_written(s: Story, number: str, company: str, first: str, last: str) -> None:
    policies.write_policy(
        s.town.here, s.town.uscc(company), policy=number, insurer="人保财险", first=date.fromisoformat(first),
        last=date.fromisoformat(last), actor=s.town.staff.clerk,
    )  # fmt: skip


@says(rf"加入企业保单(\S*?)(?:，{A_DAY}起)?")
def _policy_joined(s: Story, number: str, first: str | None) -> None:
    policies.join(
        s.town.here, s.subject, policy=number, first=date.fromisoformat(first) if first else s.day, endorsement="批1",
        actor=s.town.staff.clerk,
    )  # fmt: skip


@says(rf"批单减员(\S+?)，保到{A_DAY}")
def _policy_left(s: Story, number: str, last: str) -> None:
    evidence.end_insurance(
        s.town.here, s.subject, policy=number, last_day=date.fromisoformat(last), endorsement="批2",
        actor=s.town.staff.clerk,
    )  # fmt: skip


@says(rf"整份保单(\S+?)退保：(\S+家政)，保到{A_DAY}")
def _policy_ended(s: Story, number: str, company: str, last: str) -> None:
    policies.end_policy(
        s.town.here, s.town.uscc(company), policy=number, last_day=date.fromisoformat(last), actor=s.town.staff.clerk
    )


@says(r"半年更新")
def _refresh(s: Story) -> None:
    evidence.refresh(s.town.here, s.subject, actor=s.town.staff.clerk)


# --- the permit -------------------------------------------------------------------------------------------------------


@says(r"(受理人)?生成码证")
def _generate(s: Story, same: str | None) -> None:
    staff = s.town.staff
    who = Actor(staff.clerk.person, ("CLERK", "SUPERVISOR"), staff.clerk.city) if same else staff.supervisor
    s.number = issuing.generate(s.town.here, s.subject, s.application, actor=who).value


@says(r"发放")
def _release(s: Story) -> None:
    issuing.release(s.town.here, s.subject, s.number, actor=s.town.staff.clerk)


@says(r"(窗口)?暂停，(\S+)")
def _suspend(s: Story, clerk: str | None, why: str) -> None:
    who = s.town.staff.clerk if clerk else s.town.staff.supervisor
    supervising.suspend(s.town.here, s.subject, s.number, cause=reason("permit.SUSPEND", why), actor=who)


@says(r"解除暂停，(\S+)")
def _reinstate(s: Story, why: str) -> None:
    supervising.reinstate(
        s.town.here, s.subject, s.number, cause=reason("permit.SUSPEND", why), note="已核实",
        actor=s.town.staff.supervisor, second=s.town.staff.bureau,
    )  # fmt: skip


@says(r"注销，(.+)")
def _cancel(s: Story, why: str) -> None:
    supervising.cancel(
        s.town.here, s.subject, s.number, cause=reason("permit.CANCEL", why), actor=s.town.staff.supervisor
    )


@says(r"撤销，(\S+)")
def _revoke(s: Story, why: str) -> None:
    supervising.revoke(
        s.town.here, s.subject, s.number, cause=reason("permit.REVOKE", why), document="杭商务〔2026〕8号",
        actor=s.town.staff.supervisor, second=s.town.staff.bureau,
    )  # fmt: skip


@says(r"转入(\S+家政)")
def _transfer(s: Story, company: str) -> None:
    supervising.transfer(
        s.town.here, s.subject, s.number, s.application, s.town.uscc(company), actor=s.town.staff.supervisor
    )


@says(r"关闭档案，(死亡|离业)")
def _close(s: Story, why: str) -> None:
    cause = {"死亡": "DECEASED", "离业": "LEFT_TRADE"}[why]
    leaving.close_worker(s.town.here, s.subject, cause=cause, actor=s.town.staff.supervisor)


@says(r"企业(注销|恢复营业)")
def _company(s: Story, what: str) -> None:
    affiliation = s.town.here.worker(s.subject).affiliation
    assert affiliation is not None
    status = {"注销": "DEREGISTERED", "恢复营业": "IN_BUSINESS"}[what]
    leaving.change_company_status(
        s.town.here, affiliation.company, status, s.day, source="市场监管公示系统", actor=s.town.staff.clerk
    )


# --- the card ---------------------------------------------------------------------------------------------------------


@says(r"制卡")
def _print(s: Story) -> None:
    s.town.desk.sync()
    order = waiting(s.town.desk.worker(s.subject), s.number)
    assert order is not None, "no card is waiting"
    press = press_of(s.town.desk, s.town.printer(), actor=s.town.staff.clerk)
    print_card(press, order, actor=s.town.staff.clerk)


@says(r"日结")
def _close_day(s: Story) -> None:
    s.town.printer()
    journal = journal_of(s.town.desk, s.town.staff.clerk)
    for balance in supplies.balances(journal):
        assert supplies.count_pack(journal, balance.pack.name, balance.remaining).settled


@says(r"要求制卡")
def _ask(s: Story) -> None:
    supervising.ask_card(s.town.here, s.subject, s.number, actor=s.town.staff.clerk)


@says(r"补卡，(\S+)")
def _reissue(s: Story, why: str) -> None:
    supervising.reissue(
        s.town.here, s.subject, s.number, reason=reason("card.REISSUE", why), actor=s.town.staff.supervisor
    )


@says(r"企业领卡，(\S+)签收")
def _to_company(s: Story, collector: str) -> None:
    supervising.hand_to_company(
        s.town.here, s.subject, s.number, _card(s), collector=collector, actor=s.town.staff.clerk
    )


@says(r"本人领卡")
def _to_worker(s: Story) -> None:
    supervising.hand_to_worker(s.town.here, s.subject, s.number, _card(s), actor=s.town.staff.handler)


@says(r"挂失")
def _lost(s: Story) -> None:
    supervising.report_lost(s.town.here, s.subject, s.number, _card(s), actor=s.town.staff.clerk)


@says(r"收回第(\d)版卡")
def _take_back(s: Story, issue: str) -> None:
    supervising.take_back(s.town.here, s.subject, s.number, int(issue), actor=s.town.staff.clerk)


@says(r"销毁第(\d)版卡")
def _destroy(s: Story, issue: str) -> None:
    staff = s.town.staff
    supervising.destroy(
        s.town.here, s.subject, s.number, int(issue), actor=staff.supervisor, second=staff.clerk
    )


# --- the door ---------------------------------------------------------------------------------------------------------


@says(r"雇主扫第(\d)版卡：(\S+)")
def _scan(s: Story, issue: str, colour: str) -> None:
    desk = s.town.here
    signed = desk.worker(s.subject).tokens[s.number, int(issue)]
    token = parse(signed.token)
    assert isinstance(token, Token)
    found = inspecting.inspect_code(desk, url(desk.settings.city.url_prefix, token))
    remember_look(desk, Looks(), s.number, found)
    s.nonce = _seal(s).nonce(s.number, int(issue), found.colour.value, desk.clock.now_ms())
    assert COLOURS[found.colour.value] == colour, f"{found.colour} {found.reasons}"


@says(r"雇主看手机码：(\S+)")
def _look(s: Story, colour: str) -> None:
    found = inspecting.inspect_number(s.town.here, s.number)
    assert COLOURS[found.colour.value] == colour, f"{found.colour} {found.reasons}"


@says(r"雇主确认入户(，已知晓到期)?")
def _confirm(s: Story, knows: str | None) -> None:
    assert visits.confirm_entry(s.town.here, _seal(s), s.nonce, acknowledged=knows is not None).fresh


@says(r"雇主投诉")
def _complain(s: Story) -> None:
    found = inspecting.inspect_number(s.town.here, s.number)
    visits.complain(s.town.here, found, number=s.number, topic="SERVICE", text="未按约定服务", contact="")


@says(r"答复投诉")
def _answer(s: Story) -> None:
    one = s.town.here.worker(s.subject).complaints[-1]
    clerk = s.town.staff.clerk
    complaints.answer(s.town.here, s.subject, one.fact, finding="RESOLVED", note="", actor=clerk)


@says(r"等(\d+)分钟")
def _wait(s: Story, minutes: str) -> None:
    s.town.clock.advance(60 * int(minutes))


# --- the day ----------------------------------------------------------------------------------------------------------


@says(r"日间计时")
def _timers(s: Story) -> None:
    kept = night.keep_day(s.town.here).value
    s.heard = [*kept.papers, *kept.paused]


@says(r"同步")
def _sync(s: Story) -> None:
    assert s.town.here.sync().ok


@says(r"到期通知：(\S+)剩(\d+)天")
def _notice(s: Story, paper: str, days: str) -> None:
    key = {"体检": "medical", "保险": "insurance"}[paper]
    found = [line for line in night.notices(s.town.here) if line.subject == s.subject and line.expiry.paper == key]
    assert [line.expiry.days for line in found] == [int(days)]


@says(r"更新清单：(\S+)")
def _refresh_list(s: Story, stage: str) -> None:
    words = {"soon": "将到期", "overdue": "已逾期", "grace_over": "宽限期满"}
    found = [line for line in night.refresh_list(s.town.here) if line.subject == s.subject]
    assert [words[line.stage.value] for line in found] == ([] if stage == "无" else [stage])


@says(r"待转入清单：(有|无)")
def _transfer_list(s: Story, there: str) -> None:
    assert (s.number in night.transfers_overdue(s.town.here)) is (there == "有")


@says(r"编号以(\d+)开头")
def _number(s: Story, start: str) -> None:
    assert s.number.startswith(start), s.number


@says(r"待处理冲突：(有|无)")
def _conflicts(s: Story, there: str) -> None:
    assert bool(s.town.here.worker(s.subject).conflicts) is (there == "有")


COLOURS = {"green": "绿", "yellow": "黄", "red": "红", "unknown": "无效"}


def _card(s: Story) -> int:
    """The newest card that was printed."""
    return max(c.issue_number for c in s.town.here.worker(s.subject).cards_of(s.number) if c.state in card.LIVE)


def _seal(s: Story) -> ViewSeal:
    return ViewSeal(b"k" * 32)
