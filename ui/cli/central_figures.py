"""central figures: what the province is told of a period, city by city and together; no names."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

import ui.cli.central_run  # noqa: F401 – its commands belong to the same group
from ui.cli import answer
from ui.cli.central import _open, command, home_option, json_option
from ui.cli.figures import A_DAY, show_cities
from ui.cli.progress import telling


@command.command("figures", help="统计：各市与全省，由省级平台的记录直接计数，不含个人信息。")
@click.option("--from", "first", type=A_DAY, help="起（含），默认本年 1 月 1 日")
@click.option("--to", "last", type=A_DAY, help="止（含），默认今天")
@click.option("--city", default="", help="只看一个城市，例如 330100")
@json_option
@home_option
def figures(first: datetime | None, last: datetime | None, city: str, as_json: bool, home: Path) -> int:
    """Exit 0 with the figures; a city without a single record has none."""

    def run() -> int:
        from station.clock import SystemClock
        from station.reference import load_calendar
        from station.services.figures_of_province import figures_of_cities

        until = last.date() if last else SystemClock().today()
        since = first.date() if first else date(until.year, 1, 1)
        province = _open(home).province()
        with telling("统计", quiet=as_json) as tell:
            found = figures_of_cities(province, since, until, load_calendar(), tell)
        province.close()
        return show_cities(found, city, as_json, {})

    return answer.run(run, as_json=as_json)
