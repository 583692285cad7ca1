"""Which facts of a station the centre takes: its own city, its own chain, no gap, no fork, no stamp from the future.

One push is one transaction; the station's row is locked first, so pushes of one station come one after the other,
then the city's counter, so numbers are given in the order they become visible (trust.md §6.5 rules 1 and 2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select, update

from station.domain.errors import Bug, Fault, Refused
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.ledger.schema import insert_new
from station.sync import centre_log
from station.sync.central import AHEAD_MS, PUSH_LIMIT, Ack, Position, StationState, centre_of
from station.sync.central_schema import forks, stations
from station.sync.refusals import refusal_of

_S = stations.c
STATES = select(_S.station, _S.city, _S.epoch, _S.state, _S.why, _S.public_key)
"""What a `StationState` is made of."""


class NoKeys:
    """Opens nothing: the form of a fact is checked, what it says of a person is not the centre's to read."""

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        raise Bug("the centre seals nothing")

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        return None


_NO_KEYS = NoKeys()


def checked(station: str, batch: Sequence[RawFact]) -> list[RawFact]:
    """The batch read again from its bytes: nothing a station says about its own facts is believed.

    Raises Fault for anything malformed and Refused for facts of another station, of two lives, or too many at once.
    """
    if len(batch) > PUSH_LIMIT:
        raise refusal_of("too_many", "")
    raws = [encoding.read(raw.body, raw.signature) for raw in batch]
    for raw in raws:
        encoding.check(raw, _NO_KEYS)
    if any(raw.id.station != station for raw in raws):
        raise refusal_of("other_station", "")
    if len({raw.id.epoch for raw in raws}) > 1:
        raise refusal_of("two_epochs", "")
    return raws


def fitting(station: str, batch: Sequence[RawFact]) -> None:
    """What a station looks at in its own batch before it sends it: whether each fact says something lawful.

    Form, header, hash and chain are the server's to judge; the bytes were written by `encoding.write` of this ledger.
    The hash, made of the very bytes the header was read from, says that they need not be read a second time.
    """
    if len(batch) > PUSH_LIMIT:
        raise refusal_of("too_many", "")
    for raw in batch:
        read = hashlib.sha256(raw.body.encode("utf-8", "surrogatepass")).digest() == raw.hash
        encoding.check(raw if read else encoding.trusted(raw.body), _NO_KEYS)


def lock_station(conn: Connection, station: str) -> StationState:
    """The station, nobody else's until the transaction ends. Raises Refused when it is not enrolled."""
    row = conn.execute(STATES.where(_S.station == station).with_for_update()).one_or_none()
    if row is None:
        raise unknown_station(station)
    return StationState(*row)


def state_of(conn: Connection, station: str) -> str:
    """active, frozen, revoked, or nothing for a station that is not known."""
    return conn.execute(select(_S.state).where(_S.station == station)).scalar() or ""


def take(conn: Connection, who: StationState, raws: Sequence[RawFact], now_ms: int) -> Ack | RawFact:
    """Keep what is new. A fact that contradicts one the centre holds is the answer itself: the caller freezes.

    Raises Refused for everything else that does not fit; the caller's transaction then ends without a trace.
    """
    _may_push(who, raws)
    chain = centre_log.known(conn, who.city, who.station, raws[0].id.epoch)
    held = centre_log.hashes(conn, chain, raws[0].id.seq, raws[-1].id.seq)
    fresh: list[RawFact] = []
    position, newest = Position(chain.next_seq, chain.head), chain.newest
    for raw in raws:
        if raw.id.seq in held:
            if held[raw.id.seq] != raw.hash:
                return raw
            continue
        if raw.id.seq != position.next_seq:
            raise _gap(raw, position)
        if raw.prev != position.head:
            return raw
        _timely(raw, newest, now_ms)
        position, newest = Position(raw.id.seq + 1, raw.hash.hex()), raw.recorded_at
        fresh.append(raw)
    centre_log.add(conn, chain, centre_log.lock_counter(conn, who.city), fresh)
    return Ack(len(fresh), len(raws) - len(fresh), position)


def take_back(
    conn: Connection,
    city: str,
    raws: Sequence[RawFact],
    generation: int,
    own_signature: Callable[[RawFact], bool] | None,
) -> int:
    """The centre's own facts of earlier generations that a restore lost and a station still holds; how many were new.

    Raises Refused for anything that is not the centre's, is of this generation, or does not follow from its chain.
    """
    counter, fresh = centre_log.lock_counter(conn, city), 0
    for raw in raws:
        if (raw.id.station, raw.city) != (centre_of(city), city) or raw.id.epoch >= generation:
            raise Refused(f"记录 {raw.id} 不是省级平台遗失的记录，未接收。", code="not_lost")
        if own_signature is not None and not own_signature(raw):
            raise Refused(f"记录 {raw.id} 没有省级平台的有效签名，未接收。", code="not_signed")
        chain = centre_log.known(conn, city, raw.id.station, raw.id.epoch)
        held = centre_log.hashes(conn, chain, raw.id.seq, raw.id.seq).get(raw.id.seq)
        if held == raw.hash:
            continue
        if (raw.id.seq, raw.prev) != (chain.next_seq, chain.head):
            raise _gap(raw, Position(chain.next_seq, chain.head))
        centre_log.add(conn, chain, counter, [raw])
        fresh += 1
    return fresh


def freeze(conn: Connection, who: StationState, fork: RawFact, now_ms: int) -> Refused | Fault:
    """Keep the contradicting fact as evidence and let the station write no more until it has a new life."""
    row = {
        "city": who.city,
        "hash": fork.hash,
        "station": fork.id.station,
        "epoch": fork.id.epoch,
        "seq": fork.id.seq,
        "body": fork.body,
        "signature": fork.signature,
        "seen_ms": now_ms,
    }
    conn.execute(insert_new(conn, forks), row)
    why = f"记录 {fork.id} 与省级平台已有的同号记录内容不同"
    conn.execute(update(stations).where(stations.c.station == who.station).values(state="frozen", why=why))
    return refusal_of("forked", str(fork.id))


def unknown_station(station: str) -> Refused | Fault:
    return refusal_of("unknown_station", station)


def _may_push(who: StationState, raws: Sequence[RawFact]) -> None:
    if who.state == "revoked":
        raise refusal_of("revoked", "")
    if who.state == "frozen":
        raise refusal_of("frozen", who.why)
    if any(raw.city != who.city for raw in raws):
        raise refusal_of("other_city", "")
    if raws[0].id.epoch > who.epoch:
        raise refusal_of("epoch", str(raws[0].id.epoch))


def _gap(raw: RawFact, position: Position) -> Refused | Fault:
    return refusal_of("gap", f"{raw.id} {position.next_seq}")


def _timely(raw: RawFact, newest: int, now_ms: int) -> None:
    if raw.recorded_at >> 16 > now_ms + AHEAD_MS:
        raise refusal_of("stamp_ahead", "")
    if raw.recorded_at <= newest:
        raise refusal_of("stamp_back", str(raw.id))
