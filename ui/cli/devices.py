"""devices: what is plugged in, what a printer says, a test card, a test slip."""

from __future__ import annotations

import click

from station.clock import SystemClock
from ui.cli import answer


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
            click.echo(f"已走卡 {state.cards}，已用色带格 {state.panels}，色带余 {state.ribbon_left}")
            click.echo(f"色带型号 {state.ribbon or '未知'}，满卷 {state.ribbon_full} 张")
            done, left = state.cleaning.done, state.cleaning.left
            click.echo(f"清洁过 {done} 次，再打 {left} 张该清洁")
            for fault in state.faults:
                click.echo(f"· {fault.code.value} {fault.said}")
        return answer.OK if state.ready else answer.FAULT

    return answer.run(run, as_json=as_json)


@command.command("test-card", help="打印一张测试卡（不含个人信息，用去一张白卡）。")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def test_card(url: str, as_json: bool) -> int:
    """Exit 0 when the printer took the card, 2 otherwise."""

    def run() -> int:
        from devices.bench import print_test_card
        from devices.contracts import Outcome

        report = print_test_card(url)
        if as_json:
            answer.print_json(answer.plain(report))
        else:
            click.echo(f"结果：{report.outcome.value}，发送 {report.bytes_sent} 字节。{report.said}")
        good = report.outcome in (Outcome.CONFIRMED, Outcome.ACCEPTED)
        return answer.OK if good else answer.FAULT

    return answer.run(run, as_json=as_json)


@command.command("test-slip", help="在单据或标签打印机上打印一张测试单（不含个人信息）。")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def test_slip(url: str, as_json: bool) -> int:
    """Exit 0 when the printer took the slip, 2 otherwise."""

    def run() -> int:
        from devices.catalogue import open_slip_printer
        from devices.contracts import Outcome
        from station.cards import slips

        printer = open_slip_printer(url)
        slip = slips.receipt("TEST", SystemClock().today(), "测试", ["纸宽与字号", "黑白边缘"], "安心码发证站", "")
        try:
            report = printer.print_slip(slips.draw(slip, printer.width, printer.profile.dpi))
        finally:
            printer.close()
        if as_json:
            answer.print_json(answer.plain(report))
        else:
            click.echo(f"结果：{report.outcome.value}，发送 {report.bytes_sent} 字节。{report.said}")
        return answer.OK if report.outcome is Outcome.ACCEPTED else answer.FAULT

    return answer.run(run, as_json=as_json)
