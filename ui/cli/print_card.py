"""print and reprint: one worker's card from here – printed, read back, active – with the doubts of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option

REPRINT = "reissue"


def _devices(command: Any) -> Any:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档"),
        click.option("--camera", default="", help="摄像头地址；默认按设置"),
        click.option("--printer", default="", help="打印机地址；默认按设置"),
        click.option("--worker", required=True, help="姓名、证件号码或证号"),
    ):
        command = option(command)
    return home_option(command)


@click.command("print", help="打印一个人待制的卡，核读一致才启用；在途的卡先核实。")
@_devices
def print_command(worker: str, printer: str, camera: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the card is active, 1 when a rule refuses, 2 when the card is in doubt or spoiled."""
    return answer.run(lambda: _print(worker, printer, camera, as_json, home, None), as_json=as_json)


@click.command("reprint", help="补发新卡并打印；新卡核读后旧卡作废，挂失的旧卡立即变红。")
@_devices
@click.option("--reason", required=True, help="原因；写 list 列出可选项")
@click.option("--note", default="", help="说明；原因为其他时必填")
@click.option("--login", default="", help="主管登录名")
def reprint_command(
    worker: str, printer: str, camera: str, as_json: bool, home: Path | None, reason: str, note: str, login: str
) -> int:
    """Exit 0 when the new card is active, 1 when a rule refuses, 2 when the card is in doubt or spoiled."""
    wish = {"reason": reason, "note": note, "login": login}
    return answer.run(lambda: _print(worker, printer, camera, as_json, home, wish), as_json=as_json)


def _print(
    worker: str, printer: str, camera: str, as_json: bool, home: Path | None, wish: dict[str, str] | None
) -> int:
    from station.bootstrap import open_bench, open_desk
    from station.services.printing import load_rehearsal_blanks
    from ui import flows
    from ui.act_table import FORMS
    from ui.cli.act import do, standing_of
    from ui.cli.people import worker_named
    from ui.cli.staff import operator

    desk = open_desk(find_home(home))
    subject = worker_named(desk, worker)
    if wish is not None:
        form = next(form for form in FORMS if form.key == REPRINT)
        do(desk, form, subject, {"reason": wish["reason"], "note": wish["note"]}, wish["login"], "")
        desk.sync()
    clerk = operator(desk)
    bench = open_bench(desk.settings, printer=printer, camera=camera)
    try:
        if desk.settings.rehearsal:
            load_rehearsal_blanks(desk, bench, actor=clerk)
        doubt = flows.issue_view(desk, subject).step is flows.IssueStep.SETTLE
        act = flows.settle if doubt else flows.print_card
        done = act(desk, bench, subject, clerk, lambda stage: None)
    finally:
        bench.printer.close()
        if bench.camera is not None:
            bench.camera.close()
    told = {"active": done.active, "sentence": done.sentence, **standing_of(desk, subject)}
    if as_json:
        answer.print_json(told)
    else:
        click.echo(done.sentence)
    return answer.OK if done.active else answer.FAULT
