"""What a station sends in an exchange: its keys, its pictures, what the centre lost, its own facts.

Where to go on is asked of the centre, so it may be stopped, killed or repeated at any point.
"""

from __future__ import annotations

from collections.abc import Iterator

from station.domain.errors import Refused
from station.ledger import log
from station.ledger.encoding import RawFact
from station.sync import marks
from station.sync.central import PUSH_LIMIT, Position, Welcome, centre_of
from station.sync.half import Half, position_in

PUSH_BATCH = PUSH_LIMIT
BOX_BATCH = 100
OTHER_LIFE = "本站已在另一台设备上重新登记，或省级平台已给本站新的启用期，本机不能再写入。"
PARTED = (
    "本站第 {epoch} 启用期有 {count} 条记录与省级平台的不同，不再上传，仍保存在本机，“同步与待上传”逐条列出。"
    "请主管逐条核对补办，再请省级平台用 add-station --new-computer 登记，加入新的空文件夹。"
)
STOPPED = frozenset({"forked", "frozen", "revoked", "epoch", "other_key"})
"""Refusals after which this station must not write on."""


class Sending(Half):
    """The way up."""

    def nothing(self, welcome: Welcome) -> bool:
        """Whether every step of `everything` would find nothing to do: seen in one moment, as most exchanges find it.

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

    def everything(self, welcome: Welcome) -> bool:
        """Every step; whether this station may still read. What is refused is told, and the rest still goes:
        no key or picture keeps a fact from travelling."""
        for step in (self._keys, self._blobs, self._give_back, self._push):
            if self.stopped():
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

    def _keys(self, welcome: Welcome) -> None:
        """Person keys first: a fact is of little use where its key is not."""
        store, privacy = self._ledger.store, self._ledger.privacy
        while not self.stopped():
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
        while not self.stopped():
            offered = blobs.unoffered(welcome.generation, BOX_BATCH)
            if not offered:
                return
            for box in blobs.boxes(self._central.lacking_blobs(self._ledger.city, offered)):
                if self.stopped():
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
        while next_seq < chain.next_seq and not self.stopped():
            with self._ledger.store.reading() as conn:
                lost = log.after(conn, chain.station, chain.epoch, next_seq - 1, PUSH_BATCH)
            self._result.given_back += self._central.give_back(self._ledger.station, lost)
            next_seq += len(lost)

    def _push(self, welcome: Welcome) -> None:
        lives = [chain for chain in self._chains() if chain.station == self._ledger.station]
        own = [chain for chain in lives if not self._parted(chain, welcome)]
        total = sum(max(0, chain.next_seq - position_in(welcome, chain.epoch).next_seq) for chain in own)
        for chain in own:
            if chain.epoch >= max(welcome.epoch, self._ledger.epoch):
                self._show_last(chain, position_in(welcome, chain.epoch))
            self._acknowledge(chain, position_in(welcome, chain.epoch))
            self._push_chain(chain.epoch, position_in(welcome, chain.epoch), total)

    def _acknowledge(self, chain: log.Chain, at: Position) -> None:
        """What came back from the centre waits for nothing, though no push of this ledger was ever answered for it."""
        if marks.sent_to(self._ledger, chain.epoch) < at.next_seq <= chain.next_seq:
            marks.sent(self._ledger, chain.epoch, at.next_seq)

    def _parted(self, chain: log.Chain, welcome: Welcome) -> bool:
        """Whether the centre holds other facts of a life that is over. People have looked at that: sending ours again
        would freeze the station for ever, so they stay here and are said."""
        at = position_in(welcome, chain.epoch)
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
        while not self.stopped():
            batch = self._ledger.own_after(next_seq - 1, epoch=epoch, limit=PUSH_BATCH)
            if not batch:
                return
            yield batch
            next_seq = batch[-1].id.seq + 1
