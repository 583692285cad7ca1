"""Days in Hangzhou, stamps that only rise, and a clock that cannot be turned back."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clock import (
    TOLERANCE_MS,
    ClockGuard,
    FixedClock,
    HybridClock,
    SystemClock,
    day_of,
    start_of_day,
)
from station.domain.errors import Fault

DAY = date(2026, 11, 23)
NOON = start_of_day(DAY) + 12 * 3_600_000


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2025-03-04T15:59:59.999", date(2025, 3, 4)),
        ("2025-03-04T16:00:00", date(2025, 3, 5)),  # domain.md §10
        ("2020-01-01T00:00:00", date(2020, 1, 1)),
        ("2024-02-28T16:00:00", date(2024, 2, 29)),
        ("2026-12-31T16:00:00", date(2027, 1, 1)),
        ("1969-12-31T16:00:00", date(1970, 1, 1)),
        ("1969-12-31T15:59:59.999", date(1969, 12, 31)),
    ],
)
def test_the_day_begins_at_midnight_in_hangzhou(instant: str, day: date) -> None:
    assert day_of(utc(instant)) == day


@given(st.dates(date(1970, 1, 2), date(2199, 12, 31)))
def test_a_day_is_its_milliseconds_and_no_others(day: date) -> None:
    first = start_of_day(day)
    assert day_of(first) == day_of(first + 86_399_999) == day
    assert day_of(first - 1) == day - timedelta(days=1)


def test_the_system_clock_is_the_machine() -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    clock = SystemClock()
    assert before - 1 <= clock.now_ms() <= before + 60_000
    assert clock.today() in {day_of(before), day_of(before + 60_000)}


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(NOON)
    assert (clock.now_ms(), clock.today()) == (NOON, DAY)
    clock.advance(1.5)
    assert clock.now_ms() == NOON + 1500
    clock.advance(-1.5)
    clock.set_day(date(2027, 2, 28))
    assert clock.now_ms() == start_of_day(date(2027, 2, 28)) + 12 * 3_600_000
    assert FixedClock.on(DAY, 12).now_ms() == NOON
    assert FixedClock.on(DAY).now_ms() == NOON - 3 * 3_600_000


def test_stamps_rise_while_the_clock_stands_still_and_when_it_is_set_back() -> None:
    clock = FixedClock(NOON)
    hybrid = HybridClock(clock)
    stamps = [hybrid.stamp() for _ in range(70_000)]  # more than one counter holds
    clock.advance(-86_400)
    stamps.append(hybrid.stamp())
    clock.advance(2 * 86_400)
    stamps.append(hybrid.stamp())
    assert stamps == sorted(set(stamps))
    assert stamps[0] == NOON << 16
    assert stamps[-1] == (NOON + 86_400_000) << 16
    assert hybrid.last == stamps[-1]


@given(st.lists(st.one_of(st.integers(-400_000, 400_000), st.none()), max_size=40))
def test_a_stamp_is_greater_than_every_stamp_made_or_observed_before(moves: list[int | None]) -> None:
    clock = FixedClock(NOON)
    hybrid = HybridClock(clock)
    greatest = 0
    for move in moves:
        if move is None:
            made = hybrid.stamp()
            assert made > greatest
            greatest = made
        elif move > TOLERANCE_MS:
            with pytest.raises(Fault) as fault:
                hybrid.observe((clock.now_ms() + move) << 16)
            assert fault.value.code == "stamp_ahead"
        else:
            remote = (clock.now_ms() + move) << 16 | 7
            hybrid.observe(remote)
            greatest = max(greatest, remote)
            clock.advance(move / 7000)


def test_observing_exactly_five_minutes_ahead_is_the_limit() -> None:
    assert TOLERANCE_MS == 300_000
    hybrid = HybridClock(FixedClock(NOON))
    hybrid.observe(0)
    hybrid.observe((NOON + TOLERANCE_MS) << 16 | 0xFFFF)
    assert hybrid.last == (NOON + TOLERANCE_MS) << 16 | 0xFFFF
    with pytest.raises(Fault, match="5 分钟"):
        hybrid.observe((NOON + TOLERANCE_MS + 1) << 16)


def test_many_stamps_are_learned_together_or_not_at_all() -> None:
    hybrid = HybridClock(FixedClock(NOON))
    hybrid.observe()
    assert hybrid.last == 0
    hybrid.observe(5, 9, 7)
    assert hybrid.last == 9
    for wrong in (-1, 1 << 64, (NOON + TOLERANCE_MS + 1) << 16):
        with pytest.raises(Fault):
            hybrid.observe(11, wrong, 12)
    assert hybrid.last == 9


@pytest.mark.parametrize("remote", [-1, 1 << 64, -(1 << 70)])
def test_a_stamp_that_is_no_stamp_is_a_fault(remote: int) -> None:
    hybrid = HybridClock(FixedClock(NOON))
    with pytest.raises(Fault) as fault:
        hybrid.observe(remote)
    assert fault.value.code == "stamp_malformed"
    assert hybrid.last == 0


def test_an_own_stamp_from_before_the_clock_was_set_back_is_believed() -> None:
    own = (NOON + 86_400_000) << 16 | 5
    assert HybridClock(FixedClock(NOON), last=own).stamp() == own + 1


def test_threads_never_get_the_same_stamp() -> None:
    hybrid = HybridClock(FixedClock(NOON))
    made: list[int] = []

    def stamp() -> None:
        made.extend([hybrid.stamp() for _ in range(2000)])

    threads = [threading.Thread(target=stamp) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


def test_the_mark_is_the_newest_of_server_fact_and_build() -> None:
    clock = FixedClock(NOON)
    assert ClockGuard(clock, build_day=DAY).mark_ms == start_of_day(DAY)
    assert ClockGuard(clock, build_day=DAY, server_ms=NOON + 1, newest_fact_ms=NOON).mark_ms == NOON + 1
    assert ClockGuard(clock, build_day=DAY, server_ms=NOON, newest_fact_ms=NOON + 2).mark_ms == NOON + 2
    guard = ClockGuard(clock, build_day=DAY)
    guard.saw_server_time(NOON + 3)
    guard.saw_fact((NOON + 4) << 16 | 9)
    guard.saw_server_time(5)
    guard.saw_fact(6)
    assert guard.mark_ms == NOON + 4


@pytest.mark.parametrize(
    ("lead_ms", "behind"), [(0, False), (-TOLERANCE_MS, False), (-TOLERANCE_MS - 1, True), (60_000, False)]
)
def test_five_minutes_behind_the_mark_is_the_limit(lead_ms: int, behind: bool) -> None:
    guard = ClockGuard(FixedClock(NOON + lead_ms), build_day=date(2020, 1, 1), newest_fact_ms=NOON)
    assert guard.behind is behind
    if behind:
        with pytest.raises(Fault, match="时钟早于最新记录") as fault:
            guard.check()
        assert fault.value.code == "clock_behind"
        assert "校准" in fault.value.remedy
    else:
        guard.check()


def test_no_clock_setting_reads_earlier_than_the_mark() -> None:
    """trust.md T12: two years either way by days, and every second around midnight."""
    midnight = start_of_day(DAY)
    clock = FixedClock(midnight)
    guard = ClockGuard(clock, build_day=date(2020, 1, 1), server_ms=midnight)
    sweep = [days * 86_400_000 for days in range(-731, 732)] + [seconds * 1000 for seconds in range(-600, 601)]
    for offset in sweep:
        clock.advance((midnight + offset - clock.now_ms()) / 1000)
        assert guard.now_ms() == midnight + max(offset, 0)
        assert guard.today() == day_of(midnight + max(offset, 0)) >= DAY
