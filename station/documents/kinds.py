"""What each paper of an application says, from the record of one worker: plain values for its template. Paints nothing.

Numbers stand unmasked, for these papers are signed by the person they are about; so each is made on demand, never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from station.domain import application, parts
from station.domain.decide.ban import banned_until
from station.domain.errors import Refused
from station.domain.people import CATEGORIES, CERTIFICATE_KINDS, DOCUMENT_KINDS, ETHNICITIES, SEX
from station.domain.reasons import DEFECTS, EXTEND, REASONS
from station.domain.worker import WorkerRecord
from station.services import notices
from station.services.desk import Desk
from station.services.pictures import picture
from station.services.pile import pile_of

KINDS = {
    "application": "浙江省家政从业人员“安心码”申领表",
    "authorisation": "“安心码”办证授权认定书",
    "credit": "家政服务员信用信息授权书",
    "consents": "个人信息处理告知暨单独同意书",
    "receipt": "受理回执",
    "defects": "补正材料告知书",
    "extension": "延期办理说明",
    "refusal": "不予发放“安心码”告知书",
    "expiry": "证件到期通知书",
    "handover": "居家上门服务证交接清单",
    "handout": "线上居家上门服务证使用说明",
}
BY_HAND = "______ 年 ____ 月 ____ 日"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper ready for its template: kind, title, values, and the portrait where it carries one."""

    kind: str
    title: str
    values: Mapping[str, Any]
    portrait: bytes | None = None
    numbers: Sequence[str] = field(default_factory=tuple)


def fill(desk: Desk, kind: str, subject: str, *, collector: str = "", subjects: Sequence[str] = ()) -> Paper:
    """The paper of that kind about that worker. Raises Refused with what has to happen first.

    A hand-over sheet lists the cards of `subjects` that wait or were handed over today (all of one company); the other
    kinds are about one worker.
    """
    if kind not in KINDS or kind == "handout":  # the sheet with a code is made with the code pack
        raise Refused("没有这种文书，请从列表中选择。", "no_such_document")
    if kind == "handover":
        return _handover(desk, subjects or (subject,), collector)
    if kind == "expiry":
        return _expiry(desk, subject)
    record = desk.worker(subject)
    person = record.person
    if person is None or person.name is None or person.number is None:
        raise Refused("本站点没有此人的身份信息，不能出具文书。", "no_person")
    values = {**common(desk), **_person(record, person), **_company(desk, record), **_MORE[kind](desk, record)}
    portrait = None
    if kind == "application" and record.photo is not None:
        portrait = picture(desk, subject, record.photo.sha256)
    return Paper(kind, KINDS[kind], values, portrait, (person.number,))


def long_date(day: date | None) -> str:
    """2026 年 11 月 23 日, as papers are dated; blanks to be filled by hand where there is no day."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day is not None else BY_HAND


def common(desk: Desk) -> dict[str, Any]:
    """What every paper says of city, association and day."""
    city = desk.settings.city
    return {
        "city": city.name,
        "association": city.association,
        "authority": city.authority,
        "code_name": city.code_name,
        "hotline": city.hotline,
        "complaint_phone": city.complaint_phone,
        "notice": city.notice_version,
        "today": long_date(desk.today()),
        "rehearsal": desk.settings.rehearsal,
    }


def _person(record: WorkerRecord, person: parts.Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "number": person.number,
        "document_kind": DOCUMENT_KINDS[person.document_kind],
        "sex": SEX.get(person.sex or "", ""),
        "birth": long_date(person.birth) if person.birth else "",
        "ethnicity": ETHNICITIES.get(person.ethnicity or "", person.ethnicity or ""),
        "phone": person.phone or "",
        "address": person.address or "",
        "categories": [(words, code in person.categories) for code, words in CATEGORIES.items()],
        "wants_card": person.wants_card,
        "has_photo": record.photo is not None,
    }


def _company(desk: Desk, record: WorkerRecord) -> dict[str, Any]:
    papers = _papers(record)
    belongs = record.affiliation
    uscc = papers.company if papers is not None else belongs.company if belongs is not None else ""
    row = desk.ledger.roll.company(uscc) if uscc else None
    phone = desk.company(uscc).phone if row is not None else ""
    signed = belongs.authorised_on if belongs is not None else None
    company = row.name if row else ""
    return {"company": company, "uscc": uscc, "company_phone": phone, "signed": long_date(signed)}


def _papers(record: WorkerRecord) -> parts.Application | None:
    known = list(record.applications.values())
    return record.open_application or (known[-1] if known else None)


def _application(desk: Desk, record: WorkerRecord) -> dict[str, Any]:
    papers = _papers(record)
    trained = [
        (CERTIFICATE_KINDS[t.certificate_kind], t.occupation, t.level, t.number or "", t.issuer, t.issued_on)
        for t in record.trainings
    ]
    return {"application": papers.id if papers else "", "trainings": trained}


def _nothing_more(desk: Desk, record: WorkerRecord) -> dict[str, Any]:
    return {}


def _receipt(desk: Desk, record: WorkerRecord) -> dict[str, Any]:
    papers = _papers(record)
    if papers is None or papers.accepted_on is None or papers.due is None:
        raise Refused("这份申领还没有受理，受理后才能打印回执。", "not_accepted")
    return {
        "application": papers.id,
        "accepted": long_date(papers.accepted_on),
        "accepted_by": papers.accepted_by,
        "due": long_date(papers.due),
        "provisional": papers.due_provisional,
    }


def _defects(desk: Desk, record: WorkerRecord) -> dict[str, Any]:
    papers = _papers(record)
    returned = _last(papers, application.Act.RETURN)
    if papers is None or returned is None:
        raise Refused("这份申领没有退回补正，没有可打印的告知书。", "not_returned")
    return {
        "application": papers.id,
        "returned": long_date(returned.on),
        "defects": [DEFECTS.get(code, code) for code in papers.defects],
        "note": returned.note,
    }


def _extension(desk: Desk, record: WorkerRecord) -> dict[str, Any]:
    papers = _papers(record)
    extended = _last(papers, application.Act.EXTEND)
    if papers is None or extended is None or papers.accepted_on is None:
        raise Refused("这份申领没有延期，没有可打印的说明。", "not_extended")
    return {
        "application": papers.id,
        "accepted": long_date(papers.accepted_on),
        "due": long_date(papers.due),
        "reason": EXTEND[extended.reason],
        "note": extended.note,
        "extended": long_date(extended.on),
        "again": papers.extensions > 1,
    }


REFUSED = {
    application.Act.REFUSE_CREDIT: "application.REFUSE_CREDIT",
    application.Act.REFUSE_UNFIT: "application.REFUSE_UNFIT",
    application.Act.REFUSE_REVIEW: "application.REFUSE_REVIEW",
}
ENDING = {"medical": "体检合格证明", "insurance": "从业责任保险"}


def _refusal(desk: Desk, record: WorkerRecord) -> dict[str, Any]:
    """A9, A11 and the company's own no (A3): the written reason and how to object, no detail of a check."""
    known = list(record.applications.values())
    papers = known[-1] if known else None
    step = papers.steps[-1] if papers is not None and papers.steps else None
    rule = next((rule for act, rule in REFUSED.items() if step is not None and step.act == act.value), None)
    if papers is None or step is None or rule is None:
        raise Refused("这份申领没有不予发放的决定，没有可打印的告知书。", "not_refused")
    banned = banned_until(record)
    return {
        "application": papers.id,
        "refused": long_date(step.on),
        "reason": REASONS[rule][step.reason],
        "note": step.note,
        "by_company": step.act == application.Act.REFUSE_REVIEW.value,
        "banned": long_date(banned) if banned is not None else "",
        "unfit": step.act == application.Act.REFUSE_UNFIT.value,
    }


def _expiry(desk: Desk, subject: str) -> Paper:
    """The letter to the company of that worker: everything of theirs that ends within sixty days."""
    belongs = desk.worker(subject).affiliation
    if belongs is None:
        raise Refused("该人员没有所属企业，没有可打印的通知书。", "no_affiliation")
    lines = [
        (_name_of(desk, one.row.subject), one.row.number, ENDING[one.row.expiry.paper],
         one.row.expiry.last_day.isoformat(), one.row.expiry.days, one.given_on.isoformat() if one.given_on else "")
        for one in notices.lines_of(desk, belongs.company)
    ]  # fmt: skip
    if not lines:
        raise Refused("这家企业 60 日内没有到期的体检或保险。", "nothing_to_notice")
    row = desk.ledger.roll.company(belongs.company)
    values = {**common(desk), "company": row.name if row else belongs.company, "lines": lines, "count": len(lines)}
    return Paper("expiry", KINDS["expiry"], values)


def _name_of(desk: Desk, subject: str) -> str:
    row = desk.ledger.roll.worker(subject)
    return (row.name if row is not None else None) or "—"


def _last(papers: parts.Application | None, act: application.Act) -> parts.Step | None:
    steps = papers.steps if papers is not None else ()
    return next((step for step in reversed(steps) if step.act == act.value), None)


def _handover(desk: Desk, subjects: Sequence[str], collector: str) -> Paper:
    pile = pile_of(desk, subjects)
    lines = [(one.name, one.number, one.issue_number, one.handed_over) for one in pile.lines]
    values = {
        **common(desk), "lines": lines, "count": len(lines), "company": pile.company, "uscc": pile.uscc,
        "collector": collector.strip(),
    }  # fmt: skip
    return Paper("handover", KINDS["handover"], values)


_MORE: dict[str, Callable[[Desk, WorkerRecord], dict[str, Any]]] = {
    "application": _application,
    "authorisation": _nothing_more,
    "credit": _nothing_more,
    "consents": _nothing_more,
    "receipt": _receipt,
    "defects": _defects,
    "extension": _extension,
    "refusal": _refusal,
}
