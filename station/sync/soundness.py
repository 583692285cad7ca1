"""Is the centre's database fit for stations: version, durability, clock, backlog, backup, row security. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from station.clock import Clock
from station.ledger.format import known_versions, version_of
from station.sync import returned, undecided
from station.sync.administration import OLDEST_SERVER
from station.sync.sql import CENTRE_STEPS

CLOCK_MS = 60_000
BACKLOG = 10_000
SHOWN = 20
VERDICTS = {"waiting": "等待前一条", "not_signed": "签名不符", "not_lost": "不是遗失的记录", "malformed": "格式不符",
            "forked": "与已有记录不同"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. What is not ok but optional is advice."""

    ok: bool
    sentence: str
    remedy: str = ""
    optional: bool = False


def sound(found: list[Found]) -> bool:
    """Whether stations can work with this centre."""
    return all(one.ok or one.optional for one in found)


def findings(conn: Connection, clock: Clock) -> list[Found]:
    """Everything that is looked at, in one order."""
    return [_version(conn), _format(conn), _durable(conn), _clock(conn, clock), _rights(conn), _backlog(conn),
            *_undecided(conn), _given_back(conn), _archive(conn), _standby(conn), _encrypted(conn)]  # fmt: skip


def _setting(conn: Connection, name: str) -> str:
    return str(conn.execute(text("SELECT current_setting(:name, true)"), {"name": name}).scalar())


def _version(conn: Connection) -> Found:
    number = int(_setting(conn, "server_version_num"))
    new = number >= OLDEST_SERVER
    return Found(new, f"数据库版本 {_setting(conn, 'server_version')}。", "" if new else "需要 15 或更新的版本。")


def _format(conn: Connection) -> Found:
    held, newest = version_of(conn), known_versions(CENTRE_STEPS)[-1]
    same = held == newest
    remedy = "" if same else f"本程序为第 {newest} 版：请运行 main.py central init。"
    return Found(same, f"表结构第 {held} 版。", remedy)


def _durable(conn: Connection) -> Found:
    on = _setting(conn, "fsync") == "on" and _setting(conn, "synchronous_commit") not in ("off", "local")
    on = on and _setting(conn, "full_page_writes") == "on"
    remedy = "" if on else "请打开 fsync、full_page_writes 和 synchronous_commit，否则断电会丢记录。"
    return Found(on, "提交即落盘。" if on else "提交不保证落盘。", remedy)


def _clock(conn: Connection, clock: Clock) -> Found:
    server = int(conn.execute(text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")).scalar_one())
    near = abs(server - clock.now_ms()) < CLOCK_MS
    return Found(near, "数据库与本机时钟一致。" if near else "数据库与本机时钟相差超过一分钟。",
                 "" if near else "请在两台机器上打开网络校时。")  # fmt: skip


def _rights(conn: Connection) -> Found:
    open_ = conn.execute(text("""
        SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)""")).scalar_one()  # fmt: skip
    return Found(open_ == 0, "各表的行级权限已强制打开。" if open_ == 0 else f"有 {open_} 个表没有强制行级权限。",
                 "" if open_ == 0 else "请运行 main.py central init。")  # fmt: skip


def _backlog(conn: Connection) -> Found:
    waiting = int(conn.execute(text("SELECT coalesce(sum(number - attended), 0) FROM counters")).scalar_one())
    few = waiting < BACKLOG
    return Found(few, f"待签发程序处理 {waiting} 条。", "" if few else "请确认 main.py central run 正在运行。")


def _undecided(conn: Connection) -> list[Found]:
    """Each of the first lines by name: what nobody looks at stays undecided."""
    found = undecided.waiting(conn)
    if not found:
        return [Found(True, "签发程序没有未能判定的记录。")]
    shown = [Found(False, one.sentence, one.remedy) for one in found[:SHOWN]]
    more = undecided.count(conn) - len(shown)
    return [*shown, Found(False, f"另有 {more} 条，见 main.py central status。")] if more else shown


def _given_back(conn: Connection) -> Found:
    """Advice: what was refused stays refused unless its giver gives it again, and what waits needs another giver."""
    found = returned.not_taken(conn)
    said = "，".join(f"{VERDICTS.get(name, name)} {count} 条" for name, count in sorted(found.items()))
    return Found(not found, f"站点补送的省级记录未收回：{said}。" if found else "站点补送的省级记录已全部收回。",
                 "请确认各站都已同步；数日后仍在，请报告技术支持。" if found else "", optional=True)  # fmt: skip


def _archive(conn: Connection) -> Found:
    on = _setting(conn, "archive_mode") in ("on", "always")
    return Found(on, "日志归档已打开。" if on else "日志归档没有打开，只能恢复到最近一次备份。",
                 "" if on else "见部署说明“备份”。", optional=True)  # fmt: skip


def _standby(conn: Connection) -> Found:
    on = bool(_setting(conn, "synchronous_standby_names"))
    return Found(on, "有同步备机。" if on else "没有同步备机，主机损坏时靠各站补送。",
                 "" if on else "见部署说明“高可用”。", optional=True)  # fmt: skip


def _encrypted(conn: Connection) -> Found:
    on = _setting(conn, "ssl") == "on"
    remedy = "" if on else "见部署说明“证书”。"
    return Found(on, "加密连接已打开。" if on else "加密连接没有打开。", remedy, optional=True)
