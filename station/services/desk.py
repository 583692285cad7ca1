"""The desk: everything a service at the counter may use, and what a service answers. Wiring happens in bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from station.clock import COUNTER_BITS, ClockGuard
from station.domain import facts
from station.domain.authority import Actor
from station.domain.deadlines import WorkingCalendar
from station.domain.divisions import Divisions
from station.domain.errors import Refused
from station.domain.record import CompanyRecord, Record
from station.domain.worker import WorkerRecord
from station.ledger.ledger import Ledger
from station.services.done import Done, Topic
from station.settings import Settings
from station.sync.central import Central
from station.sync.copies import Copies
from station.sync.exchanged import Exchanged
from station.sync.numbers import Numbers
from station.sync.standings import StandingLine
from station.trust.keyring import Keyring
from station.trust.status_bitmap import Listed

Told = Sequence[tuple[str, facts.Payload]]
Elsewhere = tuple[Listed, int]
"""What another city's signed list says of a permit, and as of when (ms)."""


def _no_list(number: str) -> Elsewhere | None:
    """A station that is its own centre has no other city's list."""
    return None


def _nobody_to_ask(number: str) -> StandingLine | None:
    """A station that is its own centre has no province to ask."""
    return None


@dataclass(slots=True)
class Desk:
    """One station's counter: ledger, clock, keys, calendar, the way to the centre.

    `copies` are every city's facts at one of the province's own stations, None at all others; `sync` makes one exchange
    with the centre; `as_of_ms` is the server time of the last one that ended level; `elsewhere` is what the list of
    another city says of its permit, None where there is none; `ask_elsewhere` asks the province for its colours, over
    the network.
    """

    settings: Settings
    clock: ClockGuard
    ledger: Ledger
    keyring: Keyring
    calendar: WorkingCalendar
    divisions: Divisions
    central: Central
    numbers: Numbers
    sync: Callable[..., Exchanged]
    as_of_ms: Callable[[], int]
    elsewhere: Callable[[str], Elsewhere | None] = field(default=_no_list)
    ask_elsewhere: Callable[[str], StandingLine | None] = field(default=_nobody_to_ask)
    copies: Copies | None = None

    def today(self) -> date:
        """The civil day in Asia/Shanghai. Raises Fault when the clock stands behind the newest fact."""
        self._check_clock()
        return self.clock.today()

    def _check_clock(self) -> None:
        """The newest fact may be a minute old and the clock have been set back since: asked before every act."""
        self.clock.saw_fact(self.ledger.newest_ms << COUNTER_BITS)
        self.clock.check()

    def worker(self, subject: str) -> WorkerRecord:
        """The record of a worker. Raises Refused when nobody is known under that name."""
        record = self.ledger.record(subject)
        if not isinstance(record, WorkerRecord) or record.newest == 0:
            raise Refused("没有找到该从业人员的档案，请核对证件号码或先登记。", "no_such_worker")
        return record

    def company(self, uscc: str) -> CompanyRecord:
        """The record of a company. Raises Refused when it was never registered here."""
        record = self.ledger.record(f"company:{uscc}")
        if not isinstance(record, CompanyRecord) or not record.uscc:
            raise Refused("没有找到该企业，请先登记企业信息。", "no_such_company")
        return record

    def in_business(self, uscc: str) -> bool:
        """Whether that company is 存续/在业 as far as this station knows; an unknown company is not."""
        record = self.ledger.record(f"company:{uscc}")
        return isinstance(record, CompanyRecord) and bool(record.uscc) and record.in_business

    def decide(
        self, subject: str, actor: Actor, decision: Callable[[WorkerRecord], Sequence[facts.Payload]]
    ) -> WorkerRecord:
        """Read, decide, append in one transaction, all on one worker; answers the record afterwards."""
        record, _ = self.decide_as(subject, actor.person, lambda r: [(subject, told) for told in decision(r)])
        return record

    def decide_as(
        self, subject: str, person: str, decision: Callable[[WorkerRecord], Told]
    ) -> tuple[WorkerRecord, list[facts.Fact]]:
        """The same for a decision that touches other subjects too, or that no clerk made."""
        self._check_clock()

        def on_record(record: Record) -> Told:
            if not isinstance(record, WorkerRecord):
                raise Refused("该操作只适用于从业人员档案。", "not_a_worker")
            return decision(record)

        told = self.ledger.decide(subject, on_record, actor=person)
        return self.worker(subject), told


__all__ = ["Desk", "Done", "Told", "Topic"]
