"""What a station reads in an exchange: the city's facts with the keys they need, until both sides are level.

How far was read is kept in the same transaction as the facts. A difference of the sums at the end is an alarm with a
sentence, not a silent retry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from station.sync import marks
from station.sync.central import Cursor, Page, Position, Tally, Welcome
from station.sync.half import Half
from station.sync.pages import pages_of

PULL_BATCH = 5_000
ASKED = 500
"""So many keys that were lacking are asked for again in one exchange."""
ROUNDS = 5
"""While other stations push faster than this one reads, the sums are compared in a later exchange."""


class Reading(Half):
    """The way down."""

    _sums: Tally | None = None
    """What the centre held in the moment up to which was read; None while that is not known."""

    def no_news(self, welcome: Welcome, attended: bool) -> bool:
        """Whether there was nothing to send and is nothing to read; the sums are compared all the same."""
        result = self._result
        if result.pushed or result.repeated or result.given_back or result.cancelled or attended:
            return False
        with self._ledger.store.moment():
            cursor = marks.cursor(self._ledger)
            if (cursor.generation, cursor.number) != (welcome.generation, welcome.number) or self._behind(welcome):
                return False
            if marks.wanted(self._ledger):
                return False
        tally = self._central.tally(self._ledger.city)
        if (tally.generation, tally.number) != (cursor.generation, cursor.number):
            return False
        self._compare(tally)
        return True

    def until_level(self, welcome: Welcome) -> None:
        """Own facts are skipped, except when this ledger is an older backup: what it lost lies after its cursor."""
        skip = None if self._behind(welcome) else self._ledger.station
        self._ask_again(welcome.generation)
        for _ in range(ROUNDS):
            self._pull(skip=skip)
            if self._result.cancelled:
                return
            if self._sums is None:
                tally, cursor = self._central.tally(self._ledger.city), marks.cursor(self._ledger)
                if (tally.generation, tally.number) == (cursor.generation, cursor.number):
                    self._sums = tally
            if self._sums is not None:
                self._compare(self._sums)
                return

    def _behind(self, welcome: Welcome) -> bool:
        """The centre knows more of this station than it does itself: this ledger is an older backup."""
        own = {c.epoch: c.next_seq for c in self._chains() if c.station == self._ledger.station}
        parted = marks.parted(self._ledger)
        return any(at.next_seq > own.get(epoch, 1) for epoch, at in welcome.epochs.items() if epoch not in parted)

    def _pull(self, *, skip: str | None) -> None:
        total, more, cursor = 0, True, marks.cursor(self._ledger)
        with pages_of(self._central, self._ledger.city, PULL_BATCH, skip) as pages:
            while more and not self.stopped():
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
        """Keys before the facts sealed under them, so that each subject is folded once. What the centre lacks is
        remembered: a key may come to it after its facts, where it was refused first or arrives late."""
        if not key_ids:
            return
        with self._ledger.store.reading() as conn:
            wanted = self._ledger.privacy.unknown(conn, key_ids)
        if not wanted:
            return
        lacking = self._keys_of_centre(wanted, generation)
        if lacking:
            known = marks.wanted(self._ledger)
            with self._ledger.store.writing() as conn:
                marks.keep_wanted(conn, list(dict.fromkeys([*known, *lacking])))

    def _ask_again(self, generation: int) -> None:
        """For keys the centre lacked; those it still lacks come last the next time."""
        known = marks.wanted(self._ledger)
        if not known or self.stopped():
            return
        kept = [*known[ASKED:], *self._keys_of_centre(known[:ASKED], generation)]
        if kept != known:
            with self._ledger.store.writing() as conn:
                marks.keep_wanted(conn, kept)

    def _keys_of_centre(self, wanted: Sequence[str], generation: int) -> list[str]:
        """Take these keys; the ids of those the centre does not have, not even as a tombstone."""
        privacy = self._ledger.privacy
        keys = self._central.get_keys(self._ledger.city, wanted)
        with self._ledger.store.writing() as conn:
            touched = privacy.take(conn, keys)
            privacy.offered(conn, generation, [key.id for key in keys])
            self._ledger.refold(sorted(touched))
        self._result.keys_taken += len(keys)
        came = {key.id for key in keys}
        return [key for key in wanted if key not in came]

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
