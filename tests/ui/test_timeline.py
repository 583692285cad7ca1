"""The timeline leaves nothing out: every kind of fact about a worker has a sentence, with why and with whom."""

from __future__ import annotations

import pytest

from station.domain import facts
from station.domain.facts import KINDS
from tests.ui.conftest import Station
from ui.desktop.viewmodels.timeline import LEFT_OUT, SAYINGS, timeline

ELSEWHERE = ("company.", "station.", "stock.", "batch.", "duty.", "mandate.", "notice.")


def test_every_kind_about_a_worker_has_a_sentence() -> None:
    of_workers = {cls for name, cls in KINDS.items() if not name.startswith(ELSEWHERE)}
    assert len(of_workers) > 20
    assert of_workers - LEFT_OUT == set(SAYINGS)


def test_it_says_why_with_whom_and_skips_scans(station: Station) -> None:
    desk, worker = station.desk, station.workers[0]
    day = desk.today()
    desk.ledger.append(
        [
            (worker.subject, facts.PermitActed(worker.number, "suspend", day, "complaint", "两次迟到", "D-9")),
            (worker.subject, facts.PermitActed(worker.number, "reinstate", day, "complaint", "", "", "bureau-01")),
            (worker.subject, facts.HouseholdScanned(worker.number, 1, "green", 0)),
            (worker.subject, facts.InsuranceEnded("P-1", day, "批单")),
        ],
        actor="supervisor-01",
    )
    said = [line for _, line in timeline(desk, worker.subject)]
    assert "保险到" in said[0]
    assert "bureau-01 一同确认" in said[1]
    for part in ("暂停", "投诉核查中", "两次迟到", "D-9", "supervisor-01"):
        assert part in said[2]
    assert len(said) == sum(type(f.payload) not in LEFT_OUT for f in desk.ledger.facts_of(worker.subject))
    assert any("体检合格" in line for line in said)
    assert any("同意" in line for line in said)


@pytest.mark.parametrize("act", ["release", "cancel", "revoke", "transfer"])
def test_no_reason_no_brackets(station: Station, act: str) -> None:
    desk, worker = station.desk, station.workers[0]
    desk.ledger.append([(worker.subject, facts.PermitActed(worker.number, act, desk.today()))], actor="x-01")
    assert "（）" not in timeline(desk, worker.subject)[0][1]
