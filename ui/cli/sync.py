"""sync: one exchange with the centre."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option


@click.command("sync", help="与中心同步一次:上传、下载、核对总数。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(as_json: bool, home: Path | None) -> int:
    """Exit 0 when both sides ended with the same sums, 2 otherwise."""

    def run() -> int:
        from station.bootstrap import open_desk

        done = open_desk(find_home(home)).sync()
        if as_json:
            answer.print_json({**answer.plain(done), "ok": done.ok, "sentence": done.sentence})
        else:
            click.echo(done.sentence)
            for alarm in done.alarms:
                click.echo(f"✗ {alarm}")
        return answer.OK if done.ok else answer.FAULT

    return answer.run(run, as_json=as_json)
