"""Figures of a period against what was done, and the two lists that name people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from station.domain import facts
from station.domain.errors import Refused
from station.services.facing import filing
from station.services.figures import credit_list, figures, plain, subsidy_list
from station.services.figures import document as document_of
from station.services.rehearsal import cast
from tests.stories.acts import Story
from tests.stories.town import found_town

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """March: one permit released after three working days, one refused, one still waiting past its day."""
    town = found_town(tmp_path_factory.mktemp("month"), date(2026, 3, 2))
    story = Story(town)
    story.says("照常办到信用审核：刘玉梅，养老照护，金桥家政")
    story.says("不予发放，资格核验未通过")
    story.says("照常办到信用审核：黄美玲，家务服务，金桥家政")
    story.says("照常办到待制码：王秀英，母婴护理，阳光里家政")
    town.morning(date(2026, 3, 5))
    for sentence in ("生成码证", "发放", "制卡", "雇主扫第1版卡：绿", "雇主确认入户", "雇主投诉"):
        story.says(sentence)
    town.morning(date(2026, 3, 31))
    yield story
    town.close()


def test_the_figures_of_the_month(month: Story) -> None:
    told: list[tuple[int, int]] = []
    found = figures(month.town.desk, FIRST, LAST, lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
    assert found.applications["open"] == 3
    assert found.refused_for == {"BACKGROUND": 1}
    assert (found.working_days, found.late) == ({3: 1}, 0)
    assert found.average_working_days == 3
    assert (found.open_now, found.overdue_now) == ({"credit_review": 1}, 1)
    assert (found.released, found.visits) == (1, {0: 1})
    assert found.colours_now == {"green": 1}
    assert found.cards["activate"] == 1
    assert (found.entries, found.complaints) == (1, {"SERVICE": 1})
    assert (sum(found.workers.values()), sum(found.covered.values())) == (3, 1)


def test_another_month_counts_nothing_but_what_stands(month: Story) -> None:
    found = figures(month.town.desk, date(2026, 2, 1), date(2026, 2, 28))
    assert not (found.applications or found.refused_for or found.working_days or found.cards)
    assert (found.released, found.entries, found.average_working_days) == (0, 0, None)


def test_the_document_names_nobody(month: Story) -> None:
    document = document_of(month.town.desk, FIRST, LAST)
    assert document == plain(figures(month.town.desk, FIRST, LAST)) | {
        "faces_kept": filing(month.town.desk).count, "faces_limit": 100_000, "filing": "below",
    }  # fmt: skip
    assert document["coverage"] == 0.33
    assert document["first"] == "2026-03-01"
    assert not any(name in str(document) for name in ("王秀英", "刘玉梅", "黄美玲"))


def test_a_period_upside_down_is_refused(month: Story) -> None:
    with pytest.raises(Refused, match="颠倒"):
        figures(month.town.desk, LAST, FIRST)


def test_only_who_has_both_certificates_is_on_the_subsidy_list(month: Story) -> None:
    desk, staff = month.town.desk, cast("330100")
    with pytest.raises(Refused, match="两人"):
        subsidy_list(desk, actor=staff.supervisor, second=staff.clerk)
    lines = subsidy_list(desk, actor=staff.supervisor, second=staff.bureau).value
    assert [(line.name, line.credit_certificate, line.permit_number) for line in lines] == [
        ("王秀英", "X1", month.number)
    ]
    exported = [f.payload for f in desk.ledger.facts_of(f"station:{desk.settings.station}")][-1]
    assert isinstance(exported, facts.StationActed)
    assert (exported.act, exported.note) == ("EXPORTED", "subsidy 1 bureau-01")


def test_a_paused_permit_is_not_supported(month: Story) -> None:
    desk, staff = month.town.desk, cast("330100")
    month.says("暂停，投诉核查中")
    assert not subsidy_list(desk, actor=staff.supervisor, second=staff.bureau).value
    month.says("解除暂停，投诉核查中")


def test_the_credit_list_is_one_companys(month: Story) -> None:
    desk, staff = month.town.desk, cast("330100")
    for company, names in (("阳光里家政", ["王秀英"]), ("金桥家政", [])):
        lines = credit_list(desk, month.town.uscc(company), actor=staff.supervisor, second=staff.bureau).value
        assert [line.name for line in lines] == names
