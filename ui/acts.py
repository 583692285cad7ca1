"""What an act of the counter is: a form with fields, who does it, when it is offered, and the deed.

No rule lives here: a service that refuses says why. The acts themselves stand in `act_table`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from station.domain.authority import ACTS, Actor
from station.domain.decide.papers import rule_to_extend, rule_to_return
from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done
from ui import text_acts as words

Choices = Callable[[WorkerRecord], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `kind`: text, date, number, choice, ticks, yes, file, save."""

    name: str
    kind: str = "text"
    choices: Choices | None = None
    optional: bool = False
    today: bool = False  # a date that is usually today


@dataclass(frozen=True, slots=True)
class Values:
    """What was filled in, checked for form only."""

    raw: Mapping[str, str]
    ticked: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str] = field(default_factory=lambda: words.FIELDS)

    def text(self, name: str) -> str:
        return self.raw.get(name, "").strip()

    def required(self, name: str) -> str:
        """Raises Refused where nothing was typed."""
        found = self.text(name)
        if not found:
            raise Refused(words.FILL.format(label=self.labels[name]), "fill")
        return found

    def day(self, name: str) -> date:
        """2026-11-23, 20261123, 2026/11/23. Raises Refused."""
        plain = self.required(name).replace("-", "").replace("/", "").replace(".", "")
        try:
            return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        except ValueError:
            raise Refused(words.BAD_DATE.format(label=self.labels[name]), "bad_date") from None

    def number(self, name: str) -> int:
        typed = self.required(name)
        if not typed.isdigit() or len(typed) > 6:
            raise Refused(words.BAD_NUMBER.format(label=self.labels[name]), "bad_number")
        return int(typed)

    def ticks(self, name: str) -> tuple[str, ...]:
        return self.ticked.get(name, ())


@dataclass(frozen=True, slots=True)
class Hand:
    """Everything an act is done with."""

    desk: Desk
    subject: str
    record: WorkerRecord
    values: Values
    actor: Actor
    second: Actor | None = None

    @property
    def paper(self) -> str:
        """The application in hand."""
        papers = self.record.open_application
        return papers.id if papers is not None else ""

    @property
    def number(self) -> str:
        """The permit that counts."""
        right = self.record.permit
        return right.number if right is not None else ""

    @property
    def other(self) -> Actor:
        """The second person; the rule of the act has made sure there is one."""
        if self.second is None:
            raise Refused(words.PICK_ONE.format(label=words.SECOND), "second_person")
        return self.second

    @property
    def issue(self) -> int:
        return int(self.values.required("issue"))


BY_RECORD = {"application.EXTEND": rule_to_extend, "application.RETURN": rule_to_return}


@dataclass(frozen=True, slots=True)
class Form:
    """One act: its key in the texts, the rule that says who, its fields, when it is offered, and the deed."""

    key: str
    group: str
    rule: str
    offered: Callable[[WorkerRecord], bool]
    do: Callable[[Hand], Done[Any]]
    fields: tuple[Field, ...] = ()

    def rule_for(self, record: WorkerRecord) -> str:
        """The rule that says who: a second 补正 or extension is another person's act than the first."""
        papers, by_record = record.open_application, BY_RECORD.get(self.rule)
        return self.rule if papers is None or by_record is None else by_record(papers)

    @property
    def title(self) -> str:
        return words.ACTS[self.key][0]

    @property
    def effect(self) -> str:
        return words.ACTS[self.key][1]

    @property
    def two(self) -> bool:
        return bool(ACTS[self.rule].second)
