"""Closing a station, or moving it to another city, with proof that nothing stays behind.

The station names what it holds in one short code; the centre revokes it only where the code is also its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, select

from station.domain.errors import Refused
from station.ledger import log
from station.ledger.ledger import Ledger
from station.sync import marks
from station.sync.central import Position
from station.sync.central_schema import progress

CLOSED = "本站已停办，核对码 {code}。"


def code_of(station: str, chains: Mapping[int, Position]) -> str:
    """The same on both sides exactly when every chain of the station has the same facts; it begins with their count."""
    held = {epoch: at for epoch, at in sorted(chains.items()) if at.next_seq > 1}
    text = "|".join([station, *(f"{epoch}:{at.next_seq}:{at.head}" for epoch, at in held.items())])
    count = sum(at.next_seq - 1 for at in held.values())
    return f"{count}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def station_code(ledger: Ledger) -> str:
    """The code of this station. Raises Refused while anything of it waits to be sent."""
    if ledger.frozen:
        raise Refused(f"本站已被冻结，不能取核对码：{ledger.frozen}", code="frozen")
    if marks.parted(ledger):
        raise Refused("本站有与省级平台不同的记录，不能取核对码。请先逐条核对补办，见 sync --waiting。", code="parted")
    facts, (keys, pictures) = marks.outbox(ledger).count, marks.unoffered(ledger)
    if facts or keys or pictures:
        raise Refused(
            f"还有记录 {facts} 条、密钥 {keys} 把、照片 {pictures} 份没有上传。请先同步，再取核对码。", code="not_level"
        )
    with ledger.store.reading() as conn:
        own = {c.epoch: Position(c.next_seq, c.head) for c in log.all_chains(conn) if c.station == ledger.station}
    return code_of(ledger.station, own)


def close_station(ledger: Ledger) -> str:
    """The code, and from the same moment on nothing more is written here: what the code says stays all there is.

    Raises Refused as `station_code` does; then nothing has changed.
    """
    with ledger.store.writing():
        code = station_code(ledger)
        ledger.freeze(CLOSED.format(code=code))
    return code


def check_code(conn: Connection, station: str, code: str) -> None:
    """In the caller's transaction. Raises Refused unless the centre holds exactly what the code says."""
    c = progress.c
    rows = conn.execute(select(c.epoch, c.next_seq, c.head).where(c.station == station))
    held = code_of(station, {row.epoch: Position(row.next_seq, row.head) for row in rows})
    if held != code.strip().lower():
        raise Refused(
            f"核对码与省级平台的记录不一致（省级平台为 {held}）。站点还有记录没有上传，或取码后又有新的记录："
            "请站点再同步一次，重新取核对码。",
            code="not_level",
        )
