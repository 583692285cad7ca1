"""委托: the bureau's written mandates to people of third-party credit agencies, kept at the station (R26)."""

from __future__ import annotations

from datetime import date, timedelta

from station.domain import facts, parts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.record import StationRecord
from station.services.desk import Desk, Done


def of(desk: Desk, person: str) -> parts.Mandate | None:
    """The newest mandate of a person at this station, over or not."""
    return all_of(desk).get(person)


def all_of(desk: Desk) -> dict[str, parts.Mandate]:
    """Everybody's newest mandate at this station."""
    record = desk.ledger.record(_subject(desk))
    return record.mandates if isinstance(record, StationRecord) else {}


def give(
    desk: Desk, person: str, *, agency: str, document: str, first: date, last: date, actor: Actor, second: Actor
) -> Done[parts.Mandate]:
    """The bureau mandates a person, with the number of the paper; the supervisor stands beside."""
    permit_act("mandate.CHANGE", actor, second)
    if not person.strip() or not agency.strip() or not document.strip():
        raise Refused("请写明受托人、信用机构和委托书文号。", "mandate_incomplete")
    if last < first:
        raise Refused("委托的截止日期不能早于起始日期。", "mandate_days")
    return _tell(desk, person.strip(), parts.Mandate(agency.strip(), document.strip(), first, last), actor, second)


def take_back(desk: Desk, person: str, *, actor: Actor, second: Actor) -> Done[parts.Mandate]:
    """From today on the person may no longer; what they generated stays."""
    permit_act("mandate.CHANGE", actor, second)
    before, today = of(desk, person), desk.today()
    if before is None or before.last < today:
        raise Refused("此人没有有效的委托。", "no_mandate")
    yesterday = today - timedelta(days=1)
    ended = parts.Mandate(before.agency, before.document, before.first, yesterday)
    return _tell(desk, person, ended, actor, second)


def _tell(desk: Desk, person: str, given: parts.Mandate, actor: Actor, second: Actor) -> Done[parts.Mandate]:
    told = facts.MandateGiven(person, given.agency, given.document, given.first, given.last, second.person)
    desk.ledger.append([(_subject(desk), told)], actor=actor.person)
    return Done(given)


def _subject(desk: Desk) -> str:
    return f"station:{desk.settings.station}"
