"""The register of companies: which one somebody means, entered once, corrected, with whom to call (R46, R53)."""

from __future__ import annotations

from dataclasses import replace

from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.identity import Uscc, parse_phone
from station.ledger.roll import CompanyRow
from station.services.desk import Desk, Done, Topic

SHOWN = 4


def one(desk: Desk, typed: str) -> CompanyRow:
    """The company of that code or name. A name that is exactly one company's wins over longer names that contain it.

    Raises Refused where nobody is meant, or several: nobody is ever put under a company they did not sign with.
    """
    said = typed.strip()
    found = desk.ledger.roll.find_company(said) if said else []
    exact = [row for row in found if said.upper() == row.uscc or said in (row.name, row.short_name)]
    meant = exact if len(exact) == 1 else found
    if not meant:
        raise Refused("没有找到这家企业，请先登记企业，或填写统一社会信用代码。", "no_company")
    if len(meant) > 1:
        names = "、".join(row.name for row in meant[:SHOWN])
        raise Refused(f"不止一家企业符合：{names}{'等' if len(meant) > SHOWN else ''}。请填全称或代码。", "companies")
    return meant[0]


def register(
    desk: Desk,
    uscc: str,
    name: str,
    short_name: str,
    division: str,
    *,
    contact: str = "",
    phone: str = "",
    actor: Actor,
) -> Done[str]:
    """Enter a company that is not known yet, member of the association or not (R46). Answers its USCC."""
    permit_act("company.REGISTER", actor)
    code = str(Uscc.parse(uscc))
    if desk.ledger.roll.company(code) is not None:
        raise Refused("这家企业已经登记，请用“更正信息”。", "company_known")
    if not name.strip() or not short_name.strip():
        raise Refused("请填写企业全称和简称。", "company_name")
    desk.divisions.in_force(division, desk.today())
    told = facts.CompanyRegistered(
        code, name.strip(), short_name.strip(), division, None, contact.strip(), _phone(phone)
    )
    desk.ledger.append([(f"company:{code}", told)], actor=actor.person)
    return Done(code, frozenset({Topic.COMPANIES}))


def correct(
    desk: Desk, uscc: str, *, name: str = "", short_name: str = "", contact: str = "", phone: str = "", actor: Actor
) -> Done[str]:
    """Name, short name or whom to call put right; what is left empty stays, and so does the place of registration."""
    permit_act("company.REGISTER", actor)
    desk.today()
    known = desk.company(uscc)
    if not any(said.strip() for said in (name, short_name, contact, phone)):
        raise Refused("请填写要更正的内容。", "nothing_to_correct")
    told = facts.CompanyRegistered(
        known.uscc, known.name, known.short_name, known.division, None, known.contact, known.phone
    )
    told = replace(
        told, name=name.strip() or told.name, short_name=short_name.strip() or told.short_name,
        contact=contact.strip() or told.contact, phone=_phone(phone) or told.phone,
    )  # fmt: skip
    desk.ledger.append([(known.subject, told)], actor=actor.person)
    return Done(known.uscc, frozenset({Topic.COMPANIES, Topic.ROLL}))


def _phone(typed: str) -> str:
    return parse_phone(typed) if typed.strip() else ""
