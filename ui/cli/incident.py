"""incident: whose personal data a leak touches, for the authority, the companies and the people themselves."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from station.domain.days import day_of
from station.domain.errors import Refused
from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.progress import Tell, telling
from ui.words import word

if TYPE_CHECKING:
    from station.domain.authority import Actor
    from station.services.desk import Desk
    from station.services.incident import CompanyShare, Incident

A_DAY = click.DateTime(["%Y-%m-%d"])
COLUMNS = ("码证编号", "姓名", "证件号码", "手机", "所属企业", "涉及的信息")
WIDTHS = (22, 14, 22, 16, 34, 60)
TITLE = "泄露告知名单"
ERASED = "（个人信息已删除）"
NO_COMPANY = "（没有所属企业）"


@click.command(
    "incident",
    help="个人信息泄露时查影响范围：某段时间里被查看过的人（可只查一个账号），或本站保存的全部人员（--station，硬盘被盗）；"
    "按企业、按信息种类列出人数，--out 另存逐人名单（两人办理）。",
)
@click.option("--since", type=A_DAY, help="起（含）")
@click.option("--until", type=A_DAY, help="止（含），默认今天")
@click.option("--by", default="", help="只查这个账号查看过的：登录名或人员")
@click.option("--station", "whole", is_flag=True, help="本站保存的全部人员")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="逐人名单另存为（xlsx）")
@click.option("--login", default="", help="主管登录名")
@click.option("--second", default="", help="第二人登录名（--out 时须两人办理）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档（只有人数，没有姓名）")
@home_option
def command(
    since: datetime | None, until: datetime | None, by: str, whole: bool, out: Path | None, login: str, second: str,
    as_json: bool, home: Path | None,
) -> int:  # fmt: skip
    """Exit 0 with the counts, whether anybody is affected or not."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services.incident import RULE, RULE_FOR_NAMES, name_them
        from ui.cli.people import colleague

        if whole == (since is not None) or (whole and (until is not None or by)):
            raise Refused("请写 --since（可加 --until、--by），或只写 --station。", "which_people")
        desk = open_desk(find_home(home))
        actor = colleague(desk, RULE, login)
        other = colleague(desk, RULE_FOR_NAMES, second, beside=actor) if out is not None else None
        days = None if since is None else (since.date(), until.date() if until else desk.today())
        with telling("查找", quiet=as_json) as tell:
            found = _found(desk, days, by, actor, tell)
        if out is not None and other is not None:
            name_them(desk, found, actor=actor, second=other)
            _save(found, out)
        if as_json:
            answer.print_json(_document(found, out))
        else:
            _print(found, out)
        return answer.OK

    return answer.run(run, as_json=as_json)


def _found(desk: Desk, days: tuple[date, date] | None, by: str, actor: Actor, tell: Tell) -> Incident:
    from station.services.incident import held_here, looked_at

    if days is None:
        return held_here(desk, actor=actor, tell=tell)
    return looked_at(desk, *days, by, actor=actor, tell=tell)


def _document(found: Incident, out: Path | None) -> dict[str, Any]:
    began = None if found.began_ms is None else day_of(found.began_ms)
    return {
        "people": len(found.people), "erased": found.erased, "kinds": found.kinds, "companies": found.companies,
        "known_since": began, "file": out,
    }  # fmt: skip


def _print(found: Incident, out: Path | None) -> None:
    click.echo(f"涉及 {len(found.people)} 人，其中 {found.erased} 人的个人信息已删除，只能按编号列出。")
    click.echo(f"涉及的信息：{_kinds(found.kinds) or '无'}")
    if found.began_ms is not None:
        click.echo(f"只含本站的查看记录（自 {day_of(found.began_ms)} 起）；其他站点请在该站点查。")
    if found.companies:
        table = Table("企业", "联系人", "电话", "人数", "涉及的信息")
        for one in found.companies:
            table.add_row(_name(one), one.contact, one.phone, str(one.people), _kinds(one.kinds))
        Console().print(table)
    if out is not None:
        click.echo(f"名单已写入 {out}，含姓名和手机，用完请删除。")


def _name(company: CompanyShare) -> str:
    return company.name or company.uscc or NO_COMPANY


def _kinds(counted: dict[str, int]) -> str:
    return "、".join(f"{word('data_kind', kind)} {many} 人" for kind, many in counted.items())


def _save(found: Incident, out: Path) -> None:
    from ui.books import save_book

    names = {one.uscc: _name(one) for one in found.companies}
    rows: list[tuple[Any, ...]] = [COLUMNS]
    for one in found.people:
        kinds = "、".join(word("data_kind", kind) for kind in one.kinds)
        rows.append(
            (one.number, ERASED if one.erased else one.name, one.document, one.phone, names[one.company], kinds)
        )
    save_book(out, TITLE, rows, WIDTHS)
