"""Bugs in the rules every machine shares: folds and decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from station.domain import fold_permits
from station.domain.authority import Actor
from station.domain.decide import rights
from station.domain.worker import WorkerRecord
from station.printing.journal import Journal

_generate = rights.generate


def _alone(*arguments: Any, actor: Actor, **named: Any) -> Any:
    return _generate(*arguments, actor=replace(actor, person=f"{actor.person}?"), **named)


def _untouched(record: WorkerRecord) -> None:
    """Settles nothing."""


TABLE: dict[str, Any] = {
    "two_permits": (
        "two live permits of one person both count",
        lambda: [(fold_permits, "settle_permits", _untouched)], ""),
    "two_cards": (
        "a new active card does not end the one before",
        lambda: [(fold_permits, "settle_cards", _untouched)], ""),
    "two_copies": (
        "a token that two stations sent stays on a good card",
        lambda: [(fold_permits, "settle_sent_twice", _untouched)], ""),
    "one_person": (
        "who accepted the papers may also approve", lambda: [(rights, "generate", _alone)], ""),
    "token_check_gone": (
        "the journal does not ask whether a token was sent",
        lambda: [(Journal, "_printable", lambda self, record, piece: None)],
        "the table of steps has no way back from SENDING either; printing has plants that take both away"),
}
