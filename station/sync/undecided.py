"""What the clerk could not decide or did not act on, by fact, until it is decided or people have looked at it.

Decided later: a subject the clerk stumbled over is asked about again every minute, a whole city with every round.
Looked at: a fact that does not read or whose signature does not hold stays in its chain and stops waiting when its
station has a new life or is revoked. Nothing personal stands here, so what happened is a code, never a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, false, func, select, update

from station.domain.facts import FactId
from station.ledger.schema import insert_new
from station.sync.central_schema import stations
from station.sync.central_schema import undecided as table

SUBJECT = "subject"
"""The clerk stumbled over the record of one subject when this fact came, or lacked the key of what the fact says."""
UNREAD = "unread"
"""What the fact says does not read: it has no effect anywhere."""
UNSIGNED = "unsigned"
"""The signature does not hold with the station's key: the centre acts as if the fact were not there."""
CITY = "city"
LIST = "list"
AGAIN_MS = 60_000
SHOWN = 1_000

_WHY = {
    "no_signing_key": "没有可用于该地区和日期的签发密钥",
    "key_changed": "资料密钥无法打开",
    "no_key": "个人密钥还没有送到",
    "box_changed": "加密部分与密钥不符",
    "fact_malformed": "内容不符合格式",
}
_NOTHING = FactId("", 0, 0)
_T, _S = table.c, stations.c
_LOOKED_AT = _T.code.in_((UNREAD, UNSIGNED)) & ((_S.state == "revoked") | (_S.epoch > _T.epoch))
_WAITS = _T.settled_ms.is_(None) & ~func.coalesce(_LOOKED_AT, false())


@dataclass(frozen=True, slots=True)
class Undecided:
    """One line. `waiting` says that somebody or something still has to see to it."""

    city: str
    code: str
    station: str
    epoch: int
    seq: int
    why: str
    seen_ms: int
    waiting: bool

    @property
    def sentence(self) -> str:
        """Where it is and what became of it, for people."""
        why = _WHY.get(self.why, f"原因代码 {self.why}")
        if self.code == CITY:
            return f"城市 {self.city}：签发程序未能处理（{why}），每轮再试。"
        if self.code == LIST:
            return f"城市 {self.city}：停用名单未能更新（{why}），每轮再试。"
        where = f"城市 {self.city} 站点 {self.station} 第 {self.epoch} 期第 {self.seq} 条"
        if self.code == UNSIGNED:
            return f"{where}：签名与该站登记的密钥不符，没有据此办理。请核查该站的登录口令是否被盗用。"
        if self.code == UNREAD:
            return f"{where}：{why}，保留但不起作用。请核查该站的程序版本和登录口令。"
        return f"{where}：签发程序未能判定（{why}），每分钟再试。"


    @property
    def remedy(self) -> str:
        """What to do about it."""
        if self.code in (UNREAD, UNSIGNED):
            return "核查后运行 main.py central renew-station 或 revoke-station，即不再列出。"
        return "原因消除后自动处理；一小时后仍在，请报告技术支持。"


def note(
    conn: Connection, now_ms: int, city: str, code: str, why: str, fact: FactId = _NOTHING, subject: str = ""
) -> None:
    """Write it down; once more, and it waits again."""
    row: dict[str, Any] = {
        "city": city, "code": code, "station": fact.station, "epoch": fact.epoch, "seq": fact.seq, "subject": subject,
        "why": why[:40], "seen_ms": now_ms, "tried_ms": now_ms, "settled_ms": None,
    }  # fmt: skip
    if conn.execute(insert_new(conn, table), row).rowcount == 1:
        return
    same = (_T.city == city, _T.code == code, _T.station == fact.station, _T.epoch == fact.epoch, _T.seq == fact.seq)
    conn.execute(update(table).where(*same).values(why=why[:40], tried_ms=now_ms, settled_ms=None))


def settle(conn: Connection, now_ms: int, city: str, code: str, subject: str = "") -> None:
    """It is decided now."""
    about = (_T.city == city, _T.code == code, _T.subject == subject, _T.settled_ms.is_(None))
    conn.execute(update(table).where(*about).values(settled_ms=now_ms))


def cities_due(conn: Connection, now_ms: int) -> set[str]:
    """Cities with a subject that is to be asked about again."""
    return set(conn.scalars(select(_T.city).distinct().where(*_due(now_ms))))


def due(conn: Connection, city: str, now_ms: int, limit: int) -> dict[str, set[FactId]]:
    """The subjects of a city to be asked about again, with the facts at which the clerk stumbled; longest ago first."""
    query = select(_T.subject, _T.station, _T.epoch, _T.seq).where(_T.city == city, *_due(now_ms))
    found: dict[str, set[FactId]] = {}
    for row in conn.execute(query.order_by(_T.tried_ms, _T.subject).limit(limit)):
        found.setdefault(row.subject, set()).add(FactId(row.station, row.epoch, row.seq))
    return found


def stuck(conn: Connection, city: str) -> set[str]:
    """The subjects of a city the clerk has stumbled over and not decided since."""
    return set(conn.scalars(select(_T.subject).where(_T.city == city, _T.code == SUBJECT, _T.settled_ms.is_(None))))


def unsigned(conn: Connection, city: str) -> set[FactId]:
    """The facts of a city the centre does not act on."""
    query = select(_T.station, _T.epoch, _T.seq).where(_T.city == city, _T.code == UNSIGNED)
    return {FactId(*row) for row in conn.execute(query)}


def to_freeze(conn: Connection) -> dict[str, FactId]:
    """Stations that still write in the life in which somebody wrote in their name without their key."""
    query = select(_T.station, _T.epoch, _T.seq).join(stations, _S.station == _T.station)
    writing = (_T.code == UNSIGNED, _S.state == "active", _S.epoch == _T.epoch)
    found: dict[str, FactId] = {}
    for row in conn.execute(query.where(*writing).order_by(_T.station, _T.seq)):
        found.setdefault(row.station, FactId(*row))
    return found


def freeze(conn: Connection, fact: FactId) -> None:
    """Let that station write no more until it has a new life; its next push is told why, and so is `central status`."""
    why = f"记录 {fact} 的签名与本站登记的密钥不符，登录口令可能被盗用"
    still = (_S.station == fact.station, _S.state == "active", _S.epoch == fact.epoch)
    conn.execute(update(stations).where(*still).values(state="frozen", why=why))


def lines(conn: Connection) -> list[Undecided]:
    """Everything that was ever written down here, what waits first; a thousand lines are enough to look at."""
    query = select(table, _WAITS.label("waiting")).outerjoin(stations, _S.station == _T.station)
    rows = conn.execute(query.order_by(_WAITS.desc(), _T.seen_ms, _T.city, _T.station, _T.seq).limit(SHOWN))
    return [
        Undecided(row.city, row.code, row.station, row.epoch, row.seq, row.why, row.seen_ms, bool(row.waiting))
        for row in rows
    ]


def waiting(conn: Connection) -> list[Undecided]:
    """What somebody still has to see to; as many lines as `lines` gives."""
    return [one for one in lines(conn) if one.waiting]


def count(conn: Connection) -> int:
    """How many wait."""
    query = select(func.count()).select_from(table).outerjoin(stations, _S.station == _T.station)
    return int(conn.execute(query.where(_WAITS)).scalar_one())


def _due(now_ms: int) -> tuple[Any, ...]:
    return _T.code == SUBJECT, _T.settled_ms.is_(None), _T.tried_ms <= now_ms - AGAIN_MS
