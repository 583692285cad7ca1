"""central figures: what the province is told of a period, city by city and together; no names."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

import ui.cli.central_run  # noqa: F401 – its commands belong to the same group
from ui.cli import answer
from ui.cli.central import _open, command, home_option, json_option
from ui.cli.figures import A_DAY
from ui.cli.progress import telling
from ui.figures import lines

PROVINCE = "全省"


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
        from station.domain.errors import Refused
        from station.reference import load_calendar
        from station.services.figures import plain
        from station.services.figures_of_province import figures_of_cities

        until = last.date() if last else SystemClock().today()
        since = first.date() if first else date(until.year, 1, 1)
        province = _open(home).province()
        with telling("统计", quiet=as_json) as tell:
            found = figures_of_cities(province, since, until, load_calendar(), tell)
        province.close()
        if city and city not in found:
            raise Refused(f"省级平台没有城市 {city} 的记录。", "no_city")
        shown = {name: plain(one) for name, one in found.items() if not city or name == city}
        if as_json:
            answer.print_json({"cities": {name: one for name, one in shown.items() if name}, "province": shown.get("")})
            return answer.OK
        Console().print(_table(shown))
        return answer.OK

    return answer.run(run, as_json=as_json)


def _table(shown: dict[str, dict[str, object]]) -> Table:
    """One column a city; a kind of figure that only some cities have is empty in the others."""
    table = Table("项目", *(name or PROVINCE for name in shown))
    columns = [{key: (what, many) for key, what, many in lines(one)} for one in shown.values()]
    order = {key: column[key][0] for column in reversed(columns) for key in column}
    for key, what in order.items():
        table.add_row(what, *(column.get(key, ("", ""))[1] for column in columns))
    return table
