"""A document is kept as what it is: the number says so, whoever enters it."""

from __future__ import annotations

import pytest

from station.services import intake
from tests.services.house import STAFF, House


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("330103196802291144", "ID_CARD"),
        ("810000198507150014", "HMT_PERMIT"),
        ("820000198507150024", "HMT_PERMIT"),
        ("830000198507150034", "HMT_PERMIT"),
        ("933840198507150019", "FOREIGN_PERMANENT"),
    ],
)
def test_the_kind_of_document_follows_the_number(house: House, number: str, kind: str) -> None:
    form = intake.WorkerForm(number, "陈小明", ("HOUSEWORK",))
    intake.may_apply(house.desk, form)
    subject = intake.register_worker(house.desk, form, actor=STAFF.clerk).value.subject
    person = house.desk.worker(subject).person
    assert person is not None
    assert person.document_kind == kind
    assert [row.subject for row in house.desk.ledger.roll.find(number)] == [subject]
    intake.correct_worker(house.desk, subject, phone="13800001234", actor=STAFF.clerk)
    assert house.desk.worker(subject).person is not None


def test_an_age_to_look_at_is_a_sentence(house: House) -> None:
    form = intake.WorkerForm("330103196802291144", "陈小明", ("HOUSEWORK",))
    assert intake.register_worker(house.desk, form, actor=STAFF.clerk).value.warnings == ()
    house.clock.set_day(house.desk.today().replace(year=2034))
    (said,) = intake.register_worker(house.desk, form, actor=STAFF.clerk).value.warnings
    assert "65 周岁" in said
