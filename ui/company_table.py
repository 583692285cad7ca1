"""Every act on a company, one row each: what it asks for, who may, which service it calls; for desktop and commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from station.domain.authority import Actor
from station.domain.errors import Refused
from station.domain.people import INSURANCE_KINDS
from station.domain.record import CompanyRecord
from station.services import companies, leaving, policies
from station.services.desk import Desk, Done
from ui import text_companies as text
from ui.acts import Choices, Field, Values

Answer = Done[str]
SHOWN = 6


@dataclass(frozen=True, slots=True)
class CompanyHand:
    """Everything an act on a company is done with; `uscc` is the company in hand, empty when there is none."""

    desk: Desk
    uscc: str
    values: Values
    actor: Actor

    @property
    def chosen(self) -> str:
        """The company in hand. Raises Refused when there is none."""
        if not self.uscc:
            raise Refused(text.PICK, "no_company")
        return self.uscc

    def day(self, name: str) -> date:
        return self.values.day(name)


@dataclass(frozen=True, slots=True)
class CompanyForm:
    """One act: key in the texts, the rule that says who, the deed, its fields. `do` answers the sentence to show."""

    key: str
    rule: str
    do: Callable[[CompanyHand], Answer]
    fields: tuple[Field, ...]

    @property
    def title(self) -> str:
        return text.ACTS[self.key][0]

    @property
    def effect(self) -> str:
        return text.ACTS[self.key][1]

    def fields_for(self, desk: Desk, company: CompanyRecord | None) -> tuple[Field, ...]:
        """The fields with what may be chosen now."""
        return tuple(
            replace(field, choices=_always(_choices(field.name, desk, company))) if field.kind == "choice" else field
            for field in self.fields
        )


def _always(found: Mapping[str, str]) -> Choices:
    return lambda _: found


def _choices(name: str, desk: Desk, company: CompanyRecord | None) -> Mapping[str, str]:
    if name == "division":
        return {row.code: row.name for row in desk.divisions.counties_of(desk.settings.city.code, desk.clock.today())}
    if name == "status":
        now = company.status if company is not None else ""
        return {code: said for code, said in text.STATUSES.items() if code != now}
    if name == "kind":
        return INSURANCE_KINDS
    known = company.policies.values() if company is not None else ()
    today = desk.clock.today()
    return {one.number: f"{one.number} {one.insurer}" for one in known if one.last_day >= today}


def _register(hand: CompanyHand) -> Answer:
    v = hand.values
    done = companies.register(
        hand.desk, v.required("uscc"), v.required("name"), v.required("short_name"), v.required("division"),
        contact=v.text("contact"), phone=v.text("phone"), actor=hand.actor,
    )  # fmt: skip
    return Done(text.SAID["register"].format(what=v.text("short_name")), done.touched)


def _correct(hand: CompanyHand) -> Answer:
    v = hand.values
    done = companies.correct(
        hand.desk, hand.chosen, name=v.text("name"), short_name=v.text("short_name"), contact=v.text("contact"),
        phone=v.text("phone"), actor=hand.actor,
    )  # fmt: skip
    return Done(text.SAID["correct"].format(what=hand.desk.company(hand.chosen).short_name), done.touched)


def _status(hand: CompanyHand) -> Answer:
    v = hand.values
    done = leaving.change_company_status(
        hand.desk, hand.chosen, v.required("status"), v.day("on"), source=v.text("source"), actor=hand.actor
    )
    return Done(text.SAID["status"].format(what=done.value), done.touched)


def _write_policy(hand: CompanyHand) -> Answer:
    v = hand.values
    done = policies.write_policy(
        hand.desk, hand.chosen, policy=v.required("number"), insurer=v.required("insurer"), kind=v.required("kind"),
        first=v.day("first"), last=v.day("last"), insured=v.text("insured"), actor=hand.actor,
    )  # fmt: skip
    return Done(text.SAID["write_policy"].format(what=done.value.number), done.touched)


def _end_policy(hand: CompanyHand) -> Answer:
    v = hand.values
    done = policies.end_policy(
        hand.desk, hand.chosen, policy=v.required("policy"), last_day=v.day("last_day"), reason=v.text("reason"),
        actor=hand.actor,
    )  # fmt: skip
    return Done(text.SAID["end_policy"].format(what=done.value), done.touched)


def _endorse(day: str, *, adding: bool) -> Callable[[CompanyHand], Answer]:
    def do(hand: CompanyHand) -> Answer:
        v = hand.values
        people = [part for part in re.split(r"[、，,;；\s]+", v.text("people")) if part]
        done = policies.endorse(
            hand.desk, hand.chosen, v.required("policy"), people, day=v.day(day), endorsement=v.text("endorsement"),
            adding=adding, actor=hand.actor,
        )  # fmt: skip
        return Done(endorsed(done.value), done.touched)

    return do


def endorsed(found: policies.Endorsed) -> str:
    """How many were done, and for whom not and why."""
    said = text.SAID["endorsed"].format(done=found.done)
    if found.refused:
        named = [text.SAID["one"].format(who=who, why=why) for who, why in found.refused[:SHOWN]]
        said += text.SAID["refused"].format(count=len(found.refused), names=" ".join(named))
    return said


ENDORSEMENT = Field("endorsement", optional=True)
FORMS: tuple[CompanyForm, ...] = (
    CompanyForm("register", "company.REGISTER", _register,
                (Field("uscc"), Field("name"), Field("short_name"), Field("division", "choice"),
                 Field("contact", optional=True), Field("phone", optional=True))),
    CompanyForm("correct", "company.REGISTER", _correct,
                (Field("name", optional=True), Field("short_name", optional=True), Field("contact", optional=True),
                 Field("phone", optional=True))),
    CompanyForm("status", "company.CHANGE_STATUS", _status,
                (Field("status", "choice"), Field("on", "date", today=True), Field("source"))),
    CompanyForm("write_policy", "evidence.RECORD", _write_policy,
                (Field("number"), Field("insurer"), Field("kind", "choice"), Field("first", "date", today=True),
                 Field("last", "date"), Field("insured", optional=True))),
    CompanyForm("end_policy", "evidence.RECORD", _end_policy,
                (Field("policy", "choice"), Field("last_day", "date", today=True), Field("reason", optional=True))),
    CompanyForm("join", "evidence.RECORD", _endorse("joined", adding=True),
                (Field("policy", "choice"), Field("joined", "date", today=True), ENDORSEMENT,
                 Field("people", optional=True))),
    CompanyForm("leave", "evidence.RECORD", _endorse("last_day", adding=False),
                (Field("policy", "choice"), Field("last_day", "date", today=True), ENDORSEMENT, Field("people"))),
)  # fmt: skip
