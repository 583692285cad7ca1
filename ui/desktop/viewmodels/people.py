"""What lists and the worker's file show of people: masked numbers, colour today, gaps, papers, timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from station.domain.eligibility import missing_to_generate
from station.domain.evidence import background_on
from station.domain.identity import PermitNumber, mask_number, mask_phone
from station.domain.people import CATEGORIES
from station.domain.standing import Colour, standing
from station.domain.worker import WorkerRecord
from station.ledger.roll import WorkerRow
from station.services.desk import Desk
from ui.desktop import text
from ui.words import word, words

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of a list of people."""

    subject: str
    name: str
    number: str
    company: str
    permit: str
    state: str
    colour: str
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.name, self.number, self.company, self.permit, self.state, word("colour", self.colour))


@dataclass(frozen=True, slots=True)
class Line:
    """A label with a value and whether it is good."""

    label: str
    value: str
    state: str = "plain"  # plain | good | warn | bad


@dataclass(frozen=True, slots=True)
class FileView:
    """Everything the worker's file shows."""

    subject: str
    name: str
    lines: list[Line]
    colour: str
    colour_word: str
    colour_line: str
    missing: list[str] = field(default_factory=list)
    evidence: list[Line] = field(default_factory=list)
    timeline: list[tuple[str, str]] = field(default_factory=list)
    permit_number: str = ""
    photo: bytes | None = None


def person_row(desk: Desk, row: WorkerRow, today: date) -> PersonRow:
    """A row of the roll with its colour today; unknown where there is no permit yet."""
    colour = Colour.UNKNOWN
    state = word("application", row.stage) if row.stage else ""
    if row.permit_number:
        found = standing(desk.worker(row.subject), row.permit_number, today)
        colour, state = found.colour, word("permit", row.permit_state)
    company = desk.ledger.roll.company(row.company)
    number = PermitNumber.parse(row.permit_number).grouped if row.permit_number else ""
    return PersonRow(
        row.subject,
        row.name or "—",
        f"尾号 {row.id_tail}" if row.id_tail else "—",
        company.short_name if company else "",
        number,
        state,
        colour.value,
    )


def find_people(desk: Desk, query: str, limit: int = 50) -> list[PersonRow]:
    """Who matches what was typed; with nothing typed the first page of the roll."""
    today = desk.clock.today()
    rows = desk.ledger.roll.find(query, limit=limit) if query.strip() else desk.ledger.roll.page(limit=limit)
    return [person_row(desk, row, today) for row in rows]


def worker_file(desk: Desk, subject: str) -> FileView:
    """The file of one worker as of today."""
    record, today = desk.worker(subject), desk.clock.today()
    person, right = record.person, record.permit
    name = (person.name if person else None) or "—"
    colour, line = Colour.UNKNOWN, "还没有码证"
    if right is not None:
        now = standing(record, right.number, today)
        change = now.next_change
        colour = now.colour
        line = look_ahead(change.on if change else None, change.colour.value if change else "", today)
        if now.reasons:
            line = ";".join(words("reason")[code] for code in now.reasons)
    gaps = missing_to_generate(record, today, in_business=_in_business(desk, record))
    missing = [_gap(item.code, item.detail) for item in gaps if item.code != "LIVE_PERMIT"]
    photo = desk.ledger.blobs.get(subject, record.photo.sha256) if record.photo else None
    return FileView(
        subject,
        name,
        _identity(desk, record),
        colour.value,
        word("colour", colour.value) if right else "未发证",
        line,
        missing,
        _evidence(record, today),
        _timeline(record),
        right.number if right else "",
        photo,
    )


def look_ahead(on: date | None, colour: str, today: date) -> str:
    """When the colour will change next, in words."""
    if on is None:
        return text.NO_CHANGE
    return text.LOOK_AHEAD.format(days=(on - today).days, date=on.isoformat(), colour=word("colour", colour).split()[0])


def _in_business(desk: Desk, record: WorkerRecord) -> bool:
    return record.affiliation is not None and desk.in_business(record.affiliation.company)


def _gap(code: str, detail: str) -> str:
    sentence = word("missing", code)
    return f"{sentence}:{words('consent').get(detail, detail)}" if code == "CONSENT_MISSING" else sentence


def _identity(desk: Desk, record: WorkerRecord) -> list[Line]:
    person = record.person
    if person is None:
        return []
    company = desk.ledger.roll.company(record.affiliation.company) if record.affiliation else None
    right = record.permit
    lines = [
        Line("证件号码", mask_number(person.number) if person.number else "—"),
        Line("手机", mask_phone(person.phone) if person.phone else "—"),
        Line("服务类别", "、".join(CATEGORIES[c] for c in person.categories)),
        Line("所属企业", company.short_name if company else "无", "plain" if company else "bad"),
    ]
    if right is not None:
        lines.append(Line("编号", PermitNumber.parse(right.number).grouped))
        lines.append(Line("码证状态", word("permit", right.state.value), "good" if right.live else "bad"))
        current = record.current_card(right.number)
        pieces = record.cards_of(right.number)
        shown = current or (pieces[-1] if pieces else None)
        if shown is not None:
            lines.append(Line("实体卡", f"第 {shown.issue_number} 版 · {word('card', shown.state.value)}"))
    papers = record.open_application
    if papers is not None:
        due = f",{papers.due} 前办结" if papers.due else ""
        state = "bad" if papers.overdue else "plain"
        lines.append(Line("申领", f"{word('application', papers.state.value)}{due}", state))
    return lines


def _evidence(record: WorkerRecord, today: date) -> list[Line]:
    found = []
    background = background_on(record.backgrounds, today).value
    passed = "good" if background == "PASSED" else "bad"
    shown = {"PASSED": "已通过", "FAILED": "未通过", "PENDING": "核查中"}.get(background, "缺")
    found.append(Line("背景核查", shown, passed))
    for one in sorted(record.medicals, key=lambda m: m.period.last, reverse=True)[:2]:
        found.append(_paper("体检" if one.fit else "体检(不合格)", one.period.first, one.period.last, today, one.fit))
    for cover in sorted(record.insurances, key=lambda i: i.period.last, reverse=True)[:2]:
        last = min(cover.period.last, cover.ended_on) if cover.ended_on else cover.period.last
        found.append(_paper("从业责任保险", cover.period.first, last, today, True))
    for training in record.trainings[:2]:
        found.append(Line("培训证书", f"{training.occupation} · {training.issued_on}", "good"))
    if record.credit is not None:
        good = record.credit.status == "PASSED"
        found.append(Line("商务部信用记录", "已通过" if good else record.credit.status, "good" if good else "bad"))
    return found


def _paper(label: str, first: date, last: date, today: date, fit: bool) -> Line:
    left = (last - today).days
    state = "bad" if not fit or left < 0 or first > today else "warn" if left <= 30 else "good"
    note = f"已过期 {-left} 天" if left < 0 else f"还有 {left} 天"
    return Line(label, f"{first} 至 {last} · {note}", state)


def _timeline(record: WorkerRecord) -> list[tuple[str, str]]:
    steps = []
    for papers in record.applications.values():
        steps.append((papers.opened_on_ms, "开始申领", papers.opened_by))
        steps += [(s.at_ms, text.ACTS.get(s.act, s.act), s.actor) for s in papers.steps]
    for right in record.permits.values():
        steps += [(s.at_ms, f"码证{text.ACTS.get(s.act, s.act)}", s.actor) for s in right.steps if s.act != "release"]
    for piece in record.cards.values():
        label = f"第 {piece.issue_number} 版卡"
        steps += [(s.at_ms, f"{label}{text.ACTS.get(s.act, s.act)}", s.actor) for s in piece.steps]
    steps += [(e.at_ms, "雇主确认入户", "household") for e in record.entries]
    return [(moment(ms), f"{what} · {who}") for ms, what, who in sorted(steps, reverse=True)]


def moment(ms: int) -> str:
    """An instant in words, Asia/Shanghai."""
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%d %H:%M")
