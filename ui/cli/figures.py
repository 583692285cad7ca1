"""figures: what the bureau and the province are told of a period, counted from the facts; no names."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.progress import telling
from ui.figures import lines

A_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("figures", help="统计：受理、办结用时、不予发放原因、码证与颜色、制卡、入户、投诉、覆盖率。")
@click.option("--from", "first", type=A_DAY, help="起（含），默认本年 1 月 1 日")
@click.option("--to", "last", type=A_DAY, help="止（含），默认今天")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(first: datetime | None, last: datetime | None, as_json: bool, home: Path | None) -> int:
    """Exit 0 with the figures of the station's ledger."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services.figures import document as figures_of

        desk = open_desk(find_home(home))
        until = last.date() if last else desk.today()
        since = first.date() if first else date(until.year, 1, 1)
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
