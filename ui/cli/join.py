"""join: a new station of the province, from the packet its administrator made."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer


@click.command("join", help="用省级登记文件建立站点，并第一次同步（分批下载全市记录，可中断续传）。")
@click.argument("packet", type=click.Path(path_type=Path))
@click.option("--code", prompt="登记码", hide_input=True, help="省级告知的登记码")
@click.option("--home", type=click.Path(path_type=Path), required=True, help="站点文件夹（空文件夹）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def command(packet: Path, code: str, home: Path, as_json: bool) -> int:
    """Interrupted, it goes on with `main.py sync`."""

    def run() -> int:
        from station.bootstrap import join_province, open_desk, remember_home
        from station.packet import read_packet
        from ui.cli.exchanging import exchanged

        settings = join_province(home, read_packet(packet, code))
        desk = open_desk(settings.home)
        remember_home(settings.home)
        done = exchanged(desk, quiet=as_json)
        if as_json:
            answer.print_json({**answer.plain(done), "ok": done.ok, "sentence": done.sentence, "home": settings.home})
        else:
            click.echo(f"站点 {settings.station} 已建立：{settings.home}")
            click.echo(done.sentence)
        return answer.OK if done.ok else answer.FAULT

    return answer.run(run, as_json=as_json)
