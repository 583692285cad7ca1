"""What lists and the worker's file show of people: masked numbers, colour today, gaps, papers, timeline."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from station.domain import permit
from station.domain.eligibility import missing_to_generate
from station.domain.evidence import background_on
from station.domain.identity import PermitNumber, group_permit, mask_number, mask_phone
from station.domain.people import CATEGORIES, MEDICAL_TIER_WORDS
from station.domain.standing import Colour, standing
from station.domain.tiers import uncovered
from station.domain.unbinding import answer_due, left_company, objected, settled, waiting_for
from station.domain.worker import WorkerRecord
from station.ledger.roll import WorkerRow
from station.services.desk import Desk
from ui import text_acts
from ui.desktop import text
from ui.desktop.viewmodels.timeline import timeline
from ui.words import word, words


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
        colour = word("colour", self.colour) if self.permit else text.NOT_ISSUED
        return (self.name, self.number, self.company, self.permit, self.state, colour)


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
    consents: list[Line] = field(default_factory=list)
    timeline: list[tuple[str, str]] = field(default_factory=list)
    permit_number: str = ""
    photo: bytes | None = None
    erased: bool = False


NOTHING = FileView("", "—", [], Colour.UNKNOWN.value, "—", "")
"""Nobody's file."""


def person_row(row: WorkerRow, company: str, today: date) -> PersonRow:
    """A row of the roll with its colour today, nobody's facts read; unknown where there is no permit yet.

    `company` is the short name of the row's company.
    """
    state = word("application", row.stage) if row.stage else ""
    return PersonRow(
        row.subject,
        row.name or (text.ERASED_NAME if row.erased else "—"),
        text.ID_TAIL.format(tail=row.id_tail) if row.id_tail else "—",
        company,
        group_permit(row.permit_number) if row.permit_number else "",
        word("permit", row.permit_state) if row.permit_number else state,
        row.colour_on(today).value,
    )


def person_rows(desk: Desk, rows: list[WorkerRow], today: date) -> list[PersonRow]:
    """Rows of the roll as a list shows them; the names of their companies in one look."""
    names = desk.ledger.roll.short_names({row.company for row in rows if row.company})
    return [person_row(row, names.get(row.company, ""), today) for row in rows]


def find_people(desk: Desk, query: str, limit: int = 50) -> list[PersonRow]:
    """Who matches what was typed; with nothing typed the first page of the roll."""
    roll = desk.ledger.roll
    rows = roll.find(query, limit=limit) if query.strip() else roll.page(limit=limit)
    return person_rows(desk, rows, desk.clock.today())


def worker_file(desk: Desk, subject: str) -> FileView:
    """The file of one worker as of today."""
    record, today = desk.worker(subject), desk.clock.today()
    person, right = record.person, record.permit
    name = (person.name if person else None) or (text.ERASED_NAME if record.erased else "—")
    colour, line = Colour.UNKNOWN, text.NO_PERMIT_YET
    if right is not None:
        now = standing(record, right.number, today)
        change = now.next_change
        colour = now.colour
        line = look_ahead(change.on if change else None, change.colour.value if change else "", today)
        if now.reasons:
            line = ";".join(words("reason")[code] for code in now.reasons)
    gaps = missing_to_generate(record, today, in_business=_in_business(desk, record))
    missing = [gap_words(item.code, item.detail) for item in gaps if item.code != "LIVE_PERMIT"]
    missing += [said] if (said := _leave(desk, record)) else []
    missing += [tier_words(above)] if (above := uncovered(record, today)) else []
    photo = desk.ledger.blobs.get(subject, record.photo.sha256) if record.photo else None
    return FileView(
        subject,
        name,
        _identity(desk, record),
        colour.value,
        word("colour", colour.value) if right else text.NOT_ISSUED,
        line,
        [text.ERASED] if record.erased else missing,
        _left(record, _evidence(record, today)),
        _left(record, _consents(desk, record)),
        timeline(desk, subject),
        right.number if right else "",
        photo,
        record.erased,
    )


def look_ahead(on: date | None, colour: str, today: date) -> str:
    """When the colour will change next, in words."""
    if on is None:
        return text.NO_CHANGE
    return text.LOOK_AHEAD.format(days=(on - today).days, date=on.isoformat(), colour=word("colour", colour).split()[0])


def _in_business(desk: Desk, record: WorkerRecord) -> bool:
    return record.affiliation is not None and desk.in_business(record.affiliation.company)


def gap_words(code: str, detail: str) -> str:
    """One thing that is missing, in words."""
    sentence = word("missing", code)
    return f"{sentence}：{words('consent').get(detail, detail)}" if detail and code.startswith("CONSENT_") else sentence


def tier_words(categories: tuple[str, ...]) -> str:
    """Which categories the medical does not cover, as a reminder (D-10)."""
    return text_acts.TIER_TOO_LOW.format(categories="、".join(CATEGORIES[code] for code in categories))


def _identity(desk: Desk, record: WorkerRecord) -> list[Line]:
    person = record.person
    if person is None:
        return []
    company = desk.ledger.roll.company(record.affiliation.company) if record.affiliation else None
    right = record.permit
    employer = company.short_name if company else text.NO_COMPANY
    lines = [
        Line(text.LABELS["number"], mask_number(person.number) if person.number else "—"),
        Line(text.LABELS["phone"], mask_phone(person.phone) if person.phone else "—"),
        Line(text.LABELS["categories"], "、".join(CATEGORIES[c] for c in person.categories)),
        Line(text.LABELS["company"], employer, "plain" if company else "bad"),
    ]
    if right is not None:
        lines.append(Line(text.LABELS["permit"], PermitNumber.parse(right.number).grouped))
        good = "good" if right.state is permit.State.ISSUED else "warn" if right.live else "bad"
        lines.append(Line(text.LABELS["permit_state"], word("permit", right.state.value), good))
        current = record.current_card(right.number)
        pieces = record.cards_of(right.number)
        shown = current or (pieces[-1] if pieces else None)
        if shown is not None:
            at = text.CARD_AT.format(issue=shown.issue_number, state=word("card", shown.state.value))
            lines.append(Line(text.LABELS["card"], at))
    papers = record.open_application
    if papers is not None:
        due = text.DUE_BY.format(due=papers.due) if papers.due else ""
        state = "bad" if papers.overdue else "plain"
        lines.append(Line(text.LABELS["application"], f"{word('application', papers.state.value)}{due}", state))
    return lines


def _leave(desk: Desk, record: WorkerRecord) -> str:
    """Whose word is awaited about the company that was left, and until when (§12.8); empty where nobody's is."""
    left = left_company(record)
    due = answer_due(left, desk.calendar) if left is not None else None
    if left is None or due is None or settled(left):
        return ""
    said = words("leave")
    stage = "objected" if objected(left) else "silent" if desk.clock.today() > due.day else "waiting"
    return said[stage].format(sides="、".join(said[side] for side in waiting_for(left)), due=due.day)


def _evidence(record: WorkerRecord, today: date) -> list[Line]:
    found = []
    background = background_on(record.backgrounds, today).value
    passed = "good" if background == "PASSED" else "bad"
    found.append(Line(text.LABELS["background"], text.CONCLUSIONS[background], passed))
    for one in sorted(record.medicals, key=lambda m: m.period.last, reverse=True)[:2]:
        name = text.LABELS["medical" if one.fit else "unfit"]
        line = _paper(name, one.period.first, one.period.last, today, one.fit)
        tier = f" · {MEDICAL_TIER_WORDS[one.tier]}" if one.fit and one.tier in MEDICAL_TIER_WORDS else ""
        found.append(replace(line, value=line.value + tier))
    for cover in sorted(record.insurances, key=lambda i: i.period.last, reverse=True)[:2]:
        last = min(cover.period.last, cover.ended_on) if cover.ended_on else cover.period.last
        found.append(_paper(text.LABELS["insurance"], cover.period.first, last, today, True))
    for training in record.trainings[:2]:
        found.append(Line(text.LABELS["training"], f"{training.occupation} · {training.issued_on}", "good"))
    if record.credit is not None:
        good = "good" if record.credit.status == "PASSED" else "bad"
        found.append(Line(text.LABELS["credit"], text.CREDIT[record.credit.status], good))
    return found


def _left(record: WorkerRecord, lines: list[Line]) -> list[Line]:
    """Of an erased person only what is there: nobody will bring what is missing."""
    absent = (text.CONCLUSIONS["MISSING"], text.CONSENT_NONE, text.CONSENT_DECLINED)
    return [line for line in lines if not record.erased or line.value not in absent]


def _consents(desk: Desk, record: WorkerRecord) -> list[Line]:
    """Each separate consent: signed when and on which notice, taken back when, or never given."""
    found, current = [], desk.settings.city.notice_version
    for item, name in words("consent").items():
        given = record.consents.get(item)
        if given is None:
            never = text.CONSENT_DECLINED if item == "FACE" else text.CONSENT_NONE
            found.append(Line(name, never, "plain" if item == "FACE" else "bad"))
        elif given.withdrawn_on is not None:
            state = "warn" if item == "FACE" else "bad"
            found.append(Line(name, text.CONSENT_TAKEN_BACK.format(on=given.withdrawn_on), state))
        else:
            old = "" if given.version == current else text.CONSENT_OLD
            said = text.CONSENT_GIVEN.format(on=given.given_on, version=given.version)
            found.append(Line(name, said + old, "warn" if old else "good"))
    return found


def _paper(label: str, first: date, last: date, today: date, fit: bool) -> Line:
    left = (last - today).days
    state = "bad" if not fit or left < 0 or first > today else "warn" if left <= 30 else "good"
    note = text.EXPIRED.format(days=-left) if left < 0 else text.LEFT.format(days=left)
    return Line(label, text.SPAN.format(first=first, last=last, note=note), state)
