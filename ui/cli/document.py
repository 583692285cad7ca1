"""document: one paper of one worker as a PDF – form, authorisation, receipt, defect list, notice, hand-over sheet."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.people import clerk_of, worker_named

KINDS = (
    "application", "authorisation", "credit", "consents", "receipt", "defects", "extension", "refusal", "expiry",
    "handover",
)  # fmt: skip


@click.command(
    "document",
    help="出具文书（PDF）：申领表、授权认定书（附件2）、信用信息授权书、告知暨同意书、受理回执、补正告知书、延期说明、"
    "不予发放告知书、证件到期通知书（所属企业全部）、交接清单。",
)
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--worker", "workers", multiple=True, required=True, help="姓名、证件号码或证号；交接清单可写多个")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到哪个 PDF 文件")
@click.option("--collector", default="", help="交接清单上的领取人")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(kind: str, workers: tuple[str, ...], out: Path, collector: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the file was written, 1 when the paper cannot be made yet or nobody is meant."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.documents.kinds import fill
        from station.documents.sheet import write_pdf
        from station.services.looking import Opened, look

        desk = open_desk(find_home(home))
        subjects = [worker_named(desk, typed) for typed in workers]
        look(desk, subjects, Opened.PAPER, actor=clerk_of(desk))
        paper = fill(desk, kind, subjects[0], collector=collector, subjects=subjects)
        write_pdf(paper, out)
        if as_json:
            answer.print_json({"kind": kind, "title": paper.title, "file": str(out)})
        else:
            click.echo(f"已写入 {out}：{paper.title}")
        return answer.OK

    return answer.run(run, as_json=as_json)
