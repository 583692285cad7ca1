"""Faults by name: which misfortune strikes at which card and where in its job; knows no printer language.

`NAME[:WHERE]@CARD`, several separated by commas: `ribbon_end@3`, `jam:c@5`, `unplug:reply@2`, `unplug:4096@1`.
CARD counts the cards fed since the tray was new. A fault strikes once, at that card or the first one after it; a mark
behind it (`ribbon_end@1~b2`) makes it another fault, so that it can be practised again at the same printer.
WHERE is `start`, a panel letter, `back`, `end` (between the last panel and the end command), `reply` (after the end
command, before its answer), `status` (at the first question after the card came out) or a byte of the job.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence
from dataclasses import dataclass

from devices.errors import BadUrl

LINK = frozenset({"unplug", "gone", "reboot", "other_printer"})
"""The cable, the power, the port. `unplug` is back at the next open; `gone` stays away until a new start."""

ANSWER = frozenset({"mute", "wrong_answer", "slow"})
MEDIA = frozenset({"jam", "ribbon_end", "ribbon_broken", "cover_open", "head_hot", "feed_fail"})
STANDING = frozenset(
    {"feeder_empty", "cover_open", "ribbon_end", "reject_full", "clean_due", "clean_must", "wrong_ribbon"}
)
"""Conditions that hold before a card is fed, until the operator mends them (WHERE is `start`)."""

PLACES_OF = ("", "y", "m", "c", "k", "o", "back", "end", "reply", "status")
"""Where a fault can be asked to strike; "" is its usual place."""

CARD = frozenset({"half_card", "two_cards", "late_card", "counter_reset", "no_varnish"})
"""What the printer does not notice."""

NAMES = LINK | ANSWER | MEDIA | STANDING | CARD

_USUAL = {
    "unplug": "m",
    "gone": "m",
    "reboot": "m",
    "other_printer": "m",
    "mute": "start",
    "wrong_answer": "reply",
    "slow": "reply",
    "jam": "c",
    "ribbon_end": "m",
    "ribbon_broken": "m",
    "feed_fail": "feed",
}
_PLACES = ("start", "feed", "y", "m", "c", "k", "o", "back", "end", "reply", "status")
_SHAPE = re.compile(r"([a-z_]+)(?::([a-z]+|\d{1,8}))?@(\d{1,6})(?:~[a-z0-9]{1,8})?")


@dataclass(frozen=True, slots=True)
class Misfortune:
    """One planned fault. Its text is its identity: it strikes once."""

    name: str
    where: str
    card: int
    text: str


def parse(text: str) -> tuple[Misfortune, ...]:
    """The faults of a `fault=` option. Raises BadUrl with the names that exist."""
    found = []
    for part in filter(None, text.split(",")):
        match = _SHAPE.fullmatch(part)
        if match is None or match[1] not in NAMES or int(match[3]) < 1:
            raise BadUrl(f"没有名为“{part}”的故障。写法是 名称@第几张，名称有：{'、'.join(sorted(NAMES))}。", "fault")
        name, where = match[1], match[2] or _USUAL.get(match[1], "start")
        if not _possible(name, where):
            raise BadUrl(f"故障“{name}”不能发生在“{where}”。", "fault")
        found.append(Misfortune(name, where, int(match[3]), part))
    return tuple(found)


def _possible(name: str, where: str) -> bool:
    if where.isdigit():
        return name in LINK
    if name in CARD or (name in STANDING and name not in MEDIA):
        return where == "start"
    if name == "feed_fail":
        return where == "feed"
    if name in MEDIA and name not in STANDING and name != "head_hot" and where == "start":
        return False
    places = _PLACES if name in LINK | ANSWER else _PLACES[:-2]
    return where in places and where != "feed"


def possible(name: str, where: str) -> bool:
    """Whether a fault of that name can strike there; "" is its usual place."""
    return name in NAMES and _possible(name, where or _USUAL.get(name, "start"))


class Misfortunes:
    """The planned faults that have not struck yet. `struck` is the printer's memory of those that have."""

    def __init__(self, planned: tuple[Misfortune, ...], struck: MutableSequence[str]) -> None:
        self._planned = planned
        self._struck = struck

    def replace(self, planned: tuple[Misfortune, ...]) -> None:
        """From here on these are planned, and none of those before."""
        self._planned = planned

    def strike(self, names: frozenset[str], where: str, card: int) -> str:
        """The name of a fault that is due here, "" when there is none. It will not be due again."""
        for fault in self._planned:
            if fault.name in names and fault.where == where and self._due(fault, card):
                self._struck.append(fault.text)
                return fault.name
        return ""

    def missed(self, names: frozenset[str], card: int) -> str:
        """A due fault whose panel this job does not have: it strikes at the last panel instead."""
        return next((hit for where in "ymcko" if (hit := self.strike(names, where, card))), "")

    def byte(self, card: int) -> int | None:
        """The first byte of the job at which the link is to die, None without such a fault."""
        due = [int(fault.where) for fault in self._planned if fault.where.isdigit() and self._due(fault, card)]
        return min(due, default=None)

    def _due(self, fault: Misfortune, card: int) -> bool:
        return card >= fault.card and fault.text not in self._struck
