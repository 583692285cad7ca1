"""Who acts at printers and stock on the command line: made-up people of a rehearsal, else whoever signs in."""

from __future__ import annotations

import click

from station.domain.authority import Actor
from station.services.desk import Desk
from station.services.rehearsal import cast
from station.services.staff import Staff

_here: dict[tuple[str, str], Actor] = {}
"""Who has signed in to which station in this process: nobody is asked twice by one command."""


def operator(desk: Desk) -> Actor:
    """The person at the printers. Raises Refused for a wrong password."""
    people = cast(desk.settings.city.code)
    made_up = Actor(people.clerk.person, (*people.clerk.roles, "BATCH_OPERATOR"), people.clerk.city)
    return made_up if desk.settings.rehearsal else _signed_in(desk, "办理人登录名")


def supervisor(desk: Desk) -> Actor:
    """The supervisor who decides or signs. Raises Refused for a wrong password."""
    return cast(desk.settings.city.code).supervisor if desk.settings.rehearsal else _signed_in(desk, "主管登录名")


def witness(desk: Desk) -> Actor:
    """The second of two people who stand at the pack. Raises Refused for a wrong password."""
    return cast(desk.settings.city.code).supervisor if desk.settings.rehearsal else _signed_in(desk, "第二人登录名")


def _signed_in(desk: Desk, asked: str) -> Actor:
    key = (str(desk.settings.home), asked)
    if key not in _here:
        login = click.prompt(asked, err=True)
        _here[key] = Staff(desk).sign_in(login, click.prompt("口令", hide_input=True, err=True))
    return _here[key]
