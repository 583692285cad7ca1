"""Good rows go through the counter's own services, one worker after another; whoever was taken before is passed over.

Each step looks at the record first, so a run that was killed at any point is simply run again (R33).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from station.cards.glyphs import undrawable
from station.company.columns import FIT, OCCUPATION
from station.company.findings import TIERS, Around, Checked, Finding, check_all, rows_of
from station.company.opener import Opener
from station.domain.application import State
from station.domain.authority import Actor
from station.domain.errors import Refused
from station.domain.unbinding import letter_is_old
from station.domain.worker import WorkerRecord
from station.faces.face import FaceFinder
from station.services import capture, evidence, intake, policies
from station.services.desk import Desk

CHUNK = 50


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one good row: its worker, and whether it was there before; or a finding that came up only now."""

    row: Checked
    subject: str = ""
    fresh: bool = True


def read_list(desk: Desk, opener: Opener, sheet: Path, photos: Path | None, uscc: str) -> list[Checked]:
    """Every row of the list with its findings. Raises Refused when the file, the photos or the company are no good."""
    company = desk.company(uscc)
    if not company.in_business:
        raise Refused("该企业已注销或吊销，不能受理。", "company_closed")
    names = opener.names(photos) if photos is not None else []
    rows = rows_of(opener.rows(sheet))
    around = Around(
        desk.today(), company.uscc, desk.settings.city.notice_version, names, _lacking,
        lambda number: _known(desk, number, company.uscc), company.policies, lambda number: _filed(desk, number),
    )  # fmt: skip
    return check_all(rows, around)


def _lacking(name: str) -> str:
    return "".join(undrawable(name))


def _known(desk: Desk, number: str, uscc: str) -> str:
    """Why a person cannot be taken from this company's list, or ""."""
    record = desk.ledger.record(desk.ledger.subject_of("ID_CARD", number))
    if not isinstance(record, WorkerRecord) or record.newest == 0:
        return ""
    if record.closed:
        return "该人员的档案已关闭，不能申领。"
    belongs = record.affiliation
    if belongs is not None and belongs.company != uscc:
        return "该人员隶属于另一家企业，须先由原企业解除隶属关系。"
    right, papers = record.permit, record.open_application
    if right is not None and right.live and papers is None:
        return "该人员已有有效的码证，无须再次申领。"
    return ""


def _filed(desk: Desk, number: str) -> tuple[str, str]:
    """Name and phone on file under that number; empty where nobody is known."""
    record = desk.ledger.record(desk.ledger.subject_of("ID_CARD", number))
    person = record.person if isinstance(record, WorkerRecord) else None
    return (person.name or "", person.phone or "") if person is not None else ("", "")


def take(
    desk: Desk, rows: Sequence[Checked], uscc: str, *, opener: Opener, photos: Path | None, clerk: Actor,
    reviewer: Actor, finder: FaceFinder | None = None, cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Taken]:
    """The good rows, one at a time and lazily; stops between two rows when `cancelled` says so.

    `reviewer` is whoever passed the company's own review, as the list says. A row whose photo turns out unreadable,
    or which a rule refuses only now, gets its finding and is not taken.
    """
    for row in rows:
        if cancelled():
            return
        if not row.good:
            continue
        try:
            subject, fresh = _one(desk, row, uscc, opener, photos, clerk, reviewer, finder)
            yield Taken(row, subject, fresh)
        except Refused as no:
            row.findings.append(Finding("photo" if "photo" in no.code else "name", no.sentence))
            yield Taken(row)


def _one(
    desk: Desk, row: Checked, uscc: str, opener: Opener, photos: Path | None, clerk: Actor, reviewer: Actor,
    finder: FaceFinder | None,
) -> tuple[str, bool]:
    photo = opener.photo(photos, row.photo) if photos is not None and row.photo else b""
    if photo:
        capture.to_portrait(capture.read_picture(photo))
    subject = desk.ledger.subject_of("ID_CARD", row.number)
    known = desk.ledger.record(subject)
    record = known if isinstance(known, WorkerRecord) else WorkerRecord(subject)
    papers = record.open_application
    if papers is not None and papers.state not in (State.DRAFT, State.COMPANY_REVIEW):
        return subject, False
    form = intake.WorkerForm(row.number, row.name, row.categories, row.phone, wants_card=row.wants_card)
    if record.person is None:
        intake.register_worker(desk, form, actor=clerk)
    _papers(desk, subject, row, uscc, clerk)
    if photo and desk.worker(subject).photo is None:
        capture.accept_photo(desk, subject, photo, source="list", finder=finder, actor=clerk)
    if desk.worker(subject).open_application is None:
        intake.open_application(desk, subject, actor=clerk, visits=0)
    papers = desk.worker(subject).open_application
    if papers is not None and papers.state is State.DRAFT:
        intake.put_to_review(desk, subject, papers.id, actor=clerk)
    papers = desk.worker(subject).open_application
    if papers is not None and papers.state is State.COMPANY_REVIEW:
        intake.pass_review(desk, subject, papers.id, actor=reviewer)
    return subject, True


def _papers(desk: Desk, subject: str, row: Checked, uscc: str, clerk: Actor) -> None:
    """What the list says of papers, each only where the record does not have it yet."""
    days, record = row.days, desk.worker(subject)
    signed = days["authorised_on"]
    intake.record_affiliation(desk, subject, uscc, signed, fingerprint=True, actor=clerk)
    renewed = letter_is_old(desk.worker(subject))
    missing = [item for item in row.consents if not record.consented(item) or (renewed and item == "CREDIT")]
    if missing:
        intake.record_consents(desk, subject, missing, version=row.row.text("notice"), on=signed, actor=clerk)
    if not record.trainings:
        evidence.record_training(
            desk, subject, certificate_kind="TRAINING", occupation=OCCUPATION,
            issuer=row.row.text("training_by"), issued_on=days["training_on"],
            number=row.row.text("training"), actor=clerk,
        )  # fmt: skip
    examined = days.get("examined_on")
    if row.row.text("fit") and examined and all(m.examined_on != examined for m in record.medicals):
        evidence.record_medical(
            desk, subject, fit=row.row.text("fit") == FIT, examined_on=examined,
            tier=TIERS.get(row.row.text("tier"), "GENERAL"), actor=clerk,
        )  # fmt: skip
    policy = row.row.text("policy")
    if not policy or any(i.policy == policy and i.last_day >= days["insured_from"] for i in record.insurances):
        return
    if policies.has_policy(desk, uscc, policy):
        policies.join(desk, subject, policy=policy, first=days["insured_from"], actor=clerk)
    else:
        evidence.record_insurance(
            desk, subject, policy=policy, insurer=row.row.text("insurer"), first=days["insured_from"],
            last=days["insured_until"], policyholder=uscc, actor=clerk,
        )  # fmt: skip
