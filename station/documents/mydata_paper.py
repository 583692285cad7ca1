"""What stands on the readable part of 个人信息副本, section by section, from the record and the facts of one worker.

What is known of use: every recorded act and by whom, who looked at this station, scans and entries of households,
comparisons of the face, and to whom data went. Other stations keep their own looks, and the paper says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from station.documents.kinds import Paper, common
from station.domain import facts
from station.domain.days import day_of
from station.domain.people import CATEGORIES, CERTIFICATE_KINDS, CONSENT_ITEMS, DOCUMENT_KINDS, ETHNICITIES, SEX
from station.domain.retention import kept_until
from station.domain.worker import WorkerRecord
from station.services.desk import Desk
from station.services.pictures import picture

TITLE = "个人信息副本"
SCANS_KEPT = timedelta(days=365)
"""Scans of households are looked back at for twelve months (domain.md §11.4)."""
Say = Callable[[facts.Fact], str]
Word = Callable[[str, str], str]
Section = tuple[str, list[tuple[str, str]]]
SECTIONS = {
    "person": "身份信息",
    "consents": "同意与授权",
    "evidence": "证件与结论",
    "permits": "码证、卡与申领",
    "use": "谁使用过",
    "history": "办理经过",
    "rights": "保存与权利",
}
LABELS = {
    "name": "姓名",
    "document": "证件种类",
    "number": "证件号码",
    "sex": "性别",
    "birth": "出生日期",
    "ethnicity": "民族",
    "phone": "手机",
    "address": "住址",
    "categories": "服务类别",
    "company": "隶属企业",
    "medical": "体检",
    "insurance": "保险",
    "background": "背景核查",
    "training": "培训证书",
    "credit": "商务部信用记录",
    "permit": "码证编号",
    "card": "实体卡",
    "application": "申领",
    "scans": "住户扫码",
    "entries": "确认入户",
    "faces": "人脸比对",
    "given": "提供给",
    "exports": "已提供副本",
    "look": "查看档案",
    "kept": "保存到",
    "files": "附件",
    "ask": "更正、撤回、删除",
}
SAID = {
    "fit": "结论合格",
    "unfit": "结论不合格",
    "two": "，{people} 两人核对",
    "open": "码证终止后三年；申领未通过或撤回的，满六个月",
    "free": "本人要求时即可删除",
    "looks": "以上为在本站打开的记录，保存三年；在其他站点打开的，由该站点登记。",
}


def copy_paper(
    desk: Desk, record: WorkerRecord, told: Sequence[facts.Fact], *, say: Say, word: Word, files: Sequence[str] = ()
) -> Paper:
    """The readable part."""
    parts = {
        "person": _person(desk, record),
        "consents": _consents(record, word),
        "evidence": _evidence(record, word),
        "permits": _permits(record, word),
        "use": _use(desk, record, told, word),
        "history": [(str(day_of(fact.at_ms)), say(fact)) for fact in told if not is_scan(fact)],
        "rights": _rights(desk, record, files),
    }
    sections: list[Section] = [(SECTIONS[name], rows) for name, rows in parts.items() if rows]
    name = record.person.name if record.person is not None else None
    portrait = picture(desk, record.subject, record.photo.sha256) if record.photo is not None else None
    values = {**common(desk), "name": name or "—", "sections": sections, "has_photo": portrait is not None}
    return Paper("mydata", TITLE, values, portrait)


def is_scan(fact: facts.Fact) -> bool:
    """A look of a household: many, and listed by themselves."""
    return isinstance(fact.payload, facts.HouseholdScanned)


def _filled(rows: Sequence[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(LABELS[name], said) for name, said in rows if said]


def _company(desk: Desk, uscc: str) -> str:
    row = desk.ledger.roll.company(uscc)
    return row.name if row is not None else uscc


def _person(desk: Desk, record: WorkerRecord) -> list[tuple[str, str]]:
    person = record.person
    if person is None:
        return []
    rows: list[tuple[str, str | None]] = [
        ("name", person.name),
        ("document", DOCUMENT_KINDS.get(person.document_kind, person.document_kind)),
        ("number", person.number),
        ("sex", SEX.get(person.sex or "")),
        ("birth", str(person.birth) if person.birth else None),
        ("ethnicity", ETHNICITIES.get(person.ethnicity or "", person.ethnicity)),
        ("phone", person.phone),
        ("address", person.address),
        ("categories", "、".join(CATEGORIES[code] for code in person.categories)),
    ]
    for one in record.affiliations:
        ended = f"，{one.ended_on} 终止" if one.ended_on else ""
        rows.append(("company", f"{_company(desk, one.company)}，{one.authorised_on} 签订{ended}"))
    return _filled(rows)


def _consents(record: WorkerRecord, word: Word) -> list[tuple[str, str]]:
    rows = []
    for item in CONSENT_ITEMS:
        given = record.consents.get(item)
        if given is not None:
            taken = f"，{given.withdrawn_on} 撤回" if given.withdrawn_on else ""
            rows.append((word("consent", item), f"告知书 {given.version} 版，{given.given_on} 签署{taken}"))
    return rows


def _evidence(record: WorkerRecord, word: Word) -> list[tuple[str, str]]:
    rows: list[tuple[str, str | None]] = []
    for medical in record.medicals:
        fit = SAID["fit" if medical.fit else "unfit"]
        where = "，".join(part for part in (medical.institution, medical.reference) if part)
        rows.append(("medical", f"{fit}，{medical.period.first} 至 {medical.period.last}{where and '，' + where}"))
    for cover in record.insurances:
        ended = f"，{cover.ended_on} 退保" if cover.ended_on else ""
        span = f"{cover.period.first} 至 {cover.period.last}"
        rows.append(("insurance", f"{cover.insurer}，{cover.policy}，{span}{ended}"))
    for check in record.backgrounds:
        said = word("background", check.conclusion.value)
        rows.append(("background", f"{said}，{check.checked_on}，{check.source}"))
    for one in record.trainings:
        kind = CERTIFICATE_KINDS.get(one.certificate_kind, one.certificate_kind)
        rows.append(("training", f"{kind}，{one.occupation}，{one.number or ''}，{one.issuer}，{one.issued_on}"))
    credit = record.credit
    if credit is not None:
        said = word("credit", credit.status)
        reference = credit.certificate or credit.reference or ""
        rows.append(("credit", f"{said}，{credit.checked_on}，{credit.source}{reference and '，' + reference}"))
    return _filled(rows)


def _permits(record: WorkerRecord, word: Word) -> list[tuple[str, str]]:
    rows: list[tuple[str, str | None]] = []
    for right in record.permits.values():
        ended = f"，{right.ended_on} 终止" if right.ended_on else ""
        state = word("permit", right.state.value)
        rows.append(("permit", f"{right.number}，{right.company_name}，{right.generated_on} 生成，{state}{ended}"))
        for piece in record.cards_of(right.number):
            rows.append(("card", f"第 {piece.issue_number} 版：{word('card', piece.state.value)}"))
    for papers in record.applications.values():
        rows.append(("application", f"{papers.id}：{word('application', papers.state.value)}"))
    return _filled(rows)


def _use(desk: Desk, record: WorkerRecord, told: Sequence[facts.Fact], word: Word) -> list[tuple[str, str]]:
    since = desk.today() - SCANS_KEPT
    seen = [f for f in told if is_scan(f) and day_of(f.at_ms) >= since]
    rows: list[tuple[str, str | None]] = []
    for fact in seen:
        if isinstance(fact.payload, facts.HouseholdScanned):
            rows.append(("scans", f"{day_of(fact.at_ms)}：{word('colour', fact.payload.colour)}"))
    rows += [("entries", f"{day_of(one.at_ms)}：{word('colour', one.colour)}") for one in record.entries]
    for face in record.faces:
        by = SAID["two"].format(people="、".join(face.confirmed_by)) if face.confirmed_by else ""
        rows.append(("faces", f"{word('face', face.decision)}{by}"))
    stations = sorted({fact.id.station for fact in told})
    rows.append(("given", f"省级平台和本市站点（同步），有记录的站点：{'、'.join(stations)}"))
    if record.credit is not None:
        rows.append(("given", f"商务部家政服务信用信息平台，{record.credit.checked_on}"))
    rows += [("exports", str(f.payload.on)) for f in told if isinstance(f.payload, facts.WorkerExported)]
    looks = desk.ledger.looks.of(record.subject)
    opened = [f"{day_of(one.at_ms)}：{one.person}，{word('opened', one.opened)}" for one in looks]
    rows += [("look", said) for said in dict.fromkeys(opened)]
    rows.append(("look", SAID["looks"]))
    return _filled(rows)


def _rights(desk: Desk, record: WorkerRecord, files: Sequence[str]) -> list[tuple[str, str]]:
    city, last = desk.settings.city, _last_day(record)
    return _filled(
        [
            ("kept", last),
            ("files", f"data.json（可供机器读取）{''.join('，' + name for name in files)}"),
            ("ask", f"向 {city.association} 窗口提出，或拨打 {city.hotline}；撤回同意不影响撤回前的处理。"),
        ]
    )


def _last_day(record: WorkerRecord) -> str:
    live = any(right.live for right in record.permits.values())
    if live or record.open_application is not None:
        return SAID["open"]
    last: date | None = kept_until(record)
    return str(last) if last is not None else SAID["free"]
