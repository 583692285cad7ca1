"""A household's complaint waits in a list until somebody has looked into it, once, with a finding (R9)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from station.domain.authority import Actor
from station.domain.errors import Refused
from station.services import complaints
from tests.stories.acts import Story
from tests.stories.town import found_town

CLERK = Actor("clerk-07", ("CLERK",))


def test_it_waits_until_it_is_answered_and_only_once(tmp_path: Path) -> None:
    town = found_town(tmp_path, date(2026, 3, 2))
    story = Story(town)
    for sentence in ("照常办到待制码：王秀英，母婴护理，阳光里家政", "生成码证", "发放", "雇主投诉", "雇主投诉"):
        story.says(sentence)
    desk = town.desk
    first, second = complaints.waiting(desk)
    assert first.complaint.fact != second.complaint.fact
    assert (first.complaint.topic, first.complaint.text) == ("SERVICE", "未按约定服务")
    for finding, note, who, code in (
        ("", "", CLERK, "unknown_reason"),
        ("OTHER", " ", CLERK, "note_needed"),
        ("RESOLVED", "", Actor("h", ("HOUSEHOLD",)), "not_allowed"),
    ):
        with pytest.raises(Refused) as caught:
            complaints.answer(desk, first.subject, first.complaint.fact, finding=finding, note=note, actor=who)
        assert caught.value.code == code
    record = complaints.answer(
        desk, first.subject, first.complaint.fact, finding="RESOLVED", note="已电话答复", actor=CLERK
    ).value
    assert record.answers == {first.complaint.fact: "RESOLVED"}
    assert complaints.waiting(desk) == [second]
    with pytest.raises(Refused) as caught:
        complaints.answer(desk, first.subject, first.complaint.fact, finding="RESOLVED", actor=CLERK)
    assert caught.value.code == "answered_already"
    with pytest.raises(Refused) as caught:
        complaints.answer(desk, first.subject, "hz-01.1.9999", finding="RESOLVED", actor=CLERK)
    assert caught.value.code == "no_complaint"
    complaints.answer(desk, second.subject, second.complaint.fact, finding="OTHER", note="误投", actor=CLERK)
    assert complaints.waiting(desk) == []
    desk.ledger.rebuild()
    assert complaints.waiting(desk) == []
    town.close()
