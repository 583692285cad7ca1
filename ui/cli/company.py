"""company: a company's list of workers – template out, findings in sentences, good rows taken, bad rows given back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ui.cli import answer
from ui.cli.company_acts import commands
from ui.cli.home import home_option, open_desk_for
from ui.cli.progress import progress

A_PATH = click.Path(path_type=Path)
JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
COMPANY = click.option("--company", "uscc", required=True, help="企业的统一社会信用代码")
PHOTOS = click.option("--photos", type=A_PATH, default=None, help="照片文件夹或 zip")


@click.group("company", help="企业：登记、状态、保单和批单；名单模板、核对、录入、退回。")
def command() -> None:
    """A group."""


@command.command("template", help="写出空白名单模板（xlsx）。")
@click.argument("out", type=A_PATH)
@JSON
def template_(out: Path, as_json: bool) -> int:
    """Exit 0 when the file was written."""

    def run() -> int:
        from station.company.books import template

        template(out)
        answer.print_json({"ok": True, "template": out}) if as_json else click.echo(f"模板：{out}")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("add", help="登记一家企业。")
@click.argument("uscc")
@click.argument("name")
@click.argument("short_name")
@click.argument("division")
@click.option("--phone", default="", help="联系电话")
@click.option("--contact", default="", help="联系人")
@JSON
@home_option
def add(
    uscc: str, name: str, short_name: str, division: str, phone: str, contact: str, as_json: bool, home: Path | None
) -> int:
    """Exit 0 when the company is registered."""

    def run() -> int:
        from station.services import companies
        from ui.cli.people import clerk_of

        desk = open_desk_for(None, home)
        code = companies.register(
            desk, uscc, name, short_name, division, phone=phone, contact=contact, actor=clerk_of(desk)
        ).value
        answer.print_json({"ok": True, "company": code}) if as_json else click.echo(f"已登记：{code}")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("check", help="核对名单：逐行列出问题；--back 写出有问题的行。")
@click.argument("sheet", metavar="LIST.xlsx", type=A_PATH)
@PHOTOS
@COMPANY
@click.option("--back", type=A_PATH, default=None, help="把有问题的行连同说明写到这个文件")
@JSON
@home_option
def check(
    sheet: Path, photos: Path | None, uscc: str, back: Path | None, as_json: bool, home: Path | None
) -> int:
    """Exit 0 when every row is good, 1 otherwise."""

    def run() -> int:
        from station.company.opener import Opener
        from station.company.taking import read_list

        desk = open_desk_for(None, home)
        with Opener() as opener:
            rows = read_list(desk, opener, sheet, photos, uscc)
        return _said(rows, {}, back, as_json)

    return answer.run(run, as_json=as_json)


@command.command("take", help="录入名单中没有问题的行并送交协会；重复运行会从断点继续。")
@click.argument("sheet", metavar="LIST.xlsx", type=A_PATH)
@PHOTOS
@COMPANY
@click.option("--reviewer", default="", help="企业初审人姓名（名单上签字的人，必填）")
@click.option("--back", type=A_PATH, default=None, help="把有问题的行连同说明写到这个文件")
@JSON
@home_option
def take_(
    sheet: Path, photos: Path | None, uscc: str, reviewer: str, back: Path | None, as_json: bool, home: Path | None
) -> int:
    """Exit 0 when every row was taken now or before, 1 when some were given back."""

    def run() -> int:
        from station.bootstrap import models_home
        from station.company.opener import Opener
        from station.company.taking import read_list, take
        from station.faces.engines import load
        from ui.cli.people import clerk_of, reviewer_of

        passed_by = reviewer_of(reviewer)
        desk = open_desk_for(None, home)
        with Opener() as opener:
            rows = read_list(desk, opener, sheet, photos, uscc)
            good = sum(row.good for row in rows)
            runs = take(
                desk, rows, uscc, opener=opener, photos=photos, clerk=clerk_of(desk), reviewer=passed_by,
                finder=load(models_home()),
            )
            taken = list(progress(runs, good, "录入", quiet=as_json))
        desk.sync()
        counts = {
            "taken": sum(bool(one.subject) and one.fresh for one in taken),
            "already": sum(bool(one.subject) and not one.fresh for one in taken),
        }
        return _said(rows, counts, back, as_json)

    return answer.run(run, as_json=as_json)


def _said(rows: list[Any], counts: dict[str, int], back: Path | None, as_json: bool) -> int:
    from station.company.books import given_back

    bad = [row for row in rows if not row.good]
    if back is not None and bad:
        given_back(back, bad)
    if as_json:
        findings = [
            {"line": row.row.line, "column": found.column, "sentence": found.sentence}
            for row in bad
            for found in row.findings
        ]
        document = {"ok": not bad, "rows": len(rows), "good": len(rows) - len(bad), **counts, "findings": findings}
        answer.print_json(document)
    else:
        for row in bad:
            click.echo(f"第 {row.row.line} 行：{' '.join(found.sentence for found in row.findings)}")
        click.echo(f"共 {len(rows)} 行，合格 {len(rows) - len(bad)} 行，有问题 {len(bad)} 行。")
        if counts:
            click.echo(f"本次录入 {counts['taken']} 人，先前已录入 {counts['already']} 人。")
        if back is not None and bad:
            click.echo(f"有问题的行：{back}")
    return answer.REFUSED if bad else answer.OK


for made in commands():
    command.add_command(made)
