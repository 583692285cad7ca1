"""company: the acts of the company file – register, correct, status, policies, endorsements – as on the desktop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.services.desk import Desk
from ui import text_companies as text
from ui.acts import Values
from ui.cli import answer
from ui.cli.act import option_of
from ui.cli.home import home_option, open_desk_for
from ui.cli.people import colleague
from ui.company_table import FORMS, CompanyForm, CompanyHand

NOBODY = WorkerRecord("")
NAMES = {"correct": "correct", "status": "status", "write_policy": "policy", "end_policy": "end-policy",
         "join": "join", "leave": "leave"}  # fmt: skip
"""What each act is called at the command line; registering has a command of its own."""


def commands() -> list[click.Command]:
    """One command for each act on a company that is known, and one that shows what is known."""
    return [_command(form) for form in FORMS if form.key in NAMES] + [show]


def _command(form: CompanyForm) -> click.Command:
    options: list[click.Parameter] = [
        click.Option(["--company"], required=True, help=text.FIND),
        *(option_of(field, text.FIELDS) for field in form.fields),
        click.Option(["--login"], default="", help="办理人登录名"),
        click.Option(["--json", "as_json"], is_flag=True, help="输出一个 JSON 文档"),
    ]
    made = click.Command(
        NAMES[form.key], params=options, callback=_callback(form), help=f"{form.title}：{form.effect}。"
    )
    home_option(made)
    return made


def _callback(form: CompanyForm) -> Callable[..., int]:
    def run(company: str, login: str, as_json: bool, home: Path | None, **given: Any) -> int:
        def act() -> int:
            desk = open_desk_for(None, home)
            uscc, said = do(desk, form, company, given, login)
            answer.print_json({"ok": True, "company": uscc, "said": said}) if as_json else click.echo(said)
            return answer.OK

        return answer.run(act, as_json=as_json)

    return run


def do(desk: Desk, form: CompanyForm, company: str, given: dict[str, Any], login: str) -> tuple[str, str]:
    """Do the act on the one company that is meant; answers its code and the sentence. Raises Refused."""
    from station.services import companies

    uscc = companies.one(desk, company).uscc
    raw = {}
    for field in form.fields_for(desk, desk.company(uscc)):
        typed = str(given[field.name] or "")
        offered = field.choices(NOBODY) if field.choices is not None else {}
        if field.kind == "choice" and typed and typed not in offered:
            listed = "；".join(f"{code} {said}" for code, said in offered.items())
            raise Refused(f"{text.FIELDS[field.name]}可选：{listed or '（没有）'}", "choices")
        raw[field.name] = typed or (desk.today().isoformat() if field.today else "")
    actor = colleague(desk, form.rule, login)
    return uscc, form.do(CompanyHand(desk, uscc, Values(raw, {}, text.FIELDS), actor)).value


@click.command("show", help="查看一家企业：状态、联系人、保单和在保人员。")
@click.argument("company")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def show(company: str, as_json: bool, home: Path | None) -> int:
    """Exit 0 when exactly one company is meant."""

    def run() -> int:
        from station.services import companies, policies

        desk = open_desk_for(None, home)
        known = desk.company(companies.one(desk, company).uscc)
        inside = policies.members(desk, known.uscc)
        if as_json:
            answer.print_json({
                "uscc": known.uscc, "name": known.name, "short_name": known.short_name, "status": known.status,
                "contact": known.contact, "phone": known.phone, "division": known.division,
                "policies": [
                    {"policy": one.number, "insurer": one.insurer, "kind": one.kind, "first": one.period.first,
                     "last": one.last_day, "members": [
                         {"name": who.name, "first": who.first, "last": who.last_day} for who in inside[one.number]]}
                    for one in known.policies.values()],
            })  # fmt: skip
            return answer.OK
        click.echo(f"{known.name} {known.uscc} {text.STATUSES[known.status]} {known.contact} {known.phone}".rstrip())
        for one in known.policies.values():
            span = text.SPAN.format(first=one.period.first, last=one.last_day)
            click.echo(f"{one.number} {one.insurer} {span} {text.COUNT.format(count=len(inside[one.number]))}")
            for who in inside[one.number]:
                click.echo(f"  {who.name} {text.SPAN.format(first=who.first, last=who.last_day)}")
        return answer.OK

    return answer.run(run, as_json=as_json)
