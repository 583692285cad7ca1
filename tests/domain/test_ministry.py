"""The ministry's record against the file, and as ground for a half-yearly refresh (R37, R60, D-5, WRONG-2)."""

from __future__ import annotations

from datetime import date

import pytest

from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide import proof
from station.domain.errors import Refused
from station.domain.ministry import Said, another_certificate, compared, differing, why_not_fresh
from station.domain.record import fold_worker
from station.domain.worker import WorkerRecord
from tests.domain.told import COMPANY, SUBJECT, Teller

DAY = date(2025, 1, 6)
CHECKED = date(2025, 1, 3)  # as `Teller.papers` has it
CLERK = Actor("clerk-1", ("CLERK",))
BUREAU = Actor("bureau-1", ("BUREAU",))
NAMES = (COMPANY, "杭州金桥家政服务有限公司（西湖）", "金桥家政")
NUMBER = "330102197001010021"


def file(*more: facts.Payload) -> WorkerRecord:
    tell = Teller()
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    for payload in more:
        tell(payload)
    return fold_worker(SUBJECT, tell.facts)


@pytest.mark.parametrize(
    ("said", "matches"),
    [
        (Said(), (None, None, None)),
        (Said("王秀英", NUMBER, "金桥家政"), (True, True, True)),
        (Said("王秀英", "", "杭州金桥家政服务有限公司(西湖)"), (True, None, True)),
        (Said("王秀莲", "330102197001010048", "银桥家政"), (False, False, False)),
        (Said("王秀英", "", COMPANY.lower()), (True, None, True)),
    ],
)
def test_field_by_field(said: Said, matches: tuple[bool | None, ...]) -> None:
    assert compared(file(), said, NAMES) == matches
    assert repr(said) == "Said()"


def test_what_one_side_does_not_know_is_not_compared() -> None:
    nobody = fold_worker(SUBJECT, [])
    assert compared(nobody, Said("王秀英", NUMBER, "金桥家政"), ()) == (None, None, None)
    assert differing((False, None, False)) == "姓名、企业"
    assert differing((True, True, None)) == ""


def test_another_certificate_is_said() -> None:
    record = file(facts.CreditRecorded("PASSED", CHECKED, "mofcom", certificate="X1"))
    assert "2025-01-03" in another_certificate(record, "X2")
    assert another_certificate(record, " x1") == another_certificate(record, "") == ""
    assert another_certificate(file(), "X2") == another_certificate(fold_worker(SUBJECT, []), "X2") == ""


LOOK = {"checked_on": DAY, "source": "商务部", "certificate": "X1", "company": NAMES, "actor": BUREAU}
RIGHT = Said("王秀英", "", "金桥家政")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "GOOD"}, "credit_status"),
        ({"source": " "}, "source"),
        ({"certificate": " "}, "no_certificate"),
        ({"said": Said("王秀英")}, "not_compared"),
        ({"said": Said("", "", "金桥家政")}, "not_compared"),
        ({"said": Said("王秀莲", "", "银桥家政")}, "credit_mismatch"),
        ({"checked_on": date(2025, 1, 7)}, "later_than_today"),
        ({"actor": Actor("b", ("BATCH_OPERATOR",))}, "not_allowed"),
    ],
)
def test_what_is_no_record(change: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as no:
        proof.credit(file(), DAY, **{"status": "PASSED", "said": RIGHT, **LOOK, **change})  # type: ignore[arg-type]
    assert no.value.code == code
    if code == "credit_mismatch":
        assert "姓名、企业" in no.value.sentence


def test_a_record_is_kept_with_what_was_compared() -> None:
    (told,) = proof.credit(file(), DAY, status="PASSED", reference=" R1 ", said=RIGHT, **LOOK)  # type: ignore[arg-type]
    assert told == facts.CreditRecorded("PASSED", DAY, "商务部", "R1", "X1", True, None, True)
    wrong = Said("王秀莲", "", "")
    (told,) = proof.credit(file(), DAY, status="SUBMITTED", said=wrong, **LOOK)  # type: ignore[arg-type]
    assert told == facts.CreditRecorded("SUBMITTED", DAY, "商务部", None, "X1", False, None, None)


@pytest.mark.parametrize(
    ("told", "day", "why"),
    [
        (None, date(2025, 7, 3), ""),
        (None, date(2025, 7, 4), "已超过半年"),
        (facts.CreditRecorded("PASSED", date(2025, 7, 4), "mofcom"), date(2025, 7, 4), ""),
        (facts.CreditRecorded("REJECTED", DAY, "mofcom"), DAY, "还不是“已通过”"),
        (facts.CreditRecorded("SUBMITTED", DAY, "mofcom", company_matches=False), DAY, "不一致：企业"),
    ],
)
def test_a_refresh_needs_the_record_of_this_half_year(told: facts.Payload | None, day: date, why: str) -> None:
    record = file(told) if told is not None else file()
    if not why:
        assert proof.refresh(record, day, actor=CLERK) == [facts.EvidenceRefreshed(day)]
        return
    with pytest.raises(Refused, match=why) as no:
        proof.refresh(record, day, actor=CLERK)
    assert no.value.code == "credit_not_fresh"


def test_no_record_at_all_is_no_ground() -> None:
    assert "还没有登记" in why_not_fresh(fold_worker(SUBJECT, []), DAY)
