"""The person's rights, as rules: taking consents back, everything deleted and only when the law lets go, a copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain import facts, permit
from station.domain.application import State as PaperState
from station.domain.authority import SYSTEM
from station.domain.deadlines import add_months
from station.domain.decide import facing, personal, rights
from station.domain.eligibility import SIGNED_CONSENTS, missing_to_submit
from station.domain.parts import STOPPED
from station.domain.people import CONSENT_ITEMS
from station.domain.reasons import SECOND_IN_PROVINCE
from station.domain.retention import Hold, due_after, hold_on, kept_until, spent_scans
from station.domain.standing import Colour, standing
from tests.domain.test_decide import BUREAU, CLERK, DAY, NUMBER, REVIEWER, SUPERVISOR, File, code_of, complete_file

ENDED = date(2025, 3, 3)


def permitted(*, released: bool = True) -> File:
    """Everything there, a permit, and the consent to compare faces."""
    file = complete_file()
    file.permit(released=released)
    file(facts.ConsentGiven("FACE", "1", DAY))
    return file


def ended(on: date = ENDED) -> File:
    """A permit that was cancelled on that day."""
    file = permitted()
    file(facts.PermitActed(NUMBER, "cancel", on, "worker_asked"))
    return file


# --- consents ---------------------------------------------------------------------------------------------------------


def test_what_was_not_given_cannot_be_taken_back() -> None:
    file = complete_file()
    assert code_of(lambda: personal.withdraw_consents(file.record, ["FACE"], DAY, actor=CLERK)) == "not_consented"
    assert code_of(lambda: personal.withdraw_consents(file.record, [], DAY, actor=CLERK)) == "consent_item"
    assert code_of(lambda: personal.withdraw_consents(file.record, ["CREDIT"], DAY, actor=REVIEWER)) == "not_allowed"
    file.write(personal.withdraw_consents(file.record, ["CREDIT", "CREDIT"], DAY, actor=CLERK))
    assert code_of(lambda: personal.withdraw_consents(file.record, ["CREDIT"], DAY, actor=CLERK)) == "not_consented"


def test_without_the_face_only_the_comparing_stops() -> None:
    file = permitted()
    facing.may_compare(file.record)
    record = file.write(personal.withdraw_consents(file.record, ["FACE"], DAY, actor=CLERK))
    assert code_of(lambda: facing.may_compare(record)) == "face_consent"
    assert standing(record, NUMBER, DAY).colour is Colour.GREEN
    assert record.photo is not None, "the photo itself is needed for the permit (PIPL 16)"
    assert missing_to_submit(record) == ()


@pytest.mark.parametrize("item", SIGNED_CONSENTS)
def test_any_other_consent_pauses_the_permit_until_it_is_signed_again(item: str) -> None:
    file = permitted()
    record = file.write(personal.withdraw_consents(file.record, [item], DAY, actor=CLERK))
    assert standing(record, NUMBER, DAY).colour is Colour.RED
    assert record.permits[NUMBER].open_causes == ("consent_withdrawn",)
    assert [(one.code, one.detail) for one in missing_to_submit(record)] == [("CONSENT_WITHDRAWN", item)]

    def reinstate() -> list[facts.Payload]:
        return rights.reinstate(
            file.record, NUMBER, DAY, cause="consent_withdrawn", note="本人重新签署", document="", in_business=True,
            actor=SUPERVISOR, second=BUREAU,
        )  # fmt: skip

    assert code_of(reinstate) == "cause_stands"
    file(facts.ConsentGiven(item, "2", DAY))
    assert standing(file.write(reinstate()), NUMBER, DAY).colour is Colour.GREEN


def test_the_open_case_stops_with_the_consent() -> None:
    file = complete_file()
    file(facts.ApplicationOpened("A", "91330102MA27TE5T2K"))
    told = personal.withdraw_consents(file.record, ["HEALTH", "FACE"][:1], DAY, actor=CLERK)
    assert told[1] == facts.ApplicationActed("A", "withdraw", DAY, "CONSENT_WITHDRAWN", "")
    file.write(told)
    assert file.state() is PaperState.WITHDRAWN


def test_a_permit_that_was_never_released_ends_with_its_case() -> None:
    file = permitted(released=False)
    record = file.write(personal.withdraw_consents(file.record, ["SHOWING"], DAY, actor=CLERK))
    assert record.permits[NUMBER].state is permit.State.CANCELLED
    assert record.open_application is None


# --- deletion ---------------------------------------------------------------------------------------------------------


def erase(file: File, day: date, **more: object) -> list[facts.Payload]:
    given = {"reason": "WORKER_ASKED", "actor": SUPERVISOR, "second": BUREAU, **more}
    return personal.erase(file.record, day, **given)  # type: ignore[arg-type]


def test_two_people_a_listed_reason_and_only_once() -> None:
    file, late = ended(), date(2028, 3, 4)
    assert code_of(lambda: erase(file, late, actor=CLERK)) == "not_allowed"
    assert code_of(lambda: erase(file, late, second=SUPERVISOR)) == "same_person"
    assert code_of(lambda: erase(file, late, second=CLERK)) == "second_person"
    assert code_of(lambda: erase(file, late, reason="WHY_NOT")) == "unknown_reason"
    (told,) = erase(file, late)
    assert told == facts.WorkerErased("WORKER_ASKED", "bureau-1")
    file.write([told])
    assert (file.record.erased, file.record.photo) == (True, None)
    assert code_of(lambda: erase(file, late)) == "erased_already"
    assert due_after(file.record) is None
    file(facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, "330102197001010021", "王秀英"))
    assert not file.record.erased, "whoever comes back begins anew"


HOLDS: list[tuple[Callable[[File], object], str, str]] = [
    (lambda file: file(facts.ApplicationOpened("B", "91330102MA27TE5T2K")), "OPEN_APPLICATION", "撤回申领"),
    (lambda file: file(facts.PermitGenerated("3301022026000999", "B", "X", "x", (), ENDED)), "LIVE_PERMIT", "注销"),
    (lambda file: file.card(1, "ask", "reserve", "send"), "UNSURE_CARD", "制证"),
    (lambda file: file(facts.HouseholdComplained(NUMBER, "SERVICE", "迟到")), "COMPLAINT", "答复投诉"),
    (lambda file: file(facts.PermitActed(NUMBER, "reinstate", ENDED, "other")), "CONFLICT", "核对冲突"),
]


@pytest.mark.parametrize(("happens", "code", "said"), HOLDS, ids=[code for _, code, _ in HOLDS])
def test_nothing_is_deleted_that_a_case_still_needs(
    happens: Callable[[File], object], code: str, said: str
) -> None:
    file, late = ended(), date(2031, 1, 1)
    assert hold_on(file.record, late) is None
    happens(file)
    assert hold_on(file.record, late) == Hold(code)
    assert due_after(file.record) is None
    assert personal.expire(file.record, late, actor=SYSTEM) == []
    assert said in str(refusal(lambda: erase(file, late)))


def test_what_the_centre_stopped_keeps_nobodys_data() -> None:
    file = ended()
    file(facts.ApplicationOpened("B", "91330102MA27TE5T2K"))
    file(facts.ApplicationActed("B", "withdraw", ENDED, SECOND_IN_PROVINCE))
    assert [one.code for one in file.record.conflicts] == [STOPPED]
    assert hold_on(file.record, date(2031, 1, 1)) is None


def refusal(act: Callable[[], object]) -> Exception:
    with pytest.raises(Exception, match="不能删除") as caught:
        act()
    return caught.value


def test_three_years_after_the_credential() -> None:
    file, last = ended(), date(2028, 3, 3)
    assert (kept_until(file.record), due_after(file.record)) == (last, last)
    assert "2028-03-03" in str(refusal(lambda: erase(file, last)))
    assert personal.expire(file.record, last, actor=SYSTEM) == []
    assert personal.expire(file.record, last + timedelta(days=1), actor=SYSTEM) == [
        facts.WorkerErased("RETENTION_OVER")
    ]
    assert code_of(lambda: personal.expire(file.record, last, actor=CLERK)) == "not_allowed"


def test_six_months_after_a_refusal_and_after_the_last_word_about_nobody() -> None:
    file = complete_file()
    quiet = due_after(file.record)
    assert quiet is not None, "registered and never applied"
    assert hold_on(file.record, DAY) is None, "may be deleted at once when asked for"
    file(facts.ApplicationOpened("A", "91330102MA27TE5T2K"))
    file(facts.ApplicationActed("A", "withdraw", ENDED, "WORKER_ASKED"))
    assert due_after(file.record) == date(2025, 9, 3)
    assert hold_on(file.record, date(2025, 9, 3)) == Hold("PERIOD", date(2025, 9, 3))
    assert due_after(File().record) is None, "nobody is there"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(CONSENT_ITEMS), unique=True, min_size=1), st.integers(0, 1600), st.booleans())
def test_the_calendar_deletes_exactly_what_a_supervisor_might(items: list[str], days: int, cancelled: bool) -> None:
    """Whatever was taken back and whenever it is asked: nothing goes by itself that two people would be refused."""
    file = permitted()
    file.write(personal.withdraw_consents(file.record, items, DAY, actor=CLERK))
    if cancelled:
        file(facts.PermitActed(NUMBER, "cancel", ENDED, "worker_asked"))
    day = ENDED + timedelta(days=days)
    by_itself = bool(personal.expire(file.record, day, actor=SYSTEM))
    assert by_itself is (cancelled and day > add_months(ENDED, 36))
    assert by_itself is (hold_on(file.record, day) is None)


# --- scans ------------------------------------------------------------------------------------------------------------


def test_scans_go_when_their_paper_has_run_out() -> None:
    file = ended()
    last = date(2025, 6, 30)
    for sha256, until in (("aa" * 32, last), ("bb" * 32, date(2026, 6, 30)), ("cc" * 32, last)):
        file(facts.MedicalRecorded(True, DAY, DAY, until, paper=sha256))
    file(facts.InsuranceRecorded("P7", "PICC", DAY, date(2026, 1, 5), paper="dd" * 32))
    file(facts.InsuranceEnded("P7", last))
    file(facts.TrainingRecorded("TRAINING", "家政服务员", "市家协", DAY, paper="cc" * 32))
    file(facts.ConsentGiven("FACE", "1", DAY, "ee" * 32))

    def spent(day: date) -> list[str]:
        return spent_scans(file.record, file.facts, day)

    assert spent(last) == []
    assert spent(last + timedelta(days=1)) == ["aa" * 32, "dd" * 32], "one scan is also that of a certificate"
    assert personal.delete_scans(["aa" * 32], actor=SYSTEM) == [facts.ScanDeleted("aa" * 32)]
    file(facts.ScanDeleted("aa" * 32))
    assert spent(last + timedelta(days=1)) == ["dd" * 32]
    valid = next(m.fact for m in file.record.medicals if m.paper == "bb" * 32)
    file(facts.EvidenceVoided(valid, "NOT_THIS_PERSON"))
    assert spent(last) == ["bb" * 32]
    file(facts.HouseholdComplained(NUMBER, "SERVICE", "迟到"))
    assert spent(last) == []
    file(facts.ApplicationOpened("B", "91330102MA27TE5T2K"))
    assert spent(last) == []


# --- a copy -----------------------------------------------------------------------------------------------------------


def test_a_copy_is_for_somebody() -> None:
    file = ended()
    assert personal.export(file.record, DAY, actor=CLERK) == [facts.WorkerExported(DAY)]
    assert code_of(lambda: personal.export(file.record, DAY, actor=REVIEWER)) == "not_allowed"
    assert code_of(lambda: personal.export(File().record, DAY, actor=CLERK)) == "no_person"
