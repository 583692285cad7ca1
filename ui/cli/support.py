"""support: one zip for whoever helps with devices or the program; nobody's data is in it."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option, open_desk_for


@click.command("support", help="导出支持包（体检、设置、设备、打印经过、通信记录），不含个人信息。")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到这个 zip 文件")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(out: Path, as_json: bool, home: Path | None) -> int:
    """Exit 0 when it was written; a station that does not open is no reason not to."""

    def run() -> int:
        from station.domain.errors import Fault, Refused
        from ui.support import write_bundle

        try:
            place: Path | None = find_home(home)
        except Fault:
            place = None
        try:
            desk = open_desk_for(None, home) if place is not None else None
        except (Fault, Refused):  # why it does not open stands in the doctor's findings
            desk = None
        size = write_bundle(out, place, desk)
        if as_json:
            answer.print_json({"file": out.name, "bytes": size, "station": desk is not None})
        else:
            click.echo(f"支持包 {out.name} 已写好（{size // 1024 + 1} KB），不含个人信息。")
        return answer.OK

    return answer.run(run, as_json=as_json)
