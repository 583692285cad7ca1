"""Group insurance at the counter: policies of a company, endorsements for one or many, ends that reach everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from station.domain import facts
from station.domain.errors import Refused
from station.domain.evidence import Worth, insurance_on
from station.services import evidence, intake, night, policies
from station.services.people_of_rehearsal import person
from tests.stories.town import Town, found_town

DAY = date(2026, 3, 2)
LAST = date(2027, 3, 1)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = found_town(tmp_path / "town", DAY)
    yield made
    made.close()


def write(town: Town, uscc: str, number: str = "G1", first: date = DAY, last: date = LAST) -> None:
    policies.write_policy(
        town.desk, uscc, policy=number, insurer="人保财险", first=first, last=last, actor=town.staff.clerk
    )


def hire(town: Town, index: int, uscc: str) -> str:
    who = person(index, DAY)
    form = intake.WorkerForm(who.number, who.name, who.categories)
    subject = intake.register_worker(town.desk, form, actor=town.staff.clerk).value.subject
    intake.record_affiliation(town.desk, subject, uscc, DAY, fingerprint=True, actor=town.staff.clerk)
    return subject


def worth(town: Town, subject: str, day: date) -> Worth:
    return insurance_on(town.desk.worker(subject).insurances, day)


def endorse(town: Town, uscc: str, people: list[str], *, day: date = DAY, adding: bool = True) -> policies.Endorsed:
    return policies.endorse(
        town.desk, uscc, "G1", people, day=day, endorsement="E1", adding=adding, actor=town.staff.clerk
    ).value


def test_a_policy_is_registered_once(town: Town) -> None:
    uscc = town.uscc("金桥家政")
    write(town, uscc)
    assert policies.has_policy(town.desk, uscc, " G1 ")
    with pytest.raises(Refused, match="已登记过"):
        write(town, uscc)
    with pytest.raises(Refused, match="没有找到该企业"):
        write(town, "92330110MA2DEM009N")


def test_one_endorsement_for_everybody_and_for_some(town: Town) -> None:
    uscc = town.uscc("金桥家政")
    write(town, uscc)
    staff = [hire(town, index, uscc) for index in range(3)]
    stranger = hire(town, 7, town.uscc("阳光里家政"))
    assert endorse(town, uscc, [person(0, DAY).number]) == policies.Endorsed(1, ())
    assert endorse(town, uscc, []) == policies.Endorsed(2, ())
    assert [worth(town, one, DAY) for one in (*staff, stranger)] == [Worth.VALID] * 3 + [Worth.MISSING]
    found = policies.members(town.desk, uscc)["G1"]
    assert {one.subject for one in found} == set(staff)
    assert {(one.first, one.last_day) for one in found} == {(DAY, LAST)}
    with pytest.raises(Refused, match="没有要办理的人员"):
        endorse(town, uscc, [])

    said = endorse(town, uscc, [person(7, DAY).number, person(1, DAY).number, "没有此人"], day=DAY, adding=False)
    assert said.done == 1
    assert [(typed, "没有这个人" in sentence) for typed, sentence in said.refused] == [
        (person(7, DAY).number, True), ("没有此人", True),
    ]  # fmt: skip
    assert worth(town, staff[1], DAY + timedelta(days=1)) is Worth.TERMINATED
    with pytest.raises(Refused, match="没有要办理的人员"):
        endorse(town, uscc, [], adding=False)
    with pytest.raises(Refused, match="岗位"):
        policies.endorse(
            town.desk, uscc, "G1", [person(1, DAY).number], day=LAST, endorsement="", adding=True,
            actor=town.staff.bureau,
        )  # fmt: skip


def test_people_of_one_name_are_not_guessed_at(town: Town) -> None:
    uscc = town.uscc("金桥家政")
    write(town, uscc)
    for index in (0, 1):
        hire(town, index, uscc)
        subject = town.desk.ledger.subject_of("ID_CARD", person(index, DAY).number)
        intake.correct_worker(town.desk, subject, name="王秀英", actor=town.staff.clerk)
    said = endorse(town, uscc, ["王秀英"])
    assert (said.done, len(said.refused)) == (0, 1)
    assert "不止一人" in said.refused[0][1]


def test_the_end_of_a_policy_reaches_everybody_even_after_a_cut(town: Town) -> None:
    uscc = town.uscc("金桥家政")
    write(town, uscc)
    staff = [hire(town, index, uscc) for index in range(2)]
    endorse(town, uscc, [])
    end = DAY + timedelta(days=30)
    done = policies.end_policy(town.desk, uscc, policy="G1", last_day=end, reason="退保", actor=town.staff.clerk)
    assert done.value == 2
    assert {worth(town, one, end + timedelta(days=1)) for one in staff} == {Worth.TERMINATED}

    write(town, uscc, "G2")
    policies.join(town.desk, staff[0], policy="G2", first=DAY, actor=town.staff.clerk)
    told = facts.PolicyEnded("G2", end)  # the machine was cut off here, before the members were told
    town.desk.ledger.append([(f"company:{uscc}", told)], actor="clerk-01")
    assert worth(town, staff[0], end + timedelta(days=1)) is Worth.VALID
    night.keep_day(town.desk)
    assert worth(town, staff[0], end + timedelta(days=1)) is Worth.TERMINATED
    assert policies.finish_ended(town.desk) == 0


def test_who_left_is_still_a_member_until_taken_out(town: Town) -> None:
    uscc = town.uscc("金桥家政")
    write(town, uscc)
    subject = hire(town, 0, uscc)
    policies.join(town.desk, subject, first=DAY, actor=town.staff.clerk)
    evidence.end_insurance(
        town.desk, subject, policy="G1", last_day=DAY + timedelta(days=9), endorsement="E2", actor=town.staff.clerk
    )
    (member,) = policies.members(town.desk, uscc)["G1"]
    assert member.last_day == DAY + timedelta(days=9)
    nobodys = hire(town, 5, uscc)
    intake.end_affiliation(town.desk, nobodys, by="company", reason="", actor=town.staff.clerk)
    with pytest.raises(Refused, match="没有隶属企业"):
        policies.join(town.desk, nobodys, first=DAY, actor=town.staff.clerk)
