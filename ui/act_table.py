"""Every act of the counter, one row each: when it is offered, what it asks for, which service it calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from station.domain import application, card, permit
from station.domain.errors import Refused
from station.domain.evidence import Holder
from station.domain.holders import refuse_another, written
from station.domain.ministry import Said
from station.domain.people import CERTIFICATE_KINDS, INSURANCE_KINDS, LEVELS
from station.domain.reasons import CHANGES, DEFECTS
from station.domain.unbinding import left_company, settled
from station.domain.worker import WorkerRecord
from station.services import (
    capture,
    changes,
    companies,
    complaints,
    conflicts,
    evidence,
    intake,
    issuing,
    leaving,
    notices,
    policies,
    review,
    scans,
    supervising,
)
from station.services.desk import Done
from ui import act_choices as choices
from ui import text_acts as words
from ui.act_rights import RIGHTS, VOID
from ui.acts import Field, Form, Hand

# --- when an act is offered -------------------------------------------------------------------------------------------


def _papers(*states: application.State) -> Callable[[WorkerRecord], bool]:
    def offered(record: WorkerRecord) -> bool:
        papers = record.open_application
        return papers is not None and papers.state in states

    return offered


def _right(*states: permit.State) -> Callable[[WorkerRecord], bool]:
    return lambda record: record.permit is not None and record.permit.state in states


def _cards(*states: card.State) -> Callable[[WorkerRecord], bool]:
    return lambda record: bool(choices.pieces(record, *states))


def _known(record: WorkerRecord) -> bool:
    return record.person is not None and not record.closed and not record.erased


def _leaving(record: WorkerRecord) -> bool:
    left = left_company(record)
    return left is not None and not settled(left)


def _updating(record: WorkerRecord) -> bool:
    papers = record.open_application
    return papers is not None and papers.purpose == "UPDATE" and papers.state is application.State.READY


NOTE = Field("note", optional=True)
PAPER = Field("paper", "file", optional=True)
HOLDER = (Field("holder", optional=True), Field("holder_number", optional=True))
S, P, C = application.State, permit.State, card.State
IN_HAND = (C.ACTIVE, C.WITH_COMPANY, C.WITH_WORKER)
BAG = (C.SPOILED, C.VOIDED, C.RECALLED)
OUT = (C.RECALL_PENDING, C.REPLACED, C.LOST, C.DAMAGED)
RUNNING = tuple(application.UNDER_THE_CLOCK)


def _extension(record: WorkerRecord) -> bool:
    papers = record.open_application
    return papers is not None and papers.state in RUNNING and papers.extensions > 0


def _company(hand: Hand) -> str:
    typed = hand.values.required("company")
    return companies.one(hand.desk, typed).uscc


def _holder(hand: Hand) -> Holder:
    """Whose paper it is, as it stands there: compared before anything is kept."""
    found = written(hand.values.text("holder"), hand.values.text("holder_number"))
    refuse_another(hand.desk.worker(hand.subject), found)
    return found


def _medical(hand: Hand) -> Done[WorkerRecord]:
    v = hand.values
    return evidence.record_medical(
        hand.desk, hand.subject, fit=v.required("fit") == "fit", examined_on=v.day("examined_on"),
        valid_until=v.day("until") if v.text("until") else None, tier=v.required("tier"),
        institution=v.text("institution"), reference=v.text("reference"), holder=_holder(hand), paper=_paper(hand),
        actor=hand.actor,
    )  # fmt: skip


def file_of(named: str) -> bytes:
    """A file somebody named. Raises Refused where there is none."""
    try:
        return Path(named).read_bytes()
    except (OSError, ValueError):
        raise Refused(words.PAPER_MISSING, "no_file") from None


def _paper(hand: Hand) -> str | None:
    """The scan of the paper the act is about, kept before the act: a refused act leaves a picture nobody speaks of."""
    named = hand.values.text("paper")
    return scans.keep_scan(hand.desk, hand.subject, file_of(named), actor=hand.actor) if named else None


def _photo(hand: Hand) -> Done[WorkerRecord]:
    from station.bootstrap import models_home
    from station.faces.engines import load

    data = file_of(hand.values.required("file"))
    return capture.accept_photo(
        hand.desk, hand.subject, data, source="file", finder=load(models_home()), actor=hand.actor
    )


def _said(hand: Hand) -> Said:
    """What stands in the ministry's record, spelt as this ledger spells it."""
    v = hand.values
    return Said(*written(v.text("record_name"), v.text("record_number")), v.text("record_company"))


def _extend(hand: Hand) -> Done[WorkerRecord]:
    v = hand.values
    return review.extend(
        hand.desk, hand.subject, hand.paper, v.number("days"), reason=v.required("reason"), note=v.text("note"),
        actor=hand.actor,
    )  # fmt: skip


def _transfer(hand: Hand) -> Done[WorkerRecord]:
    belongs = hand.record.affiliation
    company = belongs.company if belongs is not None else ""
    return supervising.transfer(hand.desk, hand.subject, hand.number, hand.paper, company, actor=hand.actor)


def _purpose(record: WorkerRecord) -> str:
    return "UPDATE" if record.permit is not None and record.permit.live else "NEW"


def _may_apply(record: WorkerRecord) -> bool:
    """A new application, or the update of §12.8 once the new company's 附件2 is there."""
    belongs, right = record.affiliation, record.permit
    if not _known(record) or record.open_application is not None or belongs is None:
        return False
    return right is None or not right.live or right.company != belongs.company


def _open(hand: Hand) -> Done[str]:
    return intake.open_application(
        hand.desk, hand.subject, purpose=_purpose(hand.record), visits=1, actor=hand.actor
    )


def _notice(hand: Hand) -> Done[int]:
    belongs, v = hand.record.affiliation, hand.values
    company = belongs.company if belongs is not None else ""
    return notices.give(hand.desk, company, how=v.required("how"), to=v.required("to"), actor=hand.actor)


def _release(hand: Hand) -> Done[WorkerRecord]:
    done = issuing.release(hand.desk, hand.subject, hand.number, actor=hand.actor)
    hand.desk.sync()
    return done


FORMS: tuple[Form, ...] = (
    Form("open", "papers", "application.OPEN", _may_apply, _open),
    Form("put_to_review", "papers", "application.PUT_TO_REVIEW", _papers(S.DRAFT),
         lambda h: intake.put_to_review(h.desk, h.subject, h.paper, actor=h.actor)),
    Form("pass_review", "papers", "application.PASS_REVIEW", _papers(S.COMPANY_REVIEW),
         lambda h: intake.pass_review(h.desk, h.subject, h.paper, actor=h.actor)),
    Form("send_back", "papers", "application.SEND_BACK", _papers(S.COMPANY_REVIEW),
         lambda h: intake.send_back(h.desk, h.subject, h.paper, reason=h.values.required("reason"),
                                    note=h.values.text("note"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("application.SEND_BACK")), NOTE)),
    Form("refuse_review", "papers", "application.REFUSE_REVIEW", _papers(S.COMPANY_REVIEW),
         lambda h: intake.refuse_review(h.desk, h.subject, h.paper, reason=h.values.required("reason"),
                                        note=h.values.text("note"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("application.REFUSE_REVIEW")), NOTE)),
    Form("accept", "papers", "application.ACCEPT", _papers(S.SUBMITTED),
         lambda h: review.accept(h.desk, h.subject, h.paper, actor=h.actor)),
    Form("return_papers", "papers", "application.RETURN", _papers(S.SUBMITTED),
         lambda h: review.return_papers(h.desk, h.subject, h.paper, h.values.ticks("defects"),
                                        note=h.values.text("note"), actor=h.actor),
         (Field("defects", "ticks", choices.fixed(DEFECTS)), NOTE)),
    Form("answer", "papers", "application.ANSWER", _papers(S.RETURNED),
         lambda h: intake.answer_defects(h.desk, h.subject, h.paper, h.values.ticks("defects"), actor=h.actor),
         (Field("defects", "ticks", choices.own_defects),)),
    Form("pass_credit", "papers", "application.PASS_CREDIT", _papers(S.CREDIT_REVIEW),
         lambda h: review.pass_credit(h.desk, h.subject, h.paper, actor=h.actor)),
    Form("complete", "papers", "application.COMPLETE", _papers(S.EVIDENCE_PENDING),
         lambda h: review.complete(h.desk, h.subject, h.paper, actor=h.actor)),
    Form("generate", "papers", "permit.GENERATE", lambda r: _papers(S.READY)(r) and not _updating(r),
         lambda h: issuing.generate(h.desk, h.subject, h.paper, actor=h.actor)),
    Form("release", "papers", "permit.RELEASE", _papers(S.GENERATED), _release),
    Form("transfer", "papers", "permit.TRANSFER", _updating, _transfer),
    Form("extend", "papers", "application.EXTEND", _papers(*RUNNING), _extend,
         (Field("days", "number"), Field("reason", "choice", choices.reasons("application.EXTEND")), NOTE)),
    Form("acknowledge", "papers", "application.ACKNOWLEDGE", _extension,
         lambda h: review.acknowledge(h.desk, h.subject, h.paper, by=h.values.required("by"), actor=h.actor),
         (Field("by", "choice", choices.fixed(words.ACKNOWLEDGED)),)),
    Form("refuse_credit", "papers", "application.REFUSE_CREDIT", _papers(S.CREDIT_REVIEW),
         lambda h: review.refuse_credit(h.desk, h.subject, h.paper, reason=h.values.required("reason"),
                                        note=h.values.text("note"), actor=h.actor, second=h.other),
         (Field("reason", "choice", choices.reasons("application.REFUSE_CREDIT")), NOTE)),
    Form("refuse_unfit", "papers", "application.REFUSE_UNFIT", _papers(S.EVIDENCE_PENDING),
         lambda h: review.refuse_unfit(h.desk, h.subject, h.paper, reason=h.values.required("reason"),
                                       note=h.values.text("note"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("application.REFUSE_UNFIT")), NOTE)),
    Form("withdraw", "papers", "application.WITHDRAW", lambda r: r.open_application is not None,
         lambda h: intake.withdraw(h.desk, h.subject, h.paper, reason=h.values.required("reason"),
                                   note=h.values.text("note"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("application.WITHDRAW")), NOTE)),
    Form("medical", "evidence", "evidence.RECORD", _known, _medical,
         (Field("fit", "choice", choices.fixed(words.FIT)), Field("examined_on", "date", today=True),
          Field("until", "date", optional=True), Field("tier", "choice", choices.tiers),
          Field("institution", optional=True), Field("reference", optional=True), *HOLDER, PAPER)),
    Form("insurance", "evidence", "evidence.RECORD", _known,
         lambda h: evidence.record_insurance(
             h.desk, h.subject, policy=h.values.required("policy"), insurer=h.values.required("insurer"),
             first=h.values.day("first"), last=h.values.day("last"), kind=h.values.required("insurance_kind"),
             holder=_holder(h), paper=_paper(h), actor=h.actor),
         (Field("policy"), Field("insurer"), Field("insurance_kind", "choice", choices.fixed(INSURANCE_KINDS)),
          Field("first", "date", today=True), Field("last", "date"), *HOLDER, PAPER)),
    Form("join_policy", "evidence", "evidence.RECORD", lambda r: _known(r) and r.affiliation is not None,
         lambda h: policies.join(
             h.desk, h.subject, policy=h.values.text("company_policy"), first=h.values.day("joined"),
             endorsement=h.values.text("endorsement"), paper=_paper(h), actor=h.actor),
         (Field("company_policy", optional=True), Field("joined", "date", today=True),
          Field("endorsement", optional=True), PAPER)),
    Form("end_insurance", "evidence", "evidence.RECORD", lambda r: bool(choices.policies(r)),
         lambda h: evidence.end_insurance(h.desk, h.subject, policy=h.values.required("policy"),
                                          last_day=h.values.day("last_day"),
                                          endorsement=h.values.text("endorsement"), actor=h.actor),
         (Field("policy", "choice", choices.policies), Field("last_day", "date", today=True),
          Field("endorsement", optional=True))),
    Form("background", "evidence", "evidence.BACKGROUND", _known,
         lambda h: evidence.record_background(
             h.desk, h.subject, conclusion=h.values.required("conclusion"), checked_on=h.values.day("on"),
             source=h.values.text("source"), reference=h.values.text("reference"), actor=h.actor),
         (Field("conclusion", "choice", choices.fixed(words.CONCLUSIONS)), Field("on", "date", today=True),
          Field("source"),
          Field("reference", optional=True))),
    Form("credit", "evidence", "evidence.CREDIT", _known,
         lambda h: evidence.record_credit(
             h.desk, h.subject, status=h.values.required("status"), checked_on=h.values.day("on"),
             source=h.values.text("source"), reference=h.values.text("reference"),
             certificate=h.values.text("certificate"), said=_said(h), actor=h.actor),
         (Field("status", "choice", choices.fixed(words.STATUSES)), Field("on", "date", today=True), Field("source"),
          Field("record_name", optional=True), Field("record_number", optional=True),
          Field("record_company", optional=True), Field("certificate", optional=True),
          Field("reference", optional=True))),
    Form("training", "evidence", "evidence.RECORD", _known,
         lambda h: evidence.record_training(
             h.desk, h.subject, certificate_kind=h.values.required("kind"), occupation=h.values.required("occupation"),
             issuer=h.values.text("issuer"), issued_on=h.values.day("on"), level=h.values.text("level"),
             number=h.values.text("number"), holder=_holder(h), paper=_paper(h), actor=h.actor),
         (Field("kind", "choice", choices.fixed(CERTIFICATE_KINDS)),
          Field("occupation", "choice", choices.fixed({name: name for name in LEVELS})),
          Field("level", "choice", choices.fixed(choices.ALL_LEVELS), optional=True),
          Field("number", optional=True), Field("issuer", optional=True), Field("on", "date"), *HOLDER, PAPER)),
    Form("consents", "evidence", "consent.RECORD", _known,
         lambda h: intake.record_consents(h.desk, h.subject, h.values.ticks("items"), on=h.values.day("on"),
                                          version=h.desk.settings.city.notice_version, paper=_paper(h), actor=h.actor),
         (Field("items", "ticks", choices.consents), Field("on", "date", today=True), PAPER)),
    VOID,
    Form("affiliation", "evidence", "affiliation.RECORD", lambda r: _known(r) and r.affiliation is None,
         lambda h: intake.record_affiliation(h.desk, h.subject, _company(h), h.values.day("on"),
                                             fingerprint=bool(h.values.text("fingerprint")), paper=_paper(h),
                                             actor=h.actor),
         (Field("company"), Field("on", "date", today=True), Field("fingerprint", "yes", optional=True), PAPER)),
    Form("correct", "evidence", "worker.REGISTER", _known,
         lambda h: intake.correct_worker(h.desk, h.subject, name=h.values.text("name"), phone=h.values.text("phone"),
                                         address=h.values.text("address"), actor=h.actor),
         (Field("name", optional=True), Field("phone", optional=True), Field("address", optional=True))),
    Form("photo", "evidence", "photo.ACCEPT", _known, _photo, (Field("file", "file"),)),
    Form("report_change", "evidence", "change.REPORT", lambda r: _known(r) and r.affiliation is not None,
         lambda h: changes.report(h.desk, h.subject, what=h.values.required("what"),
                                  known_on=h.values.day("known_on"), note=h.values.text("note"), actor=h.actor),
         (Field("what", "choice", choices.fixed(CHANGES)), Field("known_on", "date", today=True), NOTE)),
    Form("settle_change", "evidence", "change.SETTLE", lambda r: bool(changes.unsettled(r)),
         lambda h: changes.settle(h.desk, h.subject, h.values.required("report"),
                                  finding=h.values.required("finding"), note=h.values.text("note"), actor=h.actor),
         (Field("report", "choice", choices.reports),
          Field("finding", "choice", choices.reasons("change.SETTLE")), NOTE)),
    Form("refresh", "evidence", "evidence.REFRESH", _right(P.ISSUED, P.SUSPENDED),
         lambda h: evidence.refresh(h.desk, h.subject, actor=h.actor)),
    Form("leave", "evidence", "affiliation.END", lambda r: r.affiliation is not None,
         lambda h: intake.end_affiliation(h.desk, h.subject, by=h.values.required("by"), reason=h.values.text("note"),
                                          actor=h.actor),
         (Field("by", "choice", choices.fixed(words.BY_WHOM)), NOTE)),
    Form("confirm_unbinding", "permit", "affiliation.ANSWER", _leaving,
         lambda h: intake.answer_unbinding(h.desk, h.subject, by=h.values.required("by"),
                                           agreed=h.values.required("agreed") == "yes", note=h.values.text("note"),
                                           actor=h.actor),
         (Field("by", "choice", choices.answering), Field("agreed", "choice", choices.fixed(words.AGREED)), NOTE)),
    Form("decide_unbinding", "permit", "affiliation.DECIDE", _leaving,
         lambda h: intake.decide_unbinding(h.desk, h.subject, agreed=h.values.required("agreed") == "yes",
                                           note=h.values.required("note"), actor=h.actor),
         (Field("agreed", "choice", choices.fixed(words.AGREED)), Field("note"))),
    Form("suspend", "permit", "permit.SUSPEND", _right(P.ISSUED, P.SUSPENDED),
         lambda h: supervising.suspend(h.desk, h.subject, h.number, cause=h.values.required("reason"),
                                       note=h.values.text("note"), document=h.values.text("document"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("permit.SUSPEND")), NOTE, Field("document", optional=True))),
    Form("reinstate", "permit", "permit.REINSTATE", _right(P.SUSPENDED),
         lambda h: supervising.reinstate(h.desk, h.subject, h.number, cause=h.values.required("reason"),
                                         note=h.values.required("note"), document=h.values.text("document"),
                                         actor=h.actor, second=h.other),
         (Field("reason", "choice", choices.causes), Field("note"), Field("document", optional=True))),
    Form("cancel", "permit", "permit.CANCEL", _right(P.GENERATED, P.ISSUED, P.SUSPENDED),
         lambda h: supervising.cancel(h.desk, h.subject, h.number, cause=h.values.required("reason"),
                                      note=h.values.text("note"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("permit.CANCEL")), NOTE)),
    Form("revoke", "permit", "permit.REVOKE", _right(P.ISSUED, P.SUSPENDED),
         lambda h: supervising.revoke(h.desk, h.subject, h.number, cause=h.values.required("reason"),
                                      document=h.values.text("document"), note=h.values.text("note"), actor=h.actor,
                                      second=h.other),
         (Field("reason", "choice", choices.reasons("permit.REVOKE")), Field("document"), NOTE)),
    Form("close", "permit", "worker.CLOSE", _known,
         lambda h: leaving.close_worker(h.desk, h.subject, cause=h.values.required("reason"), actor=h.actor),
         (Field("reason", "choice", choices.fixed(words.CLOSING)),)),
    Form("settle", "papers", "conflict.SETTLE", lambda r: bool(r.conflicts),
         lambda h: conflicts.settle(h.desk, h.subject, finding=h.values.required("reason"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("conflict.SETTLE")),)),
    Form("answer_complaint", "papers", "complaint.ANSWER", lambda r: bool(complaints.unanswered(r)),
         lambda h: complaints.answer(h.desk, h.subject, h.values.required("complaint"),
                                     finding=h.values.required("finding"), note=h.values.text("note"), actor=h.actor),
         (Field("complaint", "choice", choices.complaints),
          Field("finding", "choice", choices.reasons("complaint.ANSWER")), NOTE)),
    Form("notice", "papers", "notice.GIVE", lambda r: _known(r) and r.affiliation is not None, _notice,
         (Field("how", "choice", choices.fixed(words.HOW)), Field("to"))),
    Form("ask", "card", "card.ASK", lambda r: _right(P.ISSUED)(r) and not choices.pieces(r, *IN_HAND, *card.UNBORN),
         lambda h: supervising.ask_card(h.desk, h.subject, h.number, actor=h.actor)),
    Form("reissue", "card", "card.REISSUE", _right(P.ISSUED),
         lambda h: supervising.reissue(h.desk, h.subject, h.number, reason=h.values.required("reason"),
                                       note=h.values.text("note"), actor=h.actor),
         (Field("reason", "choice", choices.reasons("card.REISSUE")), NOTE)),
    Form("lost", "card", "card.REPORT_LOST", _cards(*IN_HAND),
         lambda h: supervising.report_lost(h.desk, h.subject, h.number, h.issue, note=h.values.text("note"),
                                           actor=h.actor),
         (Field("issue", "choice", choices.holding(*IN_HAND)), NOTE)),
    Form("hand_to_company", "card", "card.HAND_TO_COMPANY", _cards(C.ACTIVE),
         lambda h: supervising.hand_to_company(h.desk, h.subject, h.number, h.issue,
                                               collector=h.values.required("collector"), actor=h.actor),
         (Field("issue", "choice", choices.holding(C.ACTIVE)), Field("collector"))),
    Form("hand_to_worker", "card", "card.HAND_TO_WORKER", _cards(C.ACTIVE, C.WITH_COMPANY),
         lambda h: supervising.hand_to_worker(h.desk, h.subject, h.number, h.issue, actor=h.actor),
         (Field("issue", "choice", choices.holding(C.ACTIVE, C.WITH_COMPANY)),)),
    Form("take_back", "card", "card.TAKE_BACK", _cards(*OUT),
         lambda h: supervising.take_back(h.desk, h.subject, h.number, h.issue, actor=h.actor),
         (Field("issue", "choice", choices.holding(*OUT)),)),
    Form("destroy", "card", "card.DESTROY", _cards(*BAG),
         lambda h: supervising.destroy(h.desk, h.subject, h.number, h.issue, actor=h.actor, second=h.other),
         (Field("issue", "choice", choices.holding(*BAG)),)),
    *RIGHTS,
)  # fmt: skip


def offered(record: WorkerRecord) -> list[Form]:
    """The acts that make sense for this worker now, in the order of the table."""
    return [form for form in FORMS if form.offered(record)]
