"""fold: total, pure, the same for every order and repetition; safety wins over order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain import application, card, facts, parts, permit
from station.domain.record import CompanyRecord, StationRecord, WorkerRecord, fold, fold_company, fold_worker
from tests.domain.told import COMPANY, NUMBER, SUBJECT, Teller

DAY = date(2025, 1, 6)
OTHER = "3301022026000124"


def full_life() -> Teller:
    tell = Teller()
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    tell(facts.ApplicationOpened(f"A-{NUMBER}", COMPANY, visits=1))
    for act in ("put_to_review", "pass_review", "return", "answer"):
        tell(facts.ApplicationActed(f"A-{NUMBER}", act, DAY, defects=("PHOTO",) if act == "return" else ()))
    tell(facts.ApplicationActed(f"A-{NUMBER}", "accept", DAY, due=date(2025, 1, 20)))
    tell(facts.ApplicationActed(f"A-{NUMBER}", "mark_overdue", DAY))
    tell(facts.ApplicationActed(f"A-{NUMBER}", "extend", DAY, "OTHER", "x", due=date(2025, 2, 8)))
    tell(facts.ApplicationActed(f"A-{NUMBER}", "acknowledge", DAY, acknowledged_by="company"))
    tell(facts.ApplicationActed(f"A-{NUMBER}", "pass_credit", DAY))
    tell(facts.ApplicationActed(f"A-{NUMBER}", "complete", DAY))
    tell(facts.PermitGenerated(NUMBER, f"A-{NUMBER}", COMPANY, "金桥家政", ("HOUSEWORK",), DAY))
    tell(facts.TokenSigned(NUMBER, 1, "1" * 191, 7, 9, DAY, date(2028, 1, 5)))
    tell(facts.PermitActed(NUMBER, "release", DAY))
    tell.active_card(1)
    tell(facts.CardActed(NUMBER, 1, "hand_to_company", DAY, person="li"))
    tell(facts.FaceMatched("ab" * 32, "match", "dlib", 0.3, 0.49))
    tell(facts.HouseholdScanned(NUMBER, 1, "green", 5))
    tell(facts.HouseholdConfirmed(NUMBER, 1, "n1", "green"))
    tell(facts.HouseholdConfirmed(NUMBER, 1, "n1", "green"))
    tell(facts.HouseholdComplained(NUMBER, "ATTITUDE", "迟到"))
    tell(facts.HouseholdEvaluated(NUMBER, "n1", 5))
    tell(facts.HouseholdEvaluated(NUMBER, "n1", 1))
    return tell


def test_a_whole_life() -> None:
    record = fold_worker(SUBJECT, full_life().facts)
    papers = record.applications[f"A-{NUMBER}"]
    assert papers.state is application.State.ISSUED
    assert (papers.accepted_on, papers.due, papers.extensions, papers.overdue) == (DAY, date(2025, 2, 8), 1, False)
    assert papers.acknowledged == ("company",)
    assert papers.defects == ()
    assert [s.act for s in papers.steps][-2:] == ["generate", "release"]
    assert record.permit is not None
    assert record.permit.state is permit.State.ISSUED
    piece = record.current_card(NUMBER)
    assert piece is not None
    assert piece.state is card.State.WITH_COMPANY
    assert (piece.verified_on, piece.activated_on, piece.station) == (DAY, DAY, "hz01")
    assert record.next_issue_number(NUMBER) == 2
    assert len(record.entries) == 1
    assert len(record.evaluations) == 1
    assert record.evaluations[0].stars == 5
    assert (record.scans, len(record.complaints), len(record.faces)) == (1, 1, 1)
    assert record.conflicts == []
    assert record.open_application is None
    assert record.affiliation is not None
    assert record.consented("HEALTH")
    assert not record.consented("FACE")
    assert record.tokens[NUMBER, 1].key_number == 7
    assert record.newest == full_life().facts[-1].recorded_at


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 30), max_size=10))
def test_any_order_and_repetition_gives_the_same_record(random: object, again: list[int]) -> None:
    told = full_life().facts
    shuffled = [*told, *(told[i] for i in again)]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold_worker(SUBJECT, shuffled) == fold_worker(SUBJECT, told)


ANY = st.one_of(
    st.builds(
        facts.PermitActed, st.just(NUMBER), st.sampled_from([a.value for a in permit.Act]), st.just(DAY),
        st.sampled_from(["", *(c.value for c in permit.Cause)]),
    ),
    st.builds(
        facts.CardActed, st.just(NUMBER), st.integers(1, 3), st.sampled_from([a.value for a in card.Act]), st.just(DAY)
    ),
    st.builds(
        facts.ApplicationActed, st.just(f"A-{NUMBER}"), st.sampled_from([a.value for a in application.Act]),
        st.just(DAY),
    ),
    st.just(facts.ApplicationOpened(f"A-{NUMBER}", COMPANY)),
    st.builds(facts.PermitGenerated, st.sampled_from([NUMBER, OTHER]), st.just(f"A-{NUMBER}"), st.just(COMPANY),
              st.just("金桥"), st.just(("HOUSEWORK",)), st.just(DAY)),
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 1), ANY), max_size=40), st.randoms(use_true_random=False))
def test_whatever_two_stations_say_the_fold_is_total_and_safe(said: list[tuple[int, object]], random: object) -> None:
    tellers = [Teller("hz01"), Teller("hz02")]
    for who, payload in said:
        tellers[who](payload)  # type: ignore[arg-type]
    told = tellers[0].facts + tellers[1].facts
    record = fold_worker(SUBJECT, told)
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold_worker(SUBJECT, shuffled) == record
    for number in (NUMBER, OTHER):
        assert sum(c.state in card.LIVE for c in record.cards_of(number)) <= 1
    assert sum(p.state is permit.State.ISSUED for p in record.permits.values()) <= 1
    ordered = sorted(told, key=lambda f: f.order)
    births = [isinstance(f.payload, facts.PermitGenerated) and f.payload.number == NUMBER for f in ordered]
    generated = [i for i, born in enumerate(births) if born]
    if generated and any(
        isinstance(f.payload, facts.PermitActed) and f.payload.act == "revoke" for f in ordered[generated[0] :]
    ):
        assert record.permits[NUMBER].state is permit.State.REVOKED


def test_revoked_and_cancelled_are_final_in_any_order() -> None:
    for first, last in (("revoke", "cancel"), ("cancel", "revoke"), ("revoke", "reinstate"), ("cancel", "suspend")):
        tell = Teller()
        tell.permit()
        tell(facts.PermitActed(NUMBER, first, DAY, "x"))
        tell(facts.PermitActed(NUMBER, last, DAY, "x"))
        state = fold_worker(SUBJECT, tell.facts).permits[NUMBER].state
        assert state is (permit.State.REVOKED if "revoke" in (first, last) else permit.State.CANCELLED)


def test_a_permit_stays_suspended_until_every_cause_is_cleared() -> None:
    tell = Teller()
    tell.permit()
    tell(facts.PermitActed(NUMBER, "suspend", DAY, "complaint"))
    tell(facts.PermitActed(NUMBER, "suspend", DAY, "medical_unfit"))
    tell(facts.PermitActed(NUMBER, "reinstate", DAY, "complaint"))
    right = fold_worker(SUBJECT, tell.facts).permits[NUMBER]
    assert (right.state, right.open_causes) == (permit.State.SUSPENDED, ("medical_unfit",))
    tell(facts.PermitActed(NUMBER, "reinstate", DAY, ""))
    right = fold_worker(SUBJECT, tell.facts).permits[NUMBER]
    assert (right.state, right.open_causes, right.suspended_on) == (permit.State.ISSUED, (), None)


def test_suspended_before_release_is_released_into_suspension() -> None:
    tell = Teller()
    tell.permit(released=False)
    tell(facts.PermitActed(NUMBER, "suspend", DAY, "complaint"))
    tell(facts.PermitActed(NUMBER, "release", DAY))
    tell(facts.PermitActed(NUMBER, "transfer", DAY, company="92330110MA2DEM009N", company_name="新东家"))
    right = fold_worker(SUBJECT, tell.facts).permits[NUMBER]
    assert (right.state, right.company_name) == (permit.State.SUSPENDED, "新东家")


def test_of_two_live_permits_the_earlier_counts_and_the_other_is_to_be_settled() -> None:
    tell = Teller()
    tell.permit(NUMBER)
    tell.permit(OTHER)
    record = fold_worker(SUBJECT, tell.facts)
    assert record.permits[NUMBER].state is permit.State.ISSUED
    assert record.permits[OTHER].state is permit.State.SUSPENDED
    assert record.permit is record.permits[NUMBER]
    assert "SECOND_LIVE_PERMIT" in {c.code for c in record.conflicts}
    tell(facts.PermitActed(NUMBER, "cancel", DAY, "left_trade"))
    record = fold_worker(SUBJECT, tell.facts)
    assert record.permit is record.permits[OTHER]
    assert record.permits[OTHER].state is permit.State.ISSUED
    assert fold_worker(SUBJECT, []).permit is None


def test_activating_a_card_ends_every_lower_serial() -> None:
    tell = Teller()
    tell.permit()
    tell.active_card(1)
    tell.card(2, "ask", "reserve")
    tell.active_card(3)
    states = [c.state for c in fold_worker(SUBJECT, tell.facts).cards_of(NUMBER)]
    assert states == [card.State.REPLACED, card.State.VOIDED, card.State.ACTIVE]


def test_a_token_that_two_counters_sent_is_no_good_card() -> None:
    """Neither knew of the other; nothing tells the two pieces of plastic apart (trust.md §5.1)."""
    tell = Teller()
    tell.permit()
    tell.active_card(1)
    tell.active_card(2)
    assert not {"SENT_TWICE"} & {c.code for c in fold_worker(SUBJECT, tell.facts).conflicts}
    again = tell(facts.CardActed(NUMBER, 2, "send", DAY))
    record = fold_worker(SUBJECT, tell.facts)
    assert [c.state for c in record.cards_of(NUMBER)] == [card.State.REPLACED, card.State.VOIDED]
    assert parts.Conflict("SENT_TWICE", f"{NUMBER}-2", str(again.id)) in record.conflicts
    assert record.current_card(NUMBER) is None
    assert record.next_issue_number(NUMBER) == 3
    tell.active_card(3)
    assert "SENT_TWICE" not in {c.code for c in fold_worker(SUBJECT, tell.facts).conflicts}


def test_a_token_sent_twice_whose_card_is_not_active_yet_is_ended_when_it_is() -> None:
    """Its counter has it in hand and brings it to an end: the blank is booked as with any card."""
    tell = Teller()
    tell.permit()
    tell.card(1, "ask", "reserve", "send", "send", "sent", "verify")
    assert fold_worker(SUBJECT, tell.facts).cards[NUMBER, 1].state is card.State.VERIFIED
    tell.card(1, "activate")
    assert fold_worker(SUBJECT, tell.facts).cards[NUMBER, 1].state is card.State.VOIDED
    tell(facts.PermitActed(NUMBER, "cancel", DAY, "left_trade"))
    assert "SENT_TWICE" not in {c.code for c in fold_worker(SUBJECT, tell.facts).conflicts}


def test_a_token_sent_twice_whose_card_was_lost_stays_lost() -> None:
    tell = Teller()
    tell.permit()
    tell.active_card(1)
    tell.card(1, "send", "report_lost")
    assert fold_worker(SUBJECT, tell.facts).cards[NUMBER, 1].state is card.State.LOST


def test_a_card_reported_lost_stays_lost_even_if_the_hand_over_arrives_later() -> None:
    tell = Teller()
    tell.permit()
    tell.card(1, "ask", "reserve", "send", "sent", "verify", "void", "activate")
    assert fold_worker(SUBJECT, tell.facts).cards[NUMBER, 1].state is card.State.VOIDED
    tell = Teller()
    tell.permit()
    tell.card(1, "ask", "reserve", "send", "sent", "report_lost", "verify", "activate")
    record = fold_worker(SUBJECT, tell.facts)
    assert record.cards[NUMBER, 1].state is card.State.LOST
    assert {c.code for c in record.conflicts} == {"ILLEGAL_STEP"}


def test_a_dropped_blank_goes_back_and_evidence_is_kept() -> None:
    tell = Teller()
    tell.permit()
    tell(facts.CardActed(NUMBER, 1, "ask", DAY))
    tell(facts.CardActed(NUMBER, 1, "reserve", DAY, printer="emulator://evolis", blank="P1"))
    assert fold_worker(SUBJECT, tell.facts).cards[NUMBER, 1].blank == "P1"
    tell(facts.CardActed(NUMBER, 1, "drop", DAY))
    assert fold_worker(SUBJECT, tell.facts).cards[NUMBER, 1].blank == ""
    tell(facts.CardActed(NUMBER, 1, "reserve", DAY, printer="p"))
    tell(facts.CardActed(NUMBER, 1, "send", DAY, job_sha256="aa", cards_before=5))
    tell(facts.CardActed(NUMBER, 1, "doubt", DAY, outcome="unknown", fault="ribbon_end", cards_after=6))
    piece = fold_worker(SUBJECT, tell.facts).cards[NUMBER, 1]
    assert (piece.printer, piece.cards_before, piece.cards_after, piece.fault) == ("p", 5, 6, "ribbon_end")


def test_what_does_not_fit_is_kept_as_a_conflict() -> None:
    tell = Teller()
    tell(facts.CardActed(NUMBER, 1, "send", DAY))
    tell(facts.PermitActed(NUMBER, "release", DAY))
    tell(facts.ApplicationActed("A-?", "accept", DAY))
    tell.permit()
    tell(facts.PermitGenerated(NUMBER, "A", COMPANY, "x", (), DAY))
    tell(facts.ApplicationOpened(f"A-{NUMBER}", COMPANY))
    tell(facts.ApplicationOpened("B", COMPANY))
    tell(facts.ApplicationActed("B", "accept", DAY))
    tell(facts.PermitActed(NUMBER, "reinstate", DAY))
    codes = [c.code for c in fold_worker(SUBJECT, tell.facts).conflicts]
    assert codes.count("UNKNOWN_SUBJECT") == 3
    assert codes.count("ILLEGAL_STEP") == 4
    assert codes.count("SECOND_OPEN_APPLICATION") == 1


def test_leaving_withdrawing_closing_erasing_and_voiding() -> None:
    tell = Teller()
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    before = fold_worker(SUBJECT, tell.facts)
    tell(facts.AffiliationEnded(COMPANY, DAY, "worker"))
    tell(facts.ConsentWithdrawn("HEALTH", DAY))
    tell(facts.ConsentWithdrawn("FACE", DAY))
    tell(facts.InsuranceEnded("P1", date(2025, 6, 1)))
    tell(facts.InsuranceEnded("P1", date(2025, 5, 1)))
    tell(facts.InsuranceEnded("P2", date(2025, 5, 1)))
    for item in (before.medicals[0], before.backgrounds[0], before.trainings[0]):
        tell(facts.EvidenceVoided(item.fact, "WRONG-7"))
    tell(facts.WorkerClosed("DECEASED", DAY))
    tell(facts.WorkerErased("consent withdrawn"))
    tell(facts.EvidenceRefreshed(DAY))
    record = fold_worker(SUBJECT, tell.facts)
    assert record.affiliation is None
    assert not record.consented("HEALTH")
    assert record.insurances[0].ended_on == date(2025, 5, 1)
    assert (record.medicals, record.backgrounds, record.trainings) == ([], [], [])
    assert (record.closed, record.closed_on, record.erased, record.refreshed_on) == ("DECEASED", DAY, True, DAY)


def test_companies_stations_and_kinds_of_tomorrow() -> None:
    tell = Teller(subject=f"company:{COMPANY}")
    tell(facts.CompanyRegistered(COMPANY, "杭州金桥家政服务有限公司", "金桥家政", "330102"))
    tell(facts.UnknownPayload("company.of_tomorrow"))
    company = fold(tell.subject, tell.facts)
    assert isinstance(company, CompanyRecord)
    assert company.in_business
    tell(facts.CompanyStatusChanged(COMPANY, "DEREGISTERED", DAY))
    assert not fold_company(tell.subject, tell.facts).in_business
    line = ("3301022026000123", "medical", "2026-03-01", "30")
    tell(facts.NoticeGiven(COMPANY, DAY, "HANDED", "李", (line,)))
    assert fold_company(tell.subject, tell.facts).noticed == {line: DAY}
    desk = Teller(subject="station:hz01")
    desk(facts.StockActed("RECEIVED", "PK1", 100, DAY, cost_fen=50000, fund="专项资金"))
    desk(facts.StockActed("LOADED", "PK1", 40, DAY))
    desk(facts.StockActed("LOADED", "PK1", 10, DAY))
    desk(facts.DutyChanged("p1", ("CLERK",), "李"))
    for last in (DAY, date(2027, 1, 1)):
        desk(facts.MandateGiven("a1", "信用公司", "3号", DAY, last))
    desk(facts.StationActed("STARTED", DAY))
    desk(facts.UnknownPayload("station.of_tomorrow"))
    station = fold("station:hz01", desk.facts)
    assert isinstance(station, StationRecord)
    assert station.packs["PK1"].counts == {"RECEIVED": 100, "LOADED": 50}
    assert (station.packs["PK1"].cost_fen, station.packs["PK1"].fund) == (50000, "专项资金")
    assert station.duties == {"p1": ("CLERK",)}
    assert station.mandates == {"a1": parts.Mandate("信用公司", "3号", DAY, date(2027, 1, 1))}
    assert station.acts[0].act == "STARTED"
    tell = Teller()
    tell(facts.UnknownPayload("worker.of_tomorrow"))
    assert isinstance(fold(SUBJECT, tell.facts), WorkerRecord)


def test_a_kind_cannot_be_registered_twice() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        facts.kind("card.acted")(facts.CardActed)
    assert str(facts.FactId("hz01", 1, 5)) == "hz01.1.5"


@pytest.mark.parametrize(
    "said",
    [
        facts.PermitActed(NUMBER, "dance", DAY),
        facts.CardActed(NUMBER, 1, "dance", DAY),
        facts.ApplicationActed(f"A-{NUMBER}", "dance", DAY),
        facts.BackgroundRecorded("DANCED", DAY, "bureau"),
    ],
)
def test_a_word_of_no_table_is_a_conflict_and_changes_nothing_else(said: facts.Payload) -> None:
    """Written by a program that is not ours: it must not stop the fold at every station of the city."""
    tell = full_life()
    before = fold_worker(SUBJECT, tell.facts)
    tell(said)
    after = fold_worker(SUBJECT, tell.facts)
    assert after.conflicts == [*before.conflicts, parts.Conflict("ILLEGAL_STEP", said.kind, str(tell.facts[-1].id))]
    assert (after.permits, after.cards, after.applications) == (before.permits, before.cards, before.applications)
    assert after.backgrounds == before.backgrounds


def test_a_lost_card_stays_lost_when_the_next_one_is_active() -> None:
    tell = Teller()
    tell.permit()
    tell.active_card(1)
    tell.card(1, "report_lost")
    tell.active_card(2)
    record = fold_worker(SUBJECT, tell.facts)
    assert [record.cards[NUMBER, issue].state.value for issue in (1, 2)] == ["lost", "active"]


def test_leaving_ends_the_affiliation_that_runs_and_no_other() -> None:
    tell = Teller()
    other = "92330110MA2DEM009N"
    for company in (COMPANY, other):
        tell(facts.AffiliationBegan(company, date(2025, 1, 2), True))
    tell(facts.AffiliationEnded(COMPANY, date(2025, 2, 1), "worker", ""))
    tell(facts.AffiliationEnded(COMPANY, date(2025, 3, 1), "company", ""))
    ends = [(a.company, a.ended_on, a.ended_by) for a in fold_worker(SUBJECT, tell.facts).affiliations]
    assert ends == [(COMPANY, date(2025, 2, 1), "worker"), (other, None, "")]
