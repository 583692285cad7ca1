"""Whose paper it is: the name and number on a certificate or a member list against the person of the file (WRONG-7)."""

from __future__ import annotations

import unicodedata

from station.domain.errors import Refused
from station.domain.evidence import Holder
from station.domain.identity import ascii_of
from station.domain.names import check_name
from station.domain.parts import Person
from station.domain.worker import WorkerRecord


def written(name: str, number: str) -> Holder:
    """Name and number as somebody read them off a paper, spelt as this ledger spells them; either may be empty."""
    return (check_name(name) if name.strip() else ""), "".join(ascii_of(number).split()).upper()


def differs(holder: Holder, person: Person | None) -> bool:
    """Whether this paper speaks of somebody else. What was not written down, or cannot be read here, differs not."""
    if person is None:
        return False
    name, number = holder
    other_name = bool(name and person.name) and _plain(name) != _plain(person.name or "")
    return other_name or bool(number and person.number and number != person.number)


def refuse_another(record: WorkerRecord, holder: Holder) -> None:
    """Raise Refused for a paper that is made out to somebody else: nobody's cover or training is anybody's else."""
    if differs(holder, record.person):
        raise Refused("材料上的姓名或证件号码与本人不一致，不能作为本人的材料；档案有误的先更正。", "holder_differs")


def foreign(record: WorkerRecord) -> list[str]:
    """The kinds of standing papers that speak of somebody else, as after a correction of the person's identity."""
    papers = (
        ("medical", [one.holder for one in record.medicals]),
        ("insurance", [one.holder for one in record.insurances]),
        ("training", [one.holder for one in record.trainings]),
    )
    return [kind for kind, holders in papers if any(differs(one, record.person) for one in holders)]


def _plain(name: str) -> str:
    """Compared by NFC (domain.md §8.1); Latin names without regard to case."""
    return unicodedata.normalize("NFC", name).casefold()
