"""What the centre of the province decides besides signing, because only it can know.

A second live permit of one person anywhere in the province, and an application for one; a number that is somebody
else's or was never leased to the station that gave it; a permit that came in from a station closed meanwhile. A
decision for `sync.clerk.attend`, by records alone, so it may be asked any number of times and by two clerks at once.
What is in doubt is suspended with a note, is not signed for while it is, and a person settles it; the centre says each
thing once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from station.clock import Clock
from station.domain import application, facts, permit
from station.domain.errors import Refused
from station.domain.parts import Permit
from station.domain.reasons import SECOND_IN_PROVINCE
from station.domain.record import Record
from station.domain.worker import WorkerRecord
from station.sync import centre_numbers, pushing
from station.sync.clerk_desk import Clerk, ClerkDesk, Told
from station.sync.holders import Holder, blind_of, claim, holder_of, pass_on
from station.trust.token import check_permit_number

SECOND = "全省核对：本人在省内已有有效码证"
NOT_THEIRS = "全省核对：该编号已属于另一人"
NOT_LEASED = "全省核对：该编号不在办证站点领取的号段内"
CLOSED = "全省核对：办证站点已被停用，请市协会核查后恢复"
AT_THE_ASSOCIATION = application.OPEN - {application.State.DRAFT, application.State.COMPANY_REVIEW}
NOTES = frozenset({SECOND, NOT_THEIRS, NOT_LEASED, CLOSED})


def provincial_clerk(signing: Clerk, clock: Clock, blind_key: bytes, city_key: Callable[[str], bytes]) -> Clerk:
    """The clerk of the province: suspends what is in doubt, lets `signing` sign for what is live and in no doubt."""

    def answer(desk: ClerkDesk, record: Record, news: Sequence[facts.Fact]) -> Told:
        if not isinstance(record, WorkerRecord):
            return signing(desk, record, news)
        told = _doubtful_numbers(desk, record, clock)
        told += _second_permits(desk, record, _numbers(told), clock, blind_key, city_key)
        told += _second_applications(desk, record, clock, blind_key, city_key)
        doubted = {right.number for right in record.permits.values() if right.open_causes and _notes(right) & NOTES}
        doubted |= _numbers(told)  # but no other permit of the person waits for news that may never come
        return [*told, *(line for line in signing(desk, record, news) if not _numbers([line]) & doubted)]

    return answer


def _numbers(told: Told) -> set[str]:
    """The permits these lines are about."""
    return {getattr(payload, "number", "") for _, payload in told} - {""}


def _doubtful_numbers(desk: ClerkDesk, record: WorkerRecord, clock: Clock) -> list[tuple[str, facts.Payload]]:
    """Permits the centre sees for the first time, judged by their number and by who gave it."""
    told: list[tuple[str, facts.Payload]] = []
    judged = {number for number, _ in record.tokens}
    new = [right for right in record.permits.values() if right.live and right.number not in judged]
    if not new:
        return []
    givers = _givers(desk, record.subject)
    for right in new:
        found = _doubt(desk, record.subject, right.number, givers[right.number])
        if found is not None and found[1] not in _notes(right):
            told.append((record.subject, _suspended(right.number, clock, *found)))
    return told


def _givers(desk: ClerkDesk, subject: str) -> dict[str, str]:
    """Permit number -> the station that gave it to this person first."""
    found: dict[str, str] = {}
    for fact in desk.facts_of(subject):
        if isinstance(fact.payload, facts.PermitGenerated):
            found.setdefault(fact.payload.number, fact.id.station)
    return found


def _doubt(desk: ClerkDesk, subject: str, number: str, station: str) -> tuple[permit.Cause, str] | None:
    """Why the centre does not sign for a number, in the order of how bad that is."""
    try:
        check_permit_number(number)
    except Refused:
        return permit.Cause.MISMATCH_FOUND, NOT_LEASED
    if centre_numbers.first_owner(desk.conn, number) != (desk.city, subject):
        return permit.Cause.MISMATCH_FOUND, NOT_THEIRS
    if not centre_numbers.leased_to(desk.conn, number, station):
        return permit.Cause.MISMATCH_FOUND, NOT_LEASED
    if pushing.state_of(desk.conn, station) == "revoked":
        return permit.Cause.OTHER, CLOSED
    return None


def _notes(right: Permit) -> set[str]:
    return {step.note for step in right.steps}


def _suspended(number: str, clock: Clock, cause: permit.Cause, note: str) -> facts.PermitActed:
    return facts.PermitActed(number, permit.Act.SUSPEND.value, clock.today(), cause.value, note)


def _second_permits(
    desk: ClerkDesk,
    record: WorkerRecord,
    doubted: set[str],
    clock: Clock,
    blind_key: bytes,
    city_key: Callable[[str], bytes],
) -> list[tuple[str, facts.Payload]]:
    """Permits of somebody who has another live one in the province; those just `doubted` are looked at when that is
    settled, which is news."""
    person = record.person
    if person is None or person.number is None:
        return []
    blind = blind_of(blind_key, person.document_kind, person.number)
    told: list[tuple[str, facts.Payload]] = []
    for right in record.permits.values():
        if not right.live or right.number in doubted or permit.Cause.DUPLICATE.value in right.open_causes:
            continue
        mine = Holder(desk.city, record.subject, right.number)
        holder = claim(desk.conn, blind, mine)
        if holder == mine:
            continue
        if _ended(desk, holder, city_key):
            pass_on(desk.conn, blind, mine)
            continue
        told.append((record.subject, _suspended(right.number, clock, permit.Cause.DUPLICATE, SECOND)))
    return told


def _second_applications(
    desk: ClerkDesk, record: WorkerRecord, clock: Clock, blind_key: bytes, city_key: Callable[[str], bytes]
) -> list[tuple[str, facts.Payload]]:
    """A1, D-28: who has a live permit elsewhere in the province may not apply for another; the application ends here,
    before anybody works on it for ten days. Which city the other one is of is not said (trust.md G8)."""
    person, papers = record.person, record.open_application
    here = any(right.live for right in record.permits.values())
    if papers is None or here or papers.state not in AT_THE_ASSOCIATION or person is None or person.number is None:
        return []
    holder = holder_of(desk.conn, blind_of(blind_key, person.document_kind, person.number))
    if holder is None or (holder.city, holder.subject) == (desk.city, record.subject):
        return []
    if _ended(desk, holder, city_key):
        return []
    stopped = facts.ApplicationActed(papers.id, application.Act.WITHDRAW.value, clock.today(), SECOND_IN_PROVINCE)
    return [(record.subject, stopped)]


def _ended(desk: ClerkDesk, holder: Holder, city_key: Callable[[str], bytes]) -> bool:
    """Whether the permit that was first is cancelled or revoked by now."""
    record = desk.of_city(holder.city, city_key(holder.city)).record(holder.subject)
    right: Permit | None = record.permits.get(holder.number) if isinstance(record, WorkerRecord) else None
    return right is None or not right.live
