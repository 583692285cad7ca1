"""mandate: the bureau's written mandates to third-party credit agencies (R26): give, end, list."""

from __future__ import annotations

from pathlib import Path

import click

from station.domain.parts import Mandate
from ui.cli import answer
from ui.cli.home import find_home, home_option, parse_day

RULE = "mandate.CHANGE"


@click.group("mandate", help="商务局对第三方信用机构的书面委托：有委托且在有效期内，受托人才能生成码证。")
def command() -> None:
    """The group."""


@command.command("give", help="登记一份委托：商务局办理，主管一同确认。")
@click.argument("person")
@click.option("--agency", required=True, help="信用机构全称")
@click.option("--document", required=True, help="委托书文号")
@click.option("--from", "first", required=True, help="起始日期")
@click.option("--until", "last", required=True, help="截止日期（含当天）")
@click.option("--login", default="", help="办理人登录名")
@click.option("--second", default="", help="第二人登录名")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def give(
    person: str,
    agency: str,
    document: str,
    first: str,
    last: str,
    login: str,
    second: str,
    as_json: bool,
    home: Path | None,
) -> int:
    """Exit 0 done, 1 refused."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services import mandates
        from ui.cli.people import colleague

        desk = open_desk(find_home(home))
        actor = colleague(desk, RULE, login)
        given = mandates.give(
            desk, person, agency=agency, document=document, first=parse_day(first), last=parse_day(last), actor=actor,
            second=colleague(desk, RULE, second, beside=actor),
        ).value  # fmt: skip
        days = f"{given.first} 至 {given.last}"
        _tell(person, given, f"已登记：{given.agency}（{person}），{days}，{given.document}。", as_json)
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("end", help="收回委托：从今天起不能再生成码证，已生成的不变。")
@click.argument("person")
@click.option("--login", default="", help="办理人登录名")
@click.option("--second", default="", help="第二人登录名")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def end(person: str, login: str, second: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 done, 1 refused."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services import mandates
        from ui.cli.people import colleague

        desk = open_desk(find_home(home))
        actor = colleague(desk, RULE, login)
        other = colleague(desk, RULE, second, beside=actor)
        ended = mandates.take_back(desk, person, actor=actor, second=other).value
        _tell(person, ended, f"已收回对 {person} 的委托。", as_json)
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("list", help="列出全部委托和有效期。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def listing(as_json: bool, home: Path | None) -> int:
    """Exit 0."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services import mandates

        desk = open_desk(find_home(home))
        given, today = mandates.all_of(desk), desk.today()
        if as_json:
            answer.print_json({"mandates": {person: answer.plain(one) for person, one in given.items()}})
        else:
            for person, one in sorted(given.items()):
                state = "有效" if one.holds_on(today) else "无效"
                click.echo(f"{state}  {person}  {one.agency}  {one.first} 至 {one.last}  {one.document}")
            if not given:
                click.echo("没有登记过委托。")
        return answer.OK

    return answer.run(run, as_json=as_json)


def _tell(person: str, given: Mandate, sentence: str, as_json: bool) -> None:
    if as_json:
        answer.print_json({"person": person, "mandate": answer.plain(given)})
    else:
        click.echo(sentence)
