"""Issue numbers that were signed ahead and must not be printed any more."""

from __future__ import annotations

from datetime import date

from station.domain.card import Act, State
from station.domain.facts import CardActed, Payload
from station.domain.worker import WorkerRecord


def void_unused(record: WorkerRecord, number: str, day: date) -> list[Payload]:
    """What is printed changed: tokens signed ahead vouch for the old print, so their issue numbers are used up."""
    issues = sorted(issue for signed, issue in record.tokens if signed == number)
    told: list[Payload] = []
    for issue in issues:
        piece = record.cards.get((number, issue))
        if piece is None:
            told.append(CardActed(number, issue, Act.ASK.value, day, "DATA_CHANGED"))
        if piece is None or piece.state in (State.ASKED, State.RESERVED):
            told.append(CardActed(number, issue, Act.VOID.value, day, "DATA_CHANGED"))
    return told
