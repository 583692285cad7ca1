"""What is checked before a ledger is used: its key, whose it is, and whether its projections are of this program."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from station.domain.errors import Fault
from station.domain.facts import KINDS
from station.ledger import log
from station.ledger.encoding import VERSIONS
from station.ledger.rows import VERSION
from station.ledger.store import Store
from station.ledger.vault import Vault

Progress = Callable[[int, int], None]
"""Called with (done, total) during long work."""


def open_store(path: Path, vault: Vault, encrypted: bool, keep_free: int) -> Store:
    """The file, with its key from the vault. A ledger whose key is gone is a Fault, never a new key; one that was here

    and is gone or empty is a Fault as well, never a new ledger: that would count from 1 again.
    """
    if not path.parent.is_dir():
        raise Fault("台账所在的文件夹不存在。", "请检查磁盘是否已接好，或在设置中改正位置。", code="ledger_not_opened")
    fresh = not path.exists() or path.stat().st_size == 0
    if fresh and _sign_of(path).exists():
        raise Fault(
            "台账文件不见了或是空的，而这里原来有台账。",
            f"请停止使用，从最近的备份恢复 {path.name}；没有备份时请联系省级平台重新登记本站。",
            code="ledger_gone",
        )
    if not encrypted:
        return Store(path, keep_free=keep_free)
    if not fresh and not vault.has("ledger"):
        raise Fault(
            "找不到这个台账的密钥。", "请用原来的系统用户登录，或由管理员恢复密钥后再打开。", code="ledger_key_absent"
        )
    return Store(path, vault.key("ledger"), keep_free=keep_free)


def begun(path: Path, station: str) -> None:
    """Leave a sign beside the ledger that there is one; the first time, once its first transaction is on the disk."""
    sign = _sign_of(path)
    try:
        if not sign.exists():
            sign.write_text(f"{station}\n", encoding="utf-8")
    except OSError:
        raise Fault("台账所在的文件夹无法写入。", "请检查磁盘空间和文件夹权限。", code="ledger_not_opened") from None


def _sign_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.begun")


def introduce(conn: Connection, station: str, city: str) -> None:
    """Write down whose ledger this is the first time; afterwards it must be the same station and city."""
    held = log.setting(conn, "station")
    if held is None:
        for name, value in (("station", station), ("city", city), ("epoch", "1")):
            log.keep_setting(conn, name, value)
        return
    if (held, log.setting(conn, "city")) != (station, city):
        raise Fault(
            f"这个台账属于站点 {held}（{log.setting(conn, 'city')}），不是本站。",
            "请检查设置中的站点编号、城市和台账位置。",
            code="ledger_of_another",
        )


def fingerprint() -> str:
    """Changes when the same facts may give other rows: a new kind is understood, or rows or spellings changed."""
    from importlib.metadata import version

    parts = [str(VERSION), version("pypinyin"), *(f"{kind}={VERSIONS.get(kind, 1)}" for kind in sorted(KINDS))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
