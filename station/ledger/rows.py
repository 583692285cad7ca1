"""What a record says in the tables: pure, record -> rows. Queries, transactions and the day are elsewhere.

Because every row depends on one subject's record alone, refolding a subject and rebuilding everything give the same
rows. No row depends on what day it is: colours and ages are computed when somebody asks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from station.domain import card, evidence, parts
from station.domain.record import CompanyRecord, Record, StationRecord
from station.domain.standing import Colour, Timetable, last_refresh, timetable
from station.domain.worker import WorkerRecord
from station.ledger.readings import readings_of

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""Table name -> rows of one subject."""

VERSION = 7
"""Raised whenever the same record would give other rows: an older ledger is then rebuilt when it is opened."""

SURE: Mapping[card.State, str] = {
    **dict.fromkeys(card.State, "ended"),
    card.State.ASKED: "nothing",  # no byte has left
    card.State.RESERVED: "nothing",
    card.State.SENDING: "doubt",  # it may have printed
    card.State.SENT: "doubt",
    card.State.DOUBTFUL: "doubt",
    card.State.VERIFIED: "sure",  # the camera has read it
    card.State.ACTIVE: "sure",
    card.State.WITH_COMPANY: "sure",
    card.State.WITH_WORKER: "sure",
}


def rows_of(record: Record) -> Rows:
    """All rows of one subject, in every table of `schema.PROJECTIONS` that has any."""
    if isinstance(record, CompanyRecord):
        return {"roll_companies": _company(record)}
    if isinstance(record, StationRecord):
        return {"stock_packs": _packs(record), "duties": _duties(record)}
    return {
        "roll_workers": _worker(record),
        "roll_permits": [_permit(record, right) for right in record.permits.values()],
        "card_jobs": [_card(record, one) for one in record.cards.values()],
        "inbox_applications": [_application(record, one) for one in record.applications.values()],
        "conflicts": _conflicts(record),
        "open_complaints": [
            {"subject": record.subject, "fact": one.fact} for one in record.complaints if one.fact not in record.answers
        ],
        "open_reports": [{"subject": record.subject, "fact": one.fact} for one in record.reports if not one.settled],
    }


Term = tuple[str, str, str]
"""A search key: (kind, term, what it says besides)."""


def terms_of_worker(row: Mapping[str, Any]) -> set[Term]:
    """The search keys of one row of `roll_workers`.

    m: the name; n: the name from every later character on, so that a prefix of a term is a substring of the name;
    p, i: spellings and initials; d, f: document and phone number from the last digit backwards; c, e: permit number
    from either end. Those of numbers say whose they are.
    """
    terms, said = _name_terms(row), said_of(row)
    for kind, text in (("d", row["id_tail"]), ("f", row["phone_tail"]), ("e", row["permit_number"])):
        if text:
            terms.add((kind, text[::-1], said))
    if row["permit_number"]:
        terms.add(("c", row["permit_number"], said))
    return terms


def said_of(row: Mapping[str, Any]) -> str:
    """What is asked of somebody found by a number: `name| initials spellings|company`, in small letters."""
    return f"{(row['name'] or '').lower()}| {row['initials']} {row['readings']}|{row['company']}"


def terms_of_company(row: Mapping[str, Any]) -> set[Term]:
    """The same for a company; kinds in capitals, so that a search for people never meets them."""
    terms = _name_terms(row)
    short = row["short_name"].lower()
    terms.update(("n" if start else "m", short[start:], "") for start in range(len(short)))
    return {(kind.upper(), term, "") for kind, term, _ in terms} | {("U", row["uscc"], "")}


def _name_terms(row: Mapping[str, Any]) -> set[Term]:
    name = (row["name"] or "").lower()
    terms = {("n" if start else "m", name[start:], "") for start in range(len(name)) if name[start] not in " ·"}
    terms.update(("p", one, "") for one in row["readings"].split())
    terms.update(("i", one, "") for one in row["initials"].split())
    return terms


def _worker(record: WorkerRecord) -> list[Row]:
    person, right = record.person, record.permit
    if person is None and right is None and not record.applications:
        return []
    name = person.name if person else None
    said = readings_of(name, person.display_pinyin if person else None)
    belongs, papers = record.affiliation, record.open_application
    return [
        {
            "subject": record.subject,
            "city": record.city,
            "name": name,
            "sort_key": said.sort_key,
            "readings": " ".join(said.full),
            "initials": " ".join(said.initials),
            "id_tail": ((person.number if person else None) or "")[-6:],
            "phone_tail": ((person.phone if person else None) or "")[-11:],
            "document_kind": person.document_kind if person else "",
            "company": belongs.company if belongs else "",
            "permit_number": right.number if right else "",
            "permit_state": right.state.value if right else "",
            "stage": papers.state.value if papers else "",
            "wants_card": bool(person and person.wants_card),
            "photo": record.photo.sha256 if record.photo else "",
            "medical_until": _medical_until(record.medicals),
            "insurance_until": _insurance_until(record.insurances),
            "refreshed_on": record.refreshed_on,
            "closed": record.closed,
            "erased": record.erased,
            "colours": written(timetable(record, right.number)) if right else "",
        }
    ]


def written(table: Timetable) -> str:
    """The colours to come, as one cell: `0001-01-01 red,2026-11-01 green`."""
    return ",".join(f"{first.isoformat()} {colour.value}" for first, colour in table)


def colour_in_cell(cell: str, day: date) -> Colour:
    """What the cell says of that day: dates written this way stand in the order of their text."""
    today = day.isoformat()
    for line in reversed(cell.split(",")):
        if line[:10] <= today and line:
            return Colour(line[11:])
    return Colour.UNKNOWN


def _medical_until(papers: list[evidence.Medical]) -> date | None:
    """The last day any FIT certificate reaches, unless a later examination said UNFIT."""
    unfit = max((p.examined_on for p in papers if not p.fit), default=date.min)
    return max((p.period.last for p in papers if p.fit and p.examined_on > unfit), default=None)


def _insurance_until(memberships: list[evidence.Insurance]) -> date | None:
    lasts = [min(m.period.last, m.ended_on or date.max) for m in memberships if m.kind == "LIABILITY"]
    return max(lasts, default=None)


def _permit(record: WorkerRecord, right: parts.Permit) -> Row:
    return {
        "number": right.number,
        "subject": record.subject,
        "application": right.application,
        "company": right.company,
        "company_name": right.company_name,
        "state": right.state.value,
        "live": right.live,
        "generated_on": right.generated_on,
        "released_on": right.released_on,
        "suspended_on": right.suspended_on,
        "ended_on": right.ended_on,
        "fresh_since": last_refresh(record, right.number) if right.live else None,
    }


def _card(record: WorkerRecord, one: parts.Card) -> Row:
    first, last = (one.steps[0], one.steps[-1]) if one.steps else (None, None)
    return {
        "number": one.number,
        "issue_number": one.issue_number,
        "subject": record.subject,
        "state": one.state.value,
        "sure": SURE[one.state],
        "asked_on": one.asked_on,
        "asked_by": first.actor if first else "",
        "reason": one.reason,
        "batch": one.batch,
        "printer": one.printer,
        "blank": one.blank,
        "station": one.station,
        "job_sha256": one.job_sha256,
        "frame_sha256": one.frame_sha256,
        "outcome": one.outcome,
        "fault": one.fault,
        "since_ms": last.at_ms if last else 0,
        "activated_on": one.activated_on,
        "handed_on": one.handed_on,
    }


def _application(record: WorkerRecord, one: parts.Application) -> Row:
    return {
        "application": one.id,
        "subject": record.subject,
        "company": one.company,
        "purpose": one.purpose,
        "state": one.state.value,
        "open": one.open,
        "opened_ms": one.opened_on_ms,
        "since_ms": one.steps[-1].at_ms if one.steps else one.opened_on_ms,
        "accepted_on": one.accepted_on,
        "due": one.due,
        "due_provisional": one.due_provisional,
        "extensions": one.extensions,
        "overdue": one.overdue,
        "visits": one.visits,
        "defects": len(one.defects),
    }


def _conflicts(record: WorkerRecord) -> list[Row]:
    found = {(one.code, one.about, one.fact) for one in record.conflicts}
    return [{"subject": record.subject, "code": c, "about": a, "fact": f} for c, a, f in sorted(found)]


def _company(record: CompanyRecord) -> list[Row]:
    if not record.uscc:
        return []
    said = readings_of(record.name, person=False)
    short = readings_of(record.short_name, person=False)
    return [
        {
            "subject": record.subject,
            "uscc": record.uscc,
            "name": record.name,
            "short_name": record.short_name,
            "sort_key": said.sort_key,
            "readings": " ".join(dict.fromkeys((*said.full, *short.full))),
            "initials": " ".join(dict.fromkeys((*said.initials, *short.initials))),
            "division": record.division,
            "status": record.status,
        }
    ]


def _packs(record: StationRecord) -> list[Row]:
    return [
        {
            "subject": record.subject,
            "pack": pack.pack,
            "item": pack.item,
            "counts": json.dumps(dict(pack.counts), sort_keys=True),
            "cost_fen": pack.cost_fen,
            "fund": pack.fund,
        }
        for pack in record.packs.values()
    ]


def _duties(record: StationRecord) -> list[Row]:
    return [
        {"subject": record.subject, "person": person, "roles": " ".join(roles), "name": record.names.get(person)}
        for person, roles in record.duties.items()
    ]
