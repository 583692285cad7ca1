"""What time it is and in which order things happened; refuses to know what the time is used for."""

from __future__ import annotations

import threading
import time
from datetime import date
from typing import Protocol

from station.domain.days import day_of, start_of_day
from station.domain.errors import Fault

TOLERANCE_MS = 5 * 60_000
COUNTER_BITS = 16
STAMP_LIMIT = 1 << 64


class Clock(Protocol):
    """The only way anything here learns the time; always an argument, so a test can be any day."""

    def now_ms(self) -> int:
        """UTC milliseconds since 1970."""
        ...

    def today(self) -> date:
        """The civil day in Asia/Shanghai."""
        ...


class SystemClock:
    """The clock of this machine, believed as it is; `ClockGuard` is what distrusts it."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def today(self) -> date:
        return day_of(self.now_ms())


class FixedClock:
    """A clock that stands still until it is told to move; rehearsals and tests choose their day with it."""

    def __init__(self, ms: int) -> None:
        self._ms = ms

    @classmethod
    def on(cls, day: date, hour: int = 9) -> FixedClock:
        """A clock standing at `hour` o'clock in Hangzhou on that day."""
        return cls(start_of_day(day) + hour * 3_600_000)

    def now_ms(self) -> int:
        return self._ms

    def today(self) -> date:
        return day_of(self._ms)

    def advance(self, seconds: float) -> None:
        """Move by that many seconds; negative is a clock set back."""
        self._ms += round(seconds * 1000)

    def set_day(self, day: date) -> None:
        """Move to another day and keep the time of day."""
        self._ms = start_of_day(day) + (self._ms - start_of_day(self.today()))


class HybridClock:
    """Stamps for facts: 48 bits of UTC milliseconds and a 16-bit counter, as one int.

    Every stamp is greater than every stamp made or observed before, whatever the wall clock does; when the counter
    is full the next millisecond is borrowed. May be shared between threads. `last` seeds it with this station's
    own newest stamp, which is believed even if the wall clock has been set back since.
    """

    def __init__(self, clock: Clock, last: int = 0) -> None:
        self._clock = clock
        self._last = last
        self._lock = threading.Lock()

    @property
    def last(self) -> int:
        """The greatest stamp made or observed so far."""
        return self._last

    def stamp(self) -> int:
        """A new stamp, greater than all before."""
        with self._lock:
            self._last = max(self._clock.now_ms() << COUNTER_BITS, self._last + 1)
            return self._last

    def observe(self, *remote: int) -> None:
        """Learn stamps made elsewhere. If one is more than 5 minutes ahead of this clock it is a `Fault`, and none is
        learned: taking it would drag every later fact of this station into that future.
        """
        if not remote:
            return
        newest = max(remote)
        if min(remote) < 0 or newest >= STAMP_LIMIT:
            raise Fault("收到的记录时间无法识别。", "请联系对方站点核对其程序版本。", code="stamp_malformed")
        if (newest >> COUNTER_BITS) > self._clock.now_ms() + TOLERANCE_MS:
            raise Fault(
                "收到的记录时间比本机时钟快 5 分钟以上，未接收。",
                "请先核对本机时钟；本机正确时，请通知对方站点校时。",
                code="stamp_ahead",
            )
        with self._lock:
            self._last = max(self._last, newest)


class ClockGuard:
    """A clock that never runs behind what is already known to have happened (trust.md T12, G7).

    The mark is the newest of: last signed server time, newest fact, build of this program. Reading it never gives
    an earlier instant than the mark, so no clock setting makes a permit greener. When the machine's clock is more
    than 5 minutes behind the mark, `check` raises: nothing is printed and no colour is shown until it is put right.
    """

    def __init__(self, clock: Clock, *, build_day: date, server_ms: int = 0, newest_fact_ms: int = 0) -> None:
        self._clock = clock
        self._mark = max(start_of_day(build_day), server_ms, newest_fact_ms)

    @property
    def mark_ms(self) -> int:
        """The latest instant known to have passed; the caller keeps it across restarts."""
        return self._mark

    @property
    def behind(self) -> bool:
        """The machine's clock contradicts what has already been recorded."""
        return self._clock.now_ms() < self._mark - TOLERANCE_MS

    def now_ms(self) -> int:
        return max(self._clock.now_ms(), self._mark)

    def today(self) -> date:
        return day_of(self.now_ms())

    def saw_server_time(self, ms: int) -> None:
        """A server time whose signature or channel was checked by the caller."""
        self._mark = max(self._mark, ms)

    def saw_fact(self, recorded_at: int) -> None:
        """A fact's hybrid stamp, own or received."""
        self._mark = max(self._mark, recorded_at >> COUNTER_BITS)

    def check(self) -> None:
        """Raise `Fault` (code `clock_behind`) when the clock is behind: called before printing and before a colour."""
        if self.behind:
            raise Fault(
                f"本机时钟早于最新记录（{day_of(self._mark)}），已停止打印和亮码。",
                "请把本机日期和时间校准后重试。",
                code="clock_behind",
            )
