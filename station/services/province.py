"""What the centre of the province decides besides signing: a second live permit of one person anywhere in it.

A decision for `sync.clerk.attend`, by records alone, so it may be asked any number of times and by two clerks at once.
The permit the centre saw first counts; the other is suspended (`duplicate`) and a person settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from station.clock import Clock
from station.domain import facts, permit
from station.domain.parts import Permit
from station.domain.record import Record
from station.domain.worker import WorkerRecord
from station.sync.clerk import Clerk, ClerkDesk, Told
from station.sync.holders import Holder, blind_of, claim, pass_on

NOTE = "全省核对：本人在省内已有有效码证"


def provincial_clerk(signing: Clerk, clock: Clock, blind_key: bytes, city_key: Callable[[str], bytes]) -> Clerk:
    """The clerk of the province: settles second permits, then lets `signing` sign for what is live."""

    def answer(desk: ClerkDesk, record: Record, news: Sequence[facts.Fact]) -> Told:
        if not isinstance(record, WorkerRecord):
            return signing(desk, record, news)
        told = _second_permits(desk, record, clock, blind_key, city_key)
        return told if told else signing(desk, record, news)

    return answer


def _second_permits(
    desk: ClerkDesk, record: WorkerRecord, clock: Clock, blind_key: bytes, city_key: Callable[[str], bytes]
) -> list[tuple[str, facts.Payload]]:
    person = record.person
    if person is None or person.number is None:
        return []
    blind = blind_of(blind_key, person.document_kind, person.number)
    told: list[tuple[str, facts.Payload]] = []
    for right in record.permits.values():
        if not right.live or permit.Cause.DUPLICATE.value in right.open_causes:
            continue
        mine = Holder(desk.city, record.subject, right.number)
        holder = claim(desk.conn, blind, mine)
        if holder == mine:
            continue
        if _ended(desk, holder, city_key):
            pass_on(desk.conn, blind, mine)
            continue
        suspended = facts.PermitActed(
            right.number, permit.Act.SUSPEND.value, clock.today(), permit.Cause.DUPLICATE.value, NOTE
        )
        told.append((record.subject, suspended))
    return told


def _ended(desk: ClerkDesk, holder: Holder, city_key: Callable[[str], bytes]) -> bool:
    """Whether the permit that was first is cancelled or revoked by now."""
    record = desk.of_city(holder.city, city_key(holder.city)).record(holder.subject)
    right: Permit | None = record.permits.get(holder.number) if isinstance(record, WorkerRecord) else None
    return right is None or not right.live


