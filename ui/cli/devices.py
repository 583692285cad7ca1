"""devices: what is plugged in, what a printer says, a test card, a test slip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from devices.contracts import Outcome, PrinterState, PrintReport
from station.clock import SystemClock
from ui.cli import answer
from ui.cli.home import find_home, home_option, open_desk_for


@click.group("devices", help="打印机、摄像头、扫码枪。")
def command() -> None:
    """A group."""


@command.command("list", help="列出已接设备，包括能认出但不支持的。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def list_(as_json: bool) -> int:
    """Exit 0 also when nothing is plugged in: the answer then says so."""

    def run() -> int:
        from devices.bench import plugged_in

        found = plugged_in()
        if as_json:
            answer.print_json({"devices": found})
        elif not found:
            click.echo("没有发现打印机、串口或摄像头。演练可用 emulator:// 与 tray:// 设备。")
        for one in [] if as_json else found:
            click.echo(f"{'✓' if one.supported else '·'} {one.name}  {one.url}  {one.sentence}")
        return answer.OK

    return answer.run(run, as_json=as_json)


def counters(state: PrinterState) -> str:
    """What a printer counts; one behind a queue counts nothing, and that is said."""
    told = {
        "已走卡": state.cards,
        "已用色带格": state.panels,
        "色带余": state.ribbon_left,
        "色带型号": state.ribbon or None,
        "满卷": state.ribbon_full,
        "清洁次数": state.cleaning.done,
        "再打几张该清洁": state.cleaning.left,
    }
    said = "，".join(f"{name} {value}" for name, value in told.items() if value is not None)
    return said or "这台打印机不报告计数（打印队列和只收数据的打印机都是这样）。"


@command.command("probe", help="问打印机的状态：计数器、色带、卡的位置、故障。")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def probe(url: str, as_json: bool) -> int:
    """Exit 0 when the printer is ready, 2 when it is not or does not answer."""

    def run() -> int:
        from devices.bench import probe as ask

        state = ask(url)
        if as_json:
            answer.print_json(answer.plain(state))
        else:
            click.echo(f"{state.model} {state.serial}  {'就绪' if state.ready else '未就绪'}")
            click.echo(counters(state))
            for fault in state.faults:
                click.echo(f"· {fault.code.value} {fault.said}")
        return answer.OK if state.ready else answer.FAULT

    return answer.run(run, as_json=as_json)


@command.command("test-card", help="打印一张测试卡（不含个人信息）：用去的白卡和色带同时登记。")
@click.argument("url", default="")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def test_card(url: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the printer took the card, 2 otherwise. Without a station nothing can be booked, and it says so."""

    def run() -> int:
        report, booked = _test_card(url, home)
        if as_json:
            answer.print_json({**answer.plain(report), **booked})
        else:
            click.echo(f"结果：{report.outcome.value}，发送 {report.bytes_sent} 字节。{report.said}")
            words = "登记测试用卡 {booked} 张，卡包 {pack} 余 {remaining} 张。"
            click.echo(words.format(**booked) if booked else "本机没有站点，这张白卡没有登记。")
        good = report.outcome in (Outcome.CONFIRMED, Outcome.ACCEPTED)
        return answer.OK if good else answer.FAULT

    return answer.run(run, as_json=as_json)


def _test_card(url: str, home: Path | None) -> tuple[PrintReport, dict[str, Any]]:
    """The card, and what was booked of it; nothing where this computer has no station and a printer was named."""
    from devices.bench import print_test_card
    from devices.bench import test_card as drawn
    from station.bootstrap import open_bench
    from station.domain.errors import Fault
    from station.services import devices
    from station.services.printing import load_rehearsal_blanks
    from ui.cli.staff import operator

    try:
        desk = open_desk_for(None, home)
    except Fault as none:
        if none.code != "no_station" or not url:
            raise
        return print_test_card(url), {}
    bench, person = open_bench(desk.settings, printer=url), operator(desk)
    try:
        if desk.settings.rehearsal:
            load_rehearsal_blanks(desk, bench, actor=person)
        made = devices.print_test_card(desk, bench.printer, drawn(), actor=person).value
    finally:
        bench.printer.close()
        if bench.camera is not None:
            bench.camera.close()
    return made.report, {"booked": made.booked, "pack": made.pack, "remaining": made.remaining}


@command.command("test-slip", help="在单据或标签打印机上打印一张测试单（不含个人信息）。")
@click.argument("url", default="")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def test_slip(url: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when the printer took the slip, 2 otherwise."""

    def run() -> int:
        from station.settings import load_settings
        from ui.sample_slip import print_test_slip

        report = print_test_slip(url or load_settings(find_home(home)).devices.slip, SystemClock().today())
        if as_json:
            answer.print_json(answer.plain(report))
        else:
            click.echo(f"结果：{report.outcome.value}，发送 {report.bytes_sent} 字节。{report.said}")
        return answer.OK if report.outcome is Outcome.ACCEPTED else answer.FAULT

    return answer.run(run, as_json=as_json)
