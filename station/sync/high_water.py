"""How far the centre had come, kept beside its keys and not in its database.

A database that comes back from a backup does not know that it does: what it forgot – leased numbers, generations –
would be given out a second time.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from station.domain.errors import Fault


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A generation of the centre and how many facts all its cities had in it."""

    generation: int = 0
    facts: int = 0


class HighWater:
    """The highest mark that was ever seen, in one small file. Raises Fault when that file cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def mark(self) -> Mark:
        """The lowest mark where none was ever set."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return Mark(int(told["generation"]), int(told["facts"]))
        except FileNotFoundError:
            return Mark()
        except (OSError, ValueError, KeyError, TypeError):
            raise Fault(
                f"省级平台的进度文件 {self._path.name} 读不出来。",
                "请从平台文件夹的备份取回；没有备份就删除它，再运行一次 main.py central restored。",
                code="high_water",
            ) from None

    def rise(self, mark: Mark) -> None:
        """Durable on return; a lower mark changes nothing."""
        if mark <= self.mark():
            return
        fresh = self._path.with_suffix(f".{os.getpid()}.new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(mark), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def check(self, mark: Mark) -> None:
        """Raises Fault where the database is behind: whoever leases and signs now gives out a second time."""
        if mark < self.mark():
            raise Fault(
                "省级平台的数据库比上次运行时旧，像是从备份恢复的，暂不签发。",
                "请先断开各站点，运行一次 main.py central restored，再运行签发程序。",
                code="centre_is_older",
            )
