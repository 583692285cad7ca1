"""What an identity card gives to the intake form: checked, without its photo; knows no reader and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from devices.contracts import IdCard
from station.domain.errors import Refused
from station.domain.identity import CitizenNumber
from station.domain.names import check_name


@dataclass(frozen=True, slots=True)
class CardRead:
    """The fields of the form that a card fills in, and what the clerk should look at."""

    number: str = field(repr=False)
    name: str = field(repr=False)
    address: str = field(repr=False)
    ethnicity: str = field(repr=False)
    warnings: tuple[str, ...] = ()


def from_card(card: IdCard, today: date) -> CardRead:
    """Raises Refused for a card that contradicts itself, or whose number or name cannot be entered."""
    number = CitizenNumber.parse(card.number, today)
    if number.birth != card.birth or number.sex != card.sex:
        raise Refused("卡内的出生日期或性别与证件号码不符，请核对原件，必要时报告主管。", "card_contradicts")
    warnings = list(number.warnings(today))
    if card.valid_to is not None and card.valid_to < today:
        warnings.append(f"身份证已于 {card.valid_to:%Y-%m-%d} 过期，请提醒本人换证。")
    if card.valid_from > today:
        warnings.append("身份证的有效期还没有开始，请核对原件。")
    return CardRead(str(number), check_name(card.name), card.address, card.ethnicity, tuple(warnings))
