"""How facts about permit, tokens, cards and households are written into a worker's record; what wins over order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from station.domain import application, card, facts, parts, permit
from station.domain.fold_book import Writers, conflict, step
from station.domain.worker import WorkerRecord

WRITERS = Writers()
told = WRITERS.told

# --- the permit -------------------------------------------------------------------------------------------------------


@told(facts.PermitGenerated)
def _generated(record: WorkerRecord, fact: facts.Fact, p: facts.PermitGenerated) -> None:
    if p.number in record.permits:
        conflict(record, "ILLEGAL_STEP", p.number, fact)
        return
    record.permits[p.number] = parts.Permit(
        p.number, p.application, p.company, p.company_name, p.categories, p.on, permit.State.GENERATED,
        p.policy_version,
    )  # fmt: skip
    papers = record.applications.get(p.application)
    if papers is not None and papers.state is application.State.READY:
        record.applications[p.application] = replace(
            papers,
            state=application.State.GENERATED,
            steps=(*papers.steps, step(fact, application.Act.GENERATE.value, p.on, "", "")),
        )


@told(facts.PermitActed)
def _permit_acted(record: WorkerRecord, fact: facts.Fact, p: facts.PermitActed) -> None:
    right = record.permits.get(p.number)
    if right is None:
        conflict(record, "UNKNOWN_SUBJECT", p.number, fact)
        return
    act = permit.Act(p.act)
    right = replace(right, steps=(*right.steps, step(fact, p.act, p.on, p.cause, p.note)))
    if act in (permit.Act.CANCEL, permit.Act.REVOKE):
        # Final whatever came before or comes later; revoked outranks cancelled.
        if right.state is not permit.State.REVOKED:
            state = permit.State.REVOKED if act is permit.Act.REVOKE else permit.State.CANCELLED
            right = replace(right, state=state, ended_on=p.on, end_cause=p.cause)
    elif act is permit.Act.SUSPEND and right.live:
        causes = tuple(dict.fromkeys((*right.open_causes, p.cause)))
        right = replace(right, open_causes=causes, suspended_on=right.suspended_on or p.on)
        if right.state is permit.State.ISSUED:
            right = replace(right, state=permit.State.SUSPENDED)
    elif act is permit.Act.REINSTATE and right.state is permit.State.SUSPENDED:
        causes = tuple(cause for cause in right.open_causes if p.cause not in ("", cause))
        right = replace(right, open_causes=causes)
        if not causes:
            right = replace(right, state=permit.State.ISSUED, suspended_on=None)
    elif act is permit.Act.RELEASE and right.state is permit.State.GENERATED:
        state = permit.State.SUSPENDED if right.open_causes else permit.State.ISSUED
        right = replace(right, state=state, released_on=p.on)
        _release_application(record, fact, right.application, p.on)
    elif act is permit.Act.TRANSFER and right.live:
        right = replace(right, company=p.company, company_name=p.company_name)
    else:
        conflict(record, "ILLEGAL_STEP", p.number, fact)
    record.permits[p.number] = right


def _release_application(record: WorkerRecord, fact: facts.Fact, name: str, on: date) -> None:
    papers = record.applications.get(name)
    if papers is not None and papers.state is application.State.GENERATED:
        record.applications[name] = replace(
            papers,
            state=application.State.ISSUED,
            steps=(*papers.steps, step(fact, application.Act.RELEASE.value, on, "", "")),
        )


@told(facts.TokenSigned)
def _signed(record: WorkerRecord, fact: facts.Fact, p: facts.TokenSigned) -> None:
    record.tokens.setdefault(
        (p.number, p.issue_number),
        parts.SignedToken(
            p.number, p.issue_number, p.token, p.key_number, p.print_check, p.issued_on, p.last_day
        ),
    )


def settle_permits(record: WorkerRecord) -> None:
    """One live permit per person: the earlier generated one counts, the other is suspended and to be settled."""
    live = [p for p in record.permits.values() if p.live]
    for other in live[1:]:
        causes = tuple(dict.fromkeys((*other.open_causes, permit.Cause.DUPLICATE.value)))
        state = other.state if other.state is permit.State.GENERATED else permit.State.SUSPENDED
        record.permits[other.number] = replace(other, state=state, open_causes=causes)
        record.conflicts.append(parts.Conflict("SECOND_LIVE_PERMIT", other.number, ""))


# --- the card ---------------------------------------------------------------------------------------------------------

_ENDING = {
    card.Act.REPLACE: card.State.REPLACED,
    card.Act.REPORT_LOST: card.State.LOST,
    card.Act.REPORT_DAMAGED: card.State.DAMAGED,
    card.Act.ASK_BACK: card.State.RECALL_PENDING,
    card.Act.TAKE_BACK: card.State.RECALLED,
    card.Act.SPOIL: card.State.SPOILED,
    card.Act.VOID: card.State.VOIDED,
    card.Act.DESTROY: card.State.DESTROYED,
}


@told(facts.CardActed)
def _card_acted(record: WorkerRecord, fact: facts.Fact, p: facts.CardActed) -> None:
    key = (p.number, p.issue_number)
    act = card.Act(p.act)
    piece = record.cards.get(key)
    now = step(fact, p.act, p.on, p.reason, p.note)
    if piece is None:
        if act is card.Act.ASK:
            record.cards[key] = parts.Card(
                p.number, p.issue_number, card.State.ASKED, p.on, p.reason, p.batch,
                station=fact.id.station, steps=(now,),
            )  # fmt: skip
        else:
            conflict(record, "UNKNOWN_SUBJECT", f"{p.number}-{p.issue_number}", fact)
        return
    piece = replace(piece, steps=(*piece.steps, now))
    state = card.STEPS[piece.state].get(act)
    if state is None:
        conflict(record, "ILLEGAL_STEP", f"{p.number}-{p.issue_number}", fact)
    else:
        piece = _with_evidence(replace(piece, state=state), act, p)
    record.cards[key] = piece


def _with_evidence(piece: parts.Card, act: card.Act, p: facts.CardActed) -> parts.Card:
    if act is card.Act.RESERVE:
        return replace(piece, printer=p.printer, blank=p.blank)
    if act is card.Act.DROP:
        return replace(piece, printer="", blank="")
    if act is card.Act.SEND:
        return replace(
            piece, job_sha256=p.job_sha256, cards_before=p.cards_before, panels_before=p.panels_before,
            panels_of_job=p.panels_of_job, printer=p.printer or piece.printer,
        )  # fmt: skip
    if act in (card.Act.SENT, card.Act.DOUBT):
        doubt = p.reason if act is card.Act.DOUBT else ""
        return replace(piece, outcome=p.outcome, fault=p.fault, cards_after=p.cards_after, doubt=doubt)
    if act is card.Act.VERIFY:
        return replace(piece, frame_sha256=p.frame_sha256, verified_on=p.on)
    if act is card.Act.ACTIVATE:
        return replace(piece, activated_on=p.on)
    return piece


def settle_cards(record: WorkerRecord) -> None:
    """An ending act sticks even where it came out of order; activating one card ends every lower serial."""
    for key, piece in record.cards.items():
        if piece.state in card.LIVE:
            sticky = [_ENDING[act] for s in piece.steps if (act := card.Act(s.act)) in _ENDING]
            if sticky:
                record.cards[key] = replace(piece, state=sticky[-1])
    highest: dict[str, int] = {}
    for (number, issue), piece in record.cards.items():
        if piece.activated_on is not None:
            highest[number] = max(issue, highest.get(number, 0))
    for (number, issue), piece in record.cards.items():
        if issue < highest.get(number, 0):
            if piece.state in card.LIVE:
                record.cards[number, issue] = replace(piece, state=card.State.REPLACED)
            elif piece.state in card.UNBORN:
                record.cards[number, issue] = replace(piece, state=card.State.VOIDED)


def settle_sent_twice(record: WorkerRecord) -> None:
    """One token whose bytes went out twice may be on two cards that nothing tells apart: neither is good.

    Two counters without a network can each send the same one; when they know of each other the copies are collected and
    the next card has a number of its own (trust.md §5.1). With that one active, or the permit ended, all is settled.
    """
    for (number, issue), piece in record.cards.items():
        sent = [step for step in piece.steps if step.act == card.Act.SEND.value]
        if len(sent) < 2:
            continue
        right = record.permits.get(number)
        later = any(c.activated_on is not None and c.issue_number > issue for c in record.cards_of(number))
        if right is not None and right.live and not later:
            record.conflicts.append(parts.Conflict("SENT_TWICE", f"{number}-{issue}", sent[1].fact))
        if piece.state in card.LIVE:
            record.cards[number, issue] = replace(piece, state=card.State.VOIDED)


# --- the household ----------------------------------------------------------------------------------------------------


@told(facts.HouseholdScanned)
def _scanned(record: WorkerRecord, fact: facts.Fact, p: facts.HouseholdScanned) -> None:
    record.scans += 1


@told(facts.HouseholdConfirmed)
def _entered(record: WorkerRecord, fact: facts.Fact, p: facts.HouseholdConfirmed) -> None:
    if all(entry.nonce != p.nonce for entry in record.entries):
        record.entries.append(
            parts.Entry(p.number, p.issue_number, p.nonce, p.colour, p.acknowledged, fact.at_ms, p.overlaps)
        )


@told(facts.HouseholdComplained)
def _complained(record: WorkerRecord, fact: facts.Fact, p: facts.HouseholdComplained) -> None:
    record.complaints.append(parts.Complaint(str(fact.id), p.number, p.topic, p.text, p.contact, fact.at_ms))


@told(facts.ComplaintAnswered)
def _answered(record: WorkerRecord, fact: facts.Fact, p: facts.ComplaintAnswered) -> None:
    record.answers.setdefault(p.complaint, p.finding)


@told(facts.HouseholdEvaluated)
def _evaluated(record: WorkerRecord, fact: facts.Fact, p: facts.HouseholdEvaluated) -> None:
    if all(e.nonce != p.nonce for e in record.evaluations):
        record.evaluations.append(parts.Evaluation(p.number, p.nonce, p.stars, fact.at_ms))
