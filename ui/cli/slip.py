"""slip: receipt, hand-over slip and envelope label on the slip printer; the fallback sticker on the label printer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from station.domain.errors import Refused
from station.services.desk import Desk
from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.people import worker_named

JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
PRINTER = click.option("--printer", default="", help="打印机地址；默认用站点设置里的 slip 或 label")
WORKERS = click.option("--worker", "workers", multiple=True, help="姓名、证件号码或证号；可写多次")
BATCH = click.option("--batch", default="", help="一批里可交付的全部卡")


@click.group("slip", help="单据：受理凭条、领证交接单、信封标签、临时证贴。")
def command() -> None:
    """A group; its commands answer 0 printed, 1 refused, 2 what the printer says."""


@command.command("receipt", help="受理凭条：已收材料和办结期限，受理后打印。")
@click.option("--worker", required=True, help="姓名、证件号码或证号")
@PRINTER
@JSON
@home_option
def receipt(worker: str, printer: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the printer took it."""

    def act(desk: Desk, paper: Any) -> Any:
        from station.services import slips
        from ui.cli.staff import operator

        return slips.receipt(desk, worker_named(desk, worker), paper, actor=operator(desk)).value

    return _slip(act, printer, as_json, home, label=False)


@command.command("handover", help="领证交接单：一家企业领走的卡，每张一行，领取人签字。")
@WORKERS
@BATCH
@PRINTER
@JSON
@home_option
def handover(workers: tuple[str, ...], batch: str, printer: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the printer took it, 1 for cards of two companies or none."""

    def act(desk: Desk, paper: Any) -> Any:
        from station.services import slips
        from ui.cli.staff import operator

        return slips.hand_over(desk, _meant(desk, workers, batch), paper, actor=operator(desk)).value

    return _slip(act, printer, as_json, home, label=False)


@command.command("envelope", help="信封标签：寄给一家企业的卡，写联系人、电话和张数，不写从业人员。")
@WORKERS
@BATCH
@click.option("--address", default="", help="收件地址；不写则用企业名称")
@PRINTER
@JSON
@home_option
def envelope(
    workers: tuple[str, ...], batch: str, address: str, printer: str, as_json: bool, home: Path | None
) -> int:
    """Exit 0 when the printer took it, 1 for cards of two companies or none."""

    def act(desk: Desk, paper: Any) -> Any:
        from station.services import slips
        from ui.cli.staff import operator

        meant = _meant(desk, workers, batch)
        return slips.envelope(desk, meant, paper, address=address, actor=operator(desk)).value

    return _slip(act, printer, as_json, home, label=True)


@command.command("sticker", help="临时证贴：制证打印机坏了时，把待制的证打在标签上；核读一致才启用，在途的先核实。")
@click.option("--worker", required=True, help="姓名、证件号码或证号")
@click.option("--printer", default="", help="标签打印机地址；默认用站点设置里的 label")
@click.option("--camera", default="", help="摄像头地址；默认按设置")
@click.option(
    "--say", type=click.Choice(["look", "this_is_it", "nothing"]), default="look",
    help="有疑问时人看到的：只看镜头、就是这张、没有出来",
)  # fmt: skip
@JSON
@home_option
def sticker(worker: str, printer: str, camera: str, say: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the sticker is active, 1 when a rule refuses, 2 when it is in doubt or spoiled."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.paper import open_sticker_bench
        from station.printing.settle import Word
        from station.services.printing import load_rehearsal_blanks
        from ui import flows
        from ui.cli.act import standing_of
        from ui.cli.staff import operator

        desk = open_desk(find_home(home))
        subject, clerk = worker_named(desk, worker), operator(desk)
        bench = open_sticker_bench(desk.settings, printer=printer, camera=camera)
        try:
            if desk.settings.rehearsal:
                load_rehearsal_blanks(desk, bench, actor=clerk)
            step = flows.issue_view(desk, subject).step
            if step is flows.IssueStep.REDO:  # the last attempt gave nothing anybody could use
                flows.redo(desk, subject, clerk)
            if step is flows.IssueStep.SETTLE:
                done = flows.settle(desk, bench, subject, clerk, lambda stage: None, Word(say))
            else:
                done = flows.print_card(desk, bench, subject, clerk, lambda stage: None)
        finally:
            bench.printer.close()
            if bench.camera is not None:
                bench.camera.close()
        if as_json:
            answer.print_json({"active": done.active, "sentence": done.sentence, **standing_of(desk, subject)})
        else:
            click.echo(done.sentence)
        return answer.OK if done.active else answer.FAULT

    return answer.run(run, as_json=as_json)


def _meant(desk: Desk, workers: tuple[str, ...], batch: str) -> list[str]:
    from station.services.pile import of_batch

    if bool(workers) == bool(batch):
        raise Refused("请用 --worker 写明人员，或用 --batch 写明批次，二者选一。", "who")
    return of_batch(desk, batch) if batch else [worker_named(desk, typed) for typed in workers]


def _slip(act: Callable[[Desk, Any], Any], printer: str, as_json: bool, home: Path | None, *, label: bool) -> int:
    def run() -> int:
        from station.bootstrap import open_desk
        from station.paper import open_paper_printer

        desk = open_desk(find_home(home))
        paper = open_paper_printer(desk.settings, label=label, printer=printer)
        try:
            done = act(desk, paper)
        finally:
            paper.close()
        if as_json:
            answer.print_json(answer.plain(done))
        else:
            click.echo(f"已打印 {done.pieces} 张，编号 {done.number}。")
        return answer.OK

    return answer.run(run, as_json=as_json)
