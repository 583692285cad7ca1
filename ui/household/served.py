"""The cities one page answers for: all cities share one host, so the number in a code says whose ledger is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from station.domain.errors import Refused
from station.domain.identity import PermitNumber
from station.services.desk import Desk
from station.services.phone import PhoneCode
from station.services.viewseal import ViewSeal
from station.trust.token import Token, parse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Served:
    """One city: its desk, its seal, and where the keys are on this machine the maker of dynamic codes."""

    desk: Desk
    seal: ViewSeal
    phone_code: PhoneCode | None = None


class Cities:
    """Finds the city by number, code, view or sealed name; the first city answers where the number says nothing."""

    def __init__(self, *served: Served) -> None:
        self.first = served[0]
        self._by_city = {_city(one.desk.settings.city.code): one for one in served}
        if len(self._by_city) < len(served):
            raise Refused("同一个城市只能指定一个站点文件夹，请核对 --home。", "city_twice")

    def of_number(self, number: str) -> Served:
        """The city of a permit number."""
        return self._by_city.get(_city(number), self.first)

    def serves(self, number: str) -> bool:
        """Whether that city's ledger is here."""
        return _city(number) in self._by_city

    def of_code(self, digits: str) -> Served:
        """The city a code names. Nothing is judged yet: a forged code is refused by whichever city it names."""
        token = parse(digits)
        return self.of_number(token.body.permit_number) if isinstance(token, Token) else self.first

    def number_of(self, typed: str) -> str | None:
        """The permit number somebody typed; None where it is none."""
        try:
            return str(PermitNumber.parse(typed))
        except Refused:
            return None  # whoever typed it gets the answer of a number nobody has

    def of_typed(self, typed: str) -> Served:
        """The city of a number somebody typed."""
        return self.of_number(self.number_of(typed) or "")

    def of_view(self, nonce: str) -> Served:
        """The city of a view; its seal is checked by the service."""
        return self.of_number(nonce)

    def of_name(self, opened: Callable[[Served], T]) -> tuple[Served, T]:
        """The city whose seal made a name that says nothing outside. Raises Refused where none did, or too long ago."""
        unknown: Refused | None = None
        for one in self._by_city.values():
            try:
                return one, opened(one)
            except Refused as no:
                if no.code != "name_unknown":
                    raise
                unknown = no
        raise unknown or Refused("页面已失效，请重新扫码。", "name_unknown")


def _city(number: str) -> str:
    return number[:4]
