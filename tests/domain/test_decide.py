"""What each decision refuses, and what it writes: domain.md §5, §12.3–§12.8, clause by clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from station.domain import facts, parts
from station.domain.application import State as PaperState
from station.domain.authority import SYSTEM, Actor
from station.domain.decide import ban, cover, leaving, papers, plastic, proof, rights
from station.domain.decide.papers import Incomplete
from station.domain.errors import Refused
from station.domain.holders import differs, written
from station.domain.record import CompanyRecord, fold_worker
from station.domain.worker import WorkerRecord
from station.reference import load_calendar
from tests.domain.told import COMPANY, NUMBER, SUBJECT, Teller

DAY = date(2025, 1, 6)
OTHER_COMPANY = "92330110MA2DEM009N"
CLERK = Actor("clerk-1", ("CLERK",))
HANDLER = Actor("handler-1", ("COMPANY_HANDLER",))
REVIEWER = Actor("reviewer-1", ("COMPANY_REVIEWER",))
SUPERVISOR = Actor("supervisor-1", ("SUPERVISOR",))
BUREAU = Actor("bureau-1", ("BUREAU",))
CALENDAR = load_calendar()
Told = Sequence[facts.Payload]


class File(Teller):
    """A worker's file that decisions write into."""

    @property
    def record(self) -> WorkerRecord:
        return fold_worker(SUBJECT, self.facts)

    def write(self, told: Told, actor: str = "clerk-1") -> WorkerRecord:
        for payload in told:
            self(payload, actor=actor)
        return self.record

    def permit(self, number: str = NUMBER, *, released: bool = True, on: date = DAY) -> None:
        """A permit whose application went all the way."""
        name = f"A-{number}"
        self(facts.ApplicationOpened(name, COMPANY))
        for act in ("put_to_review", "pass_review", "accept", "pass_credit", "complete"):
            self(facts.ApplicationActed(name, act, on))
        self(facts.PermitGenerated(number, name, COMPANY, "金桥家政", ("HOUSEWORK",), on))
        if released:
            self(facts.PermitActed(number, "release", on))

    def state(self, name: str = "A") -> PaperState:
        return self.record.applications[name].state


def complete_file(**evidence: object) -> File:
    file = File()
    file.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    return file


def at(state: str) -> File:
    """A complete file with application A at a stage."""
    file = complete_file()
    file(facts.ApplicationOpened("A", COMPANY))
    for act in ("put_to_review", "pass_review", "accept", "pass_credit", "complete"):
        if file.state().value == state:
            break
        due = date(2025, 1, 20) if act == "accept" else None
        file(facts.ApplicationActed("A", act, DAY, due=due))
    assert file.state().value == state
    return file


def released(*, card: bool = False) -> File:
    file = complete_file()
    file.permit()
    if card:
        file.active_card()
    return file


def without(file: File, kind: type[facts.Payload]) -> File:
    file.facts = [fact for fact in file.facts if not isinstance(fact.payload, kind)]
    return file


def code_of(decision: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        decision()
    assert caught.value.sentence.endswith("。")
    return caught.value.code


# --- opening and the way of the papers --------------------------------------------------------------------------------


def opening(file: File, **more: object) -> Callable[[], object]:
    given = {"actor": HANDLER, "in_business": True, **more}
    return lambda: papers.open_application(file.record, "A", DAY, **given)  # type: ignore[arg-type]


def test_what_stands_against_opening() -> None:
    assert code_of(opening(at("draft"))) == "application_open"
    assert code_of(opening(released())) == "live_permit"
    assert code_of(opening(complete_file(), purpose="UPDATE")) == "no_live_permit"
    assert code_of(opening(without(complete_file(), facts.AffiliationBegan))) == "no_affiliation"
    assert code_of(opening(complete_file(), in_business=False)) == "company_closed"
    assert code_of(opening(complete_file(), actor=BUREAU)) == "not_allowed"
    closed = complete_file()
    closed(facts.WorkerClosed("DECEASED", DAY))
    assert code_of(opening(closed)) == "worker_closed"


def test_opening_belongs_to_the_company_of_the_day() -> None:
    (told,) = papers.open_application(complete_file().record, "A", DAY, actor=HANDLER, in_business=True, visits=1)
    assert told == facts.ApplicationOpened("A", COMPANY, "NEW", 1)
    (told,) = papers.open_application(released().record, "B", DAY, actor=CLERK, in_business=True, purpose="UPDATE")
    assert isinstance(told, facts.ApplicationOpened)
    assert told.purpose == "UPDATE"


@pytest.mark.parametrize("kind", [facts.AffiliationBegan, facts.ConsentGiven, facts.TrainingRecorded])
def test_papers_of_the_gate_submitted(kind: type[facts.Payload]) -> None:
    """§12.2: what must be there before the company hands in, and before the association accepts."""
    with pytest.raises(Incomplete) as caught:
        papers.put_to_review(without(at("draft"), kind).record, "A", DAY, actor=HANDLER)
    assert caught.value.missing
    with pytest.raises(Incomplete):
        papers.accept(without(at("submitted"), kind).record, "A", DAY, calendar=CALENDAR, actor=CLERK)


def test_the_company_sends_back_with_a_reason() -> None:
    file = at("company_review")
    file.write(papers.send_back(file.record, "A", DAY, reason="INCOMPLETE", note="", actor=REVIEWER))
    assert file.state() is PaperState.DRAFT
    assert code_of(lambda: papers.send_back(file.record, "A", DAY, reason="X", note="", actor=REVIEWER)) == (
        "unknown_reason"
    )


def test_accepting_starts_ten_working_days() -> None:
    file = at("submitted")
    record = file.write(papers.accept(file.record, "A", DAY, calendar=CALENDAR, actor=CLERK))
    assert record.applications["A"].due == date(2025, 1, 20)
    assert record.applications["A"].accepted_by == "clerk-1"


def test_defects_come_from_the_closed_list_and_other_is_explained() -> None:
    record = at("submitted").record
    for listed in (["photo", "x"], ["照片不清"], [""]):
        assert code_of(lambda d=listed: papers.return_papers(record, "A", DAY, d, note="说明", actor=CLERK)) == (
            "unknown_defect"
        )
    unexplained = ["photo", "other"]
    assert code_of(lambda: papers.return_papers(record, "A", DAY, unexplained, note=" ", actor=CLERK)) == "note_needed"
    (told,) = papers.return_papers(record, "A", DAY, ["other", "photo", "photo"], note="再交一份", actor=CLERK)
    assert told == facts.ApplicationActed("A", "return", DAY, note="再交一份", defects=("other", "photo"))


def test_the_companys_own_review_may_end_it() -> None:
    """A3 to WITHDRAWN: the reviewer, with a reason, and only while the papers are with the company."""
    file = at("company_review")

    def end(who: Actor = REVIEWER, reason: str = "NOT_OURS", note: str = "") -> Told:
        return papers.refuse_review(file.record, "A", DAY, reason=reason, note=note, actor=who)

    assert code_of(lambda: end(HANDLER)) == "not_allowed"
    assert code_of(lambda: end(reason="")) == "unknown_reason"
    assert code_of(lambda: end(reason="OTHER")) == "note_needed"
    file.write(end())
    assert file.state() is PaperState.WITHDRAWN
    file = at("submitted")
    assert code_of(end) == "application_step"


def refused_for(reason: str, on: date = DAY) -> File:
    file = at("credit_review")
    second = Actor("supervisor-2", ("SUPERVISOR",))
    file.write(papers.refuse_credit(file.record, "A", on, reason=reason, note="", actor=BUREAU, second=second))
    return file


def revoked_for(cause: str, on: date = DAY) -> File:
    file = released()
    file(facts.PermitActed(NUMBER, "revoke", on, cause))
    return file


@pytest.mark.parametrize(
    ("file", "last"),
    [
        (complete_file(), None),
        (refused_for("BACKGROUND"), None),
        (refused_for("FALSE_MATERIAL", date(2024, 2, 29)), date(2025, 2, 28)),
        (revoked_for("lent_card"), None),
        (revoked_for("false_material"), date(2028, 1, 6)),
    ],
)
def test_only_false_papers_bar_a_person(file: File, last: date | None) -> None:
    """A1: one year after a refusal, three after a revocation; the last day is still barred."""
    assert ban.banned_until(file.record) == last
    if last is not None:
        with pytest.raises(Refused, match=last.isoformat()):
            papers.free_to_apply(file.record, last)
        papers.free_to_apply(file.record, last + timedelta(days=1))


def test_a_ban_does_not_touch_a_live_permits_update() -> None:
    file = refused_for("FALSE_MATERIAL")
    file.permit()
    assert ban.banned_until(file.record) is not None
    papers.free_to_apply(file.record, DAY, "UPDATE")


def test_the_company_calling_papers_false_bars_nobody() -> None:
    file = at("company_review")
    file.write(papers.refuse_review(file.record, "A", DAY, reason="FALSE_MATERIAL", note="", actor=REVIEWER))
    assert ban.banned_until(file.record) is None


def test_a_credit_agency_needs_the_mandate_of_that_day() -> None:
    """R26, A14."""
    record, agent = at("ready").record, Actor("agent-1", ("CREDIT_AGENCY",))
    given = parts.Mandate("信用公司", "3号", DAY, DAY + timedelta(days=9))

    def generate(day: date, mandate: parts.Mandate | None) -> Told:
        return rights.generate(
            record, "A", NUMBER, "金桥家政", day, in_business=True, actor=agent, mandate=mandate
        )

    for day, mandate in ((DAY, None), (DAY - timedelta(days=1), given), (DAY + timedelta(days=10), given)):
        assert code_of(lambda d=day, m=mandate: generate(d, m)) == "no_mandate"
    assert generate(DAY, given)
    assert generate(DAY + timedelta(days=9), given)


def test_defects_are_listed_and_all_answered() -> None:
    file = at("submitted")
    assert code_of(lambda: papers.return_papers(file.record, "A", DAY, [], note="", actor=CLERK)) == "no_defects"
    file.write(papers.return_papers(file.record, "A", DAY, ["photo", "training"], note="", actor=CLERK))
    assert code_of(lambda: papers.answer(file.record, "A", DAY, ["photo"], actor=HANDLER)) == "defects_left"
    file.write(papers.answer(file.record, "A", DAY, ["photo", "training"], actor=HANDLER))
    assert file.state() is PaperState.SUBMITTED


@pytest.mark.parametrize(("days", "code"), [(30, "not_lapsed_yet"), (31, "")])
def test_thirty_days_to_answer(days: int, code: str) -> None:
    file, returned = at("submitted"), DAY + timedelta(days=4)
    file.write(papers.return_papers(file.record, "A", returned, ["photo"], note="", actor=CLERK))
    then = returned + timedelta(days=days)
    if code:
        assert code_of(lambda: papers.lapse(file.record, "A", then, actor=SYSTEM)) == code
    else:
        file.write(papers.lapse(file.record, "A", then, actor=SYSTEM))
        assert file.state() is PaperState.LAPSED


def test_the_companys_yes_and_the_bureaus_yes() -> None:
    file = at("company_review")
    file.write(papers.pass_review(file.record, "A", DAY, actor=REVIEWER))
    assert file.state() is PaperState.SUBMITTED
    file = at("credit_review")
    file.write(papers.pass_credit(file.record, "A", DAY, actor=BUREAU))
    assert file.state() is PaperState.EVIDENCE_PENDING
    file.write(medical(file, fit=False))
    file.write(papers.refuse_unfit(file.record, "A", DAY, reason="UNFIT", note="", actor=SUPERVISOR))
    assert file.state() is PaperState.REJECTED
    file = at("draft")
    file.write(papers.put_to_review(file.record, "A", DAY, actor=HANDLER))
    assert file.state() is PaperState.COMPANY_REVIEW
    file = at("evidence_pending")
    file.write(papers.complete(file.record, "A", DAY, in_business=True, actor=SYSTEM))
    assert file.state() is PaperState.READY


@pytest.mark.parametrize("kind", [facts.CreditRecorded, facts.BackgroundRecorded])
def test_only_what_was_positively_passed_passes(kind: type[facts.Payload]) -> None:
    file = without(at("credit_review"), kind)
    with pytest.raises(Incomplete):
        papers.pass_credit(file.record, "A", DAY, actor=BUREAU)


def test_refusing_needs_two_and_a_reason() -> None:
    file = at("credit_review")
    (told,) = papers.refuse_credit(
        file.record, "A", DAY, reason="OTHER", note="说明", actor=BUREAU, second=SUPERVISOR
    )
    assert told == facts.ApplicationActed("A", "refuse_credit", DAY, "OTHER", "说明")
    waiting = at("evidence_pending")
    assert code_of(
        lambda: papers.refuse_unfit(waiting.record, "A", DAY, reason="UNFIT", note="", actor=SUPERVISOR)
    ) == "not_unfit"  # fmt: skip


def test_ready_only_while_everything_holds() -> None:
    file = at("ready")
    assert code_of(lambda: papers.reopen(file.record, "A", DAY, in_business=True, actor=SYSTEM)) == "nothing_missing"
    after = date(2026, 1, 1)
    file.write(papers.reopen(file.record, "A", after, in_business=True, actor=SYSTEM))
    with pytest.raises(Incomplete) as caught:
        papers.complete(file.record, "A", after, in_business=False, actor=SYSTEM)
    assert [item.code for item in caught.value.missing] == ["MEDICAL_EXPIRED", "INSURANCE_EXPIRED", "COMPANY_CLOSED"]


def test_an_application_nobody_opened() -> None:
    assert code_of(lambda: papers.put_to_review(complete_file().record, "B", DAY, actor=HANDLER)) == (
        "no_such_application"
    )


def test_extensions() -> None:
    def extend(file: File, day: date, count: int, actor: Actor) -> Told:
        return papers.extend(
            file.record, "A", day, count, reason="MEDICAL_WAITING", note="", calendar=CALENDAR, actor=actor
        )

    file = at("credit_review")
    for count in (0, 11):
        assert code_of(lambda n=count: extend(file, DAY, n, SUPERVISOR)) == "extension_length"  # type: ignore[misc]
    assert code_of(lambda: extend(file, date(2025, 1, 21), 5, SUPERVISOR)) == "past_due"
    assert code_of(lambda: papers.acknowledge(file.record, "A", DAY, by="company", actor=HANDLER)) == "no_extension"
    record = file.write(extend(file, date(2025, 1, 20), 10, SUPERVISOR))
    assert record.applications["A"].due == date(2025, 2, 8)  # a Saturday that is worked
    assert code_of(lambda: extend(file, DAY, 5, SUPERVISOR)) == "not_allowed"
    record = file.write(extend(file, DAY, 1, BUREAU))
    assert (record.applications["A"].due, record.applications["A"].extensions) == (date(2025, 2, 10), 2)
    record = file.write(papers.acknowledge(file.record, "A", DAY, by="company", actor=HANDLER))
    assert record.applications["A"].acknowledged == ("company",)
    undated = at("credit_review")
    undated.facts = [
        fact
        if not isinstance(fact.payload, facts.ApplicationActed) or fact.payload.act != "accept"
        else facts.Fact(fact.id, fact.subject, fact.city, fact.actor, fact.recorded_at,
                        facts.ApplicationActed("A", "accept", DAY))
        for fact in undated.facts
    ]  # fmt: skip
    assert code_of(lambda: extend(undated, DAY, 5, SUPERVISOR)) == "past_due"


def test_overdue_is_marked_once_and_approves_nothing() -> None:
    file = at("evidence_pending")
    assert code_of(lambda: papers.mark_overdue(file.record, "A", date(2025, 1, 20), actor=SYSTEM)) == "not_overdue"
    file.write(papers.mark_overdue(file.record, "A", date(2025, 1, 21), actor=SYSTEM))
    assert (file.state(), file.record.applications["A"].overdue) == (PaperState.EVIDENCE_PENDING, True)
    assert code_of(lambda: papers.mark_overdue(file.record, "A", date(2025, 1, 22), actor=SYSTEM)) == "not_overdue"


def test_withdrawing_takes_the_unreleased_permit_with_it() -> None:
    file = at("ready")
    file.permit("3301022025000009", released=True)  # another one, released before
    file(facts.PermitGenerated(NUMBER, "A", COMPANY, "金桥家政", ("HOUSEWORK",), DAY))
    file(facts.PermitGenerated("3301022025000010", "A-other", COMPANY, "金桥家政", ("HOUSEWORK",), DAY))
    told = papers.withdraw(file.record, "A", DAY, reason="WORKER_ASKED", note="", actor=HANDLER)
    assert [type(one) for one in told] == [facts.ApplicationActed, facts.PermitActed]
    assert told[1] == facts.PermitActed(NUMBER, "cancel", DAY, "worker_asked", "")


# --- the permit -------------------------------------------------------------------------------------------------------


def generate(file: File, **more: object) -> Callable[[], object]:
    given = {"in_business": True, "actor": SUPERVISOR, "day": DAY, "name": "A", **more}
    day, name = given.pop("day"), given.pop("name")
    return lambda: rights.generate(file.record, name, NUMBER, "金桥家政", day, **given)  # type: ignore[arg-type]


def test_generating() -> None:
    (told,) = rights.generate(at("ready").record, "A", NUMBER, "金桥家政", DAY, in_business=True, actor=SUPERVISOR)
    assert told == facts.PermitGenerated(NUMBER, "A", COMPANY, "金桥家政", ("HOUSEWORK",), DAY)
    accepted_by_her = Actor("clerk-1", ("SUPERVISOR",))
    assert code_of(generate(at("ready"), actor=accepted_by_her)) == "same_person"
    assert code_of(generate(at("ready"), actor=CLERK)) == "not_allowed"
    assert code_of(generate(at("evidence_pending"))) == "application_step"
    assert code_of(generate(at("ready"), day=date(2020, 7, 4))) == "before_the_notice"
    assert code_of(generate(at("ready"), in_business=False)) == "incomplete"
    assert code_of(generate(without(at("ready"), facts.WorkerPhotographed))) == "incomplete"
    assert code_of(generate(without(at("ready"), facts.WorkerRegistered))) == "incomplete"


def test_the_first_day_of_the_notice() -> None:
    """R50: on 2020-07-05 the day itself is no obstacle any more."""
    assert code_of(generate(at("ready"), day=date(2020, 7, 5))) == "incomplete"


def test_releasing_asks_for_a_card_only_where_one_is_wanted() -> None:
    file = at("ready")
    file(facts.PermitGenerated(NUMBER, "A", COMPANY, "金桥家政", ("HOUSEWORK",), DAY))
    told = rights.release(file.record, NUMBER, DAY, in_business=True, actor=CLERK)
    assert told == [
        facts.PermitActed(NUMBER, "release", DAY),
        facts.CardActed(NUMBER, 1, "ask", DAY, "FIRST_ISSUE"),
    ]
    assert code_of(lambda: rights.release(file.record, NUMBER, DAY, in_business=False, actor=CLERK)) == "incomplete"
    assert code_of(lambda: rights.release(file.record, "0" * 16, DAY, in_business=True, actor=CLERK)) == (
        "no_such_permit"
    )
    file(facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), False, "330102197001010021", "王秀英"))
    assert len(rights.release(file.record, NUMBER, DAY, in_business=True, actor=CLERK)) == 1
    nameless = without(file, facts.WorkerRegistered)
    assert code_of(lambda: rights.release(nameless.record, NUMBER, DAY, in_business=True, actor=CLERK)) == "incomplete"


def suspended(*causes: str) -> File:
    file = released(card=True)
    for cause in causes:
        file(facts.PermitActed(NUMBER, "suspend", DAY, cause))
    return file


def test_pausing_and_lifting_cause_by_cause() -> None:
    file = suspended("complaint")
    pause = {"note": "", "document": "", "actor": SUPERVISOR}
    assert code_of(lambda: rights.suspend(file.record, NUMBER, DAY, cause="complaint", **pause)) == (  # type: ignore[arg-type]
        "suspended_already"
    )
    (told,) = rights.suspend(file.record, NUMBER, DAY, cause="misuse", **pause)  # type: ignore[arg-type]
    assert told == facts.PermitActed(NUMBER, "suspend", DAY, "misuse")
    lift = {"note": "已核实", "document": "", "in_business": True, "actor": SUPERVISOR, "second": BUREAU}
    assert code_of(lambda: rights.reinstate(file.record, NUMBER, DAY, cause="misuse", **lift)) == "no_such_cause"  # type: ignore[arg-type]
    (told,) = rights.reinstate(file.record, NUMBER, DAY, cause="complaint", **lift)  # type: ignore[arg-type]
    assert told == facts.PermitActed(NUMBER, "reinstate", DAY, "complaint", "已核实", "", "bureau-1")
    ended = released()
    ended(facts.PermitActed(NUMBER, "cancel", DAY, "deceased"))
    assert code_of(lambda: rights.suspend(ended.record, NUMBER, DAY, cause="complaint", **pause)) == "permit_step"  # type: ignore[arg-type]


def test_ending_asks_the_card_back() -> None:
    file = released(card=True)
    told = rights.cancel(file.record, NUMBER, DAY, cause="left_trade", note="", actor=SUPERVISOR)
    assert told[1:] == [facts.CardActed(NUMBER, 1, "ask_back", DAY, "PERMIT_ENDED")]
    revoke = {"cause": "lent_card", "note": "", "actor": SUPERVISOR, "second": BUREAU}
    told = rights.revoke(file.record, NUMBER, DAY, document=" 杭商务〔2025〕1号 ", **revoke)  # type: ignore[arg-type]
    assert told[0] == facts.PermitActed(NUMBER, "revoke", DAY, "lent_card", "", "杭商务〔2025〕1号", "bureau-1")
    assert len(told) == 2
    assert code_of(lambda: rights.revoke(file.record, NUMBER, DAY, document=" ", **revoke)) == "no_document"  # type: ignore[arg-type]
    assert len(rights.cancel(released().record, NUMBER, DAY, cause="left_trade", note="", actor=SUPERVISOR)) == 1


def moving(*, to: str = OTHER_COMPANY, purpose: str = "UPDATE", pause: bool = True) -> File:
    """A worker who left the company and has an update application ready at another."""
    file = released()
    file(facts.TokenSigned(NUMBER, 1, "0" * 191, 1, 7, DAY, DAY))
    if pause:
        file.write(proof.leave(file.record, DAY, by="worker", reason="离职", actor=CLERK))
    if to != COMPANY:
        file(facts.AffiliationEnded(COMPANY, DAY, "worker", ""))
        file(facts.AffiliationAnswered(COMPANY, "company", True, DAY))
        file(facts.AffiliationBegan(to, DAY, True))
        file(facts.ConsentGiven("CREDIT", "1", DAY))
    elif pause:
        file(facts.AffiliationBegan(to, DAY, True))
    file(facts.ApplicationOpened("U", to, purpose))
    for act in ("put_to_review", "pass_review", "accept", "pass_credit", "complete"):
        file(facts.ApplicationActed("U", act, DAY))
    return file


def transfer(file: File, company: str = OTHER_COMPANY, actor: Actor = SUPERVISOR, in_business: bool = True) -> Told:
    return rights.transfer(
        file.record, NUMBER, "U", DAY, company=company, company_name="阳光里家政", in_business=in_business, actor=actor
    )


def test_moving_to_another_company() -> None:
    file = moving()
    record = file.write(transfer(file))
    right = record.permits[NUMBER]
    assert (right.state.value, right.company, right.company_name) == ("issued", OTHER_COMPANY, "阳光里家政")
    assert record.applications["U"].state is PaperState.ISSUED
    assert record.cards[NUMBER, 1].state.value == "voided", "what was signed for the old print is used up"
    assert not record.conflicts
    unpaused = moving(pause=False)
    assert not any(isinstance(one, facts.PermitActed) and one.act == "reinstate" for one in transfer(unpaused))


def test_moving_ends_the_cover_of_the_company_that_was_left() -> None:
    file = moving()
    last = date(2025, 12, 31)
    file(facts.PolicyJoined(COMPANY, "G1", "PICC", DAY - timedelta(days=1), last))
    file(facts.PolicyJoined(COMPANY, "G2", "PICC", DAY + timedelta(days=1), last))
    file(facts.PolicyJoined(OTHER_COMPANY, "Y1", "PICC", DAY, last))
    record = file.write(transfer(file))
    assert [(one.policy, one.last_day) for one in record.insurances] == [("P1", last), ("G1", DAY), ("Y1", last)]


@pytest.mark.parametrize("lacking", [facts.AffiliationAnswered, facts.ConsentGiven])
def test_moving_needs_a_clean_leave_and_a_new_letter(lacking: type[facts.Payload]) -> None:
    file = moving()
    at = max(n for n, fact in enumerate(file.facts) if isinstance(fact.payload, lacking))
    del file.facts[at]
    assert code_of(lambda: transfer(file)) == "incomplete"


def test_what_stands_against_moving() -> None:
    assert code_of(lambda: transfer(moving(), COMPANY)) == "no_affiliation"
    assert code_of(lambda: transfer(without(moving(), facts.AffiliationBegan))) == "no_affiliation"
    assert code_of(lambda: transfer(moving(to=COMPANY), COMPANY)) == "same_company"
    assert code_of(lambda: transfer(moving(purpose="NEW"))) == "not_an_update"
    assert code_of(lambda: transfer(without(moving(), facts.WorkerPhotographed))) == "incomplete"
    assert code_of(lambda: transfer(moving(), actor=Actor("clerk-1", ("SUPERVISOR",)))) == "same_person"
    early = moving()
    early.facts = early.facts[:-1]
    assert code_of(lambda: transfer(early)) == "application_step"


def test_a_tokens_number_that_was_printed_stays_a_card() -> None:
    file = moving()
    file.active_card(1)
    file(facts.TokenSigned(NUMBER, 2, "0" * 191, 1, 7, DAY, DAY))
    file(facts.TokenSigned("3301022025000009", 1, "0" * 191, 1, 7, DAY, DAY))
    file.card(2, "ask")
    told = [one for one in transfer(file) if isinstance(one, facts.CardActed)]
    assert [(one.issue_number, one.act) for one in told] == [(2, "void")]


def test_a_cause_of_the_wrong_list() -> None:
    """The reasons of the act and the causes of the table say the same."""
    from station.domain.permit import CAUSES, Act
    from station.domain.reasons import REASONS

    for act in (Act.SUSPEND, Act.CANCEL, Act.REVOKE):
        assert {cause.value for cause in CAUSES[act]} == set(REASONS[f"permit.{act.name}"])


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_closing_a_file_ends_everything() -> None:
    file = released(card=True)
    file(facts.ApplicationOpened("U", COMPANY, "UPDATE"))
    ended_before = "3301022024000001"
    file.permit(ended_before)
    file(facts.PermitActed(ended_before, "cancel", DAY, "left_trade"))
    record = file.write(leaving.close_worker(file.record, DAY, cause="DECEASED", actor=SUPERVISOR))
    assert record.closed == "DECEASED"
    assert record.applications["U"].state is PaperState.WITHDRAWN
    assert (record.permits[NUMBER].state.value, record.permits[NUMBER].end_cause) == ("cancelled", "deceased")
    assert record.cards[NUMBER, 1].state.value == "recall_pending"
    assert code_of(lambda: leaving.close_worker(record, DAY, cause="DECEASED", actor=SUPERVISOR)) == "closed_already"
    assert code_of(lambda: leaving.close_worker(record, DAY, cause="BORED", actor=SUPERVISOR)) == "unknown_cause"
    assert len(leaving.close_worker(complete_file().record, DAY, cause="LEFT_TRADE", actor=SUPERVISOR)) == 1


def test_what_the_register_says_of_a_company() -> None:
    company = CompanyRecord("company:x", COMPANY)

    def status(to: str, on: date = DAY, source: str = "公示系统") -> object:
        return leaving.company_status(company, to, on, DAY, source=source, actor=CLERK)

    assert status("REVOKED") == facts.CompanyStatusChanged(COMPANY, "REVOKED", DAY, "公示系统")
    assert code_of(lambda: status("GONE")) == "company_status"
    assert code_of(lambda: status("REVOKED", DAY + timedelta(days=1))) == "later_than_today"
    assert code_of(lambda: status("IN_BUSINESS")) == "status_already"
    assert code_of(lambda: status("REVOKED", source=" ")) == "source"


# --- evidence ---------------------------------------------------------------------------------------------------------

MEDICAL = {"fit": True, "examined_on": DAY, "valid_until": None, "tier": "GENERAL", "institution": "", "reference": "",
           "actor": CLERK}  # fmt: skip


def medical(file: File, **more: object) -> Told:
    return proof.medical(file.record, DAY, **{**MEDICAL, **more})  # type: ignore[arg-type]


def test_a_medical() -> None:
    (told,) = medical(released())
    assert told == facts.MedicalRecorded(True, DAY, DAY, date(2026, 1, 6), "GENERAL", None, None, "clerk-1")
    (told,) = medical(released(), valid_until=date(2025, 7, 1))
    assert isinstance(told, facts.MedicalRecorded)
    assert told.valid_until == date(2025, 7, 1), "the printed day wins (D-9)"
    assert code_of(lambda: medical(released(), examined_on=DAY + timedelta(days=1))) == "later_than_today"
    assert code_of(lambda: medical(released(), tier="BEST")) == "medical_tier"
    assert code_of(lambda: medical(released(), valid_until=DAY - timedelta(days=1))) == "period_backwards"


def test_unfit_pauses_at_once_and_once() -> None:
    cases = ((released(), 1), (suspended("complaint"), 1), (suspended("medical_unfit"), 0), (at("ready"), 0))
    for file, pauses in cases:
        told = medical(file, fit=False, valid_until=DAY - timedelta(days=9))
        assert len([one for one in told if isinstance(one, facts.PermitActed)]) == pauses
    ended = released()
    ended(facts.PermitActed(NUMBER, "cancel", DAY, "deceased"))
    assert len(medical(ended, fit=False)) == 1


def insure(**more: object) -> Told:
    given = {"policy": " P1 ", "insurer": "人保", "first": DAY, "last": date(2026, 1, 5), "actor": CLERK, **more}
    return cover.insurance(released().record, **given)  # type: ignore[arg-type]


def test_insurance() -> None:
    (told,) = insure()
    assert told == facts.InsuranceRecorded("P1", "人保", DAY, date(2026, 1, 5), "LIABILITY", "", "clerk-1")
    assert code_of(lambda: insure(last=DAY - timedelta(days=1))) == "period_backwards"
    assert code_of(lambda: insure(policy=" ")) == "policy_number"
    assert code_of(lambda: insure(insurer="")) == "policy_number"
    assert code_of(lambda: insure(kind="PET")) == "insurance_kind"


def background(file: File, conclusion: str, **more: object) -> Told:
    given = {"checked_on": DAY, "source": "公安", "reference": "", "actor": BUREAU, **more}
    return proof.background(file.record, DAY, conclusion=conclusion, **given)  # type: ignore[arg-type]


def test_background_is_a_conclusion_and_nothing_else() -> None:
    (told,) = background(released(), "PASSED")
    assert told == facts.BackgroundRecorded("PASSED", DAY, "公安", None)
    told = background(released(), "FAILED")
    assert told[1] == facts.PermitActed(NUMBER, "suspend", DAY, "adverse_hint")
    assert code_of(lambda: background(released(), "MAYBE")) == "conclusion"
    assert code_of(lambda: background(released(), "PASSED", source=" ")) == "source"
    assert code_of(lambda: background(released(), "PASSED", checked_on=DAY + timedelta(days=1))) == "later_than_today"
    assert code_of(lambda: background(released(), "PASSED", actor=CLERK)) == "not_allowed"


def test_training_and_credit() -> None:
    file, lesson = released(), {"occupation": "家政服务员", "issuer": "市家协", "issued_on": DAY, "actor": CLERK}
    assert code_of(lambda: proof.training(file.record, DAY, certificate_kind="PHD", **lesson)) == "certificate_kind"  # type: ignore[arg-type]
    (told,) = proof.training(file.record, DAY, certificate_kind="TRAINING", number=" 7 ", **lesson)  # type: ignore[arg-type]
    assert isinstance(told, facts.TrainingRecorded)
    assert told.number == "7"
    for wrong, code in (
        ({"issuer": " "}, "issuer"),
        ({"occupation": "厨师"}, "occupation"),
        ({"level": "一级/高级技师"}, "level"),
        ({"certificate_kind": "OCCUPATION_LEVEL"}, "level"),
        ({"trade": "厨师"}, "trade"),
        ({"trade": "母婴护理员", "level": "二级/技师"}, "trade"),
        ({"occupation": "育婴员", "trade": "母婴护理员"}, "trade"),
    ):
        asked = {**lesson, "certificate_kind": "TRAINING", **wrong}
        assert code_of(lambda asked=asked: proof.training(file.record, DAY, **asked)) == code  # type: ignore[misc]
    for right in (
        {"level": "二级/技师"},
        {"level": "四级/中级工", "trade": "母婴护理员"},
        {"occupation": "养老护理员", "level": "一级/高级技师"},
    ):
        assert proof.training(file.record, DAY, **{**lesson, "certificate_kind": "OCCUPATION_LEVEL", **right})  # type: ignore[arg-type]


def test_consents_are_separate() -> None:
    sign = {"version": "2", "on": DAY, "day": DAY, "actor": CLERK}
    record = File().record
    assert proof.consents(record, ["FACE"], **sign) == [facts.ConsentGiven("FACE", "2", DAY)]  # type: ignore[arg-type]
    for wrong in ([], ["ALL"], ["FACE", "ALL"]):
        assert code_of(lambda items=wrong: proof.consents(record, items, **sign)) == "consent_item"  # type: ignore[arg-type, misc]


def test_one_company_at_a_time() -> None:
    file = complete_file()
    belong = {"fingerprint": True, "actor": CLERK}
    assert code_of(lambda: proof.affiliate(file.record, OTHER_COMPANY, DAY, DAY, **belong)) == "other_company"  # type: ignore[arg-type]
    assert proof.affiliate(file.record, COMPANY, DAY, DAY, **belong) == []  # type: ignore[arg-type]
    unsigned = without(complete_file(), facts.AffiliationBegan)
    unsigned(facts.AffiliationBegan(COMPANY, DAY, False))
    assert proof.affiliate(unsigned.record, COMPANY, DAY, DAY, fingerprint=False, actor=CLERK) == []
    record = unsigned.write(proof.affiliate(unsigned.record, COMPANY, DAY, DAY, **belong))  # type: ignore[arg-type]
    assert record.affiliation is not None
    assert record.affiliation.fingerprint
    assert code_of(lambda: proof.leave(file.record, DAY, by="nobody", reason="", actor=CLERK)) == "by_whom"
    free = without(complete_file(), facts.AffiliationBegan)
    assert code_of(lambda: proof.leave(free.record, DAY, by="worker", reason="", actor=CLERK)) == "no_affiliation"


def test_a_paper_made_out_to_somebody_else_is_not_taken() -> None:
    """WRONG-7 before it happens: what stands on the paper is compared with the person of the file."""
    record = released().record
    assert record.person is not None
    name, number = record.person.name or "", record.person.number or ""

    def member(*holder: str) -> list[facts.Payload]:
        return cover.insurance(
            record, policy="P", insurer="人保", first=DAY, last=DAY, holder=written(*holder), actor=CLERK
        )

    for holder in (("张三", ""), ("", "330103196802291144"), (name, "330103196802291144")):
        assert code_of(lambda h=holder: member(*h)) == "holder_differs"  # type: ignore[misc]
    for holder in (("", ""), (name, number), (f" {name} ", f"{number[:6]} {number[6:]}")):
        (told,) = member(*holder)
        assert isinstance(told, facts.InsuranceRecorded)
        assert (told.holder or "", told.holder_number or "") == written(*holder)
    exam = {"fit": True, "examined_on": DAY, "valid_until": None, "tier": "GENERAL", "institution": "", "reference": ""}
    other = written("张三", "")
    assert code_of(lambda: proof.medical(record, DAY, **exam, holder=other, actor=CLERK)) == "holder_differs"  # type: ignore[arg-type]
    lesson = {"occupation": "家政服务员", "issuer": "市家协", "issued_on": DAY, "actor": CLERK}
    assert code_of(
        lambda: proof.training(record, DAY, certificate_kind="TRAINING", holder=other, **lesson)  # type: ignore[arg-type]
    ) == "holder_differs"  # fmt: skip
    assert not differs(("张三", "1"), None), "whose key is not here cannot be compared"
    latin = replace(record.person, name="John Smith", number=None)
    assert not differs(("JOHN SMITH", "1"), latin)
    assert not differs(("张三", ""), replace(record.person, name=None))


def test_a_paper_of_somebody_else_is_voided_by_two() -> None:
    file = released()
    paper = file.record.medicals[0].fact
    two = {"actor": CLERK, "second": SUPERVISOR}
    for reason, wanted in (("because", "unknown_reason"), ("OTHER", "note_needed")):
        assert code_of(lambda why=reason: proof.void(file.record, paper, reason=why, **two)) == wanted  # type: ignore[arg-type, misc]
    (told,) = proof.void(file.record, paper, reason="OTHER", note=" 页面错位 ", **two)  # type: ignore[arg-type]
    assert told == facts.EvidenceVoided(paper, "OTHER", "页面错位", "supervisor-1")
    assert not file.write([told]).medicals
    again = {"reason": "FALSE", **two}
    assert code_of(lambda: proof.void(file.record, paper, **again)) == "no_such_paper"  # type: ignore[arg-type]
    assert file.record.credit is not None
    record = file.write(proof.void(file.record, file.record.credit.fact, **again))  # type: ignore[arg-type]
    assert record.credit is None
    assert code_of(lambda: proof.void(record, "hz01.1.1", **again)) == "no_such_paper"  # type: ignore[arg-type]


# --- the card ---------------------------------------------------------------------------------------------------------


def test_asking_for_a_card() -> None:
    def ask(file: File) -> Told:
        return plastic.ask(file.record, NUMBER, DAY, batch="b", actor=CLERK)

    assert ask(released()) == [facts.CardActed(NUMBER, 1, "ask", DAY, "FIRST_ISSUE", batch="b")]
    assert code_of(lambda: ask(suspended("complaint"))) == "permit_not_issued"
    assert code_of(lambda: ask(released(card=True))) == "card_live"
    asked = released()
    asked.card(1, "ask")
    assert code_of(lambda: ask(asked)) == "card_on_its_way"
    unwanted = released()
    unwanted(facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), False, "330102197001010021", "王秀英"))
    assert code_of(lambda: ask(unwanted)) == "no_card_wanted"
    assert code_of(lambda: ask(without(released(), facts.WorkerRegistered))) == "no_card_wanted"


def test_reissuing() -> None:
    def reissue(file: File, reason: str) -> Told:
        return plastic.reissue(file.record, NUMBER, DAY, reason=reason, note="说明", actor=SUPERVISOR)

    for reason, act in (("LOST", "report_lost"), ("DAMAGED", "report_damaged")):
        told = reissue(released(card=True), reason)
        assert [one.act for one in told if isinstance(one, facts.CardActed)] == [act, "ask"]
    for reason in ("DATA_CHANGED", "PRINT_DEFECT", "OTHER"):
        (told_one,) = reissue(released(card=True), reason)
        assert isinstance(told_one, facts.CardActed)
        assert told_one.issue_number == 2
    assert len(reissue(released(), "LOST")) == 1
    asked = released(card=True)
    asked.card(2, "ask")
    assert code_of(lambda: reissue(asked, "LOST")) == "card_on_its_way"
    assert code_of(lambda: reissue(suspended("complaint"), "LOST")) == "permit_not_issued"


def test_what_happens_to_plastic() -> None:
    file = released(card=True)
    hand = {"collector": "李经办", "actor": CLERK}
    assert code_of(lambda: plastic.hand_to_company(file.record, NUMBER, 2, DAY, **hand)) == "no_such_card"  # type: ignore[arg-type]
    assert code_of(lambda: plastic.hand_to_company(file.record, NUMBER, 1, DAY, collector=" ", actor=CLERK)) == (
        "no_collector"
    )
    file.write(plastic.hand_to_company(file.record, NUMBER, 1, DAY, **hand))  # type: ignore[arg-type]
    assert code_of(lambda: plastic.hand_to_company(file.record, NUMBER, 1, DAY, **hand)) == "card_step"  # type: ignore[arg-type]
    file.write(plastic.hand_to_worker(file.record, NUMBER, 1, DAY, actor=HANDLER))
    file.write(plastic.report_lost(file.record, NUMBER, 1, DAY, actor=CLERK))
    file.write(plastic.take_back(file.record, NUMBER, 1, DAY, actor=CLERK))
    (told,) = plastic.destroy(file.record, NUMBER, 1, DAY, actor=SUPERVISOR, second=CLERK)
    assert told == facts.CardActed(NUMBER, 1, "destroy", DAY, person="clerk-1")
    spoilt = released(card=True)
    spoilt.write(plastic.spoil(spoilt.record, NUMBER, 1, DAY, reason="JAM", actor=CLERK))
    assert spoilt.record.cards[NUMBER, 1].state.value == "spoiled"


def lifted(file: File, cause: str, *, in_business: bool = True, note: str = "已核实") -> Told:
    return rights.reinstate(
        file.record, NUMBER, DAY, cause=cause, note=note, document="", in_business=in_business, actor=SUPERVISOR,
        second=BUREAU,
    )  # fmt: skip


def test_a_cause_that_still_stands_is_not_lifted() -> None:
    assert code_of(lambda: lifted(suspended("complaint"), "complaint", note=" ")) == "no_evidence"
    left = suspended("affiliation_ended")
    assert lifted(left, "affiliation_ended")
    left(facts.AffiliationEnded(COMPANY, DAY, "worker", ""))
    assert code_of(lambda: lifted(left, "affiliation_ended")) == "cause_stands"
    left(facts.AffiliationBegan(OTHER_COMPANY, DAY, True))
    assert code_of(lambda: lifted(left, "affiliation_ended")) == "cause_stands"
    closed = suspended("company_closed")
    assert lifted(closed, "company_closed")
    assert code_of(lambda: lifted(closed, "company_closed", in_business=False)) == "cause_stands"
    unfit = suspended("medical_unfit")
    assert lifted(unfit, "medical_unfit")
    unfit(facts.MedicalRecorded(False, DAY, DAY, DAY))
    assert code_of(lambda: lifted(unfit, "medical_unfit")) == "cause_stands"
    hint = suspended("adverse_hint")
    assert lifted(hint, "adverse_hint")
    hint(facts.BackgroundRecorded("PENDING", DAY, "公安"))
    assert code_of(lambda: lifted(hint, "adverse_hint")) == "cause_stands"
    late = suspended("refresh_overdue")
    assert lifted(late, "refresh_overdue")
    day = DAY.replace(year=DAY.year + 1)
    assert code_of(
        lambda: rights.reinstate(
            late.record, NUMBER, day, cause="refresh_overdue", note="x", document="", in_business=True,
            actor=SUPERVISOR, second=BUREAU,
        )
    ) == "cause_stands"  # fmt: skip


def test_a_transfer_lifts_what_was_about_the_company_that_was_left() -> None:
    file = moving()
    file(facts.PermitActed(NUMBER, "suspend", DAY, "company_closed"))
    lifted_too = [one.cause for one in transfer(file) if isinstance(one, facts.PermitActed) and one.act == "reinstate"]
    assert lifted_too == ["affiliation_ended", "company_closed"]
    with pytest.raises(Incomplete):
        transfer(moving(), in_business=False)
