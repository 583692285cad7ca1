"""health: dead, wrong and bad codes, with what to do about each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.progress import telling
from ui.words import word, words


@click.command("health", help="死码、错码、坏码：逐条列出，并写明该怎么办；按城市、类别、月份计数。")
@click.option("--if-due", is_flag=True, help="只在到期时检查（中心每天，站点每周），供定时任务使用")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(if_due: bool, as_json: bool, home: Path | None) -> int:
    """Exit 0 when nothing was found or nothing was due, 1 when there is something to settle."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services import health

        desk = open_desk(find_home(home))
        if if_due and not health.due(desk):
            document: dict[str, Any] = {"due": False, "months": health.by_month(desk)}
            if as_json:
                answer.print_json(document)
            else:
                click.echo("还没有到检查的日子。")
            return answer.OK
        with telling("检查", quiet=as_json) as tell:
            swept = health.sweep(desk, tell).value
        rows = [
            {
                "condition": one.condition, "class": one.kind.value, "about": one.about, "city": one.city,
                "detail": one.detail, "words": word("health", one.condition), "action": one.action.value,
                "action_words": word("health_action", one.action.value),
            }
            for one in swept.findings
        ]  # fmt: skip
        if as_json:
            answer.print_json({
                "due": True, "day": swept.day, "workers": swept.workers, "findings": rows, "counts": swept.counts,
                "months": health.by_month(desk),
            })  # fmt: skip
        else:
            for row in rows:
                click.echo(f"{row['condition']:8} {row['about']}  {row['words']} → {row['action_words']}")
            _say_counts(swept.counts, swept.workers)
        return answer.REFUSED if rows else answer.OK

    return answer.run(run, as_json=as_json)


def _say_counts(counts: dict[str, dict[str, dict[str, int]]], workers: int) -> None:
    click.echo(f"共检查 {workers} 人。")
    names = words("health_class")
    for city, classes in counts.items():
        parts = [f"{names[kind]} {sum(found.values())}" for kind, found in classes.items()]
        click.echo(f"{city or '本站'}：{'，'.join(parts)}")
    if not counts:
        click.echo("没有发现死码、错码、坏码。")
