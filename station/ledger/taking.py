"""Which facts of other stations may be kept: each chain on from where it is known, nothing ever overwritten.

The same fact again is nothing new. A number that is not the next one is a gap, and the batch is refused. Another
fact under a known identity, or one that does not follow from the chain's head, is a fork: it is set aside as
evidence, and what follows it in the same chain with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from station.clock import HybridClock
from station.domain.errors import Fault
from station.domain.facts import FactId
from station.ledger import log
from station.ledger.encoding import RawFact


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch. `facts` are the new ones; `forks` contradict what we hold and need a person.

    `recovered` counts own facts that came back: this ledger is an older backup of itself.
    """

    facts: tuple[RawFact, ...]
    repeated: int
    forks: tuple[FactId, ...]
    recovered: int

    @property
    def alarm(self) -> str:
        """The sentence for forks; empty when there are none."""
        if not self.forks:
            return ""
        first = self.forks[0]
        return (
            f"发现 {len(self.forks)} 条记录与已有记录编号相同而内容不同（首条 {first}），已隔离，未覆盖。"
            f"站点 {first.station} 的台账可能被复制或改动，请立即停用该站并报告省级平台。"
        )


def check_city(raws: Sequence[RawFact], city: str) -> None:
    """Raises Fault for a fact of another city: what people tell one city is not kept in another."""
    for raw in raws:
        if raw.city != city:
            raise Fault(
                f"省级平台发来了其他城市（{raw.city[:6]}）的记录，未接收。",
                "请报告省级平台；本站的记录不受影响。",
                code="other_city_sent",
            )


def take(conn: Connection, raws: Sequence[RawFact], own: str, hybrid: HybridClock) -> Taken:
    """Keep what fits. Raises Fault on a gap or on a stamp from the future, and the caller's transaction ends."""
    spans = log.spans(raws)
    known = {key: log.chain(conn, *key) for key in spans}
    held = {key: log.hashes(conn, *key, *span) for key, span in spans.items()}
    aside = log.set_aside_chains(conn)
    fresh: list[RawFact] = []
    forks: list[FactId] = []
    repeated = learned = 0
    for raw in raws:
        station, epoch, seq = raw.id
        key = (station, epoch)
        chain, here = known[key], held[key]
        if seq in here:
            if here[seq] == raw.hash:
                repeated += 1
                continue
            why = "same identity, other bytes"
        elif seq == chain.next_seq and raw.prev == chain.head:
            chain.add(raw)
            here[seq] = raw.hash
            fresh.append(raw)
            continue
        elif seq > chain.next_seq and key not in aside:
            raise gap(raw.id, chain.next_seq)
        else:
            why = "does not follow from the chain"
        hybrid.observe(*[one.recorded_at for one in fresh[learned:]])
        learned = len(fresh)
        log.set_aside(conn, raw, why, hybrid.last)
        aside.add(key)
        forks.append(raw.id)
    hybrid.observe(*[raw.recorded_at for raw in fresh[learned:]])
    log.store(conn, fresh)
    for chain in known.values():
        if chain.next_seq > 1:
            log.keep_chain(conn, chain)
    recovered = sum(raw.id.station == own for raw in fresh)
    return Taken(tuple(fresh), repeated, tuple(forks), recovered)


def gap(found: FactId, expected: int) -> Fault:
    """Facts are missing in between; taking the later one would hide that for ever."""
    return Fault(
        f"收到记录 {found}，但该站点应从第 {expected} 条接续，中间有缺失，未接收。",
        "请重新同步；若仍出现，请报告省级平台。",
        code="gap",
    )
