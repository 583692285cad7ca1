"""What of this station still waits for the province, why, and since when: nothing waits silently (architecture.md §5).

For the outbox screen and for `sync --waiting`; only looks. `kept` wraps every exchange, so the reason of the last
failure is there after a restart too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.domain.errors import Fault, Refused
from station.ledger.ledger import Ledger
from station.services.desk import Desk
from station.sync import marks
from station.sync.exchanged import Exchanged

HOUR_MS = 3_600_000
WARN_AT = (0.5, 0.8)
"""Parts of the time until data count as unknown at which a person is warned (architecture.md §5)."""


@dataclass(frozen=True, slots=True)
class WaitingKind:
    """Facts of one kind that wait."""

    kind: str
    count: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class KeptBack:
    """An own fact of an earlier life that stays here: the centre holds another one under its number."""

    id: str
    kind: str
    subject: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits. `why` is a sentence, empty when nothing stands in the way; `warning` when it waits too long.

    `frozen` says that this station may not write; `kept_back` is what will never be sent.
    """

    waiting: tuple[WaitingKind, ...]
    keys: int
    pictures: int
    since_ms: int
    why: str
    failed_since_ms: int
    level_ms: int
    warning: str
    frozen: bool = False
    kept_back: tuple[KeptBack, ...] = ()

    @property
    def facts(self) -> int:
        return sum(line.count for line in self.waiting)

    @property
    def empty(self) -> bool:
        return not (self.waiting or self.keys or self.pictures)

    @property
    def sentence(self) -> str:
        """One line: what, since when, why."""
        if self.empty:
            return "全部已上传。"
        what = f"待上传：记录 {self.facts} 条，密钥 {self.keys} 把，照片 {self.pictures} 份。"
        return what + (self.why or "等待下次同步。")


def outbox(desk: Desk) -> Outbox:
    """Everything this station has that the centre has not acknowledged."""
    ledger, now = desk.ledger, desk.clock.now_ms()
    waiting = tuple(WaitingKind(*line) for line in marks.waiting(ledger))
    keys, pictures = marks.unoffered(ledger)
    trouble = marks.trouble(ledger)
    level = marks.level_ms(ledger)
    why = ledger.frozen or (trouble.sentence if trouble else "")
    since = min((line.since_ms for line in waiting), default=0)
    kept_back = tuple(KeptBack(str(r.id), r.kind, r.subject, r.recorded_at >> 16) for r in marks.kept_back(ledger))
    return Outbox(
        waiting, keys, pictures, since, why, trouble.since_ms if trouble else 0, level, _warning(desk, level, now),
        bool(ledger.frozen), kept_back,
    )  # fmt: skip


def kept(ledger: Ledger, now_ms: Callable[[], int], act: Callable[[], Exchanged]) -> Exchanged:
    """One exchange, whose failure is remembered with its sentence until one succeeds."""
    try:
        done = act()
    except Refused as refused:
        marks.keep_trouble(ledger, refused.code, refused.sentence, now_ms())
        raise
    except Fault as fault:
        marks.keep_trouble(ledger, fault.code, fault.sentence, now_ms())
        raise
    if done.alarms:
        marks.keep_trouble(ledger, "alarm", done.alarms[0], now_ms())
    else:
        marks.clear_trouble(ledger)
    return done


def _warning(desk: Desk, level_ms: int, now_ms: int) -> str:
    """At half and at four fifths of the time after which codes cannot be judged any more. Checking never stops."""
    if not desk.settings.central or level_ms == 0:
        return ""
    hours = (now_ms - level_ms) / HOUR_MS
    part = hours / desk.settings.limits.unknown_hours
    if part >= 1:
        return f"已 {hours:.0f} 小时没有与省级平台同步，核验结果只能显示“无法确认”。请尽快联网。"
    if part >= WARN_AT[0]:
        urgent = "请立即联网。" if part >= WARN_AT[1] else "请尽快联网。"
        return f"已 {hours:.0f} 小时没有与省级平台同步。{urgent}"
    return ""
