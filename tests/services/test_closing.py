"""A station closes with nothing lying in it, or two people say that it may; then nothing is written any more."""

from __future__ import annotations

import pytest

from station.domain import facts
from station.domain.errors import Fault, Refused
from station.services import stock
from station.services.closing import close, left_here
from tests.services.house import STAFF, House


def test_what_is_left_here_keeps_a_station_open(house: House) -> None:
    desk = house.desk
    assert left_here(desk) == []
    stock.receive(desk, "P-1", 100, actor=STAFF.supervisor, second=STAFF.clerk)
    assert left_here(desk) == ["空白卡 100 张"]
    with pytest.raises(Refused, match="空白卡") as caught:
        close(desk, actor=STAFF.supervisor)
    assert caught.value.code == "left_here"
    assert desk.ledger.frozen == ""
    with pytest.raises(Refused):
        close(desk, actor=STAFF.clerk)
    closed = close(desk, actor=STAFF.supervisor, second=STAFF.clerk).value
    assert closed.exchanged.ok
    assert closed.code in desk.ledger.frozen
    assert closed.code.startswith(f"{len(desk.ledger.own_after(0, limit=9999))}-")
    with pytest.raises(Fault, match="已停办"):
        desk.ledger.append([("station:x", facts.StationActed("A", desk.today()))], actor="c")
    with pytest.raises(Refused, match=closed.code):
        close(desk, actor=STAFF.supervisor, second=STAFF.clerk)
