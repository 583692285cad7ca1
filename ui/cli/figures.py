"""figures: what the bureau and the province are told of a period, counted from the facts; no names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from station.domain.figures import Figures
from station.services.desk import Desk
from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.progress import telling
from ui.figures import NOTHING, lines
from ui.words import moment

PROVINCE = "全省"
A_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("figures", help="统计：受理、办结用时、不予发放原因、码证与颜色、制卡、入户、投诉、覆盖率。")
@click.option("--from", "first", type=A_DAY, help="起（含），默认本年 1 月 1 日")
@click.option("--to", "last", type=A_DAY, help="止（含），默认今天")
@click.option("--cities", is_flag=True, help="各市与全省（省级站点，按最近一次同步）")
@click.option("--city", default="", help="只看一个城市，例如 330100（省级站点）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(
    first: datetime | None, last: datetime | None, cities: bool, city: str, as_json: bool, home: Path | None
) -> int:
    """Exit 0 with the figures of the station's ledger, or of every city at one of the province's own stations."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services.figures import document as figures_of

        desk = open_desk(find_home(home))
        until = last.date() if last else desk.today()
        since = first.date() if first else date(until.year, 1, 1)
        if cities or city:
            return _of_cities(desk, since, until, city, as_json)
        with telling("统计", quiet=as_json) as tell:
            document = figures_of(desk, since, until, tell)
        if as_json:
            answer.print_json({"ok": True, **document})
            return answer.OK
        table = Table("项目", "明细")
        for _, what, many in lines(document):
            table.add_row(what, many)
        Console().print(table)
        return answer.OK

    return answer.run(run, as_json=as_json)


def _of_cities(desk: Desk, since: date, until: date, city: str, as_json: bool) -> int:
    from station.services.figures_of_copies import copies_of, figures_of_copies

    with telling("统计", quiet=as_json) as tell:
        found = figures_of_copies(desk, since, until, tell, only=city)
    level = {one: copies_of(desk).as_of_ms(one) for one in found if one}
    as_of = {one: moment(ms) if ms else NOTHING for one, ms in level.items()}
    return show_cities(found, city, as_json, as_of)


def show_cities(found: Mapping[str, Figures], city: str, as_json: bool, as_of: Mapping[str, str]) -> int:
    """The figures of every city and of the province ("") side by side, or of one city, and as of when each counts.
    Raises Refused for a city without a record."""
    from station.domain.errors import Refused
    from station.services.figures import plain

    if city and city not in found:
        raise Refused(f"没有城市 {city} 的记录。", "no_city")
    shown = {name: plain(one) for name, one in found.items() if not city or name == city}
    if as_json:
        cities = {name: one for name, one in shown.items() if name}
        answer.print_json({"cities": cities, "province": shown.get("")} | ({"as_of": dict(as_of)} if as_of else {}))
        return answer.OK
    Console().print(_side_by_side(shown))
    for name, at in as_of.items():
        click.echo(f"{name}：截至 {at}")
    return answer.OK


def _side_by_side(shown: Mapping[str, Mapping[str, object]]) -> Table:
    """One column a city; a kind of figure that only some cities have is empty in the others."""
    table = Table("项目", *(name or PROVINCE for name in shown))
    columns = [{key: (what, many) for key, what, many in lines(one)} for one in shown.values()]
    order = {key: column[key][0] for column in reversed(columns) for key in column}
    for key, what in order.items():
        table.add_row(what, *(column.get(key, ("", ""))[1] for column in columns))
    return table
