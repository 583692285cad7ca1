"""Nothing waits silently: what, since when, why – also after a restart – and a warning before data are too old."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.bootstrap import found_rehearsal
from station.clock import FixedClock
from station.domain import facts
from station.domain.errors import Fault
from station.services.desk import Desk
from station.services.outbox import kept, outbox
from station.sync import marks
from station.sync.exchanged import Exchanged
from tests.ledger.office import DAY, registered


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return found_rehearsal(tmp_path / "home", clock=FixedClock.on(DAY))


def fails() -> Exchanged:
    raise Fault("连接不上省级平台。", "请检查网络。", code="centre_unreachable")


def test_what_waits_is_named_by_kind_with_its_time(desk: Desk) -> None:
    assert outbox(desk).empty
    start = desk.clock.now_ms()
    desk.ledger.append([("worker:a", registered())], actor="c")
    desk.ledger.append([("station:x", facts.StationActed(word, DAY)) for word in ("A", "B")], actor="c")
    found = outbox(desk)
    assert [(line.kind, line.count) for line in found.waiting] == [("station.acted", 2), ("worker.registered", 1)]
    assert (found.facts, found.keys, found.since_ms) == (3, 1, start)
    assert found.sentence == "待上传：记录 3 条，密钥 1 把，照片 0 份。等待下次同步。"
    assert desk.sync().ok
    assert outbox(desk).empty
    assert outbox(desk).sentence == "全部已上传。"
    desk.ledger.close()


def test_why_it_waits_is_kept_with_the_time_of_the_first_failure(desk: Desk) -> None:
    desk.ledger.append([("worker:a", registered())], actor="c")
    first = desk.clock.now_ms()
    for _ in range(3):
        with pytest.raises(Fault):
            kept(desk.ledger, desk.clock.now_ms, fails)
    found = outbox(desk)
    assert (found.why, found.failed_since_ms) == ("连接不上省级平台。", first)
    assert found.sentence.endswith("连接不上省级平台。")
    desk.sync()
    assert outbox(desk).why == ""
    kept(desk.ledger, desk.clock.now_ms, lambda: Exchanged(alarms=["核对总数不一致。"]))
    trouble = marks.trouble(desk.ledger)
    assert trouble is not None
    assert (trouble.code, outbox(desk).why) == ("alarm", "核对总数不一致。")
    desk.ledger.freeze("本站已被冻结。")
    assert outbox(desk).why == "本站已被冻结。"
    desk.ledger.close()
