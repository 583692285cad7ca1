"""One company's batch through every misfortune at once: in the morning each worker has exactly one valid card.

The small night is in every run of the tests; the long one, 300 cards of each family of printers, is `make soak`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from station.printing.press import POINTS
from tests.printing.disasters import FAMILIES, Family, Night, collect, count, spread
from tests.printing.killed import lives

pytestmark = [pytest.mark.power, pytest.mark.skipif(not hasattr(os, "fork"), reason="lives are forked here")]


def through_the_night(night: Night) -> None:
    """Run, collect, count, and nothing may be wrong."""
    night.begin()
    night.run()
    collect(night)
    found = count(night)
    assert (found.permits, found.active) == (night.cards, night.cards)
    assert (found.two_valid, found.missing, found.sent_twice, found.conflicts) == (0, 0, 0, 0)
    assert found.green_strays == 0
    assert found.in_order
    assert found.unbalanced == []
    assert found.accounted == found.fed
    assert set(found.good_plastic) == found.live
    assert set(found.good_plastic.values()) == {1}
    assert night.call("audit", "verify") == 0
    assert not night.deaths, "a death that nobody died proves nothing"


SMALL = {
    "evolis": ("jam:c@2,two_cards@4", ["person@2", "printed", "doubt_written"]),
    "magicard": ("ribbon_end:m@2,late_card@3", ["reserved", "dropped"]),
}
"""A little of everything; the long nights have all of it."""


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_small_night(family: Family, tmp_path: Path) -> None:
    faults, deaths = SMALL.get(family.name, SMALL["evolis"])
    with lives({"XDG_DATA_HOME": str(tmp_path / "data")}) as live:
        night = Night(tmp_path, live, family, 4, faults, spread(deaths, 1), ribbon=100, feeder=100, pack=8)
        through_the_night(night)
    assert len(night.kills) == len(deaths)


@pytest.mark.soak
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_three_hundred_cards(family: Family, tmp_path: Path) -> None:
    faults = (
        "jam:c@12,late_card@31,unplug:m@48,two_cards@60,ribbon_end:m@137,reboot@150,unplug:reply@171,cover_open@190,"
        "ribbon_broken:c@201,feed_fail@222,mute@240,half_card@255,wrong_answer@268,slow@280"
    )
    points = [*(f"{point}@9" for point in POINTS if point not in ("dropped", "doubt_written", "ended"))]
    deaths = spread(["person@150", "reserved@20", "dropped", *points, "doubt_written", "ended", "seconds@4.3",
                     "seconds@7.9", "seconds@3.1"], 1)  # fmt: skip
    with lives({"XDG_DATA_HOME": str(tmp_path / "data")}) as live:
        night = Night(tmp_path, live, family, 300, faults, deaths, ribbon=120, feeder=100, pack=100)
        through_the_night(night)
    print(f"{family.name}: {night.lives} processes, {len(night.kills)} killed, stops {dict(night.stops)}")
