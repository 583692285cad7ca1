"""One exchange between this station and the centre: push own facts, pull the city's, compare sums on both sides.

May be stopped, killed or repeated at any point: where to go on is asked of the centre, and how far was read is kept
in the same transaction as the facts. A difference at the end is an alarm with a sentence, not a silent retry.
"""

from __future__ import annotations

from collections.abc import Callable

from station.domain.errors import Fault
from station.ledger.ledger import Ledger
from station.sync import marks
from station.sync.central import OLDEST_PROTOCOL, PROTOCOL, Central, Welcome
from station.sync.exchanged import Exchanged
from station.sync.half import Cancelled, Progress
from station.sync.reading import Reading
from station.sync.sending import Sending

STILL_MS = 5_000
"""That both sides are level is written down every five seconds: a write waits for the disk, a poll need not."""


def never() -> bool:
    """Nobody stops this exchange."""
    return False


def exchange(
    ledger: Ledger,
    central: Central,
    *,
    attend: Callable[[], object] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled = never,
) -> Exchanged:
    """Push, let an embedded centre `attend` to what came, pull, compare. What was done stays done when it raises.

    Raises Fault when the centre cannot be reached and Refused when it does not know this station.
    """
    told, result = progress or (lambda step, done, total: None), Exchanged()
    up = Sending(ledger, central, told, cancelled, result)
    down = Reading(ledger, central, told, cancelled, result)
    welcome = central.progress(ledger.station)
    _same_language(welcome)
    idle = not up.stopped() and up.nothing(welcome)
    if idle or up.everything(welcome):
        if attend is not None and not result.cancelled:
            attend()
        if not down.no_news(welcome, attend is not None):
            down.until_level(welcome)
        result.as_of_ms = welcome.now_ms
    return _finished(ledger, result)


def reenrol(ledger: Ledger, central: Central) -> int:
    """Give this station a new life after a restored backup or a fork, by a supervisor; the new epoch.

    Every call is given an epoch nobody else has, also after the administrator gave one: of two disks that are copies
    of each other the one that asked last is the station, and the other freezes at its next exchange. Raises Refused
    where people have to look first (`frozen`) or the station is closed (`revoked`).
    """
    epoch = central.renew(ledger.station)
    ledger.begin_epoch(epoch)
    return epoch


def _finished(ledger: Ledger, result: Exchanged) -> Exchanged:
    with ledger.store.moment():
        result.waiting, frozen = marks.outbox(ledger).count, ledger.frozen
        news = result.tally_equal and marks.level_due(ledger, result.as_of_ms, STILL_MS)
    if frozen and frozen not in result.alarms:
        result.alarms.append(frozen)
    if news:
        marks.level(ledger, result.as_of_ms)
    return result


def _same_language(welcome: Welcome) -> None:
    if welcome.oldest_protocol > PROTOCOL:
        raise Fault("省级平台已升级，本程序版本过旧，暂不能同步。", "请升级本程序；记录不会丢失。", code="too_old")
    if welcome.protocol < OLDEST_PROTOCOL:
        raise Fault("省级平台的版本过旧，暂不能同步。", "请联系省级平台管理员；记录不会丢失。", code="too_new")
