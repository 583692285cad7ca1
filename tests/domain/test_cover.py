"""Own insurance, a company's policy, its members: what is refused and written, and what a day is worth after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide import cover
from station.domain.eligibility import missing_to_generate
from station.domain.errors import Refused
from station.domain.evidence import Worth, counting_for, insurance_on
from station.domain.parts import Policy
from station.domain.record import CompanyRecord, fold_company, fold_worker
from station.domain.worker import WorkerRecord
from tests.domain.told import COMPANY, SUBJECT, Teller

FIRST, LAST = date(2025, 3, 1), date(2026, 2, 28)
DAY = date(2025, 6, 1)
OTHER_COMPANY = "92330110MA2DEM009N"
CLERK = Actor("clerk-1", ("CLERK",))
ONE = timedelta(days=1)


def company(*told: facts.Payload, uscc: str = COMPANY) -> CompanyRecord:
    tell = Teller(subject=f"company:{uscc}")
    tell(facts.CompanyRegistered(uscc, "杭州金桥家政服务有限公司", "金桥家政", "330102"))
    for payload in told:
        tell(payload)
    return fold_company(f"company:{uscc}", tell.facts)


def written(number: str = "G1", first: date = FIRST, last: date = LAST, kind: str = "LIABILITY") -> facts.PolicyWritten:
    return facts.PolicyWritten(number, "人保财险", first, last, kind)


def policy(number: str = "G1", *more: facts.Payload) -> Policy:
    return company(written(number), *more).policies[number]


class File(Teller):
    def __init__(self, *told: facts.Payload) -> None:
        super().__init__()
        self(facts.AffiliationBegan(COMPANY, date(2025, 1, 2), True))
        for payload in told:
            self(payload)

    @property
    def record(self) -> WorkerRecord:
        return fold_worker(SUBJECT, self.facts)

    def join(self, first: date = DAY, number: str = "G1") -> None:
        for payload in cover.join(self.record, policy(number), first, endorsement="E1", actor=CLERK):
            self(payload)

    def leave(self, last_day: date, number: str = "G1") -> None:
        for payload in cover.leave(self.record, policy=number, last_day=last_day, endorsement="E2", actor=CLERK):
            self(payload)

    def worth(self, day: date) -> Worth:
        return insurance_on(self.record.insurances, day)


def code_of(decision: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        decision()
    assert caught.value.sentence.endswith("。")
    return caught.value.code


# --- the policy ------------------------------------------------------------------------------------------------------


def write(record: CompanyRecord, **more: object) -> list[facts.Payload]:
    asked = {"policy": " G1 ", "insurer": " 人保财险 ", "first": FIRST, "last": LAST, "actor": CLERK, **more}
    return cover.write_policy(record, **asked)  # type: ignore[arg-type]


def test_a_policy_is_the_companys() -> None:
    (told,) = write(company())
    assert told == facts.PolicyWritten(
        "G1", "人保财险", FIRST, LAST, "LIABILITY", "杭州金桥家政服务有限公司", "", "clerk-1"
    )
    assert code_of(lambda: write(company(written()))) == "policy_known"
    assert code_of(lambda: write(company(), last=FIRST - ONE)) == "period_backwards"
    assert code_of(lambda: write(company(), kind="PET")) == "insurance_kind"
    assert code_of(lambda: write(company(), policy=" ")) == "policy_number"
    assert code_of(lambda: write(company(), actor=Actor("b", ("BUREAU",)))) == "not_allowed"


def test_a_number_is_one_policy_and_its_earliest_end_counts() -> None:
    record = company(
        written(), written(last=LAST + ONE), facts.PolicyEnded("G1", DAY), facts.PolicyEnded("G1", DAY + ONE),
        facts.PolicyEnded("G9", DAY), facts.CompanyStatusChanged(COMPANY, "REVOKED", DAY),
    )  # fmt: skip
    assert record.policies["G1"].period.last == LAST
    assert record.policies["G1"].last_day == DAY
    assert not record.in_business


@pytest.mark.parametrize(("day", "runs"), [(FIRST - ONE, False), (FIRST, True), (LAST, True), (LAST + ONE, False)])
def test_both_days_of_a_policy_are_inclusive(day: date, runs: bool) -> None:
    assert policy().runs_on(day) is runs


def test_which_policy_is_meant() -> None:
    one = company(written())
    assert cover.policy_of(one, "", DAY).number == "G1"
    assert cover.policy_of(one, " G1 ", LAST + ONE).number == "G1"
    assert code_of(lambda: cover.policy_of(one, "G2", DAY)) == "no_such_policy"
    assert code_of(lambda: cover.policy_of(one, "", LAST + ONE)) == "no_such_policy"
    assert code_of(lambda: cover.policy_of(company(written(kind="EMPLOYER")), "", DAY)) == "no_such_policy"
    assert code_of(lambda: cover.policy_of(company(written(), written("G2")), "", DAY)) == "which_policy"


def test_a_policy_ends_inside_itself() -> None:
    def end(day: date) -> list[facts.Payload]:
        return cover.end_policy(company(written()), policy="G1", last_day=day, reason=" 退保 ", actor=CLERK)

    assert end(DAY) == [facts.PolicyEnded("G1", DAY, "退保")]
    assert end(FIRST)
    assert code_of(lambda: end(FIRST - ONE)) == "outside_policy"
    assert code_of(lambda: end(LAST + ONE)) == "outside_policy"


# --- who is in it ----------------------------------------------------------------------------------------------------


def test_cover_is_per_person_and_begins_with_the_endorsement() -> None:
    file = File()
    assert file.worth(DAY) is Worth.MISSING
    file.join()
    (stay,) = file.record.insurances
    assert (stay.company, stay.member, stay.period.first, stay.last_day) == (COMPANY, True, DAY, LAST)
    assert [file.worth(day) for day in (DAY - ONE, DAY, LAST, LAST + ONE)] == [
        Worth.NOT_YET_VALID, Worth.VALID, Worth.VALID, Worth.EXPIRED,
    ]  # fmt: skip
    file.leave(DAY + ONE)
    assert [file.worth(day) for day in (DAY + ONE, DAY + 2 * ONE)] == [Worth.VALID, Worth.TERMINATED]


def test_who_may_join() -> None:
    file = File()
    assert code_of(lambda: file.join(FIRST - ONE)) == "outside_policy"
    assert code_of(lambda: file.join(LAST + ONE)) == "outside_policy"
    ended = policy("G1", facts.PolicyEnded("G1", DAY))
    late = lambda: cover.join(file.record, ended, DAY + ONE, endorsement="", actor=CLERK)  # noqa: E731
    assert code_of(late) == "outside_policy"
    file.join()
    assert code_of(lambda: file.join(DAY + ONE)) == "member_already"
    file.leave(DAY + 9 * ONE)
    assert code_of(lambda: file.join(DAY + 9 * ONE)) == "member_already"
    file.join(DAY + 10 * ONE)
    assert file.worth(DAY + 10 * ONE) is Worth.VALID
    file(facts.AffiliationEnded(COMPANY, DAY, "worker"))
    assert code_of(lambda: file.join(LAST)) == "other_company"
    file(facts.AffiliationBegan(OTHER_COMPANY, DAY, True))
    assert code_of(lambda: file.join(LAST)) == "other_company"


def test_the_last_day_lies_inside_the_stay() -> None:
    file = File()
    assert code_of(lambda: file.leave(DAY)) == "no_such_policy"
    file.join()
    assert code_of(lambda: file.leave(DAY - ONE)) == "outside_policy"
    assert code_of(lambda: file.leave(LAST + ONE)) == "outside_policy"
    file.leave(DAY)
    assert code_of(lambda: file.leave(DAY + ONE)) == "outside_policy"
    file.join(DAY + 9 * ONE)
    assert code_of(lambda: file.leave(DAY + 5 * ONE)) == "outside_policy"
    assert cover.leave(file.record, policy="G1", last_day=LAST, actor=CLERK) == []


def test_who_comes_back_stays_in_when_the_first_stay_is_corrected() -> None:
    file = File()
    file.join()
    file.leave(DAY + 20 * ONE)
    file.join(DAY + 30 * ONE)
    file.leave(DAY + 10 * ONE)
    worths = [file.worth(DAY + n * ONE) for n in (10, 11, 29, 30)]
    assert worths == [Worth.VALID, Worth.TERMINATED, Worth.TERMINATED, Worth.VALID]


def test_an_own_policy_ends_inside_itself_and_is_no_group_policy() -> None:
    file = File(facts.InsuranceRecorded("P1", "PICC", FIRST, LAST))
    end = lambda day: cover.leave(file.record, policy="P1", last_day=day, reason="退保", actor=CLERK)  # noqa: E731
    assert end(DAY) == [facts.InsuranceEnded("P1", DAY, "退保")]
    assert cover.leave(file.record, policy="P1", last_day=DAY, endorsement="E9", actor=CLERK) == [
        facts.InsuranceEnded("P1", DAY, "E9")
    ]
    assert code_of(lambda: end(FIRST - ONE)) == "outside_policy"
    assert code_of(lambda: end(LAST + ONE)) == "outside_policy"
    file(facts.PolicyLeft(COMPANY, "P1", DAY))
    assert file.worth(LAST) is Worth.VALID


def test_a_policy_that_ends_takes_everybody_with_it() -> None:
    file = File()
    file.join()
    ended = policy("G1", facts.PolicyEnded("G1", DAY + 5 * ONE))
    (told,) = cover.follow_policy(file.record, ended)
    assert told == facts.PolicyLeft(COMPANY, "G1", DAY + 5 * ONE, "", "POLICY_ENDED")
    file(told)
    assert cover.follow_policy(file.record, ended) == []
    assert file.worth(DAY + 6 * ONE) is Worth.TERMINATED


def test_a_stay_never_grows_by_a_later_end() -> None:
    file = File()
    file.join()
    file(facts.PolicyLeft(COMPANY, "G1", DAY))
    file(facts.PolicyLeft(COMPANY, "G1", DAY + 9 * ONE))
    assert file.worth(DAY + ONE) is Worth.TERMINATED


# --- old facts, and which company's cover counts ---------------------------------------------------------------------


def test_old_facts_mean_what_they_meant() -> None:
    file = File(
        facts.InsuranceRecorded("P1", "PICC", FIRST, DAY, policyholder=COMPANY),
        facts.InsuranceRecorded("P2", "PICC", DAY, LAST, policyholder="王秀英"),
        facts.InsuranceEnded("P1", DAY - ONE),
        facts.InsuranceEnded("P1", DAY),
    )
    first, second = file.record.insurances
    assert (first.company, first.member, first.ended_on) == (COMPANY, False, DAY - ONE)
    assert (second.company, second.ended_on) == ("", None)
    assert file.worth(DAY - ONE) is Worth.VALID
    assert file.worth(DAY) is Worth.VALID


def test_cover_of_another_company_is_not_enough() -> None:
    def insured(record: WorkerRecord) -> set[str]:
        return {one.code for one in missing_to_generate(record, DAY) if one.code.startswith("INSURANCE")}

    file = File()
    assert insured(file.record) == {"INSURANCE_MISSING"}
    file.join()
    assert insured(file.record) == set()
    file(facts.AffiliationEnded(COMPANY, DAY, "worker"))
    assert insured(file.record) == {"INSURANCE_OTHER_COMPANY"}
    file(facts.AffiliationBegan(OTHER_COMPANY, DAY, True))
    assert insured(file.record) == {"INSURANCE_OTHER_COMPANY"}
    file(facts.InsuranceRecorded("P1", "PICC", FIRST, LAST))
    assert insured(file.record) == set()
    assert [one.policy for one in counting_for(file.record.insurances, OTHER_COMPANY)] == ["P1"]


DAYS = st.integers(0, 400).map(lambda n: FIRST - 15 * ONE + n * ONE)
STEP = st.tuples(st.sampled_from(("join", "leave")), st.sampled_from(("G1", "G2")), DAYS)


@given(st.lists(STEP, max_size=12))
def test_whatever_is_endorsed_a_day_is_covered_exactly_by_the_stays(steps: list[tuple[str, str, date]]) -> None:
    """Against a set of days kept by hand: joining adds the days up to the end, leaving takes the later ones away."""
    file, days = File(), {"G1": set[date](), "G2": set[date]()}
    every = [FIRST + n * ONE for n in range((LAST - FIRST).days + 1)]
    for act, number, day in steps:
        mine = days[number]
        try:
            file.join(day, number) if act == "join" else file.leave(day, number)
        except Refused:
            assert day not in every or ((max(mine, default=day - ONE) >= day) if act == "join" else day not in mine)
            continue
        if act == "join":
            mine |= {one for one in every if one >= day}
        else:
            until = day
            while until in mine:
                mine.discard(until)
                until += ONE
            mine.add(day)
    covered = days["G1"] | days["G2"]
    for day in (FIRST - ONE, LAST + ONE, *every):
        assert (file.worth(day) is Worth.VALID) is (day in covered), day
