"""Who acts at the command line: in a rehearsal its made-up staff, at a real station somebody who gives a password."""

from __future__ import annotations

import click

from station.domain.authority import Actor
from station.services.desk import Desk
from station.services.rehearsal import cast
from station.services.staff import Staff


def clerk_of(desk: Desk) -> Actor:
    """The clerk of a rehearsal; else whoever signs in. Raises Refused for a wrong password."""
    if desk.settings.rehearsal:
        return cast(desk.settings.city.code).clerk
    login = click.prompt("登录名", err=True)
    return Staff(desk).sign_in(login, click.prompt("口令", hide_input=True, err=True))


def reviewer_of(name: str) -> Actor:
    """The company's own reviewer as named on the list; the list is what they signed."""
    return Actor(name.strip() or "reviewer-01", ("COMPANY_REVIEWER",))
