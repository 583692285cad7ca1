"""A genuine code of a city whose ledger is not here: what can be said of it honestly, and who can say more (D-22).

The signature proves who issued it, the signed list of its city what was withdrawn; neither makes it valid now.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.domain.errors import Refused
from station.domain.identity import PermitNumber
from station.services.inspecting import NOT_WITHDRAWN_THERE, WITHDRAWN_THERE, Inspection, inspect_number
from station.settings import CityProfile, load_city
from station.trust.verdict import Reason
from ui.household.pages import moment, reason_words
from ui.household.served import Cities
from ui.words import word


@dataclass(frozen=True, slots=True)
class ElsewhereView:
    """What the page shows: red where it was withdrawn or has ended, else no colour; `city` has the contacts."""

    colour: str
    title: str
    sentence: str
    number: str
    city: CityProfile
    reasons: list[str]
    as_of: str


def elsewhere_view(number: str, found: Inspection, here: CityProfile, *, typed: bool = False) -> ElsewhereView:
    """The page of a genuine code, or of a typed number, of another city. A city without a profile is answered for by
    this one's hotline."""
    city = _profile(number) or here
    ended = WITHDRAWN_THERE in found.reasons or Reason.PAST_LAST_DAY in found.reasons
    which = "elsewhere_ended" if ended else "elsewhere_typed" if typed else "elsewhere"
    listed = {WITHDRAWN_THERE, NOT_WITHDRAWN_THERE} & set(found.reasons)
    said = [reason_words(code) for code in found.reasons if code != "NO_CREDENTIAL"]
    return ElsewhereView(
        "red" if ended else "unknown",
        word("household", "elsewhere_ended" if ended else "elsewhere"),
        word("household", f"{which}_sentence"),
        PermitNumber.parse(number).grouped,
        city,
        said,
        moment(found.as_of_ms) if listed else "",
    )


def typed_elsewhere(cities: Cities, given: str) -> ElsewhereView | None:
    """The page of a typed number of a city that is not served here; None for all others, and for what is no number."""
    number = cities.number_of(given)
    if number is None or cities.serves(number) or _profile(number) is None:
        return None
    here = cities.first.desk
    return elsewhere_view(number, inspect_number(here, number), here.settings.city, typed=True)


def _profile(number: str) -> CityProfile | None:
    try:
        return load_city(f"{number[:4]}00")
    except Refused:
        return None  # a code of the province itself: no city of that number
