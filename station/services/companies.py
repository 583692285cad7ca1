"""Which company somebody means: one, or a sentence that says why not (R53: exactly one company)."""

from __future__ import annotations

from station.domain.errors import Refused
from station.ledger.roll import CompanyRow
from station.services.desk import Desk

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
