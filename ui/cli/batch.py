"""batch: a company's run of cards from its list – run, resume, settle, redo, pause, cancel, report, hand-over sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ui.cli import answer
from ui.cli.home import home_option, open_desk_for

A_PATH = click.Path(path_type=Path)
PRINTER = click.option("--printer", "printers", multiple=True, help="打印机地址，可写多次；默认用站点设置里的")
CAMERA = click.option("--camera", "cameras", multiple=True, help="摄像头地址，与打印机一一对应")
JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")


@click.group("batch", help="企业批量制卡：按名单排队打印，随时可停，断电后从断点继续。")
def command() -> None:
    """A group."""


@command.command("run", help="按名单（xlsx）打印一批卡；--resume 从断点继续。演练时先替名单上的人走完申领。")
@click.argument("sheet", metavar="LIST.xlsx", type=A_PATH)
@click.option("--photos", type=A_PATH, default=None, help="照片文件夹（演练）")
@click.option("--company", default="", help="只打印该企业（统一社会信用代码）的人员")
@PRINTER
@CAMERA
@click.option("--name", default="", help="批次编号；默认由名单内容得出")
@click.option("--resume", is_flag=True, help="继续这份名单的批次")
@JSON
@home_option
def run_(
    sheet: Path, photos: Path | None, company: str, printers: tuple[str, ...], cameras: tuple[str, ...], name: str,
    resume: bool, as_json: bool, home: Path | None,
) -> int:  # fmt: skip
    """Exit 0 when every card of the list is active, 2 when a printer waits for a person, 1 for the rest."""

    def run() -> int:
        from ui.cli.batch_run import Wanted, run_list

        wanted = Wanted(sheet, photos, company, printers, cameras, name, resume)
        return run_list(open_desk_for(None, home), wanted, as_json)

    return answer.run(run, as_json=as_json)


@command.command("settle", help="核实留在打印机处的卡：再看一次（look）、就是这张（this_is_it）、没有出卡（nothing）。")
@PRINTER
@CAMERA
@click.option("--word", default="look", type=click.Choice(["look", "this_is_it", "nothing"]), help="现场看到的情况")
@click.option("--take-out", is_flag=True, help="先把打印机里的卡退到废卡盒（没有废卡盒的退到出卡槽），再核实")
@JSON
@home_option
def settle(
    printers: tuple[str, ...], cameras: tuple[str, ...], word: str, take_out: bool, as_json: bool, home: Path | None
) -> int:
    """Exit 0 when nothing is left open at these printers, 2 otherwise."""

    def run() -> int:
        from ui.cli.batch_run import settle_there

        return settle_there(open_desk_for(None, home), printers, cameras, "" if take_out else word, as_json)

    return answer.run(run, as_json=as_json)


@command.command("redo", help="只重做这一张（主管批准，写明原因）；旧卡在新卡核读后作废。")
@click.argument("name", metavar="BATCH")
@click.argument("number", metavar="PERMIT")
@click.option("--reason", required=True, help="DAMAGED、LOST、PRINT_DEFECT、DATA_CHANGED、OTHER")
@click.option("--note", default="", help="原因为 OTHER 时必填")
@PRINTER
@CAMERA
@JSON
@home_option
def redo(
    name: str, number: str, reason: str, note: str, printers: tuple[str, ...], cameras: tuple[str, ...],
    as_json: bool, home: Path | None,
) -> int:  # fmt: skip
    """Exit 0 when the new card is active."""

    def run() -> int:
        from station.services import batches
        from ui.cli.batch_run import print_batch
        from ui.cli.staff import supervisor

        desk = open_desk_for(None, home)
        batches.redo(desk, name, number, reason=reason, note=note, actor=supervisor(desk))
        return print_batch(desk, name, printers, cameras, as_json, only=number)

    return answer.run(run, as_json=as_json)


@command.command("status", help="各批次走到哪里；指定批次时列出待办和数字。")
@click.argument("name", metavar="[BATCH]", default="")
@JSON
@home_option
def status(name: str, as_json: bool, home: Path | None) -> int:
    """Exit 0; 2 when a printer waits for a person."""

    def run() -> int:
        from ui.cli.batch_show import show_status

        return show_status(open_desk_for(None, home), name, as_json)

    return answer.run(run, as_json=as_json)


@command.command("report", help="批次报告：每张卡的每次印制；--book 另存报告，--sheet 另存交接清单（xlsx，含姓名）。")
@click.argument("name", metavar="BATCH")
@click.option("--sheet", type=A_PATH, default=None, help="交接清单另存为")
@click.option("--book", type=A_PATH, default=None, help="报告另存为（xlsx，不含姓名）")
@JSON
@home_option
def report(name: str, sheet: Path | None, book: Path | None, as_json: bool, home: Path | None) -> int:
    """Exit 0 when every card of the run is active, 1 otherwise."""

    def run() -> int:
        from ui.cli.batch_show import show_report

        return show_report(open_desk_for(None, home), name, sheet, book, as_json)

    return answer.run(run, as_json=as_json)


def _decide(act: str, name: str, reason: str, as_json: bool, home: Path | None) -> int:
    def run() -> int:
        from station.services import batches
        from ui.cli.staff import operator

        desk = open_desk_for(None, home)
        more: dict[str, Any] = {} if act == "close" else {"reason": reason}
        found = getattr(batches, act)(desk, name, actor=operator(desk), **more).value
        answer.print_json({"batch": name, "phase": found.phase}) if as_json else click.echo("已登记。")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("pause", help="暂停：每台打印机做完手上这张就停。")
@click.argument("name", metavar="BATCH")
@click.option("--reason", default="", help="原因")
@JSON
@home_option
def pause(name: str, reason: str, as_json: bool, home: Path | None) -> int:
    """Exit 0."""
    return _decide("pause", name, reason, as_json, home)


@command.command("cancel", help="取消：已做好的卡保留，其余不再打印。")
@click.argument("name", metavar="BATCH")
@click.option("--reason", required=True, help="原因")
@JSON
@home_option
def cancel(name: str, reason: str, as_json: bool, home: Path | None) -> int:
    """Exit 0."""
    return _decide("cancel", name, reason, as_json, home)


@command.command("close", help="结清：全部做完的批次。")
@click.argument("name", metavar="BATCH")
@JSON
@home_option
def close(name: str, as_json: bool, home: Path | None) -> int:
    """Exit 0."""
    return _decide("close", name, "", as_json, home)
