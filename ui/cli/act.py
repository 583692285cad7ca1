"""act: every act of the counter by its name – revoke, suspend, accept … – with the rules of the desktop's form.

The table of acts (`ui.act_table`) is the only list: an act that is added there is a command here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from station.domain.errors import Refused
from station.services.desk import Desk
from ui import text_acts as words
from ui.acts import Field, Form, Hand, Values
from ui.cli import answer
from ui.cli.home import find_home, home_option
from ui.cli.people import colleague, worker_named
from ui.words import words as table


class Acts(click.Group):
    """One command for each row of the table of acts, made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_forms())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        form = _forms().get(cmd_name)
        return None if form is None else command_of(form)


@click.command(
    "act", cls=Acts, help="办理业务：与桌面“办理”同样的规则和两人确认；act 业务 --help 列出要填的内容。"
)
def command() -> None:
    """The group; its commands answer 0 done, 1 refused."""


def act_named(key: str) -> click.Command:
    """The command of one act, for the supervisor's acts that have a word of their own."""
    return command_of(_forms()[key])


def command_of(form: Form) -> click.Command:
    """The command of one act: an option for each field, the person, and who does it."""
    options: list[click.Parameter] = [
        click.Option(["--worker"], required=True, help="姓名、证件号码或证号"),
        *(option_of(field) for field in form.fields),
        click.Option(["--login"], default="", help="办理人登录名"),
    ]
    if form.two:
        options.append(click.Option(["--second"], default="", help="第二人登录名"))
    options.append(click.Option(["--json", "as_json"], is_flag=True, help="输出一个 JSON 文档"))
    made = click.Command(_name(form), params=options, callback=_callback(form), help=f"{form.title}：{form.effect}")
    home_option(made)
    return made


def _forms() -> dict[str, Form]:
    from ui.act_table import FORMS

    return {_name(form): form for form in FORMS}


def _name(form: Form) -> str:
    return form.key.replace("_", "-")


def option_of(field: Field, labels: Mapping[str, str] = words.FIELDS) -> click.Option:
    """The option that asks for one field of a form."""
    said = labels[field.name]
    name = f"--{field.name.replace('_', '-')}"
    if field.kind == "yes":
        return click.Option([name], is_flag=True, help=said)
    if field.kind == "ticks":
        return click.Option([name], multiple=True, help=f"{said}；可写多次，写 list 列出可选项")
    if field.kind == "choice":
        said += "；写 list 列出可选项"
    return click.Option([name], default="", help=said + ("（默认今天）" if field.today else ""))


def _callback(form: Form) -> Callable[..., int]:
    def run(worker: str, login: str, as_json: bool, home: Path | None, second: str = "", **given: Any) -> int:
        def act() -> int:
            from station.bootstrap import open_desk

            desk = open_desk(find_home(home))
            subject = worker_named(desk, worker)
            told = do(desk, form, subject, given, login, second)
            if as_json:
                answer.print_json({"act": form.key, "title": form.title, **told})
            else:
                click.echo(f"{form.title}：已办理。码的颜色：{table('colour')[told['colour']]}。{told['said']}")
            return answer.OK

        return answer.run(act, as_json=as_json)

    return run


def do(desk: Desk, form: Form, subject: str, given: dict[str, Any], login: str, second: str) -> dict[str, Any]:
    """Do the act. Raises Refused as the desktop does, and where the act makes no sense for this person now."""
    record = desk.worker(subject)
    if not form.offered(record):
        raise Refused(f"此人现在不能办理“{form.title}”。", "not_offered")
    values = _values(form, given, desk, subject)
    actor = colleague(desk, form.rule_for(record), login)
    other = colleague(desk, form.rule, second, beside=actor) if form.two else None
    done = form.do(Hand(desk, subject, record, values, actor, other))
    return {**standing_of(desk, subject), "said": done.said}


def standing_of(desk: Desk, subject: str) -> dict[str, Any]:
    """What the person's code answers now, for scripts."""
    from station.domain.standing import Colour, standing

    record = desk.worker(subject)
    right, papers = record.permit, record.open_application
    colour = Colour.UNKNOWN if right is None else standing(record, right.number, desk.today()).colour
    return {
        "permit_number": right.number if right is not None else None,
        "permit": right.state.value if right is not None else None,
        "application": papers.state.value if papers is not None else None,
        "cards": {one.issue_number: one.state.value for one in record.cards_of(right.number)} if right else {},
        "colour": colour.value,
    }


def _values(form: Form, given: dict[str, Any], desk: Desk, subject: str) -> Values:
    record, raw, ticked = desk.worker(subject), {}, {}
    for field in form.fields:
        typed = given[field.name]
        offered = field.choices(record) if field.choices is not None else {}
        wanted = tuple(typed) if field.kind == "ticks" else (str(typed),) if field.kind == "choice" and typed else ()
        unknown = [one for one in wanted if one not in offered]
        if unknown:
            listed = "；".join(f"{code} {said}" for code, said in offered.items())
            raise Refused(f"{words.FIELDS[field.name]}可选：{listed or '（没有）'}", "choices")
        if field.kind == "ticks":
            ticked[field.name] = wanted
        elif field.kind == "yes":
            raw[field.name] = "1" if typed else ""
        else:
            raw[field.name] = str(typed) or (desk.today().isoformat() if field.today else "")
    return Values(raw, ticked)
