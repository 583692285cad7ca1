"""Which station a command works on: --home, ANXIN_HOME, the station a picture lies in, or the last rehearsal."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from station.bootstrap import last_home, open_desk
from station.domain.errors import Fault, Refused
from station.services.desk import Desk

STATION_FILE = "station.toml"


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option every command takes."""
    return click.option(
        "--home", type=click.Path(path_type=Path), default=None, help="站点文件夹（默认：ANXIN_HOME 或最近的演练）"
    )(command)


def find_home(home: Path | None, near: Path | None = None) -> Path:
    """The folder of the station to use. Raises Fault when there is none yet."""
    if home is not None:
        return home
    named = os.environ.get("ANXIN_HOME")
    if named:
        return Path(named)
    if near is not None:
        for folder in list(near.resolve().parents)[:4]:
            if (folder / "station" / STATION_FILE).is_file():
                return folder / "station"
    last = last_home()
    if last is None or not (last / STATION_FILE).is_file():
        raise Fault("这台机器上还没有站点。", "请先运行 main.py demo，或用 --home 指定站点文件夹。", "no_station")
    return last


@functools.cache
def _desk(home: Path) -> Desk:
    return open_desk(home)


def open_desk_for(near: Path | None, home: Path | None) -> Desk:
    """The desk of that station; opened once per process."""
    return _desk(find_home(home, near))


def parse_day(text: str) -> date:
    """A civil day. Raises Refused with an example."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text}”不是有效日期，请写成 2026-11-23。", "bad_date") from None
