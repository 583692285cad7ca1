"""One exchange between this station and the centre: push own facts, pull the city's, compare sums on both sides.

May be stopped, killed or repeated at any point: where to go on is asked of the centre, and how far was read is kept
in the same transaction as the facts. A difference at the end is an alarm with a sentence, not a silent retry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from station.domain.errors import Fault, Refused
from station.ledger import log
from station.ledger.encoding import RawFact
from station.ledger.ledger import Ledger
from station.sync import marks
from station.sync.central import (
    OLDEST_PROTOCOL,
    PROTOCOL,
    PUSH_LIMIT,
    Central,
    Cursor,
    Page,
    Position,
    Tally,
    Welcome,
    centre_of,
)
from station.sync.exchanged import Exchanged
from station.sync.pages import pages_of

PUSH_BATCH = PUSH_LIMIT
PULL_BATCH = 5_000
BOX_BATCH = 100
ROUNDS = 5
"""While other stations push faster than this one reads, the sums are compared in a later exchange."""
STILL_MS = 5_000
"""That both sides are level is written down every five seconds: a write waits for the disk, a poll need not."""
Progress = Callable[[str, int, int], None]
"""Called with (step, done, total); step is keys, blobs, push or pull."""
Cancelled = Callable[[], bool]
OTHER_LIFE = "本站已在另一台设备上重新登记，或省级平台已给本站新的启用期，本机不能再写入。"
PARTED = (
    "本站第 {epoch} 启用期有 {count} 条记录与省级平台的不同，不再上传，仍保存在本机，“同步与待上传”逐条列出。"
    "请主管逐条核对补办，再请省级平台用 add-station --new-computer 登记，加入新的空文件夹。"
)
STOPPED = frozenset({"forked", "frozen", "revoked", "epoch", "other_key"})
"""Refusals after which this station must not write on."""


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
    return _Exchange(ledger, central, progress, cancelled).run(attend)


def reenrol(ledger: Ledger, central: Central) -> int:
    """Give this station a new life after a restored backup or a fork, by a supervisor; the new epoch.

    Every call is given an epoch nobody else has, also after the administrator gave one: of two disks that are copies
    of each other the one that asked last is the station, and the other freezes at its next exchange. Raises Refused
    where people have to look first (`frozen`) or the station is closed (`revoked`).
    """
    epoch = central.renew(ledger.station)
    ledger.begin_epoch(epoch)
    return epoch


class _Exchange:
    """The steps of one exchange, in order."""

    def __init__(self, ledger: Ledger, central: Central, progress: Progress | None, cancelled: Cancelled) -> None:
        self._ledger = ledger
        self._central = central
        self._tell = progress or (lambda step, done, total: None)
        self._cancelled = cancelled
        self._result = Exchanged()
        self._sums: Tally | None = None
        """What the centre held in the moment up to which was read; None while that is not known."""

    def run(self, attend: Callable[[], object] | None) -> Exchanged:
        result = self._result
        welcome = self._central.progress(self._ledger.station)
        _same_language(welcome)
        idle = not self._stop() and self._nothing_to_send(welcome)
        if not idle and not self._send(welcome):
            return self._finish()
        if attend is not None and not result.cancelled:
            attend()
        if not self._no_news(welcome, attend is not None):
            self._pull_until_level(behind=self._behind(welcome))
        result.as_of_ms = welcome.now_ms
        return self._finish()

    def _nothing_to_send(self, welcome: Welcome) -> bool:
        """Whether every step of `_send` would find nothing to do: seen in one moment, as most exchanges find it.

        Only a station with one life and a centre that was never restored are that simple.
        """
        privacy, blobs = self._ledger.privacy, self._ledger.blobs
        with self._ledger.store.moment() as conn:
            epoch, own = self._ledger.epoch, [one for one in self._chains() if one.station == self._ledger.station]
            if welcome.generation != 1 or len(own) > 1 or welcome.epoch > epoch:
                return False
            for chain in own:
                if chain.epoch != epoch or marks.sent_to(self._ledger, chain.epoch) < chain.next_seq:
                    return False
            ours = {chain.epoch: Position(chain.next_seq, chain.head) for chain in own}
            if ours != dict(welcome.epochs):
                return False
            return not privacy.unoffered(conn, welcome.generation, 1) and not blobs.unoffered(welcome.generation, 1)

    def _send(self, welcome: Welcome) -> bool:
        """Everything upwards; whether this station may still read. What is refused is told, and the rest still goes:
        no key or picture keeps a fact from travelling."""
        for step in (self._keys, self._blobs, self._give_back, self._push):
            if self._stop():
                break
            try:
                step(welcome)
            except Refused as refused:
                if refused.sentence not in self._result.alarms:
                    self._result.alarms.append(refused.sentence)
                if refused.code in STOPPED:
                    self._ledger.freeze(refused.sentence)
                if refused.code == "revoked":
                    return False
        if welcome.epoch > self._ledger.epoch and not self._ledger.frozen:
            self._ledger.freeze(OTHER_LIFE)
        return True

    # --- up ---------------------------------------------------------------------------------------------------------

    def _keys(self, welcome: Welcome) -> None:
        """Person keys first: a fact is of little use where its key is not."""
        store, privacy = self._ledger.store, self._ledger.privacy
        while not self._stop():
            with store.reading() as conn:
                ids = privacy.unoffered(conn, welcome.generation, BOX_BATCH)
                if not ids:
                    return
                keys = privacy.export(conn, ids)
            self._central.put_keys(self._ledger.station, keys)
            with store.writing() as conn:
                privacy.offered(conn, welcome.generation, ids)
            self._result.keys_sent += len(keys)
            self._tell("keys", self._result.keys_sent, 0)

    def _blobs(self, welcome: Welcome) -> None:
        """Pictures before the facts that name them (trust.md §8.1)."""
        blobs = self._ledger.blobs
        while not self._stop():
            offered = blobs.unoffered(welcome.generation, BOX_BATCH)
            if not offered:
                return
            for box in blobs.boxes(self._central.lacking_blobs(self._ledger.city, offered)):
                if self._stop():
                    return
                self._central.put_blob(self._ledger.station, box)
                self._result.blobs_sent += 1
                self._tell("blobs", self._result.blobs_sent, 0)
            blobs.offered(welcome.generation, offered)

    def _give_back(self, welcome: Welcome) -> None:
        """After the centre was restored: its own facts that only stations still have."""
        if welcome.generation == 1:
            return
        held = self._central.tally(self._ledger.city).chains
        for chain in self._chains():
            at = held.get((chain.station, chain.epoch), Position())
            if chain.station == centre_of(self._ledger.city):
                self._give_back_chain(chain, at.next_seq)

    def _give_back_chain(self, chain: log.Chain, next_seq: int) -> None:
        while next_seq < chain.next_seq and not self._stop():
            with self._ledger.store.reading() as conn:
                lost = log.after(conn, chain.station, chain.epoch, next_seq - 1, PUSH_BATCH)
            self._result.given_back += self._central.give_back(self._ledger.station, lost)
            next_seq += len(lost)

    def _push(self, welcome: Welcome) -> None:
        lives = [chain for chain in self._chains() if chain.station == self._ledger.station]
        own = [chain for chain in lives if not self._parted(chain, welcome)]
        total = sum(max(0, chain.next_seq - _at(welcome, chain.epoch).next_seq) for chain in own)
        for chain in own:
            if chain.epoch >= max(welcome.epoch, self._ledger.epoch):
                self._show_last(chain, _at(welcome, chain.epoch))
            self._acknowledge(chain, _at(welcome, chain.epoch))
            self._push_chain(chain.epoch, _at(welcome, chain.epoch), total)

    def _acknowledge(self, chain: log.Chain, at: Position) -> None:
        """What came back from the centre waits for nothing, though no push of this ledger was ever answered for it."""
        if marks.sent_to(self._ledger, chain.epoch) < at.next_seq <= chain.next_seq:
            marks.sent(self._ledger, chain.epoch, at.next_seq)

    def _parted(self, chain: log.Chain, welcome: Welcome) -> bool:
        """Whether the centre holds other facts of a life that is over. People have looked at that: sending ours again
        would freeze the station for ever, so they stay here and are said."""
        at = _at(welcome, chain.epoch)
        if chain.epoch >= max(welcome.epoch, self._ledger.epoch):
            return False
        if at.next_seq > chain.next_seq:
            with self._ledger.store.reading() as conn:
                parted = (chain.station, chain.epoch) in log.set_aside_chains(conn)
            parted = parted or chain.epoch in marks.parted(self._ledger)
        else:
            last = self._ledger.own_after(at.next_seq - 2, epoch=chain.epoch, limit=1) if at.next_seq > 1 else []
            parted = bool(last) and last[0].hash.hex() != at.head
        marks.keep_parted(self._ledger, chain.epoch, parted)
        if parted:
            kept = chain.next_seq - marks.sent_to(self._ledger, chain.epoch)
            self._result.alarms.append(PARTED.format(epoch=chain.epoch, count=kept))
        return parted

    def _show_last(self, chain: log.Chain, at: Position) -> None:
        """Where both sides should hold the same last fact and may not, send ours: a clone is found out at its first
        fact, before it has one more than the original."""
        common = min(chain.next_seq, at.next_seq) - 1
        last = self._ledger.own_after(common - 1, epoch=chain.epoch, limit=1) if common > 0 else []
        if last and (chain.next_seq < at.next_seq or last[0].hash.hex() != at.head):
            self._result.repeated += self._central.push(self._ledger.station, last).repeated

    def _push_chain(self, epoch: int, at: Position, total: int) -> None:
        for ack in self._central.push_all(self._ledger.station, self._batches(epoch, at.next_seq)):
            marks.sent(self._ledger, epoch, ack.position.next_seq)
            self._result.pushed += ack.accepted
            self._result.repeated += ack.repeated
            self._tell("push", self._result.pushed + self._result.repeated, total)

    def _batches(self, epoch: int, next_seq: int) -> Iterator[list[RawFact]]:
        """Own facts from that number on. The next batch is read while the one before is on its way, so no answer is
        waited for: one that the centre has already is repeated, which is harmless."""
        while not self._stop():
            batch = self._ledger.own_after(next_seq - 1, epoch=epoch, limit=PUSH_BATCH)
            if not batch:
                return
            yield batch
            next_seq = batch[-1].id.seq + 1

    # --- down -------------------------------------------------------------------------------------------------------

    def _behind(self, welcome: Welcome) -> bool:
        """The centre knows more of this station than it does itself: this ledger is an older backup."""
        own = {c.epoch: c.next_seq for c in self._chains() if c.station == self._ledger.station}
        parted = marks.parted(self._ledger)
        return any(at.next_seq > own.get(epoch, 1) for epoch, at in welcome.epochs.items() if epoch not in parted)

    def _no_news(self, welcome: Welcome, attended: bool) -> bool:
        """Whether there was nothing to send and is nothing to read; the sums are compared all the same."""
        result = self._result
        if result.pushed or result.repeated or result.given_back or result.cancelled or attended:
            return False
        with self._ledger.store.moment():
            cursor = marks.cursor(self._ledger)
            if (cursor.generation, cursor.number) != (welcome.generation, welcome.number) or self._behind(welcome):
                return False
        tally = self._central.tally(self._ledger.city)
        if (tally.generation, tally.number) != (cursor.generation, cursor.number):
            return False
        self._compare(tally)
        return True

    def _pull_until_level(self, *, behind: bool) -> None:
        """Own facts are skipped, except when this ledger is an older backup: what it lost lies after its cursor."""
        for _ in range(ROUNDS):
            self._pull(skip=None if behind else self._ledger.station)
            if self._result.cancelled:
                return
            if self._sums is None:
                tally, cursor = self._central.tally(self._ledger.city), marks.cursor(self._ledger)
                if (tally.generation, tally.number) == (cursor.generation, cursor.number):
                    self._sums = tally
            if self._sums is not None:
                self._compare(self._sums)
                return

    def _pull(self, *, skip: str | None) -> None:
        total, more, cursor = 0, True, marks.cursor(self._ledger)
        with pages_of(self._central, self._ledger.city, PULL_BATCH, skip) as pages:
            while more and not self._stop():
                page = pages.after(cursor)
                self._result.restarted = self._result.restarted or page.restarted
                total = max(total, page.total)
                self._take(page, cursor, partial(pages.ask, page.cursor) if page.more else None)
                more, cursor, self._sums = page.more, page.cursor, page.tally
                self._tell("pull", total - (page.total - len(page.facts)), total)

    def _take(self, page: Page, cursor: Cursor, meanwhile: Callable[[], None] | None) -> None:
        """One page, which was asked for at that cursor."""
        self._fetch_keys([raw.key for raw in page.facts if raw.key is not None], page.cursor.generation)
        if not page.facts and page.cursor == cursor:
            return
        taken = self._ledger.take(page.facts, mark=marks.of_cursor(page.cursor), meanwhile=meanwhile)
        self._result.pulled += len(taken.facts)
        self._result.recovered += taken.recovered
        if taken.alarm:
            self._result.alarms.append(taken.alarm)
        mine = [fork.epoch for fork in taken.forks if fork.station == self._ledger.station]
        if mine and max(mine) >= self._ledger.epoch:
            self._ledger.freeze(taken.alarm)

    def _fetch_keys(self, key_ids: Sequence[str], generation: int) -> None:
        """Keys before the facts sealed under them, so that each subject is folded once."""
        if not key_ids:
            return
        store, privacy = self._ledger.store, self._ledger.privacy
        with store.reading() as conn:
            wanted = privacy.unknown(conn, key_ids)
        if not wanted:
            return
        keys = self._central.get_keys(self._ledger.city, wanted)
        with store.writing() as conn:
            touched = privacy.take(conn, keys)
            privacy.offered(conn, generation, [key.id for key in keys])
            self._ledger.refold(sorted(touched))
        self._result.keys_taken += len(keys)

    def _compare(self, tally: Tally) -> None:
        """Count and head of every chain, on both sides, at one level."""
        with self._ledger.store.moment():
            ours = {(c.station, c.epoch): Position(c.next_seq, c.head) for c in self._chains()}
            parted = marks.parted(self._ledger)
        theirs = dict(tally.chains)
        different = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
        self._result.tally_equal = not different
        said = {(self._ledger.station, epoch) for epoch in parted}
        different = [key for key in different if key not in said]
        for station, epoch in different[:5]:
            if station == self._ledger.station and _ahead(ours.get((station, epoch)), theirs.get((station, epoch))):
                continue  # appended here while this exchange ran: still to be sent, which `waiting` says
            mine, other = ours.get((station, epoch), Position()), theirs.get((station, epoch), Position())
            self._result.alarms.append(_difference(f"站点 {station} 第 {epoch} 期", mine, other, tally.generation))

    # --- the end ----------------------------------------------------------------------------------------------------

    def _finish(self) -> Exchanged:
        result = self._result
        with self._ledger.store.moment():
            result.waiting, frozen = marks.outbox(self._ledger).count, self._ledger.frozen
            news = result.tally_equal and marks.level_due(self._ledger, result.as_of_ms, STILL_MS)
        if frozen and frozen not in result.alarms:
            result.alarms.append(frozen)
        if news:
            marks.level(self._ledger, result.as_of_ms)
        return result

    def _stop(self) -> bool:
        self._result.cancelled = self._result.cancelled or self._cancelled()
        return self._result.cancelled

    def _chains(self) -> list[log.Chain]:
        with self._ledger.store.reading() as conn:
            return log.all_chains(conn)


def _at(welcome: Welcome, epoch: int) -> Position:
    return welcome.epochs.get(epoch, Position())


def _ahead(ours: Position | None, theirs: Position | None) -> bool:
    return (ours or Position()).next_seq > (theirs or Position()).next_seq


def _difference(chain: str, mine: Position, other: Position, generation: int) -> str:
    """What two different sums mean: a centre that came from a backup lacks what others have not sent again yet."""
    if generation > 1 and mine.next_seq > other.next_seq:
        lacking = mine.next_seq - other.next_seq
        return (
            f"省级平台从备份恢复后，还缺{chain} {lacking} 条，正等各站补送。"
            "一天后仍缺，请报告省级平台；不要删除台账。"
        )
    return (
        f"核对总数不一致：{chain}，本站有 {mine.next_seq - 1} 条，省级平台有 {other.next_seq - 1} 条。"
        "请报告省级平台，不要删除台账。"
    )


def _same_language(welcome: Welcome) -> None:
    if welcome.oldest_protocol > PROTOCOL:
        raise Fault("省级平台已升级，本程序版本过旧，暂不能同步。", "请升级本程序；记录不会丢失。", code="too_old")
    if welcome.protocol < OLDEST_PROTOCOL:
        raise Fault("省级平台的版本过旧，暂不能同步。", "请联系省级平台管理员；记录不会丢失。", code="too_new")
