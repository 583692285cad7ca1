"""What the ministry's record says of a worker, compared with the file field by field (WRONG-2, D-5, 双证合一)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from station.domain.deadlines import refresh_due
from station.domain.holders import differs
from station.domain.worker import WorkerRecord

Matches = tuple[bool | None, bool | None, bool | None]
"""Whether name, document number and company agree; None where one side says nothing."""
FIELDS = ("姓名", "证件号码", "企业")


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """Name, document number and company as they stand in the ministry's record; its `repr` names nobody."""

    name: str = ""
    number: str = ""
    company: str = ""

    def __repr__(self) -> str:
        return "Said()"


def compared(record: WorkerRecord, said: Said, company: Iterable[str]) -> Matches:
    """The record against the file; `company` is every name and code the worker's company goes by."""
    person, known = record.person, {_plain(one) for one in company if one}
    name = number = firm = None
    if said.name and person is not None and person.name:
        name = not differs((said.name, ""), person)
    if said.number and person is not None and person.number:
        number = not differs(("", said.number), person)
    if said.company and known:
        firm = _plain(said.company) in known
    return name, number, firm


def differing(matches: Matches) -> str:
    """The fields that differ, in words; empty where none does."""
    return "、".join(field for field, same in zip(FIELDS, matches, strict=True) if same is False)


def another_certificate(record: WorkerRecord, certificate: str) -> str:
    """The sentence about a certificate reference that is not the one on file; empty where nothing was or it is."""
    known = record.credit
    if known is None or not known.certificate or not certificate or _plain(certificate) == _plain(known.certificate):
        return ""
    return f"信用查询证书号与 {known.checked_on} 登记的不同，请确认已换发新的证书；填错的请作废这份记录后重新登记。"


def why_not_fresh(record: WorkerRecord, day: date) -> str:
    """Why the ministry's record is no ground for a refresh on that day, as a sentence; empty where it is one.

    A refresh is of everything (R37): a record that is older than the refresh period has to be looked up again.
    """
    known = record.credit
    if known is None:
        return "还没有登记商务部信用记录，请先查询并登记，再办理半年更新。"
    if day > refresh_due(known.checked_on):
        return f"商务部信用记录是 {known.checked_on} 查询的，已超过半年，请重新查询、核对并登记，再办理半年更新。"
    wrong = differing((known.name_matches, known.number_matches, known.company_matches))
    if wrong:
        return f"商务部信用记录与档案不一致：{wrong}。请先更正并重新登记，再办理半年更新。"
    return "" if known.status == "PASSED" else "商务部信用记录还不是“已通过”，不能完成半年更新。"


def _plain(text: str) -> str:
    """Widths, blanks and case say nothing about whose name it is."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
