"""Who acts on the command line: the made-up staff of a rehearsal; a real station asks people to sign in at a window."""

from __future__ import annotations

from station.domain.authority import Actor
from station.domain.errors import Refused
from station.services.desk import Desk
from station.services.rehearsal import Cast, cast


def staff(desk: Desk) -> Cast:
    """The people of a rehearsal. Raises Refused at a real station: a command line knows nobody."""
    if not desk.settings.rehearsal:
        raise Refused("正式站点的这项业务须本人登录后办理，请在桌面程序里操作。", "not_signed_in")
    return cast(desk.settings.city.code)


def operator(desk: Desk) -> Actor:
    """The made-up person at the printers: batches and stock."""
    people = staff(desk)
    return Actor(people.clerk.person, (*people.clerk.roles, "BATCH_OPERATOR"), people.clerk.city)
