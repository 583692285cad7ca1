"""stock: packs of blanks and ribbons – receive, hand on, load, count, sign, the bag, hours, what a card costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.services.desk import Desk
from ui.cli import answer
from ui.cli.home import home_option, open_desk_for

if TYPE_CHECKING:
    from station.printing.cost import Cost

JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")


@click.group("stock", help="白卡与色带：入库、移交、装入、日结、签字、废卡袋、工时与成本。")
def command() -> None:
    """A group."""


def _packs(desk: Desk, as_json: bool, more: dict[str, Any] | None = None) -> int:
    from station.services import stock
    from ui.cli.batch_show import pack_line

    lines = [answer.plain(line) | {"accounted": line.accounted, "balanced": line.balanced}
             for line in stock.packs(desk)]  # fmt: skip
    if as_json:
        answer.print_json({"packs": lines, **(more or {})})
        return answer.OK
    for line in lines:
        click.echo(pack_line(line))
    if not lines:
        click.echo("还没有登记卡包。用 main.py stock receive 登记入库。")
    return answer.OK


def _act(home: Path | None, as_json: bool, act: Callable[[Desk], object]) -> int:
    def run() -> int:
        desk = open_desk_for(None, home)
        act(desk)
        return _packs(desk, as_json)

    return answer.run(run, as_json=as_json)


@command.command("status", help="每包卡、每卷色带在哪里：启用 = 已启用 + 废卡 + … + 余。")
@JSON
@home_option
def status(as_json: bool, home: Path | None) -> int:
    """Exit 0 when every pack balances, 1 otherwise."""

    def run() -> int:
        from station.services import stock
        from ui.words import word

        desk = open_desk_for(None, home)
        spoils, lying, open_packs = stock.spoils(desk), stock.in_the_bag(desk), stock.unbalanced(desk)
        to_count = [line.pack for line in stock.day_to_close(desk)]
        _packs(desk, as_json, {"spoils": spoils, "bag": lying, "to_count": to_count, "balanced": not open_packs})
        if not as_json:
            for one in spoils:
                click.echo(f"· 废卡 {one.count} 张：{word('spoil', one.reason)}")
            click.echo(f"废卡袋 {len(lying)} 张；今天还要清点：{'、'.join(to_count) or '无'}。")
        return answer.REFUSED if open_packs else answer.OK

    return answer.run(run, as_json=as_json)


@command.command("receive", help="一包白卡或一卷色带入库：办理人保管，第二人同点。")
@click.argument("pack")
@click.argument("count", type=int)
@click.option("--ribbon", is_flag=True, help="是色带，数量按可印张数")
@click.option("--yuan", default="0", help="金额（元）")
@click.option("--fund", default="", help="资金来源")
@JSON
@home_option
def receive(
    pack: str, count: int, ribbon: bool, yuan: str, fund: str, as_json: bool, home: Path | None
) -> int:
    """Exit 0."""

    def act(desk: Desk) -> None:
        from station.services import stock
        from ui.cli.staff import operator, witness

        item, paid = "RIBBON" if ribbon else "BLANK", fen(yuan)
        by, second = operator(desk), witness(desk)
        stock.receive(desk, pack, count, item=item, cost_fen=paid, fund=fund, actor=by, second=second)

    return _act(home, as_json, act)


@command.command("entrust", help="把未启用的一包移交给另一保管人：移交人与接收人两个名字。")
@click.argument("pack")
@JSON
@home_option
def entrust(pack: str, as_json: bool, home: Path | None) -> int:
    """Exit 0; the keeper or a supervisor gives, the second person takes."""

    def act(desk: Desk) -> None:
        from station.services import stock
        from ui.cli.staff import operator, witness

        stock.entrust(desk, pack, actor=operator(desk), second=witness(desk))

    return _act(home, as_json, act)


@command.command("load", help="启用一包（或其中几张）并装入打印机；色带同样。")
@click.argument("pack")
@click.option("--printer", default="", help="打印机地址；默认用站点设置里的")
@click.option("--label", is_flag=True, help="是一卷空白标签，装入标签打印机，供临时证贴用")
@click.option("--count", type=int, default=None, help="只启用这么多张")
@JSON
@home_option
def load(pack: str, printer: str, label: bool, count: int | None, as_json: bool, home: Path | None) -> int:
    """Exit 0."""

    def act(desk: Desk) -> None:
        from station.bootstrap import open_bench
        from station.paper import open_sticker_bench
        from station.services import stock
        from ui.cli.staff import operator

        bench = (open_sticker_bench if label else open_bench)(desk.settings, printer=printer)
        try:
            stock.load(desk, pack, bench.printer, count=count, actor=operator(desk))
        finally:
            bench.printer.close()

    return _act(home, as_json, act)


@command.command("count", help="日结：清点到的剩余白卡张数。")
@click.argument("pack")
@click.argument("counted", type=int)
@JSON
@home_option
def count(pack: str, counted: int, as_json: bool, home: Path | None) -> int:
    """Exit 0; whether it balances is in the answer."""

    def act(desk: Desk) -> None:
        from station.services import stock
        from ui.cli.staff import operator

        stock.count(desk, pack, counted, actor=operator(desk))

    return _act(home, as_json, act)


@command.command("sign", help="日结不平：主管写明原因并签字，清点人为第二人。")
@click.argument("pack")
@click.option("--reason", required=True, help="差异原因")
@JSON
@home_option
def sign(pack: str, reason: str, as_json: bool, home: Path | None) -> int:
    """Exit 0."""

    def act(desk: Desk) -> None:
        from station.services import stock
        from ui.cli.staff import operator, supervisor

        stock.sign(desk, pack, reason=reason, actor=supervisor(desk), second=operator(desk))

    return _act(home, as_json, act)


@command.command("found", help="找到一张不能用的卡（迟出、作废、遗失）：登记入废卡袋。")
@click.argument("number", metavar="PERMIT")
@click.argument("issue", type=int)
@JSON
@home_option
def found(number: str, issue: int, as_json: bool, home: Path | None) -> int:
    """Exit 0."""

    def act(desk: Desk) -> None:
        from station.services import stock
        from ui.cli.staff import operator

        sentence = stock.found(desk, number, issue, actor=operator(desk)).value
        if not as_json:
            click.echo(sentence)

    return _act(home, as_json, act)


@command.command("destroy", help="销毁废卡袋里的全部卡：主管与另一人两个名字。")
@JSON
@home_option
def destroy(as_json: bool, home: Path | None) -> int:
    """Exit 0."""

    def act(desk: Desk) -> None:
        from station.services import stock
        from ui.cli.staff import operator, supervisor

        stock.destroy(desk, stock.in_the_bag(desk), actor=supervisor(desk), second=operator(desk))

    return _act(home, as_json, act)


@command.command("labour", help="登记一个月的制证工时与金额，按资金来源；同月同来源再登记，以后一次为准。")
@click.argument("month")
@click.option("--hours", required=True, help="小时，可写 7.5")
@click.option("--yuan", required=True, help="金额（元）")
@click.option("--fund", default="", help="资金来源")
@JSON
@home_option
def labour(month: str, hours: str, yuan: str, fund: str, as_json: bool, home: Path | None) -> int:
    """Exit 0; the month is written 2026-11."""

    def run() -> int:
        from station.services import stock
        from ui.cli.staff import operator

        desk = open_desk_for(None, home)
        minutes, paid = minutes_of(hours), fen(yuan)
        _show_cost(stock.record_labour(desk, month, minutes, cost_fen=paid, fund=fund, actor=operator(desk)).value,
                   as_json)  # fmt: skip
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("cost", help="一年的成本：耗材与工时，按资金来源；平均每张（已交付）与 10 元上限。")
@click.option("--year", type=int, default=None, help="默认今年")
@JSON
@home_option
def cost(year: int | None, as_json: bool, home: Path | None) -> int:
    """Exit 0 within the ceiling, 1 over it."""

    def run() -> int:
        from station.services import stock

        desk = open_desk_for(None, home)
        spent = stock.cost(desk, year or desk.today().year)
        _show_cost(spent, as_json)
        return answer.REFUSED if spent.over_ceiling else answer.OK

    return answer.run(run, as_json=as_json)


def _show_cost(spent: Cost, as_json: bool) -> None:
    average = spent.fen_per_card
    if as_json:
        more = {"fen": spent.fen, "fen_per_card": average, "over_ceiling": spent.over_ceiling}
        answer.print_json({**answer.plain(spent), **more})
        return
    for fund, amount in spent.by_fund.items():
        click.echo(f"{fund or '未注明来源'}：{amount / 100:.2f} 元")
    material, labour_cost, hours = spent.material_fen / 100, spent.labour_fen / 100, spent.minutes / 60
    click.echo(f"耗材 {material:.2f} 元，工时 {hours:.1f} 小时 {labour_cost:.2f} 元。")
    if not spent.minutes:
        click.echo("本年还没有登记工时，用 main.py stock labour 登记。")
    click.echo(f"已交付 {spent.cards} 张，平均每张 {'—' if average is None else f'{average / 100:.2f} 元'}。")
    click.echo(spent.sentence or ("还没有交付的卡，暂无平均数。" if average is None else "未超过每证 10 元的上限。"))


def minutes_of(hours: str) -> int:
    """Hours as they are typed, in whole minutes. Raises Refused for what is none."""
    from decimal import Decimal, InvalidOperation

    from station.domain.errors import Refused

    try:
        minutes = Decimal(hours) * 60
    except InvalidOperation:
        raise Refused(f"“{hours}”不是小时数，请写成 7 或 7.5。", "hours") from None
    if not minutes.is_finite() or minutes != int(minutes):
        raise Refused(f"“{hours}”不是小时数，请写成 7 或 7.5。", "hours")
    return int(minutes)


def fen(yuan: str) -> int:
    """Money as it is typed, in fen. Raises Refused for what is no amount."""
    from decimal import Decimal, InvalidOperation

    from station.domain.errors import Refused

    try:
        amount = Decimal(yuan) * 100
    except InvalidOperation:
        raise Refused(f"“{yuan}”不是金额，请写成 199 或 199.50。", "amount") from None
    if not amount.is_finite() or amount != int(amount):
        raise Refused(f"“{yuan}”不是金额，请写成 199 或 199.50。", "amount")
    return int(amount)
