"""How far the centre had come: only ever higher, durable, and a sentence where a database is behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.domain.errors import Fault
from station.sync.high_water import HighWater, Mark


def test_it_only_rises(tmp_path: Path) -> None:
    water = HighWater(tmp_path / "high-water.json")
    assert water.mark() == Mark(0, 0)
    water.rise(Mark(1, 40))
    water.rise(Mark(1, 39))
    assert HighWater(tmp_path / "high-water.json").mark() == Mark(1, 40)
    water.rise(Mark(2, 7))
    assert water.mark() == Mark(2, 7), "a restored database has fewer facts in a later generation"
    assert [path.name for path in tmp_path.iterdir()] == ["high-water.json"]


@pytest.mark.parametrize("behind", [Mark(1, 99), Mark(2, 6)])
def test_a_database_that_is_behind_is_not_worked_with(tmp_path: Path, behind: Mark) -> None:
    water = HighWater(tmp_path / "high-water.json")
    water.check(Mark(1, 0))
    water.rise(Mark(2, 7))
    water.check(Mark(2, 7))
    with pytest.raises(Fault) as told:
        water.check(behind)
    assert told.value.code == "centre_is_older"
    assert "central restored" in told.value.remedy


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"generation": 1}', '{"generation": "x", "facts": 1}', "null"])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "high-water.json"
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(Fault) as told:
        HighWater(path).check(Mark(1, 1))
    assert told.value.code == "high_water"
    assert "high-water.json" in told.value.sentence
