"""audit: the ledger's chains, signatures and projections."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.progress import telling


@click.group("audit", help="台账核对。")
def command() -> None:
    """A group: `verify` is its only command so far."""


@command.command("verify", help="核对台账：数据页、哈希链、签名、投影与重建结果；只读不改。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def verify(as_json: bool, home: Path | None) -> int:
    """Exit 0 when everything holds, 2 with sentences when anything does not."""

    def run() -> int:
        from station.bootstrap import fact_keys, open_desk
        from station.services.auditing import audit

        place = find_home(home)
        desk = open_desk(place)
        with telling("核对", quiet=as_json) as tell:
            report = audit(desk, fact_keys(desk), progress=tell)
        if as_json:
            answer.print_json(report.as_json())
        else:
            click.echo(f"事实 {report.facts} 条，链 {report.chains} 条，签名 {report.signed} 个。")
            for problem in report.problems:
                click.echo(f"✗ {problem.sentence}")
            click.echo("核对一致。" if report.ok else "台账与记录不符：请停止写入，保留现场，用备份恢复并找技术支持。")
        return answer.OK if report.ok else answer.FAULT

    return answer.run(run, as_json=as_json)
