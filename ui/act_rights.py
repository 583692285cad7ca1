"""The acts of the person's own rights, one row each: consents taken back, a paper struck out, a copy, deletion."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from station.domain.people import CERTIFICATE_KINDS, CONSENT_ITEMS
from station.domain.reasons import REASONS
from station.domain.worker import WorkerRecord
from station.services import evidence, personal
from station.services.desk import Done
from ui import text_acts as words
from ui.acts import Field, Form, Hand
from ui.words import words as table

NOTE = Field("note", optional=True)


def _there(record: WorkerRecord) -> bool:
    """Somebody whose data are still here; a closed file is no reason to refuse a right."""
    return record.person is not None and not record.erased


def _standing(record: WorkerRecord) -> Mapping[str, str]:
    return {item: table("consent")[item] for item in CONSENT_ITEMS if record.consented(item)}


def _papers(record: WorkerRecord) -> Mapping[str, str]:
    """Every paper that counts, the newest of its kind first."""
    found = {}
    for medical in reversed(record.medicals):
        fit = words.FIT["fit" if medical.fit else "unfit"]
        found[medical.fact] = words.VOIDABLE["medical"].format(
            fit=fit, first=medical.period.first, last=medical.period.last
        )
    for cover in reversed(record.insurances):
        found[cover.fact] = words.VOIDABLE["insurance"].format(
            policy=cover.policy, insurer=cover.insurer, first=cover.period.first, last=cover.period.last
        )
    for check in reversed(record.backgrounds):
        conclusion = words.CONCLUSIONS[check.conclusion.value]
        found[check.fact] = words.VOIDABLE["background"].format(conclusion=conclusion, on=check.checked_on)
    for one in reversed(record.trainings):
        kind = CERTIFICATE_KINDS.get(one.certificate_kind, one.certificate_kind)
        found[one.fact] = words.VOIDABLE["training"].format(kind=kind, occupation=one.occupation, on=one.issued_on)
    if record.credit is not None:
        status = words.STATUSES.get(record.credit.status, record.credit.status)
        found[record.credit.fact] = words.VOIDABLE["credit"].format(status=status, on=record.credit.checked_on)
    return found


def _void(hand: Hand) -> Done[WorkerRecord]:
    v = hand.values
    return evidence.void(
        hand.desk, hand.subject, v.required("voided"), reason=v.required("reason"), note=v.text("note"),
        actor=hand.actor, second=hand.other,
    )  # fmt: skip


def _export(hand: Hand) -> Done[Path]:
    from station.documents.mydata import write_copy  # paints with Qt: only where somebody wants it
    from ui.desktop.viewmodels.timeline import sentence
    from ui.words import word

    desk = hand.desk
    out = Path(hand.values.required("out"))
    return write_copy(desk, hand.subject, out, say=lambda fact: sentence(fact, desk), word=word, actor=hand.actor)


VOID = Form(
    "void", "evidence", "evidence.VOID", lambda r: _there(r) and bool(_papers(r)), _void,
    (Field("voided", "choice", _papers), Field("reason", "choice", lambda _: REASONS["evidence.VOID"]), NOTE),
)  # fmt: skip
RIGHTS: tuple[Form, ...] = (
    Form("withdraw_consents", "rights", "consent.WITHDRAW", lambda r: _there(r) and bool(_standing(r)),
         lambda h: personal.withdraw_consents(h.desk, h.subject, h.values.ticks("withdrawn"), actor=h.actor),
         (Field("withdrawn", "ticks", _standing),)),
    Form("export", "rights", "worker.EXPORT", _there, _export, (Field("out", "save"),)),
    Form("erase", "rights", "worker.ERASE", _there,
         lambda h: personal.erase(h.desk, h.subject, reason=h.values.required("reason"), actor=h.actor,
                                  second=h.other),
         (Field("reason", "choice", lambda _: REASONS["worker.ERASE"]),)),
)  # fmt: skip
