"""codes: the online permits of a company's workers, packed for the company to hand out."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import home_option, open_desk_for
from ui.cli.progress import telling


@click.group("codes", help="线上码证：为企业导出每个人的二维码和使用说明。")
def command() -> None:
    """A group: `pack` is its only command so far."""


@command.command("pack", help="导出一家企业的线上码证（zip）：每人一个文件夹，内有二维码图片和使用说明。")
@click.option("--company", "uscc", required=True, help="企业的统一社会信用代码")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到哪个 zip 文件")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def pack(uscc: str, out: Path, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the zip was written, 1 when the company has no permit in force."""

    def run() -> int:
        from station.bootstrap import view_seal
        from station.documents.pack import code_pack
        from ui.cli.people import clerk_of

        desk = open_desk_for(None, home)
        with telling("导出", quiet=as_json) as tell:
            count = code_pack(desk, view_seal(desk), uscc, out, actor=clerk_of(desk), tell=tell).value
        answer.print_json({"ok": True, "permits": count, "file": out}) if as_json else click.echo(f"{count} 人：{out}")
        return answer.OK

    return answer.run(run, as_json=as_json)
