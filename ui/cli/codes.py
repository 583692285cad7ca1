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
@click.option("--login", default="", help="办理人登录名")
@click.option("--second", default="", help="第二人登录名（超过 50 人时须两人办理）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def pack(uscc: str, out: Path, login: str, second: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when everybody is packed, 1 when somebody was left out or the company has no permit in force."""

    def run() -> int:
        from station.bootstrap import view_seal
        from station.documents.pack import code_pack, in_force, rule_to_pack
        from ui.cli.people import clerk_of, colleague

        desk = open_desk_for(None, home)
        rule = rule_to_pack(in_force(desk, uscc))
        many = rule == "worker.EXPORT_MANY"
        actor = colleague(desk, rule, login) if many or login else clerk_of(desk)
        other = colleague(desk, rule, second, beside=actor) if many else None
        with telling("导出", quiet=as_json) as tell:
            made = code_pack(desk, view_seal(desk), uscc, out, actor=actor, second=other, tell=tell).value
        if as_json:
            answer.print_json({
                "ok": not made.skipped, "permits": made.count, "files": made.files, "skipped": made.skipped,
            })  # fmt: skip
        else:
            click.echo(f"{made.count} 人：{'、'.join(str(file) for file in made.files)}")
            for one in made.skipped:
                click.echo(f"未导出 {one.number}：{one.sentence}")
        return answer.REFUSED if made.skipped else answer.OK

    return answer.run(run, as_json=as_json)
