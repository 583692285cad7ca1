"""What the centre says about a worker: signed tokens for generated permits, several issue numbers ahead.

A decision for `sync.clerk.attend`: by the record, not by the news, so it may be asked any number of times. Signing
keys exist only where this runs (architecture.md §2.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from station.clock import Clock
from station.domain import card, facts, parts
from station.domain.deadlines import add_months
from station.domain.record import Record
from station.domain.worker import WorkerRecord
from station.services.issuing import check_of
from station.sync.clerk_desk import Clerk, ClerkDesk, Told
from station.trust.signer import Signer, signer_for
from station.trust.token import encode

AHEAD = 3
LARGEST_ISSUE = 255


def signing_clerk(signers: Sequence[Signer], clock: Clock, *, ahead: int = AHEAD, card_years: int = 3) -> Clerk:
    """The clerk with these keys. It signs nothing for a person whose name it cannot read (erased, key not here)."""

    def answer(desk: ClerkDesk, record: Record, news: Sequence[facts.Fact]) -> Told:
        if not isinstance(record, WorkerRecord) or record.person is None or record.person.name is None:
            return []
        told: list[tuple[str, facts.Payload]] = []
        for number in record.permits:
            told += [
                (record.subject, _token(signers, record, number, issue, clock.today(), card_years))
                for issue in tokens_due(record, number, ahead)
            ]
        return told

    return answer


def _token(
    signers: Sequence[Signer], record: WorkerRecord, number: str, issue_number: int, today: date, card_years: int
) -> facts.TokenSigned:
    signer = signer_for(signers, number, today)
    last_day = min(add_months(today, 12 * card_years), signer.key.verify_until)
    check = check_of(record, number)
    token = signer.sign_token(number, issue_number, today, last_day, check)
    return facts.TokenSigned(number, issue_number, encode(token), signer.key.number, check, today, last_day)


def tokens_due(record: WorkerRecord, number: str, ahead: int) -> list[int]:
    """The issue numbers to sign now so that `ahead` unused ones are ready; none for a permit that ended. Pure."""
    right = record.permits.get(number)
    if right is None or not right.live:
        return []
    used = max((c.issue_number for c in record.cards_of(number) if _used(c)), default=0)
    wanted = range(used + 1, min(used + ahead, LARGEST_ISSUE) + 1)
    return [issue for issue in wanted if (number, issue) not in record.tokens]


def _used(piece: parts.Card) -> bool:
    """Whether this issue number can no longer be sent to a printer."""
    return piece.state not in (card.State.ASKED, card.State.RESERVED)
