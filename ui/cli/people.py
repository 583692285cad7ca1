"""Who acts at the command line: in a rehearsal its made-up staff, at a real station somebody who gives a password."""

from __future__ import annotations

import click

from station.domain.authority import Actor
from station.domain.errors import Refused
from station.services.desk import Desk
from station.services.rehearsal import cast
from station.services.staff import REHEARSAL_PASSWORD, Staff, found_rehearsal_staff


def clerk_of(desk: Desk) -> Actor:
    """The clerk of a rehearsal; else whoever signs in. Raises Refused for a wrong password."""
    if desk.settings.rehearsal:
        return cast(desk.settings.city.code).clerk
    login = click.prompt("登录名", err=True)
    return Staff(desk).sign_in(login, click.prompt("口令", hide_input=True, err=True))


def reviewer_of(name: str) -> Actor:
    """The company's own reviewer as named on the list, which is what they signed. Raises Refused for no name."""
    if not name.strip():
        raise Refused("请填写企业初审人姓名（--reviewer，名单上签字的人）。", "no_reviewer")
    return Actor(name.strip(), ("COMPANY_REVIEWER",))


def colleague(desk: Desk, rule: str, login: str, *, beside: Actor | None = None) -> Actor:
    """Who does an act, or stands beside who does it: the one named, with their password; in a rehearsal whoever may.

    Raises Refused where nobody of this station may, or for a wrong password.
    """
    staff = Staff(desk)
    if desk.settings.rehearsal:
        found_rehearsal_staff(desk)
    able = [one for one in staff.able(rule, second=beside is not None) if beside is None or one.person != beside.person]
    if not able:
        raise Refused("本站点没有人可以办理此项业务。", "nobody_able")
    if desk.settings.rehearsal:
        return staff.sign_in(login or able[0].login, REHEARSAL_PASSWORD)
    asked = "第二人登录名" if beside is not None else "办理人登录名"
    name = login or click.prompt(f"{asked}（{'、'.join(one.login for one in able)}）", err=True)
    return staff.sign_in(name, click.prompt(f"{name} 的口令", hide_input=True, err=True))


def worker_named(desk: Desk, typed: str) -> str:
    """The one worker meant by a name, a document number or a permit number. Raises Refused otherwise."""
    found = desk.ledger.roll.find(typed, limit=2)
    if len(found) != 1:
        said = "没有找到" if not found else "不止一位"
        raise Refused(f"{said}“{typed}”，请写证件号码或证号。", "which_worker")
    return found[0].subject
